#include "collectors/readers/der_time.h"

#include <string_view>

namespace whfb::readers {

namespace {

// Two digits, or -1.
int TwoDigits(std::string_view text, std::size_t at) {
  if (at + 2 > text.size() || text[at] < '0' || text[at] > '9' || text[at + 1] < '0' ||
      text[at + 1] > '9') {
    return -1;
  }
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

}  // namespace

Known<TimeInterval> ReadDerTime(const der::Element& element) {
  using Time = Known<TimeInterval>;
  const std::string_view text = der::Chars(element.content);
  const bool full = element.tag == der::kGeneralizedTime;
  const std::size_t date = full ? 4 : 2;
  if ((!full && element.tag != der::kUtcTime) || text.size() != date + 11 || text.back() != 'Z') {
    return Time::Unknown(WhyUnknown::kMalformed);
  }
  const int first = TwoDigits(text, 0);
  const int second = full ? TwoDigits(text, 2) : 0;
  // A year of two digits from 50 on is in the 20th century.
  const int short_year = first >= 50 ? 1900 + first : 2000 + first;
  const CivilTime civil = {.year = full ? first * 100 + second : short_year,
                           .month = TwoDigits(text, date),
                           .day = TwoDigits(text, date + 2),
                           .hour = TwoDigits(text, date + 4),
                           .minute = TwoDigits(text, date + 6),
                           .second = TwoDigits(text, date + 8)};
  if (first < 0 || second < 0 || !ValidCivil(civil)) {
    return Time::Unknown(WhyUnknown::kMalformed);
  }
  const Ticks ticks = TicksFromCivil(civil);
  return Time::Present({ticks, ticks});
}

}  // namespace whfb::readers
