// How much the cases of a rule notice: each comparison and quantifier is negated, each threshold
// moved by one (an hour, of a time; a day, of a date), each when-absent and when-empty flipped.

#ifndef WHFB_RULES_MUTATION_H_
#define WHFB_RULES_MUTATION_H_

#include <cstddef>
#include <string>
#include <vector>

#include "rules/rule.h"

namespace whfb::rules {

struct MutationResult {
  std::size_t tried = 0;
  // Changes with which every case still holds: "cert.eku: require: CONDITION: negated".
  std::vector<std::string> living{};
};

// Runs every case with every change. The rule is changed and, at the end, as it was.
[[nodiscard]] MutationResult TryMutants(Rule& rule, const FactCatalog& catalog);

}  // namespace whfb::rules

#endif  // WHFB_RULES_MUTATION_H_
