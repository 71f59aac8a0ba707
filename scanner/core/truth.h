// Three-valued logic (strong Kleene): what a condition says about a device when
// some of its facts are unknown. kUnknown lies between the certainties, so that
// "all" is the minimum and "any" is the maximum.

#ifndef WHFB_SCANNER_CORE_TRUTH_H_
#define WHFB_SCANNER_CORE_TRUTH_H_

#include <algorithm>

namespace whfb {

enum class Truth { kFalse = 0, kUnknown = 1, kTrue = 2 };

[[nodiscard]] constexpr Truth And(Truth a, Truth b) {
  return std::min(a, b);
}

[[nodiscard]] constexpr Truth Or(Truth a, Truth b) {
  return std::max(a, b);
}

[[nodiscard]] constexpr Truth Not(Truth a) {
  return static_cast<Truth>(2 - static_cast<int>(a));
}

static_assert(And(Truth::kUnknown, Truth::kFalse) == Truth::kFalse, "a certain failure decides");
static_assert(And(Truth::kUnknown, Truth::kTrue) == Truth::kUnknown, "one gap leaves a pass open");
static_assert(Or(Truth::kUnknown, Truth::kTrue) == Truth::kTrue, "a certain pass decides");
static_assert(Not(Truth::kUnknown) == Truth::kUnknown, "ignorance has no opposite");

}  // namespace whfb

#endif  // WHFB_SCANNER_CORE_TRUTH_H_
