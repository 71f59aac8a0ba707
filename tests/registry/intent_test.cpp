#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/readers/small_records.h"
#include "tests/registry/registry_text.h"

namespace whfb::test {

namespace {

using readers::IntentItem;

std::string ErrorOf(std::string_view text) {
  Reading reading;
  const Status status = reading.Read(readers::kIntentReader, text);
  EXPECT_TRUE(reading.records.Of<IntentItem>().empty() || status);
  return status ? "" : status.error().ToString();
}

std::vector<std::string> Values(const Reading& reading, std::string_view path) {
  std::vector<std::string> values;
  for (const IntentItem& item : reading.records.Of<IntentItem>()) {
    if (item.path == path) {
      values.emplace_back(item.value);
    }
  }
  return values;
}

TEST(IntentTest, ReadsTheSample) {
  Reading reading;
  const Status status =
      reading.Read(readers::kIntentReader, ReadAll(WHFB_SOURCE_DIR "/samples/intent-example.xml"));
  ASSERT_TRUE(status) << status.error().ToString();
  EXPECT_EQ(Values(reading, "route"), std::vector<std::string>{"intune-scep"});
  EXPECT_EQ(Values(reading, "forest/domain@name"),
            (std::vector<std::string>{"contoso.com", "emea.contoso.com"}));
  EXPECT_EQ(Values(reading, "forest/domain-controllers@complete"),
            std::vector<std::string>{"true"});
  EXPECT_EQ(Values(reading, "kdc-enforcement@date"), std::vector<std::string>{"2025-09-09"});
  EXPECT_TRUE(reading.sink.gaps.empty());
}

TEST(IntentTest, NamesThePlaceOfAnUnknownElement) {
  EXPECT_EQ(ErrorOf("<intent version=\"1\">\n  <tempalte name=\"x\"/>\n</intent>\n"),
            "test.in:2:3: <tempalte> is not known here; did you mean <template>?");
}

TEST(IntentTest, NamesThePlaceOfAnUnknownAttribute) {
  EXPECT_EQ(ErrorOf("<intent version=\"1\">\n  <forest nmae=\"contoso.com\"/>\n</intent>\n"),
            "test.in:2:3: attribute 'nmae' is not known here; did you mean 'name'?");
}

TEST(IntentTest, RejectsAWrongValue) {
  EXPECT_EQ(ErrorOf("<intent version=\"1\"><route>intune</route></intent>"),
            "test.in:1:21: <route> needs intune-scep, intune-pkcs, adcs or third-party");
}

TEST(IntentTest, RejectsAMissingAttribute) {
  EXPECT_EQ(ErrorOf("<intent version=\"1\">\n<issuing-ca/></intent>"),
            "test.in:2:1: <issuing-ca> needs the attribute 'thumbprint' or 'subject'");
}

TEST(IntentTest, AHostIsDeclaredByANameOfTheDns) {
  EXPECT_EQ(ErrorOf("<intent version=\"1\">\n<remote-host/></intent>"),
            "test.in:2:1: <remote-host> needs the attribute 'name'");
  EXPECT_EQ(ErrorOf("<intent version=\"1\">\n<remote-host name=\"a b\"/></intent>"),
            "test.in:2:1: attribute 'name' needs a DNS name");
  EXPECT_EQ(ErrorOf("<intent version=\"1\">\n<remote-hots name=\"a\"/></intent>"),
            "test.in:2:1: <remote-hots> is not known here; did you mean <remote-host>?");
}

TEST(IntentTest, RejectsAnotherVersion) {
  EXPECT_EQ(ErrorOf("<intent version=\"2\"/>"), "test.in:1:1: attribute 'version' needs 1");
}

TEST(IntentTest, SurvivesEveryTruncationWithoutDeclaringAnything) {
  std::string text = ReadAll(WHFB_SOURCE_DIR "/samples/intent-example.xml");
  text.resize(text.rfind('>'));
  for (std::size_t size = 0; size < text.size(); ++size) {
    Reading reading;
    EXPECT_FALSE(reading.Read(readers::kIntentReader, std::string_view(text).substr(0, size)));
    EXPECT_TRUE(reading.records.Of<IntentItem>().empty());
  }
}

}  // namespace

}  // namespace whfb::test
