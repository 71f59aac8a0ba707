#include "collectors/readers/utf16_text.h"

#include <array>
#include <cstddef>
#include <cstring>
#include <utility>

#include "collectors/readers/utf8_text.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace whfb::readers {

namespace {

constexpr char32_t kByteOrderMark = 0xfeff;

char32_t Unit(const char* at, bool big_endian) {
  const char32_t first = Octet(at[0]);
  const char32_t second = Octet(at[1]);
  return big_endian ? (first << 8) | second : (second << 8) | first;
}

bool IsHighSurrogate(char32_t c) {
  return c >= 0xd800 && c < 0xdc00;
}

bool IsLowSurrogate(char32_t c) {
  return c >= 0xdc00 && c < 0xe000;
}

#if defined(__SSE2__)
// Eight ASCII units at once; false when one of them is not ASCII.
bool CopyEightAscii(const char* units, char* out) {
  __m128i block;
  std::memcpy(&block, units, sizeof block);
  const __m128i high = _mm_and_si128(block, _mm_set1_epi16(static_cast<short>(0xff80)));
  if (_mm_movemask_epi8(_mm_cmpeq_epi16(high, _mm_setzero_si128())) != 0xffff) {
    return false;
  }
  const __m128i packed = _mm_packus_epi16(block, block);
  std::memcpy(out, &packed, 8);
  return true;
}
#else
bool CopyEightAscii(const char* units, char* out) {
  for (int i = 0; i < 8; ++i) {
    if (Octet(units[2 * i]) >= 0x80 || units[2 * i + 1] != 0) {
      return false;
    }
    out[i] = units[2 * i];
  }
  return true;
}
#endif

// UTF-16 to UTF-8 in blocks, so that the output never needs more than it holds.
class Utf16Decoder {
 public:
  Utf16Decoder(std::string_view bytes, bool big_endian)
      : bytes_(bytes), big_endian_(big_endian), end_(bytes.size() / 2 * 2) {}

  void AppendTo(std::string& out, DecodedText& decoded) {
    std::array<char, kBlock + 8> block{};
    while (at_ < end_) {
      char* to = block.data();
      const char* const limit = block.data() + kBlock;
      while (at_ < end_ && to < limit) {
        const char* const before = to;
        to = Step(to);
        if (std::exchange(replaced_, false)) {
          NoteReplaced(out.size() + static_cast<std::size_t>(before - block.data()), decoded);
        }
      }
      out.append(block.data(), static_cast<std::size_t>(to - block.data()));
    }
    if (end_ != bytes_.size()) {
      NoteReplaced(out.size(), decoded);  // half a unit at the end
      AppendUtf8(kReplacement, out);
    }
  }

 private:
  static constexpr std::size_t kBlock = 4096;

  char* Step(char* to) {
    if (!big_endian_ && end_ - at_ >= 16 && CopyEightAscii(bytes_.data() + at_, to)) {
      at_ += 16;
      return to + 8;
    }
    const char32_t c = NextCharacter();
    return c == kByteOrderMark ? to : PutUtf8(c, to);
  }

  char32_t NextCharacter() {
    const char32_t c = Unit(bytes_.data() + at_, big_endian_);
    at_ += 2;
    if (IsHighSurrogate(c) && at_ < end_) {
      const char32_t low = Unit(bytes_.data() + at_, big_endian_);
      if (IsLowSurrogate(low)) {
        at_ += 2;
        return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
      }
    }
    if (IsHighSurrogate(c) || IsLowSurrogate(c)) {
      replaced_ = true;
      return kReplacement;
    }
    return c;
  }

  std::string_view bytes_;
  bool big_endian_;
  std::size_t end_;
  std::size_t at_ = 0;
  bool replaced_ = false;  // the last unit was no character
};

}  // namespace

void AppendUtf16(std::string_view bytes, bool big_endian, std::string& out, DecodedText& decoded) {
  Utf16Decoder(bytes, big_endian).AppendTo(out, decoded);
}

}  // namespace whfb::readers
