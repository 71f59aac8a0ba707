#include "collectors/readers/certutil_dates.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::size_t kLongestDate = 64;
constexpr int kBuddhistEra = 543;  // th-TH counts years from 543 BC

struct Number {
  int value = 0;
  int digits = 0;
  char before = ' ';  // the separator in front of it
};

// The pieces of a date: numbers with what stands before them, and the words between.
struct Pieces {
  std::vector<Number> numbers{};
  std::string words{};  // lower case ASCII, other octets as they are, blanks and dots left out
  int month_name = 0;   // 1..12
  std::size_t numbers_before_month = 0;
};

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

// Blanks and direction marks that Windows puts into dates: U+00A0, U+202F, U+200E, U+200F.
std::string PlainBlanks(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "\xc2\xa0") {
      plain += ' ';
      ++i;
    } else if (text.substr(i, 3) == "\xe2\x80\xaf") {
      plain += ' ';
      i += 2;
    } else if (text.substr(i, 3) == "\xe2\x80\x8e" || text.substr(i, 3) == "\xe2\x80\x8f") {
      i += 2;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

int MonthOf(std::string_view word) {
  constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                        "jul", "aug", "sep", "oct", "nov", "dec"};
  const auto found = std::ranges::find(kMonths, word.substr(0, 3));
  return found == kMonths.end() || word.size() < 3
             ? 0
             : static_cast<int>(std::distance(kMonths.begin(), found)) + 1;
}

std::optional<Number> TakeNumber(std::string_view text, std::size_t& at, char before) {
  Number number{.before = before};
  while (at < text.size() && IsDigit(text[at])) {
    number.value = number.value * 10 + (text[at] - '0');
    ++number.digits;
    ++at;
    if (number.digits > 4) {
      return std::nullopt;
    }
  }
  return number;
}

std::string TakeWord(std::string_view text, std::size_t& at) {
  std::string word;
  while (at < text.size() && IsLetter(text[at])) {
    word += LowerLetter(text[at++]);
  }
  return word;
}

// False when a date cannot hold the number.
bool AddNumber(std::string_view text, std::size_t& at, char before, Pieces& pieces) {
  const std::optional<Number> number = TakeNumber(text, at, before);
  if (!number || pieces.numbers.size() == 7) {
    return false;
  }
  pieces.numbers.push_back(*number);
  return true;
}

void AddWord(std::string_view text, std::size_t& at, Pieces& pieces) {
  const std::string word = TakeWord(text, at);
  const int month = MonthOf(word);
  if (month != 0 && pieces.numbers.size() < 3) {
    pieces.month_name = month;
    pieces.numbers_before_month = pieces.numbers.size();
  } else {
    pieces.words += word;
  }
}

std::optional<Pieces> Split(std::string_view text) {
  Pieces pieces;
  char separator = ' ';
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (IsDigit(c)) {
      if (!AddNumber(text, at, separator, pieces)) {
        return std::nullopt;
      }
      separator = ' ';
    } else if (IsLetter(c)) {
      AddWord(text, at, pieces);
    } else if (std::string_view(" ./-:,").find(c) != std::string_view::npos) {
      separator = c == ' ' || c == ',' ? separator : c;
      ++at;
    } else {
      return std::nullopt;
    }
  }
  return pieces;
}

int FullYear(const Number& number) {
  if (number.digits <= 2) {
    return number.value + (number.value < 50 ? 2000 : 1900);
  }
  return number.value;
}

bool ReadTime(std::span<const Number> numbers, DateText& date) {
  if (numbers.size() < 2 || numbers.size() > 3 || numbers[1].digits != 2) {
    return false;
  }
  date.hour = numbers[0].value;
  date.minute = numbers[1].value;
  date.has_seconds = numbers.size() == 3;
  date.second_of_minute = date.has_seconds ? numbers[2].value : 0;
  return date.hour < 24 && date.minute < 60 && date.second_of_minute < 60;
}

// "am" and "pm" of the languages whose letters are known; others leave the half of day open.
void ReadWords(std::string_view words, DateText& date) {
  constexpr std::array<std::string_view, 5> kMorning = {
      "am", "\xe4\xb8\x8a\xe5\x8d\x88", "\xec\x98\xa4\xec\xa0\x84", "\xe5\x8d\x88\xe5\x89\x8d",
      "\xcf\x80\xce\xbc"};
  constexpr std::array<std::string_view, 5> kEvening = {
      "pm", "\xe4\xb8\x8b\xe5\x8d\x88", "\xec\x98\xa4\xed\x9b\x84", "\xe5\x8d\x88\xe5\xbe\x8c",
      "\xce\xbc\xce\xbc"};
  for (const std::string_view zone : {"gmt", "utc"}) {
    if (words.ends_with(zone)) {
      date.utc = true;
      words.remove_suffix(zone.size());
    }
  }
  if (words.empty() || date.hour > 12) {
    return;
  }
  if (std::ranges::find(kMorning, words) != kMorning.end()) {
    date.hour %= 12;
  } else if (std::ranges::find(kEvening, words) != kEvening.end()) {
    date.hour = date.hour % 12 + 12;
  } else {
    date.hour %= 12;
    date.half_of_day = true;
  }
}

bool ReadDate(std::span<const Number> numbers, DateText& date) {
  if (numbers[0].digits == 4) {
    date.year = FullYear(numbers[0]);
    date.first = numbers[1].value;
    date.second = numbers[2].value;
    date.order = DateOrder::kMonthFirst;
  } else {
    date.year = FullYear(numbers[2]);
    date.first = numbers[0].value;
    date.second = numbers[1].value;
    // Every Windows locale with dots writes the day first.
    date.order = numbers[1].before == '.' ? DateOrder::kDayFirst : DateOrder::kUnknown;
  }
  return numbers[0].digits == 4 || numbers[2].digits == 4 || numbers[2].digits == 2;
}

CivilTime Civil(const DateText& date, DateOrder order) {
  const bool month_first = order == DateOrder::kMonthFirst;
  return {.year = date.year,
          .month = month_first ? date.first : date.second,
          .day = month_first ? date.second : date.first,
          .hour = date.hour,
          .minute = date.minute,
          .second = date.second_of_minute};
}

std::optional<Ticks> Reading(const DateText& date, DateOrder order) {
  const CivilTime civil = Civil(date, date.order == DateOrder::kUnknown ? order : date.order);
  return civil.year >= 1 && ValidCivil(civil) ? std::optional<Ticks>(TicksFromCivil(civil))
                                              : std::nullopt;
}

// Whether every pair is a real validity in this order.
bool Possible(std::span<const DatePair> dates, DateOrder order) {
  return std::ranges::all_of(dates, [order](const DatePair& pair) {
    const auto start = pair.not_before ? Reading(*pair.not_before, order) : std::nullopt;
    const auto end = pair.not_after ? Reading(*pair.not_after, order) : std::nullopt;
    const bool readable = (!pair.not_before || start) && (!pair.not_after || end);
    return readable && (!start || !end || *start <= *end);
  });
}

bool AllStarted(std::span<const DatePair> dates, DateOrder order, Ticks now) {
  return std::ranges::all_of(dates, [&](const DatePair& pair) {
    const auto start = pair.not_before ? Reading(*pair.not_before, order) : std::nullopt;
    return !start || *start <= now + kZoneUncertainty;
  });
}

}  // namespace

std::optional<DateText> ParseDateText(std::string_view text) {
  if (text.size() > kLongestDate) {
    return std::nullopt;
  }
  std::optional<Pieces> pieces = Split(PlainBlanks(text));
  if (!pieces) {
    return std::nullopt;
  }
  auto& numbers = pieces->numbers;
  const bool named = pieces->month_name != 0;
  if (named) {
    const auto at = static_cast<std::ptrdiff_t>(pieces->numbers_before_month);
    numbers.insert(numbers.begin() + at, Number{.value = pieces->month_name, .digits = 2});
  }
  DateText date;
  if (numbers.size() < 5 || !ReadDate(numbers, date)) {
    return std::nullopt;
  }
  if (named && numbers[0].digits != 4) {
    date.order = pieces->numbers_before_month == 0 ? DateOrder::kMonthFirst : DateOrder::kDayFirst;
  }
  if (!ReadTime(std::span(numbers).subspan(3), date)) {
    return std::nullopt;
  }
  ReadWords(pieces->words, date);
  const bool exists = Reading(date, DateOrder::kDayFirst) || Reading(date, DateOrder::kMonthFirst);
  return exists ? std::optional(date) : std::nullopt;
}

void FoldBuddhistYears(DatePair& pair) {
  const auto buddhist = [](const std::optional<DateText>& date) {
    return date && date->year > 2400 && date->year < 2700;
  };
  if (buddhist(pair.not_before) && buddhist(pair.not_after)) {
    pair.not_before->year -= kBuddhistEra;
    pair.not_after->year -= kBuddhistEra;
  }
}

DateOrder DecideOrder(std::span<const DatePair> dates, bool day_first_language, Ticks now) {
  const bool day_first = Possible(dates, DateOrder::kDayFirst);
  const bool month_first = Possible(dates, DateOrder::kMonthFirst);
  if (day_first != month_first) {
    return day_first ? DateOrder::kDayFirst : DateOrder::kMonthFirst;
  }
  if (!day_first) {
    return DateOrder::kUnknown;
  }
  if (day_first_language) {
    return DateOrder::kDayFirst;
  }
  const bool day_first_started = now == 0 || AllStarted(dates, DateOrder::kDayFirst, now);
  const bool month_first_started = now == 0 || AllStarted(dates, DateOrder::kMonthFirst, now);
  if (day_first_started == month_first_started) {
    return DateOrder::kUnknown;
  }
  return day_first_started ? DateOrder::kDayFirst : DateOrder::kMonthFirst;
}

std::optional<TimeInterval> ToInterval(const DateText& date, DateOrder order) {
  std::optional<Ticks> low = Reading(date, order);
  std::optional<Ticks> high = low;
  if (date.order == DateOrder::kUnknown && order == DateOrder::kUnknown) {
    const auto day_first = Reading(date, DateOrder::kDayFirst);
    const auto month_first = Reading(date, DateOrder::kMonthFirst);
    low = day_first && month_first ? std::min(*day_first, *month_first)
                                   : (day_first ? day_first : month_first);
    high = day_first && month_first ? std::max(*day_first, *month_first) : low;
  }
  if (!low) {
    return std::nullopt;
  }
  const Ticks zone = date.utc ? 0 : kZoneUncertainty;
  const Ticks rest = date.has_seconds ? 0 : 59 * kTicksPerSecond;
  const Ticks half_day = date.half_of_day ? kTicksPerDay / 2 : 0;
  return TimeInterval{.earliest = *low - zone, .latest = *high + zone + rest + half_day};
}

}  // namespace whfb::readers
