// Text decoding: bytes of any text evidence to UTF-8, and which decoding was used.
//
// Order: BOM, then UTF-16 without BOM (by the pattern of zero octets), then valid UTF-8, then
// the OEM or ANSI page that the letters suggest, then Latin-1, which keeps every byte
// (formats.md section 0). One bad byte never rejects a file. Thread-safe.

#ifndef WHFB_COLLECTORS_READERS_TEXT_DECODING_H_
#define WHFB_COLLECTORS_READERS_TEXT_DECODING_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace whfb::readers {

struct DecodedText {
  std::string_view text{};      // UTF-8 without BOM; into the input (valid UTF-8) or the buffer
  std::string_view encoding{};  // "utf-8", "utf-16le", "utf-16be", "windows-1252", "cp850", ...
  std::uint64_t replaced = 0;   // units that are no characters, shown as U+FFFD
};

// `buffer` holds the text when it had to be converted; both inputs must outlive the result.
[[nodiscard]] DecodedText DecodeText(std::span<const std::byte> bytes, std::string& buffer);

// The first letter that is no white space, of text in UTF-16 or 8 bit with or without BOM; '\0'
// when there is none. Costs nothing, so that recognition need not decode every file of a fleet.
[[nodiscard]] char FirstLetter(std::span<const std::byte> head);

// Lines of a text with their numbers from 1; "\n", "\r\n" and "\r\r\n" end a line.
class TextLines {
 public:
  explicit TextLines(std::string_view text) : rest_(text) {}

  // False at the end. `line` is without its end.
  bool Next(std::string_view& line);

  [[nodiscard]] std::uint64_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::uint64_t number_ = 0;
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_TEXT_DECODING_H_
