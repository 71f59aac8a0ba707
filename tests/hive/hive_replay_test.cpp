#include <array>
#include <cstring>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "collectors/readers/hive_transactions.h"
#include "samples/hive_writer.h"
#include "tests/hive/hive_files.h"
#include "tests/hive/replay_sample.h"

namespace whfb::test {
namespace {

using readers::RegistryValue;
using samples::HiveLogEntry;

class ReplayTest : public testing::TestWithParam<Way> {};

INSTANTIATE_TEST_SUITE_P(HiveReplayTest,
                         ReplayTest,
                         testing::Values(Way::kMemory, Way::kCache),
                         [](const auto& parameter) {
                           return parameter.param == Way::kMemory ? "Memory" : "Cache";
                         });

TEST_P(ReplayTest, AppliesTheEntriesThatContinueTheHive) {
  const Bytes first = HiveWith(1);
  const Bytes second = HiveWith(2);
  const Bytes third = HiveWith(3, 200);  // larger
  const std::array<HiveLogEntry, 2> entries = {{{first, second, 8}, {second, third, 9}}};
  Reading reading;
  reading.companions.files = {{"software.log1", samples::WriteHiveLog(entries)},
                              {"software.log2", {}}};
  ASSERT_TRUE(reading.Read(Dirty(first, 9, 8), "config/SOFTWARE", GetParam()));
  EXPECT_EQ(EnabledIn(reading), 3U);
  EXPECT_NE(reading.Value(std::string(kPassport) + "\\Key199", "V"), nullptr);
  EXPECT_FALSE(Outdated(reading));
  EXPECT_TRUE(reading.sink.gaps.empty()) << reading.sink.gaps[0].message;
  EXPECT_NE(reading.sink.note.find("2 log entries replayed"), std::string::npos);
}

TEST_P(ReplayTest, GoesFromOneLogToTheOther) {
  const Bytes first = HiveWith(1);
  const Bytes second = HiveWith(2);
  const Bytes third = HiveWith(3);
  Reading reading;
  reading.companions.files = {{"software.log1", LogOf(second, third, 9)},
                              {"software.log2", LogOf(first, second, 8)}};
  ASSERT_TRUE(reading.Read(Dirty(first, 9, 8), "SOFTWARE", GetParam()));
  EXPECT_EQ(EnabledIn(reading), 3U);
}

TEST(HiveReplayTest, LeavesEntriesAloneThatWereApplied) {
  const Bytes old = HiveWith(7);
  const Bytes first = HiveWith(1);
  const Bytes second = HiveWith(2);
  const std::array<HiveLogEntry, 2> entries = {{{first, second, 8}, {first, old, 3}}};
  Reading reading;
  reading.companions.files = {{"software.log1", samples::WriteHiveLog(entries)},
                              {"software.log2", {}}};
  ASSERT_TRUE(reading.Read(Dirty(first, 9, 8)));
  EXPECT_EQ(EnabledIn(reading), 2U);
}

TEST(HiveReplayTest, StopsAtAHoleInTheSequence) {
  const Bytes first = HiveWith(1);
  const Bytes second = HiveWith(2);
  const Bytes third = HiveWith(3);
  const std::array<HiveLogEntry, 2> entries = {{{first, second, 8}, {second, third, 10}}};
  Reading reading;
  reading.companions.files = {{"software.log1", samples::WriteHiveLog(entries)},
                              {"software.log2", {}}};
  ASSERT_TRUE(reading.Read(Dirty(first, 9, 8)));
  EXPECT_EQ(EnabledIn(reading), 2U);
}

TEST(HiveReplayTest, StopsAtAnEntryWithAWrongHash) {
  const Bytes first = HiveWith(1);
  const Bytes second = HiveWith(2);
  Bytes log = LogOf(first, second, 8);
  log.back() ^= std::byte{1};
  Reading reading;
  reading.companions.files = {{"software.log1", log}, {"software.log2", {}}};
  ASSERT_TRUE(reading.Read(Dirty(first, 9, 8)));
  EXPECT_EQ(EnabledIn(reading), 1U);
  EXPECT_TRUE(Outdated(reading));
}

TEST(HiveReplayTest, IgnoresTheLogsOfACleanHive) {
  const Bytes first = HiveWith(1);
  const Bytes second = HiveWith(2);
  Reading reading;
  reading.companions.files = {{"software.log1", LogOf(first, second, 8)}};
  ASSERT_TRUE(reading.Read(Dirty(first, 8, 8)));
  EXPECT_EQ(EnabledIn(reading), 1U);
  EXPECT_FALSE(Outdated(reading));
}

TEST_P(ReplayTest, AppliesAnOldLog) {
  const Bytes first = HiveWith(1);
  const Bytes second = HiveWith(2, 50);
  const Bytes dirty = Dirty(first, 5, 4);
  Reading reading;
  reading.companions.files = {{"software.log", samples::WriteOldHiveLog(dirty, second)}};
  ASSERT_TRUE(reading.Read(dirty, "SOFTWARE", GetParam()));
  EXPECT_EQ(EnabledIn(reading), 2U);
  EXPECT_FALSE(Outdated(reading));
  EXPECT_TRUE(reading.sink.gaps.empty());
}

TEST(HiveReplayTest, RefusesAnOldLogOfAnotherState) {
  const Bytes first = HiveWith(1);
  Bytes other = Dirty(first, 5, 4);
  other[12] ^= std::byte{1};  // last written
  samples::SealHive(other);
  Reading reading;
  reading.companions.files = {{"software.log", samples::WriteOldHiveLog(other, HiveWith(2))}};
  ASSERT_TRUE(reading.Read(Dirty(first, 5, 4)));
  EXPECT_EQ(EnabledIn(reading), 1U);
  EXPECT_TRUE(Outdated(reading));
}

TEST(HiveReplayTest, RecoversAHeaderWithAWrongChecksum) {
  const Bytes first = HiveWith(1);
  const Bytes second = HiveWith(2);
  Bytes spoilt = Dirty(first, 8, 8);
  spoilt[508] ^= std::byte{1};
  Reading reading;
  reading.companions.files = {{"software.log1", LogOf(first, second, 8)}, {"software.log2", {}}};
  ASSERT_TRUE(reading.Read(spoilt));
  EXPECT_EQ(EnabledIn(reading), 2U);
  EXPECT_FALSE(Outdated(reading));
}

// The pages of the log written over the hive, as simply as possible.
Bytes Recovered(Bytes hive, const Bytes& log, std::uint32_t first_sequence, std::uint32_t& pages) {
  std::size_t at = 512;
  const auto number = [](const Bytes& bytes, std::size_t where) {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes.data() + where, 4);
    return value;
  };
  while (at + 40 < log.size() && std::memcmp(log.data() + at, "HvLE", 4) == 0) {
    const std::uint32_t count = number(log, at + 20);
    if (number(log, at + 12) >= first_sequence) {
      const std::uint32_t bins = number(log, at + 16);
      hive.resize(std::max<std::size_t>(hive.size(), 4096 + bins));
      std::memcpy(hive.data() + 40, &bins, 4);
      std::size_t data = at + 40 + std::size_t{count} * 8;
      for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint32_t offset = number(log, at + 40 + std::size_t{i} * 8);
        const std::uint32_t size = number(log, at + 44 + std::size_t{i} * 8);
        std::memcpy(hive.data() + 4096 + offset, log.data() + data, size);
        data += size;
      }
      pages += count;
    }
    at += number(log, at + 4);
  }
  samples::SetHiveSequence(hive, 1, 1);
  return hive;
}

// transactions_NTUSER.DAT of regipy. The numbers are those of its own test
// (regipy_tests/tests.py, test_ntuser_apply_transaction_logs): 132 pages, and 527 keys that only
// one of the two hives has.
TEST(HiveReplayTest, MakesOfARealDirtyHiveWhatItsRecoveredFileHolds) {
  const auto hive_path = SharedHive("regipy/transactions_NTUSER.DAT.xz");
  const auto log1_path = SharedHive("regipy/transactions_ntuser.dat.log1.xz");
  const auto log2_path = SharedHive("regipy/transactions_ntuser.dat.log2.xz");
  if (hive_path.empty() || log1_path.empty() || log2_path.empty()) {
    GTEST_SKIP() << "no " << WHFB_SHARED_DATA << "/hive/regipy, or no xz";
  }
  const Bytes hive = ReadBytes(hive_path);
  const Bytes log1 = ReadBytes(log1_path);
  Reading reading;
  reading.companions.files = {{"ntuser.dat.log1", log1}, {"ntuser.dat.log2", ReadBytes(log2_path)}};
  ASSERT_TRUE(reading.Read(hive, "NTUSER.DAT"));
  EXPECT_TRUE(reading.sink.gaps.empty());
  EXPECT_NE(reading.sink.note.find("23 log entries replayed (132 pages)"), std::string::npos)
      << reading.sink.note;

  std::uint32_t pages = 0;
  const Bytes recovered = Recovered(hive, log1, 566, pages);
  EXPECT_EQ(pages, 132U);
  const OurHive before = WalkHive(hive);
  const OurHive after = WalkHive(recovered);
  std::size_t appeared = 0;
  std::size_t gone = 0;
  std::size_t values = 0;
  for (const auto& [path, key] : after.keys) {
    appeared += before.keys.contains(path) ? 0U : 1U;
    values += key.values.size();
  }
  for (const auto& [path, key] : before.keys) {
    gone += after.keys.contains(path) ? 0U : 1U;
  }
  EXPECT_EQ(appeared + gone, 527U);
  EXPECT_EQ(after.keys.size() - 1, 3104U);  // as hivexml counts them in the recovered file
  EXPECT_EQ(reading.sink.record_count, after.keys.size() - 1 + values);

  Reading plain;
  ASSERT_TRUE(plain.Read(recovered, "NTUSER.DAT"));
  const auto replayed = reading.records.Of<RegistryValue>();
  const auto written = plain.records.Of<RegistryValue>();
  ASSERT_EQ(replayed.size(), written.size());
  for (std::size_t i = 0; i < replayed.size(); ++i) {
    EXPECT_EQ(replayed[i].source.key, written[i].source.key);
    EXPECT_EQ(replayed[i].number, written[i].number);
    EXPECT_EQ(replayed[i].text, written[i].text);
    EXPECT_TRUE(std::ranges::equal(replayed[i].bytes, written[i].bytes));
  }
}

}  // namespace
}  // namespace whfb::test
