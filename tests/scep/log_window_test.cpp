#include "collectors/log_window.h"

#include <gtest/gtest.h>

namespace whfb::collectors {
namespace {

constexpr Ticks kNow = 1000 * kTicksPerDay;
constexpr TimeInterval kCollected = {.earliest = kNow, .latest = kNow};

readers::LogSummary Reaching(std::int64_t days) {
  return {.records = 10,
          .first_id = 500,
          .last_id = 509,
          .covered = {.earliest = kNow - days * kTicksPerDay, .latest = kNow}};
}

TEST(LogWindowTest, ALogOlderThanTheWindowIsComplete) {
  EXPECT_TRUE(JudgeLog(Reaching(31), kCollected).complete);
}

TEST(LogWindowTest, ALogThatBeginsInsideTheWindowIsNot) {
  EXPECT_FALSE(JudgeLog(Reaching(29), kCollected).complete);
}

TEST(LogWindowTest, AYoungLogIsCompleteFromItsFirstRecord) {
  readers::LogSummary log = Reaching(2);
  log.first_id = 1;
  EXPECT_TRUE(JudgeLog(log, kCollected).complete);
}

TEST(LogWindowTest, AChannelThatIsOffByDefaultIsNeverComplete) {
  readers::LogSummary log = Reaching(31);
  log.first_id = 1;
  for (const std::string_view off :
       {"Microsoft-Windows-CAPI2/Operational", "microsoft-windows-kerberos/operational",
        "Microsoft-Windows-Crypto-NCrypt/Operational"}) {
    log.channel = off;
    EXPECT_FALSE(JudgeLog(log, kCollected).complete) << off;
    EXPECT_FALSE(JudgeLog(log, kCollected).has_holes) << off;
    EXPECT_EQ(JudgeLog(log, kCollected).why, WhyUnknown::kNotCollected) << off;
  }
  log.channel = "Microsoft-Windows-CAPI2/Catalog Database Debug";
  EXPECT_TRUE(JudgeLog(log, kCollected).complete);
}

TEST(LogWindowTest, DamageAndClearingAndGapsInTheWindowCount) {
  readers::LogSummary damaged = Reaching(31);
  damaged.damaged = 1;
  EXPECT_FALSE(JudgeLog(damaged, kCollected).complete);
  EXPECT_EQ(JudgeLog(damaged, kCollected).why, WhyUnknown::kMalformed);

  readers::LogSummary cleared = Reaching(40);
  cleared.cleared = true;
  cleared.cleared_at = kNow - 31 * kTicksPerDay;
  EXPECT_TRUE(JudgeLog(cleared, kCollected).complete) << "cleared before the window";
  cleared.cleared_at = kNow - 29 * kTicksPerDay;
  EXPECT_FALSE(JudgeLog(cleared, kCollected).complete);

  readers::LogSummary gap = Reaching(60);
  readers::IdGap old_gap = {.from = kNow - 50 * kTicksPerDay, .to = kNow - 40 * kTicksPerDay};
  gap.gaps = {&old_gap, 1};
  EXPECT_TRUE(JudgeLog(gap, kCollected).complete) << "a gap before the window";
  old_gap.to = kNow - 20 * kTicksPerDay;
  EXPECT_FALSE(JudgeLog(gap, kCollected).complete);
}

TEST(LogWindowTest, TimesThatRunBackwardsProveNoBeginning) {
  readers::LogSummary log = Reaching(32);
  log.backwards = 2 * kTicksPerDay;
  EXPECT_FALSE(JudgeLog(log, kCollected).complete);
  EXPECT_EQ(JudgeLog(log, kCollected).why, WhyUnknown::kAmbiguous);
  EXPECT_TRUE(JudgeLog(log, kCollected).has_holes);
  log.first_id = 1;
  EXPECT_FALSE(JudgeLog(log, kCollected).complete);
}

TEST(LogWindowTest, BehindTheLastRecordOfAQueryNothingIsKnown) {
  readers::LogSummary log = Reaching(31);
  log.query = true;
  EXPECT_TRUE(JudgeLog(log, kCollected).complete) << "the window ends with the last record";
  EXPECT_TRUE(JudgeLog(log, {}).complete) << "collected when the last record was written";
  log.covered.latest = kNow - kTicksPerSecond;
  EXPECT_FALSE(JudgeLog(log, kCollected).complete);
  EXPECT_TRUE(JudgeLog(log, kCollected).has_holes);
  EXPECT_EQ(JudgeLog(log, kCollected).why, WhyUnknown::kTruncated);
  log.query = false;
  EXPECT_TRUE(JudgeLog(log, kCollected).complete) << "a copy of the log ends where the log ended";
}

class LeftOutTest : public testing::Test {
 protected:
  readers::LogSummary Log(std::uint32_t evidence, bool query) {
    readers::LogSummary log = Reaching(31);
    log.channel = "C";
    log.query = query;
    log.source.evidence = evidence;
    return log;
  }

  bool LeftOut() { return LaterMayBeLeftOut(records_, event_, kCollected); }

  TextPool pool_;
  readers::Records records_{pool_};
  readers::Event event_{.channel = "c", .record_id = 505, .source = {.evidence = 1}};
};

TEST_F(LeftOutTest, AQueryWithoutAGapBehindTheEventLeavesNothingOut) {
  const readers::IdGap before = {.after = 501, .before = 503};
  const readers::IdGap behind = {.after = 505, .before = 507};
  readers::LogSummary& log = records_.Add(Log(1, true));
  EXPECT_FALSE(LeftOut());
  log.gaps = {&before, 1};
  EXPECT_FALSE(LeftOut());
  log.gaps = {&behind, 1};
  EXPECT_TRUE(LeftOut());
}

TEST_F(LeftOutTest, AQueryThatEndsEarlyOrIsDamagedMay) {
  readers::LogSummary& log = records_.Add(Log(1, true));
  log.damaged = 1;
  EXPECT_TRUE(LeftOut());
  log.damaged = 0;
  log.covered.latest = kNow - 1;
  EXPECT_TRUE(LeftOut());
}

TEST_F(LeftOutTest, ADamagedLogMayHaveLostIt) {
  readers::LogSummary& log = records_.Add(Log(1, false));
  EXPECT_FALSE(LeftOut());
  log.damaged = 1;
  EXPECT_TRUE(LeftOut());
  records_.Add(Log(2, false));  // a whole copy
  EXPECT_FALSE(LeftOut());
}

TEST_F(LeftOutTest, ACopyOfTheLogAnswersForItself) {
  records_.Add(Log(1, true)).covered.latest = kNow - 1;
  records_.Add(Log(2, false));
  EXPECT_FALSE(LeftOut());
  event_.record_id = 600;  // behind the copy
  EXPECT_TRUE(LeftOut());
}

TEST(LogWindowTest, AClockThatWasSetBackALittleShortensTheReach) {
  readers::LogSummary log = Reaching(31);
  log.backwards = kTicksPerDay / 2;
  EXPECT_TRUE(JudgeLog(log, kCollected).complete);
  log.covered.earliest = kNow - 30 * kTicksPerDay - kTicksPerDay / 4;
  EXPECT_FALSE(JudgeLog(log, kCollected).complete);
}

TEST(LogWindowTest, AnEmptyLogProvesNothing) {
  EXPECT_FALSE(JudgeLog({}, kCollected).complete);
}

TEST(LogWindowTest, WithoutATimeOfCollectionTheNewestRecordCounts) {
  EXPECT_TRUE(JudgeLog(Reaching(31), {}).complete);
  EXPECT_FALSE(JudgeLog(Reaching(29), {}).complete);
}

}  // namespace
}  // namespace whfb::collectors
