#include <gtest/gtest.h>

#include "collectors/readers/connection_record.h"
#include "tests/registry/registry_text.h"

namespace whfb::readers {
extern const ReaderSpec kRdpFileReader;
extern const ReaderSpec kNgcMetadataReader;
}  // namespace whfb::readers

namespace whfb::test {

namespace {

using readers::NgcMetadata;
using readers::NgcText;
using readers::RdpSetting;

int Score(const readers::ReaderSpec& reader, std::string_view text, std::string_view name) {
  return reader.recognise({std::as_bytes(std::span(text)), name});
}

TEST(RdpFileTest, ReadsBothEncodings) {
  for (const std::string& text : {std::string("full address:s:srv:3389\nredirectsmartcards:i:1\n"),
                                  Utf16("full address:s:srv:3389\nredirectsmartcards:i:1\n")}) {
    Reading reading;
    ASSERT_TRUE(reading.Read(readers::kRdpFileReader, text));
    const auto settings = reading.records.Of<RdpSetting>();
    ASSERT_EQ(settings.size(), 2U);
    EXPECT_EQ(settings[0].name, "full address");
    EXPECT_EQ(settings[0].value, "srv:3389");
    EXPECT_EQ(settings[1].type, 'i');
    EXPECT_EQ(settings[1].source.place, 2U);
    EXPECT_TRUE(reading.sink.gaps.empty());
  }
}

TEST(RdpFileTest, NeverKeepsASavedPassword) {
  Reading reading;
  ASSERT_TRUE(reading.Read(readers::kRdpFileReader, "password 51:b:01000000D08C\n"));
  ASSERT_EQ(reading.records.Of<RdpSetting>().size(), 1U);
  EXPECT_EQ(reading.records.Of<RdpSetting>()[0].value, "");
}

TEST(RdpFileTest, ALastLineThatDoesNotEndIsAGap) {
  Reading reading;
  ASSERT_TRUE(reading.Read(readers::kRdpFileReader, "redirectsmartcards:i:1\nfull address:s:sr"));
  EXPECT_EQ(reading.records.Of<RdpSetting>().size(), 1U);
  ASSERT_EQ(reading.sink.gaps.size(), 1U);
  EXPECT_EQ(reading.sink.gaps[0].why, WhyUnknown::kTruncated);
  EXPECT_EQ(reading.sink.gaps[0].place, 2U);
}

TEST(RdpFileTest, IsRecognisedByItsSettingsOrByItsNameAndShape) {
  EXPECT_EQ(Score(readers::kRdpFileReader, "screen mode id:i:2\r\n", "x.txt"), 75);
  EXPECT_EQ(Score(readers::kRdpFileReader, "audiomode:i:0\r\n", "x.rdp"), 75);
  EXPECT_EQ(Score(readers::kRdpFileReader, "audiomode:i:0\r\n", "x.txt"), 0);
  EXPECT_EQ(Score(readers::kRdpFileReader, "Host: srv\r\n", "x.rdp"), 0);
  EXPECT_EQ(Score(readers::kRdpFileReader, "", "x.rdp"), 0);
}

TEST(NgcMetadataTest, TellsTheUserFromTheProvider) {
  const std::string sid = Utf16("S-1-12-1-1-2-3-4").substr(2) + std::string(60, '\0');
  Reading user;
  ASSERT_TRUE(user.Read(readers::kNgcMetadataReader, sid));
  EXPECT_EQ(user.records.Of<NgcMetadata>()[0].text, NgcText::kUserSid);
  EXPECT_EQ(user.records.Of<NgcMetadata>()[0].value, "S-1-12-1-1-2-3-4");
  Reading provider;
  ASSERT_TRUE(provider.Read(
      readers::kNgcMetadataReader,
      Utf16("Microsoft Software Key Storage Provider").substr(2) + std::string(2, '\0')));
  EXPECT_EQ(provider.records.Of<NgcMetadata>()[0].text, NgcText::kProvider);
}

TEST(NgcMetadataTest, ASidThatDoesNotEndMayBeAnotherOne) {
  Reading reading;
  ASSERT_TRUE(reading.Read(readers::kNgcMetadataReader, Utf16("S-1-12-1-1-2-3-4").substr(2)));
  EXPECT_TRUE(reading.records.Of<NgcMetadata>().empty());
  ASSERT_EQ(reading.sink.gaps.size(), 1U);
  EXPECT_EQ(reading.sink.gaps[0].why, WhyUnknown::kTruncated);
}

TEST(NgcMetadataTest, ClaimsNothingButThoseTexts) {
  const std::string sid = Utf16("S-1-12-1-1").substr(2) + std::string(2, '\0');
  EXPECT_EQ(Score(readers::kNgcMetadataReader, sid, "1.dat"), 70);
  EXPECT_EQ(Score(readers::kNgcMetadataReader, sid, "15.dat"), 0);
  EXPECT_EQ(Score(readers::kNgcMetadataReader, "S-1-12-1-1", "1.dat"), 0);
  EXPECT_EQ(Score(readers::kNgcMetadataReader, sid + "key", "1.dat"), 0);
  EXPECT_EQ(Score(readers::kNgcMetadataReader, "", "1.dat"), 0);
}

}  // namespace

}  // namespace whfb::test
