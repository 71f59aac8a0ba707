// What a rule that loads may still lack: cases that notice a change, explanations that name what
// was observed, a command that would settle an unknown.

#ifndef WHFB_RULES_LINT_H_
#define WHFB_RULES_LINT_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rules/rule.h"

namespace whfb::rules {

// A sentence each; empty: nothing. The rule is changed and, at the end, as it was.
[[nodiscard]] std::vector<std::string> Lint(Rule& rule, const FactCatalog& catalog);

// Changes of a condition that no case can notice, with the reason: rules/surviving_mutants.txt.
[[nodiscard]] const std::map<std::string, std::string, std::less<>>& JudgedMutants();

}  // namespace whfb::rules

#endif  // WHFB_RULES_LINT_H_
