#include <gtest/gtest.h>

#include "tests/group_policy/policy_reading.h"

namespace whfb::test {

namespace {

using readers::PolicyFile;
using readers::PolicyOrigin;
using readers::PolicyScope;
using readers::PolicySetting;
using readers::PrivilegeRight;
using readers::RegistryType;

constexpr std::string_view kHead =
    "[Unicode]\r\nUnicode=yes\r\n[Version]\r\nsignature=\"$CHICAGO$\"\r\nRevision=1\r\n";
constexpr std::string_view kValues = "[Registry Values]\r\n";
constexpr std::string_view kSystem =
    "MACHINE\\Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\";
constexpr std::string_view kPath =
    "Policies/{6AC1786C-016F-11D2-945F-00C04FB984F9}/MACHINE/Microsoft/Windows "
    "NT/SecEdit/GptTmpl.inf";

std::string Template(std::string_view lines) {
  return std::string(kHead).append(kValues).append(lines);
}

std::string Line(std::string_view rest) {
  return std::string(kSystem).append(rest).append("\r\n");
}

int Recognise(const readers::ReaderSpec& reader, std::string_view text, std::string_view name) {
  return reader.recognise({std::as_bytes(std::span(text)), name});
}

TEST(GptTmpl, ReadsSecurityOptionsOfTheGpoInThePath) {
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kGptTmplReader,
                           "\xFF\xFE" + Wide(Template(Line("ConsentPromptBehaviorUser=4,1"))),
                           kPath));
  ASSERT_EQ(reading.Settings().size(), 1U);
  const PolicySetting& setting = reading.Settings()[0];
  EXPECT_EQ(setting.origin, PolicyOrigin::kSecurityTemplate);
  EXPECT_EQ(setting.scope, PolicyScope::kComputer);
  EXPECT_EQ(setting.gpo, "{6AC1786C-016F-11D2-945F-00C04FB984F9}");
  EXPECT_EQ(setting.value.key,
            "HKEY_LOCAL_MACHINE\\Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System");
  EXPECT_EQ(setting.value.name, "ConsentPromptBehaviorUser");
  EXPECT_EQ(setting.value.number, 1U);
  EXPECT_EQ(setting.value.source.place, 7U);
  EXPECT_EQ(reading.sink.note, "utf-16le");
}

TEST(GptTmpl, ReadsEightBitText) {
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kGptTmplReader, Template(Line("EnableLUA=4,0"))));
  EXPECT_EQ(reading.Find("EnableLUA")->value.number, 0U);
}

TEST(GptTmpl, ReadsTextAndListsWithQuotedCommas) {
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kGptTmplReader,
                           Template(Line("LegalNoticeCaption=1,\"a, b\"") +
                                    Line("LegalNoticeText=7,One\",\" still one,Two"))));
  EXPECT_EQ(reading.Find("LegalNoticeCaption")->value.text, "a, b");
  EXPECT_EQ(reading.Find("LegalNoticeText")->value.type, RegistryType::kMultiText);
  EXPECT_EQ(reading.Find("LegalNoticeText")->value.text, "One, still one\nTwo");
}

TEST(GptTmpl, ANameMayHoldAnEqualsSign) {
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kGptTmplReader, Template(Line("A=B = 4 , 2"))));
  ASSERT_NE(reading.Find("A=B"), nullptr);
  EXPECT_EQ(reading.Find("A=B")->value.number, 2U);
}

TEST(GptTmpl, WhatIsNoNumberIsMalformedAndNotZero) {
  for (const std::string_view data : {"", "one", "-1", "4294967296", "1 2", "0x1"}) {
    PolicyReading reading;
    ASSERT_TRUE(reading.Read(readers::kGptTmplReader,
                             Template(Line(std::string("EnableLUA=4,").append(data)))));
    ASSERT_NE(reading.Find("EnableLUA"), nullptr) << data;
    EXPECT_TRUE(reading.Find("EnableLUA")->value.malformed) << data;
    EXPECT_EQ(reading.sink.damaged_count, 1U) << data;
  }
}

TEST(GptTmpl, LinesThatAreNoSettingAreGaps) {
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(
      readers::kGptTmplReader,
      Template("MACHINE=4,1\r\n=4,1\r\nELSEWHERE\\a\\b=4,1\r\n" + Line("=4,1") + Line("x"))));
  EXPECT_TRUE(reading.Settings().empty());
  EXPECT_EQ(reading.sink.damaged_count, 5U);
}

TEST(GptTmpl, ALineThatDoesNotEndMayBeCutShort) {
  // "4,1" may have been "4,10".
  const std::string whole = Template(Line("EnableLUA=4,1"));
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kGptTmplReader, whole.substr(0, whole.size() - 2)));
  ASSERT_NE(reading.Find("EnableLUA"), nullptr);
  EXPECT_TRUE(reading.Find("EnableLUA")->value.malformed);
  EXPECT_EQ(reading.sink.gaps[0].why, WhyUnknown::kTruncated);
  EXPECT_FALSE(reading.records.Of<PolicyFile>()[0].complete);
}

TEST(GptTmpl, ReadsUserRightsWithoutTheStarOfSids) {
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kGptTmplReader,
                           std::string(kHead) +
                               "[Privilege Rights]\r\n"
                               "SeRemoteInteractiveLogonRight = *S-1-5-32-544,CONTOSO\\Desk\r\n"
                               "SeDenyRemoteInteractiveLogonRight =\r\n"));
  const auto rights = reading.records.Of<PrivilegeRight>();
  ASSERT_EQ(rights.size(), 2U);
  ASSERT_EQ(rights[0].members.size(), 2U);
  EXPECT_EQ(rights[0].members[0], "S-1-5-32-544");
  EXPECT_EQ(rights[0].members[1], "CONTOSO\\Desk");
  EXPECT_TRUE(rights[1].members.empty());
}

TEST(GptTmpl, HalfAListOfRightsIsNotTakenForAWholeOne) {
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(
      readers::kGptTmplReader,
      std::string(kHead) + "[Privilege Rights]\r\nSeRemoteInteractiveLogonRight = *S-1-5-32-5"));
  EXPECT_TRUE(reading.records.Of<PrivilegeRight>().empty());
  EXPECT_EQ(reading.sink.damaged_count, 1U);
}

TEST(GptTmpl, SurvivesEveryTruncationWithoutInventingANumber) {
  const std::string whole =
      "\xFF\xFE" + Wide(Template(Line("ConsentPromptBehaviorAdmin=4,21") + Line("EnableLUA=4,1")));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    PolicyReading reading;
    (void)reading.Read(readers::kGptTmplReader, whole.substr(0, size));
    for (const PolicySetting& setting : reading.Settings()) {
      const std::uint64_t real = setting.value.name == "EnableLUA" ? 1 : 21;
      EXPECT_TRUE(setting.value.malformed || setting.value.number == real) << size;
    }
  }
}

TEST(SeceditExport, IsTheDevicesPolicyAndNoTemplate) {
  const std::string text =
      "[Unicode]\r\nUnicode=yes\r\n[System Access]\r\nMinimumPasswordAge = 0\r\n" +
      std::string(kValues) + Line("EnableLUA=4,1") +
      "[Version]\r\nsignature=\"$CHICAGO$\"\r\nRevision=1\r\n";
  EXPECT_GT(Recognise(readers::kSeceditExportReader, text, "secpol.cfg"), 0);
  EXPECT_EQ(Recognise(readers::kGptTmplReader, text, "secpol.cfg"), 0);
  EXPECT_EQ(Recognise(readers::kSeceditExportReader, text, "gpttmpl.inf"), 0);
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kSeceditExportReader, text));
  EXPECT_EQ(reading.Find("EnableLUA")->origin, PolicyOrigin::kSecurityExport);
}

TEST(SeceditExport, TheInfOfADriverIsNeither) {
  const std::string_view driver =
      "[Version]\r\nSignature=\"$WINDOWS NT$\"\r\n[Manufacturer]\r\n%M%=Models\r\n"
      "[Registry Values]\r\n";
  EXPECT_EQ(Recognise(readers::kSeceditExportReader, driver, "oem1.inf"), 0);
  EXPECT_EQ(Recognise(readers::kGptTmplReader, driver, "oem1.inf"), 0);
  PolicyReading reading;
  EXPECT_FALSE(reading.Read(readers::kGptTmplReader, driver));
}

}  // namespace

}  // namespace whfb::test
