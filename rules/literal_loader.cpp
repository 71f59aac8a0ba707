#include "rules/literal_loader.h"

#include <string>
#include <vector>

#include <spdlog/fmt/fmt.h>

#include "rules/literal.h"

namespace whfb::rules {

namespace {

bool LoadNumbers(LoadContext& context,
                 const pugi::xml_attribute& attribute,
                 LiteralStore& store,
                 Condition& condition) {
  std::vector<std::int64_t> numbers;
  std::string expected;
  for (const std::string_view item : SplitList(attribute.value())) {
    numbers.emplace_back();
    if (!ParseNumber(item, numbers.back(), expected)) {
      return context.Fail(attribute, fmt::format("'{}' {}", item, expected));
    }
  }
  condition.numbers = store.Keep(std::move(numbers));
  return !condition.numbers.empty() ||
         context.Fail(attribute, "op=\"in\" needs values, separated by ';'");
}

bool LoadTime(LoadContext& context, const pugi::xml_attribute& attribute, Condition& condition) {
  TimeLiteral time;
  std::string expected;
  if (!ParseTimeLiteral(attribute.value(), time, expected)) {
    return context.Fail(attribute, fmt::format("'{}' {}", attribute.value(), expected));
  }
  condition.base = time.base;
  condition.literal.time = {time.offset, time.offset};
  return true;
}

}  // namespace

bool LoadLiteral(LoadContext& context,
                 const pugi::xml_attribute& attribute,
                 LiteralStore& store,
                 Condition& condition) {
  const std::string_view text = attribute.value();
  const ValueType type = condition.left.type;
  if (type == ValueType::kTime) {
    return LoadTime(context, attribute, condition);
  }
  if (condition.op == Operator::kIn && type == ValueType::kInt) {
    return LoadNumbers(context, attribute, store, condition);
  }
  // A list `contains` one element; text is `in` a list; else both sides are of one type.
  const bool element =
      type == ValueType::kList && condition.op != Operator::kEq && condition.op != Operator::kNe;
  const bool list = condition.op == Operator::kIn;
  const ValueType literal = element ? condition.left.element : list ? ValueType::kList : type;
  const ValueType item = list ? type : condition.left.element;
  if (list && SplitList(text).empty()) {
    return context.Fail(attribute, "op=\"in\" needs values, separated by ';'");
  }
  std::string expected;
  return ParseValue(text, literal, item, store, condition.literal, expected) ||
         context.Fail(attribute, fmt::format("'{}' {}", text, expected));
}

}  // namespace whfb::rules
