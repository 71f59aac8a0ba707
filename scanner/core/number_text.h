// Numbers in text, whole or not at all, whatever the locale of the process.

#ifndef WHFB_SCANNER_CORE_NUMBER_TEXT_H_
#define WHFB_SCANNER_CORE_NUMBER_TEXT_H_

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace whfb {

// Nothing unless all of the text is a number of this base that the type can hold. No prefix, no
// blanks; a minus only for signed types.
template <typename Int>
[[nodiscard]] std::optional<Int> ParseWhole(std::string_view text, int base = 10) {
  Int number{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, base);
  return error == std::errc{} && stop == end ? std::optional(number) : std::nullopt;
}

}  // namespace whfb

#endif  // WHFB_SCANNER_CORE_NUMBER_TEXT_H_
