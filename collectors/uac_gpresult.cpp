// User Account Control in a logged gpresult: the four values that decide where elevation prompts
// appear are security options, which it lists by registry path in every language (formats.md
// section 7).

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "collectors/applied_policy.h"
#include "collectors/collector.h"
#include "collectors/registry_view.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"device.uac.gpresult.consent_prompt_admin", ValueType::kInt,
             "ConsentPromptBehaviorAdmin as a logged gpresult says it was applied"},
    FactSpec{"device.uac.gpresult.consent_prompt_user", ValueType::kInt,
             "ConsentPromptBehaviorUser as a logged gpresult says it was applied"},
    FactSpec{"device.uac.gpresult.prompt_on_secure_desktop", ValueType::kInt,
             "PromptOnSecureDesktop as a logged gpresult says it was applied"},
    FactSpec{"device.uac.gpresult.enable_lua", ValueType::kInt,
             "EnableLUA as a logged gpresult says it was applied"},
    FactSpec{"device.uac.gpresult.gpos", ValueType::kList,
             "GPOs whose UAC settings won, by a logged gpresult", "", ValueType::kText},
};

constexpr std::string_view kKey =
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System";

struct Setting {
  std::string_view fact;  // last word of the fact id
  std::string_view name;
};

constexpr std::array kSettings = {
    Setting{"consent_prompt_admin", "ConsentPromptBehaviorAdmin"},
    Setting{"consent_prompt_user", "ConsentPromptBehaviorUser"},
    Setting{"prompt_on_secure_desktop", "PromptOnSecureDesktop"},
    Setting{"enable_lua", "EnableLUA"},
};

bool WinsForUac(const readers::PolicySetting& setting) {
  return Wins(setting) && SameNoCase(setting.value.key, kKey) &&
         std::ranges::any_of(kSettings, [&](const Setting& one) {
           return SameNoCase(one.name, setting.value.name);
         });
}

void Collect(const CollectInput& input, FactSpace& facts) {
  const AppliedPolicy applied(input.records, facts.Device());
  SubjectFacts& device = facts.Device().facts;
  for (const Setting& setting : kSettings) {
    device.Set(std::string("device.uac.gpresult.").append(setting.fact),
               applied.Number(kKey, setting.name));
  }
  device.Set("device.uac.gpresult.gpos", GpoList(applied, WinsForUac, facts));
}

}  // namespace

extern const CollectorSpec kUacGpresultCollector;  // declared again by the generated list

const CollectorSpec kUacGpresultCollector = {
    .name = "uac_gpresult", .scope = Scope::kDevice, .facts = kFacts, .collect = Collect};

}  // namespace whfb::collectors
