#include <gtest/gtest.h>

#include "tests/group_policy/policy_facts.h"

namespace whfb::test {

namespace {

constexpr std::string_view kGpo = "{11111111-1111-1111-1111-111111111111}";
constexpr std::string_view kFolder = "sysvol/Policies/{11111111-1111-1111-1111-111111111111}/";
constexpr std::string_view kKey = "SOFTWARE\\Policies\\Microsoft\\PassportForWork";
constexpr std::string_view kTemplate =
    "[Unicode]\r\nUnicode=yes\r\n[Version]\r\nsignature=\"$CHICAGO$\"\r\nRevision=1\r\n"
    "[Registry Values]\r\n"
    "MACHINE\\Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\"
    "consentpromptbehavioruser=4,1\r\n"
    "MACHINE\\Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\Other=4,1\r\n"
    "[Privilege Rights]\r\nSeRemoteInteractiveLogonRight = *S-1-5-32-555,*S-1-5-32-544\r\n";

struct GpoSettingTest : testing::Test {
  PolicyFacts bundle;

  void ReadPol(std::string_view half, const std::string& entries) {
    const std::string path = std::string(kFolder).append(half).append("/Registry.pol");
    ASSERT_TRUE(bundle.reading.Read(readers::kRegistryPolReader, kPolHeader + entries, path));
  }

  void ReadTemplate() {
    const std::string path =
        std::string(kFolder).append("Machine/Microsoft/Windows NT/SecEdit/GptTmpl.inf");
    ASSERT_TRUE(bundle.reading.Read(readers::kGptTmplReader, kTemplate, path));
  }

  const Table& Run() {
    bundle.Collect(collectors::kGpoSettingCollector);
    return bundle.facts.Environment().facts.TableOf("environment.gpo_setting");
  }

  static std::string Text(const Table& table, std::size_t row, std::string_view column) {
    const auto at = static_cast<std::size_t>(FindColumn(table.spec(), column));
    return ValueText(table.Row(row)[at], table.spec().columns[at].type);
  }

  // Of a table of GPOs: the first one's cell, or how many there are when they are not one.
  std::string Gpo(std::string_view id, std::string_view column) {
    const Table& table = bundle.facts.Environment().facts.TableOf(id);
    EXPECT_EQ(table.coverage(), Coverage::kPartial);
    return table.size() == 1 ? Text(table, 0, column) : std::to_string(table.size()) + " rows";
  }
};

TEST_F(GpoSettingTest, TellsWhichGpoConfiguresHelloAndHow) {
  ReadPol("Machine", PolEntry(kKey, "Enabled", 4, Dword(1)));
  const Table& table = Run();
  ASSERT_EQ(table.size(), 1U);
  EXPECT_EQ(Text(table, 0, "gpo"), kGpo);
  EXPECT_EQ(Text(table, 0, "scope"), "computer");
  EXPECT_EQ(Text(table, 0, "key"), "software\\policies\\microsoft\\passportforwork");
  EXPECT_EQ(Text(table, 0, "name"), "Enabled");
  EXPECT_EQ(Text(table, 0, "area"), "whfb");
  EXPECT_EQ(Text(table, 0, "action"), "set");
  EXPECT_EQ(Text(table, 0, "number"), "1");
  EXPECT_EQ(Text(table, 0, "data"), "1");
  EXPECT_EQ(Gpo("environment.gpo_whfb", "gpo"), kGpo);
  EXPECT_EQ(Gpo("environment.gpo_uac", "gpo"), "0 rows");
}

TEST_F(GpoSettingTest, TheUserHalfIsAnotherRow) {
  ReadPol("Machine", PolEntry(kKey, "Enabled", 4, Dword(1)));
  ReadPol("User", PolEntry(kKey, "Enabled", 4, Dword(0)));
  const Table& table = Run();
  ASSERT_EQ(table.size(), 2U);
  EXPECT_EQ(Text(table, 1, "scope"), "user");
  EXPECT_EQ(Text(table, 1, "number"), "0");
}

TEST_F(GpoSettingTest, ADeletionIsNoSettingAndHasNoData) {
  ReadPol("Machine", PolEntry(kKey, "**del.Enabled", 1, std::string(" \0\0\0", 4)));
  const Table& table = Run();
  ASSERT_EQ(table.size(), 1U);
  EXPECT_EQ(Text(table, 0, "name"), "Enabled");
  EXPECT_EQ(Text(table, 0, "action"), "delete-value");
  EXPECT_TRUE(table.Row(0)[static_cast<std::size_t>(FindColumn(table.spec(), "data"))].absent());
  EXPECT_EQ(Gpo("environment.gpo_whfb", "gpo"), "0 rows");
}

TEST_F(GpoSettingTest, TemplatesTellUacAndUserRights) {
  ReadTemplate();
  const Table& table = Run();
  ASSERT_EQ(table.size(), 2U);  // "Other" is no setting of UAC prompts
  EXPECT_EQ(Text(table, 0, "area"), "uac");
  EXPECT_EQ(Text(table, 0, "name"), "ConsentPromptBehaviorUser");
  EXPECT_EQ(Text(table, 0, "number"), "1");
  EXPECT_EQ(Text(table, 1, "area"), "user-rights");
  EXPECT_EQ(Text(table, 1, "data"), "S-1-5-32-555; S-1-5-32-544");
  EXPECT_EQ(Gpo("environment.gpo_uac", "gpo"), kGpo);
}

TEST_F(GpoSettingTest, NoFolderOfGpoFilesIsKnownToBeAllOfThem) {
  ReadPol("Machine", PolEntry(kKey, "Enabled", 4, Dword(1)));
  const Table& table = Run();
  EXPECT_EQ(table.coverage(), Coverage::kPartial);
  EXPECT_EQ(table.why(), WhyUnknown::kNotCollected);
}

TEST_F(GpoSettingTest, ACutFileSaysSo) {
  ReadPol("Machine", PolEntry(kKey, "Enabled", 4, Dword(1)).substr(0, 40));
  EXPECT_EQ(Run().why(), WhyUnknown::kTruncated);
}

TEST_F(GpoSettingTest, ReportAndFilesOfOneGpoAreOneRowAndTheReportNamesIt) {
  ReadPol("Machine", PolEntry(kKey, "Enabled", 4, Dword(1)));
  ASSERT_TRUE(bundle.reading.Read(
      readers::kGpoReportReader,
      std::string("<GPO xmlns=\"http://www.microsoft.com/GroupPolicy/Settings\">")
          .append("<Identifier><Identifier>")
          .append(kGpo)
          .append("</Identifier></Identifier><Name>Workstations</Name><Computer>")
          .append(Extension("Registry",
                            "<q1:RegistrySetting><q1:KeyPath>Software\\Policies"
                            "\\Microsoft\\PassportForWork</q1:KeyPath><q1:Value>"
                            "<q1:Name>Enabled</q1:Name><q1:Number>1</q1:Number>"
                            "</q1:Value></q1:RegistrySetting>"))
          .append("</Computer></GPO>")));
  const Table& table = Run();
  ASSERT_EQ(table.size(), 1U);
  EXPECT_EQ(Text(table, 0, "gpo_name"), "Workstations");
  EXPECT_EQ(Gpo("environment.gpo_whfb", "gpo_name"), "Workstations");
}

// With both files and a report that says whether the computer half is on.
class GpoHalfTest : public GpoSettingTest, public testing::WithParamInterface<bool> {};

TEST_P(GpoHalfTest, ConfiguresNothingWhereItIsTurnedOff) {
  ReadPol("Machine", PolEntry(kKey, "Enabled", 4, Dword(1)));
  ReadTemplate();
  ASSERT_TRUE(bundle.reading.Read(
      readers::kGpoReportReader,
      std::string("<GPO xmlns=\"http://www.microsoft.com/GroupPolicy/Settings\">")
          .append("<Identifier><Identifier>")
          .append(kGpo)
          .append("</Identifier></Identifier><Name>Workstations</Name><Computer><Enabled>")
          .append(GetParam() ? "true" : "false")
          .append("</Enabled></Computer></GPO>")));
  EXPECT_EQ(Run().size(), 3U);
  EXPECT_EQ(Gpo("environment.gpo_whfb", "gpo"), GetParam() ? kGpo : "0 rows");
  EXPECT_EQ(Gpo("environment.gpo_uac", "gpo"), GetParam() ? kGpo : "0 rows");
}

INSTANTIATE_TEST_SUITE_P(OnAndOff, GpoHalfTest, testing::Bool());

TEST_F(GpoSettingTest, AFileWhoseGpoIsNotToldIsARowOfItsOwn) {
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(bundle.reading.Read(readers::kRegistryPolReader,
                                    kPolHeader + PolEntry(kKey, "Enabled", 4, Dword(1))));
  }
  const Table& table = Run();
  ASSERT_EQ(table.size(), 2U);
  EXPECT_TRUE(table.Row(0)[0].unknown());
  EXPECT_TRUE(table.Row(0)[1].unknown());
}

TEST_F(GpoSettingTest, WhatDevicesAppliedIsNoIntent) {
  ASSERT_TRUE(bundle.reading.Read(
      readers::kGpresultReader,
      Rsop("ComputerResults", UacOption("ConsentPromptBehaviorUser", "1", "1"))));
  EXPECT_EQ(Run().size(), 0U);
}

}  // namespace

}  // namespace whfb::test
