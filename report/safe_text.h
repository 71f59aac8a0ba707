// Text of unknown origin made fit for an output: valid UTF-8, and for people without anything
// that a terminal or a bidirectional layout would obey.

#ifndef WHFB_REPORT_SAFE_TEXT_H_
#define WHFB_REPORT_SAFE_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace whfb::report {

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t size = 0;  // bytes; 1 when not valid
  bool valid = false;    // shortest form, no surrogate, at most U+10FFFF
};

// Requires position < text.size().
[[nodiscard]] CodePoint DecodeUtf8(std::string_view text, std::size_t position);

// C0, DEL, C1, the bidirectional controls, line separators and other invisible characters that
// can make text look like other text. Tabs and line ends count as controls.
[[nodiscard]] bool IsControl(std::uint32_t code_point);

// One line for people: bytes that are not UTF-8 and controls become U+FFFD, line ends and tabs
// become a space.
[[nodiscard]] std::string Printable(std::string_view text);

// The same for text whose own lines matter: line ends stay.
[[nodiscard]] std::string PrintableLines(std::string_view text);

// How many columns a terminal needs for it. Wide East Asian characters count two.
[[nodiscard]] std::size_t DisplayWidth(std::string_view text);

// A JSON string with its quotes. Invalid UTF-8 becomes U+FFFD. `<`, `>`, `&` and controls are
// escaped, so that the text can stand in an HTML script element.
void AppendJsonString(std::string& out, std::string_view text);

}  // namespace whfb::report

#endif  // WHFB_REPORT_SAFE_TEXT_H_
