#include "collectors/profile_owners.h"

#include <algorithm>
#include <array>
#include <utility>

#include "collectors/hello_container.h"
#include "collectors/old_evidence.h"
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

// The letter of "c:", and of what triage tools make of it ("c", "c_", "c%3a", "%5c%5c.%5cc%3a"); 0
// for any other folder. All in lower case.
char DriveOf(std::string_view folder) {
  constexpr std::array<std::string_view, 3> kColons = {":", "%3a", "_"};
  constexpr std::string_view kDevice = "%5c%5c.%5c";
  if (folder.starts_with(kDevice)) {
    folder.remove_prefix(kDevice.size());
  }
  const auto* const colon = std::ranges::find_if(kColons, [&](std::string_view one) {
    return folder.substr(std::min<std::size_t>(1, folder.size())) == one;
  });
  const bool shaped = folder.size() == 1 || (folder.size() > 1 && colon != kColons.end());
  return shaped && folder[0] >= 'a' && folder[0] <= 'z' ? folder[0] : '\0';
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
    const bool lies_in = SameNoCase(name, "NTUSER.DAT") && name.size() < file.size();
    if (lies_in && !IsOfOldCopy(root.source, evidence)) {
      Tell(LowerAscii(file.substr(0, file.size() - name.size() - 1)), sid, by_path_);
    }
  }
  for (const readers::RegistryValue& value : records.Of<readers::RegistryValue>()) {
    const std::string_view sid = ListedSid(value.key);
    const bool path = !sid.empty() && SameNoCase(value.name, "ProfileImagePath") &&
                      !value.malformed && !value.deleted;
    if (path && !IsOfOldCopy(value.source, evidence)) {
      TellListed(value.text, sid);
    }
  }
}

void ProfileOwners::Tell(std::string folder, std::string_view sid, Owners& owners) {
  const auto [known, added] = owners.emplace(std::move(folder), sid);
  if (!added && !SameNoCase(known->second, sid)) {
    known->second = kTwo;
  }
}

// "C:\Users\ada" and "%SystemDrive%\Users\ada" are known by all that stands behind the drive. A
// folder at the top of a drive has no more than its name, which may be that of any other.
void ProfileOwners::TellListed(std::string_view path, std::string_view sid) {
  std::string lower = LowerAscii(path);
  std::ranges::replace(lower, '\\', '/');
  lower.erase(lower.find_last_not_of('/') + 1);
  const std::size_t slash = lower.find('/');
  const bool local = slash != std::string::npos && slash != 0;
  const std::string tail = local ? lower.substr(slash + 1) : std::string();
  if (tail.find('/') == std::string::npos) {
    return;
  }
  const char drive = DriveOf(std::string_view(lower).substr(0, slash));
  std::vector<Listed>& listed = by_tail_[tail];
  const auto known = std::ranges::find(listed, drive, &Listed::drive);
  if (known == listed.end()) {
    listed.push_back({.drive = drive, .sid = sid});
  } else if (!SameNoCase(known->sid, sid)) {
    known->sid = kTwo;
  }
}

// The SID of those profiles that may lie at `tail` of the drive; kTwo: of several users.
std::string_view ProfileOwners::ListedAt(std::string_view tail, char drive) const {
  std::string_view found;
  const auto listed = by_tail_.find(tail);
  if (listed == by_tail_.end()) {
    return found;
  }
  for (const Listed& one : listed->second) {
    if (drive == 0 || one.drive == 0 || drive == one.drive) {
      found = found.empty() || SameNoCase(found, one.sid) ? one.sid : kTwo;
    }
  }
  return found;
}

// By the end of its path: what stands before is where the copy lies, and may tell the drive.
std::string_view ProfileOwners::ListedSidOf(std::string_view folder) const {
  std::string_view found;
  for (std::size_t at = 0; at != std::string_view::npos;) {
    const std::string_view before = folder.substr(0, at == 0 ? 0 : at - 1);
    const std::string_view sid = ListedAt(folder.substr(at), DriveOf(LastPart(before, '/')));
    const bool two = !sid.empty() && !found.empty() && !SameNoCase(found, sid);
    found = two ? kTwo : (sid.empty() ? found : sid);
    const std::size_t slash = folder.find('/', at);
    at = slash == std::string_view::npos ? slash : slash + 1;
  }
  return found;
}

std::string_view ProfileOwners::SidOf(std::string_view profile) const {
  const std::string folder = LowerAscii(profile);
  const auto path = by_path_.find(folder);
  const std::string_view by_path = path == by_path_.end() ? std::string_view{} : path->second;
  const std::string_view listed = ListedSidOf(folder);
  const bool differ = !by_path.empty() && !listed.empty() && !SameNoCase(by_path, listed);
  const std::string_view sid = by_path.empty() ? listed : by_path;
  return differ || sid == kTwo ? std::string_view{} : sid;
}

}  // namespace whfb::collectors
