#include "scanner/core/time.h"

#include <array>
#include <charconv>
#include <chrono>

#include <spdlog/fmt/fmt.h>

namespace whfb {

namespace {

// Days since 1970-01-01 and back: H. Hinnant, "chrono-compatible low-level date algorithms".
std::int64_t DaysFromCivil(std::int64_t year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

std::int64_t FloorDiv(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

int DaysInMonth(int year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays.at(static_cast<std::size_t>(month - 1));
}

// Reads exactly `digits` digits and moves past them.
bool TakeNumber(std::string_view& text, std::size_t digits, int& value) {
  if (text.size() < digits) {
    return false;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
  if (error != std::errc{} || end != text.data() + digits || text.front() == '-') {
    return false;
  }
  text.remove_prefix(digits);
  return true;
}

bool TakeChar(std::string_view& text, char wanted) {
  if (!text.starts_with(wanted)) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

Ticks TakeFraction(std::string_view& text) {
  Ticks ticks = 0;
  Ticks unit = kTicksPerSecond / 10;
  if (!TakeChar(text, '.')) {
    return 0;
  }
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    ticks += (text.front() - '0') * unit;
    unit /= 10;
    text.remove_prefix(1);
  }
  return ticks;
}

bool TakeOffset(std::string_view& text, Ticks& offset) {
  offset = 0;
  if (text.empty() || TakeChar(text, 'Z')) {
    return true;
  }
  const Ticks sign = text.front() == '-' ? -1 : 1;
  int hours = 0;
  int minutes = 0;
  if ((!TakeChar(text, '+') && !TakeChar(text, '-')) || !TakeNumber(text, 2, hours)) {
    return false;
  }
  TakeChar(text, ':');
  if (!TakeNumber(text, 2, minutes)) {
    return false;
  }
  offset = sign * (hours * 3600 + minutes * 60) * kTicksPerSecond;
  return true;
}

bool TakeDate(std::string_view& text, CivilTime& civil) {
  return TakeNumber(text, 4, civil.year) && TakeChar(text, '-') &&
         TakeNumber(text, 2, civil.month) && TakeChar(text, '-') && TakeNumber(text, 2, civil.day);
}

bool TakeClock(std::string_view& text, CivilTime& civil) {
  if (!TakeNumber(text, 2, civil.hour) || !TakeChar(text, ':') ||
      !TakeNumber(text, 2, civil.minute)) {
    return false;
  }
  return !TakeChar(text, ':') || TakeNumber(text, 2, civil.second);
}

}  // namespace

Ticks TicksFromCivil(const CivilTime& civil) {
  const std::int64_t seconds = DaysFromCivil(civil.year, civil.month, civil.day) * 86'400 +
                               std::int64_t{civil.hour} * 3'600 + std::int64_t{civil.minute} * 60 +
                               civil.second;
  return kUnixEpochTicks + seconds * kTicksPerSecond;
}

bool ValidCivil(const CivilTime& civil) {
  return civil.year >= 1 && civil.year <= 9999 && civil.month >= 1 && civil.month <= 12 &&
         civil.day >= 1 && civil.day <= DaysInMonth(civil.year, civil.month) && civil.hour >= 0 &&
         civil.hour <= 23 && civil.minute >= 0 && civil.minute <= 59 && civil.second >= 0 &&
         civil.second <= 60;
}

CivilTime CivilFromTicks(Ticks ticks) {
  const std::int64_t seconds = FloorDiv(ticks - kUnixEpochTicks, kTicksPerSecond);
  const std::int64_t days = FloorDiv(seconds, 86'400);
  const std::int64_t of_day = seconds - days * 86'400;
  const std::int64_t shifted = days + 719'468;
  const std::int64_t era = FloorDiv(shifted, 146'097);
  const std::int64_t day_of_era = shifted - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_index = (5 * day_of_year + 2) / 153;
  const auto month = static_cast<int>(month_index + (month_index < 10 ? 3 : -9));
  return {.year = static_cast<int>(year_of_era + era * 400) + (month <= 2 ? 1 : 0),
          .month = month,
          .day = static_cast<int>(day_of_year - (153 * month_index + 2) / 5 + 1),
          .hour = static_cast<int>(of_day / 3'600),
          .minute = static_cast<int>(of_day % 3'600 / 60),
          .second = static_cast<int>(of_day % 60)};
}

std::string FormatTime(Ticks ticks) {
  const CivilTime civil = CivilFromTicks(ticks);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", civil.year, civil.month, civil.day,
                     civil.hour, civil.minute, civil.second);
}

std::string FormatTime(const TimeInterval& interval) {
  if (interval.earliest == interval.latest) {
    return FormatTime(interval.earliest);
  }
  return FormatTime(interval.earliest) + " .. " + FormatTime(interval.latest);
}

Result<Ticks> ParseTime(std::string_view text, std::string_view where) {
  const std::string shown(text);
  const auto malformed = [&] {
    return Error{ErrorCode::kInvalidInput, std::string(where),
                 "'" + shown + "' is not a time; write 2026-11-25 or 2026-11-25T08:30:00Z"};
  };
  CivilTime civil;
  Ticks fraction = 0;
  Ticks offset = 0;
  if (!TakeDate(text, civil)) {
    return malformed();
  }
  if (!text.empty()) {
    if ((!TakeChar(text, 'T') && !TakeChar(text, ' ')) || !TakeClock(text, civil)) {
      return malformed();
    }
    fraction = TakeFraction(text);
    if (!TakeOffset(text, offset) || !text.empty()) {
      return malformed();
    }
  }
  if (!ValidCivil(civil)) {
    return malformed();
  }
  return TicksFromCivil(civil) + fraction - offset;
}

Ticks Now() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return kUnixEpochTicks +
         std::chrono::duration_cast<std::chrono::nanoseconds>(since_epoch).count() / 100;
}

}  // namespace whfb
