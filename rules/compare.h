// The comparisons of <is>: chosen once when a rule is loaded, called without further checks.

#ifndef WHFB_RULES_COMPARE_H_
#define WHFB_RULES_COMPARE_H_

#include <string_view>

#include "rules/rule.h"

namespace whfb::rules {

[[nodiscard]] std::string_view ToString(Operator op);  // "starts-with"
[[nodiscard]] bool FromString(std::string_view text, Operator& op);

// "eq, ne, in, exists": what fits a value of this type, for messages.
[[nodiscard]] std::string_view OperatorsFor(ValueType type);

// Null when the operator does not fit the type. Not for kExists.
[[nodiscard]] CompareFunction ChooseCompare(Operator op, ValueType type);

// Whether `number` compares so; lt, le, gt, ge, eq, ne only.
[[nodiscard]] bool CompareNumber(Operator op, std::int64_t left, std::int64_t right);

// '*' any run of bytes, '?' one byte. Linear in text x pattern, no recursion.
[[nodiscard]] bool MatchesGlob(std::string_view text, std::string_view pattern);

}  // namespace whfb::rules

#endif  // WHFB_RULES_COMPARE_H_
