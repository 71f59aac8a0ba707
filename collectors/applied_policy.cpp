#include "collectors/applied_policy.h"

#include <algorithm>

#include "collectors/registry_view.h"

namespace whfb::collectors {

namespace {

using readers::PolicyAction;
using readers::PolicyHint;
using readers::PolicyOrigin;
using readers::PolicyResults;
using readers::PolicyScope;
using readers::PolicySetting;
using readers::RegistryType;

bool Wins(const PolicySetting& setting) {
  return setting.precedence.present() && setting.precedence.value == 1;
}

bool Names(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::any_of(names, [name](std::string_view one) { return SameNoCase(one, name); });
}

}  // namespace

AppliedPolicy::AppliedPolicy(const readers::Records& records, const Moment& moment)
    : settings_(records.Of<PolicySetting>()),
      hints_(records.Of<PolicyHint>()),
      results_(records.Of<PolicyResults>()),
      moment_(moment) {}

bool AppliedPolicy::TooOld(const Provenance& source, PolicyScope scope) const {
  constexpr Ticks kWindow = 30 * kTicksPerDay;
  const auto half = std::ranges::find_if(results_, [&](const PolicyResults& one) {
    return one.source.evidence == source.evidence && one.scope == scope;
  });
  return half != results_.end() && half->read_time.present() && moment_.collected.latest != 0 &&
         half->read_time.value.latest < moment_.collected.earliest - kWindow;
}

Cell AppliedPolicy::NumberOf(const PolicySetting& setting) const {
  const Provenance& source = setting.value.source;
  if (TooOld(source, setting.scope)) {
    return Cell::Unknown(WhyUnknown::kStale, source);
  }
  if (setting.action != PolicyAction::kSet || !Wins(setting) || setting.in_doubt) {
    return Cell::Unknown(WhyUnknown::kAmbiguous, source);
  }
  return setting.value.type == RegistryType::kDword && !setting.value.malformed
             ? Cell::Int(static_cast<std::int64_t>(setting.value.number), source)
             : Cell::Unknown(WhyUnknown::kMalformed, source);
}

Cell AppliedPolicy::Number(std::string_view key, std::string_view name) const {
  Cell answer;
  for (const PolicySetting& setting : settings_) {
    if (setting.origin == PolicyOrigin::kLogged && SameNoCase(setting.value.name, name) &&
        SameNoCase(setting.value.key, key)) {
      answer = MergeWithinBundle(answer, NumberOf(setting), ValueType::kInt);
    }
  }
  return answer;
}

bool AppliedPolicy::Supported(const PolicySetting& setting,
                              std::span<const std::string_view> names) const {
  return std::ranges::any_of(hints_, [&](const PolicyHint& hint) {
    return hint.origin == setting.origin && hint.scope == setting.scope &&
           hint.source.evidence == setting.value.source.evidence && hint.gpo == setting.gpo &&
           Names(names, hint.name);
  });
}

Cell AppliedPolicy::SaysOf(const PolicySetting& setting,
                           std::span<const std::string_view> proves_nothing,
                           std::span<const std::string_view> supporting_names) const {
  const Provenance& source = setting.value.source;
  if (TooOld(source, setting.scope)) {
    return Cell::Unknown(WhyUnknown::kStale, source);
  }
  const bool value = setting.action == PolicyAction::kSet && !setting.value.name.empty() &&
                     !Names(proves_nothing, setting.value.name);
  const bool key =
      setting.action == PolicyAction::kCreateKey && Supported(setting, supporting_names);
  return (value || key) && !setting.in_doubt ? Cell::Bool(true, source)
                                             : Cell::Unknown(WhyUnknown::kAmbiguous, source);
}

Cell AppliedPolicy::AnyValueBelow(PolicyScope scope,
                                  std::string_view key,
                                  std::span<const std::string_view> proves_nothing,
                                  std::span<const std::string_view> supporting_names) const {
  Cell answer;
  for (const PolicySetting& setting : settings_) {
    if (setting.origin == PolicyOrigin::kLogged && setting.scope == scope &&
        IsAtOrBelow(setting.value.key, key)) {
      answer = MergeWithinBundle(answer, SaysOf(setting, proves_nothing, supporting_names),
                                 ValueType::kBool);
    }
  }
  return answer;
}

std::string_view GpoLabel(const PolicySetting& setting) {
  return setting.gpo_name.empty() ? setting.gpo : setting.gpo_name;
}

}  // namespace whfb::collectors
