#include "collectors/readers/reg_lines.h"

#include <algorithm>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace whfb::readers {

namespace {

constexpr std::size_t kPiece = std::size_t{64} << 10;  // octets converted at a time

[[nodiscard]] std::uint8_t Octet(std::byte value) {
  return std::to_integer<std::uint8_t>(value);
}

// Copies leading ASCII units of little-endian UTF-16, sixteen at a time; returns how many.
std::size_t CopyAscii(const std::byte* in, std::size_t units, char* out) {
  std::size_t done = 0;
#if defined(__SSE2__)
  const __m128i high = _mm_set1_epi16(static_cast<short>(0xFF80));
  while (done + 16 <= units) {
    const auto* const at = reinterpret_cast<const __m128i*>(in + 2 * done);
    const __m128i a = _mm_loadu_si128(at);
    const __m128i b = _mm_loadu_si128(at + 1);
    const __m128i outside = _mm_and_si128(_mm_or_si128(a, b), high);
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(outside, _mm_setzero_si128())) != 0xFFFF) {
      break;
    }
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + done), _mm_packus_epi16(a, b));
    done += 16;
  }
#endif
  while (done < units && Octet(in[2 * done + 1]) == 0 && Octet(in[2 * done]) < 0x80) {
    out[done] = static_cast<char>(Octet(in[2 * done]));
    ++done;
  }
  return done;
}

void AppendUtf8(std::uint32_t point, char*& out) {
  const auto put = [&out](std::uint32_t octet) { *out++ = static_cast<char>(octet); };
  if (point < 0x80) {
    put(point);
    return;
  }
  if (point < 0x800) {
    put(0xC0 | (point >> 6U));
  } else {
    if (point < 0x10000) {
      put(0xE0 | (point >> 12U));
    } else {
      put(0xF0 | (point >> 18U));
      put(0x80 | ((point >> 12U) & 0x3FU));
    }
    put(0x80 | ((point >> 6U) & 0x3FU));
  }
  put(0x80 | (point & 0x3FU));
}

}  // namespace

RegEncoding DetectRegEncoding(std::span<const std::byte> bytes) {
  if (bytes.size() < 2) {
    return RegEncoding::kEightBit;
  }
  const std::uint8_t first = Octet(bytes[0]);
  const std::uint8_t second = Octet(bytes[1]);
  if (first == 0xFF && second == 0xFE) {
    return RegEncoding::kUtf16Le;
  }
  if (first == 0xFE && second == 0xFF) {
    return RegEncoding::kUtf16Be;
  }
  if (first != 0 && second == 0) {
    return RegEncoding::kUtf16Le;
  }
  return first == 0 && second != 0 ? RegEncoding::kUtf16Be : RegEncoding::kEightBit;
}

RegLines::RegLines(std::span<const std::byte> bytes)
    : bytes_(bytes), encoding_(DetectRegEncoding(bytes)) {
  odd_ = encoding_ != RegEncoding::kEightBit && bytes.size() % 2 != 0;
}

std::uint32_t RegLines::Unit(std::size_t at) const {
  const std::uint32_t a = Octet(bytes_[at]);
  const std::uint32_t b = Octet(bytes_[at + 1]);
  return encoding_ == RegEncoding::kUtf16Le ? a | (b << 8U) : b | (a << 8U);
}

std::size_t RegLines::AppendCharacter(std::size_t at, std::size_t limit, char*& out) {
  const std::uint32_t unit = Unit(at);
  if (unit == 0xFEFF) {  // a BOM, also inside joined files
    return 1;
  }
  if (unit >= 0xD800 && unit < 0xDC00 && at + 4 <= limit) {
    const std::uint32_t low = Unit(at + 2);
    if (low >= 0xDC00 && low < 0xE000) {
      AppendUtf8(0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00), out);
      return 2;
    }
  }
  if (unit >= 0xD800 && unit < 0xE000) {
    ++replaced_;
    AppendUtf8(0xFFFD, out);
    return 1;
  }
  AppendUtf8(unit, out);
  return 1;
}

void RegLines::ConvertUtf16(std::size_t units) {
  const std::size_t whole = bytes_.size() & ~std::size_t{1};
  const std::size_t limit = std::min(whole, input_ + 2 * units);
  char* out = buffer_.data() + end_;
  while (input_ < limit) {
    if (encoding_ == RegEncoding::kUtf16Le) {
      const std::size_t copied = CopyAscii(bytes_.data() + input_, (limit - input_) / 2, out);
      input_ += 2 * copied;
      out += copied;
      if (input_ >= limit) {
        break;
      }
    }
    // A pair may reach one unit beyond the piece; its room is reserved by Refill.
    input_ += 2 * AppendCharacter(input_, whole, out);
  }
  end_ = static_cast<std::size_t>(out - buffer_.data());
}

bool RegLines::Refill() {
  const bool wide = encoding_ != RegEncoding::kEightBit;
  const std::size_t left = bytes_.size() - input_;
  if (left == 0 || (wide && left < 2)) {
    return false;
  }
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
            buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
  end_ -= begin_;
  begin_ = 0;
  const std::size_t piece = std::min(kPiece, left);
  const std::size_t room = end_ + piece / 2 * 3 + 16;
  if (buffer_.size() < room) {
    buffer_.resize(room);
  }
  if (wide) {
    ConvertUtf16(kPiece / 2);
    return true;
  }
  std::memcpy(buffer_.data() + end_, bytes_.data() + input_, piece);
  input_ += piece;
  end_ += piece;
  return true;
}

bool RegLines::Emit(std::size_t length, bool ended, std::string_view& line) {
  line = std::string_view(buffer_).substr(begin_, length);
  begin_ += length + (ended ? 1 : 0);
  scanned_ = 0;
  ended_ = ended;
  ++number_;
  while (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  if (number_ == 1 && line.starts_with("\xEF\xBB\xBF")) {
    line.remove_prefix(3);
  }
  return true;
}

bool RegLines::Next(std::string_view& line) {
  too_long_ = false;
  for (;;) {
    const std::size_t size = end_ - begin_;
    const void* const found =
        size > scanned_ ? std::memchr(buffer_.data() + begin_ + scanned_, '\n', size - scanned_)
                        : nullptr;
    if (found != nullptr) {
      const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data());
      return Emit(at - begin_, true, line);
    }
    scanned_ = size;
    if (size >= kMaxLine) {
      too_long_ = true;
      return Emit(size, false, line);
    }
    if (!Refill()) {
      return size > 0 && Emit(size, false, line);
    }
  }
}

}  // namespace whfb::readers
