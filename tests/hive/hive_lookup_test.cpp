// Keys that are looked up and not found: that says "not there" only where everything on the path is
// whole. Damage on it (lists, hashes, names, counts) may leave a value open, never absent.

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "samples/hive_writer.h"
#include "scanner/core/ascii_text.h"
#include "tests/hive/hive_files.h"
#include "tests/hive/hive_victim.h"

namespace whfb::test {
namespace {

using samples::HiveListStyle;
using samples::HiveSample;

const std::string kPlace = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\PassportForWork";

// The values that decide, and keys beside each key of their path.
HiveSample Policies(HiveListStyle lists = HiveListStyle::kHash) {
  HiveSample sample = SoftwareSample();
  sample.lists = lists;
  sample.root.At("Microsoft\\Windows\\CurrentVersion\\Policies\\System").Number("EnableLUA", 1);
  sample.root.At("Policies\\Adobe");
  sample.root.At("Policies\\Microsoft\\Windows\\CredentialsDelegation").Number("V", 1);
  sample.root.At("Policies\\Microsoft\\PassportForWork").Number("DisableSmartCardNode", 1);
  sample.root.At("Policies\\Microsoft\\PassportForWork\\PINComplexity").Number("Digits", 1);
  sample.root.At("Policies\\Microsoft\\PassportForWork\\Biometrics").Number("Enabled", 1);
  return sample;
}

enum class Says : std::uint8_t { kThere, kOpen, kAbsent };

// As a collector takes it: what the key says, else the place.
Says SaysOf(const Reading& reading, const std::string& key, std::string_view value) {
  for (const readers::RegistryValue& one : reading.records.Of<readers::RegistryValue>()) {
    if (SameNoCase(one.key, key) && SameNoCase(one.name, value)) {
      return Says::kThere;
    }
  }
  for (const readers::RegistryKey& one : reading.records.Of<readers::RegistryKey>()) {
    if (SameNoCase(one.path, key)) {
      return one.complete ? Says::kAbsent : Says::kOpen;
    }
  }
  const readers::RegistryRoot* const root = reading.Root(kPlace);
  return root != nullptr && root->complete ? Says::kAbsent : Says::kOpen;
}

Says SaysEnabled(const Reading& reading) {
  return SaysOf(reading, kPlace, "Enabled");
}

// The value is open, and why is told with the place of the cell.
void ExpectOpen(const Victim& victim, std::uint32_t cell, std::string_view what) {
  for (const Way way : {Way::kMemory, Way::kCache}) {
    Reading reading;
    ASSERT_TRUE(reading.Read(victim.bytes(), "SOFTWARE", way));
    EXPECT_EQ(SaysEnabled(reading), Says::kOpen);
    ExpectGap(reading, cell, what, WhyUnknown::kMalformed);
  }
}

TEST(HiveLookUpTest, SaysWhatAWholeHiveHoldsAndWhatNot) {
  for (const HiveListStyle style :
       {HiveListStyle::kHash, HiveListStyle::kHint, HiveListStyle::kIndex}) {
    HiveSample sample = Policies(style);
    // Beyond Latin-1 only the tables of Windows know the upper case, so the hash.
    sample.root.At("Policies\\Microsoft\\\xd0\x9a\xd0\xbb\xd1\x8e\xd1\x87").Number("V", 1);
    Reading with;
    ASSERT_TRUE(with.Read(WriteHive(sample)));
    EXPECT_EQ(SaysEnabled(with), Says::kThere);
    std::erase_if(sample.root.At("Policies\\Microsoft").keys,
                  [](const auto& key) { return key.name == "PassportForWork"; });
    Reading without;
    ASSERT_TRUE(without.Read(WriteHive(sample)));
    EXPECT_EQ(SaysEnabled(without), Says::kAbsent);
    EXPECT_TRUE(without.sink.gaps.empty()) << without.sink.gaps.front().message;
  }
}

TEST(HiveLookUpTest, DoubtsAHashThatIsOfAnotherName) {
  Victim victim(Policies());
  const auto parent = victim.Get<std::uint32_t>(victim.Key("PassportForWork"), 16);
  const auto list = victim.Get<std::uint32_t>(parent, 28);
  ASSERT_EQ(victim.Get<std::uint32_t>(list, 4), victim.Key("PassportForWork"));
  victim.Set(list, 8, victim.Get<std::uint32_t>(list, 8) ^ 0x10U);
  ExpectOpen(victim, victim.Key("PassportForWork"), "has another name than its list says");
}

TEST(HiveLookUpTest, DoubtsAHintThatIsOfAnotherName) {
  Victim victim(Policies(HiveListStyle::kHint));
  const auto parent = victim.Get<std::uint32_t>(victim.Key("PassportForWork"), 16);
  const auto list = victim.Get<std::uint32_t>(parent, 28);
  ASSERT_EQ(victim.Get<std::uint32_t>(list, 4), victim.Key("PassportForWork"));
  victim.Set(list, 8, std::uint32_t{0x58736150});  // "PasX"
  ExpectOpen(victim, victim.Key("PassportForWork"), "has another name than its list says");
}

TEST(HiveLookUpTest, DoubtsANameThatTheListKnowsOtherwise) {
  for (const char letter : {'X', '\xd7'}) {
    Victim victim(Policies());
    const std::uint32_t key = victim.Key("PassportForWork");
    victim.Set(key, 76 + 14, letter);
    ExpectOpen(victim, key, "has another name than its list says");
  }
  Victim wide(Policies());
  const std::uint32_t key = wide.Key("PassportForWork");
  wide.Set(key, 2, static_cast<std::uint16_t>(wide.Get<std::uint16_t>(key, 2) & ~0x20U));
  ExpectOpen(wide, key, "has another name than its list says");
}

TEST(HiveLookUpTest, DoubtsAListThatNamesFewerKeys) {
  for (const HiveListStyle style :
       {HiveListStyle::kHash, HiveListStyle::kHint, HiveListStyle::kIndex}) {
    Victim victim(Policies(style));
    const auto parent = victim.Get<std::uint32_t>(victim.Key("PassportForWork"), 16);
    victim.Set(victim.Get<std::uint32_t>(parent, 28), 2, std::uint16_t{0});
    ExpectOpen(victim, parent, "has another number of subkeys than it says");
  }
}

TEST(HiveLookUpTest, DoubtsACountThatIsTooLarge) {
  HiveSample sample = Policies();
  std::erase_if(sample.root.At("Policies\\Microsoft").keys,
                [](const auto& key) { return key.name == "PassportForWork"; });
  Victim victim(sample);
  const auto parent = victim.Get<std::uint32_t>(victim.Key("SystemCertificates"), 16);
  victim.Set(parent, 20, victim.Get<std::uint32_t>(parent, 20) + 1);
  ExpectOpen(victim, parent, "has another number of subkeys than it says");
}

TEST(HiveLookUpTest, DoubtsAnIndexRootThatNamesFewerLists) {
  HiveSample sample = Policies();
  sample.most_in_list = 1;
  Victim victim(sample);
  const auto parent = victim.Get<std::uint32_t>(victim.Key("PassportForWork"), 16);
  const auto lists = victim.Get<std::uint32_t>(parent, 28);
  ASSERT_EQ(victim.Get<std::uint16_t>(lists, 0), 0x6972);  // "ri"
  victim.Set(lists, 4, victim.Get<std::uint32_t>(lists, 8));
  ExpectOpen(victim, victim.Get<std::uint32_t>(victim.Get<std::uint32_t>(lists, 8), 4),
             "is listed twice");
}

TEST(HiveLookUpTest, DoubtsNoSubkeysBesideAList) {
  Victim victim(Policies());
  const auto parent = victim.Get<std::uint32_t>(victim.Key("PassportForWork"), 16);
  victim.Set(parent, 20, std::uint32_t{0});
  ExpectOpen(victim, parent, "says that it has no subkeys, and has a list of them");
}

TEST(HiveLookUpTest, DoubtsSubkeysWithoutAList) {
  Victim victim(Policies());
  const auto parent = victim.Get<std::uint32_t>(victim.Key("PassportForWork"), 16);
  victim.Set(parent, 28, std::uint32_t{0xffffffff});
  ExpectOpen(victim, 0xffffffff, "");
}

TEST(HiveLookUpTest, DoubtsNoValuesBesideAList) {
  Victim victim(Policies());
  const std::uint32_t key = victim.Key("PassportForWork");
  victim.Set(key, 36, std::uint32_t{0});
  ExpectOpen(victim, key, "says that it has no values, and has a list of them");
}

TEST(HiveLookUpTest, DoubtsValuesWithoutAList) {
  Victim victim(Policies());
  victim.Set(victim.Key("PassportForWork"), 40, std::uint32_t{0xffffffff});
  ExpectOpen(victim, 0xffffffff, "");
}

// A key for which the number of values is a handle has such a number.
TEST(HiveLookUpTest, ReadsTheValuesOfAKeyThatOnlySeemsPredefined) {
  Victim victim(Policies());
  const std::uint32_t key = victim.Key("PassportForWork");
  victim.Set(key, 2, static_cast<std::uint16_t>(victim.Get<std::uint16_t>(key, 2) | 0x40U));
  Reading reading;
  ASSERT_TRUE(reading.Read(victim.bytes()));
  EXPECT_EQ(SaysEnabled(reading), Says::kThere);
}

TEST(HiveLookUpTest, ClaimsNothingBelowALink) {
  Victim victim(Policies());
  const std::uint32_t key = victim.Key("PassportForWork");
  victim.Set(key, 2, static_cast<std::uint16_t>(victim.Get<std::uint16_t>(key, 2) | 0x10U));
  Reading reading;
  ASSERT_TRUE(reading.Read(victim.bytes()));
  EXPECT_EQ(SaysOf(reading, kPlace + "\\PINComplexity", "Digits"), Says::kOpen);
}

// The bytes that nothing can be held against, by their place in the file.
class Unproven {
 public:
  Unproven(const Victim& victim, bool keys) : free_(victim.bytes().size()) {
    const Bytes& bytes = victim.bytes();
    for (std::uint32_t cell = kFirstCell; cell + 4 < bytes.size() - Victim::kHeader;) {
      const auto size = victim.Get<std::int32_t>(cell - 4, 0);
      const auto signature = victim.Get<std::uint16_t>(cell, 0);
      if (signature == 0x6b76) {  // "vk": the length, whether narrow, the name
        Free(cell, 2, 2);
        Free(cell, 16, 2);
        Free(cell, 20, victim.Get<std::uint16_t>(cell, 2));
      } else if (signature == 0x6b6e && keys) {  // "nk"
        Free(cell, 2, 2);
        Free(cell, 72, 2);
        Free(cell, 76, victim.Get<std::uint16_t>(cell, 72));
      }
      cell += static_cast<std::uint32_t>(size < 0 ? -size : size);
    }
  }

  [[nodiscard]] bool operator()(std::size_t at) const { return free_[at]; }

 private:
  static constexpr std::uint32_t kFirstCell = 32;

  void Free(std::uint32_t cell, std::size_t at, std::size_t count) {
    std::fill_n(free_.begin() + static_cast<std::ptrdiff_t>(Victim::kHeader + cell + 4 + at), count,
                true);
  }

  std::vector<bool> free_;
};

struct Asked {
  std::string key{};
  std::string_view value{};
};

// Every byte of the bins, spoilt in several ways.
class HiveSweepTest : public testing::TestWithParam<HiveListStyle> {};

INSTANTIATE_TEST_SUITE_P(Lists,
                         HiveSweepTest,
                         testing::Values(HiveListStyle::kHash,
                                         HiveListStyle::kHint,
                                         HiveListStyle::kIndex));

TEST_P(HiveSweepTest, NoSpoiltByteMakesAValueAbsent) {
  const std::array<Asked, 4> asked = {{{kPlace, "Enabled"},
                                       {kPlace, "DisableSmartCardNode"},
                                       {kPlace + "\\PINComplexity", "Digits"},
                                       {kPlace + "\\Biometrics", "Enabled"}}};
  const Victim victim(Policies(GetParam()));
  // Lists without hashes say nothing, or four letters, of the names of keys.
  const Unproven unproven(victim, GetParam() != HiveListStyle::kHash);
  std::size_t open = 0;
  for (std::size_t at = Victim::kHeader; at < victim.bytes().size(); ++at) {
    for (const unsigned change : {0x01U, 0x02U, 0x10U, 0x20U, 0x80U, 0xffU}) {
      Bytes spoilt = victim.bytes();
      spoilt[at] ^= static_cast<std::byte>(change);
      Reading reading;
      ASSERT_TRUE(reading.Read(spoilt));
      for (const Asked& one : asked) {
        const Says says = SaysOf(reading, one.key, one.value);
        EXPECT_TRUE(says != Says::kAbsent || unproven(at))
            << one.key << " " << one.value << " at " << std::hex << at << " ^ " << change;
        EXPECT_TRUE(says != Says::kOpen || !reading.sink.gaps.empty() || unproven(at))
            << std::hex << at << " ^ " << change;
        open += says == Says::kOpen ? 1U : 0U;
      }
    }
  }
  EXPECT_GT(open, 1000U);  // the damage did something
}

// A look-up that finds nothing takes nothing in a real hive for damage that a walk does not.
TEST(SharedHiveLookUpTest, FindsNoDamageInRealHives) {
  if (SharedHives().empty()) {
    GTEST_SKIP() << "no " << WHFB_SHARED_DATA << "/hive: real hives were not looked into";
  }
  std::size_t keys = 0;
  for (const std::filesystem::path& path : SharedHives()) {
    const Bytes hive = ReadBytes(path);
    const OurHive walked = WalkHive(hive);
    const OurHive looked_into = LookIntoHive(hive);
    EXPECT_EQ(looked_into.gaps.size(), walked.gaps.size()) << path;
    EXPECT_EQ(looked_into.keys.size(), walked.keys.size()) << path;
    keys += walked.keys.size();
  }
  EXPECT_GT(keys, 10'000U);
}

}  // namespace
}  // namespace whfb::test
