// Text without regard to case, for names that Windows compares so and that are ASCII where it
// matters. Other letters stay as they are, whatever the locale of the process.

#ifndef WHFB_SCANNER_CORE_ASCII_TEXT_H_
#define WHFB_SCANNER_CORE_ASCII_TEXT_H_

#include <algorithm>
#include <string>
#include <string_view>

namespace whfb {

[[nodiscard]] constexpr char LowerLetter(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

[[nodiscard]] inline std::string LowerAscii(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), LowerLetter);
  return lower;
}

[[nodiscard]] inline bool SameNoCase(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, LowerLetter, LowerLetter);
}

}  // namespace whfb

#endif  // WHFB_SCANNER_CORE_ASCII_TEXT_H_
