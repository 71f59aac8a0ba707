// User Account Control: the four values that decide where elevation prompts appear, as the registry
// holds them and as MDM wrote them.
// Places, values and defaults: evidence.md section 3. That the MDM policies are written to the same
// registry values with the same numbers: PolicyManager\default names them in RegKeyPathRedirect and
// RegValueNameRedirect (a registry dump of the MDM diagnostics).

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "collectors/collector.h"
#include "collectors/registry_view.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"device.uac.consent_prompt_admin", ValueType::kInt, "ConsentPromptBehaviorAdmin", "5"},
    FactSpec{"device.uac.consent_prompt_user", ValueType::kInt, "ConsentPromptBehaviorUser", "3"},
    FactSpec{"device.uac.prompt_on_secure_desktop", ValueType::kInt, "PromptOnSecureDesktop", "1"},
    FactSpec{"device.uac.enable_lua", ValueType::kInt, "EnableLUA", "1"},
    FactSpec{"device.uac.mdm.consent_prompt_admin", ValueType::kInt,
             "UserAccountControl_BehaviorOfTheElevationPromptForAdministrators of MDM"},
    FactSpec{"device.uac.mdm.consent_prompt_user", ValueType::kInt,
             "UserAccountControl_BehaviorOfTheElevationPromptForStandardUsers of MDM"},
    FactSpec{"device.uac.mdm.prompt_on_secure_desktop", ValueType::kInt,
             "UserAccountControl_SwitchToTheSecureDesktopWhenPromptingForElevation of MDM"},
    FactSpec{"device.uac.mdm.enable_lua", ValueType::kInt,
             "UserAccountControl_RunAllAdministratorsInAdminApprovalMode of MDM"},
};

constexpr std::string_view kKey =
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System";
// What MDM has in force. PolicyManager\default beside it holds defaults and is no setting.
constexpr std::string_view kMdmKey =
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\PolicyManager\\current\\device"
    "\\LocalPoliciesSecurityOptions";

struct Setting {
  std::string_view fact;  // last word of the fact ids
  std::string_view name;
  std::string_view mdm_name;
};

constexpr std::array kSettings = {
    Setting{"consent_prompt_admin", "ConsentPromptBehaviorAdmin",
            "UserAccountControl_BehaviorOfTheElevationPromptForAdministrators"},
    Setting{"consent_prompt_user", "ConsentPromptBehaviorUser",
            "UserAccountControl_BehaviorOfTheElevationPromptForStandardUsers"},
    Setting{"prompt_on_secure_desktop", "PromptOnSecureDesktop",
            "UserAccountControl_SwitchToTheSecureDesktopWhenPromptingForElevation"},
    Setting{"enable_lua", "EnableLUA",
            "UserAccountControl_RunAllAdministratorsInAdminApprovalMode"},
};

// A value counts while "<policy>_ProviderSet" says that a provider set it. Unmanaged PCs hold
// values without that mark (a registry dump of a PC that was never enrolled): what they come from
// is not told.
Cell MdmNumber(const RegistryView& registry, std::string_view name) {
  const Cell set = registry.Number(kMdmKey, std::string(name).append("_ProviderSet"));
  const Cell value = registry.Number(kMdmKey, name);
  if (!value.present() || (set.present() && set.value.number != 0)) {
    return value;
  }
  return set.present() ? Cell::Absent(set.source)
                       : Cell::Unknown(WhyUnknown::kAmbiguous, value.source);
}

void Collect(const CollectInput& input, FactSpace& facts) {
  const RegistryView registry(input.records);
  SubjectFacts& device = facts.Device().facts;
  for (const Setting& setting : kSettings) {
    const auto fact = [&](std::string_view source) {
      return std::string("device.uac.").append(source).append(setting.fact);
    };
    device.Set(fact(""), registry.Number(kKey, setting.name));
    device.Set(fact("mdm."), MdmNumber(registry, setting.mdm_name));
  }
}

}  // namespace

extern const CollectorSpec kUacCollector;  // declared again by the generated list

const CollectorSpec kUacCollector = {
    .name = "uac", .scope = Scope::kDevice, .facts = kFacts, .collect = Collect};

}  // namespace whfb::collectors
