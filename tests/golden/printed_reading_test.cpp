// What the sweep over cut inputs would catch.

#include "tests/golden/printed_reading.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace whfb::golden {

namespace {

PrintedField Field(std::string name, std::string text, FieldKind kind = FieldKind::kValue) {
  return {.name = std::move(name), .kind = kind, .text = std::move(text)};
}

PrintedField Unknown(std::string name) {
  return {.name = std::move(name), .knowledge = Knowledge::kUnknown};
}

PrintedField Absent(std::string name) {
  return {.name = std::move(name), .knowledge = Knowledge::kAbsent};
}

PrintedField Moment(Ticks earliest, Ticks latest) {
  return {.name = "time",
          .kind = FieldKind::kMoment,
          .text = std::to_string(earliest),
          .moment = {earliest, latest}};
}

PrintedReading Reading(std::vector<PrintedRecord> records, std::uint64_t damaged = 0) {
  return {.damaged = damaged, .records = std::move(records)};
}

PrintedRecord Record(std::string place, std::vector<PrintedField> fields) {
  return {.type = "value", .place = std::move(place), .fields = std::move(fields)};
}

const PrintedReading& Whole() {
  static const PrintedReading whole =
      Reading({Record("@1", {Field("a", "1"), Field("complete", "yes", FieldKind::kClaim),
                             Field("count", "2", FieldKind::kSummary)}),
               Record("@2", {Field("a", "2"), Moment(5, 5)})});
  return whole;
}

}  // namespace

TEST(DishonestyTest, TheSameReadingIsHonest) {
  EXPECT_EQ(DishonestyOfCut(Whole(), Whole()), "");
}

TEST(DishonestyTest, UnknownIsHonestAndAnotherValueIsNot) {
  EXPECT_EQ(DishonestyOfCut(Whole(), Reading({Record("@1", {Unknown("a")})}, 1)), "");
  EXPECT_EQ(DishonestyOfCut(Whole(), Reading({Record("@1", {Field("a", "0")})}, 1)),
            "value @1 has a = '0', the whole input does not say so");
  EXPECT_EQ(DishonestyOfCut(Whole(), Reading({Record("@1", {Absent("a")})}, 1)),
            "value @1 has a = '', the whole input does not say so");
}

TEST(DishonestyTest, ARecordThatTheWholeDoesNotHaveIsInvented) {
  EXPECT_EQ(DishonestyOfCut(Whole(), Reading({Record("@3", {})}, 1)),
            "value @3 is not in the whole input");
}

TEST(DishonestyTest, ATimeMayGetWiderButNotMove) {
  EXPECT_EQ(DishonestyOfCut(Whole(), Reading({Record("@2", {Moment(4, 6)})}, 1)), "");
  EXPECT_NE(DishonestyOfCut(Whole(), Reading({Record("@2", {Moment(6, 7)})}, 1)), "");
}

TEST(DishonestyTest, SilenceAllowsOnlyABeginningOfTheWhole) {
  const PrintedRecord& first = Whole().records[0];
  const PrintedRecord& second = Whole().records[1];
  EXPECT_EQ(DishonestyOfCut(Whole(), Reading({first})), "");
  EXPECT_EQ(DishonestyOfCut(Whole(), Reading({second})),
            "value @2 does not follow, and no damage is told");
  EXPECT_EQ(DishonestyOfCut(Whole(), Reading({second}, 1)), "");
  EXPECT_EQ(DishonestyOfCut(Whole(), Reading({Record("@1", {Field("a", "1")})})),
            "value @1 has lost fields, and no damage is told");
}

TEST(DishonestyTest, WhoClaimsEverythingHasEverything) {
  const PrintedField yes = Field("complete", "yes", FieldKind::kClaim);
  const PrintedField no = Field("complete", "no", FieldKind::kClaim);
  const PrintedField one = Field("count", "1", FieldKind::kSummary);
  EXPECT_EQ(DishonestyOfCut(Whole(), Reading({Record("@1", {no, one})}, 1)), "");
  EXPECT_NE(DishonestyOfCut(Whole(), Reading({Record("@1", {yes, one})}, 1)), "");
  EXPECT_NE(DishonestyOfCut(Reading({Record("@1", {no})}), Reading({Record("@1", {yes})}, 1)), "");
}

}  // namespace whfb::golden
