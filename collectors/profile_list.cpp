#include "collectors/profile_list.h"

#include <set>
#include <span>
#include <string_view>

#include "collectors/readers/small_records.h"

namespace whfb::collectors {

namespace {

using readers::ProfileExport;
using readers::ProfileRecord;

bool IsWhole(const ProfileExport& list, std::span<const ProfileRecord> profiles) {
  std::set<std::string_view> kinds;
  for (const ProfileRecord& profile : profiles) {
    if (profile.source.evidence == list.source.evidence) {
      kinds.insert(profile.odata_type);
    }
  }
  return list.complete && kinds.size() > 1;
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
