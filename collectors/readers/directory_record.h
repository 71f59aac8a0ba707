// Objects of Active Directory as an export shows them: LDIF, BloodHound and Certipy files.
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
#include "scanner/core/cell.h"

namespace whfb::readers {

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

// Names of attributes compare without case.
[[nodiscard]] inline bool SameAttribute(std::string_view a, std::string_view b) {
  const auto fold = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, fold, fold);
}

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
                                   return SameAttribute(name, attribute);
                                 }));
    return complete && asked;
  }
};

enum class DirectoryKind : std::uint8_t {
  kUser,
  kComputer,
  kDomain,            // the head of a domain
  kCrossRef,          // a naming context, below Partitions
  kPartitions,        // the container that holds the UPN suffixes
  kServer,            // a server of a site: a DC, or what is left of one
  kDirectoryService,  // NTDS Settings below a server: this server is a DC
  kNtAuth,
  kRootCa,          // below Certification Authorities
  kIntermediateCa,  // below AIA
  kEnrolmentService,
  kRootDse,
};

struct DirectoryObject {
  DirectoryKind kind = DirectoryKind::kUser;
  std::string_view dn{};  // empty: not shown
  std::vector<DirectoryAttribute> attributes{};
  Visibility visibility{};
  Provenance source{};

  [[nodiscard]] const DirectoryAttribute* Find(std::string_view name) const {
    const auto found = std::ranges::find_if(attributes, [name](const DirectoryAttribute& one) {
      return SameAttribute(one.name, name);
    });
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

// One right to a template that an export names directly, without a security descriptor.
struct TemplateRight {
  std::string_view cn{};              // of the template
  std::string_view principal_sid{};   // empty: only the name is shown
  std::string_view principal_name{};  // "CONTOSO\Domain Users"
  std::string_view right{};           // "enroll", as in the table template.right
  bool allow = true;
  bool inherited = false;
  Provenance source{};
};

// The templates that one CA issues: `certutil -CATemplates`.
struct IssuedTemplates {
  std::string_view ca{};  // empty: the listing does not name it
  TextList templates{};   // cn
  bool complete = false;
  WhyUnknown why = WhyUnknown::kTruncated;
  Provenance source{};
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_DIRECTORY_RECORD_H_
