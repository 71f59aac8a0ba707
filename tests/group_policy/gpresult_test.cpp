#include <gtest/gtest.h>

#include "collectors/readers/xml_tree.h"
#include "tests/group_policy/policy_reading.h"

namespace whfb::test {

namespace {

using readers::PolicyAction;
using readers::PolicyHint;
using readers::PolicyObject;
using readers::PolicyOrigin;
using readers::PolicyResults;
using readers::PolicyScope;
using readers::PolicySetting;
using readers::PrivilegeRight;

constexpr std::string_view kSystem =
    "HKEY_LOCAL_MACHINE\\Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System";
constexpr std::string_view kBegin =
    "<Rsop xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
    "xmlns=\"http://www.microsoft.com/GroupPolicy/Rsop\">"
    "<ReadTime>2026-11-20T08:30:00Z</ReadTime><DataType>LoggedData</DataType>";

std::string Option(std::string_view inner) {
  return std::string(
             "<ExtensionData><Extension xmlns:q1=\"http://www.microsoft.com/GroupPolicy/Settings/"
             "Security\" xsi:type=\"q1:SecuritySettings\"><q1:SecurityOptions>"
             "<Precedence>1</Precedence>"
             "<q1:KeyName>MACHINE\\Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\"
             "EnableLUA</q1:KeyName>")
      .append(inner)
      .append("</q1:SecurityOptions></Extension></ExtensionData>");
}

std::string Computer(std::string_view inner) {
  return std::string(kBegin)
      .append("<ComputerResults>")
      .append(inner)
      .append("</ComputerResults></Rsop>");
}

PolicyReading& ReadGolden(PolicyReading& reading, std::string_view name) {
  EXPECT_TRUE(reading.Read(readers::kGpresultReader, GoldenFile(name))) << name;
  return reading;
}

TEST(Gpresult, ReadsTheWinningSecurityOptionWithItsGpo) {
  PolicyReading reading;
  ReadGolden(reading, "gpresult/both-halves-german.in.xml");
  const PolicySetting* const winner = reading.Find("ConsentPromptBehaviorUser", 1);
  ASSERT_NE(winner, nullptr);
  EXPECT_EQ(winner->value.key, kSystem);
  EXPECT_EQ(winner->value.number, 1U);
  EXPECT_EQ(winner->origin, PolicyOrigin::kLogged);
  EXPECT_EQ(winner->scope, PolicyScope::kComputer);
  EXPECT_EQ(winner->gpo, "{11111111-1111-1111-1111-111111111111}");
  EXPECT_EQ(winner->gpo_name, "Arbeitspl\xC3\xA4tze");
  EXPECT_FALSE(winner->in_doubt);
  const PolicySetting* const loser = reading.Find("ConsentPromptBehaviorUser", 2);
  ASSERT_NE(loser, nullptr);
  EXPECT_EQ(loser->value.number, 3U);
}

TEST(Gpresult, PrefixesDecideNothing) {
  PolicyReading one;
  PolicyReading other;
  ReadGolden(one, "gpresult/both-halves-german.in.xml");
  ReadGolden(other, "gpresult/computer-only.in.xml");  // other prefixes, UTF-8, one half
  ASSERT_EQ(one.Settings().size(), other.Settings().size());
  for (std::size_t i = 0; i < one.Settings().size(); ++i) {
    EXPECT_EQ(one.Settings()[i].value.name, other.Settings()[i].value.name);
    EXPECT_EQ(one.Settings()[i].value.number, other.Settings()[i].value.number);
  }
  EXPECT_EQ(other.records.Of<PolicyResults>().size(), 1U);
  EXPECT_EQ(other.sink.note, "utf-8, applied policy: computer");
}

TEST(Gpresult, AnotherNamespaceWithTheSameNamesIsNoSetting) {
  std::string text = Computer(Option("<q1:SettingNumber>1</q1:SettingNumber>"));
  text.replace(text.find("Settings/Security"), 17, "Settings/Elsewhat");
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kGpresultReader, text));
  EXPECT_TRUE(reading.Settings().empty());
}

TEST(Gpresult, SimulationIsNotAppliedPolicy) {
  PolicyReading reading;
  ReadGolden(reading, "gpresult/planning.in.xml");
  for (const PolicySetting& setting : reading.Settings()) {
    EXPECT_EQ(setting.origin, PolicyOrigin::kPlanned);
  }
  EXPECT_EQ(reading.sink.note, "utf-16le, simulation, nothing was applied: computer");
}

TEST(Gpresult, WithoutADataTypeNothingCountsAsApplied) {
  std::string text = Computer(Option("<q1:SettingNumber>1</q1:SettingNumber>"));
  text.replace(text.find("LoggedData"), 10, "Protokoll.");
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kGpresultReader, text));
  EXPECT_EQ(reading.Settings()[0].origin, PolicyOrigin::kPlanned);
  EXPECT_EQ(reading.sink.damaged_count, 1U);
}

TEST(Gpresult, TellsWhichGpoWasDenied) {
  PolicyReading reading;
  ReadGolden(reading, "gpresult/both-halves-german.in.xml");
  std::vector<std::pair<std::string_view, bool>> applied;
  for (const PolicyObject& gpo : reading.records.Of<PolicyObject>()) {
    if (gpo.scope == PolicyScope::kComputer) {
      ASSERT_TRUE(gpo.Applied().present());
      applied.emplace_back(gpo.name, gpo.Applied().value);
    }
  }
  const std::vector<std::pair<std::string_view, bool>> expected = {
      {"Arbeitspl\xC3\xA4tze", true},
      {"Baseline", true},
      {"Lokale Gruppenrichtlinie", false},  // empty
      {"Server", false}};                   // filtered
  EXPECT_EQ(applied, expected);
}

TEST(Gpresult, AListingThatDoesNotSayWhetherAGpoAppliedLeavesItOpen) {
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kGpresultReader,
                           Computer("<GPO><Name>x</Name><IsValid>true</IsValid></GPO>")));
  EXPECT_FALSE(reading.records.Of<PolicyObject>()[0].Applied().present());
}

TEST(Gpresult, TheSidOfTheUserHalfComesFromItsEvents) {
  PolicyReading reading;
  ReadGolden(reading, "gpresult/both-halves-german.in.xml");
  const auto halves = reading.records.Of<PolicyResults>();
  ASSERT_EQ(halves.size(), 2U);
  EXPECT_EQ(halves[0].scope, PolicyScope::kUser);
  EXPECT_EQ(halves[0].user_sid, "S-1-5-21-1-2-3-1104");
  EXPECT_EQ(halves[1].account, "CONTOSO\\PC-0042$");
  EXPECT_EQ(halves[1].user_sid, "");
  EXPECT_EQ(FormatTime(halves[1].read_time.value), "2026-02-20T08:30:00Z");
}

// A day after the scan is what clocks may differ by (design, section 4).
TEST(Gpresult, AReadTimeThatCannotBeRightIsAGapAndNoTime) {
  const std::string good = "<ReadTime>2026-11-20T08:30:00Z</ReadTime>";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {good, ""},
      {"<ReadTime>2026-11-21T08:00:00Z</ReadTime>", ""},
      {"", "ReadTime is missing: nothing tells when the result was read"},
      {"<ReadTime/>", "ReadTime is no time: nothing tells when the result was read"},
      {"<ReadTime>garbage</ReadTime>",
       "ReadTime is no time: nothing tells when the result was read"},
      {"<ReadTime>2031-11-18T09:00:00Z</ReadTime>",
       "ReadTime lies after the scan: nothing tells when the result was read"},
  };
  for (const auto& [read_time, gap] : cases) {
    std::string text = Computer("<Name>CONTOSO\\PC-0042$</Name>");
    text.replace(text.find(good), good.size(), read_time);
    PolicyReading reading;
    reading.now = *ParseTime("2026-11-20T09:00:00Z", "now");
    ASSERT_TRUE(reading.Read(readers::kGpresultReader, text)) << read_time;
    EXPECT_EQ(reading.records.Of<PolicyResults>()[0].read_time.present(), gap.empty()) << read_time;
    ASSERT_EQ(reading.sink.gaps.size(), gap.empty() ? 0U : 1U) << read_time;
    EXPECT_EQ(reading.sink.gaps.empty() ? "" : reading.sink.gaps[0].message, gap) << read_time;
  }
}

TEST(Gpresult, AdmxPoliciesAreHintsAndNeverValues) {
  PolicyReading reading;
  ReadGolden(reading, "gpresult/both-halves-german.in.xml");
  ASSERT_EQ(reading.records.Of<PolicyHint>().size(), 1U);
  EXPECT_EQ(reading.records.Of<PolicyHint>()[0].name, "Windows Hello for Business verwenden");
  for (const PolicySetting& setting : reading.Settings()) {
    EXPECT_EQ(setting.value.name.find("Hello"), std::string_view::npos);
  }
}

TEST(Gpresult, AKeyWithoutAValueMakesAKey) {
  PolicyReading reading;
  ReadGolden(reading, "gpresult/both-halves-german.in.xml");
  ASSERT_NE(reading.Find(""), nullptr);
  EXPECT_EQ(reading.Find("")->action, PolicyAction::kCreateKey);
  ASSERT_NE(reading.Find("Enabled"), nullptr);
  EXPECT_EQ(reading.Find("Enabled")->action, PolicyAction::kSet);
  EXPECT_EQ(reading.Find("Enabled")->value.number, 1U);
}

TEST(Gpresult, UserRightsPreferTheSid) {
  PolicyReading reading;
  ReadGolden(reading, "gpresult/both-halves-german.in.xml");
  const auto rights = reading.records.Of<PrivilegeRight>();
  ASSERT_EQ(rights.size(), 1U);
  EXPECT_EQ(rights[0].name, "SeRemoteInteractiveLogonRight");
  EXPECT_EQ(rights[0].members[0], "S-1-5-32-555");
}

// The status of the security extension.
std::string SecurityStatus(std::string_view rest) {
  return std::string(
             "<ExtensionStatus><Identifier>{827d319e-6eac-11d2-a4ea-00c04f79f83a}</Identifier>")
      .append(rest)
      .append("</ExtensionStatus>");
}

struct StatusCase {
  std::string status{};
  bool in_doubt = false;
};

TEST(Gpresult, ASettingIsInDoubtUnlessItsExtensionTellsThatItHadNoError) {
  const std::string whole = "<LoggingStatus>Complete</LoggingStatus>";
  const std::string other =
      "<ExtensionStatus><Identifier>{35378EAC-683F-11D2-A89A-00C04FBBCFA2}</Identifier>"
      "<Error>0</Error></ExtensionStatus>";
  const std::vector<StatusCase> cases = {
      {SecurityStatus(whole + "<Error>0</Error>"), false},
      {SecurityStatus("<Error>0</Error>"), false},
      {SecurityStatus(whole + "<Error>1332</Error>"), true},
      {SecurityStatus(whole + "<Error/>"), true},
      {SecurityStatus(whole), true},
      {SecurityStatus("<LoggingStatus>NotSupported</LoggingStatus><Error>0</Error>"), true},
      {SecurityStatus("<Error>0</Error>") + SecurityStatus("<Error>1</Error>"), true},
      {SecurityStatus("<Error>1</Error>") + SecurityStatus("<Error>0</Error>"), true},
      {other, true},
      {"", true},
  };
  for (const StatusCase& one : cases) {
    PolicyReading reading;
    ASSERT_TRUE(
        reading.Read(readers::kGpresultReader,
                     Computer(one.status + Option("<q1:SettingNumber>1</q1:SettingNumber>"))));
    EXPECT_EQ(reading.Settings()[0].in_doubt, one.in_doubt) << one.status;
  }
}

TEST(Gpresult, ASettingOfABlockedExtensionIsInDoubt) {
  std::string option = Option("<q1:SettingNumber>1</q1:SettingNumber>");
  option.insert(option.find("</Extension>"), "<q1:Blocked>true</q1:Blocked>");
  PolicyReading blocked;
  ASSERT_TRUE(blocked.Read(readers::kGpresultReader,
                           Computer(SecurityStatus("<Error>0</Error>") + option)));
  EXPECT_TRUE(blocked.Settings()[0].in_doubt);
}

TEST(Gpresult, WhatIsNoNumberIsMalformed) {
  for (const std::string_view inner :
       {"<q1:SettingNumber>one</q1:SettingNumber>", "<q1:SettingNumber/>", "",
        "<q1:SettingNumber>-1</q1:SettingNumber>",
        "<q1:SettingNumber>4294967296</q1:SettingNumber>",
        "<q1:SettingNumber>2<![CDATA[5]]></q1:SettingNumber>"}) {
    PolicyReading reading;
    ASSERT_TRUE(reading.Read(readers::kGpresultReader, Computer(Option(inner)))) << inner;
    ASSERT_EQ(reading.Settings().size(), 1U) << inner;
    EXPECT_TRUE(reading.Settings()[0].value.malformed) << inner;
    EXPECT_EQ(reading.sink.damaged_count, 1U) << inner;
  }
}

TEST(Gpresult, SurvivesEveryTruncationWithoutInventingANumber) {
  const std::string whole = Computer(Option("<q1:SettingNumber>25</q1:SettingNumber>"));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    PolicyReading reading;
    (void)reading.Read(readers::kGpresultReader, whole.substr(0, size));
    for (const PolicySetting& setting : reading.Settings()) {
      EXPECT_EQ(setting.value.number, 25U) << size;
    }
    for (const PolicyResults& half : reading.records.Of<PolicyResults>()) {
      EXPECT_TRUE(!half.complete || size > whole.find("</ComputerResults>")) << size;
    }
  }
}

TEST(Gpresult, ADocumentTypeIsRefusedAndNothingIsExpanded) {
  PolicyReading reading;
  const std::string text =
      "<?xml version=\"1.0\"?><!DOCTYPE Rsop [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">"
      "<!ENTITY c SYSTEM \"file:///etc/hostname\">]>" +
      Computer("<Name>&b;&c;</Name>");
  EXPECT_FALSE(reading.Read(readers::kGpresultReader, text));
  EXPECT_TRUE(reading.records.Of<PolicyResults>().empty());
}

TEST(Gpresult, DeepNestingIsAGapAndTheHalfIsNotComplete) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) {
    deep.append("<a>");
  }
  for (int i = 0; i < 100'000; ++i) {
    deep.append("</a>");
  }
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kGpresultReader, Computer(deep)));
  ASSERT_EQ(reading.sink.gaps.size(), 1U);
  EXPECT_EQ(reading.sink.gaps[0].why, WhyUnknown::kTooLarge);
  EXPECT_FALSE(reading.records.Of<PolicyResults>()[0].complete);
}

TEST(Gpresult, ADocumentOfMoreThanAMillionTagsIsRefusedUnparsed) {
  std::string many(kBegin);
  for (std::size_t i = 0; i < readers::XmlTree::kMaxTags; ++i) {
    many.append("<a/>");
  }
  PolicyReading reading;
  const Status status = reading.Read(readers::kGpresultReader, many);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().ToString(), "test.in: more than 1048576 tags");
}

TEST(Gpresult, ADocumentOfMoreThanAMillionAttributesIsRefusedUnparsed) {
  std::string many = std::string(kBegin).append("<a");
  for (std::size_t i = 0; i < readers::XmlTree::kMaxTags; ++i) {
    many.append(" a=''");
  }
  PolicyReading reading;
  const Status status = reading.Read(readers::kGpresultReader, many);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().ToString(), "test.in: more than 1048576 attributes");
}

TEST(Gpresult, ARealMemberServer) {
  // Values read off the file by hand: SecurityOptions with KeyName ...\System\<name>.
  const std::string bytes =
      SharedFile("gpresult/GPResult_memberserver_user_and_computer_oct2023.xml");
  if (bytes.empty()) {
    GTEST_SKIP() << "no " << WHFB_SHARED_DATA << "/gpresult";
  }
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kGpresultReader, bytes));
  EXPECT_EQ(reading.Find("ConsentPromptBehaviorAdmin", 1)->value.number, 2U);
  EXPECT_EQ(reading.Find("ConsentPromptBehaviorUser", 1)->value.number, 0U);
  EXPECT_EQ(reading.Find("PromptOnSecureDesktop", 1)->value.number, 1U);
  EXPECT_EQ(reading.Find("EnableLUA", 1)->value.number, 1U);
  EXPECT_EQ(reading.Find("EnableLUA", 1)->gpo_name, "2 Local Policies DC");
  EXPECT_EQ(reading.sink.damaged_count, 0U);
}

}  // namespace

}  // namespace whfb::test
