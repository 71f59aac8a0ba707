// Hives that somebody made to hurt. Whatever is wrong: said with the place of the cell, nothing
// else of the hive is lost, and nothing is claimed about what could not be seen.

#include <algorithm>
#include <cstring>
#include <limits>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "samples/hive_writer.h"
#include "tests/hive/hive_files.h"
#include "tests/hive/hive_victim.h"

namespace whfb::test {
namespace {

using readers::RegistryKey;
using readers::RegistryRoot;
using readers::RegistryValue;
using samples::HiveSample;

constexpr std::string_view kSoftware = "HKEY_LOCAL_MACHINE\\SOFTWARE\\";
constexpr std::size_t kHeader = Victim::kHeader;

bool Complete(const Reading& reading, std::string_view place) {
  const RegistryRoot* const root = reading.Root(std::string(kSoftware).append(place));
  return root != nullptr && root->complete;
}

bool HasEnabled(const Reading& reading) {
  return reading.Value(std::string(kSoftware) + "Policies\\Microsoft\\PassportForWork",
                       "Enabled") != nullptr;
}

TEST(HiveHostileTest, ReportsAListThatPointsOutside) {
  Victim victim;
  const std::uint32_t list = victim.SubkeyList("SystemCertificates");
  victim.Set(list, 4, std::uint32_t{0x7ffffff8});
  Reading reading;
  ASSERT_TRUE(reading.Read(victim.bytes()));
  ExpectGap(reading, 0x7ffffff8, "lies outside the hive", WhyUnknown::kMalformed);
  EXPECT_FALSE(Complete(reading, "Policies\\Microsoft\\SystemCertificates"));
  EXPECT_TRUE(Complete(reading, "Policies\\Microsoft\\PassportForWork"));
  EXPECT_TRUE(HasEnabled(reading));
}

TEST(HiveHostileTest, LeavesALoopOfKeys) {
  Victim victim;
  const std::uint32_t key = victim.Key("SystemCertificates");
  victim.Set(victim.SubkeyList("SystemCertificates"), 4, key);
  Reading reading;
  ASSERT_TRUE(reading.Read(victim.bytes()));
  ExpectGap(reading, key, "is the subkey of another key", WhyUnknown::kMalformed);
  EXPECT_FALSE(Complete(reading, "Policies\\Microsoft\\SystemCertificates"));
  EXPECT_TRUE(HasEnabled(reading));
}

TEST(HiveHostileTest, LeavesALoopThroughTheParent) {
  Victim victim;
  const std::uint32_t key = victim.Key("Policies");
  victim.Set(victim.SubkeyList("SystemCertificates"), 4, key);
  Reading reading;
  ASSERT_TRUE(reading.Read(victim.bytes()));
  ExpectGap(reading, key, "is the subkey of another key", WhyUnknown::kMalformed);
}

TEST(HiveHostileTest, NoticesAKeyThatIsListedTwice) {
  HiveSample sample = SoftwareSample();
  sample.root.At("Policies\\Microsoft\\SystemCertificates\\Root").Number("V", 1);
  Victim victim(sample);
  const std::uint32_t list = victim.SubkeyList("SystemCertificates");
  const auto first = victim.Get<std::uint64_t>(list, 4);  // the cell and its hash
  victim.Set(list, 12, first);
  Reading reading;
  ASSERT_TRUE(reading.Read(victim.bytes()));
  ExpectGap(reading, static_cast<std::uint32_t>(first), "is listed twice", WhyUnknown::kMalformed);
  EXPECT_FALSE(Complete(reading, "Policies\\Microsoft\\SystemCertificates"));
}

TEST(HiveHostileTest, NoticesAValueWithTwoOwners) {
  HiveSample sample = SoftwareSample();
  sample.root.At("Policies\\Microsoft\\SystemCertificates\\Root").Number("V", 1);
  Victim victim(sample);
  const auto values = victim.Get<std::uint32_t>(victim.Key("CA"), 40);
  victim.Set(victim.Key("Root"), 40, values);
  Reading reading;
  ASSERT_TRUE(reading.Read(victim.bytes()));
  ExpectGap(reading, values, "belongs to two owners", WhyUnknown::kMalformed);
  const RegistryKey* const second =
      reading.Key(std::string(kSoftware) + "Policies\\Microsoft\\SystemCertificates\\Root");
  ASSERT_NE(second, nullptr);
  EXPECT_FALSE(second->complete);
}

TEST(HiveHostileTest, DoesNotChooseBetweenTwoKeysOfOneName) {
  HiveSample sample = SoftwareSample();
  sample.root.At("Policies\\Microsoft\\PassportForWorK").Number("Enabled", 2);
  Victim victim(sample);
  Reading reading;
  ASSERT_TRUE(reading.Read(victim.bytes()));
  ExpectGap(reading, victim.Key("PassportForWorK"), "has the name of another subkey",
            WhyUnknown::kMalformed);
  EXPECT_FALSE(Complete(reading, "Policies\\Microsoft\\PassportForWork"));
}

// A place of which the key alone is read.
TEST(HiveHostileTest, ClaimsNothingAboutAKeyThatHasADouble) {
  HiveSample sample = SoftwareSample();
  sample.root.At("Microsoft\\Windows\\CurrentVersion\\Policies\\System").Number("EnableLUA", 1);
  Reading sure;
  ASSERT_TRUE(sure.Read(WriteHive(sample)));
  sample.root.At("Microsoft\\Windows\\CurrentVersion\\Policies\\SysteM").Number("EnableLUA", 0);
  Reading unsure;
  ASSERT_TRUE(unsure.Read(WriteHive(sample)));
  const std::string path =
      std::string(kSoftware) + "Microsoft\\Windows\\CurrentVersion\\Policies\\System";
  ASSERT_NE(sure.Key(path), nullptr);
  ASSERT_NE(unsure.Key(path), nullptr);
  EXPECT_TRUE(sure.Key(path)->complete);
  EXPECT_FALSE(unsure.Key(path)->complete);
  EXPECT_EQ(unsure.Key(path)->why, WhyUnknown::kMalformed);
}

TEST(HiveHostileTest, FindsKeysInAListOfTheWrongOrder) {
  HiveSample sample = SoftwareSample();
  for (int i = 0; i < 5; ++i) {
    sample.root.At("Policies\\Microsoft\\Z" + std::to_string(i));
  }
  Victim victim(sample);
  const auto parent = victim.Get<std::uint32_t>(victim.Key("PassportForWork"), 16);
  const auto list = victim.Get<std::uint32_t>(parent, 28);
  const auto first = victim.Get<std::uint64_t>(list, 4);
  victim.Set(list, 4, victim.Get<std::uint64_t>(list, 4 + 6 * 8));
  victim.Set(list, 4 + 6 * 8, first);
  Reading reading;
  ASSERT_TRUE(reading.Read(victim.bytes()));
  EXPECT_TRUE(HasEnabled(reading));
  EXPECT_TRUE(reading.sink.gaps.empty());
}

TEST(HiveHostileTest, ReportsANameThatIsLongerThanItsCell) {
  Victim victim;
  const std::uint32_t key = victim.Key("CA");
  victim.Set(key, 72, std::uint16_t{60'000});
  const std::uint32_t value = victim.Value("Enabled");
  victim.Set(value, 2, std::uint16_t{255});
  Reading reading;
  ASSERT_TRUE(reading.Read(victim.bytes()));
  ASSERT_EQ(reading.sink.gaps.size(), 2U);
  ExpectGap(reading, value, "has a name that is longer than the cell", WhyUnknown::kTruncated);
  EXPECT_EQ(reading.sink.gaps[1].place, kHeader + key);
  const RegistryKey* const passport =
      reading.Key(std::string(kSoftware) + "Policies\\Microsoft\\PassportForWork");
  ASSERT_NE(passport, nullptr);
  EXPECT_FALSE(passport->complete);
}

TEST(HiveHostileTest, ReportsSizesThatAreNotPossible) {
  for (const std::int32_t size :
       {-4, 0, 8, std::numeric_limits<std::int32_t>::min(), -0x10000000}) {
    Victim victim;
    const std::uint32_t key = victim.Key("SystemCertificates");
    victim.SetSize(key, size);
    Reading reading;
    ASSERT_TRUE(reading.Read(victim.bytes()));
    ExpectGap(reading, key, size >= 0 ? "is free" : "has a size that is not possible",
              WhyUnknown::kMalformed);
    EXPECT_FALSE(Complete(reading, "Policies\\Microsoft\\SystemCertificates"));
    EXPECT_TRUE(HasEnabled(reading));
  }
}

TEST(HiveHostileTest, ReportsCountsThatAreNotTrue) {
  Victim more;
  more.Set(more.SubkeyList("SystemCertificates"), 2, std::uint16_t{0xffff});
  Reading reading;
  ASSERT_TRUE(reading.Read(more.bytes()));
  ExpectGap(reading, more.SubkeyList("SystemCertificates"),
            "lists more subkeys than it has room for", WhyUnknown::kTruncated);

  Victim other;
  other.Set(other.Key("SystemCertificates"), 20, std::uint32_t{0xfffffff0});
  Reading counted;
  ASSERT_TRUE(counted.Read(other.bytes()));
  ExpectGap(counted, other.Key("SystemCertificates"), "has another number of subkeys than it says",
            WhyUnknown::kMalformed);

  Victim values;
  values.Set(values.Key("CA"), 36, std::uint32_t{0xfffffff0});
  Reading listed;
  ASSERT_TRUE(listed.Read(values.bytes()));
  ExpectGap(listed, values.Get<std::uint32_t>(values.Key("CA"), 40),
            "lists fewer values than its key says", WhyUnknown::kTruncated);
}

TEST(HiveHostileTest, ReportsDataThatIsNotThere) {
  Victim longer;
  longer.Set(longer.Value("Name"), 4, std::uint32_t{4000});
  Reading reading;
  ASSERT_TRUE(reading.Read(longer.bytes()));
  ExpectGap(reading, longer.Value("Name"), "has data that is longer than its cell",
            WhyUnknown::kTruncated);
  const RegistryValue* const name =
      reading.Value(std::string(kSoftware) + "Policies\\Microsoft\\SystemCertificates\\CA", "Name");
  ASSERT_NE(name, nullptr);
  EXPECT_TRUE(name->malformed);

  Victim huge;
  huge.Set(huge.Value("Name"), 4, std::uint32_t{0x7fffffff});
  Reading refused;
  ASSERT_TRUE(refused.Read(huge.bytes()));
  ExpectGap(refused, huge.Value("Name"), "has more than 1 MiB of data", WhyUnknown::kTooLarge);

  Victim resident;
  resident.Set(resident.Value("Enabled"), 4, std::uint32_t{0x80000005});
  Reading five;
  ASSERT_TRUE(five.Read(resident.bytes()));
  ExpectGap(five, resident.Value("Enabled"), "says that more than four bytes are four bytes",
            WhyUnknown::kMalformed);
}

TEST(HiveHostileTest, ReportsBigDataWithMissingPieces) {
  HiveSample sample = SoftwareSample();
  sample.root.At("Policies\\Microsoft\\SystemCertificates\\CA").Bytes("Blob", Bytes(40'000));
  Victim victim(sample);
  const auto record = victim.Get<std::uint32_t>(victim.Value("Blob"), 8);
  victim.Set(record, 2, std::uint16_t{1});
  Reading reading;
  ASSERT_TRUE(reading.Read(victim.bytes()));
  ExpectGap(reading, record, "has fewer pieces than the data needs", WhyUnknown::kTruncated);

  Victim shared(sample);
  const auto pieces = shared.Get<std::uint32_t>(record, 4);
  const auto first = shared.Get<std::uint32_t>(pieces, 0);
  shared.Set(pieces, 4, first);
  Reading twice;
  ASSERT_TRUE(twice.Read(shared.bytes()));
  ExpectGap(twice, first, "belongs to two owners", WhyUnknown::kMalformed);
}

TEST(HiveHostileTest, StopsAtTheDeepestKeyOfWindows) {
  HiveSample sample = SoftwareSample();
  std::string path = "Policies\\Microsoft\\SystemCertificates";
  for (int i = 0; i < 600; ++i) {
    path += "\\d";
  }
  sample.root.At(path);
  Reading reading;
  ASSERT_TRUE(reading.Read(WriteHive(sample)));
  ASSERT_FALSE(reading.sink.gaps.empty());
  EXPECT_NE(reading.sink.gaps[0].message.find("is nested deeper than the limit"),
            std::string::npos);
  EXPECT_EQ(reading.sink.gaps[0].why, WhyUnknown::kTooLarge);
  EXPECT_FALSE(Complete(reading, "Policies\\Microsoft\\SystemCertificates"));
  EXPECT_TRUE(HasEnabled(reading));
}

// Thousands of lists in the same bytes, each with 65535 elements: cells that do not overlap could
// never hold so much, and nobody reads it to its end.
TEST(HiveHostileTest, DoesNotReadOverlappingListsToTheirEnd) {
  HiveSample sample = SoftwareSample();
  sample.root.At("Policies\\Microsoft\\SystemCertificates\\CA").Bytes("Room", Bytes(900'000));
  sample.minor = 3;  // in one cell
  Victim victim(sample);
  const auto room = victim.Get<std::uint32_t>(victim.Value("Room"), 8);
  constexpr std::uint32_t kLists = 30'000;
  victim.Set(room, 0, std::uint16_t{0x6972});  // "ri"
  victim.Set(room, 2, static_cast<std::uint16_t>(kLists));
  const std::uint32_t first = (room + 4 + 4 + kLists * 4 + 7) / 8 * 8;
  for (std::uint32_t i = 0; i < kLists; ++i) {
    const std::uint32_t list = first + i * 8;
    victim.Set(room, 4 + i * 4, list);
    victim.SetSize(list, -400'000);
    victim.Set(list, 0, std::uint16_t{0x696c});  // "li"
    victim.Set(list, 2, std::uint16_t{0xffff});
  }
  victim.Set(victim.Key("SystemCertificates"), 28, room);
  victim.Set(victim.Key("SystemCertificates"), 20, std::uint32_t{0x7fffffff});
  Reading reading;
  ASSERT_TRUE(reading.Read(victim.bytes()));
  EXPECT_FALSE(Complete(reading, "Policies\\Microsoft\\SystemCertificates"));
  EXPECT_TRUE(HasEnabled(reading));
}

TEST(HiveHostileTest, SurvivesEveryTruncation) {
  const Bytes hive = Victim().bytes();
  for (std::size_t size = 0; size < hive.size(); size += 8) {
    for (const Way way : {Way::kMemory, Way::kCache}) {
      Reading reading;
      const Status status = reading.Read(std::span(hive).first(size), "SOFTWARE", way);
      EXPECT_EQ(status.has_value(), size >= 512);
      EXPECT_TRUE(!status || !reading.sink.gaps.empty()) << size;
    }
  }
}

TEST(HiveHostileTest, SaysTheSameFromMemoryAndThroughTheCache) {
  const Bytes hive = Victim().bytes();
  std::mt19937 random(20'151'103);  // any fixed number
  for (int round = 0; round < 3000; ++round) {
    Bytes spoilt = hive;
    for (int i = 0; i < 4; ++i) {
      spoilt[kHeader + random() % (spoilt.size() - kHeader)] = static_cast<std::byte>(random());
    }
    Reading memory;
    Reading cache;
    ASSERT_TRUE(memory.Read(spoilt));
    ASSERT_TRUE(cache.Read(spoilt, "SOFTWARE", Way::kCache));
    ASSERT_EQ(memory.sink.record_count, cache.sink.record_count);
    ASSERT_EQ(memory.sink.damaged_count, cache.sink.damaged_count);
    ASSERT_EQ(memory.sink.note, cache.sink.note);
    ASSERT_EQ(memory.records.Of<RegistryValue>().size(), cache.records.Of<RegistryValue>().size());
  }
}

}  // namespace
}  // namespace whfb::test
