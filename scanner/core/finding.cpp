#include "scanner/core/finding.h"

#include <algorithm>
#include <array>

namespace whfb {

namespace {

constexpr std::array<std::string_view, 5> kSeverities = {"info", "low", "medium", "high",
                                                         "critical"};
constexpr std::array<std::string_view, 4> kVerdicts = {"pass", "fail", "unknown", "not-applicable"};
constexpr std::array<std::string_view, 3> kDecidables = {"snapshot", "live", "manual"};
constexpr std::array<std::string_view, 3> kReadiness = {"ready", "undetermined", "blocked"};
constexpr std::array<std::string_view, 4> kStatuses = {"read", "partial", "failed", "ignored"};
constexpr std::array<std::string_view, 6> kChanges = {"added",     "replaced", "severity",
                                                      "parameter", "disabled", "not-in-profile"};

template <typename Names, typename Enum>
bool Parse(const Names& names, std::string_view text, Enum& value) {
  const auto* const found = std::ranges::find(names, text);
  if (found == names.end()) {
    return false;
  }
  value = static_cast<Enum>(found - names.begin());
  return true;
}

}  // namespace

std::string_view ToString(Severity severity) {
  return kSeverities.at(static_cast<std::size_t>(severity));
}

std::string_view ToString(Verdict verdict) {
  return kVerdicts.at(static_cast<std::size_t>(verdict));
}

std::string_view ToString(Decidable decidable) {
  return kDecidables.at(static_cast<std::size_t>(decidable));
}

std::string_view ToString(Readiness readiness) {
  return kReadiness.at(static_cast<std::size_t>(readiness));
}

std::string_view ToString(CoverageStatus status) {
  return kStatuses.at(static_cast<std::size_t>(status));
}

std::string_view ToString(RuleChange::Kind kind) {
  return kChanges.at(static_cast<std::size_t>(kind));
}

bool FromString(std::string_view text, RuleChange::Kind& kind) {
  return Parse(kChanges, text, kind);
}

std::vector<std::string> Uncounted(const RuleSetRecord& rule_set) {
  std::vector<std::string> ids;
  for (const RuleChange& change : rule_set.changes) {
    if (change.uncounted && (ids.empty() || ids.back() != change.rule)) {
      ids.push_back(change.rule);  // changes are sorted by rule
    }
  }
  return ids;
}

bool FromString(std::string_view text, Severity& severity) {
  return Parse(kSeverities, text, severity);
}

bool FromString(std::string_view text, Verdict& verdict) {
  return Parse(kVerdicts, text, verdict);
}

bool FromString(std::string_view text, Decidable& decidable) {
  return Parse(kDecidables, text, decidable);
}

bool FromString(std::string_view text, Readiness& readiness) {
  return Parse(kReadiness, text, readiness);
}

bool FromString(std::string_view text, CoverageStatus& status) {
  return Parse(kStatuses, text, status);
}

bool IsRead(const CoverageRecord& record) {
  return record.kind != "container" &&
         (record.status == CoverageStatus::kRead || record.status == CoverageStatus::kPartial);
}

void Disuse(std::string_view why, CoverageRecord& record) {
  if (!IsRead(record)) {
    return;
  }
  record.read_as = record.status;
  record.status = CoverageStatus::kIgnored;
  const std::string damage = record.damaged == 0 ? std::string() : "; " + record.reason;
  record.reason = std::string(why) + damage;
}

}  // namespace whfb
