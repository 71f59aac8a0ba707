// User Account Control: the four values that decide where elevation prompts appear.
// Places, values and defaults: evidence.md section 3.

#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "collectors/collector.h"
#include "collectors/registry_view.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"device.uac.consent_prompt_admin", ValueType::kInt, "ConsentPromptBehaviorAdmin", "5"},
    FactSpec{"device.uac.consent_prompt_user", ValueType::kInt, "ConsentPromptBehaviorUser", "3"},
    FactSpec{"device.uac.prompt_on_secure_desktop", ValueType::kInt, "PromptOnSecureDesktop", "1"},
    FactSpec{"device.uac.enable_lua", ValueType::kInt, "EnableLUA", "1"},
};

constexpr std::string_view kKey =
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System";

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kValues = {{
    {"device.uac.consent_prompt_admin", "ConsentPromptBehaviorAdmin"},
    {"device.uac.consent_prompt_user", "ConsentPromptBehaviorUser"},
    {"device.uac.prompt_on_secure_desktop", "PromptOnSecureDesktop"},
    {"device.uac.enable_lua", "EnableLUA"},
}};

void Collect(const CollectInput& input, FactSpace& facts) {
  const RegistryView registry(input.records);
  Subject& device = facts.Device();
  for (const auto& [fact, value] : kValues) {
    device.facts.Set(fact, registry.Number(kKey, value));
  }
}

}  // namespace

extern const CollectorSpec kUacCollector;  // declared again by the generated list

const CollectorSpec kUacCollector = {
    .name = "uac", .scope = Scope::kDevice, .facts = kFacts, .collect = Collect};

}  // namespace whfb::collectors
