#include "collectors/readers/hive_identity.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "collectors/readers/little_endian.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::string_view kMachine = "HKEY_LOCAL_MACHINE\\";
constexpr std::string_view kUsers = "HKEY_USERS\\";
constexpr std::size_t kMaxDescriptor = 65'536;
constexpr std::size_t kDescriptorAt = 20;  // in its cell

// The part after the last '/' or '\'.
std::string_view LastPart(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// "S-1-5-21-..." anywhere in the path, up to the end of its digits; in the spelling of the path.
std::string SidIn(std::string_view path) {
  for (const std::string_view start : {"s-1-5-21-", "s-1-12-1-"}) {
    const std::string lower = LowerAscii(path);
    const std::size_t at = lower.find(start);
    if (at == std::string::npos) {
      continue;
    }
    const std::size_t end = std::min(lower.find_first_not_of("0123456789-", at + 1), lower.size());
    const std::string_view sid = path.substr(at, end - at);
    if (std::ranges::count(sid, '-') == 7) {
      return "S" + std::string(sid.substr(1));
    }
  }
  return {};
}

class Identifier {
 public:
  Identifier(HiveTree& tree, const HiveKey& root, const HiveHeader& header, std::string_view path)
      : tree_(tree),
        root_(root),
        root_name_(LowerAscii(tree.Text(root.name))),
        loaded_from_(LowerAscii(header.file_name)),
        path_(path) {}

  HiveIdentity Identify() {
    HiveIdentity found = ByContent();
    if (found.kind == HiveKind::kUnknown) {
      found = ByName(LastPart(loaded_from_));
    }
    if (found.kind == HiveKind::kUnknown) {
      found = ByName(LowerAscii(LastPart(path_)));
    }
    return found;
  }

 private:
  [[nodiscard]] bool Has(std::string_view path) {
    return tree_.FindPath(root_, path).key.has_value();
  }

  static HiveIdentity Machine(HiveKind kind, std::string_view name) {
    return {.kind = kind, .path = std::string(kMachine).append(name), .by_content = true};
  }

  HiveIdentity ByContent() {
    if (Has("Select") && (Has("ControlSet001") || Has("ControlSet002"))) {
      return Machine(HiveKind::kSystem, "SYSTEM");
    }
    if (Has("SAM\\Domains") || (root_name_ == "sam" && Has("Domains"))) {
      return Machine(HiveKind::kSecret, "SAM");
    }
    if (Has("Policy\\Secrets") || (Has("Policy") && Has("RXACT")) || Has("PolEKList")) {
      return Machine(HiveKind::kSecret, "SECURITY");
    }
    if (Has("Microsoft\\Windows NT\\CurrentVersion\\ProfileList")) {
      return Machine(HiveKind::kSoftware, "SOFTWARE");
    }
    if (Has("Software") && (Has("Control Panel") || Has("Environment") || Has("Console"))) {
      return User();
    }
    return OtherByContent();
  }

  HiveIdentity OtherByContent() {
    const std::string owner = Owner();
    if (root_name_ == "software" && Has("Microsoft") && !owner.empty()) {
      return {.kind = HiveKind::kUser,
              .path = std::string(kUsers).append(owner).append("\\Software"),
              .below = "Software",
              .user_sid = owner,
              .by_content = true};
    }
    if (root_name_.ends_with("_classes") || loaded_from_.ends_with("\\usrclass.dat")) {
      std::string sid = SidIn(root_name_);
      sid = sid.empty() ? owner : sid;
      return {.kind = HiveKind::kOther,
              .path = sid.empty() ? "" : std::string(kUsers).append(sid).append("_Classes"),
              .user_sid = sid,
              .by_content = true};
    }
    if (Has("Objects") && Has("Description")) {
      return Machine(HiveKind::kOther, "BCD00000000");
    }
    if (Has("CanonicalData") || Has("DerivedData")) {
      return Machine(HiveKind::kOther, "COMPONENTS");
    }
    return Has("DriverDatabase") ? Machine(HiveKind::kOther, "DRIVERS") : HiveIdentity{};
  }

  HiveIdentity User() {
    HiveIdentity user{.kind = HiveKind::kUser, .user_sid = Owner(), .by_content = true};
    if (user.user_sid.empty()) {
      TakeOwnerFromPath(user);
    } else {
      user.path = std::string(kUsers).append(user.user_sid);
    }
    return user;
  }

  // The hives of accounts that are no people, and of people whom only the path tells. Whoever ran
  // the collection is not meant: it takes the hives of everybody.
  void TakeOwnerFromPath(HiveIdentity& user) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kAccounts = {
        {{"\\config\\default", ".DEFAULT"},
         {"\\localservice\\ntuser.dat", "S-1-5-19"},
         {"\\networkservice\\ntuser.dat", "S-1-5-20"}}};
    std::string where = "\\" + LowerAscii(path_);
    std::ranges::replace(where, '/', '\\');
    for (const auto& [end, account] : kAccounts) {
      if (loaded_from_.ends_with(end) || where.ends_with(end)) {
        user.path = std::string(kUsers).append(account);
        return;
      }
    }
    // What new profiles are made of, and what SYSTEM does not use.
    for (const std::string_view end : {"\\default\\ntuser.dat", "\\systemprofile\\ntuser.dat"}) {
      if (loaded_from_.ends_with(end) || where.ends_with(end)) {
        user.kind = HiveKind::kOther;
        return;
      }
    }
    user.user_sid = SidIn(path_);
    if (user.user_sid.empty()) {
      user.kind = HiveKind::kNobody;
    } else {
      user.path = std::string(kUsers).append(user.user_sid);
    }
  }

  [[nodiscard]] std::string Owner() {
    if (root_.security == HiveTree::kNoCell) {
      return {};
    }
    const std::vector<std::byte> cell = tree_.Content(root_.security, kMaxDescriptor);
    if (cell.size() <= kDescriptorAt || cell[0] != std::byte{'s'} || cell[1] != std::byte{'k'}) {
      return {};
    }
    return OwnerOfKey(std::span(cell).subspan(kDescriptorAt));
  }

  HiveIdentity ByName(std::string_view name) {
    struct Known {
      std::string_view start;
      HiveKind kind;
      std::string_view machine;  // empty: a user's
    };

    static constexpr std::array kKnown = {Known{"software", HiveKind::kSoftware, "SOFTWARE"},
                                          Known{"system", HiveKind::kSystem, "SYSTEM"},
                                          Known{"sam", HiveKind::kSecret, "SAM"},
                                          Known{"security", HiveKind::kSecret, "SECURITY"},
                                          Known{"components", HiveKind::kOther, "COMPONENTS"},
                                          Known{"drivers", HiveKind::kOther, "DRIVERS"},
                                          Known{"elam", HiveKind::kOther, "ELAM"},
                                          Known{"bbi", HiveKind::kOther, "BBI"},
                                          Known{"bcd", HiveKind::kOther, "BCD00000000"},
                                          Known{"default", HiveKind::kUser, ""},
                                          Known{"ntuser.dat", HiveKind::kUser, ""}};
    HiveIdentity found;
    for (const Known& known : kKnown) {
      const bool fits =
          name == known.start || (name.starts_with(known.start) && name[known.start.size()] == '.');
      if (fits && known.start == "default") {
        found = {.kind = HiveKind::kUser, .path = std::string(kUsers).append(".DEFAULT")};
      } else if (fits && known.machine.empty()) {
        found = User();
      } else if (fits) {
        found = Machine(known.kind, known.machine);
      }
    }
    found.by_content = false;
    return found;
  }

  HiveTree& tree_;
  const HiveKey& root_;
  std::string root_name_;
  std::string loaded_from_;
  std::string_view path_;
};

}  // namespace

HiveIdentity IdentifyHive(HiveTree& tree,
                          const HiveKey& root,
                          const HiveHeader& header,
                          std::string_view path) {
  return Identifier(tree, root, header, path).Identify();
}

}  // namespace whfb::readers
