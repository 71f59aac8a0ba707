// Text decoding: bytes of any text evidence to UTF-8, and which decoding was used.
//
// Order: BOM, then UTF-16 without BOM (by the pattern of zero octets), then valid UTF-8, then
// the OEM or ANSI page that the letters suggest, then Latin-1, which keeps every byte
// (formats.md section 0). One bad byte never rejects a file, but the line that holds it is damaged:
// NUL, U+FFFE, U+FFFF, half a surrogate pair, octets that are no UTF-8 in a text that is UTF-8, no
// character of the double-byte page that the rest is written in, and two octets 0xFF in a row,
// which no code page writes. Octets of a code page are honest text, and so is a U+FFFD that the
// text came with. Thread-safe.

#ifndef WHFB_COLLECTORS_READERS_TEXT_DECODING_H_
#define WHFB_COLLECTORS_READERS_TEXT_DECODING_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace whfb::readers {

struct DecodedText {
  std::string_view text{};      // UTF-8 without BOM; into the input (valid UTF-8) or the buffer
  std::string_view encoding{};  // "utf-8", "utf-16le", "utf-16be", "windows-1252", "cp850", ...
  std::uint64_t replaced = 0;   // units that are no characters, shown as U+FFFD
  // Where in `text` they stand, ascending; of more than kMaxPlaces only the first ones.
  std::vector<std::size_t> replaced_at{};

  static constexpr std::size_t kMaxPlaces = 4096;
};

// `buffer` holds the text when it had to be converted; both inputs must outlive the result.
[[nodiscard]] DecodedText DecodeText(std::span<const std::byte> bytes, std::string& buffer);

// The first letter that is no white space, of text in UTF-16 or 8 bit with or without BOM; '\0'
// when there is none. Costs nothing, so that recognition need not decode every file of a fleet.
[[nodiscard]] char FirstLetter(std::span<const std::byte> head);

// NUL, U+FFFE or U+FFFF, which no text holds.
[[nodiscard]] bool HoldsNoncharacter(std::string_view text);

// Lines of a text with their numbers from 1; "\n", "\r\n" and "\r\r\n" end a line.
class TextLines {
 public:
  explicit TextLines(std::string_view text) : rest_(text) {}

  // `decoded` must outlive this.
  explicit TextLines(const DecodedText& decoded) : rest_(decoded.text), decoded_(&decoded) {}

  // False at the end. `line` is without its end.
  bool Next(std::string_view& line);

  [[nodiscard]] std::uint64_t number() const { return number_; }

  // The last line holds something that cannot be text: what it says is not known. Beyond the places
  // that DecodedText keeps every line is damaged.
  [[nodiscard]] bool damaged() const { return damaged_; }

 private:
  [[nodiscard]] bool Replaced(std::size_t begin, std::size_t end);

  std::string_view rest_;
  const DecodedText* decoded_ = nullptr;
  std::size_t next_place_ = 0;  // in replaced_at
  std::uint64_t number_ = 0;
  bool damaged_ = false;
};

// Numbers of the damaged lines, at most `most`.
[[nodiscard]] std::vector<std::uint64_t> DamagedLines(const DecodedText& decoded, std::size_t most);

inline constexpr std::string_view kDamagedLine = "bytes that cannot be text";

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_TEXT_DECODING_H_
