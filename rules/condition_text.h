// A condition as people read it: for `rules show`, which is what an administrator has of a rule.

#ifndef WHFB_RULES_CONDITION_TEXT_H_
#define WHFB_RULES_CONDITION_TEXT_H_

#include <cstddef>
#include <string>

#include "rules/rule.h"

namespace whfb::rules {

// One line a node, `indent` blanks before the outermost, each ended by a line end; empty for an
// empty program. A comparison says in brackets what an absent value counts as, a quantifier what
// an empty table does, unless that is unknown. The program must be one of `catalog`.
[[nodiscard]] std::string ConditionText(const Program& program,
                                        const FactCatalog& catalog,
                                        std::size_t indent);

}  // namespace whfb::rules

#endif  // WHFB_RULES_CONDITION_TEXT_H_
