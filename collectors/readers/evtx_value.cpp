#include "collectors/readers/evtx_value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

namespace whfb::readers::evtx {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::size_t kMaxNumberText = 32;
constexpr Ticks kYear10000 = 2'650'467'744'000'000'000;  // 10000-01-01T00:00:00Z

void AppendHex(std::span<const std::byte> bytes, TextBuffer& out) {
  char* const room = out.Room(bytes.size() * 2);
  if (room == nullptr) {
    return;
  }
  char* at = room;
  for (const std::byte byte : bytes) {
    const auto value = std::to_integer<unsigned>(byte);
    *at++ = kHexDigits[value >> 4];
    *at++ = kHexDigits[value & 15];
  }
  out.Take(bytes.size() * 2);
}

template <typename T>
void AppendNumber(T value, int base, TextBuffer& out) {
  if (char* const room = out.Room(kMaxNumberText); room != nullptr) {
    const std::to_chars_result result = std::to_chars(room, room + kMaxNumberText, value, base);
    out.Take(static_cast<std::size_t>(result.ptr - room));
  }
}

template <typename T>
void AppendReal(T value, TextBuffer& out) {
  if (char* const room = out.Room(kMaxNumberText); room != nullptr) {
    const std::to_chars_result result = std::to_chars(room, room + kMaxNumberText, value);
    if (result.ec == std::errc{}) {
      out.Take(static_cast<std::size_t>(result.ptr - room));
    }
  }
}

void AppendHexNumber(std::uint64_t value, TextBuffer& out) {
  out.Append("0x");
  AppendNumber(value, 16, out);
}

// ANSI code pages are not named in the log: bytes from 0x80 are taken as Latin-1.
void AppendAnsi(std::span<const std::byte> bytes, TextBuffer& out) {
  while (!bytes.empty() && bytes.back() == std::byte{0}) {
    bytes = bytes.first(bytes.size() - 1);
  }
  char* const room = out.Room(bytes.size() * 2);
  if (room == nullptr) {
    return;
  }
  std::size_t length = 0;
  for (const std::byte byte : bytes) {
    const auto letter = std::to_integer<unsigned>(byte);
    if (letter < 0x80) {
      room[length++] = static_cast<char>(letter);
    } else {
      room[length++] = static_cast<char>(0xc0 | letter >> 6);
      room[length++] = static_cast<char>(0x80 | (letter & 0x3f));
    }
  }
  out.Take(length);
}

void AppendGuid(const std::byte* at, TextBuffer& out) {
  // [MS-DTYP] 2.3.4.2: three little-endian fields, then eight octets in order.
  static constexpr std::array<std::uint8_t, 16> kOrder = {3, 2, 1,  0,  5,  4,  7,  6,
                                                          8, 9, 10, 11, 12, 13, 14, 15};
  constexpr std::size_t kLength = 38;
  char* const room = out.Room(kLength);
  if (room == nullptr) {
    return;
  }
  char* to = room;
  *to++ = '{';
  for (std::size_t i = 0; i < kOrder.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) {
      *to++ = '-';
    }
    const auto value = std::to_integer<unsigned>(at[kOrder[i]]);
    *to++ = kHexDigits[value >> 4];
    *to++ = kHexDigits[value & 15];
  }
  *to = '}';
  out.Take(kLength);
}

// [MS-DTYP] 2.4.2.2. False when the size does not fit the number of sub-authorities.
bool AppendSid(std::span<const std::byte> bytes, TextBuffer& out) {
  constexpr std::size_t kFixed = 8;
  constexpr unsigned kMaxSubAuthorities = 15;
  if (bytes.size() < kFixed) {
    return false;
  }
  const auto count = std::to_integer<unsigned>(bytes[1]);
  if (count > kMaxSubAuthorities || bytes.size() < kFixed + std::size_t{count} * 4) {
    return false;
  }
  std::uint64_t authority = 0;
  for (std::size_t i = 2; i < kFixed; ++i) {
    authority = authority << 8 | std::to_integer<std::uint64_t>(bytes[i]);
  }
  out.Append("S-");
  AppendNumber(std::to_integer<unsigned>(bytes[0]), 10, out);
  out.Append("-");
  AppendNumber(authority, 10, out);
  for (std::size_t i = 0; i < count; ++i) {
    out.Append("-");
    AppendNumber(Load<std::uint32_t>(bytes.data() + kFixed + i * 4), 10, out);
  }
  return true;
}

void AppendDigits(std::uint32_t value, std::size_t width, TextBuffer& out) {
  if (char* const room = out.Room(width); room != nullptr) {
    for (std::size_t i = width; i > 0; --i, value /= 10) {
      room[i - 1] = static_cast<char>('0' + value % 10);
    }
    out.Take(width);
  }
}

void AppendCivil(const CivilTime& civil, std::uint32_t fraction, TextBuffer& out) {
  AppendDigits(static_cast<std::uint32_t>(civil.year), 4, out);
  out.Append("-");
  AppendDigits(static_cast<std::uint32_t>(civil.month), 2, out);
  out.Append("-");
  AppendDigits(static_cast<std::uint32_t>(civil.day), 2, out);
  out.Append("T");
  AppendDigits(static_cast<std::uint32_t>(civil.hour), 2, out);
  out.Append(":");
  AppendDigits(static_cast<std::uint32_t>(civil.minute), 2, out);
  out.Append(":");
  AppendDigits(static_cast<std::uint32_t>(civil.second), 2, out);
  out.Append(".");
  AppendDigits(fraction, 7, out);
  out.Append("Z");
}

void AppendSystemTime(const std::byte* at, TextBuffer& out) {
  const CivilTime civil = {.year = Load<std::uint16_t>(at),
                           .month = Load<std::uint16_t>(at + 2),
                           .day = Load<std::uint16_t>(at + 6),
                           .hour = Load<std::uint16_t>(at + 8),
                           .minute = Load<std::uint16_t>(at + 10),
                           .second = Load<std::uint16_t>(at + 12)};
  if (!ValidCivil(civil)) {
    AppendHex({at, 16}, out);
    return;
  }
  AppendCivil(civil, Load<std::uint16_t>(at + 14) % 1000U * 10'000U, out);
}

// The size of one item; 0: not fixed.
std::size_t FixedSize(std::uint8_t type) {
  switch (type) {
    case kInt8:
    case kUInt8:
      return 1;
    case kInt16:
    case kUInt16:
      return 2;
    case kInt32:
    case kUInt32:
    case kReal32:
    case kBool:
    case kHex32:
      return 4;
    case kInt64:
    case kUInt64:
    case kReal64:
    case kFileTime:
    case kHex64:
      return 8;
    case kGuid:
    case kSystemTime:
      return 16;
    default:
      return 0;
  }
}

bool AppendSized(const Value& value, TextBuffer& out) {
  const std::byte* const at = value.data;
  switch (value.type) {
    case kInt8:
      AppendNumber(int{Load<std::int8_t>(at)}, 10, out);
      return true;
    case kUInt8:
      AppendNumber(unsigned{Load<std::uint8_t>(at)}, 10, out);
      return true;
    case kInt16:
      AppendNumber(Load<std::int16_t>(at), 10, out);
      return true;
    case kUInt16:
      AppendNumber(Load<std::uint16_t>(at), 10, out);
      return true;
    case kInt32:
      AppendNumber(Load<std::int32_t>(at), 10, out);
      return true;
    case kUInt32:
      AppendNumber(Load<std::uint32_t>(at), 10, out);
      return true;
    case kInt64:
      AppendNumber(Load<std::int64_t>(at), 10, out);
      return true;
    case kUInt64:
      AppendNumber(Load<std::uint64_t>(at), 10, out);
      return true;
    default:
      return false;
  }
}

void AppendOtherSized(const Value& value, TextBuffer& out) {
  const std::byte* const at = value.data;
  switch (value.type) {
    case kReal32:
      return AppendReal(Load<float>(at), out);
    case kReal64:
      return AppendReal(Load<double>(at), out);
    case kBool:
      return out.Append(Load<std::uint32_t>(at) != 0 ? "true" : "false");
    case kGuid:
      return AppendGuid(at, out);
    case kFileTime:
      return AppendFileTime(Load<Ticks>(at), out);
    case kSystemTime:
      return AppendSystemTime(at, out);
    case kHex32:
      return AppendHexNumber(Load<std::uint32_t>(at), out);
    case kHex64:
      return AppendHexNumber(Load<std::uint64_t>(at), out);
    default:
      return AppendHex({at, value.size}, out);
  }
}

// Items of string arrays end with NUL.
std::size_t TextItemSize(const Value& rest, std::size_t unit) {
  for (std::size_t at = 0; at + unit <= rest.size; at += unit) {
    const bool end =
        unit == 1 ? rest.data[at] == std::byte{0} : Load<std::uint16_t>(rest.data + at) == 0;
    if (end) {
      return at;
    }
  }
  return rest.size;
}

}  // namespace

void AppendUtf16(std::span<const std::byte> bytes, TextBuffer& out) {
  std::size_t units = bytes.size() / 2;
  while (units > 0 && Load<std::uint16_t>(bytes.data() + units * 2 - 2) == 0) {
    --units;
  }
  if (char* const room = out.Room(units * 3); room != nullptr) {
    out.Take(Utf16ToUtf8(bytes.data(), units, room));
  }
}

void AppendFileTime(Ticks ticks, TextBuffer& out) {
  if (ticks < 0 || ticks >= kYear10000) {
    AppendHexNumber(static_cast<std::uint64_t>(ticks), out);
    return;
  }
  AppendCivil(CivilFromTicks(ticks), static_cast<std::uint32_t>(ticks % kTicksPerSecond), out);
}

void AppendValue(const Value& value, TextBuffer& out) {
  const std::span<const std::byte> bytes{value.data, value.size};
  switch (value.type) {
    case kNull:
      return;
    case kUtf16:
      return AppendUtf16(bytes, out);
    case kAnsi:
      return AppendAnsi(bytes, out);
    case kReadyText:
      return out.Append({reinterpret_cast<const char*>(value.data), value.size});
    case kSize:
      if (value.size == 4 || value.size == 8) {
        return AppendHexNumber(
            value.size == 4 ? Load<std::uint32_t>(value.data) : Load<std::uint64_t>(value.data),
            out);
      }
      return AppendHex(bytes, out);
    case kSid:
      if (!AppendSid(bytes, out)) {
        AppendHex(bytes, out);
      }
      return;
    default:
      break;
  }
  if (FixedSize(value.type) != value.size || value.size == 0) {
    return AppendHex(bytes, out);
  }
  if (!AppendSized(value, out)) {
    AppendOtherSized(value, out);
  }
}

bool NextItem(Value& rest, Value& item) {
  if (rest.size == 0) {
    return false;
  }
  item = rest;
  item.type = rest.type & 0x7f;
  std::size_t step = 0;
  if (item.type == kUtf16 || item.type == kAnsi) {
    const std::size_t unit = item.type == kUtf16 ? 2 : 1;
    item.size = static_cast<std::uint32_t>(TextItemSize(rest, unit));
    step = std::min<std::size_t>(rest.size, item.size + unit);
  } else {
    const std::size_t fixed = FixedSize(item.type);
    step = fixed == 0 || fixed > rest.size ? rest.size : fixed;
    item.size = static_cast<std::uint32_t>(step);
  }
  rest.data += step;
  rest.size -= static_cast<std::uint32_t>(step);
  return true;
}

std::uint64_t Number(const Value& value) {
  switch (value.type) {
    case kReadyText: {
      std::uint64_t number = 0;
      const auto* const text = reinterpret_cast<const char*>(value.data);
      std::from_chars(text, text + value.size, number);
      return number;
    }
    case kUInt8:
      return value.size == 1 ? Load<std::uint8_t>(value.data) : 0;
    case kUInt16:
      return value.size == 2 ? Load<std::uint16_t>(value.data) : 0;
    case kUInt32:
    case kInt32:
    case kHex32:
      return value.size == 4 ? Load<std::uint32_t>(value.data) : 0;
    case kUInt64:
    case kHex64:
    case kFileTime:
      return value.size == 8 ? Load<std::uint64_t>(value.data) : 0;
    default:
      return 0;
  }
}

}  // namespace whfb::readers::evtx
