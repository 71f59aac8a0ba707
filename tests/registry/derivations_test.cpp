#include <array>
#include <set>
#include <string>

#include <gtest/gtest.h>

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

}  // namespace

}  // namespace whfb::test
