#include <algorithm>
#include <array>
#include <string>

#include <gtest/gtest.h>

#include "samples/hive_writer.h"
#include "tests/hive/hive_files.h"

namespace whfb::test {
namespace {

using readers::Account;
using readers::RegistryRoot;
using readers::RegistryValue;
using samples::HiveSample;

constexpr std::string_view kAlice = "S-1-5-21-1-2-3-1104";
constexpr std::string_view kCloud = "S-1-12-1-1-2-3-4";

HiveSample User(std::string_view sid = kAlice) {
  HiveSample sample;
  sample.user_sid = sid;
  sample.file_name = "\\??\\C:\\Users\\alice\\ntuser.dat";
  sample.root.At("Environment");
  sample.root.At("Software\\Policies\\Microsoft\\PassportForWork").Number("Enabled", 1);
  return sample;
}

HiveSample System(std::uint32_t current) {
  HiveSample sample;
  sample.root.At("Select").Number("Default", 1).Number("Current", current);
  sample.root.At("ControlSet001\\Control\\Lsa").Number("DisableRestrictedAdmin", 1);
  sample.root.At("ControlSet002\\Control\\Lsa").Number("DisableRestrictedAdmin", 2);
  return sample;
}

const RegistryValue* Enabled(const Reading& reading, const std::string& hive) {
  return reading.Value(hive + "\\Software\\Policies\\Microsoft\\PassportForWork", "Enabled");
}

TEST(HiveIdentityTest, MapsTheCurrentControlSet) {
  for (const std::uint32_t current : {1U, 2U}) {
    Reading reading;
    ASSERT_TRUE(reading.Read(WriteHive(System(current)), "config/SYSTEM"));
    const RegistryValue* const value = reading.Value(
        "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Lsa", "DisableRestrictedAdmin");
    ASSERT_NE(value, nullptr);
    EXPECT_EQ(value->number, current);
    EXPECT_EQ(reading.records.Of<RegistryValue>().size(), 1U);
  }
}

TEST(HiveIdentityTest, ClaimsNothingWhenNoControlSetIsCurrent) {
  Reading reading;
  ASSERT_TRUE(reading.Read(WriteHive(System(3)), "config/SYSTEM"));
  EXPECT_TRUE(reading.records.Of<RegistryValue>().empty());
  const RegistryRoot* const root =
      reading.Root("HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Kdc");
  ASSERT_NE(root, nullptr);
  EXPECT_FALSE(root->complete);
  EXPECT_EQ(root->why, WhyUnknown::kMalformed);
  ASSERT_EQ(reading.sink.gaps.size(), 1U);
  EXPECT_EQ(reading.sink.gaps[0].message, "cell 0x20 does not tell which control set is current");
}

TEST(HiveIdentityTest, NamesTheUserByTheSecurityOfTheRoot) {
  for (const std::string_view sid : {kAlice, kCloud}) {
    Reading reading;
    reading.context.account = Account::kSystem;  // who collected says nothing about whose it is
    ASSERT_TRUE(reading.Read(WriteHive(User(sid)), "Users/alice/NTUSER.DAT"));
    const RegistryValue* const value = Enabled(reading, "HKEY_USERS\\" + std::string(sid));
    ASSERT_NE(value, nullptr);
    EXPECT_EQ(value->context.account, Account::kUser);
    EXPECT_EQ(value->context.user_sid, sid);
  }
}

TEST(HiveIdentityTest, DoesNotGuessAUser) {
  HiveSample sample = User("");
  Reading reading;
  reading.context.account = Account::kSystem;
  ASSERT_TRUE(reading.Read(WriteHive(sample), "Users/alice/NTUSER.DAT"));
  EXPECT_TRUE(reading.records.Of<RegistryValue>().empty());
  EXPECT_TRUE(reading.records.Of<RegistryRoot>().empty());
  ASSERT_EQ(reading.sink.gaps.size(), 1U);
  EXPECT_EQ(reading.sink.gaps[0].why, WhyUnknown::kAmbiguous);
  EXPECT_EQ(reading.sink.gaps[0].message,
            "the hive of a user does not tell whose it is: nothing of it is kept");
}

TEST(HiveIdentityTest, TakesTheSidOfThePathWhenTheHiveNamesNone) {
  Reading reading;
  ASSERT_TRUE(reading.Read(WriteHive(User("")), "hives/S-1-5-21-7-8-9-1001/NTUSER.DAT"));
  EXPECT_NE(Enabled(reading, "HKEY_USERS\\S-1-5-21-7-8-9-1001"), nullptr);
}

TEST(HiveIdentityTest, KnowsTheAccountsThatAreNoPeople) {
  HiveSample sample = User("");
  sample.file_name = "\\SystemRoot\\System32\\Config\\DEFAULT";
  Reading system;
  ASSERT_TRUE(system.Read(WriteHive(sample), "config/DEFAULT"));
  EXPECT_NE(Enabled(system, "HKEY_USERS\\.DEFAULT"), nullptr);
  sample.file_name = "\\??\\C:\\Users\\Default\\NTUSER.DAT";
  Reading fresh;
  ASSERT_TRUE(fresh.Read(WriteHive(sample), "Users/Default/NTUSER.DAT"));
  EXPECT_TRUE(fresh.records.Of<RegistryValue>().empty());
  EXPECT_TRUE(fresh.records.Of<RegistryRoot>().empty());
}

TEST(HiveIdentityTest, ReadsASavedSoftwareKeyOfAUser) {
  HiveSample sample;
  sample.user_sid = kAlice;
  sample.root.name = "Software";
  sample.root.At("Microsoft");
  sample.root.At("Policies\\Microsoft\\PassportForWork").Number("Enabled", 1);
  Reading reading;
  ASSERT_TRUE(reading.Read(WriteHive(sample), "saved.hiv"));
  EXPECT_NE(Enabled(reading, "HKEY_USERS\\" + std::string(kAlice)), nullptr);
}

TEST(HiveIdentityTest, NeverTouchesTheValuesOfSamAndSecurity) {
  HiveSample sample;
  sample.root.At("Policy\\Secrets\\DPAPI_SYSTEM\\CurrVal").Number("", 1);
  sample.root.At("RXACT");
  Bytes hive = WriteHive(sample);
  // The signature of the value is spoilt: whoever looked at it would complain.
  const std::array<std::byte, 2> signature = {std::byte{'v'}, std::byte{'k'}};
  const auto value = std::search(hive.begin(), hive.end(), signature.begin(), signature.end());
  ASSERT_NE(value, hive.end());
  *value = std::byte{'x'};
  Reading reading;
  ASSERT_TRUE(reading.Read(hive, "config/SECURITY"));
  EXPECT_TRUE(reading.sink.gaps.empty());
  EXPECT_EQ(reading.sink.record_count, 5U + 1U);
  EXPECT_TRUE(reading.records.Of<RegistryValue>().empty());
}

TEST(HiveIdentityTest, KeepsNothingOfAHiveWhosePlaceIsNotTold) {
  HiveSample sample;
  sample.root.At("Policies\\Microsoft\\PassportForWork").Number("Enabled", 1);
  Reading reading;
  ASSERT_TRUE(reading.Read(WriteHive(sample), "export.bin"));
  EXPECT_TRUE(reading.records.Of<RegistryValue>().empty());
  EXPECT_EQ(reading.sink.note, "regf 1.5, place in the registry not told, 3 keys, 1 values");
}

TEST(HiveIdentityTest, BelievesANameOnlyAboutWhatIsThere) {
  HiveSample sample;
  sample.root.At("Policies\\Microsoft\\PassportForWork").Number("Enabled", 1);
  Reading reading;
  ASSERT_TRUE(reading.Read(WriteHive(sample), "config/SOFTWARE"));
  EXPECT_NE(reading.Value("HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\PassportForWork",
                          "Enabled"),
            nullptr);
  const RegistryRoot* const root =
      reading.Root("HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Enrollments");
  ASSERT_NE(root, nullptr);
  EXPECT_FALSE(root->complete);
  EXPECT_EQ(root->why, WhyUnknown::kAmbiguous);
}

TEST(HiveIdentityTest, MarksOldCopiesAsOutdated) {
  for (const std::string_view path :
       {"Windows/System32/config/RegBack/SYSTEM", "Windows.old/Windows/System32/config/SYSTEM",
        "D/VSS3/C/Windows/System32/config/SYSTEM",
        "%5C%5C%3F%5CGLOBALROOT%5CDevice%5CHarddiskVolumeShadowCopy1/Windows/System32/config/"
        "SYSTEM"}) {
    SCOPED_TRACE(path);
    Reading reading;
    ASSERT_TRUE(reading.Read(WriteHive(System(1)), path));
    ASSERT_FALSE(reading.records.Of<RegistryValue>().empty());
    EXPECT_TRUE(reading.records.Of<RegistryValue>()[0].source.outdated);
  }
  for (const std::string_view path : {"C/Windows/System32/config/SYSTEM", "vss/SYSTEM"}) {
    SCOPED_TRACE(path);
    Reading reading;
    ASSERT_TRUE(reading.Read(WriteHive(System(1)), path));
    ASSERT_FALSE(reading.records.Of<RegistryValue>().empty());
    EXPECT_FALSE(reading.records.Of<RegistryValue>()[0].source.outdated);
  }
}

}  // namespace
}  // namespace whfb::test
