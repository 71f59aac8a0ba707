#include "collectors/applied_policy.h"

#include <algorithm>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "collectors/registry_view.h"
#include "collectors/result_domain.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

using readers::PolicyAction;
using readers::PolicyOrigin;
using readers::PolicyResults;
using readers::PolicyScope;
using readers::PolicySetting;
using readers::RegistryType;

bool Names(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::any_of(names, [name](std::string_view one) { return SameNoCase(one, name); });
}

bool IsOf(const PolicyResults& half, const Subject& device, const AdDomain& domain) {
  const std::string_view computer = ComputerOf(half);
  return !computer.empty() && !Differ(DomainOf(half), domain) &&
         std::ranges::any_of(device.aliases, [computer](const Alias& alias) {
           return alias.kind == AliasKind::kName && SameHost(alias.value, computer);
         });
}

// The result tells that something overrules it.
bool Loses(const PolicySetting& setting) {
  return setting.precedence.present() && !Wins(setting);
}

// It wrote its value.
bool Writes(const PolicySetting& setting) {
  return setting.action == PolicyAction::kSet && Wins(setting) && !setting.in_doubt;
}

Cell NumberOf(const PolicySetting& setting) {
  const Provenance& source = setting.value.source;
  if (!Writes(setting)) {
    return Cell::Unknown(WhyUnknown::kAmbiguous, source);
  }
  return setting.value.type == RegistryType::kDword && !setting.value.malformed
             ? Cell::Int(static_cast<std::int64_t>(setting.value.number), source)
             : Cell::Unknown(WhyUnknown::kMalformed, source);
}

// By whose half and path: values of which a setting that need not lose was not surely written.
using OpenValues = std::set<std::pair<std::string_view, std::string>>;

std::string PathOf(const PolicySetting& setting) {
  return LowerAscii(std::string(setting.value.key).append("\\").append(setting.value.name));
}

Cell SaysOf(const PolicySetting& setting,
            std::span<const std::string_view> proves_nothing,
            bool open) {
  const Provenance& source = setting.value.source;
  const bool value = Writes(setting) && !open && !setting.value.name.empty() &&
                     !Names(proves_nothing, setting.value.name);
  return value ? Cell::Bool(true, source) : Cell::Unknown(WhyUnknown::kAmbiguous, source);
}

}  // namespace

AppliedPolicy::AppliedPolicy(const readers::Records& records, const Subject& device)
    : settings_(records.Of<PolicySetting>()) {
  const AdDomain domain = DomainOf(records, device.facts);
  for (const PolicyResults& half : records.Of<PolicyResults>()) {
    if (half.origin == PolicyOrigin::kLogged) {
      // Where one file holds two halves of a kind, nobody can tell which a setting is of.
      const auto [at, first] = halves_.try_emplace({half.source.evidence, half.scope}, &half);
      at->second = first && IsOf(half, device, domain) ? &half : nullptr;
    }
  }
  complete_ = std::ranges::all_of(
      halves_, [](const auto& half) { return half.second == nullptr || half.second->complete; });
}

const PolicyResults* AppliedPolicy::HalfOf(const PolicySetting& setting) const {
  if (setting.origin != PolicyOrigin::kLogged) {
    return nullptr;
  }
  const auto found = halves_.find({setting.value.source.evidence, setting.scope});
  return found == halves_.end() ? nullptr : found->second;
}

bool AppliedPolicy::Counts(const PolicySetting& setting) const {
  return HalfOf(setting) != nullptr;
}

std::vector<const PolicyResults*> AppliedPolicy::Halves() const {
  std::vector<const PolicyResults*> counting;
  for (const auto& [key, half] : halves_) {
    if (half != nullptr) {
      counting.push_back(half);
    }
  }
  return counting;
}

Cell AppliedPolicy::Number(std::string_view key, std::string_view name) const {
  Cell answer;
  Cell doubt;
  for (const PolicySetting& setting : settings_) {
    if (SameNoCase(setting.value.name, name) && SameNoCase(setting.value.key, key) &&
        Counts(setting)) {
      const Cell said = NumberOf(setting);
      answer = MergeWithinBundle(answer, said, ValueType::kInt);
      doubt = said.unknown() && !Loses(setting) ? said : doubt;
    }
  }
  return doubt.source.evidence == 0 ? answer : doubt;
}

std::map<std::string_view, Cell> AppliedPolicy::AnyValueBelow(
    PolicyScope scope,
    std::string_view key,
    std::span<const std::string_view> proves_nothing) const {
  std::vector<std::pair<std::string_view, const PolicySetting*>> found;
  OpenValues open;
  for (const PolicySetting& setting : settings_) {
    const bool below = setting.scope == scope && IsAtOrBelow(setting.value.key, key);
    const PolicyResults* const half = below ? HalfOf(setting) : nullptr;
    if (half != nullptr && (scope == PolicyScope::kComputer || !half->user_sid.empty())) {
      found.emplace_back(half->user_sid, &setting);
      if (!Writes(setting) && !Loses(setting)) {
        open.emplace(half->user_sid, PathOf(setting));
      }
    }
  }
  std::map<std::string_view, Cell> answers;
  for (const auto& [sid, setting] : found) {
    Cell& answer = answers[sid];
    const bool doubtful = open.contains({sid, PathOf(*setting)});
    answer =
        MergeWithinBundle(answer, SaysOf(*setting, proves_nothing, doubtful), ValueType::kBool);
  }
  return answers;
}

std::string_view ComputerOf(const PolicyResults& half) {
  const std::size_t slash = half.account.find('\\');
  if (half.scope == PolicyScope::kComputer && slash != std::string_view::npos &&
      half.account.ends_with('$')) {
    return half.account.substr(slash + 1, half.account.size() - slash - 2);
  }
  return half.computer;
}

bool Wins(const PolicySetting& setting) {
  return setting.precedence.present() && setting.precedence.value == 1;
}

std::string_view GpoLabel(const PolicySetting& setting) {
  return setting.gpo_name.empty() ? setting.gpo : setting.gpo_name;
}

Cell GpoList(const AppliedPolicy& applied,
             bool (*wanted)(const PolicySetting& setting),
             FactSpace& facts) {
  std::vector<std::string_view> gpos;
  std::unordered_set<std::string_view> seen;
  Provenance source;
  for (const PolicySetting& setting : applied.settings()) {
    const std::string_view label = GpoLabel(setting);
    if (!label.empty() && wanted(setting) && applied.Counts(setting) && seen.insert(label).second) {
      source = gpos.empty() ? setting.value.source : source;
      gpos.push_back(label);
    }
  }
  if (gpos.empty()) {
    return {};
  }
  return applied.complete() ? facts.ListCell(gpos, source)
                            : Cell::Unknown(WhyUnknown::kTruncated, source);
}

}  // namespace whfb::collectors
