// Readiness: what critical findings of snapshot rules mean for users, devices and environments.
// Pure functions over verdicts; who supplies the findings is the engine's business.
//
// blocked: something certainly prevents sign-in. ready: every rule that counts has a finding, and
// all pass or do not apply. undetermined: everything else. Waivers never change readiness.

#ifndef WHFB_RULES_READINESS_H_
#define WHFB_RULES_READINESS_H_

#include <span>

#include "scanner/core/finding.h"
#include "scanner/core/truth.h"

namespace whfb::rules {

// Whether findings of the rule count for readiness at all. The severity is the rule's: a fail
// that <lower> brought below critical does not block, see JudgedFinding::severity.
[[nodiscard]] bool CountsForReadiness(const RuleInfo& rule);

struct JudgedFinding {
  Verdict verdict = Verdict::kUnknown;
  Severity severity = Severity::kCritical;  // after <lower>
  // Whether it concerns the subject that is judged: kTrue for its own and its device's findings;
  // Affects() for those of environments, DCs, templates and profiles. Unknown counts as holding,
  // but can only make undetermined.
  Truth affects = Truth::kTrue;
};

// Several domain controllers (one rule, one finding a DC) as one: all fail -> fail, unless more
// are declared than were looked at (list_complete false); all pass or do not apply and the list
// of controllers is complete -> pass; else unknown. Without any controller: unknown. All not
// applicable and the list complete: not applicable. kUnknown: no list was declared.
[[nodiscard]] Verdict JoinControllers(std::span<const Verdict> verdicts, Truth list_complete);

// A user, environment or remote host. `complete`: every rule that counts and concerns the
// subject has a finding among `findings`.
[[nodiscard]] Readiness Judge(std::span<const JudgedFinding> findings, bool complete);

// The placeholder user of a device that has no user in scope: blocked if a device or environment
// finding that affects it fails, else undetermined; never ready.
[[nodiscard]] Readiness JudgePlaceholder(std::span<const JudgedFinding> findings);

// The worst of its users in scope. Without users: the judged placeholder.
[[nodiscard]] Readiness JudgeDevice(std::span<const Readiness> users, Readiness placeholder);

}  // namespace whfb::rules

#endif  // WHFB_RULES_READINESS_H_
