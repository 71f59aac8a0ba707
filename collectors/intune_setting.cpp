// What settings catalog policies of an Intune tenant configure, as far as it concerns this product.
// This is intent of the environment: what devices have in effect is told by their registry or MDM
// report. No folder of exports is known to be all policies, and settings come by other kinds of
// policy too, so the tables are never complete.

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "collectors/collector.h"
#include "collectors/readers/tenant_record.h"
#include "collectors/tenant_assignment.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/number_text.h"

namespace whfb::collectors {

namespace {

constexpr std::array kColumns = {
    ColumnSpec{"policy", ValueType::kText, "id of the policy, else its name", true},
    ColumnSpec{"setting", ValueType::kText, "settingDefinitionId, lower case", true},
    ColumnSpec{"policy_name", ValueType::kText, "display name"},
    ColumnSpec{"area", ValueType::kText, "whfb, uac, remote-desktop"},
    ColumnSpec{"scope", ValueType::kText, "device, user"},
    ColumnSpec{"name", ValueType::kText, "last part of the setting, as the CSP spells it if known"},
    ColumnSpec{"number", ValueType::kInt, "number of the option or value; true is 1, false 0"},
    ColumnSpec{"data", ValueType::kText, "option or value as text"},
    ColumnSpec{"assigned", ValueType::kBool, "the policy is assigned to somebody"},
    ColumnSpec{"assigned_to", ValueType::kList, "targets: all-users, all-devices, group <id>",
               false, ValueType::kText},
};

enum Column : std::uint8_t {
  kPolicy,
  kSetting,
  kPolicyName,
  kAreaName,
  kScope,
  kName,
  kNumber,
  kData,
  kAssigned,
  kAssignedTo,
};

constexpr std::array kPolicyColumns = {
    ColumnSpec{"policy", ValueType::kText, "id of the policy, else its name", true},
    ColumnSpec{"policy_name", ValueType::kText, "display name"},
};

constexpr std::array kTables = {
    TableSpec{"environment.intune_setting",
              "settings of Intune settings catalog policies that concern this product", kColumns},
    TableSpec{
        "environment.intune_whfb",
        "settings catalog policies that configure WHfB (PassportForWork) and are not known to "
        "be unassigned",
        kPolicyColumns},
    TableSpec{"environment.intune_uac", "settings catalog policies that set UAC prompts, likewise",
              kPolicyColumns},
};

using readers::CatalogPolicy;
using readers::CatalogSetting;

struct Area {
  std::string_view name;
  std::string_view prefix;  // of the definition, behind "device_vendor_msft_"
};

constexpr std::array kAreas = {
    Area{"whfb", "passportforwork_"},
    Area{"uac", "policy_config_localpoliciessecurityoptions_useraccountcontrol_"},
    Area{"remote-desktop", "policy_config_credentialsdelegation_"},
    Area{"remote-desktop", "policy_config_remotedesktopservices_"},
};

// Nodes of the CSPs by their documented spelling (passportforwork-csp, policy-csp-
// localpoliciessecurityoptions); others keep that of the catalogue.
constexpr std::array<std::string_view, 20> kNames = {
    "UsePassportForWork",
    "RequireSecurityDevice",
    "EnablePinRecovery",
    "UseCertificateForOnPremAuth",
    "UseCloudTrustForOnPremAuth",
    "UseHelloCertificatesAsSmartCardCertificates",
    "DisablePostLogonProvisioning",
    "MinimumPINLength",
    "MaximumPINLength",
    "UseBiometrics",
    "UseRemotePassport",
    "UseSecurityKeyForSignin",
    "EnableESSwithSupportedPeripherals",
    "FacialFeaturesUseEnhancedAntiSpoofing",
    "BehaviorOfTheElevationPromptForAdministrators",
    "BehaviorOfTheElevationPromptForStandardUsers",
    "SwitchToTheSecureDesktopWhenPromptingForElevation",
    "RunAllAdministratorsInAdminApprovalMode",
    "UseAdminApprovalMode",
    "RemoteHostAllowsDelegationOfNonExportableCredentials",
};

std::string_view NameOf(std::string_view definition) {
  const std::string_view last = definition.substr(definition.rfind('_') + 1);
  const auto* const found =
      std::ranges::find_if(kNames, [last](std::string_view one) { return SameNoCase(one, last); });
  return found == kNames.end() ? last : *found;
}

struct Place {
  std::string_view scope{};
  const Area* area = nullptr;
};

// `definition` in lower case.
Place PlaceOf(std::string_view definition) {
  constexpr std::string_view kVendor = "_vendor_msft_";
  for (const std::string_view scope : {"device", "user"}) {
    if (!definition.starts_with(scope) || !definition.substr(scope.size()).starts_with(kVendor)) {
      continue;
    }
    const std::string_view rest = definition.substr(scope.size() + kVendor.size());
    const auto* const area = std::ranges::find_if(
        kAreas, [rest](const Area& one) { return rest.starts_with(one.prefix); });
    return {.scope = scope, .area = area == kAreas.end() ? nullptr : area};
  }
  return {};
}

// An option is called "<definition>_<value>"; other values stand for themselves. Null data:
// neither.
std::string_view OptionOf(const CatalogSetting& setting) {
  if (!setting.choice || setting.value.empty()) {
    return setting.value;
  }
  const std::size_t length = setting.definition.size();
  const bool own = setting.value.size() > length + 1 && setting.value[length] == '_' &&
                   SameNoCase(setting.value.substr(0, length), setting.definition);
  return own ? setting.value.substr(length + 1) : std::string_view{};
}

std::optional<std::int64_t> NumberOf(std::string_view option) {
  if (SameNoCase(option, "true") || SameNoCase(option, "false")) {
    return SameNoCase(option, "true") ? 1 : 0;
  }
  return ParseWhole<std::int64_t>(option);
}

class Settings {
 public:
  Settings(const readers::Records& records, FactSpace& facts)
      : apart_(records, facts),
        facts_(facts),
        table_(facts.Environment().facts.TableOf("environment.intune_setting")),
        whfb_(facts.Environment().facts.TableOf("environment.intune_whfb")),
        uac_(facts.Environment().facts.TableOf("environment.intune_uac")) {}

  void Add(const CatalogPolicy& policy) {
    const TenantAssignment assignment = policy.assignments_shown
                                            ? AssignmentOf(policy.targets, policy.source, facts_)
                                            : apart_.Of(policy.id, policy.source);
    for (const CatalogSetting& setting : policy.settings) {
      AddSetting(policy, setting, assignment);
    }
    for (Table* const table : {&table_, &whfb_, &uac_}) {
      table->Cover(Coverage::kPartial,
                   policy.complete ? WhyUnknown::kNotCollected : WhyUnknown::kTruncated,
                   policy.source);
    }
  }

 private:
  void AddSetting(const CatalogPolicy& policy,
                  const CatalogSetting& setting,
                  const TenantAssignment& assignment) {
    const std::string definition = LowerAscii(setting.definition);
    const Place place = PlaceOf(definition);
    if (place.area == nullptr) {
      return;
    }
    std::array<Cell, kColumns.size()> row = {};
    row[kPolicy] = PolicyCell(policy, setting.source);
    row[kSetting] = facts_.TextCell(definition, setting.source);
    row[kPolicyName] = NameCell(policy, setting.source);
    row[kAreaName] = Cell::Text(place.area->name, setting.source);
    row[kScope] = Cell::Text(place.scope, setting.source);
    row[kName] = facts_.TextCell(NameOf(definition), setting.source);
    row[kAssigned] = assignment.assigned;
    row[kAssignedTo] = assignment.assigned_to;
    Value(setting, row);
    table_.Add(row);
    const bool unassigned = assignment.assigned.present() && assignment.assigned.value.number == 0;
    Table* const named = place.area->name == "whfb" ? &whfb_ : &uac_;
    if (!unassigned && place.area->name != "remote-desktop") {
      const std::array policy_row = {row[kPolicy], row[kPolicyName]};
      named->Add(policy_row);
    }
  }

  // A group has no value of its own and a secret shows none.
  void Value(const CatalogSetting& setting, std::span<Cell> row) {
    const std::string_view option = OptionOf(setting);
    if (option.empty()) {
      const WhyUnknown why =
          setting.value.empty() ? WhyUnknown::kNotCollected : WhyUnknown::kMalformed;
      row[kNumber] = row[kData] = Cell::Unknown(why, setting.source);
      return;
    }
    const std::optional<std::int64_t> number = NumberOf(option);
    row[kNumber] = number ? Cell::Int(*number, setting.source) : Cell::Absent(setting.source);
    row[kData] = facts_.TextCell(option, setting.source);
  }

  Cell PolicyCell(const CatalogPolicy& policy, const Provenance& source) {
    if (!policy.id.empty()) {
      return facts_.TextCell(LowerAscii(policy.id), source);
    }
    return NameCell(policy, source);
  }

  Cell NameCell(const CatalogPolicy& policy, const Provenance& source) {
    return policy.name.empty() ? Cell::Unknown(WhyUnknown::kNotCollected, source)
                               : facts_.TextCell(policy.name, source);
  }

  AssignmentsApart apart_;
  FactSpace& facts_;
  Table& table_;
  Table& whfb_;
  Table& uac_;
};

void Collect(const CollectInput& input, FactSpace& facts) {
  const std::span<const CatalogPolicy> policies = input.records.Of<CatalogPolicy>();
  if (policies.empty()) {
    return;
  }
  Settings settings(input.records, facts);
  for (const CatalogPolicy& policy : policies) {
    settings.Add(policy);
  }
}

}  // namespace

extern const CollectorSpec kIntuneSettingCollector;  // declared again by the generated list

const CollectorSpec kIntuneSettingCollector = {
    .name = "intune_setting", .scope = Scope::kEnvironment, .tables = kTables, .collect = Collect};

}  // namespace whfb::collectors
