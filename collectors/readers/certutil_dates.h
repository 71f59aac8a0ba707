// Dates as certutil prints them: in the short format of the account that ran it, mostly local
// time without a zone (formats.md section 1, item 6).
//
// One date cannot tell day from month; the other dates of the same capture often can. So dates
// are first read as text, then the order is decided for the whole capture, then each date
// becomes an interval that surely holds the true time. Pure, thread-safe.

#ifndef WHFB_COLLECTORS_READERS_CERTUTIL_DATES_H_
#define WHFB_COLLECTORS_READERS_CERTUTIL_DATES_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "scanner/core/time.h"

namespace whfb::readers {

enum class DateOrder : std::uint8_t { kUnknown, kDayFirst, kMonthFirst };

// A date as written. Day and month are `first` and `second` in an order that may be open.
struct DateText {
  int first = 0;
  int second = 0;
  int year = 0;
  int hour = 0;
  int minute = 0;
  int second_of_minute = 0;
  DateOrder order =
      DateOrder::kUnknown;  // decided by the text itself: year first, dots, month name
  bool has_seconds = false;
  bool utc = false;          // "GMT" or "UTC" follows
  bool half_of_day = false;  // a word that is neither AM nor PM: the hour may be 12 later
};

struct DatePair {
  std::optional<DateText> not_before{};
  std::optional<DateText> not_after{};
};

// Nothing when the text is no date with a time.
[[nodiscard]] std::optional<DateText> ParseDateText(std::string_view text);

// Years of the Buddhist era (th-TH) become Gregorian. Only a start in that range shows them: a
// certificate may well end in 2518.
void FoldBuddhistYears(DatePair& pair);

// The order of the whole capture. `day_first_language`: the language of the capture is one whose
// regions all write the day first. `now`: no certificate starts after it when the other reading
// makes them all start before; 0: not known.
[[nodiscard]] DateOrder DecideOrder(std::span<const DatePair> dates,
                                    bool day_first_language,
                                    Ticks now);

// Nothing when the date does not exist in any reading.
[[nodiscard]] std::optional<TimeInterval> ToInterval(const DateText& date, DateOrder order);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_CERTUTIL_DATES_H_
