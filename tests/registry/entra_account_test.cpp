#include <array>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/registry/collector_run.h"

namespace whfb::test {

namespace {

constexpr Provenance kHere = {.evidence = 1, .place = 1};

struct TenantUserTest : testing::Test {
  Bundle tenant;
  Bundle device;
  Subject& user = *device.facts.User({.sid = "S-1-12-1-1-2-3-4", .upn = "ada@contoso.com"});

  TenantUserTest() {
    user.facts.Put("user.upn", Cell::Text("ada@contoso.com", kHere));
    user.facts.Put("user.route", Cell::Text("intune-scep", kHere));
  }

  SubjectFacts& Environment() { return tenant.facts.Environment().facts; }

  void Entra(const Cell& synced, const Cell& ad_upn) {
    Environment()
        .TableOf("environment.entra_user")
        .Add(std::array{Cell::Text("ada@contoso.com", kHere), synced, ad_upn, Cell{}, Cell{}});
  }

  SubjectFacts& Profile(std::string_view name, std::string_view variable) {
    SubjectFacts& facts = tenant.facts.Named(SubjectKind::kCertificateProfile, name).facts;
    const std::vector<std::string_view> variables = {variable};
    facts.Put("profile.judged", Cell::Bool(true, kHere));
    facts.Put("profile.route", Cell::Text("intune-scep", kHere));
    facts.Put("profile.draft", Cell::Bool(false, kHere));
    facts.Put("profile.subject_name_format", Cell::Text("custom", kHere));
    facts.Put("profile.subject_variables", tenant.facts.ListCell(variables, kHere));
    return facts;
  }

  const Cell& Get(std::string_view fact) {
    (void)Environment();
    device.Derive(collectors::kEntraAccountDerivation, &tenant.facts);
    device.Derive(collectors::kProfileSubjectDerivation, &tenant.facts);
    return user.facts.Get(fact);
  }
};

TEST_F(TenantUserTest, WhoIsNotListedIsUnknown) {
  EXPECT_EQ(Get("user.synced").why, WhyUnknown::kNotCollected);
  EXPECT_TRUE(Get("user.entra.upn_is_ad_upn").unknown());
}

TEST_F(TenantUserTest, SyncIsWhatEntraSays) {
  Entra(Cell::Bool(true, kHere), Cell::Text("ada@corp.contoso.com", kHere));
  EXPECT_EQ(Get("user.synced").value.number, 1);
  ASSERT_TRUE(Get("user.entra.upn_is_ad_upn").present());
  EXPECT_EQ(Get("user.entra.upn_is_ad_upn").value.number, 0);
}

TEST_F(TenantUserTest, NullSaysThatTheUserWasNeverSynchronised) {
  Entra(Cell::Absent(kHere), Cell::Absent(kHere));
  ASSERT_TRUE(Get("user.synced").present());
  EXPECT_EQ(Get("user.synced").value.number, 0);
  EXPECT_TRUE(Get("user.entra.upn_is_ad_upn").absent());
  user.facts.Put("user.rdp_certificate.sid_uri", Cell::Text("S-1-5-21-1-2-3-1107", kHere));
  EXPECT_EQ(Get("user.synced").why, WhyUnknown::kConflicting);
}

TEST_F(TenantUserTest, ASidOfActiveDirectoryShowsAnAccountThere) {
  for (const char* const fact :
       {"user.ad_sid", "user.rdp_certificate.sid_uri", "user.rdp_certificate.sid_extension"}) {
    user.facts.Put(fact, Cell::Text("S-1-5-21-1-2-3-1107", kHere));
    EXPECT_EQ(Get("user.synced").value.number, 1) << fact;
    user.facts.Put(fact, Cell::Text("S-1-12-1-1-2-3-4", kHere));
    EXPECT_TRUE(Get("user.synced").unknown()) << fact;
  }
}

TEST_F(TenantUserTest, TheSuffixIsHeldAgainstTheDeclaredDomains) {
  const std::vector<std::string_view> domains = {"corp.contoso.com"};
  Environment().Put("environment.domains", tenant.facts.ListCell(domains, kHere));
  EXPECT_EQ(Get("user.upn_suffix_is_domain").why, WhyUnknown::kNotCollected);
  Environment().Put("environment.domains_complete", Cell::Bool(true, kHere));
  ASSERT_TRUE(Get("user.upn_suffix_is_domain").present());
  EXPECT_EQ(Get("user.upn_suffix_is_domain").value.number, 0);
  user.facts.Put("user.upn", Cell::Text("ada@corp.contoso.com", kHere));
  EXPECT_EQ(Get("user.upn_suffix_is_domain").value.number, 1);
}

TEST_F(TenantUserTest, TheProfilesOfTheRouteMustAgreeOnTheSubject) {
  EXPECT_EQ(Get("user.profile_names_domain").why, WhyUnknown::kNotCollected);
  SubjectFacts& one = Profile("A", "onprem_distinguished_name");
  EXPECT_EQ(Get("user.profile_names_domain").value.number, 1);
  SubjectFacts& two = Profile("B", "userprincipalname");
  EXPECT_EQ(Get("user.profile_names_domain").why, WhyUnknown::kAmbiguous);
  two.Put("profile.draft", Cell::Bool(true, kHere));
  EXPECT_EQ(Get("user.profile_names_domain").value.number, 1);
  two.Put("profile.draft", Cell::Bool(false, kHere));
  two.Put("profile.route", Cell::Text("intune-pkcs", kHere));
  EXPECT_EQ(Get("user.profile_names_domain").value.number, 1);
  two.Put("profile.route", Cell::Text("intune-scep", kHere));
  two.Put("profile.judged", Cell::Bool(false, kHere));
  EXPECT_EQ(Get("user.profile_names_domain").value.number, 1);
  one.Put("profile.subject_format",
          Cell::Text("CN={{UserPrincipalName}},OU=Staff,DC=corp,DC=contoso,DC=com", kHere));
  EXPECT_EQ(Get("user.profile_names_domain").why, WhyUnknown::kNotCollected);
  one.Put("profile.subject_format", Cell::Text("CN={{UserPrincipalName}}", kHere));
  one.Put("profile.subject_name_format", Cell::Text("commonName", kHere));
  ASSERT_TRUE(Get("user.profile_names_domain").present());
  EXPECT_EQ(Get("user.profile_names_domain").value.number, 0);
}

}  // namespace

}  // namespace whfb::test
