#include "rules/compare.h"

#include <algorithm>
#include <array>

namespace whfb::rules {

namespace {

constexpr std::array<std::string_view, 12> kOperatorNames = {
    "eq", "ne",       "lt",          "le",           "gt",       "ge",
    "in", "contains", "starts-with", "matches-glob", "has-bits", "exists"};

constexpr Truth Certain(bool holds) {
  return holds ? Truth::kTrue : Truth::kFalse;
}

template <Operator op>
Truth Number(const Value& left, const Value& right, const Condition& /*node*/) {
  return Certain(CompareNumber(op, left.number, right.number));
}

Truth NumberIn(const Value& left, const Value& /*right*/, const Condition& node) {
  return Certain(std::ranges::find(node.numbers, left.number) != node.numbers.end());
}

Truth HasBits(const Value& left, const Value& right, const Condition& /*node*/) {
  return Certain((left.number & right.number) == right.number);
}

Truth TextEq(const Value& left, const Value& right, const Condition& /*node*/) {
  return Certain(left.text == right.text);
}

Truth TextNe(const Value& left, const Value& right, const Condition& /*node*/) {
  return Certain(left.text != right.text);
}

Truth TextIn(const Value& left, const Value& right, const Condition& /*node*/) {
  return Certain(std::ranges::find(right.list, left.text) != right.list.end());
}

Truth TextContains(const Value& left, const Value& right, const Condition& /*node*/) {
  return Certain(left.text.find(right.text) != std::string_view::npos);
}

Truth TextStartsWith(const Value& left, const Value& right, const Condition& /*node*/) {
  return Certain(left.text.starts_with(right.text));
}

Truth TextGlob(const Value& left, const Value& right, const Condition& /*node*/) {
  return Certain(MatchesGlob(left.text, right.text));
}

bool SameElements(std::span<const std::string_view> a, std::span<const std::string_view> b) {
  const auto within = [](std::span<const std::string_view> inner,
                         std::span<const std::string_view> outer) {
    return std::ranges::all_of(inner, [&](std::string_view item) {
      return std::ranges::find(outer, item) != outer.end();
    });
  };
  return within(a, b) && within(b, a);
}

Truth ListEq(const Value& left, const Value& right, const Condition& /*node*/) {
  return Certain(SameElements(left.list, right.list));
}

Truth ListNe(const Value& left, const Value& right, const Condition& /*node*/) {
  return Certain(!SameElements(left.list, right.list));
}

Truth ListContains(const Value& left, const Value& right, const Condition& /*node*/) {
  return Certain(std::ranges::find(left.list, right.text) != left.list.end());
}

Truth ListStartsWith(const Value& left, const Value& right, const Condition& /*node*/) {
  return Certain(std::ranges::any_of(
      left.list, [&](std::string_view item) { return item.starts_with(right.text); }));
}

Truth ListGlob(const Value& left, const Value& right, const Condition& /*node*/) {
  return Certain(std::ranges::any_of(
      left.list, [&](std::string_view item) { return MatchesGlob(item, right.text); }));
}

// Intervals: certain only when every pair of instants answers alike.
Truth Before(const TimeInterval& a, const TimeInterval& b) {
  if (a.latest < b.earliest) {
    return Truth::kTrue;
  }
  return a.earliest >= b.latest ? Truth::kFalse : Truth::kUnknown;
}

Truth Same(const TimeInterval& a, const TimeInterval& b) {
  if (a.latest < b.earliest || b.latest < a.earliest) {
    return Truth::kFalse;
  }
  return a.earliest == a.latest && a == b ? Truth::kTrue : Truth::kUnknown;
}

template <Operator op>
Truth Time(const Value& left, const Value& right, const Condition& /*node*/) {
  switch (op) {
    case Operator::kEq:
      return Same(left.time, right.time);
    case Operator::kNe:
      return Not(Same(left.time, right.time));
    case Operator::kLt:
      return Before(left.time, right.time);
    case Operator::kLe:
      return Not(Before(right.time, left.time));
    case Operator::kGt:
      return Before(right.time, left.time);
    default:
      return Not(Before(left.time, right.time));
  }
}

using enum Operator;

CompareFunction ChooseNumber(Operator op) {
  constexpr std::array<CompareFunction, 6> kFunctions = {Number<kEq>, Number<kNe>, Number<kLt>,
                                                         Number<kLe>, Number<kGt>, Number<kGe>};
  const auto index = static_cast<std::size_t>(op);
  if (index < kFunctions.size()) {
    return kFunctions.at(index);
  }
  if (op == kIn) {
    return NumberIn;
  }
  return op == kHasBits ? HasBits : nullptr;
}

CompareFunction ChooseTime(Operator op) {
  constexpr std::array<CompareFunction, 6> kFunctions = {Time<kEq>, Time<kNe>, Time<kLt>,
                                                         Time<kLe>, Time<kGt>, Time<kGe>};
  const auto index = static_cast<std::size_t>(op);
  return index < kFunctions.size() ? kFunctions.at(index) : nullptr;
}

CompareFunction ChooseList(Operator op) {
  switch (op) {
    case kEq:
      return ListEq;
    case kNe:
      return ListNe;
    case kContains:
      return ListContains;
    case kStartsWith:
      return ListStartsWith;
    case kMatchesGlob:
      return ListGlob;
    default:
      return nullptr;
  }
}

CompareFunction ChooseText(Operator op) {
  switch (op) {
    case kEq:
      return TextEq;
    case kNe:
      return TextNe;
    case kIn:
      return TextIn;
    case kContains:
      return TextContains;
    case kStartsWith:
      return TextStartsWith;
    case kMatchesGlob:
      return TextGlob;
    default:
      return nullptr;
  }
}

}  // namespace

std::string_view ToString(Operator op) {
  return kOperatorNames.at(static_cast<std::size_t>(op));
}

bool FromString(std::string_view text, Operator& op) {
  const auto* const found = std::ranges::find(kOperatorNames, text);
  if (found == kOperatorNames.end()) {
    return false;
  }
  op = static_cast<Operator>(found - kOperatorNames.begin());
  return true;
}

std::string_view OperatorsFor(ValueType type) {
  switch (type) {
    case ValueType::kBool:
      return "eq, ne, exists";
    case ValueType::kInt:
      return "eq, ne, lt, le, gt, ge, in, has-bits, exists";
    case ValueType::kTime:
      return "eq, ne, lt, le, gt, ge, exists";
    case ValueType::kList:
      return "eq, ne, contains, starts-with, matches-glob, exists";
    default:
      return "eq, ne, in, contains, starts-with, matches-glob, exists";
  }
}

CompareFunction ChooseCompare(Operator op, ValueType type) {
  switch (type) {
    case ValueType::kBool:
      return op == kEq || op == kNe ? ChooseNumber(op) : nullptr;
    case ValueType::kInt:
      return ChooseNumber(op);
    case ValueType::kTime:
      return ChooseTime(op);
    case ValueType::kList:
      return ChooseList(op);
    default:
      return ChooseText(op);
  }
}

bool CompareNumber(Operator op, std::int64_t left, std::int64_t right) {
  switch (op) {
    case kEq:
      return left == right;
    case kNe:
      return left != right;
    case kLt:
      return left < right;
    case kLe:
      return left <= right;
    case kGt:
      return left > right;
    default:
      return left >= right;
  }
}

bool MatchesGlob(std::string_view text, std::string_view pattern) {
  std::size_t t = 0;
  std::size_t p = 0;
  std::size_t star = std::string_view::npos;  // the last '*', to which a mismatch goes back
  std::size_t retry = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace whfb::rules
