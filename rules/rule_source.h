// The text of a rule file, and error messages that show where in it something is wrong.

#ifndef WHFB_RULES_RULE_SOURCE_H_
#define WHFB_RULES_RULE_SOURCE_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "scanner/core/result.h"

namespace whfb::rules {

struct RuleSource {
  std::string name{};  // "cert/validity.xml", as messages shall call it
  std::string text{};
};

// 1-based; columns count characters (UTF-8 code points), not bytes.
struct TextPosition {
  std::size_t line = 1;
  std::size_t column = 1;
};

// Offsets beyond the end mean the end.
[[nodiscard]] TextPosition PositionOf(std::string_view text, std::size_t offset);

// "name:line:column: message", the line, and a caret under the place.
[[nodiscard]] Error ErrorAt(const RuleSource& source, std::size_t offset, std::string_view message);

// "; did you mean 'x'?" with the nearest of `known`, or nothing when none is near. The quote
// characters are chosen by the caller ("'" and "'", or "<" and ">").
[[nodiscard]] std::string DidYouMean(std::string_view written,
                                     std::span<const std::string_view> known,
                                     std::string_view open = "'",
                                     std::string_view close = "'");

}  // namespace whfb::rules

#endif  // WHFB_RULES_RULE_SOURCE_H_
