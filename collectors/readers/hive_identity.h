// Which hive of the registry a file is, and so which paths its keys have.
//
// By content: the keys below the root, its name, and for a user's hive the one account that the
// root's security descriptor gives full control (Windows sets it so when it makes the profile).
// Then by the file name in the header, last by the name of the file; a hive that only a name tells
// is not believed about what it does not hold.

#ifndef WHFB_COLLECTORS_READERS_HIVE_IDENTITY_H_
#define WHFB_COLLECTORS_READERS_HIVE_IDENTITY_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "collectors/readers/hive_header.h"
#include "collectors/readers/hive_tree.h"

namespace whfb::readers {

enum class HiveKind : std::uint8_t {
  kUnknown,  // its place in the registry is not told: nothing of it is kept
  kSoftware,
  kSystem,
  kUser,    // NTUSER.DAT, DEFAULT, or a saved HKU\<SID>\Software
  kNobody,  // such a one, and nothing tells whose: nothing of it is kept
  kSecret,  // SAM, SECURITY: keys are counted, values are not touched
  kOther,   // known, and nobody asks about it
};

struct HiveIdentity {
  HiveKind kind = HiveKind::kUnknown;
  std::string path{};      // of the file's root: "HKEY_LOCAL_MACHINE\\SOFTWARE"; empty if not told
  std::string below{};     // "Software" when a user's hive was saved from there on
  std::string user_sid{};  // kUser, where known
  bool by_content = false;
};

// `path` is that of the evidence.
[[nodiscard]] HiveIdentity IdentifyHive(HiveTree& tree,
                                        const HiveKey& root,
                                        const HiveHeader& header,
                                        std::string_view path);

// The one user that a security descriptor gives full control of a key; empty when it is none or
// several.
[[nodiscard]] std::string OwnerOfKey(std::span<const std::byte> descriptor);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_HIVE_IDENTITY_H_
