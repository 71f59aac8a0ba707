#include "collectors/readers/base64_text.h"

#include <cstdint>

namespace whfb::readers {

namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool IsSpace(char letter) {
  return letter == ' ' || letter == '\n' || letter == '\r' || letter == '\t';
}

}  // namespace

std::optional<std::vector<std::byte>> DecodeBase64(std::string_view text) {
  while (!text.empty() && (IsSpace(text.back()) || text.back() == '=')) {
    text.remove_suffix(1);
  }
  std::vector<std::byte> bytes;
  bytes.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char letter : text) {
    if (IsSpace(letter)) {
      continue;
    }
    const std::size_t digit = kAlphabet.find(letter);
    if (digit == std::string_view::npos) {
      return std::nullopt;
    }
    bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<std::byte>((bits >> count) & 0xFFU));
    }
  }
  return bytes;
}

}  // namespace whfb::readers
