// What the directory exports of an environment say: attributes as cells, and which parts of the
// directory were shown whole. "There is no such object" needs a search that is known to have shown
// all of them: where it began, how deep it went, what it asked for, and that the server sent
// everything.

#ifndef WHFB_COLLECTORS_DIRECTORY_VIEW_H_
#define WHFB_COLLECTORS_DIRECTORY_VIEW_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/directory_record.h"
#include "collectors/readers/reader.h"
#include "scanner/core/facts.h"

namespace whfb::collectors {

// The attribute as a cell of this type (kText, kInt, kTime, kUpn, kDnsName, kDn, kSid, kHex,
// kList). A list that is not whole is unknown.
[[nodiscard]] Cell DirectoryCell(const readers::DirectoryObject& object,
                                 std::string_view attribute,
                                 ValueType type,
                                 FactSpace& facts);

// The same for an attribute that every such object has: when it is not there, it was not shown.
[[nodiscard]] Cell MandatoryCell(const readers::DirectoryObject& object,
                                 std::string_view attribute,
                                 ValueType type,
                                 FactSpace& facts);

// "20230727103105.0Z", or as certutil prints it; unknown (malformed) for other text.
[[nodiscard]] Cell DirectoryTime(std::string_view text, const Provenance& source);

// Lower case, as the directory compares.
[[nodiscard]] std::string FoldedText(std::string_view text);

// A cell of lower-case text; no dot at the end of a DNS name.
[[nodiscard]] Cell FoldedCell(std::string_view text, const Provenance& source, FactSpace& facts);

class DirectorySearches {
 public:
  explicit DirectorySearches(const readers::Records& records)
      : searches_(records.Of<readers::DirectorySearch>()) {}

  // `known`: comparisons that hold for every object looked for, lower case:
  // "objectclass=crossref".

  // The search that showed every such object directly below this container of the configuration
  // ("CN=AIA, CN=Public Key Services, ..." up to "CN=Configuration"), or null.
  [[nodiscard]] const readers::DirectorySearch* Below(
      std::string_view container, std::span<const std::string_view> known) const;

  // The same for everything at any depth below the container.
  [[nodiscard]] const readers::DirectorySearch* Within(
      std::string_view container, std::span<const std::string_view> known) const;

  // The same for a whole domain, by its DNS name.
  [[nodiscard]] const readers::DirectorySearch* OfDomain(
      std::string_view domain, std::span<const std::string_view> known) const;

  // The forest root that the configuration searches name; empty when there is none.
  [[nodiscard]] std::string ForestRoot() const;

 private:
  [[nodiscard]] const readers::DirectorySearch* Find(std::string_view container,
                                                     std::span<const std::string_view> known,
                                                     bool deep) const;

  std::span<const readers::DirectorySearch> searches_;
};

// The filter lets every object pass for which all of these comparisons hold (lower case).
// Understands & and |; any other comparison could keep something back.
[[nodiscard]] bool FilterShows(std::string_view filter, std::span<const std::string_view> known);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DIRECTORY_VIEW_H_
