// Dirty hives whose logs are missing, cut, damaged or in use: what is read may be outdated, and
// says so.

#include <array>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "tests/hive/replay_sample.h"

namespace whfb::test {
namespace {

using readers::RegistryKey;
using readers::RegistryRoot;
using readers::RegistryValue;
using samples::HiveLogEntry;

constexpr std::string_view kEnrollments = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Enrollments";

TEST(HiveReplayDoubtTest, ReadsADirtyHiveWithoutLogsAsOutdated) {
  Reading reading;
  ASSERT_TRUE(reading.Read(Dirty(HiveWith(1), 9, 8)));
  EXPECT_EQ(EnabledIn(reading), 1U);
  EXPECT_TRUE(Outdated(reading));
  const RegistryKey* const key = reading.Key(kPassport);
  ASSERT_NE(key, nullptr);
  EXPECT_FALSE(key->complete);
  EXPECT_EQ(key->why, WhyUnknown::kStale);
  const RegistryRoot* const root = reading.Root(kEnrollments);
  ASSERT_NE(root, nullptr);
  EXPECT_FALSE(root->complete);
  EXPECT_EQ(root->why, WhyUnknown::kStale);
  ASSERT_EQ(reading.sink.gaps.size(), 1U);
  EXPECT_EQ(reading.sink.gaps[0].why, WhyUnknown::kStale);
  EXPECT_EQ(
      reading.sink.gaps[0].message,
      "the hive is dirty (sequence 9/8) and its logs are not here: its values may be outdated");
}

TEST(HiveReplayDoubtTest, SaysThatTheChecksumIsWrongAndReadsOn) {
  Bytes spoilt = HiveWith(1);
  spoilt[508] ^= std::byte{1};
  Reading reading;
  ASSERT_TRUE(reading.Read(spoilt));
  EXPECT_EQ(EnabledIn(reading), 1U);
  EXPECT_TRUE(Outdated(reading));
  ASSERT_EQ(reading.sink.gaps.size(), 1U);
  EXPECT_EQ(reading.sink.gaps[0].message,
            "the checksum of the hive's header is wrong and its logs are not here: its values may "
            "be outdated");
}

TEST(HiveReplayDoubtTest, TrustsNoReplayWithOneLogMissing) {
  const Bytes first = HiveWith(1);
  Reading reading;
  reading.companions.files = {{"software.log1", LogOf(first, HiveWith(2), 8)}};
  ASSERT_TRUE(reading.Read(Dirty(first, 9, 8)));
  EXPECT_EQ(EnabledIn(reading), 2U);
  EXPECT_TRUE(Outdated(reading));
  ASSERT_EQ(reading.sink.gaps.size(), 1U);
  EXPECT_EQ(reading.sink.gaps[0].message,
            "the hive is dirty (sequence 9/8); only one of its two logs is here: its values may be "
            "outdated");
}

TEST(HiveReplayDoubtTest, TrustsNoReplayWithALogThatCannotBeRead) {
  const Bytes first = HiveWith(1);
  Reading reading;
  reading.companions.files = {{"software.log1", LogOf(first, HiveWith(2), 8)}};
  reading.companions.denied = "software.log2";
  ASSERT_TRUE(reading.Read(Dirty(first, 9, 8)));
  EXPECT_TRUE(Outdated(reading));
  ASSERT_EQ(reading.sink.gaps.size(), 1U);
  EXPECT_EQ(reading.sink.gaps[0].message,
            "the hive is dirty (sequence 9/8); SOFTWARE.log2 cannot be read: its values may be "
            "outdated");
}

TEST(HiveReplayDoubtTest, SurvivesEveryTruncationOfALog) {
  const Bytes first = HiveWith(1);
  const Bytes second = HiveWith(2, 40);
  const Bytes dirty = Dirty(first, 9, 8);
  for (const Bytes& log : {LogOf(first, second, 8), samples::WriteOldHiveLog(dirty, second)}) {
    for (std::size_t size = 0; size < log.size(); size += 64) {
      Reading reading;
      reading.companions.files = {
          {"software.log1", {log.begin(), log.begin() + static_cast<std::ptrdiff_t>(size)}},
          {"software.log2", {}}};
      ASSERT_TRUE(reading.Read(dirty));
      EXPECT_EQ(EnabledIn(reading), 1U) << size;
      EXPECT_TRUE(Outdated(reading)) << size;
    }
  }
}

// Cut behind the first of two entries, the log must not pass for the whole one. Cut exactly between
// them it does: nothing in the files says how many there were.
TEST(HiveReplayDoubtTest, TrustsNoReplayWithALogThatIsCutInAnEntry) {
  const Bytes first = HiveWith(1);
  const Bytes second = HiveWith(2, 40);
  const Bytes third = HiveWith(3, 40);
  const std::array<HiveLogEntry, 2> entries = {{{first, second, 8}, {second, third, 9}}};
  const Bytes log = samples::WriteHiveLog(entries);
  const std::size_t boundary = samples::WriteHiveLog(std::span(entries).first(1)).size();
  ASSERT_LT(boundary, log.size());
  for (std::size_t size = boundary; size <= log.size(); size += 32) {
    Reading reading;
    reading.companions.files = {
        {"software.log1", {log.begin(), log.begin() + static_cast<std::ptrdiff_t>(size)}},
        {"software.log2", {}}};
    ASSERT_TRUE(reading.Read(Dirty(first, 9, 8)));
    EXPECT_EQ(EnabledIn(reading), size < log.size() ? 2U : 3U) << size;
    EXPECT_EQ(Outdated(reading), size != boundary && size != log.size()) << size;
  }
}

TEST(HiveReplayDoubtTest, TrustsNoReplayWithADamagedEntryThatContinuesIt) {
  const Bytes first = HiveWith(1);
  const Bytes second = HiveWith(2);
  const Bytes third = HiveWith(3);
  const std::array<HiveLogEntry, 2> entries = {{{first, second, 8}, {second, third, 9}}};
  Bytes log = samples::WriteHiveLog(entries);
  log.back() ^= std::byte{1};
  Reading reading;
  reading.companions.files = {{"software.log1", log}, {"software.log2", {}}};
  ASSERT_TRUE(reading.Read(Dirty(first, 9, 8)));
  EXPECT_EQ(EnabledIn(reading), 2U);
  EXPECT_TRUE(Outdated(reading));
  ASSERT_EQ(reading.sink.gaps.size(), 1U);
  EXPECT_EQ(reading.sink.gaps[0].message,
            "the hive is dirty (sequence 9/8); SOFTWARE.log1 is cut or damaged where it goes on: "
            "its values may be outdated");
}

TEST(HiveReplayDoubtTest, TakesWhatIsLeftBehindTheLastEntryForNoDamage) {
  const Bytes first = HiveWith(1);
  const Bytes second = HiveWith(2);
  const std::array<HiveLogEntry, 2> entries = {{{first, second, 8}, {first, second, 3}}};
  Bytes log = samples::WriteHiveLog(entries);
  log.back() ^= std::byte{1};
  Reading reading;
  reading.companions.files = {{"software.log1", log}, {"software.log2", {}}};
  ASSERT_TRUE(reading.Read(Dirty(first, 9, 8)));
  EXPECT_EQ(EnabledIn(reading), 2U);
  EXPECT_FALSE(Outdated(reading));
}

TEST(HiveReplayDoubtTest, TrustsNoReplayWithALogThatWasBeingWritten) {
  const Bytes first = HiveWith(1);
  Bytes other = LogOf(first, HiveWith(3), 9);
  samples::SetHiveSequence(other, 10, 9);
  Reading reading;
  reading.companions.files = {{"software.log1", LogOf(first, HiveWith(2), 8)},
                              {"software.log2", other}};
  ASSERT_TRUE(reading.Read(Dirty(first, 9, 8)));
  EXPECT_EQ(EnabledIn(reading), 2U);
  EXPECT_TRUE(Outdated(reading));
}

// Whatever a log holds: the hive is read, and never more than the two can hold.
TEST(HiveReplayDoubtTest, SurvivesSpoiltLogs) {
  const Bytes first = HiveWith(1);
  const Bytes second = HiveWith(2, 40);
  const Bytes dirty = Dirty(first, 9, 8);
  std::mt19937 random(20'151'103);  // any fixed number
  for (const Bytes& log : {LogOf(first, second, 8), samples::WriteOldHiveLog(dirty, second)}) {
    for (int round = 0; round < 1500; ++round) {
      Bytes spoilt = log;
      for (int i = 0; i < 3; ++i) {
        spoilt[random() % spoilt.size()] = static_cast<std::byte>(random());
      }
      Reading reading;
      reading.companions.files = {{"software.log1", spoilt}, {"software.log2", {}}};
      ASSERT_TRUE(reading.Read(dirty));
      EXPECT_TRUE(Outdated(reading) || reading.sink.note.find("replayed") != std::string::npos ||
                  reading.records.Of<RegistryValue>().empty());
    }
  }
}

}  // namespace
}  // namespace whfb::test
