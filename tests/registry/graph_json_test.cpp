#include <gtest/gtest.h>

#include "collectors/readers/small_records.h"
#include "collectors/readers/tenant_record.h"
#include "tests/registry/registry_text.h"

namespace whfb::test {

namespace {

using readers::CatalogPolicy;
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

// Counts and values were read off the files with jq.
TEST(GraphJsonTest, ReadsTheRealHelloPolicyOfTheSettingsCatalog) {
  const std::string text = ReadAll(WHFB_SHARED_DATA "/graph/OIB_WHfB_Configuration_v3.2.json");
  if (text.empty()) {
    GTEST_SKIP() << "shared data is missing";
  }
  Reading reading;
  EXPECT_EQ(readers::kGraphJsonReader.recognise(
                {std::as_bytes(std::span(text)).first(readers::kHeadBytes), "x.json"}),
            80);
  ASSERT_TRUE(reading.Read(readers::kGraphJsonReader, text));
  EXPECT_EQ(reading.sink.record_count, 1U);
  EXPECT_TRUE(reading.records.Of<ProfileRecord>().empty());
  ASSERT_EQ(reading.records.Of<CatalogPolicy>().size(), 1U);
  const CatalogPolicy& policy = reading.records.Of<CatalogPolicy>()[0];
  EXPECT_EQ(policy.id, "5e082981-0854-4689-9c49-271e42d11430");
  EXPECT_TRUE(policy.complete);
  EXPECT_FALSE(policy.assignments_shown);  // only a link to them
  ASSERT_EQ(policy.settings.size(), 6U);   // five in the group of the tenant, one beside it
  EXPECT_EQ(policy.settings[1].definition,
            "device_vendor_msft_passportforwork_{tenantid}_policies_usepassportforwork");
  EXPECT_TRUE(policy.settings[1].choice);
  EXPECT_TRUE(policy.settings[1].value.ends_with("_usepassportforwork_true"));
  EXPECT_EQ(policy.settings[2].value, "6");
  EXPECT_FALSE(policy.settings[2].choice);
}

TEST(GraphJsonTest, ReadsTheRealSecurityOptionsOfTheSettingsCatalog) {
  const std::string text = ReadAll(WHFB_SHARED_DATA "/graph/OIB_Local_Security_Policies_v3.0.json");
  if (text.empty()) {
    GTEST_SKIP() << "shared data is missing";
  }
  Reading reading;
  ASSERT_TRUE(reading.Read(readers::kGraphJsonReader, text));
  ASSERT_EQ(reading.records.Of<CatalogPolicy>().size(), 1U);
  EXPECT_TRUE(reading.records.Of<CatalogPolicy>()[0].complete);
  EXPECT_EQ(reading.records.Of<CatalogPolicy>()[0].settings.size(), 23U);
}

constexpr std::string_view kPolicy =
    R"({"id":"P1","name":"Hello","platforms":"windows10","technologies":"mdm","settingCount":1,)"
    R"("settings":[{"settingInstance":{"settingDefinitionId":"device_x",)"
    R"("choiceSettingValue":{"value":"device_x_1","children":[{"settingDefinitionId":"device_y",)"
    R"("simpleSettingValue":{"value":7}}]}}}],"assignments":[]})";

TEST(GraphJsonTest, ReadsSettingsBelowChoices) {
  Reading reading;
  ASSERT_TRUE(reading.Read(readers::kGraphJsonReader, kPolicy));
  const CatalogPolicy& policy = reading.records.Of<CatalogPolicy>()[0];
  EXPECT_TRUE(policy.complete);
  EXPECT_TRUE(policy.assignments_shown);
  ASSERT_EQ(policy.settings.size(), 2U);
  EXPECT_EQ(policy.settings[1].definition, "device_y");
  EXPECT_EQ(policy.settings[1].value, "7");
}

TEST(GraphJsonTest, NeverKeepsASecretSetting) {
  Reading reading;
  ASSERT_TRUE(reading.Read(
      readers::kGraphJsonReader,
      R"({"platforms":"windows10","technologies":"mdm","settings":[{"settingInstance":)"
      R"({"settingDefinitionId":"device_x","simpleSettingValue":{"@odata.type":)"
      R"("#microsoft.graph.deviceManagementConfigurationSecretSettingValue","value":"pw"}}}]})"));
  ASSERT_EQ(reading.records.Of<CatalogPolicy>()[0].settings.size(), 1U);
  EXPECT_EQ(reading.records.Of<CatalogPolicy>()[0].settings[0].value, "");
}

TEST(GraphJsonTest, APolicyThatShowsFewerSettingsThanItCountsIsNotWhole) {
  std::string more(kPolicy);
  more.replace(more.find("Count\":1"), 8, "Count\":3");
  Reading reading;
  ASSERT_TRUE(reading.Read(readers::kGraphJsonReader, more));
  EXPECT_FALSE(reading.records.Of<CatalogPolicy>()[0].complete);
  ASSERT_EQ(reading.sink.gaps.size(), 1U);
  EXPECT_EQ(reading.sink.gaps[0].message, "a policy of 3 settings shows 1");
}

TEST(GraphJsonTest, AssignmentsApartBelongToWhomTheirContextOrIdNames) {
  constexpr std::string_view kGuid = "33333333-1111-4222-8333-444444444444";
  const std::string by_context =
      std::string(R"({"@odata.context":"https://graph.microsoft.com/beta/$metadata#)")
          .append("deviceManagement/deviceConfigurations('")
          .append(kGuid)
          .append(R"-(')/assignments","value":[]})-");
  Reading context;
  ASSERT_TRUE(context.Read(readers::kGraphJsonReader, by_context));
  ASSERT_EQ(context.records.Of<readers::AssignmentList>().size(), 1U);
  EXPECT_EQ(context.records.Of<readers::AssignmentList>()[0].object, kGuid);
  EXPECT_TRUE(context.records.Of<readers::AssignmentList>()[0].complete);
  const std::string nobody = R"([{"id":"x_y","target":{"@odata.type":"#microsoft.graph.)"
                             R"(groupAssignmentTarget","groupId":"g"}}])";
  Reading lost;
  ASSERT_TRUE(lost.Read(readers::kGraphJsonReader, nobody));
  EXPECT_TRUE(lost.records.Of<readers::AssignmentList>().empty());
}

// "settings" or "assignments" of one object, of which an element is no such thing.
TEST(GraphJsonTest, AnElementThatDoesNotFitIsAGapInItsList) {
  for (const std::string_view list :
       {"configurationPolicies('p')/settings", "deviceConfigurations('p')/assignments"}) {
    SCOPED_TRACE(list);
    Reading reading;
    ASSERT_TRUE(reading.Read(
        readers::kGraphJsonReader,
        std::string(R"({"@odata.context":"https://graph.microsoft.com/beta/$metadata#)")
            .append("deviceManagement/")
            .append(list)
            .append(R"-(","value":[{"id":"1"}]})-")));
    ASSERT_EQ(reading.sink.gaps.size(), 1U);
    EXPECT_EQ(reading.sink.gaps[0].why, WhyUnknown::kMalformed);
    const auto policies = reading.records.Of<CatalogPolicy>();
    const auto assignments = reading.records.Of<readers::AssignmentList>();
    ASSERT_EQ(policies.size() + assignments.size(), 1U);
    EXPECT_FALSE(policies.empty() ? assignments[0].complete : policies[0].complete);
  }
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
