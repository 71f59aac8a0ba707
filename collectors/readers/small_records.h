// Records of formats that one collector reads: dsregcmd, SCEP state, templates, profiles, intent,
// and the item list of a diagnostics collection.

#ifndef WHFB_COLLECTORS_READERS_SMALL_RECORDS_H_
#define WHFB_COLLECTORS_READERS_SMALL_RECORDS_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "collectors/readers/certificate_record.h"
#include "collectors/readers/directory_record.h"
#include "collectors/readers/known.h"
#include "collectors/readers/reader.h"

namespace whfb::readers {

// One "Name : Value" of `dsregcmd /status`.
struct DsregcmdField {
  std::string_view section{};  // "Device State"; empty when the header is lost
  std::string_view name{};
  std::string_view value{};
  Context context{};
  Provenance source{};
};

// One run of dsregcmd: which sections it showed, and whether it reached its end.
struct DsregcmdRun {
  TextList sections{};
  bool complete = false;
  Context context{};
  Provenance source{};
};

// A key that a key storage provider listed.
struct ListedKey {
  std::string_view provider{};
  std::string_view name{};  // of its container
  Context context{};
  Provenance source{};
};

// One SCEP request as the device keeps it (MDMDiagReport.xml SCEP section; registry dump).
struct ScepState {
  std::string_view unique_id{};
  Known<std::int64_t> status{};          // 1 finished, 2 pending, 16 failed, 32 unknown
  Known<std::uint32_t> error{};          // HRESULT of the last Install
  Known<std::int64_t> key_protection{};  // 4 = Hello for Business
  Known<std::int64_t> key_usage{};
  Known<std::int64_t> key_length{};
  Known<std::int64_t> retry_count{};  // configured, not made
  Known<TextList> eku{};
  Known<std::string_view> thumbprint{};
  Known<std::string_view> server_url{};
  Known<std::string_view> hash_algorithm{};
  Context context{};
  Provenance source{};
};

// The SCEP section itself: present and read whole means that no other request exists.
struct ScepSection {
  bool complete = false;
  Context context{};
  Provenance source{};
};

// A certificate template object, from certutil text or LDIF.
using TemplateAttribute = DirectoryAttribute;

struct TemplateRecord {
  std::string_view cn{};
  bool exact_name = true;  // false: the export writes every name in capital letters
  std::span<const TemplateAttribute> attributes{};
  bool complete = false;  // an attribute that is not listed is not set
  WhyUnknown why = WhyUnknown::kTruncated;
  TextList requested{};  // not empty: that holds for these alone, the others were not asked for
  bool has_dump_trailer = false;  // the "CertUtil: ..." line is still there
  Provenance source{};
};

// The names of the templates that a CA issues, as it lists them itself.
struct IssuedTemplates {
  std::string_view ca{};  // empty: not told
  TextList templates{};
  bool complete = false;                    // the CA issues no other
  WhyUnknown why = WhyUnknown::kTruncated;  // meaningful unless complete
  Provenance source{};
};

// A property of a Microsoft Graph profile, flattened: "customSubjectAlternativeNames[0].sanType".
struct ProfileProperty {
  std::string_view path{};
  std::string_view value{};  // numbers and booleans as JSON writes them; null is not listed
  Provenance source{};
};

// A device configuration profile object of Microsoft Graph.
struct ProfileRecord {
  std::string_view id{};
  std::string_view display_name{};
  std::string_view odata_type{};  // "#microsoft.graph.windows81SCEPCertificateProfile"
  std::span<const ProfileProperty> properties{};
  TextList keys{};                  // every top-level key, also those that are null or empty
  CertificateFields certificate{};  // trusted root profiles: parsed when `has_certificate`
  bool has_certificate = false;
  Provenance source{};

  // Null data when there is none.
  [[nodiscard]] std::string_view Property(std::string_view path) const;
};

// One Graph export: whether it was a list of device configurations, read to its end. What a filter
// left out of a list it does not tell.
struct ProfileExport {
  bool list = false;
  bool complete = false;  // no further page, nothing in it was damaged
  std::uint32_t profiles = 0;
  bool others = false;  // it also holds objects that are no certificate profiles
  Provenance source{};
};

// One element of the intent file, flattened: path "forest/domain", value text, attributes as
// "path@name". Repeated elements repeat.
struct IntentItem {
  std::string_view path{};
  std::string_view value{};
  std::uint32_t group = 0;  // the number of the enclosing top-level element
  Provenance source{};
};

// An intent file that was rejected: what it declares is not known.
struct RejectedIntent {
  Provenance source{};
};

// One item of a diagnostics collection (results.xml), or a "No Results" entry.
struct CollectionItem {
  std::string_view collector{};  // "RegistryKey", "Command", "Events", "FoldersFiles"
  std::string_view path{};       // the original path or command
  std::uint32_t hresult = 0;
  bool no_results = false;  // a zero-byte error entry stands for it
  Provenance source{};
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_SMALL_RECORDS_H_
