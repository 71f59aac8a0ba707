#include "collectors/profile_owners.h"

#include <utility>

#include "collectors/hello_container.h"
#include "collectors/readers/registry_record.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

constexpr std::string_view kTwo = "?";  // no SID: the folder is told to be of two users

// What follows the last separator.
std::string_view LastPart(std::string_view path, char separator) {
  const std::size_t at = path.rfind(separator);
  return at == std::string_view::npos ? path : path.substr(at + 1);
}

// The SID of HKEY_USERS\<SID>; empty for any other path.
std::string_view HiveSid(std::string_view path) {
  constexpr std::string_view kUsers = "HKEY_USERS\\";
  if (!SameNoCase(path.substr(0, kUsers.size()), kUsers)) {
    return {};
  }
  path.remove_prefix(kUsers.size());
  path = path.substr(0, path.find('\\'));
  return IsSid(path) ? path : std::string_view{};
}

// The SID of ...\CurrentVersion\ProfileList\<SID>; empty for any other key.
std::string_view ListedSid(std::string_view key) {
  constexpr std::string_view kList =
      "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\";
  if (!SameNoCase(key.substr(0, kList.size()), kList)) {
    return {};
  }
  key.remove_prefix(kList.size());
  return IsSid(key) ? key : std::string_view{};
}

}  // namespace

ProfileOwners::ProfileOwners(const readers::Records& records,
                             std::span<const EvidenceItem> evidence) {
  for (const readers::RegistryRoot& root : records.Of<readers::RegistryRoot>()) {
    const std::string_view sid = HiveSid(root.path);
    if (sid.empty() || root.source.evidence == 0 || root.source.evidence > evidence.size()) {
      continue;
    }
    const std::string_view file = evidence[root.source.evidence - 1].file;
    const std::string_view name = LastPart(file, '/');
    if (SameNoCase(name, "NTUSER.DAT") && name.size() < file.size()) {
      Tell(LowerAscii(file.substr(0, file.size() - name.size() - 1)), sid, by_path_);
    }
  }
  for (const readers::RegistryValue& value : records.Of<readers::RegistryValue>()) {
    const std::string_view sid = ListedSid(value.key);
    const bool path = !sid.empty() && SameNoCase(value.name, "ProfileImagePath") &&
                      !value.malformed && !value.deleted && !value.text.empty();
    if (path) {
      Tell(LowerAscii(LastPart(value.text, '\\')), sid, by_name_);
    }
  }
}

void ProfileOwners::Tell(std::string folder, std::string_view sid, Owners& owners) {
  const auto [known, added] = owners.emplace(std::move(folder), sid);
  if (!added && !SameNoCase(known->second, sid)) {
    known->second = kTwo;
  }
}

std::string_view ProfileOwners::SidOf(std::string_view profile) const {
  const auto path = by_path_.find(LowerAscii(profile));
  const auto name = by_name_.find(LowerAscii(LastPart(profile, '/')));
  const std::string_view by_path = path == by_path_.end() ? std::string_view{} : path->second;
  const std::string_view by_name = name == by_name_.end() ? std::string_view{} : name->second;
  const bool differ = !by_path.empty() && !by_name.empty() && !SameNoCase(by_path, by_name);
  const std::string_view sid = by_path.empty() ? by_name : by_path;
  return differ || sid == kTwo ? std::string_view{} : sid;
}

}  // namespace whfb::collectors
