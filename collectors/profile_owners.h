// Whose a profile folder is: what lies in it is of that user, whoever copied it.
//
// The SID of a folder is told by ProfileList (SOFTWARE hive or export: ProfileImagePath), and by
// the NTUSER.DAT that lies in it, whose keys grant their owner access. A folder's name is no
// account name, and one of that name elsewhere is another folder. Two SIDs for one folder: nobody
// knows. An old copy of ProfileList or of a profile tells nothing.

#ifndef WHFB_COLLECTORS_PROFILE_OWNERS_H_
#define WHFB_COLLECTORS_PROFILE_OWNERS_H_

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/reader.h"
#include "scanner/core/facts.h"

namespace whfb::collectors {

class ProfileOwners {
 public:
  // Both must outlive this.
  ProfileOwners(const readers::Records& records, std::span<const EvidenceItem> evidence);

  // `profile` is the path of the folder in the evidence. Empty: not told.
  [[nodiscard]] std::string_view SidOf(std::string_view profile) const;

 private:
  using Owners = std::map<std::string, std::string_view, std::less<>>;

  static void Tell(std::string folder, std::string_view sid, Owners& owners);
  void TellListed(std::string_view path, std::string_view sid);
  [[nodiscard]] std::string_view ListedSidOf(std::string_view folder) const;
  [[nodiscard]] std::string_view ListedAt(std::string_view tail, char drive) const;

  // One ProfileImagePath.
  struct Listed {
    char drive = 0;  // 0: not told
    std::string_view sid{};
  };

  Owners by_path_;                                                   // folders with a hive in them
  std::map<std::string, std::vector<Listed>, std::less<>> by_tail_;  // "users/ada"
};

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_PROFILE_OWNERS_H_
