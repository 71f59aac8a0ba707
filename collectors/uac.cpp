// User Account Control: the four values that decide where elevation prompts appear.
// Places, values and defaults: evidence.md section 3.

#include <array>
#include <span>

#include "collectors/certificate_columns.h"
#include "collectors/collector.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"device.uac.consent_prompt_admin", ValueType::kInt, "ConsentPromptBehaviorAdmin", "5"},
    FactSpec{"device.uac.consent_prompt_user", ValueType::kInt, "ConsentPromptBehaviorUser", "3"},
    FactSpec{"device.uac.prompt_on_secure_desktop", ValueType::kInt, "PromptOnSecureDesktop", "1"},
    FactSpec{"device.uac.enable_lua", ValueType::kInt, "EnableLUA", "1"},
};

void Collect(const CollectInput& /*input*/, FactSpace& /*facts*/) {}

}  // namespace

extern const CollectorSpec kUacCollector;  // declared again by the generated list

const CollectorSpec kUacCollector = {
    .name = "uac", .scope = Scope::kDevice, .facts = kFacts, .collect = Collect};

}  // namespace whfb::collectors
