#include "rules/literal.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "scanner/core/ascii_text.h"

namespace whfb::rules {

namespace {

constexpr std::int64_t kLongestOffsetDays = 36'500;

bool AllOfNumber(std::string_view digits, int base, std::int64_t& number) {
  const char* const end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, number, base);
  return !digits.empty() && error == std::errc{} && stopped == end;
}

// "+30d", "-12h" or nothing.
bool ParseOffset(std::string_view text, Ticks& ticks) {
  ticks = 0;
  if (text.empty()) {
    return true;
  }
  const char sign = text.front();
  const char unit = text.back();
  std::int64_t count = 0;
  if ((sign != '+' && sign != '-') || (unit != 'd' && unit != 'h') || text.size() < 3 ||
      !AllOfNumber(text.substr(1, text.size() - 2), 10, count) || count < 0) {
    return false;
  }
  if (count > kLongestOffsetDays) {
    return false;
  }
  const Ticks one = unit == 'd' ? kTicksPerDay : kTicksPerDay / 24;
  ticks = (sign == '-' ? -1 : 1) * count * one;
  return true;
}

}  // namespace

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool ParseNumber(std::string_view text, std::int64_t& number, std::string& expected) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex && !text.substr(2).starts_with('-') && AllOfNumber(text.substr(2), 16, number)) {
    return true;
  }
  if (!hex && AllOfNumber(text, 10, number)) {
    return true;
  }
  expected = "is not a whole number; write 5 or 0x5";
  return false;
}

bool ParseBool(std::string_view text, bool& value, std::string& expected) {
  value = text == "true";
  expected = "is neither 'true' nor 'false'";
  return value || text == "false";
}

bool ParseTimeLiteral(std::string_view text, TimeLiteral& time, std::string& expected) {
  expected = "is not a time; write 2026-11-25, 2026-11-25T08:30:00Z, now, now+30d or collected-12h";
  for (const TimeBase base : {TimeBase::kNow, TimeBase::kCollected}) {
    const std::string_view word = base == TimeBase::kNow ? "now" : "collected";
    if (text.starts_with(word)) {
      time.base = base;
      return ParseOffset(text.substr(word.size()), time.offset);
    }
  }
  const Result<Ticks> ticks = ParseTime(text, "literal");
  if (!ticks) {
    return false;
  }
  time = {TimeBase::kFixed, *ticks};
  return true;
}

std::vector<std::string_view> SplitList(std::string_view text) {
  std::vector<std::string_view> items;
  while (!Trim(text).empty()) {
    const std::size_t end = text.find(';');
    const std::string_view item = Trim(text.substr(0, end));
    if (!item.empty()) {
      items.push_back(item);
    }
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return items;
}

std::string NormalText(std::string_view text, ValueType type) {
  std::string normal(text);
  if (type == ValueType::kUpn || type == ValueType::kDnsName || type == ValueType::kHex) {
    normal = LowerAscii(normal);
  }
  if (type == ValueType::kSid) {
    std::ranges::transform(normal, normal.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  }
  if (type == ValueType::kHex && normal.starts_with("0x")) {
    normal.erase(0, 2);
  }
  return normal;
}

bool ParseValue(std::string_view text,
                ValueType type,
                ValueType element,
                LiteralStore& store,
                Value& value,
                std::string& expected) {
  if (type == ValueType::kBool) {
    bool flag = false;
    const bool parsed = ParseBool(text, flag, expected);
    value.number = flag ? 1 : 0;
    return parsed;
  }
  if (type == ValueType::kInt) {
    return ParseNumber(text, value.number, expected);
  }
  if (type == ValueType::kList) {
    std::vector<std::string_view> items;
    for (const std::string_view item : SplitList(text)) {
      items.push_back(store.Keep(NormalText(item, element)));
    }
    value.list = store.Keep(std::move(items));
    return true;
  }
  value.text = store.Keep(NormalText(text, type));
  return true;
}

}  // namespace whfb::rules
