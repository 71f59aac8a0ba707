#include "collectors/readers/certutil_dates.h"

#include <vector>

#include <gtest/gtest.h>

namespace whfb::readers {
namespace {

Ticks At(std::string_view text) {
  return *ParseTime(text, "test");
}

struct DateCase {
  const char* text;
  const char* earliest;  // of the local time as if it were UTC
  const char* latest;
};

TEST(CertutilDatesTest, ReadsTheFormatsOfManyRegions) {
  for (const DateCase& one : {
           DateCase{"16/03/2028 00:05", "2028-03-16T00:05:00Z", "2028-03-16T00:05:59Z"},
           DateCase{"01.02.2026 01:00", "2026-02-01T01:00:00Z", "2026-02-01T01:00:59Z"},
           DateCase{"4. 11. 2022 15:05", "2022-11-04T15:05:00Z", "2022-11-04T15:05:59Z"},
           DateCase{"2022-11-04 15:05", "2022-11-04T15:05:00Z", "2022-11-04T15:05:59Z"},
           DateCase{"2022. 11. 04. 15:05", "2022-11-04T15:05:00Z", "2022-11-04T15:05:59Z"},
           DateCase{"2022/11/4 \xe4\xb8\x8b\xe5\x8d\x88 03:05", "2022-11-04T15:05:00Z",
                    "2022-11-04T15:05:59Z"},
           DateCase{"3/16/2018 12:00 AM", "2018-03-16T00:00:00Z", "2018-03-16T00:00:59Z"},
           DateCase{"3/16/2018 12:30\xe2\x80\xafPM", "2018-03-16T12:30:00Z",
                    "2018-03-16T12:30:59Z"},
           DateCase{"16-Mar-18 7:01:02 PM", "2018-03-16T19:01:02Z", "2018-03-16T19:01:02Z"},
           DateCase{"16/03/2018 15.05", "2018-03-16T15:05:00Z", "2018-03-16T15:05:59Z"},
           DateCase{"12/8/2023 06:16", "2023-08-12T06:16:00Z", "2023-12-08T06:16:59Z"},
       }) {
    SCOPED_TRACE(one.text);
    const auto date = ParseDateText(one.text);
    ASSERT_TRUE(date);
    const auto interval = ToInterval(*date, DateOrder::kUnknown);
    ASSERT_TRUE(interval);
    EXPECT_EQ(FormatTime(interval->earliest + kZoneUncertainty), FormatTime(At(one.earliest)));
    EXPECT_EQ(FormatTime(interval->latest - kZoneUncertainty), FormatTime(At(one.latest)));
  }
}

TEST(CertutilDatesTest, GmtHasNoZoneToGuess) {
  const auto date = ParseDateText("3/16/2018 12:00:01 AM GMT");
  ASSERT_TRUE(date);
  const auto interval = ToInterval(*date, DateOrder::kUnknown);
  EXPECT_EQ(interval->earliest, At("2018-03-16T00:00:01Z"));
  EXPECT_EQ(interval->latest, At("2018-03-16T00:00:01Z"));
}

TEST(CertutilDatesTest, RefusesWhatIsNoDate) {
  for (const char* const text :
       {"", "V0.0", "CN=a", "1.3.6.1.4.1.311.20.2.2", "2048 bits", "32/13/2020 10:00", "2020-11-16",
        "11/3/2024 25:30", "http://10.0.0.1:80/a", "12345/1/1 10:00"}) {
    EXPECT_FALSE(ParseDateText(text)) << text;
  }
}

DatePair Pair(std::string_view not_before, std::string_view not_after) {
  return {ParseDateText(not_before), ParseDateText(not_after)};
}

TEST(CertutilDatesTest, OtherDatesDecideTheOrder) {
  const std::vector<DatePair> open = {Pair("12/8/2023 06:16", "12/7/2024 06:16")};
  EXPECT_EQ(DecideOrder(open, false, At("2026-11-25")), DateOrder::kUnknown);
  EXPECT_EQ(DecideOrder(open, true, At("2026-11-25")), DateOrder::kDayFirst);

  std::vector<DatePair> decided = open;
  decided.push_back(Pair("3/16/2018 00:00", "3/16/2028 00:00"));
  EXPECT_EQ(DecideOrder(decided, false, 0), DateOrder::kMonthFirst);

  // An end before its start cannot be right.
  const std::vector<DatePair> reversed = {Pair("02/10/2023 00:00", "09/01/2024 00:00"),
                                          Pair("11/02/2023 00:00", "01/03/2023 00:00")};
  EXPECT_EQ(DecideOrder(reversed, false, 0), DateOrder::kDayFirst);

  // Nor a start that has not come when the other reading has.
  const std::vector<DatePair> future = {Pair("12/8/2026 06:16", "12/7/2027 06:16")};
  EXPECT_EQ(DecideOrder(future, false, At("2026-11-01")), DateOrder::kDayFirst);
}

TEST(CertutilDatesTest, ThaiYearsAreFoldedFarYearsAreNot) {
  DatePair thai = Pair("16/03/2561 00:00", "16/03/2571 00:00");
  FoldBuddhistYears(thai);
  EXPECT_EQ(thai.not_before->year, 2018);
  DatePair far = Pair("16/03/2018 00:00", "16/03/2518 00:00");
  FoldBuddhistYears(far);
  EXPECT_EQ(far.not_after->year, 2518);
}

}  // namespace
}  // namespace whfb::readers
