#include "rules/readiness.h"

#include <algorithm>

namespace whfb::rules {

namespace {

bool Blocks(const JudgedFinding& finding) {
  return finding.verdict == Verdict::kFail && finding.severity == Severity::kCritical &&
         finding.affects == Truth::kTrue;
}

// Leaves the question open: unknown, or a fail of which it is not known whether it concerns us.
bool Opens(const JudgedFinding& finding) {
  if (finding.affects == Truth::kFalse) {
    return false;
  }
  return finding.verdict == Verdict::kUnknown ||
         (finding.verdict == Verdict::kFail && finding.severity == Severity::kCritical);
}

}  // namespace

bool CountsForReadiness(const RuleInfo& rule) {
  return rule.severity == Severity::kCritical && rule.decidable == Decidable::kSnapshot;
}

Verdict JoinControllers(std::span<const Verdict> verdicts, Truth list_complete) {
  const auto all = [&](auto fits) {
    return !verdicts.empty() && std::ranges::all_of(verdicts, fits);
  };
  if (all([](Verdict verdict) { return verdict == Verdict::kFail; })) {
    // A declared one that was not looked at may be fine.
    return list_complete == Truth::kFalse ? Verdict::kUnknown : Verdict::kFail;
  }
  if (list_complete != Truth::kTrue) {
    return Verdict::kUnknown;
  }
  if (all([](Verdict verdict) { return verdict == Verdict::kNotApplicable; })) {
    return Verdict::kNotApplicable;
  }
  const bool fine = all([](Verdict verdict) {
    return verdict == Verdict::kPass || verdict == Verdict::kNotApplicable;
  });
  return fine ? Verdict::kPass : Verdict::kUnknown;
}

Readiness Judge(std::span<const JudgedFinding> findings, bool complete) {
  if (std::ranges::any_of(findings, Blocks)) {
    return Readiness::kBlocked;
  }
  const bool open = !complete || std::ranges::any_of(findings, Opens);
  return open ? Readiness::kUndetermined : Readiness::kReady;
}

Readiness JudgePlaceholder(std::span<const JudgedFinding> findings) {
  return std::ranges::any_of(findings, Blocks) ? Readiness::kBlocked : Readiness::kUndetermined;
}

Readiness JudgeDevice(std::span<const Readiness> users, Readiness placeholder) {
  return users.empty() ? placeholder : std::ranges::max(users);
}

}  // namespace whfb::rules
