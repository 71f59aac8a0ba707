#include "collectors/readers/certutil_lines.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::array<std::string_view, 2> kWideBlanks = {"\xc2\xa0", "\xe2\x80\xaf"};
constexpr std::string_view kWideColon = "\xef\xbc\x9a";
constexpr std::size_t kBannerRun = 8;  // certutil writes 16; pastes lose some
constexpr std::size_t kLongestLabel = 96;

bool IsHexDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

// Most lines begin and end with a letter: one look tells.
bool IsAscii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

// The length of the blank there, or 0.
std::size_t BlankAtFront(std::string_view text) {
  if (text.empty() || IsAscii(text.front())) {
    return !text.empty() && IsBlank(text.front()) ? 1 : 0;
  }
  const auto* const wide = std::ranges::find_if(
      kWideBlanks, [text](std::string_view blank) { return text.starts_with(blank); });
  return wide == kWideBlanks.end() ? 0 : wide->size();
}

std::size_t BlankAtBack(std::string_view text) {
  if (text.empty() || IsAscii(text.back())) {
    return !text.empty() && IsBlank(text.back()) ? 1 : 0;
  }
  const auto* const wide = std::ranges::find_if(
      kWideBlanks, [text](std::string_view blank) { return text.ends_with(blank); });
  return wide == kWideBlanks.end() ? 0 : wide->size();
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool IsTypeCharacter(char c) {
  return IsDigit(c) || (LowerLetter(c) >= 'a' && LowerLetter(c) <= 'z') || c == '.' || c == '-';
}

}  // namespace

std::string_view TrimBlanks(std::string_view text) {
  while (const std::size_t length = BlankAtFront(text)) {
    text.remove_prefix(length);
  }
  while (const std::size_t length = BlankAtBack(text)) {
    text.remove_suffix(length);
  }
  return text;
}

bool ContainsNoCase(std::string_view text, std::string_view part) {
  // Not std::ranges::search: clang 14 cannot compile its subrange with libstdc++ 12.
  const auto same = [](char a, char b) { return LowerLetter(a) == LowerLetter(b); };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

std::optional<Banner> ReadBanner(std::string_view line) {
  line = TrimBlanks(line);
  const std::size_t head = std::min(line.find_first_not_of('='), line.size());
  const std::size_t tail = line.find_last_not_of('=');
  if (head < kBannerRun || head == line.size() || line.size() - tail <= kBannerRun) {
    return std::nullopt;
  }
  const std::string_view inner = TrimBlanks(line.substr(head, tail + 1 - head));
  const std::size_t blank = inner.find_last_of(" \t");
  if (blank == std::string_view::npos || inner.size() > kLongestLabel) {
    return std::nullopt;
  }
  Banner banner{.word = TrimBlanks(inner.substr(0, blank))};
  const std::string_view index = inner.substr(blank + 1);
  const auto parsed = std::from_chars(index.data(), index.data() + index.size(), banner.index);
  const bool whole = parsed.ec == std::errc{} && parsed.ptr == index.data() + index.size();
  return whole ? std::optional(banner) : std::nullopt;
}

std::optional<LabelledValue> SplitAtColon(std::string_view line) {
  const std::size_t narrow = line.find(':');
  const std::size_t wide = line.substr(0, narrow).find(kWideColon);
  const std::size_t at = std::min(narrow, wide);
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  const std::size_t length = at == wide ? kWideColon.size() : 1;
  const std::string_view label = TrimBlanks(line.substr(0, at));
  if (label.empty() || label.size() > kLongestLabel) {
    return std::nullopt;
  }
  return LabelledValue{.label = label, .value = TrimBlanks(line.substr(at + length))};
}

bool HasLabel(std::string_view line) {
  const auto pair = SplitAtColon(line);
  // "tp://pki.contoso.com/ca.crl", "L=Building: West"
  return pair && !pair->value.starts_with("//") && pair->label.find('=') == std::string_view::npos;
}

std::optional<LabelledValue> SplitAtEquals(std::string_view line) {
  const std::size_t at = line.find('=');
  const std::string_view label = TrimBlanks(line.substr(0, at));
  if (at == std::string_view::npos || label.empty() || label.size() > kLongestLabel ||
      label.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  return LabelledValue{.label = label, .value = TrimBlanks(line.substr(at + 1))};
}

std::string HexOf(std::string_view value) {
  std::string hex;
  for (const char c : value) {
    if (c == ' ' && hex.size() % 2 == 0) {
      continue;
    }
    if (!IsHexDigit(c)) {
      return {};
    }
    hex += LowerLetter(c);
  }
  return hex.size() % 2 == 0 ? hex : std::string{};
}

bool LooksLikeName(std::string_view value) {
  const std::size_t at = value.find('=');
  return at != std::string_view::npos && at > 0 && at <= kLongestLabel &&
         std::ranges::all_of(value.substr(0, at), IsTypeCharacter);
}

bool LooksLikeOid(std::string_view value) {
  const bool characters = std::ranges::all_of(value, [](char c) { return IsDigit(c) || c == '.'; });
  return characters && value.size() >= 3 && value.find('.') != std::string_view::npos &&
         IsDigit(value.front()) && IsDigit(value.back()) &&
         value.find("..") == std::string_view::npos;
}

std::string_view LastInParentheses(std::string_view text) {
  const std::size_t close = text.rfind(')');
  const std::size_t open = text.substr(0, close).rfind('(');
  if (close == std::string_view::npos || open == std::string_view::npos) {
    return {};
  }
  return TrimBlanks(text.substr(open + 1, close - open - 1));
}

std::uint32_t ErrorCodeIn(std::string_view line) {
  constexpr std::size_t kDigits = 8;
  for (std::size_t at = line.find("0x"); at != std::string_view::npos;
       at = line.find("0x", at + 2)) {
    const std::string_view digits = line.substr(at + 2, kDigits);
    std::uint32_t code = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (parsed.ptr == digits.data() + kDigits) {
      return code;
    }
  }
  return 0;
}

}  // namespace whfb::readers
