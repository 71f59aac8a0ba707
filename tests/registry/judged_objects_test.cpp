#include "collectors/derived/judged_objects.h"

#include <array>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tests/registry/collector_run.h"

namespace whfb::test {

namespace {

constexpr Provenance kHere = {.evidence = 1, .place = 1};

struct JudgedTest : testing::Test {
  Bundle bundle;

  SubjectFacts& Make(SubjectKind kind, std::string_view name) {
    return bundle.facts.Named(kind, name).facts;
  }

  void Derive() { bundle.Derive(collectors::kJudgedObjectsDerivation); }

  SubjectFacts& Environment() { return bundle.facts.Environment().facts; }
};

TEST_F(JudgedTest, AProfileThatAsksForThePassportKspIsJudged) {
  SubjectFacts& profile = Make(SubjectKind::kCertificateProfile, "A");
  profile.Set("profile.type", Cell::Text("scep", kHere));
  profile.Set("profile.key_storage_provider",
              Cell::Text("usePassportForWorkKspOtherwiseFail", kHere));
  Derive();
  EXPECT_EQ(profile.Get("profile.judged").value.number, 1);
  EXPECT_EQ(profile.Get("profile.route").value.text, "intune-scep");
}

TEST_F(JudgedTest, AProfileWithoutEitherSignIsNotJudged) {
  SubjectFacts& profile = Make(SubjectKind::kCertificateProfile, "Wi-Fi");
  profile.Set("profile.type", Cell::Text("scep", kHere));
  profile.Set("profile.key_storage_provider", Cell::Text("useSoftwareKsp", kHere));
  profile.Set("profile.eku", Cell::Absent(kHere));
  Derive();
  ASSERT_TRUE(profile.Get("profile.judged").present());
  EXPECT_EQ(profile.Get("profile.judged").value.number, 0);
}

TEST_F(JudgedTest, AnUnreadProviderLeavesItOpen) {
  SubjectFacts& profile = Make(SubjectKind::kCertificateProfile, "A");
  profile.Set("profile.type", Cell::Text("scep", kHere));
  Derive();
  EXPECT_TRUE(profile.Get("profile.judged").unknown());
}

TEST_F(JudgedTest, ADeclaredListDecidesAboutTemplates) {
  const std::array<std::string_view, 1> names = {"WHfBRDP"};
  Environment().Set("environment.intended_templates", Cell::List(names, kHere));
  SubjectFacts& ours = Make(SubjectKind::kCertificateTemplate, "WHfBRDP");
  SubjectFacts& other = Make(SubjectKind::kCertificateTemplate, "User");
  ours.Set("template.cn", Cell::Text("WHfBRDP", kHere));
  ours.Set("template.certificate_name_flag", Cell::Int(1, kHere));
  ours.Set("template.private_key_flag", Cell::Int(0x5050080, kHere));
  other.Set("template.cn", Cell::Text("User", kHere));
  Derive();
  EXPECT_EQ(ours.Get("template.judged").value.number, 1);
  EXPECT_EQ(ours.Get("template.route").value.text, "intune-scep");
  ASSERT_TRUE(other.Get("template.judged").present());
  EXPECT_EQ(other.Get("template.judged").value.number, 0);
}

TEST_F(JudgedTest, ACertificateThatNamesATemplateMakesItJudged) {
  const std::array<std::string_view, 1> names = {"WHfBRDP"};
  Environment().Set("environment.intended_templates", Cell::List(names, kHere));
  SubjectFacts& by_oid = Make(SubjectKind::kCertificateTemplate, "ContosoHelloRdp");
  SubjectFacts& by_name = Make(SubjectKind::kCertificateTemplate, "SmartcardLogon");
  SubjectFacts& other = Make(SubjectKind::kCertificateTemplate, "User");
  by_oid.Set("template.cn", Cell::Text("ContosoHelloRdp", kHere));
  by_oid.Set("template.oid", Cell::Text("1.3.6.1.4.1.311.21.8.1", kHere));
  by_name.Set("template.cn", Cell::Text("SmartcardLogon", kHere));
  other.Set("template.cn", Cell::Text("User", kHere));
  Derive();
  Bundle device;
  Subject& user = *device.facts.User({.sid = "S-1-12-1-1-2-3-4"});
  user.facts.Put("user.rdp_certificate.template_oid", Cell::Text("1.3.6.1.4.1.311.21.8.1", kHere));
  user.facts.Put("user.rdp_certificate.template_name", Cell::Text("smartcardlogon", kHere));
  std::set<std::string> references;
  collectors::AddTemplateReferences(device.facts, references);
  collectors::JudgeReferencedTemplates(references, bundle.facts);
  EXPECT_EQ(by_oid.Get("template.judged").value.number, 1);
  EXPECT_EQ(by_name.Get("template.judged").value.number, 1);
  ASSERT_TRUE(other.Get("template.judged").present());
  EXPECT_EQ(other.Get("template.judged").value.number, 0);
}

TEST_F(JudgedTest, WithoutADeclarationAnUnreferencedTemplateIsUnknown) {
  SubjectFacts& other = Make(SubjectKind::kCertificateTemplate, "User");
  other.Set("template.cn", Cell::Text("User", kHere));
  Derive();
  EXPECT_TRUE(other.Get("template.judged").unknown());
}

TEST_F(JudgedTest, TrustedRootsAreCompleteOnlyWithAWholeList) {
  SubjectFacts& root = Make(SubjectKind::kCertificateProfile, "Root");
  root.Set("profile.type", Cell::Text("trusted-root", kHere));
  root.Set("profile.certificate_sha1", Cell::Text("aa", kHere));
  Derive();
  EXPECT_EQ(Environment().TableOf("environment.trusted_root_profile").coverage(),
            Coverage::kPartial);
  Environment().Set("environment.profile_list_complete", Cell::Bool(true, kHere));
  Derive();
  EXPECT_EQ(Environment().TableOf("environment.trusted_root_profile").coverage(),
            Coverage::kComplete);
  EXPECT_EQ(Environment().TableOf("environment.trusted_root_profile").size(), 1U);
}

TEST_F(JudgedTest, StrongMappingIsEnforcedFromTheDeclaredDateElseFromTheDocumentedOne) {
  struct Moment {
    const char* declared;  // null: nothing is declared
    const char* now;
    bool enforced;
  };

  for (const Moment& one :
       {Moment{nullptr, "2025-02-10T23:59:59Z", false}, Moment{nullptr, "2025-02-11", true},
        Moment{"2025-09-10", "2025-09-09", false}, Moment{"2025-09-10", "2025-09-10", true}}) {
    Cell date = Cell::Absent(kHere);
    if (one.declared != nullptr) {
      const Ticks from = *ParseTime(one.declared, "test");
      date = Cell::Time({from, from}, kHere);
    }
    Environment().Put("environment.enforcement_date", date);
    bundle.moment.now = *ParseTime(one.now, "test");
    Derive();
    ASSERT_TRUE(Environment().Get("environment.strong_mapping_enforced").present());
    EXPECT_EQ(Environment().Get("environment.strong_mapping_enforced").value.number != 0,
              one.enforced)
        << one.now;
  }
  Environment().Put("environment.enforcement_date", Cell::Unknown(WhyUnknown::kMalformed));
  Derive();
  EXPECT_TRUE(Environment().Get("environment.strong_mapping_enforced").unknown());
}

TEST_F(JudgedTest, TheListOfDomainControllersNeedsEvidenceOfEach) {
  const std::array<std::string_view, 2> names = {"dc1.contoso.com", "dc2.contoso.com"};
  Environment().Set("environment.domain_controllers", Cell::List(names, kHere));
  const auto see = [this](std::string_view name) {
    Make(SubjectKind::kDomainController, name)
        .TableOf("dc.certificate")
        .Cover(Coverage::kComplete, WhyUnknown::kNotCollected, kHere);
  };
  see("DC1.contoso.com");
  Derive();
  EXPECT_EQ(Environment().Get("environment.dc_list_complete").value.number, 0);
  (void)Make(SubjectKind::kDomainController, "dc2.contoso.com");  // declared, not seen
  Derive();
  EXPECT_EQ(Environment().Get("environment.dc_list_complete").value.number, 0);
  see("dc2.contoso.com");
  Derive();
  EXPECT_EQ(Environment().Get("environment.dc_list_complete").value.number, 1);
}

}  // namespace

}  // namespace whfb::test
