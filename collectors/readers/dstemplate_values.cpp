#include "collectors/readers/dstemplate_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "collectors/readers/certutil_lines.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/number_text.h"
#include "scanner/core/time.h"

namespace whfb::readers {

namespace {

constexpr std::size_t kMaxValues = 4096;

struct Unit {
  std::string_view word{};  // singular, lower case
  std::int64_t days = 0;
};

// The console counts a month as 30 and a year as 365 days.
constexpr std::array kUnits = {Unit{"year", 365}, Unit{"month", 30}, Unit{"week", 7},
                               Unit{"day", 1}};

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

// One quoted value; doubled quotes stand for one. False when the quote does not close.
bool TakeQuoted(std::string_view& rest, std::string& value) {
  rest.remove_prefix(1);
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c != '"') {
      value += c;
    } else if (rest.starts_with('"')) {
      value += '"';
      rest.remove_prefix(1);
    } else {
      return true;
    }
  }
  return false;
}

std::string PeriodOctets(std::int64_t days) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto ticks = static_cast<std::uint64_t>(-days * kTicksPerDay);
  std::string hex;
  for (unsigned shift = 0; shift < 64; shift += 8) {
    const unsigned octet = (ticks >> shift) & 0xffU;
    hex += kDigits[octet >> 4];
    hex += kDigits[octet & 0xfU];
  }
  return hex;
}

std::string Period(std::string value) {
  constexpr std::int64_t kMaxCount = 10'000;
  std::int64_t count = 0;
  const auto parsed = std::from_chars(value.data(), value.data() + value.size(), count);
  if (parsed.ec != std::errc{} || count < 0 || count > kMaxCount) {
    return value;
  }
  const std::string_view rest(parsed.ptr,
                              static_cast<std::size_t>(value.data() + value.size() - parsed.ptr));
  std::string_view word = TrimBlanks(rest);
  if (word.ends_with('s') || word.ends_with('S')) {
    word.remove_suffix(1);
  }
  const auto* const unit = std::ranges::find_if(
      kUnits, [word](const Unit& known) { return SameNoCase(known.word, word); });
  return unit == kUnits.end() ? value : PeriodOctets(count * unit->days);
}

// 0x101 to 257; other text as it is.
std::string Decimal(std::string value) {
  if (!value.starts_with("0x")) {
    return value;
  }
  const auto number = ParseWhole<std::uint64_t>(std::string_view(value).substr(2), 16);
  return number ? std::to_string(*number) : value;
}

}  // namespace

std::optional<TemplateAssignment> ReadTemplateAssignment(std::string_view line) {
  const auto pair = SplitAtEquals(line);
  if (!pair || pair->value.empty() || !std::ranges::all_of(pair->label, IsNameCharacter)) {
    return std::nullopt;
  }
  TemplateAssignment assignment{.name = pair->label};
  std::string_view rest = pair->value;
  if (rest.front() != '"') {
    assignment.values.emplace_back(rest.substr(0, rest.find_first_of(" \t")));
    return assignment;
  }
  while (rest.starts_with('"') && assignment.values.size() < kMaxValues) {
    std::string value;
    assignment.open_quote = !TakeQuoted(rest, value);
    assignment.values.push_back(std::move(value));
    // What `-v` adds behind a value is not quoted; a comma leads to the next value.
    rest = TrimBlanks(rest);
    if (rest.starts_with(',')) {
      rest = TrimBlanks(rest.substr(1));
    }
  }
  assignment.explained = !rest.empty();
  return assignment;
}

std::string NormaliseTemplateValue(std::string_view attribute, std::string value) {
  if (SameNoCase(attribute, "pKIExpirationPeriod") || SameNoCase(attribute, "pKIOverlapPeriod")) {
    return Period(std::move(value));
  }
  if (SameNoCase(attribute, "pKIKeyUsage")) {
    const std::string hex = HexOf(value);
    return hex.empty() ? value : hex;
  }
  return Decimal(std::move(value));
}

}  // namespace whfb::readers
