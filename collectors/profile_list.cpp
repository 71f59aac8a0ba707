#include "collectors/profile_list.h"

#include <span>
#include <string_view>

#include "collectors/readers/small_records.h"

namespace whfb::collectors {

namespace {

using readers::ProfileExport;
using readers::ProfileRecord;

bool IsWhole(const ProfileExport& list, std::span<const ProfileRecord> profiles) {
  bool roots = false;
  bool issuing = false;
  for (const ProfileRecord& profile : profiles) {
    if (profile.source.evidence == list.source.evidence) {
      const std::string_view type = profile.odata_type;
      roots = roots || type.ends_with("TrustedRootCertificate");
      issuing = issuing || type.ends_with("SCEPCertificateProfile") ||
                type.ends_with("PkcsCertificateProfile");
    }
  }
  return list.complete && (list.others || (roots && issuing));
}

}  // namespace

std::optional<Cell> ProfileListComplete(const readers::Records& records) {
  std::optional<Cell> answer;
  for (const ProfileExport& one : records.Of<ProfileExport>()) {
    if (one.profiles > 0 && (!answer || answer->value.number == 0)) {
      answer = Cell::Bool(IsWhole(one, records.Of<ProfileRecord>()), one.source);
    }
  }
  return answer;
}

}  // namespace whfb::collectors
