#include "rules/parameter.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <spdlog/fmt/fmt.h>

#include "rules/literal.h"
#include "scanner/core/time.h"

namespace whfb::rules {

namespace {

constexpr std::array<std::string_view, 4> kTypes = {"int", "time-offset", "date", "text"};
constexpr std::size_t kMostParameters = 20;
constexpr std::size_t kLongestName = 48;
constexpr std::size_t kLongestValue = 400;

bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && name.front() != '-' &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

// "30d", "12h": what may stand behind "now+".
bool IsOffset(std::string_view value) {
  TimeLiteral time;
  std::string expected;
  return ParseTimeLiteral(fmt::format("now+{}", value), time, expected);
}

bool LoadOne(LoadContext& context, const pugi::xml_node& node, Parameter& parameter) {
  pugi::xml_attribute name;
  pugi::xml_attribute type;
  pugi::xml_attribute fallback;
  if (!context.OnlyAttributes(node, {"name", "type", "default"}) || !context.NoContent(node) ||
      !context.Needs(node, "name", name) || !context.Needs(node, "type", type) ||
      !context.Needs(node, "default", fallback)) {
    return false;
  }
  if (!IsName(name.value())) {
    return context.Fail(name, fmt::format("'{}' is not a name of a parameter; write small letters, "
                                          "digits and '-'",
                                          name.value()));
  }
  const auto* const found = std::ranges::find(kTypes, std::string_view(type.value()));
  if (found == kTypes.end()) {
    return context.Fail(type, fmt::format("'{}' is none of int, time-offset, date and text{}",
                                          type.value(), DidYouMean(type.value(), kTypes)));
  }
  parameter.name = name.value();
  parameter.type = static_cast<Parameter::Type>(found - kTypes.begin());
  parameter.fallback = fallback.value();
  std::string expected;
  return FitsParameter(parameter.fallback, parameter.type, expected) ||
         context.Fail(fallback, fmt::format("'{}' {}", parameter.fallback, expected));
}

}  // namespace

std::string_view ToString(Parameter::Type type) {
  return kTypes.at(static_cast<std::size_t>(type));
}

bool FitsParameter(std::string_view value, Parameter::Type type, std::string& expected) {
  switch (type) {
    case Parameter::Type::kInt: {
      std::int64_t number = 0;
      return ParseNumber(value, number, expected);
    }
    case Parameter::Type::kTimeOffset:
      expected = "is not a length of time; write 30d or 12h";
      return IsOffset(value);
    case Parameter::Type::kDate:
      expected = "is not a date; write 2026-11-25 or 2026-11-25T08:30:00Z";
      return ParseTime(value, "parameter").has_value();
    case Parameter::Type::kText:
      break;
  }
  expected = fmt::format("is empty or longer than {} bytes", kLongestValue);
  return !Trim(value).empty() && value.size() <= kLongestValue;
}

const Parameter* FindParameter(const std::vector<Parameter>& parameters, std::string_view name) {
  const auto found = std::ranges::find(parameters, name, &Parameter::name);
  return found == parameters.end() ? nullptr : &*found;
}

std::string ParameterHint(const std::vector<Parameter>& parameters, std::string_view written) {
  if (parameters.empty()) {
    return "; the rule has no parameters";
  }
  std::vector<std::string_view> names;
  names.reserve(parameters.size());
  for (const Parameter& parameter : parameters) {
    names.push_back(parameter.name);
  }
  const std::string near = DidYouMean(written, names);
  return near.empty() ? fmt::format("; the rule has {}", fmt::join(names, ", ")) : near;
}

bool LoadParameters(LoadContext& context,
                    const pugi::xml_node& root,
                    const ParameterValues& values,
                    std::vector<Parameter>& parameters) {
  for (const pugi::xml_node node : root.children("parameter")) {
    Parameter parameter;
    if (!LoadOne(context, node, parameter)) {
      return false;
    }
    if (FindParameter(parameters, parameter.name) != nullptr) {
      return context.Fail(node, fmt::format("a second <parameter> '{}'", parameter.name));
    }
    if (parameters.size() == kMostParameters) {
      return context.Fail(node, fmt::format("more than {} parameters", kMostParameters));
    }
    const auto given = values.find(parameter.name);
    parameter.value = given == values.end() ? parameter.fallback : given->second;
    parameters.push_back(std::move(parameter));
  }
  return true;
}

}  // namespace whfb::rules
