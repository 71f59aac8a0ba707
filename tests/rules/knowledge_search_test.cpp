#include "rules/knowledge_search.h"

#include <string>

#include <gtest/gtest.h>

namespace whfb::rules {

namespace {

const Knowledge& Known() {
  static const Knowledge kKnowledge = [] {
    Result<Knowledge> knowledge = EmbeddedKnowledge();
    EXPECT_TRUE(knowledge);
    return knowledge ? std::move(*knowledge) : Knowledge{};
  }();
  return kKnowledge;
}

// "82ab0011 | mdm 39 kdc 39 | S27 S20 | 1 message"
std::string Found(std::string_view question) {
  const Answer answer = Ask(Known(), question);
  std::string text;
  for (const KnownCode* const code : answer.codes) {
    text += (text.empty() ? "" : " ") + std::to_string(code->value);
  }
  for (const KnownEvent* const event : answer.events) {
    text += (text.empty() ? "" : " ") + Known().channels[event->channel].key + "/" +
            std::to_string(event->ids.front());
  }
  for (const ShownMessage* const message : answer.messages) {
    text += (text.empty() ? "\"" : " \"") + message->text + "\"";
  }
  for (const Symptom* const symptom : answer.symptoms) {
    text += (text.empty() ? "" : " ") + symptom->id;
  }
  return text;
}

TEST(KnowledgeSearchTest, ACodeMayBeWrittenInManyWays) {
  for (const std::string_view text :
       {"0x82ab0011", "0x82AB0011", "0X82AB0011", "82AB0011", "82ab0011", "-2102722543",
        "2192244753", "(0x82ab0011)", "Result: (Unknown Win32 Error code: 0x82ab0011).",
        "error 0x82ab0011 in Intune"}) {
    EXPECT_EQ(Found(text), "2192244753") << text;
  }
  EXPECT_EQ(Found("0xC000006D"), "3221225581");
  EXPECT_EQ(Found("80090016"), "2148073494");  // eight digits are hex, too
}

TEST(KnowledgeSearchTest, ANameLeadsToItsNumbers) {
  EXPECT_EQ(Found("NTE_PERM"), "2148073488");
  EXPECT_EQ(Found("nte_perm"), "2148073488");
  EXPECT_EQ(Found("KDC_ERR_CLIENT_NOT_TRUSTED"), "62");
  EXPECT_EQ(Found("CLIENT_NOT_TRUSTED"), "62");
  EXPECT_EQ(Found("KRB_AP_ERR_USER_TO_USER_REQUIRED"), "66");
  // Two documents, two numbers
  EXPECT_EQ(Found("NTE_NO_MEMORY"), "2148073486 2148073514");
}

TEST(KnowledgeSearchTest, AnHresultOfAWin32CodeIsThatCode) {
  EXPECT_EQ(Found("0x8007052E"), "1326");
  // 6 is a code of Kerberos, none of Win32 here
  EXPECT_EQ(Found("0x80070006"), "");
}

TEST(KnowledgeSearchTest, AnEventIsFoundByNumberAndByChannel) {
  EXPECT_EQ(Found("1149"), "rcm/1149");
  EXPECT_EQ(Found("39"), "mdm/39 kdc/39 lsm/39");
  EXPECT_EQ(Found("KDC 39"), "kdc/39");
  EXPECT_EQ(Found("Kerberos-Key-Distribution-Center 39"), "kdc/39");
  EXPECT_EQ(Found("event 39 Microsoft-Windows-Kerberos-Key-Distribution-Center"), "kdc/39");
  EXPECT_EQ(Found("HelloForBusiness/8045"), "hello/3045");
  EXPECT_EQ(Found("Microsoft-Windows-HelloForBusiness/Operational 8045"), "hello/3045");
  EXPECT_EQ(Found("AAD 1098"), "aad/1025");
  EXPECT_EQ(Found("User Device Registration 360"), "udr/360");
  EXPECT_EQ(Found("DeviceManagement-Enterprise-Diagnostic-Provider 306"), "mdm/306");
  EXPECT_EQ(Found("CA 53"), "ca/53");
  EXPECT_EQ(Found("200"), "kerberosop/200 kdcop/200");
  EXPECT_EQ(Found("Kerberos/Operational 107"), "kerberosop/107");
}

// "41" is an event twice and no code; "66" is a code of Kerberos and no event.
TEST(KnowledgeSearchTest, ANumberIsWhateverItMayBe) {
  EXPECT_EQ(Found("41"), "kdc/41 capi2/41");
  EXPECT_EQ(Found("66"), "66");
  EXPECT_EQ(Found("64"), "64 autoenrollment/64");
  EXPECT_EQ(Found("0x41"), "65");
}

TEST(KnowledgeSearchTest, WordsLeadToSymptoms) {
  EXPECT_EQ(Found("S27"), "S27");
  EXPECT_EQ(Found("s27"), "S27");
  EXPECT_EQ(Found("no strong mapping after the 2025 updates").substr(0, 3), "S27");
  EXPECT_EQ(Found("biometrics"), "S35");
  EXPECT_EQ(Found("elevate as administrator").substr(0, 3), "S34");
  EXPECT_EQ(Found("NDES HTTP 503").substr(0, 3), "S08");
  EXPECT_EQ(Found("prompts for PIN twice"), "S32");
  EXPECT_EQ(Found("The username or password is incorrect"),
            "\"The username or password is incorrect\" S20 S34");
}

TEST(KnowledgeSearchTest, WhatIsNotKnownIsNotGuessed) {
  for (const std::string_view text :
       {"", " ", "the", "0x82ab0099", "0x", "0x1ffffffff", "99999999999", "AAD 99", "foo 39",
        "zebra", "zebra in the certificate", "-", "()", "_", "PERM", "\x1b[31m"}) {
    EXPECT_EQ(Found(text), "") << text;
  }
}

TEST(KnowledgeSearchTest, ChannelsThatAreNamedAreKnownWithoutTheirEvent) {
  const auto channels = ChannelsOf(Known(), "AAD 99");
  ASSERT_EQ(channels.size(), 1U);
  EXPECT_EQ(channels.front()->key, "aad");
  EXPECT_TRUE(ChannelsOf(Known(), "99").empty());
  EXPECT_TRUE(ChannelsOf(Known(), "AAD").empty());
}

}  // namespace

}  // namespace whfb::rules
