#include "collectors/readers/asn1_text.h"

#include <algorithm>
#include <string_view>

namespace whfb::readers {

namespace {

constexpr char32_t kReplacement = 0xFFFD;

unsigned Octet(std::byte byte) {
  return std::to_integer<unsigned>(byte);
}

void AppendEscape(char32_t control, std::string& text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  text.push_back('\\');
  text.push_back(kDigits[control >> 4U & 0xFU]);
  text.push_back(kDigits[control & 0xFU]);
}

bool IsControl(char32_t character) {
  return character < 0x20 || (character >= 0x7F && character < 0xA0);
}

bool IsScalar(char32_t character) {
  return character <= 0x10FFFF && (character < 0xD800 || character > 0xDFFF);
}

void AppendCharacter(char32_t character, std::string& text) {
  const auto push = [&](char32_t unit) { text.push_back(static_cast<char>(unit)); };
  if (!IsScalar(character)) {
    character = kReplacement;
  }
  if (IsControl(character)) {
    AppendEscape(character, text);
  } else if (character < 0x80) {
    push(character);
  } else if (character < 0x800) {
    push(0xC0 | character >> 6U);
    push(0x80 | (character & 0x3F));
  } else if (character < 0x10000) {
    push(0xE0 | character >> 12U);
    push(0x80 | (character >> 6U & 0x3F));
    push(0x80 | (character & 0x3F));
  } else {
    push(0xF0 | character >> 18U);
    push(0x80 | (character >> 12U & 0x3F));
    push(0x80 | (character >> 6U & 0x3F));
    push(0x80 | (character & 0x3F));
  }
}

bool PlainAscii(std::byte byte) {
  return Octet(byte) >= 0x20 && Octet(byte) < 0x7F;
}

// How many continuation octets a lead octet announces; 0: not a lead octet.
std::size_t Continuations(unsigned lead) {
  if (lead >= 0xC2 && lead < 0xE0) {
    return 1;
  }
  if (lead >= 0xE0 && lead < 0xF0) {
    return 2;
  }
  return lead >= 0xF0 && lead < 0xF5 ? 3 : 0;
}

// One character from the front of `bytes`; an ill-formed one takes one octet.
char32_t NextUtf8(der::Bytes& bytes) {
  constexpr char32_t kSmallest[] = {0, 0x80, 0x800, 0x10000};  // NOLINT(modernize-avoid-c-arrays)
  const unsigned lead = Octet(bytes[0]);
  const std::size_t count = Continuations(lead);
  if (lead < 0x80 || count == 0 || bytes.size() <= count) {
    bytes = bytes.subspan(1);
    return lead < 0x80 ? lead : kReplacement;
  }
  char32_t character = lead & (0x3FU >> count);
  for (std::size_t i = 1; i <= count; ++i) {
    if ((Octet(bytes[i]) & 0xC0U) != 0x80) {
      bytes = bytes.subspan(1);
      return kReplacement;
    }
    character = character << 6U | (Octet(bytes[i]) & 0x3FU);
  }
  const bool fits = character >= kSmallest[count] && IsScalar(character);
  bytes = bytes.subspan(fits ? count + 1 : 1);
  return fits ? character : kReplacement;
}

void AppendUtf8(der::Bytes bytes, std::string& text) {
  while (!bytes.empty()) {
    AppendCharacter(NextUtf8(bytes), text);
  }
}

void AppendUtf32(der::Bytes bytes, std::string& text) {
  for (; bytes.size() >= 4; bytes = bytes.subspan(4)) {
    AppendCharacter(
        Octet(bytes[0]) << 24U | Octet(bytes[1]) << 16U | Octet(bytes[2]) << 8U | Octet(bytes[3]),
        text);
  }
  if (!bytes.empty()) {
    AppendCharacter(kReplacement, text);
  }
}

}  // namespace

bool IsStringTag(std::uint8_t tag) {
  switch (tag) {
    case der::kUtf8String:
    case der::kNumericString:
    case der::kPrintableString:
    case der::kT61String:
    case der::kIa5String:
    case der::kVisibleString:
    case der::kGeneralString:
    case der::kUniversalString:
    case der::kBmpString:
      return true;
    default:
      return false;
  }
}

void AppendUtf16(der::Bytes content, bool big_endian, std::string& text) {
  const auto unit = [&](std::size_t at) {
    const char32_t first = Octet(content[at]);
    const char32_t second = Octet(content[at + 1]);
    return big_endian ? first << 8U | second : second << 8U | first;
  };
  std::size_t at = 0;
  while (at + 1 < content.size()) {
    char32_t character = unit(at);
    at += 2;
    const bool high = character >= 0xD800 && character < 0xDC00;
    if (high && at + 1 < content.size() && unit(at) >= 0xDC00 && unit(at) < 0xE000) {
      character = 0x10000 + ((character - 0xD800) << 10U) + (unit(at) - 0xDC00);
      at += 2;
    }
    AppendCharacter(character, text);
  }
  if (at < content.size()) {
    AppendCharacter(kReplacement, text);
  }
}

void AppendString(std::uint8_t tag, der::Bytes content, std::string& text) {
  if (tag == der::kBmpString) {
    AppendUtf16(content, true, text);
    return;
  }
  if (tag == der::kUniversalString) {
    AppendUtf32(content, text);
    return;
  }
  if (std::ranges::all_of(content, PlainAscii)) {
    text.append(der::Chars(content));
    return;
  }
  if (tag == der::kUtf8String) {
    AppendUtf8(content, text);
    return;
  }
  for (const std::byte byte : content) {
    AppendCharacter(Octet(byte), text);
  }
}

}  // namespace whfb::readers
