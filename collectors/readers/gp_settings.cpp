#include "collectors/readers/gp_settings.h"

#include <utility>
#include <vector>

#include "collectors/readers/certutil_lines.h"
#include "collectors/readers/gp_preferences.h"
#include "collectors/readers/gpo_path.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/number_text.h"

namespace whfb::readers {

namespace {

constexpr std::string_view kSecurity = "http://www.microsoft.com/GroupPolicy/Settings/Security";
constexpr std::string_view kRegistry = "http://www.microsoft.com/GroupPolicy/Settings/Registry";
constexpr std::string_view kPreferences =
    "http://www.microsoft.com/GroupPolicy/Settings/Windows/Registry";

// The roots of KeyName, as in [Registry Values].
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kRoots = {{
    {"MACHINE\\", "HKEY_LOCAL_MACHINE\\"},
    {"USERS\\", "HKEY_USERS\\"},
    {"CLASSES_ROOT\\", "HKEY_CLASSES_ROOT\\"},
}};

Known<std::int64_t> Number(const pugi::xml_node& node, std::int64_t max) {
  if (!node) {
    return {};
  }
  const std::string_view text = TextOf(node);
  const auto number = ParseWhole<std::int64_t>(text);
  // One text node only: a comment inside the number would split it.
  const bool whole = number && !node.first_child().next_sibling() && *number >= 0 && *number <= max;
  return whole ? Known<std::int64_t>::Present(*number)
               : Known<std::int64_t>::Unknown(WhyUnknown::kMalformed);
}

class Extension {
 public:
  Extension(const pugi::xml_node& node, const GpHalf& half)
      : node_(node), half_(half), blocked_(ChildText(node, "Blocked") == "true") {}

  void Read() {
    for (const pugi::xml_node& child : node_.children()) {
      if (child.type() != pugi::node_element || !half_.tree.IsWhole(child)) {
        continue;
      }
      if (!RoomForSetting(child, half_)) {
        return;
      }
      const std::string_view space = NamespaceOf(child);
      if (space == kSecurity) {
        Security(child);
      } else if (space == kRegistry) {
        Registry(child);
      } else if (space == kPreferences) {
        ReadGpPreference(child, Begin(child, PolicyPart::kPreference), half_);
      }
    }
  }

 private:
  void Security(const pugi::xml_node& node) {
    if (Is(node, "SecurityOptions")) {
      SecurityOption(node);
    } else if (Is(node, "UserRightsAssignment")) {
      UserRight(node);
    }
  }

  void Registry(const pugi::xml_node& node) {
    if (Is(node, "RegistrySetting")) {
      RegistrySetting(node);
    } else if (Is(node, "Policy")) {
      ++half_.sink.record_count;
      half_.sink.records.Add(PolicyHint{.origin = half_.origin,
                                        .scope = half_.scope,
                                        .name = Keep(ChildText(node, "Name")),
                                        .state = Keep(ChildText(node, "State")),
                                        .category = Keep(ChildText(node, "Category")),
                                        .gpo = Gpo(node),
                                        .gpo_name = GpoName(node),
                                        .precedence = Precedence(node),
                                        .source = half_.evidence.At(half_.tree.LineOf(node))});
    }
  }

  // KeyName with its data; SystemAccessPolicyName (account policies) is no registry value.
  void SecurityOption(const pugi::xml_node& node) {
    ++half_.sink.record_count;
    const pugi::xml_node key_name = Child(node, "KeyName");
    if (!key_name) {
      return;
    }
    PolicySetting setting = Begin(node, PolicyPart::kSecurity);
    const std::string path = FullPath(TextOf(key_name));
    const std::size_t slash = path.rfind('\\');
    if (path.empty() || slash + 1 == path.size()) {
      Damage(node, "KeyName is no path of a registry value");
      return;
    }
    Place(setting, std::string_view(path).substr(0, slash),
          std::string_view(path).substr(slash + 1));
    if (const pugi::xml_node number = Child(node, "SettingNumber")) {
      Dword(number, setting.value);
    } else if (const pugi::xml_node text = Child(node, "SettingString")) {
      setting.value.type = RegistryType::kText;
      setting.value.text = Keep(TextOf(text));
    } else if (const pugi::xml_node list = Child(node, "SettingStrings")) {
      Strings(list, setting.value);
    } else {
      setting.value.malformed = true;
    }
    Add(node, setting);
  }

  static std::string FullPath(std::string_view path) {
    for (const auto& [brief, full] : kRoots) {
      if (SameNoCase(path.substr(0, brief.size()), brief)) {
        return std::string(full).append(path.substr(brief.size()));
      }
    }
    return {};
  }

  void UserRight(const pugi::xml_node& node) {
    ++half_.sink.record_count;
    const std::string_view name = ChildText(node, "Name");
    if (name.empty()) {
      Damage(node, "a user right without a name");
      return;
    }
    std::vector<std::string_view> members;
    for (const pugi::xml_node& member : node.children()) {
      if (Is(member, "Member")) {
        const std::string_view sid = ChildText(member, "SID");
        members.push_back(Keep(sid.empty() ? ChildText(member, "Name") : sid));
      }
    }
    half_.sink.records.Add(
        PrivilegeRight{.origin = half_.origin,
                       .name = Keep(name),
                       .members = half_.sink.records.pool().KeepList(members),
                       .gpo = Gpo(node),
                       .gpo_name = GpoName(node),
                       .precedence = Precedence(node),
                       .source = half_.evidence.At(half_.tree.LineOf(node), Keep(name))});
  }

  // A policy that no ADMX explains: its key, and its value unless the policy only makes the key.
  void RegistrySetting(const pugi::xml_node& node) {
    const std::string_view key = ChildText(node, "KeyPath");
    if (key.empty()) {
      ++half_.sink.record_count;
      Damage(node, "a registry setting without KeyPath");
      return;
    }
    const std::string path = std::string(HiveOf(half_.scope)).append(key);
    const bool command = static_cast<bool>(Child(node, "Command"));
    bool any = false;
    for (const pugi::xml_node& value : node.children()) {
      if (!Is(value, "Value")) {
        continue;
      }
      any = true;
      if (RoomForSetting(value, half_)) {
        ++half_.sink.record_count;
        PolicySetting setting = Begin(node, PolicyPart::kRegistry);
        setting.action = command ? PolicyAction::kOther : PolicyAction::kSet;
        Place(setting, path, ChildText(value, "Name"));
        Data(value, setting.value);
        Add(node, setting);
      }
    }
    if (!any) {
      ++half_.sink.record_count;
      PolicySetting setting = Begin(node, PolicyPart::kRegistry);
      setting.action = command ? PolicyAction::kOther : PolicyAction::kCreateKey;
      Place(setting, path, {});
      setting.value.text = Keep(ChildText(node, "Command"));
      Add(node, setting);
    }
  }

  void Data(const pugi::xml_node& node, RegistryValue& value) const {
    if (const pugi::xml_node number = Child(node, "Number")) {
      Dword(number, value);
    } else if (const pugi::xml_node text = Child(node, "String")) {
      value.type = RegistryType::kText;
      value.text = Keep(TextOf(text));
    } else if (const pugi::xml_node list = Child(node, "Strings")) {
      Strings(list, value);
    } else {
      value.type = RegistryType::kOther;  // binary data and types that are not documented
    }
  }

  static void Dword(const pugi::xml_node& node, RegistryValue& value) {
    constexpr std::int64_t kMax = 0xFFFFFFFF;
    const Known<std::int64_t> number = Number(node, kMax);
    value.type = RegistryType::kDword;
    value.malformed = !number.present();
    value.number = static_cast<std::uint64_t>(number.value);
  }

  void Strings(const pugi::xml_node& node, RegistryValue& value) const {
    std::string text;
    for (const pugi::xml_node& one : node.children()) {
      if (Is(one, "Value")) {
        text.append(text.empty() ? "" : "\n").append(TextOf(one));
      }
    }
    value.type = RegistryType::kMultiText;
    value.text = Keep(text);
  }

  [[nodiscard]] PolicySetting Begin(const pugi::xml_node& node, PolicyPart part) const {
    return {.origin = half_.origin,
            .scope = half_.scope,
            .part = part,
            .gpo = Gpo(node),
            .gpo_name = GpoName(node),
            .precedence = Precedence(node),
            .in_doubt = blocked_ || half_.InDoubt(part)};
  }

  void Place(PolicySetting& setting, std::string_view key, std::string_view name) const {
    setting.value.key = Keep(key);
    setting.value.name = Keep(name);
  }

  void Add(const pugi::xml_node& node, PolicySetting setting) {
    const std::string path = std::string(setting.value.key).append("\\").append(setting.value.name);
    setting.value.context = half_.evidence.context;
    setting.value.source = half_.evidence.At(half_.tree.LineOf(node), Keep(path));
    if (setting.value.malformed) {
      Damage(node, "the data of a setting is missing or no number");
    }
    half_.sink.records.Add(setting);
  }

  void Damage(const pugi::xml_node& node, std::string message) const {
    half_.sink.AddGap({half_.tree.LineOf(node), WhyUnknown::kMalformed, std::move(message)});
  }

  [[nodiscard]] std::string IdOf(const pugi::xml_node& node) const {
    const std::string_view own = ChildText(Child(node, "GPO"), "Identifier");
    return own.empty() ? std::string(half_.gpo) : GpoId(own);
  }

  [[nodiscard]] std::string_view Gpo(const pugi::xml_node& node) const { return Keep(IdOf(node)); }

  [[nodiscard]] std::string_view GpoName(const pugi::xml_node& node) const {
    const auto found = half_.names.find(IdOf(node));
    return found == half_.names.end() ? std::string_view{} : Keep(found->second);
  }

  static Known<std::int64_t> Precedence(const pugi::xml_node& node) {
    return Number(Child(node, "Precedence"), INT32_MAX);
  }

  [[nodiscard]] std::string_view Keep(std::string_view text) const { return half_.sink.Keep(text); }

  const pugi::xml_node& node_;
  const GpHalf& half_;
  bool blocked_;
};

}  // namespace

bool RoomForSetting(const pugi::xml_node& node, const GpHalf& half) {
  if (half.sink.record_count == kMaxGpSettings) {
    half.sink.AddGap({half.tree.LineOf(node), WhyUnknown::kTooLarge,
                      "more than 65536 settings; the rest is not read"});
    ++half.sink.record_count;
  }
  return half.sink.record_count < kMaxGpSettings;
}

std::string GpoId(std::string_view text) {
  std::string guid = NormalisedGuid(text);
  return guid.empty() ? std::string(text) : guid;
}

void ReadGpExtension(const pugi::xml_node& extension, const GpHalf& half) {
  Extension(extension, half).Read();
}

}  // namespace whfb::readers
