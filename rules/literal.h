// Literals of rule files: text of an attribute -> typed value.

#ifndef WHFB_RULES_LITERAL_H_
#define WHFB_RULES_LITERAL_H_

#include <string>
#include <string_view>
#include <vector>

#include "rules/rule.h"

namespace whfb::rules {

// "now+30d": a base and an offset in ticks; a fixed time has its ticks as the offset.
struct TimeLiteral {
  TimeBase base = TimeBase::kFixed;
  Ticks offset = 0;
};

// These return false when the text is not such a literal; `expected` then says what is, as the
// end of a sentence ("is not a whole number; write 5 or 0x5").
[[nodiscard]] bool ParseNumber(std::string_view text, std::int64_t& number, std::string& expected);
[[nodiscard]] bool ParseBool(std::string_view text, bool& value, std::string& expected);
[[nodiscard]] bool ParseTimeLiteral(std::string_view text,
                                    TimeLiteral& time,
                                    std::string& expected);

// A value of any type but kTime; text is brought into the form in which collectors store it, and
// kept in `store`. Lists are separated by ';'.
[[nodiscard]] bool ParseValue(std::string_view text,
                              ValueType type,
                              ValueType element,
                              LiteralStore& store,
                              Value& value,
                              std::string& expected);

// "a; b": pieces without the blanks around them. An empty text is an empty list.
[[nodiscard]] std::vector<std::string_view> SplitList(std::string_view text);

// Text of this type as collectors store it: upn, dns_name and hex in lower case, sid in upper.
[[nodiscard]] std::string NormalText(std::string_view text, ValueType type);

[[nodiscard]] std::string_view Trim(std::string_view text);

[[nodiscard]] constexpr bool TextLike(ValueType type) {
  return type != ValueType::kBool && type != ValueType::kInt && type != ValueType::kTime &&
         type != ValueType::kList;
}

}  // namespace whfb::rules

#endif  // WHFB_RULES_LITERAL_H_
