// RegLines: the lines of a .reg file as UTF-8, converted piece by piece while they are read.
//
// An export of a whole hive is hundreds of megabytes of UTF-16; only a window of it is ever in
// memory as UTF-8. 8-bit text passes through as it is (the caller decodes what it keeps). A line
// longer than kMaxLine is cut and told by too_long(). Not for other text evidence: that is small
// and uses text_decoding.h. Not thread-safe.

#ifndef WHFB_COLLECTORS_READERS_REG_LINES_H_
#define WHFB_COLLECTORS_READERS_REG_LINES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace whfb::readers {

enum class RegEncoding : std::uint8_t { kEightBit, kUtf16Le, kUtf16Be };

// By BOM, then by the zero octets of the first letters.
[[nodiscard]] RegEncoding DetectRegEncoding(std::span<const std::byte> bytes);

class RegLines {
 public:
  static constexpr std::size_t kMaxLine = std::size_t{4} << 20;

  // `bytes` must outlive this.
  explicit RegLines(std::span<const std::byte> bytes);

  // False at the end. `line` is without its end and lives until the next call.
  bool Next(std::string_view& line);

  [[nodiscard]] RegEncoding encoding() const { return encoding_; }

  [[nodiscard]] std::uint64_t number() const { return number_; }

  // The last line that Next gave was ended by a line feed.
  [[nodiscard]] bool ended() const { return ended_; }

  // A lone octet stood at the end of UTF-16 text.
  [[nodiscard]] bool odd() const { return odd_; }

  // The last line was cut at kMaxLine.
  [[nodiscard]] bool too_long() const { return too_long_; }

  // UTF-16 units that are no characters, shown as U+FFFD.
  [[nodiscard]] std::uint64_t replaced() const { return replaced_; }

 private:
  bool Refill();
  bool Emit(std::size_t length, bool ended, std::string_view& line);
  void ConvertUtf16(std::size_t units);
  [[nodiscard]] std::uint32_t Unit(std::size_t at) const;
  // Appends the character at input_ and returns how many units it took.
  std::size_t AppendCharacter(std::size_t at, std::size_t limit, char*& out);

  std::span<const std::byte> bytes_;
  std::size_t input_ = 0;  // octets consumed
  RegEncoding encoding_ = RegEncoding::kEightBit;
  std::string buffer_;     // converted window
  std::size_t begin_ = 0;  // unread part of buffer_
  std::size_t end_ = 0;
  std::size_t scanned_ = 0;  // no line feed in [begin_, begin_ + scanned_)
  std::uint64_t number_ = 0;
  std::uint64_t replaced_ = 0;
  bool ended_ = true;
  bool odd_ = false;
  bool too_long_ = false;
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_REG_LINES_H_
