// UTF-16LE to UTF-8, sixteen units at a step where they are ASCII.

#include <algorithm>

#include "collectors/readers/evtx_value.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace whfb::readers::evtx {

namespace {

#if defined(__SSE2__)
// Converts whole blocks of 16 ASCII units; returns how many units were converted.
std::size_t ConvertAscii(const std::byte* in, std::size_t units, char* out) {
  const __m128i beyond = _mm_set1_epi16(static_cast<short>(0xff80));
  std::size_t done = 0;
  for (; done + 16 <= units; done += 16) {
    const auto* const at = reinterpret_cast<const __m128i*>(in + done * 2);
    const __m128i first = _mm_loadu_si128(at);
    const __m128i second = _mm_loadu_si128(at + 1);
    const __m128i high = _mm_and_si128(_mm_or_si128(first, second), beyond);
    if (_mm_movemask_epi8(_mm_cmpeq_epi16(high, _mm_setzero_si128())) != 0xffff) {
      break;
    }
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + done), _mm_packus_epi16(first, second));
  }
  return done;
}
#else
std::size_t ConvertAscii(const std::byte*, std::size_t, char*) {
  return 0;
}
#endif

// The code point at unit `i`, which moves behind it. Requires i < units.
std::uint32_t TakePoint(const std::byte* in, std::size_t units, std::size_t& i) {
  constexpr std::uint32_t kReplacement = 0xfffd;
  const std::uint32_t unit = Load<std::uint16_t>(in + i++ * 2);
  if (unit < 0xd800 || unit >= 0xe000) {
    return unit;
  }
  const std::uint32_t low = i < units ? Load<std::uint16_t>(in + i * 2) : 0U;
  if (unit >= 0xdc00 || low < 0xdc00 || low >= 0xe000) {
    return kReplacement;
  }
  ++i;
  return 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
}

// One code point, as UTF-8; returns its length.
std::size_t Encode(std::uint32_t point, char* out) {
  if (point < 0x80) {
    out[0] = static_cast<char>(point);
    return 1;
  }
  if (point < 0x800) {
    out[0] = static_cast<char>(0xc0 | (point >> 6));
    out[1] = static_cast<char>(0x80 | (point & 0x3f));
    return 2;
  }
  if (point < 0x10000) {
    out[0] = static_cast<char>(0xe0 | (point >> 12));
    out[1] = static_cast<char>(0x80 | ((point >> 6) & 0x3f));
    out[2] = static_cast<char>(0x80 | (point & 0x3f));
    return 3;
  }
  out[0] = static_cast<char>(0xf0 | (point >> 18));
  out[1] = static_cast<char>(0x80 | ((point >> 12) & 0x3f));
  out[2] = static_cast<char>(0x80 | ((point >> 6) & 0x3f));
  out[3] = static_cast<char>(0x80 | (point & 0x3f));
  return 4;
}

}  // namespace

std::size_t Utf16ToUtf8(const std::byte* in, std::size_t units, char* out) {
  std::size_t length = 0;
  std::size_t i = 0;
  while (i < units) {
    const std::size_t block = ConvertAscii(in + i * 2, units - i, out + length);
    i += block;
    length += block;
    // Up to one block unit by unit, so that one letter beyond ASCII does not end the fast way.
    for (const std::size_t stop = std::min(units, i + 16); i < stop;) {
      length += Encode(TakePoint(in, units, i), out + length);
    }
  }
  return length;
}

}  // namespace whfb::readers::evtx
