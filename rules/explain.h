// Explain: an Outcome in words. Chooses the rule's <explain>, fills its places, and lists what
// was observed, what is missing and where it was read.
//
// Evaluation is done for every rule and subject, explaining only for findings that are kept, so
// this may allocate. Pure; any thread.

#ifndef WHFB_RULES_EXPLAIN_H_
#define WHFB_RULES_EXPLAIN_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "rules/evaluator.h"
#include "rules/rule.h"
#include "scanner/core/finding.h"

namespace whfb::rules {

// Turns a provenance of the subject of that kind on the path into what outputs print; nothing
// when there is no place to show. Called with what was read, declared or derived, never for
// "nobody looked".
using ResolveEvidence =
    std::function<std::optional<EvidenceRef>(SubjectKind kind, const Provenance& source)>;

// `outcome` must come from Evaluate(rule, context), and the facts must be unchanged since.
[[nodiscard]] Finding Explain(const Rule& rule,
                              const Outcome& outcome,
                              const EvaluationContext& context,
                              const FactCatalog& catalog,
                              std::string_view subject_id,
                              const ResolveEvidence& resolve);

// "true", "not set", "not set, Windows default 5", "unknown (wrong-context)". Values beyond
// kLongestShownValue bytes end with their length instead of their rest.
inline constexpr std::size_t kLongestShownValue = 400;
[[nodiscard]] std::string ShownValue(const Cell& cell,
                                     ValueType type,
                                     std::string_view windows_default);

}  // namespace whfb::rules

#endif  // WHFB_RULES_EXPLAIN_H_
