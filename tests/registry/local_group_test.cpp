// Members of local groups, as Get-LocalGroupMember | ConvertTo-Json writes them.

#include <string>

#include <gtest/gtest.h>

#include "collectors/readers/connection_record.h"
#include "tests/registry/registry_text.h"

namespace whfb::readers {
extern const ReaderSpec kLocalGroupReader;
}  // namespace whfb::readers

namespace whfb::test {

namespace {

using readers::LocalGroup;

constexpr const char* kMember =
    R"({"Name":"CORP\\ada","SID":{"BinaryLength":28,"AccountDomainSid":{"BinaryLength":24,)"
    R"("AccountDomainSid":null,"Value":"S-1-5-21-1-2-3"},"Value":"s-1-5-21-1-2-3-1104"},)"
    R"("PrincipalSource":2,"ObjectClass":"User"})";

int Score(std::string_view text) {
  return readers::kLocalGroupReader.recognise({std::as_bytes(std::span(text)), "x.json"});
}

struct LocalGroupTest : testing::Test {
  Reading reading{};

  Status Read(std::string_view path, std::string_view text) {
    return readers::kLocalGroupReader.read(
        {.number = 1, .path = path, .bytes = std::as_bytes(std::span(text))}, reading.sink);
  }

  std::span<const LocalGroup> Groups() { return reading.records.Of<LocalGroup>(); }
};

TEST_F(LocalGroupTest, TakesTheSidOfTheMemberAndNotThatOfItsDomain) {
  ASSERT_TRUE(Read("SRV/S-1-5-32-555.json", kMember));
  ASSERT_EQ(Groups().size(), 1U);
  EXPECT_EQ(Groups()[0].sid, "S-1-5-32-555");
  ASSERT_EQ(Groups()[0].members.size(), 1U);
  EXPECT_EQ(Groups()[0].members[0], "S-1-5-21-1-2-3-1104");
  EXPECT_TRUE(Groups()[0].accounts_only);
  EXPECT_TRUE(Groups()[0].complete);
}

TEST_F(LocalGroupTest, OnlyItsOwnNameTellsTheGroupAndNotThatOfItsFolder) {
  ASSERT_TRUE(Read("S-1-5-32-555/members.json", kMember));
  ASSERT_TRUE(Read("srv_s-1-5-32-544_2026.json", kMember));
  EXPECT_EQ(Groups()[0].sid, "");
  EXPECT_EQ(Groups()[1].sid, "S-1-5-32-544");
}

TEST_F(LocalGroupTest, TheDocumentIsSurerThanTheNameOfTheFile) {
  ASSERT_TRUE(Read("S-1-5-32-555.json",
                   std::string(R"({"SID":"S-1-5-32-544","Members":[)").append(kMember) + "]}"));
  ASSERT_EQ(Groups().size(), 1U);
  EXPECT_EQ(Groups()[0].sid, "S-1-5-32-544");
}

TEST_F(LocalGroupTest, AWordThatIsNotUserMayMeanAGroup) {
  std::string text = kMember;
  text.replace(text.find("\"User\""), 6, "\"Benutzer\"");
  ASSERT_TRUE(Read("S-1-5-32-555.json", text));
  EXPECT_FALSE(Groups()[0].accounts_only);
  EXPECT_TRUE(Groups()[0].complete);
}

TEST_F(LocalGroupTest, AMemberWithoutASidLeavesTheListIncomplete) {
  ASSERT_TRUE(Read("S-1-5-32-555.json",
                   std::string("[").append(kMember) + R"(,{"Name":"x","SID":"nobody"},7])"));
  EXPECT_EQ(Groups()[0].members.size(), 1U);
  EXPECT_FALSE(Groups()[0].complete);
  EXPECT_EQ(reading.sink.damaged_count, 2U);
}

TEST_F(LocalGroupTest, HalfADocumentTellsNothing) {
  const std::string text = std::string("[").append(kMember) + "]";
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(Read("S-1-5-32-555.json", text.substr(0, size))) << size;
    EXPECT_TRUE(Groups().empty()) << size;
  }
}

TEST_F(LocalGroupTest, MoreMembersThanAreKeptLeaveTheListIncomplete) {
  std::string text = "[";
  for (int i = 0; i < 10'001; ++i) {
    text.append(i == 0 ? "" : ",").append(R"({"SID":"S-1-5-21-1-2-3-)").append(std::to_string(i));
    text.append(R"(","ObjectClass":"User"})");
  }
  ASSERT_TRUE(Read("S-1-5-32-555.json", text + "]"));
  EXPECT_EQ(Groups()[0].members.size(), 10'000U);
  EXPECT_FALSE(Groups()[0].complete);
}

TEST_F(LocalGroupTest, IsRecognisedByTheNamesOfItsProperties) {
  EXPECT_EQ(Score(kMember), 83);
  EXPECT_EQ(Score(Utf16(std::string("[\n").append(kMember).append("]"))), 83);
  EXPECT_EQ(Score(R"({"SID":"S-1-5-32-555","ObjectClass":"User"})"), 0);
  EXPECT_EQ(Score(R"({"PrincipalSource":1,"ObjectClass":"User"})"), 0);
  EXPECT_EQ(Score(R"({"PrincipalSource":1,"SID":"S-1-5-32-555"})"), 0);
  EXPECT_EQ(Score(std::string("x").append(kMember)), 0);
}

}  // namespace

}  // namespace whfb::test
