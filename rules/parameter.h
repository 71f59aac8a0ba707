// Parameters of rules: what a user may set without writing a rule.
//
// A parameter is text of one of four types, and stands in a rule where a literal could: the rule is
// compiled with its value, so that nothing is looked up when it is evaluated.

#ifndef WHFB_RULES_PARAMETER_H_
#define WHFB_RULES_PARAMETER_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rules/load_context.h"
#include "rules/rule.h"

namespace whfb::rules {

// Name to value.
using ParameterValues = std::map<std::string, std::string, std::less<>>;

[[nodiscard]] std::string_view ToString(Parameter::Type type);  // "time-offset"

// Whether `value` is one of this type; `expected` else says what is, as the end of a sentence.
[[nodiscard]] bool FitsParameter(std::string_view value,
                                 Parameter::Type type,
                                 std::string& expected);

// Null when there is none of that name.
[[nodiscard]] const Parameter* FindParameter(const std::vector<Parameter>& parameters,
                                             std::string_view name);

// "; did you mean 'x'?" or what there is; for a parameter that a rule does not have.
[[nodiscard]] std::string ParameterHint(const std::vector<Parameter>& parameters,
                                        std::string_view written);

// Reads the <parameter> elements of a rule.
[[nodiscard]] bool LoadParameters(LoadContext& context,
                                  const pugi::xml_node& root,
                                  const ParameterValues& values,
                                  std::vector<Parameter>& parameters);

}  // namespace whfb::rules

#endif  // WHFB_RULES_PARAMETER_H_
