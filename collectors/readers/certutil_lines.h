// Lines of certutil store listings, told apart without knowing the language: labels are
// localised, but separators, hex values, names and dates are not. Pure, thread-safe.

#ifndef WHFB_COLLECTORS_READERS_CERTUTIL_LINES_H_
#define WHFB_COLLECTORS_READERS_CERTUTIL_LINES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace whfb::readers {

// What certutil fails with where the caller has no right: E_ACCESSDENIED ([MS-ERREF] 2.1.1).
inline constexpr std::uint32_t kAccessDenied = 0x80070005;

struct TextLine {
  std::string_view text{};
  std::uint64_t number = 0;
  bool damaged = false;  // it holds what cannot be text
};

// "label: value" or "label = value", both trimmed.
struct LabelledValue {
  std::string_view label{};
  std::string_view value{};
};

// "================ Certificate 3 ================"
struct Banner {
  std::string_view word{};
  std::uint32_t index = 0;
};

// Without blanks, tabs, U+00A0 and U+202F at both ends.
[[nodiscard]] std::string_view TrimBlanks(std::string_view text);

[[nodiscard]] bool ContainsNoCase(std::string_view text, std::string_view part);

[[nodiscard]] std::optional<Banner> ReadBanner(std::string_view line);

// Split at the first colon (also U+FF1A) or the first equals sign.
[[nodiscard]] std::optional<LabelledValue> SplitAtColon(std::string_view line);
[[nodiscard]] std::optional<LabelledValue> SplitAtEquals(std::string_view line);

[[nodiscard]] inline bool IsIndented(std::string_view line) {
  return line.starts_with(' ') || line.starts_with('\t');
}

// A line that begins with a label, and not with the rest of one that a console broke at its width:
// a capture that was copied out of a window keeps such breaks. What a reader takes from a line in
// front of one without a label may be half a value.
[[nodiscard]] bool HasLabel(std::string_view line);

// Lower-case hex of a value of hex pairs, with or without blanks between them; empty when the
// value is anything else.
[[nodiscard]] std::string HexOf(std::string_view value);

// "CN=...", "OID.1.2.3=...", "2.5.4.5=..."
[[nodiscard]] bool LooksLikeName(std::string_view value);

// "1.3.6.1"
[[nodiscard]] bool LooksLikeOid(std::string_view value);

// The text between the last "(" and ")"; empty when there is none.
[[nodiscard]] std::string_view LastInParentheses(std::string_view text);

// The code of "0x80090016" in a line; 0 when there is none.
[[nodiscard]] std::uint32_t ErrorCodeIn(std::string_view line);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_CERTUTIL_LINES_H_
