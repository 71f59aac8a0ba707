// LoadRule: a rule file -> a compiled Rule, or an error that shows the place.
//
// Everything is checked here, so that a rule that loads cannot fail to evaluate: names, types,
// operators, when-absent, when-empty, places of explanations, and that every verdict has a case.
// The language is described in docs/rules.md. Rule files are untrusted: their size, the number
// of conditions and their depth are bounded.

#ifndef WHFB_RULES_LOADER_H_
#define WHFB_RULES_LOADER_H_

#include "rules/parameter.h"
#include "rules/rule.h"
#include "rules/rule_source.h"
#include "scanner/core/result.h"

namespace whfb::rules {

inline constexpr std::size_t kMaxRuleBytes = std::size_t{1} << 20;

// The catalogue must outlive nothing: the rule keeps slots only. `values` are those of parameters
// that are not to have the value of the file; each must fit the type of its parameter.
[[nodiscard]] Result<Rule> LoadRule(const RuleSource& source,
                                    const FactCatalog& catalog,
                                    const ParameterValues& values = {});

}  // namespace whfb::rules

#endif  // WHFB_RULES_LOADER_H_
