// What GPO files set, as far as it concerns this product: Registry.pol, GptTmpl.inf and reports of
// GPOs. This is intent of the environment; what devices have in effect is told by their registry or
// a logged gpresult. No folder of GPO files is known to be all of them, so the table is never
// complete.

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "collectors/collector.h"
#include "collectors/readers/policy_record.h"
#include "collectors/registry_view.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

constexpr std::array kColumns = {
    ColumnSpec{"gpo", ValueType::kText, "GUID of the GPO, from its folder or report", true},
    ColumnSpec{"scope", ValueType::kText, "computer, user", true},
    ColumnSpec{"key", ValueType::kText, "path below the hive, lower case", true},
    ColumnSpec{"name", ValueType::kText, "value name; of user rights the constant", true},
    ColumnSpec{"area", ValueType::kText, "whfb, uac, remote-desktop, user-rights"},
    ColumnSpec{"action", ValueType::kText,
               "set, set-if-missing, delete-value, delete-all-values, create-key, ..."},
    ColumnSpec{"number", ValueType::kInt, "data of REG_DWORD and REG_QWORD"},
    ColumnSpec{"data", ValueType::kText, "the data as text"},
    ColumnSpec{"targeted", ValueType::kBool, "item-level targeting limits it to some"},
    ColumnSpec{"gpo_name", ValueType::kText, "display name, where a report tells it"},
};

enum Column : std::uint8_t {
  kGpo,
  kScope,
  kKeyPath,
  kName,
  kArea,
  kAction,
  kNumber,
  kData,
  kTargeted,
  kGpoName,
};

constexpr std::array kGpoColumns = {
    ColumnSpec{"gpo", ValueType::kText, "GUID of the GPO, from its folder or report", true},
    ColumnSpec{"gpo_name", ValueType::kText, "display name, where a report tells it"},
};

constexpr std::array kTables = {
    TableSpec{"environment.gpo_setting", "settings of GPO files that concern this product",
              kColumns},
    TableSpec{"environment.gpo_whfb",
              "GPOs whose files configure WHfB (PassportForWork) in a half that is not turned off",
              kGpoColumns},
    TableSpec{"environment.gpo_uac", "GPOs whose files set UAC prompts, likewise", kGpoColumns},
};

using readers::PolicyAction;
using readers::PolicyFile;
using readers::PolicyObject;
using readers::PolicyOrigin;
using readers::PolicySetting;
using readers::PrivilegeRight;
using readers::RegistryType;

struct Area {
  std::string_view name;
  std::string_view key;                        // below the hive; the key and all below it
  std::span<const std::string_view> values{};  // empty: all
};

constexpr std::array<std::string_view, 7> kUacValues = {"ConsentPromptBehaviorAdmin",
                                                        "ConsentPromptBehaviorUser",
                                                        "PromptOnSecureDesktop",
                                                        "EnableLUA",
                                                        "FilterAdministratorToken",
                                                        "EnableUIADesktopToggle",
                                                        "ConsentPromptBehaviorEnhancedAdmin"};

constexpr std::array kAreas = {
    Area{"whfb", "software\\policies\\microsoft\\passportforwork"},
    Area{"uac", "software\\microsoft\\windows\\currentversion\\policies\\system", kUacValues},
    Area{"remote-desktop", "software\\policies\\microsoft\\windows\\credentialsdelegation"},
    Area{"remote-desktop", "software\\policies\\microsoft\\windows nt\\terminal services"},
};

constexpr std::array<std::string_view, 4> kRights = {
    "SeRemoteInteractiveLogonRight", "SeDenyRemoteInteractiveLogonRight", "SeNetworkLogonRight",
    "SeDenyNetworkLogonRight"};

// The path below HKLM or HKCU, lower case, and which of the two it was.
struct Below {
  std::string key{};
  std::string_view scope{};  // empty: no hive is told
};

Below BelowHive(std::string_view path) {
  constexpr std::string_view kComputer = "HKEY_LOCAL_MACHINE\\";
  constexpr std::string_view kUser = "HKEY_CURRENT_USER\\";
  if (path.starts_with(kComputer)) {
    return {LowerAscii(path.substr(kComputer.size())), "computer"};
  }
  if (path.starts_with(kUser)) {
    return {LowerAscii(path.substr(kUser.size())), "user"};
  }
  return {LowerAscii(path), {}};
}

const Area* AreaOf(std::string_view key, std::string_view name) {
  const auto* const found = std::ranges::find_if(kAreas, [&](const Area& area) {
    return IsAtOrBelow(key, area.key) &&
           (area.values.empty() || std::ranges::any_of(area.values, [name](std::string_view one) {
              return SameNoCase(one, name);
            }));
  });
  return found == kAreas.end() ? nullptr : found;
}

bool IsIntent(PolicyOrigin origin) {
  return origin == PolicyOrigin::kRegistryPol || origin == PolicyOrigin::kSecurityTemplate ||
         origin == PolicyOrigin::kGpoReport;
}

class Settings {
 public:
  Settings(const CollectInput& input, FactSpace& facts)
      : records_(input.records),
        facts_(facts),
        table_(facts.Environment().facts.TableOf("environment.gpo_setting")),
        whfb_(facts.Environment().facts.TableOf("environment.gpo_whfb")),
        uac_(facts.Environment().facts.TableOf("environment.gpo_uac")) {}

  void Collect() {
    for (const PolicyObject& gpo : records_.Of<PolicyObject>()) {
      if (gpo.origin == PolicyOrigin::kGpoReport && !gpo.name.empty()) {
        names_.try_emplace(gpo.id, gpo.name);
      }
      if (gpo.enabled.present() && !gpo.enabled.value && !gpo.id.empty()) {
        off_.emplace(gpo.id, gpo.scope);
      }
    }
    for (const PolicySetting& setting : records_.Of<PolicySetting>()) {
      if (IsIntent(setting.origin)) {
        AddSetting(setting);
      }
    }
    for (const PrivilegeRight& right : records_.Of<PrivilegeRight>()) {
      if (IsIntent(right.origin)) {
        AddRight(right);
      }
    }
    Cover();
  }

 private:
  void Cover() {
    for (const PolicyFile& file : records_.Of<PolicyFile>()) {
      if (IsIntent(file.origin)) {
        for (Table* const table : {&table_, &whfb_, &uac_}) {
          table->Cover(Coverage::kPartial,
                       file.complete ? WhyUnknown::kNotCollected : WhyUnknown::kTruncated,
                       file.source);
        }
      }
    }
  }

  void AddSetting(const PolicySetting& setting) {
    const Below below = BelowHive(setting.value.key);
    const Area* const area = AreaOf(below.key, setting.value.name);
    if (area == nullptr || setting.action == PolicyAction::kComment) {
      return;
    }
    std::vector<Cell> row = Row(setting.gpo, setting.value.source);
    row[kScope] = TextOr(below.scope, setting.value.source);
    row[kKeyPath] = TextOr(below.key, setting.value.source);
    row[kName] = facts_.TextCell(Canonical(setting.value.name), setting.value.source);
    row[kArea] = Cell::Text(area->name, setting.value.source);
    row[kAction] = Cell::Text(ToString(setting.action), setting.value.source);
    row[kTargeted] = Cell::Bool(setting.in_doubt, setting.value.source);
    Data(setting, row);
    table_.Add(row);
    const bool sets =
        setting.action == PolicyAction::kSet || setting.action == PolicyAction::kSetIfMissing;
    if (sets && area->name == "whfb") {
      Note(setting, whfb_);
    } else if (sets && area->name == "uac") {
      Note(setting, uac_);
    }
  }

  // Every column begins as unknown (not-collected) at this place.
  std::vector<Cell> Row(std::string_view gpo, const Provenance& source) {
    std::vector<Cell> row(kColumns.size(), Cell::Unknown(WhyUnknown::kNotCollected, source));
    row[kGpo] = TextOr(gpo, source);
    const std::string_view name = NameOf(gpo);
    row[kGpoName] = TextOr(name, source);
    return row;
  }

  Cell TextOr(std::string_view text, const Provenance& source) {
    return text.empty() ? Cell::Unknown(WhyUnknown::kNotCollected, source)
                        : facts_.TextCell(text, source);
  }

  // One spelling for one value, so that the rows of two files meet.
  static std::string_view Canonical(std::string_view name) {
    const auto* const found = std::ranges::find_if(
        kUacValues, [name](std::string_view one) { return SameNoCase(one, name); });
    return found == kUacValues.end() ? name : *found;
  }

  void Data(const PolicySetting& setting, std::vector<Cell>& row) {
    const readers::RegistryValue& value = setting.value;
    const bool sets =
        setting.action == PolicyAction::kSet || setting.action == PolicyAction::kSetIfMissing;
    const bool number = value.type == RegistryType::kDword || value.type == RegistryType::kQword;
    if (value.malformed) {
      row[kNumber] = row[kData] = Cell::Unknown(WhyUnknown::kMalformed, value.source);
    } else if (!sets) {
      row[kNumber] = row[kData] = Cell::Absent(value.source);
    } else if (number) {
      row[kNumber] = Cell::Int(static_cast<std::int64_t>(value.number), value.source);
      row[kData] = facts_.TextCell(std::to_string(value.number), value.source);
    } else if (value.type != RegistryType::kBinary && value.type != RegistryType::kOther) {
      row[kNumber] = Cell::Absent(value.source);
      row[kData] = facts_.TextCell(value.text, value.source);
    }
  }

  void AddRight(const PrivilegeRight& right) {
    if (std::ranges::find(kRights, right.name) == kRights.end()) {
      return;
    }
    std::string members;
    for (const std::string_view member : right.members) {
      members.append(members.empty() ? "" : "; ").append(member);
    }
    std::vector<Cell> row = Row(right.gpo, right.source);
    row[kScope] = Cell::Text("computer", right.source);
    row[kKeyPath] = Cell::Text("privilege rights", right.source);
    row[kName] = facts_.TextCell(right.name, right.source);
    row[kArea] = Cell::Text("user-rights", right.source);
    row[kAction] = Cell::Text("set", right.source);
    row[kNumber] = Cell::Absent(right.source);
    row[kData] = facts_.TextCell(members, right.source);
    row[kTargeted] = Cell::Bool(false, right.source);
    table_.Add(row);
  }

  [[nodiscard]] std::string_view NameOf(std::string_view gpo) const {
    const auto found = names_.find(gpo);
    return found == names_.end() ? std::string_view{} : found->second;
  }

  // A file whose GPO is not told names none, and a half that is turned off sets nothing.
  void Note(const PolicySetting& setting, Table& gpos) {
    if (!setting.gpo.empty() && !off_.contains({setting.gpo, setting.scope})) {
      const std::array row = {TextOr(setting.gpo, setting.value.source),
                              TextOr(NameOf(setting.gpo), setting.value.source)};
      gpos.Add(row);
    }
  }

  const readers::Records& records_;
  FactSpace& facts_;
  Table& table_;
  Table& whfb_;
  Table& uac_;
  std::unordered_map<std::string_view, std::string_view> names_;
  std::set<std::pair<std::string_view, readers::PolicyScope>> off_;  // halves that are turned off
};

void Collect(const CollectInput& input, FactSpace& facts) {
  Settings(input, facts).Collect();
}

}  // namespace

extern const CollectorSpec kGpoSettingCollector;  // declared again by the generated list

const CollectorSpec kGpoSettingCollector = {
    .name = "gpo_setting", .scope = Scope::kEnvironment, .tables = kTables, .collect = Collect};

}  // namespace whfb::collectors
