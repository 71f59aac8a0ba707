#include "rules/literal_loader.h"

#include <string>
#include <vector>

#include <spdlog/fmt/fmt.h>

#include "rules/literal.h"
#include "rules/parameter.h"

namespace whfb::rules {

namespace {

bool LoadNumbers(LoadContext& context,
                 const pugi::xml_attribute& attribute,
                 std::string_view text,
                 LiteralStore& store,
                 Condition& condition) {
  std::vector<std::int64_t> numbers;
  std::string expected;
  for (const std::string_view item : SplitList(text)) {
    numbers.emplace_back();
    if (!ParseNumber(item, numbers.back(), expected)) {
      return context.Fail(attribute, fmt::format("'{}' {}", item, expected));
    }
  }
  condition.numbers = store.Keep(std::move(numbers));
  return !condition.numbers.empty() ||
         context.Fail(attribute, "op=\"in\" needs values, separated by ';'");
}

// "now+{warning-window}": the place becomes the value of the parameter.
bool FillOffset(LoadContext& context, const pugi::xml_attribute& attribute, std::string& text) {
  const std::size_t open = text.find('{');
  if (open == std::string::npos) {
    return true;
  }
  const std::size_t at = context.OffsetOf(attribute.value(), 0) + open + 1;
  if (!text.ends_with('}')) {
    return context.Fail(attribute, "a parameter ends a time: now+{name}");
  }
  const Parameter* const parameter =
      context.NamedParameter(at, text.substr(open + 1, text.size() - open - 2));
  if (parameter == nullptr) {
    return false;
  }
  if (parameter->type != Parameter::Type::kTimeOffset) {
    return context.Fail(at, fmt::format("'{}' is {}; only a time-offset is added to a time",
                                        parameter->name, ToString(parameter->type)));
  }
  context.Use(*parameter);
  text.replace(open, std::string::npos, parameter->value);
  return true;
}

bool LoadTime(LoadContext& context,
              const pugi::xml_attribute& attribute,
              std::string text,
              Condition& condition) {
  TimeLiteral time;
  std::string expected;
  if (!FillOffset(context, attribute, text)) {
    return false;
  }
  if (!ParseTimeLiteral(text, time, expected)) {
    return context.Fail(attribute, fmt::format("'{}' {}", text, expected));
  }
  condition.base = time.base;
  condition.literal.time = {time.offset, time.offset};
  return true;
}

bool LoadText(LoadContext& context,
              const pugi::xml_attribute& attribute,
              std::string_view text,
              LiteralStore& store,
              Condition& condition) {
  const ValueType type = condition.left.type;
  if (type == ValueType::kTime) {
    return LoadTime(context, attribute, std::string(text), condition);
  }
  if (condition.op == Operator::kIn && type == ValueType::kInt) {
    return LoadNumbers(context, attribute, text, store, condition);
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

// The type that a parameter must have to be compared with the left side.
Parameter::Type WantedParameter(ValueType type) {
  return type == ValueType::kInt    ? Parameter::Type::kInt
         : type == ValueType::kTime ? Parameter::Type::kDate
                                    : Parameter::Type::kText;
}

}  // namespace

bool LoadLiteral(LoadContext& context,
                 const pugi::xml_attribute& attribute,
                 LiteralStore& store,
                 Condition& condition) {
  return LoadText(context, attribute, attribute.value(), store, condition);
}

bool LoadParameterLiteral(LoadContext& context,
                          const pugi::xml_attribute& attribute,
                          LiteralStore& store,
                          Condition& condition) {
  const Parameter* const parameter =
      context.NamedParameter(context.OffsetOf(attribute.value(), 0), attribute.value());
  if (parameter == nullptr) {
    return false;
  }
  const ValueType left = condition.left.type;
  if (left == ValueType::kBool || WantedParameter(left) != parameter->type) {
    return context.Fail(
        attribute,
        fmt::format(
            "'{}' is {} and cannot be compared with {}{}", parameter->name,
            ToString(parameter->type), ToString(left),
            parameter->type == Parameter::Type::kTimeOffset ? "; write value=\"now+{name}\"" : ""));
  }
  context.Use(*parameter);
  return LoadText(context, attribute, parameter->value, store, condition);
}

bool LoadCountLiteral(LoadContext& context,
                      const pugi::xml_attribute& attribute,
                      bool parameter,
                      Condition& condition) {
  std::string_view text = attribute.value();
  if (parameter) {
    const Parameter* const found = context.NamedParameter(context.OffsetOf(text.data(), 0), text);
    if (found == nullptr) {
      return false;
    }
    if (found->type != Parameter::Type::kInt) {
      return context.Fail(attribute, fmt::format("'{}' is {}; <count> compares with int",
                                                 found->name, ToString(found->type)));
    }
    context.Use(*found);
    text = found->value;
  }
  std::string expected;
  if (!ParseNumber(text, condition.literal.number, expected)) {
    return context.Fail(attribute, fmt::format("'{}' {}", text, expected));
  }
  return condition.literal.number >= 0 ||
         context.Fail(attribute, "a number of rows is never below 0");
}

}  // namespace whfb::rules
