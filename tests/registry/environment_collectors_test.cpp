#include <gtest/gtest.h>

#include "collectors/profile_names.h"
#include "collectors/readers/tenant_record.h"
#include "tests/registry/collector_run.h"

namespace whfb::test {

namespace {

struct ProfileTest : testing::Test {
  Bundle bundle;

  void Read(std::string_view json) {
    ASSERT_TRUE(bundle.reading.Read(readers::kGraphJsonReader, json));
    bundle.Collect(collectors::kProfileCollector);
  }

  void ReadScep(std::string_view properties) {
    Read(std::string("{\"@odata.type\":\"#microsoft.graph.windows81SCEPCertificateProfile\","
                     "\"id\":\"AB\",\"displayName\":\"RDP\"")
             .append(properties)
             .append("}"));
  }

  const Cell& Profile(std::string_view fact) {
    return bundle.facts.Named(SubjectKind::kCertificateProfile, "RDP").facts.Get(fact);
  }
};

TEST_F(ProfileTest, ReadsWhatTheProfileAsksFor) {
  ReadScep(
      ",\"keyStorageProvider\":\"usePassportForWorkKspOtherwiseFail\","
      "\"keyUsage\":\"digitalSignature, keyEncipherment\",\"hashAlgorithm\":\"sha2\","
      "\"extendedKeyUsages\":[{\"name\":\"SCL\",\"objectIdentifier\":\"1.3.6.1.4.1.311.20.2.2\"}],"
      "\"scepServerUrls\":[\"https://ndes.contoso.com/certsrv/mscep/mscep.dll\"]");
  EXPECT_EQ(Profile("profile.id").value.text, "ab");
  EXPECT_EQ(Profile("profile.type").value.text, "scep");
  EXPECT_EQ(Profile("profile.key_storage_provider").value.text,
            "usePassportForWorkKspOtherwiseFail");
  EXPECT_EQ(ValueText(Profile("profile.key_usage"), ValueType::kList),
            "digitalSignature, keyEncipherment");
  EXPECT_EQ(ValueText(Profile("profile.eku"), ValueType::kList), "1.3.6.1.4.1.311.20.2.2");
  EXPECT_EQ(Profile("profile.server_urls").value.list.size(), 1U);
}

TEST_F(ProfileTest, NullIsAbsentAndMissingIsUnknown) {
  ReadScep(",\"keySize\":null,\"hashAlgorithm\":\"\",\"extendedKeyUsages\":[]");
  EXPECT_TRUE(Profile("profile.key_size").absent());
  EXPECT_TRUE(Profile("profile.hash").absent());
  EXPECT_TRUE(Profile("profile.eku").absent());
  EXPECT_TRUE(Profile("profile.certificate_store").unknown());
  EXPECT_TRUE(Profile("profile.assigned").unknown());
  EXPECT_TRUE(Profile("profile.san_upn").unknown());
}

TEST_F(ProfileTest, ReadsTheUpnOfBothSanForms) {
  ReadScep(
      ",\"customSubjectAlternativeNames\":[{\"sanType\":\"userPrincipalName\","
      "\"name\":\"{{UserPrincipalName}}\"},{\"sanType\":\"universalResourceIdentifier\","
      "\"name\":\"{{OnPremisesSecurityIdentifier}}\"}]");
  EXPECT_EQ(ValueText(Profile("profile.san_upn"), ValueType::kList), "{{UserPrincipalName}}");
  EXPECT_EQ(ValueText(Profile("profile.san_uri"), ValueType::kList),
            "{{OnPremisesSecurityIdentifier}}");
  Bundle older;
  ASSERT_TRUE(
      older.reading.Read(readers::kGraphJsonReader,
                         "{\"@odata.type\":\"#microsoft.graph.windows81SCEPCertificateProfile\","
                         "\"displayName\":\"Old\",\"subjectAlternativeNameType\":\"emailAddress,"
                         "userPrincipalName\"}"));
  older.Collect(collectors::kProfileCollector);
  const SubjectFacts& facts = older.facts.Named(SubjectKind::kCertificateProfile, "Old").facts;
  EXPECT_EQ(ValueText(facts.Get("profile.san_upn"), ValueType::kList), "{{UserPrincipalName}}");
  EXPECT_TRUE(facts.Get("profile.san_uri").absent());
}

TEST_F(ProfileTest, ReadsTheCaOfAPkcsProfileAndItsRoot) {
  Read(
      R"-({"@odata.type":"#microsoft.graph.windows10PkcsCertificateProfile","displayName":"RDP",
      "certificationAuthority":"CA01.Contoso.com","certificationAuthorityName":"Contoso CA",
      "certificateTemplateName":"RdpHello","rootCertificate@odata.bind":
      "https://graph.microsoft.com/beta/deviceManagement/deviceConfigurations('77AA-1')"})-");
  EXPECT_EQ(Profile("profile.certification_authority").value.text, "ca01.contoso.com");
  EXPECT_EQ(Profile("profile.certification_authority_name").value.text, "Contoso CA");
  EXPECT_EQ(Profile("profile.template_name").value.text, "RdpHello");
  EXPECT_EQ(Profile("profile.root_certificate").value.text, "77aa-1");
  EXPECT_TRUE(Profile("profile.key_size").unknown());
}

TEST_F(ProfileTest, AValidityIsAllowedFromFiveDaysToTwoYears) {
  struct Validity {
    std::int64_t value = 0;
    std::string_view scale{};
    bool allowed = false;
  };

  constexpr Provenance kHere = {.evidence = 1, .place = 1};
  const std::vector<Validity> validities = {
      {4, "days", false},   {5, "days", true},   {731, "days", true},  {732, "days", false},
      {0, "months", false}, {1, "months", true}, {24, "months", true}, {25, "months", false},
      {0, "years", false},  {1, "years", true},  {2, "years", true},   {3, "years", false}};
  for (const Validity& one : validities) {
    const Cell cell =
        collectors::AllowedValidity(Cell::Int(one.value, kHere), Cell::Text(one.scale, kHere));
    ASSERT_TRUE(cell.present());
    EXPECT_EQ(cell.value.number != 0, one.allowed) << one.value << one.scale;
  }
  EXPECT_TRUE(
      collectors::AllowedValidity(Cell::Int(1, kHere), Cell::Text("weeks", kHere)).unknown());
  EXPECT_TRUE(collectors::AllowedValidity(Cell::Int(1, kHere), Cell::Absent(kHere)).absent());
  EXPECT_TRUE(collectors::AllowedValidity(Cell{}, Cell::Absent(kHere)).unknown());
}

TEST_F(ProfileTest, NamesToWhomItIsAssigned) {
  ReadScep(
      R"(,"assignments":[{"target":{"@odata.type":)"
      R"("#microsoft.graph.allLicensedUsersAssignmentTarget"}},{"target":{"@odata.type":)"
      R"("#microsoft.graph.groupAssignmentTarget","groupId":"AB-1"}},{"target":{"@odata.type":)"
      R"("#microsoft.graph.exclusionGroupAssignmentTarget","groupId":"CD-2"}}])");
  EXPECT_EQ(ValueText(Profile("profile.assigned_to"), ValueType::kList), "all-users, group ab-1");
}

TEST_F(ProfileTest, OnePageOfAssignmentsApartShowsATargetButNeverThatThereIsNone) {
  ReadScep("");
  EXPECT_TRUE(Profile("profile.assigned").unknown());
  bundle.reading.records.Add(readers::AssignmentList{.object = "ab"});
  bundle.Collect(collectors::kProfileCollector);
  EXPECT_TRUE(Profile("profile.assigned").unknown());
  const readers::AssignedTarget target{.type = "#microsoft.graph.allDevicesAssignmentTarget"};
  bundle.reading.records.Add(
      readers::AssignmentList{.object = "AB", .targets = {&target, 1}, .complete = true});
  bundle.Collect(collectors::kProfileCollector);
  EXPECT_EQ(Profile("profile.assigned").value.number, 1);
  EXPECT_EQ(ValueText(Profile("profile.assigned_to"), ValueType::kList), "all-devices");
}

TEST_F(ProfileTest, TwoExportsOfAssignmentsThatDifferAreInConflict) {
  ReadScep("");
  const readers::AssignedTarget target{.type = "#microsoft.graph.allDevicesAssignmentTarget"};
  bundle.reading.records.Add(readers::AssignmentList{.object = "ab", .complete = true});
  bundle.reading.records.Add(
      readers::AssignmentList{.object = "AB", .targets = {&target, 1}, .complete = true});
  bundle.Collect(collectors::kProfileCollector);
  EXPECT_EQ(Profile("profile.assigned").why, WhyUnknown::kConflicting);
  EXPECT_EQ(Profile("profile.assigned_to").why, WhyUnknown::kConflicting);
}

TEST_F(ProfileTest, AnExcludedGroupIsNoAssignment) {
  ReadScep(
      ",\"assignments\":[{\"target\":{\"@odata.type\":"
      "\"#microsoft.graph.exclusionGroupAssignmentTarget\"}}]");
  EXPECT_EQ(Profile("profile.assigned").value.number, 0);
  EXPECT_TRUE(Profile("profile.assigned").present());
}

TEST_F(ProfileTest, TwoProfilesOfOneNameStayApart) {
  Read(
      "{\"value\":[{\"@odata.type\":\"#microsoft.graph.windows81SCEPCertificateProfile\","
      "\"id\":\"11111111-a\",\"displayName\":\"RDP\",\"keySize\":\"size2048\"},"
      "{\"@odata.type\":\"#microsoft.graph.windows81SCEPCertificateProfile\","
      "\"id\":\"22222222-b\",\"displayName\":\"RDP\",\"keySize\":\"size1024\"}]}");
  EXPECT_EQ(Profile("profile.key_size").value.text, "size2048");
  EXPECT_EQ(bundle.facts.Named(SubjectKind::kCertificateProfile, "RDP (22222222)")
                .facts.Get("profile.key_size")
                .value.text,
            "size1024");
}

constexpr std::string_view kOneScep =
    "{\"value\":[{\"@odata.type\":\"#microsoft.graph.windows81SCEPCertificateProfile\",\"id\":"
    "\"1\","
    "\"displayName\":\"RDP\"}";

TEST_F(ProfileTest, AListOfOneKindMayHaveBeenFiltered) {
  Read(std::string(kOneScep) + "]}");
  const Cell& complete = bundle.facts.Environment().facts.Get("environment.profile_list_complete");
  ASSERT_TRUE(complete.present());
  EXPECT_EQ(complete.value.number, 0);
}

TEST_F(ProfileTest, AListOfSeveralKindsIsWhole) {
  Read(std::string(kOneScep) +
       ",{\"@odata.type\":\"#microsoft.graph.windows81TrustedRootCertificate\",\"id\":\"2\","
       "\"displayName\":\"Root\"}]}");
  const Cell& complete = bundle.facts.Environment().facts.Get("environment.profile_list_complete");
  ASSERT_TRUE(complete.present());
  EXPECT_EQ(complete.value.number, 1);
}

struct EnvironmentTest : testing::Test {
  Bundle bundle;

  void Read(std::string_view text) {
    const Status status = bundle.reading.Read(readers::kIntentReader, text);
    ASSERT_TRUE(status) << status.error().ToString();
    bundle.Collect(collectors::kEnvironmentCollector);
  }

  const Cell& Fact(std::string_view fact) { return bundle.facts.Environment().facts.Get(fact); }
};

TEST_F(EnvironmentTest, TakesTheDeclaredFactsOfTheSample) {
  Read(ReadAll(WHFB_SOURCE_DIR "/samples/intent-example.xml"));
  EXPECT_EQ(Fact("environment.name").value.text, "contoso.com");
  EXPECT_EQ(Fact("environment.route").value.text, "intune-scep");
  EXPECT_EQ(ValueText(Fact("environment.domains"), ValueType::kList),
            "contoso.com, emea.contoso.com");
  EXPECT_EQ(Fact("environment.domain_controllers").value.list.size(), 2U);
  EXPECT_EQ(Fact("environment.issuing_cas").value.list.size(), 2U);
  EXPECT_EQ(ValueText(Fact("environment.enforcement_date"), ValueType::kTime),
            "2025-09-09T00:00:00Z");
}

TEST_F(EnvironmentTest, WhatTheIntentFileLeavesOutIsAbsentWhereOnlyItCouldTell) {
  Read("<intent version=\"1\"><route>adcs</route></intent>");
  EXPECT_TRUE(Fact("environment.intended_templates").absent());
  EXPECT_TRUE(Fact("environment.domains").unknown());
  EXPECT_TRUE(Fact("environment.tenant_id").unknown());
}

TEST_F(EnvironmentTest, AListThatIsNotCompleteDeclaresNoDomainControllers) {
  Read(
      "<intent version=\"1\"><forest name=\"a.b\"><domain-controllers>"
      "<domain-controller name=\"dc.a.b\"/></domain-controllers></forest></intent>");
  EXPECT_TRUE(Fact("environment.domain_controllers").absent());
}

TEST_F(EnvironmentTest, DomainsAreCompleteWhenEveryForestSaysSo) {
  Read("<intent version=\"1\"><forest name=\"a.b\" domains-complete=\"true\"/></intent>");
  EXPECT_EQ(Fact("environment.domains_complete").value.number, 1);
}

TEST_F(EnvironmentTest, OneForestThatDoesNotLeavesThemOpen) {
  Read(
      "<intent version=\"1\"><forest name=\"a.b\" domains-complete=\"true\"/>"
      "<forest name=\"c.d\"/></intent>");
  ASSERT_TRUE(Fact("environment.domains_complete").present());
  EXPECT_EQ(Fact("environment.domains_complete").value.number, 0);
}

TEST_F(EnvironmentTest, TheListOfIssuingCasIsCompleteWhereTheFileSaysSo) {
  Read("<intent version=\"1\" issuing-cas-complete=\"true\"/>");
  ASSERT_TRUE(Fact("environment.issuing_cas_complete").present());
  EXPECT_EQ(Fact("environment.issuing_cas_complete").value.number, 1);
}

TEST_F(EnvironmentTest, TheListOfIssuingCasIsOpenWhereOneFileSaysNothing) {
  EXPECT_TRUE(bundle.reading.Read(readers::kIntentReader, "<intent version=\"1\"/>"));
  Read("<intent version=\"1\" issuing-cas-complete=\"true\"/>");
  ASSERT_TRUE(Fact("environment.issuing_cas_complete").present());
  EXPECT_EQ(Fact("environment.issuing_cas_complete").value.number, 0);
}

TEST_F(EnvironmentTest, WithoutAnIntentFileNothingIsDeclared) {
  bundle.Collect(collectors::kEnvironmentCollector);
  EXPECT_TRUE(Fact("environment.issuing_cas").absent());
  EXPECT_TRUE(Fact("environment.route").unknown());
  EXPECT_TRUE(Fact("environment.intended_templates").unknown());
}

TEST_F(EnvironmentTest, WhatARejectedIntentFileDeclaresIsNotKnown) {
  EXPECT_FALSE(bundle.reading.Read(readers::kIntentReader,
                                   "<intent version=\"1\"><tempalte name=\"x\"/></intent>"));
  bundle.Collect(collectors::kEnvironmentCollector);
  EXPECT_EQ(Fact("environment.issuing_cas").why, WhyUnknown::kMalformed);
  EXPECT_TRUE(Fact("environment.issuing_cas").unknown());
  EXPECT_EQ(Fact("environment.route").why, WhyUnknown::kMalformed);
}

TEST_F(EnvironmentTest, AnIntentFileWithoutCasDeclaresNone) {
  Read("<intent version=\"1\"/>");
  EXPECT_TRUE(Fact("environment.issuing_cas").absent());
}

}  // namespace

}  // namespace whfb::test
