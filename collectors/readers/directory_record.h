// Objects of Active Directory as an export shows them.
//
// Attribute names are those of the schema. Values are text in one form whatever the export wrote:
// SIDs "S-1-5-21-...", GUIDs lower case with dashes, security descriptors as SDDL, certificates as
// the SHA-1 of their DER, other octet strings as lower-case hex, names most specific RDN first with
// ", " between the parts (cell.h, kDn). An attribute that is missing is not set only where the
// export shows every attribute, or was asked for this one; Missing() tells.

#ifndef WHFB_COLLECTORS_READERS_DIRECTORY_RECORD_H_
#define WHFB_COLLECTORS_READERS_DIRECTORY_RECORD_H_

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "collectors/readers/certificate_record.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/cell.h"

namespace whfb::readers {

// Two that are not of the schema, for exports that tell no more. "TRUE": the account is disabled.
inline constexpr std::string_view kDisabledAttribute = "disabled";
// objectGUID of templates that an enrolment service issues, instead of certificateTemplates.
inline constexpr std::string_view kPublishedGuids = "certificateTemplateGuids";

// Not whole and not collected: the export shows some of it, undamaged.
struct DirectoryAttribute {
  std::string_view name{};  // as the schema spells it
  TextList values{};        // integers as decimal text
  Provenance source{};
  bool whole = true;  // false: a value is missing (a range, a value that could not be read)
  WhyUnknown why = WhyUnknown::kMalformed;  // meaningful unless whole
};

// Which attributes of an object an export shows.
enum class Shown : std::uint8_t {
  kSome,    // what is missing may be set
  kListed,  // the export asked for `requested`: of these, what is missing is not set
  kAll,     // what is missing is not set
};

// What it means that an attribute is not there.
struct Visibility {
  Shown shown = Shown::kSome;
  TextList requested{};                        // for kListed
  bool complete = true;                        // the record was read to its end
  WhyUnknown why = WhyUnknown::kNotCollected;  // why an attribute may be missing

  [[nodiscard]] bool ProvesAbsent(std::string_view attribute) const {
    const bool asked =
        shown == Shown::kAll || (shown == Shown::kListed &&
                                 std::ranges::any_of(requested, [attribute](std::string_view name) {
                                   return SameNoCase(name, attribute);
                                 }));
    return complete && asked;
  }
};

enum class DirectoryKind : std::uint8_t {
  kUser,
  kNtAuth,
  kRootCa,          // below Certification Authorities
  kIntermediateCa,  // below AIA
  kEnrolmentService,
};

struct DirectoryObject {
  DirectoryKind kind = DirectoryKind::kUser;
  std::string_view dn{};  // empty: not shown
  std::vector<DirectoryAttribute> attributes{};
  Visibility visibility{};
  Provenance source{};

  [[nodiscard]] const DirectoryAttribute* Find(std::string_view name) const {
    const auto found = std::ranges::find_if(
        attributes, [name](const DirectoryAttribute& one) { return SameNoCase(one.name, name); });
    return found == attributes.end() ? nullptr : &*found;
  }
};

// One search whose result the export holds.
struct DirectorySearch {
  enum class Scope : std::uint8_t { kBase, kOne, kSubtree };

  std::string_view base{};  // in the form of DirectoryObject::dn
  Scope scope = Scope::kSubtree;
  std::string_view filter{};
  bool complete = false;  // the server sent everything, and everything was read
  WhyUnknown why = WhyUnknown::kTruncated;
  Provenance source{};
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_DIRECTORY_RECORD_H_
