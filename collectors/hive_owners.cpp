#include "collectors/hive_owners.h"

#include <algorithm>
#include <string_view>

#include "collectors/readers/registry_record.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

// A user whose SID only a container named is one whose hive was exported: that tells the SID.
void TellHiveOwner(std::string_view path, FactSpace& facts) {
  constexpr std::string_view kUsers = "HKEY_USERS\\";
  if (!SameNoCase(path.substr(0, kUsers.size()), kUsers)) {
    return;
  }
  path.remove_prefix(kUsers.size());
  const std::string_view sid = path.substr(0, path.find('\\'));
  for (Subject& subject : facts.subjects()) {
    const bool known = std::ranges::any_of(subject.aliases, [sid](const Alias& alias) {
      return alias.kind == AliasKind::kSid && SameNoCase(alias.value, sid);
    });
    if (subject.kind == SubjectKind::kUser && known) {
      subject.AddAlias(AliasKind::kSid, sid);
    }
  }
}

}  // namespace

void TellHiveOwners(const readers::Records& records, FactSpace& facts) {
  for (const readers::RegistryRoot& root : records.Of<readers::RegistryRoot>()) {
    TellHiveOwner(root.path, facts);
  }
  for (const readers::RegistryKey& key : records.Of<readers::RegistryKey>()) {
    TellHiveOwner(key.path, facts);
  }
}

}  // namespace whfb::collectors
