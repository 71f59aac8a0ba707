#include "collectors/readers/dstemplate_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "collectors/readers/certutil_lines.h"
#include "scanner/core/time.h"

namespace whfb::readers {

namespace {

constexpr std::size_t kMaxValues = 4096;

struct Unit {
  std::string_view word{};  // singular, lower case
  std::int64_t hours = 0;
};

// The console counts a month as 30 and a year as 365 days.
constexpr std::array kUnits = {Unit{"year", 8760}, Unit{"month", 720}, Unit{"week", 168},
                               Unit{"day", 24}, Unit{"hour", 1}};

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

struct RightWord {
  std::string_view printed{};
  std::string_view right{};
};

constexpr std::array kRightWords = {RightWord{"Auto-Enroll", "autoenroll"},
                                    RightWord{"Enroll", "enroll"},
                                    RightWord{"Full Control", "all-but-extended-rights"},
                                    RightWord{"Write", "write"}, RightWord{"Read", "read"}};

// From the next quoted value on. What `-v` adds behind a value is not quoted; a comma leads to the
// next value, at the end of the line to one on the next line.
std::string_view NextValue(std::string_view rest, bool& continues) {
  for (std::size_t comma = rest.find(','); comma != std::string_view::npos;
       comma = rest.find(',', comma + 1)) {
    const std::string_view behind = TrimBlanks(rest.substr(comma + 1));
    continues = behind.empty();
    if (behind.starts_with('"')) {
      return behind;
    }
  }
  return {};
}

std::string PeriodOctets(std::int64_t hours) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto ticks = static_cast<std::uint64_t>(-hours * (kTicksPerDay / 24));
  std::string hex;
  for (unsigned shift = 0; shift < 64; shift += 8) {
    const unsigned octet = (ticks >> shift) & 0xffU;
    hex += kDigits[octet >> 4];
    hex += kDigits[octet & 0xfU];
  }
  return hex;
}

std::string Period(std::string value) {
  constexpr std::int64_t kMaxHours = 200'000'000;
  std::int64_t count = 0;
  const auto parsed = std::from_chars(value.data(), value.data() + value.size(), count);
  if (parsed.ec != std::errc{} || count < 0 || count > kMaxHours) {
    return value;
  }
  const std::string_view rest(parsed.ptr,
                              static_cast<std::size_t>(value.data() + value.size() - parsed.ptr));
  std::string_view word = TrimBlanks(rest);
  if (word.ends_with('s') || word.ends_with('S')) {
    word.remove_suffix(1);
  }
  const auto* const unit = std::ranges::find_if(
      kUnits, [word](const Unit& known) { return EqualsNoCase(known.word, word); });
  const bool known = unit != kUnits.end() && count <= kMaxHours / unit->hours;
  return known ? PeriodOctets(count * unit->hours) : value;
}

// 0x101 to 257; other text as it is.
std::string Decimal(std::string value) {
  if (!value.starts_with("0x")) {
    return value;
  }
  std::uint64_t number = 0;
  const char* const end = value.data() + value.size();
  const auto parsed = std::from_chars(value.data() + 2, end, number, 16);
  return parsed.ec == std::errc{} && parsed.ptr == end ? std::to_string(number) : value;
}

}  // namespace

bool ReadTemplateValues(std::string_view line, TemplateAssignment& assignment) {
  std::string_view rest = TrimBlanks(line);
  assignment.continues = false;
  if (!rest.starts_with('"')) {
    return false;
  }
  while (rest.starts_with('"') && assignment.values.size() < kMaxValues) {
    std::string value;
    assignment.open_quote = !TakeQuoted(rest, value);
    assignment.values.push_back(std::move(value));
    rest = NextValue(rest, assignment.continues);
  }
  return true;
}

std::optional<TemplateAssignment> ReadTemplateAssignment(std::string_view line) {
  const auto pair = SplitAtEquals(line);
  if (!pair || !std::ranges::all_of(pair->label, IsNameCharacter)) {
    return std::nullopt;
  }
  TemplateAssignment assignment{.name = pair->label};
  if (pair->value.empty()) {
    assignment.continues = true;
  } else if (!ReadTemplateValues(pair->value, assignment)) {
    assignment.values.emplace_back(pair->value.substr(0, pair->value.find_first_of(" \t")));
  }
  return assignment;
}

std::optional<TemplateRight> ReadRightLine(std::string_view line) {
  line = TrimBlanks(line);
  const bool allow = line.starts_with("Allow ");
  if (!allow && !line.starts_with("Deny ")) {
    return std::nullopt;
  }
  line = TrimBlanks(line.substr(line.find(' ')));
  for (const RightWord& word : kRightWords) {
    if (!line.starts_with(word.printed)) {
      continue;
    }
    const std::string_view behind = line.substr(word.printed.size());
    const std::string_view principal = TrimBlanks(behind);
    if (behind.starts_with('\t') || behind.starts_with("  ")) {
      return principal.empty()
                 ? std::nullopt
                 : std::optional(TemplateRight{
                       .principal_name = principal, .right = word.right, .allow = allow});
    }
  }
  return std::nullopt;
}

std::string NormaliseTemplateValue(std::string_view attribute, std::string value) {
  if (EqualsNoCase(attribute, "pKIExpirationPeriod") ||
      EqualsNoCase(attribute, "pKIOverlapPeriod")) {
    return Period(std::move(value));
  }
  if (EqualsNoCase(attribute, "pKIKeyUsage")) {
    const std::string hex = HexOf(value);
    return hex.empty() ? value : hex;
  }
  return Decimal(std::move(value));
}

}  // namespace whfb::readers
