// What the directory exports of an environment say: attributes as cells, and which containers were
// shown whole. "There is no such object" needs a search that is known to have shown all of them:
// where it began, how deep it went, what it asked for, and that the server sent everything.

#ifndef WHFB_COLLECTORS_DIRECTORY_VIEW_H_
#define WHFB_COLLECTORS_DIRECTORY_VIEW_H_

#include <span>
#include <string_view>

#include "collectors/readers/directory_record.h"
#include "collectors/readers/reader.h"
#include "scanner/core/facts.h"

namespace whfb::collectors {

// The attribute as a cell of this type (kText, kInt, kTime, kUpn, kDnsName, kSid, kList). A list
// that is not whole is unknown.
[[nodiscard]] Cell DirectoryCell(const readers::DirectoryObject& object,
                                 std::string_view attribute,
                                 ValueType type,
                                 FactSpace& facts);

// The same for an attribute that every such object has: when it is not there, it was not shown.
[[nodiscard]] Cell MandatoryCell(const readers::DirectoryObject& object,
                                 std::string_view attribute,
                                 ValueType type,
                                 FactSpace& facts);

// "20210301080000.0Z" as a time.
[[nodiscard]] Cell DirectoryTime(std::string_view text, const Provenance& source);

// The search that showed every object directly below this container of the configuration
// ("CN=AIA, CN=Public Key Services, ..." up to "CN=Configuration") for which all of these
// comparisons hold, lower case ("objectclass=crossref"); null without one.
[[nodiscard]] const readers::DirectorySearch* FindSearchBelow(
    const readers::Records& records,
    std::string_view container,
    std::span<const std::string_view> known);

// The filter lets every object pass for which all of these comparisons hold (lower case).
// Understands & and |; any other comparison could keep something back.
[[nodiscard]] bool FilterShows(std::string_view filter, std::span<const std::string_view> known);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DIRECTORY_VIEW_H_
