#include <array>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "collectors/derived/judged_objects.h"
#include "tests/registry/collector_run.h"

namespace whfb::test {

namespace {

constexpr Provenance kHere = {.evidence = 1, .place = 1};

struct PolicySourceTest : testing::Test {
  Bundle bundle;
  Subject& user = *bundle.facts.User({.sid = "S-1-12-1-1-2-3-4"});

  void SetDevice(std::string_view fact, const Cell& cell) {
    bundle.facts.Device().facts.Set(fact, cell);
  }

  void SetUser(std::string_view fact, const Cell& cell) { user.facts.Set(fact, cell); }

  void Derive() { bundle.Derive(collectors::kPolicySourceDerivation); }

  const Cell& Device(std::string_view fact) { return bundle.Device(fact); }

  const Cell& User(std::string_view fact) { return user.facts.Get(fact); }
};

TEST_F(PolicySourceTest, EnrollmentAuthorityIsGroupPolicyAndSaysNothingOfMdm) {
  SetDevice("device.whfb_policy.cert_enrollment", Cell::Text("enrollment authority", kHere));
  Derive();
  EXPECT_EQ(Device("device.whfb_policy.by_gpo").value.number, 1);
  EXPECT_TRUE(Device("device.whfb_policy.by_mdm").unknown());
  EXPECT_EQ(User("user.whfb_policy.by_gpo").value.number, 1);
}

TEST_F(PolicySourceTest, MobileDeviceManagementIsMdmAndNotGroupPolicy) {
  SetDevice("device.whfb_policy.cert_enrollment", Cell::Text("mobile device management", kHere));
  Derive();
  EXPECT_EQ(Device("device.whfb_policy.by_mdm").value.number, 1);
  ASSERT_TRUE(Device("device.whfb_policy.by_gpo").present());
  EXPECT_EQ(Device("device.whfb_policy.by_gpo").value.number, 0);
}

TEST_F(PolicySourceTest, ASignalOfTheDeviceNeverSettlesTheKeyOfTheUser) {
  for (const std::string_view said : {"mobile device management", "none"}) {
    Bundle other;
    Subject& ada = *other.facts.User({.sid = "S-1-12-1-1-2-3-4"});
    other.facts.Device().facts.Set("device.whfb_policy.cert_enrollment", Cell::Text(said, kHere));
    other.Derive(collectors::kPolicySourceDerivation);
    EXPECT_EQ(other.Device("device.whfb_policy.by_gpo").value.number, 0) << said;
    ASSERT_TRUE(ada.facts.Get("user.whfb_policy.by_gpo").unknown()) << said;
    EXPECT_EQ(ada.facts.Get("user.whfb_policy.by_gpo").why, WhyUnknown::kNotCollected) << said;
    EXPECT_EQ(ada.facts.Get("user.whfb_policy.by_mdm").present(), said != "none") << said;
    ada.facts.Set("user.whfb_policy.gpo.configured", Cell::Bool(false, kHere));
    other.Derive(collectors::kPolicySourceDerivation);
    ASSERT_TRUE(ada.facts.Get("user.whfb_policy.by_gpo").present()) << said;
    EXPECT_EQ(ada.facts.Get("user.whfb_policy.by_gpo").value.number, 0) << said;
  }
}

TEST_F(PolicySourceTest, GroupPolicyInDsregcmdButNotInTheKeyOfTheComputerIsConflicting) {
  SetDevice("device.whfb_policy.cert_enrollment", Cell::Text("enrollment authority", kHere));
  SetDevice("device.whfb_policy.gpo.configured", Cell::Bool(false, kHere));
  Derive();
  ASSERT_TRUE(User("user.whfb_policy.by_gpo").unknown());
  EXPECT_EQ(User("user.whfb_policy.by_gpo").why, WhyUnknown::kConflicting);
  SetUser("user.whfb_policy.gpo.configured", Cell::Bool(false, kHere));
  Derive();
  ASSERT_TRUE(User("user.whfb_policy.by_gpo").present()) << "both keys were read";
  EXPECT_EQ(User("user.whfb_policy.by_gpo").value.number, 0);
}

TEST_F(PolicySourceTest, TheRegistryIsTakenBeforeDsregcmd) {
  SetDevice("device.whfb_policy.gpo.configured", Cell::Bool(true, kHere));
  SetDevice("device.whfb_policy.cert_enrollment", Cell::Text("mobile device management", kHere));
  Derive();
  EXPECT_EQ(Device("device.whfb_policy.by_gpo").value.number, 1);
}

TEST_F(PolicySourceTest, DsregcmdAndEventThatDisagreeAreConflicting) {
  SetDevice("device.whfb_policy.cert_enrollment", Cell::Text("mobile device management", kHere));
  SetDevice("device.whfb_policy.event_source", Cell::Text("gpo", kHere));
  Derive();
  ASSERT_TRUE(Device("device.whfb_policy.by_gpo").unknown());
  EXPECT_EQ(Device("device.whfb_policy.by_gpo").why, WhyUnknown::kConflicting);
}

TEST_F(PolicySourceTest, NothingCollectedIsUnknown) {
  Derive();
  EXPECT_EQ(Device("device.whfb_policy.by_gpo").why, WhyUnknown::kNotCollected);
  EXPECT_TRUE(User("user.whfb_policy.source").unknown());
  EXPECT_TRUE(User("user.whfb.trust_type").unknown());
}

TEST_F(PolicySourceTest, NoGroupPolicyOfTheComputerLeavesTheUserOpen) {
  SetDevice("device.whfb_policy.gpo.configured", Cell::Bool(false, kHere));
  Derive();
  EXPECT_EQ(Device("device.whfb_policy.by_gpo").value.number, 0);
  EXPECT_TRUE(User("user.whfb_policy.by_gpo").unknown());
}

TEST_F(PolicySourceTest, UserGroupPolicyWinsOverEverything) {
  SetUser("user.whfb_policy.gpo.configured", Cell::Bool(true, kHere));
  SetDevice("device.whfb_policy.gpo.configured", Cell::Bool(true, kHere));
  SetDevice("device.whfb_policy.mdm.configured", Cell::Bool(true, kHere));
  Derive();
  EXPECT_EQ(User("user.whfb_policy.source").value.text, "user-gpo");
}

TEST_F(PolicySourceTest, TheDeviceCspIsTheLastResort) {
  SetUser("user.whfb_policy.gpo.configured", Cell::Bool(false, kHere));
  SetDevice("device.whfb_policy.gpo.configured", Cell::Bool(false, kHere));
  SetUser("user.whfb_policy.mdm.configured", Cell::Bool(false, kHere));
  SetDevice("device.whfb_policy.mdm.configured", Cell::Bool(true, kHere));
  Derive();
  EXPECT_EQ(User("user.whfb_policy.source").value.text, "device-mdm");
}

TEST_F(PolicySourceTest, AnUnreadStrongerSourceLeavesTheWinnerOpen) {
  SetDevice("device.whfb_policy.mdm.configured", Cell::Bool(true, kHere));
  Derive();
  EXPECT_TRUE(User("user.whfb_policy.source").unknown());
  EXPECT_EQ(User("user.whfb_policy.by_mdm").value.number, 1);
}

TEST_F(PolicySourceTest, CertificateTrustWinsOverCloudTrust) {
  for (const std::string_view prefix : {"user.whfb_policy.gpo.", "user.whfb_policy.mdm."}) {
    SetUser(std::string(prefix) + "use_certificate_for_on_prem_auth", Cell::Absent(kHere));
    SetUser(std::string(prefix) + "use_cloud_trust_for_on_prem_auth", Cell::Absent(kHere));
  }
  SetDevice("device.whfb_policy.gpo.use_certificate_for_on_prem_auth", Cell::Absent(kHere));
  SetDevice("device.whfb_policy.gpo.use_cloud_trust_for_on_prem_auth", Cell::Absent(kHere));
  SetDevice("device.whfb_policy.mdm.use_cloud_trust_for_on_prem_auth", Cell::Int(1, kHere));
  SetDevice("device.whfb_policy.mdm.use_certificate_for_on_prem_auth", Cell::Int(1, kHere));
  Derive();
  EXPECT_EQ(User("user.whfb.trust_type").value.text, "certificate");
}

struct RouteTest : testing::Test {
  Bundle bundle;
  FactSpace environment{Catalog()};
  Subject& user = *bundle.facts.User({.sid = "S-1-12-1-1-2-3-4"});

  void AddScep(const Cell& hello, std::string_view thumbprint = {}) {
    Table& table = bundle.facts.Device().facts.TableOf("device.scep_enrolment");
    std::vector<Cell> row(table.spec().columns.size());
    const auto set = [&](std::string_view column, const Cell& cell) {
      row[static_cast<std::size_t>(FindColumn(table.spec(), column))] = cell;
    };
    set("unique_id", Cell::Text("id", kHere));
    set("hello", hello);
    if (!thumbprint.empty()) {
      set("thumbprint", Cell::Text(thumbprint, kHere));
    }
    table.Add(row);
  }

  void AddProfile(std::string_view name, std::string_view type) {
    SubjectFacts& facts = environment.Named(SubjectKind::kCertificateProfile, name).facts;
    facts.Set("profile.type", Cell::Text(type, kHere));
    facts.Set("profile.key_storage_provider",
              Cell::Text("usePassportForWorkKspOtherwiseFail", kHere));
    facts.Set("profile.assigned", Cell::Bool(true, kHere));
  }

  void Join(std::string_view type) {
    bundle.facts.Device().facts.Put("device.join_type", Cell::Text(type, kHere));
  }

  void Derive() { bundle.Derive(collectors::kRouteDerivation, &environment); }

  const Cell& Route() { return user.facts.Get("user.route"); }
};

TEST_F(RouteTest, TheCommandLineWinsOverTheIntentFile) {
  environment.Environment().facts.Set("environment.route", Cell::Text("adcs", kHere));
  bundle.declared.route = "intune-pkcs";
  Derive();
  EXPECT_EQ(Route().value.text, "intune-pkcs");
  EXPECT_EQ(user.facts.Get("user.route_evidence").value.text, "--route");
}

TEST_F(RouteTest, TheIntentFileWinsOverEvidence) {
  environment.Environment().facts.Set("environment.route", Cell::Text("adcs", kHere));
  AddScep(Cell::Bool(true, kHere));
  Derive();
  EXPECT_EQ(Route().value.text, "adcs");
  EXPECT_EQ(bundle.Device("device.route").value.text, "adcs");
}

TEST_F(RouteTest, AScepRequestThatNamesTheCertificateDecides) {
  user.facts.Put("user.rdp_certificate.sha1", Cell::Text("aa", kHere));
  AddScep(Cell::Unknown(WhyUnknown::kNotCollected), "aa");
  Derive();
  EXPECT_EQ(Route().value.text, "intune-scep");
}

TEST_F(RouteTest, ATemplateBuiltFromTheDirectoryIsAdcs) {
  user.facts.Put("user.rdp_certificate.template_oid", Cell::Text("1.2.3", kHere));
  SubjectFacts& facts = environment.Named(SubjectKind::kCertificateTemplate, "T").facts;
  facts.Set("template.oid", Cell::Text("1.2.3", kHere));
  facts.Set("template.certificate_name_flag", Cell::Int(0x82000000, kHere));
  Derive();
  EXPECT_EQ(Route().value.text, "adcs");
}

TEST_F(RouteTest, ARequestForAnotherKeyStoreDecidesNothing) {
  AddScep(Cell::Bool(false, kHere));
  Derive();
  EXPECT_TRUE(Route().unknown());
}

TEST_F(RouteTest, OneAssignedPassportProfileDecidesForAnEntraJoinedDevice) {
  Join("entra");
  AddProfile("A", "pkcs");
  Derive();
  EXPECT_EQ(Route().value.text, "intune-pkcs");
}

TEST_F(RouteTest, AnAssignedProfileSaysNothingOfADeviceThatMayEnrolWithAdcs) {
  AddProfile("A", "pkcs");
  Derive();
  EXPECT_TRUE(Route().unknown());
  Join("hybrid");
  Derive();
  EXPECT_TRUE(Route().unknown());
}

TEST_F(RouteTest, TwoAssignedPassportProfilesDecideNothing) {
  Join("entra");
  AddProfile("A", "pkcs");
  AddProfile("B", "scep");
  Derive();
  EXPECT_TRUE(Route().unknown());
}

TEST_F(RouteTest, ACertificateAndARequestThatDisagreeAreConflicting) {
  user.facts.Put("user.rdp_certificate.template_oid", Cell::Text("1.2.3", kHere));
  SubjectFacts& facts = environment.Named(SubjectKind::kCertificateTemplate, "T").facts;
  facts.Set("template.oid", Cell::Text("1.2.3", kHere));
  facts.Set("template.certificate_name_flag", Cell::Int(0x82000000, kHere));
  AddScep(Cell::Bool(true, kHere));
  Derive();
  EXPECT_EQ(Route().why, WhyUnknown::kConflicting);
  EXPECT_EQ(bundle.Device("device.route").why, WhyUnknown::kConflicting);
}

TEST_F(RouteTest, WhatTheDeviceGotOutweighsAProfile) {
  Join("entra");
  AddScep(Cell::Bool(true, kHere));
  AddProfile("A", "pkcs");
  Derive();
  EXPECT_EQ(Route().value.text, "intune-scep");
}

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
