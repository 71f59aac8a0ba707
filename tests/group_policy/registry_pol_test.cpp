#include <gtest/gtest.h>

#include "collectors/readers/gpo_path.h"
#include "collectors/readers/pol_entries.h"
#include "tests/group_policy/policy_reading.h"

namespace whfb::test {

namespace {

using readers::PolicyAction;
using readers::PolicyFile;
using readers::PolicyScope;
using readers::PolicySetting;
using readers::RegistryType;

constexpr std::string_view kKey = "SOFTWARE\\Policies\\Microsoft\\PassportForWork";
constexpr std::string_view kMachine =
    "sysvol/contoso.com/Policies/{31b2f340-016d-11d2-945f-00c04fb984f9}/Machine/Registry.pol";
constexpr std::uint32_t kSz = 1;
constexpr std::uint32_t kDword = 4;

std::string Text(std::string_view text) {
  return Wide(text) + std::string(2, '\0');
}

TEST(RegistryPol, ReadsAValueUnderTheHiveOfItsHalf) {
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kRegistryPolReader,
                           kPolHeader + PolEntry(kKey, "Enabled", kDword, Dword(1)), kMachine));
  ASSERT_EQ(reading.Settings().size(), 1U);
  const PolicySetting& setting = reading.Settings()[0];
  EXPECT_EQ(setting.scope, PolicyScope::kComputer);
  EXPECT_EQ(setting.action, PolicyAction::kSet);
  EXPECT_EQ(setting.gpo, "{31B2F340-016D-11D2-945F-00C04FB984F9}");
  EXPECT_EQ(setting.value.key,
            "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\PassportForWork");
  EXPECT_EQ(setting.value.name, "Enabled");
  EXPECT_EQ(setting.value.type, RegistryType::kDword);
  EXPECT_EQ(setting.value.number, 1U);
  EXPECT_FALSE(setting.value.deleted);
  EXPECT_EQ(setting.value.source.place, 8U);
  EXPECT_TRUE(reading.records.Of<readers::RegistryValue>().empty());
}

TEST(RegistryPol, TheUserHalfGoesUnderTheUsersHive) {
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kRegistryPolReader,
                           kPolHeader + PolEntry(kKey, "Enabled", kDword, Dword(0)),
                           "x.zip!/{31B2F340-016D-11D2-945F-00C04FB984F9}/USER/registry.pol"));
  EXPECT_EQ(reading.Settings()[0].scope, PolicyScope::kUser);
  EXPECT_TRUE(reading.Settings()[0].value.key.starts_with("HKEY_CURRENT_USER\\"));
}

TEST(RegistryPol, APathThatTellsNothingGivesNoHiveAndNoGpo) {
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kRegistryPolReader,
                           kPolHeader + PolEntry(kKey, "Enabled", kDword, Dword(1))));
  EXPECT_EQ(reading.Settings()[0].scope, PolicyScope::kUnknown);
  EXPECT_EQ(reading.Settings()[0].value.key, kKey);
  EXPECT_TRUE(reading.Settings()[0].gpo.empty());
  EXPECT_EQ(reading.sink.note, "half not told of a GPO not told");
}

TEST(RegistryPol, TheGuidOfABackupIsNotThatOfTheGpo) {
  const readers::GpoPlace backup = readers::GpoPlaceOf(
      "{B4BA155A-AB98-4943-9610-328DD1EA1C37}/DomainSysvol/GPO/Machine/registry.pol");
  EXPECT_EQ(backup.scope, PolicyScope::kComputer);
  EXPECT_EQ(backup.gpo, "");
  EXPECT_EQ(readers::GpoPlaceOf("C/Windows/System32/GroupPolicy/Machine/Registry.pol").gpo,
            "LocalGPO");
}

TEST(RegistryPol, AnEmptyFileIsItsHeader) {
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kRegistryPolReader, kPolHeader, kMachine));
  EXPECT_EQ(reading.sink.record_count, 0U);
  EXPECT_EQ(reading.sink.damaged_count, 0U);
  ASSERT_EQ(reading.records.Of<PolicyFile>().size(), 1U);
  EXPECT_TRUE(reading.records.Of<PolicyFile>()[0].complete);
}

TEST(RegistryPol, AnEntryWithoutNameTypeAndDataMakesAKey) {
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kRegistryPolReader, kPolHeader + PolEntry(kKey, "", 0, "")));
  EXPECT_EQ(reading.Settings()[0].action, PolicyAction::kCreateKey);
}

TEST(RegistryPol, TextThatIsJustItsNulIsPresentAndEmpty) {
  PolicyReading reading;
  ASSERT_TRUE(
      reading.Read(readers::kRegistryPolReader, kPolHeader + PolEntry(kKey, "A", kSz, Text(""))));
  EXPECT_EQ(reading.Settings()[0].value.type, RegistryType::kText);
  EXPECT_EQ(reading.Settings()[0].value.text, "");
  EXPECT_FALSE(reading.Settings()[0].value.malformed);
}

TEST(RegistryPol, OnlyTheSizeTellsWhereDataEnds) {
  // 0x005D003B is "; ]" as two units, and the text closes and opens entries.
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kRegistryPolReader,
                           kPolHeader + PolEntry(kKey, "A", kDword, Dword(0x005D003B)) +
                               PolEntry(kKey, "B", kSz, Text("a;b][c;d]"))));
  ASSERT_EQ(reading.Settings().size(), 2U);
  EXPECT_EQ(reading.Settings()[0].value.number, 0x005D003BU);
  EXPECT_EQ(reading.Settings()[1].value.text, "a;b][c;d]");
}

TEST(RegistryPol, DeletionsAreMarkedAndKeepTheNameOfTheValue) {
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kRegistryPolReader,
                           kPolHeader + PolEntry(kKey, "**del.Enabled", kSz, Text(" ")) +
                               PolEntry(kKey, "**DelVals.", kSz, Text(" ")) +
                               PolEntry(kKey, "**deletevalues", kSz, Text("One;Two"))));
  ASSERT_EQ(reading.Settings().size(), 4U);
  EXPECT_EQ(reading.Settings()[0].action, PolicyAction::kDeleteValue);
  EXPECT_EQ(reading.Settings()[0].value.name, "Enabled");
  EXPECT_EQ(reading.Settings()[1].action, PolicyAction::kDeleteAllValues);
  EXPECT_EQ(reading.Settings()[2].value.name, "One");
  EXPECT_EQ(reading.Settings()[3].value.name, "Two");
  for (const PolicySetting& setting : reading.Settings()) {
    EXPECT_TRUE(setting.value.deleted);
  }
}

TEST(RegistryPol, OtherInstructionsAreNotTakenForValues) {
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kRegistryPolReader,
                           kPolHeader + PolEntry(kKey, "**soft.Enabled", kDword, Dword(1)) +
                               PolEntry(kKey, "**SecureKey=1", kDword, Dword(1)) +
                               PolEntry(kKey, "**DeleteKeys", kSz, Text("PINComplexity")) +
                               PolEntry(kKey, "**Comment:", kSz, Text("x")) +
                               PolEntry(kKey, "**NewWord", kDword, Dword(1))));
  ASSERT_EQ(reading.Settings().size(), 5U);
  EXPECT_EQ(reading.Settings()[0].action, PolicyAction::kSetIfMissing);
  EXPECT_EQ(reading.Settings()[0].value.name, "Enabled");
  EXPECT_EQ(reading.Settings()[1].action, PolicyAction::kSecureKey);
  EXPECT_EQ(reading.Settings()[2].action, PolicyAction::kDeleteKeys);
  EXPECT_EQ(reading.Settings()[2].value.text, "PINComplexity");
  EXPECT_EQ(reading.Settings()[3].action, PolicyAction::kComment);
  EXPECT_EQ(reading.Settings()[4].action, PolicyAction::kOther);
}

TEST(RegistryPol, KeysThatNobodyAsksAboutAreCountedOnly) {
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kRegistryPolReader,
                           kPolHeader + PolEntry("Software\\Contoso", "A", kDword, Dword(1))));
  EXPECT_EQ(reading.sink.record_count, 1U);
  EXPECT_TRUE(reading.Settings().empty());
}

TEST(RegistryPol, ASizeBeyondTheFileEndsTheReadingThere) {
  const std::string good = PolEntry(kKey, "Enabled", kDword, Dword(1));
  PolicyReading reading;
  ASSERT_TRUE(
      reading.Read(readers::kRegistryPolReader,
                   kPolHeader + good + PolEntryWithSize(kKey, "B", kDword, Dword(1), 0xFFFFFFF0U)));
  EXPECT_EQ(reading.Settings().size(), 1U);
  ASSERT_EQ(reading.sink.gaps.size(), 1U);
  EXPECT_EQ(reading.sink.gaps[0].place, 8U + good.size());
  EXPECT_EQ(reading.sink.gaps[0].why, WhyUnknown::kTruncated);
  EXPECT_EQ(reading.sink.gaps[0].message,
            "the data is longer than what is left of the file; the entries behind it are not read");
  EXPECT_FALSE(reading.records.Of<PolicyFile>()[0].complete);
}

TEST(RegistryPol, ASizeThatMissesTheEndOfTheDataIsDamageAndNotAValue) {
  for (const std::uint32_t size : {0U, 2U, 6U}) {
    PolicyReading reading;
    ASSERT_TRUE(reading.Read(
        readers::kRegistryPolReader,
        kPolHeader + PolEntryWithSize(kKey, "Enabled", kDword, Dword(1) + Dword(7), size)));
    EXPECT_TRUE(reading.Settings().empty()) << size;
    EXPECT_EQ(reading.sink.damaged_count, 1U) << size;
  }
}

TEST(RegistryPol, DataThatDoesNotFitItsTypeIsMalformed) {
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kRegistryPolReader,
                           kPolHeader + PolEntry(kKey, "Enabled", kDword, "\1\0")));
  ASSERT_EQ(reading.Settings().size(), 1U);
  EXPECT_TRUE(reading.Settings()[0].value.malformed);
  EXPECT_EQ(reading.sink.damaged_count, 1U);
}

TEST(RegistryPol, EveryTruncationIsAGapOrEndsBetweenEntries) {
  const std::string first = PolEntry(kKey, "Enabled", kDword, Dword(1));
  const std::string file = kPolHeader + first + PolEntry(kKey, "B", kSz, Text("x;y]"));
  for (std::size_t size = kPolHeader.size(); size < file.size(); ++size) {
    PolicyReading reading;
    ASSERT_TRUE(reading.Read(readers::kRegistryPolReader, file.substr(0, size)));
    const bool between = size == kPolHeader.size() || size == kPolHeader.size() + first.size();
    EXPECT_EQ(reading.sink.damaged_count, between ? 0U : 1U) << size;
    EXPECT_EQ(reading.records.Of<PolicyFile>()[0].complete, between) << size;
    EXPECT_EQ(reading.Settings().size(), size < kPolHeader.size() + first.size() ? 0U : 1U) << size;
  }
}

TEST(RegistryPol, AnotherVersionOrHalfAHeaderIsNoRegistryPol) {
  PolicyReading reading;
  EXPECT_FALSE(reading.Read(readers::kRegistryPolReader, "PReg" + Dword(2)));
  EXPECT_FALSE(reading.Read(readers::kRegistryPolReader, "PReg"));
  EXPECT_FALSE(reading.Read(readers::kRegistryPolReader, "regf"));
}

TEST(RegistryPol, RealFilesAreReadToTheirEnd) {
  // Entry counts: PROVENANCE.md.
  const std::vector<std::pair<std::string, std::uint64_t>> files = {{"errorreporting.pol", 20},
                                                                    {"machine_21.pol", 21},
                                                                    {"user_del_only.pol", 1},
                                                                    {"spotlight_user.pol", 2}};
  for (const auto& [name, entries] : files) {
    const std::string bytes = SharedFile("registrypol/" + name);
    if (bytes.empty()) {
      GTEST_SKIP() << "no " << WHFB_SHARED_DATA << "/registrypol/" << name;
    }
    PolicyReading reading;
    ASSERT_TRUE(reading.Read(readers::kRegistryPolReader, bytes));
    EXPECT_EQ(reading.sink.record_count, entries) << name;
    EXPECT_EQ(reading.sink.damaged_count, 0U) << name;
  }
}

}  // namespace

}  // namespace whfb::test
