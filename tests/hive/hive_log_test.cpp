#include <array>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "collectors/readers/hive_transactions.h"
#include "collectors/readers/marvin32.h"
#include "samples/hive_writer.h"
#include "tests/hive/hive_files.h"

namespace whfb::test {
namespace {

std::uint64_t Marvin(std::string_view data, std::uint64_t seed) {
  readers::Marvin32 hash(seed);
  hash.Update(std::as_bytes(std::span(data)));
  return hash.Finish();
}

// Vectors of the .NET runtime (MarvinTests.cs) and of SymCrypt ("abc", little-endian bytes
// bf 69 27 49 39 43 c7 22).
TEST(Marvin32Test, GivesThePublishedHashes) {
  constexpr std::uint64_t kSeed = 0x004fb61a001bdbcc;
  EXPECT_EQ(Marvin("\xaf", kSeed), 0x48e73fc77d75ddc1U);
  EXPECT_EQ(Marvin("\xe7\x0f", kSeed), 0xb5f6e1fc485dbff8U);
  EXPECT_EQ(Marvin("\x37\xf4\x95", kSeed), 0xf0b07c789b8cf7e8U);
  EXPECT_EQ(Marvin("\x15\x3f\xb7\x98\x26", kSeed), 0xe6c08c6da2afa997U);
  EXPECT_EQ(Marvin("\x09\x32\xe6\x24\x6c\x47", kSeed), 0x6f04bf1a5ea24060U);
  EXPECT_EQ(Marvin("\xab\x42\x7e\xa8\xd1\x0f\xc7", kSeed), 0xe11847e4f0678c41U);
  EXPECT_EQ(Marvin("abc", 0xd53cd9cecd0893b7), 0x22c74339492769bfU);
}

TEST(Marvin32Test, DoesNotDependOnThePieces) {
  const std::string data = "the same bytes in other pieces";
  for (std::size_t cut = 0; cut <= data.size(); ++cut) {
    readers::Marvin32 hash(1);
    hash.Update(std::as_bytes(std::span(data).first(cut)));
    hash.Update(std::as_bytes(std::span(data).subspan(cut)));
    EXPECT_EQ(hash.Finish(), Marvin(data, 1)) << cut;
  }
}

TEST(HiveLogTest, CountsTheEntriesOfALog) {
  samples::HiveSample sample;
  const Bytes before = WriteHive(sample);
  sample.root.At("Key").Number("Value", 1);
  const Bytes after = WriteHive(sample);
  const std::array<samples::HiveLogEntry, 2> entries = {{{before, after, 4}, {after, before, 5}}};
  const Bytes log = samples::WriteHiveLog(entries);
  EXPECT_EQ(readers::kHiveLogReader.recognise({std::span(log).first(512), "x"}), 100);
  EXPECT_EQ(readers::kHiveReader.recognise({std::span(log).first(512), "x"}), 0);
  Reading reading;
  ASSERT_TRUE(reading.Read(log, "SYSTEM.LOG1", Way::kMemory, readers::kHiveLogReader));
  EXPECT_EQ(reading.sink.record_count, 2U);
  EXPECT_EQ(reading.sink.note, "log of a hive, 2 entries");
  EXPECT_TRUE(reading.sink.gaps.empty());
}

TEST(HiveLogTest, SaysWhenAnOldLogIsCut) {
  samples::HiveSample sample;
  const Bytes before = WriteHive(sample);
  sample.root.At("Key").Number("Value", 1);
  Bytes log = samples::WriteOldHiveLog(before, WriteHive(sample));
  log.resize(log.size() - 512);
  Reading reading;
  ASSERT_TRUE(reading.Read(log, "SYSTEM.LOG", Way::kMemory, readers::kHiveLogReader));
  ASSERT_EQ(reading.sink.gaps.size(), 1U);
  EXPECT_EQ(reading.sink.gaps[0].message, "ends in its pages");
}

TEST(HiveLogTest, ReadsTheRealLogs) {
  // Entry counts: PROVENANCE.md names no number; the hashes of the entries vouch for them.
  const std::array<std::pair<std::string_view, std::size_t>, 2> logs = {
      {{"regipy/transactions_ntuser.dat.log1.xz", 23},
       {"regipy/transactions_ntuser.dat.log2.xz", 1}}};
  for (const auto& [name, entries] : logs) {
    const auto path = SharedHive(name);
    if (path.empty()) {
      GTEST_SKIP() << "no " << WHFB_SHARED_DATA << "/hive/" << name << ", or no xz";
    }
    const Bytes bytes = ReadBytes(path);
    readers::MemorySource source(bytes);
    const auto log = readers::ReadHiveLog(source, "log");
    ASSERT_TRUE(log);
    EXPECT_EQ(log->transactions.size(), entries);
  }
}

}  // namespace
}  // namespace whfb::test
