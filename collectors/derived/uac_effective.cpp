// The UAC values in effect, and which source told. The registry where it is known ("not set" is
// known too) and no newer gpresult contradicts it; else what a logged gpresult says was applied and
// what MDM wrote, which must not disagree. A gpresult that shows a value and leaves it open is not
// settled by MDM: Group Policy may hold another one.

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "collectors/collector.h"
#include "collectors/derived/effect.h"

namespace whfb::collectors {

namespace {

// Windows defaults: evidence.md section 3 (learn.microsoft.com, User Account Control settings and
// configuration).
constexpr std::array kFacts = {
    FactSpec{"device.uac.effective.consent_prompt_admin", ValueType::kInt,
             "ConsentPromptBehaviorAdmin in effect", "5"},
    FactSpec{"device.uac.effective.consent_prompt_user", ValueType::kInt,
             "ConsentPromptBehaviorUser in effect", "3"},
    FactSpec{"device.uac.effective.prompt_on_secure_desktop", ValueType::kInt,
             "PromptOnSecureDesktop in effect", "1"},
    FactSpec{"device.uac.effective.enable_lua", ValueType::kInt, "EnableLUA in effect", "1"},
    FactSpec{"device.uac.effective.consent_prompt_admin_source", ValueType::kText,
             "who told it: registry gpresult mdm 'gpresult and mdm'"},
    FactSpec{"device.uac.effective.consent_prompt_user_source", ValueType::kText,
             "who told it: registry gpresult mdm 'gpresult and mdm'"},
    FactSpec{"device.uac.effective.prompt_on_secure_desktop_source", ValueType::kText,
             "who told it: registry gpresult mdm 'gpresult and mdm'"},
    FactSpec{"device.uac.effective.enable_lua_source", ValueType::kText,
             "who told it: registry gpresult mdm 'gpresult and mdm'"},
};

constexpr std::array<std::string_view, 4> kSettings = {
    "consent_prompt_admin", "consent_prompt_user", "prompt_on_secure_desktop", "enable_lua"};

// A source that does not set the value says nothing of it.
Cell Said(const Cell& cell) {
  return cell.absent() ? Cell::Unknown(WhyUnknown::kNotCollected, cell.source) : cell;
}

struct Answer {
  Cell value{};
  std::string_view source{};  // empty: nobody told
};

Answer Decide(const FactSpace& facts, const Cell& registry, const Cell& gpresult, const Cell& mdm) {
  if (Overtaken(facts, registry, gpresult, ValueType::kInt)) {
    return {Cell::Unknown(WhyUnknown::kConflicting, gpresult.source), ""};
  }
  if (!YieldsToGpresult(registry)) {
    return {registry, registry.unknown() ? "" : "registry"};
  }
  const bool open = gpresult.unknown() && gpresult.why != WhyUnknown::kNotCollected;
  const Cell policy =
      open ? gpresult : MergeWithinBundle(Said(gpresult), Said(mdm), ValueType::kInt);
  if (policy.unknown()) {
    return {MergeWithinBundle(registry, policy, ValueType::kInt), ""};
  }
  if (gpresult.present() && mdm.present()) {
    return {policy, "gpresult and mdm"};
  }
  return {policy, gpresult.present() ? "gpresult" : "mdm"};
}

void Derive(const DeriveInput& /*input*/, FactSpace& facts) {
  SubjectFacts& device = facts.Device().facts;
  for (const std::string_view setting : kSettings) {
    const auto fact = [&](std::string_view place) {
      return std::string("device.uac.").append(place).append(setting);
    };
    const Answer answer = Decide(facts, device.Get(fact("")), device.Get(fact("gpresult.")),
                                 device.Get(fact("mdm.")));
    const std::string effective = fact("effective.");
    device.Put(effective, answer.value);
    device.Put(effective + "_source", answer.source.empty()
                                          ? Cell::Unknown(answer.value.why, answer.value.source)
                                          : Cell::Text(answer.source, answer.value.source));
  }
}

}  // namespace

extern const DerivationSpec kUacEffectiveDerivation;  // declared again by the generated list

const DerivationSpec kUacEffectiveDerivation = {
    .name = "uac_effective", .scope = Scope::kDevice, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors
