#include <gtest/gtest.h>

#include "collectors/readers/small_records.h"
#include "tests/registry/registry_text.h"

namespace whfb::test {

namespace {

using readers::ProfileExport;
using readers::ProfileRecord;

constexpr std::string_view kScep =
    "{\"@odata.type\":\"#microsoft.graph.windows81SCEPCertificateProfile\",\"id\":\"A1\","
    "\"displayName\":\"RDP\",\"keyStorageProvider\":\"usePassportForWorkKspOtherwiseFail\","
    "\"hashAlgorithm\":null,\"certificateValidityPeriodValue\":1,"
    "\"customSubjectAlternativeNames\":[{\"sanType\":\"userPrincipalName\","
    "\"name\":\"{{UserPrincipalName}}\"}],\"assignments\":[]}";

TEST(GraphJsonTest, FlattensOneProfile) {
  Reading reading;
  ASSERT_TRUE(reading.Read(readers::kGraphJsonReader, kScep));
  const auto profiles = reading.records.Of<ProfileRecord>();
  ASSERT_EQ(profiles.size(), 1U);
  EXPECT_EQ(profiles[0].id, "A1");
  EXPECT_EQ(profiles[0].Property("keyStorageProvider"), "usePassportForWorkKspOtherwiseFail");
  EXPECT_EQ(profiles[0].Property("customSubjectAlternativeNames[0].sanType"), "userPrincipalName");
  EXPECT_EQ(profiles[0].Property("certificateValidityPeriodValue"), "1");
  EXPECT_EQ(profiles[0].Property("hashAlgorithm").data(), nullptr);
  EXPECT_EQ(profiles[0].keys.size(), 8U);
  ASSERT_EQ(reading.records.Of<ProfileExport>().size(), 1U);
  EXPECT_FALSE(reading.records.Of<ProfileExport>()[0].complete);
}

TEST(GraphJsonTest, AListIsCompleteOnlyOnItsLastPage) {
  const std::string list = std::string("{\"value\":[").append(kScep).append("]");
  Reading whole;
  ASSERT_TRUE(whole.Read(readers::kGraphJsonReader, list + "}"));
  EXPECT_TRUE(whole.records.Of<ProfileExport>()[0].complete);
  Reading paged;
  ASSERT_TRUE(paged.Read(readers::kGraphJsonReader, list + ",\"@odata.nextLink\":\"x\"}"));
  EXPECT_FALSE(paged.records.Of<ProfileExport>()[0].complete);
  EXPECT_EQ(paged.records.Of<ProfileExport>()[0].profiles, 1U);
}

TEST(GraphJsonTest, ReadsUtf16) {
  Reading reading;
  ASSERT_TRUE(reading.Read(readers::kGraphJsonReader, Utf16(kScep)));
  EXPECT_EQ(reading.records.Of<ProfileRecord>().size(), 1U);
}

TEST(GraphJsonTest, CountsTheRealSettingsCatalogExportWithoutFacts) {
  const std::string text = ReadAll(WHFB_SHARED_DATA "/graph/OIB_WHfB_Configuration_v3.2.json");
  if (text.empty()) {
    GTEST_SKIP() << "shared data is missing";
  }
  Reading reading;
  EXPECT_EQ(readers::kGraphJsonReader.recognise(
                std::as_bytes(std::span(text)).first(readers::kHeadBytes), "x.json"),
            80);
  ASSERT_TRUE(reading.Read(readers::kGraphJsonReader, text));
  EXPECT_EQ(reading.sink.record_count, 1U);
  EXPECT_TRUE(reading.records.Of<ProfileRecord>().empty());
}

TEST(GraphJsonTest, RefusesDeepNesting) {
  Reading reading;
  const Status status =
      reading.Read(readers::kGraphJsonReader, std::string(100000, '[') + std::string(100000, ']'));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().ToString(), "test.in: JSON nested more than 64 deep");
}

TEST(GraphJsonTest, SurvivesEveryTruncation) {
  for (std::size_t size = 0; size < kScep.size(); ++size) {
    Reading reading;
    EXPECT_FALSE(reading.Read(readers::kGraphJsonReader, kScep.substr(0, size)));
    EXPECT_TRUE(reading.records.Of<ProfileRecord>().empty());
  }
}

TEST(GraphJsonTest, ADamagedTrustedRootIsAGapNotAnAbsence) {
  Reading reading;
  ASSERT_TRUE(reading.Read(
      readers::kGraphJsonReader,
      "{\"@odata.type\":\"#microsoft.graph.windows81TrustedRootCertificate\",\"id\":\"B\","
      "\"trustedRootCertificate\":\"!!\"}"));
  EXPECT_FALSE(reading.records.Of<ProfileRecord>()[0].has_certificate);
  EXPECT_EQ(reading.sink.gaps.size(), 1U);
}

}  // namespace

}  // namespace whfb::test
