#include "collectors/readers/sid_text.h"

#include <algorithm>
#include <array>

namespace whfb::readers {

namespace {

constexpr std::size_t kHead = 8;  // revision, count, authority
constexpr std::size_t kMaxSubAuthorities = 15;
constexpr std::string_view kDigits = "0123456789abcdef";

std::uint64_t Octet(std::span<const std::byte> bytes, std::size_t at) {
  return std::to_integer<std::uint64_t>(bytes[at]);
}

void AppendHex(std::uint64_t octet, std::string& text) {
  text.push_back(kDigits[(octet >> 4U) & 0xFU]);
  text.push_back(kDigits[octet & 0xFU]);
}

// An authority of more than 32 bits is printed in hex.
void AppendAuthority(std::span<const std::byte> bytes, std::string& text) {
  std::uint64_t authority = 0;
  for (std::size_t i = 2; i < kHead; ++i) {
    authority = (authority << 8U) | Octet(bytes, i);
  }
  if (authority <= UINT32_MAX) {
    text.append(std::to_string(authority));
    return;
  }
  text.append("0x");
  for (std::size_t i = 2; i < kHead; ++i) {
    AppendHex(Octet(bytes, i), text);
  }
}

}  // namespace

std::uint32_t ReadLe32(std::span<const std::byte> bytes) {
  return static_cast<std::uint32_t>(Octet(bytes, 0) | (Octet(bytes, 1) << 8U) |
                                    (Octet(bytes, 2) << 16U) | (Octet(bytes, 3) << 24U));
}

std::uint16_t ReadLe16(std::span<const std::byte> bytes) {
  return static_cast<std::uint16_t>(Octet(bytes, 0) | (Octet(bytes, 1) << 8U));
}

bool SidText(std::span<const std::byte> bytes, std::string& text, std::size_t& size) {
  if (bytes.size() < kHead || Octet(bytes, 0) != 1 || Octet(bytes, 1) > kMaxSubAuthorities) {
    return false;
  }
  const auto count = static_cast<std::size_t>(Octet(bytes, 1));
  size = kHead + count * sizeof(std::uint32_t);
  if (bytes.size() < size) {
    return false;
  }
  text = "S-1-";
  AppendAuthority(bytes, text);
  for (std::size_t at = kHead; at < size; at += sizeof(std::uint32_t)) {
    text.append("-").append(std::to_string(ReadLe32(bytes.subspan(at))));
  }
  return true;
}

bool SidText(std::span<const std::byte> bytes, std::string& text) {
  std::size_t size = 0;
  return SidText(bytes, text, size) && size == bytes.size();
}

bool GuidText(std::span<const std::byte> bytes, std::string& text) {
  // The first three groups are little-endian numbers.
  constexpr std::array<std::size_t, 16> kOrder = {3, 2, 1,  0,  5,  4,  7,  6,
                                                  8, 9, 10, 11, 12, 13, 14, 15};
  text.clear();
  if (bytes.size() != kOrder.size()) {
    return false;
  }
  for (std::size_t i = 0; i < kOrder.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) {
      text.push_back('-');
    }
    AppendHex(Octet(bytes, kOrder.at(i)), text);
  }
  return true;
}

bool LooksLikeSid(std::string_view text) {
  constexpr std::size_t kPrefix = 4;
  if (text.size() <= kPrefix || (text[0] != 'S' && text[0] != 's') || text.substr(1, 3) != "-1-" ||
      text.back() == '-') {
    return false;
  }
  const auto dashes = static_cast<std::size_t>(std::ranges::count(text, '-'));
  return dashes <= kMaxSubAuthorities + 2 && text.find("--") == std::string_view::npos &&
         text.find_first_not_of("0123456789-", kPrefix) == std::string_view::npos;
}

std::string PlainGuid(std::string_view text) {
  constexpr std::size_t kSize = 36;
  if (text.starts_with('{') && text.ends_with('}')) {
    text = text.substr(1, text.size() - 2);
  }
  std::string guid;
  for (std::size_t i = 0; i < text.size() && text.size() == kSize; ++i) {
    const char c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool upper = c >= 'A' && c <= 'F';
    const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || upper;
    if (dash ? c != '-' : !digit) {
      return {};
    }
    guid.push_back(upper ? static_cast<char>(c + 32) : c);
  }
  return guid;
}

}  // namespace whfb::readers
