// Ready, blocked, undetermined: what evidence makes of a device and its users.

#include "tests/scan/scan_run.h"

namespace whfb::scan_test {

namespace {

using samples::Join;
using samples::Shape;
using samples::Story;

class ReadinessTest : public ScanTest {};

// The findings of the device, its user and the environment that keep a device from being ready.
std::vector<std::string> OpenOf(const Results& results, const Story& story) {
  return results.Open({DeviceOf(story), UserOf(story), kEnvironment});
}

TEST_F(ReadinessTest, ADeviceWithEverythingRightIsReady) {
  const Story story = Healthy();
  PutDevice(story);
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "ready");
  EXPECT_EQ(results.ReadinessOf(UserOf(story)), "ready");
  EXPECT_EQ(OpenOf(results, story), std::vector<std::string>{});
  Expect(results, {.subject = UserOf(story),
                   .rule = "cert.in-whfb-container",
                   .verdict = Verdict::kPass,
                   .says = {"CN=Contoso Issuing CA 1", "Microsoft Passport Key Storage Provider"},
                   .from = "certutil_-user_-store_my.txt"});
}

TEST_F(ReadinessTest, ACertificateWithoutItsKeySignsNobodyIn) {
  Story story = Healthy();
  story.certificates.front().keyset_missing = true;
  PutDevice(story);
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(UserOf(story)), "blocked");
  Expect(results, {.subject = UserOf(story),
                   .rule = "cert.private-key-present-not-exportable",
                   .verdict = Verdict::kFail,
                   .from = "certutil_-user_-store_my.txt"});
}

TEST_F(ReadinessTest, DsregcmdAloneLeavesTheDeviceUndetermined) {
  Story story = Healthy();
  story.shape = Shape::kStatusOnly;
  PutDevice(story);
  const Results results = Scan();
  const std::string user = "user:PC-0001/ada@corp.contoso.com";
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
  EXPECT_EQ(results.ReadinessOf(user), "undetermined");
  Expect(results, {.subject = user,
                   .rule = "whfb.provisioned",
                   .verdict = Verdict::kPass,
                   .says = {"NgcSet true", "b7a5c9d2-3e4f-4a1b-9c8d-000000000001"},
                   .from = "dsregcmd.txt"});
  Expect(results, {.subject = user,
                   .rule = "cert.in-whfb-container",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kNotCollected,
                   .says = {"personal certificate store of this user was not collected"}});
  Expect(results, {.subject = DeviceOf(story),
                   .rule = "whfb.emulation-off",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kNotCollected,
                   .says = {"Group Policy values"}});
  for (const Finding& finding : results.findings) {
    const bool note = results.Rule(finding.rule)->severity == Severity::kInfo;
    EXPECT_TRUE(note || finding.verdict != Verdict::kFail)
        << finding.rule << ": " << finding.reason;
  }
}

TEST_F(ReadinessTest, WithoutEvidenceOfDomainControllersAnEntraJoinedDeviceIsUndetermined) {
  const Story story = Healthy();
  PutDevice(story);
  PutEnvironment({.controllers = {}});
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
  EXPECT_EQ(results.ReadinessOf(UserOf(story)), "undetermined");
  // Otherwise perfect: nothing but the domain controllers is open.
  const std::vector<std::string> only_controllers = {
      std::string("crl.http-cdp@") + kEnvironment + " unknown",
      std::string("dc.certificate-present@") + kEnvironment + " unknown",
      std::string("dc.crl-http@") + kEnvironment + " unknown",
      std::string("dc.eku-kdc@") + kEnvironment + " unknown",
      std::string("dc.machine-store@") + kEnvironment + " unknown",
      std::string("dc.private-key@") + kEnvironment + " unknown",
      "dc.root-trusted-by-client@device:PC-0001 unknown",
      std::string("dc.san-domain@") + kEnvironment + " unknown",
      std::string("dc.time-valid@") + kEnvironment + " unknown",
      "trust.dc-trusts-user-root@" + UserOf(story) + " unknown"};
  EXPECT_EQ(OpenOf(results, story), only_controllers);
  Expect(results, {.subject = kEnvironment,
                   .rule = "dc.eku-kdc",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kNotCollected,
                   .says = {"no evidence of any domain controller", "certutil"}});
  Expect(results, {.subject = DeviceOf(story),
                   .rule = "dc.root-trusted-by-client",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kNotCollected,
                   .says = {"certificates of the domain controllers"}});
}

TEST_F(ReadinessTest, ADeclaredDomainControllerWithoutEvidenceKeepsTheDeviceUndetermined) {
  const Story story = Healthy();
  PutDevice(story);
  PutEnvironment({.controllers = {{.host = "dc01"}, {.host = "dc02", .evidence = false}}});
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
  EXPECT_EQ(results.ReadinessOf(UserOf(story)), "undetermined");
  EXPECT_EQ(results.ReadinessOf(kDc02), "undetermined");
  Expect(results, {.subject = kDc01, .rule = "dc.eku-kdc", .verdict = Verdict::kPass});
  Expect(results, {.subject = kDc02,
                   .rule = "dc.eku-kdc",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kNotCollected,
                   .says = {"no evidence of domain controller dc02.corp.contoso.com",
                            "certutil -v -store My"}});
}

TEST_F(ReadinessTest, ADeclaredDomainControllerThatNobodyLookedAtMayStillWork) {
  const Story story = Healthy();
  PutDevice(story);
  PutEnvironment(
      {.controllers = {{.host = "dc01", .kdc_eku = false}, {.host = "dc02", .evidence = false}}});
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
  EXPECT_EQ(results.ReadinessOf(UserOf(story)), "undetermined");
  Expect(results, {.subject = kDc01, .rule = "dc.eku-kdc", .verdict = Verdict::kFail});
}

TEST_F(ReadinessTest, OneDomainControllerOfTwoThatFailsKeepsTheDeviceFromBeingReady) {
  const Story story = Healthy();
  PutDevice(story);
  PutEnvironment({.controllers = {{.host = "dc01"}, {.host = "dc02", .kdc_eku = false}}});
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
  EXPECT_EQ(results.ReadinessOf(UserOf(story)), "undetermined");
  EXPECT_EQ(results.ReadinessOf(kDc01), "ready");
  EXPECT_EQ(results.ReadinessOf(kDc02), "blocked");
  Expect(results, {.subject = kDc01, .rule = "dc.eku-kdc", .verdict = Verdict::kPass});
  Expect(results, {.subject = kDc02,
                   .rule = "dc.eku-kdc",
                   .verdict = Verdict::kFail,
                   .says = {samples::kServerAuthentication, samples::kKdcAuthentication},
                   .from = "dc02/dc02.cer"});
}

TEST_F(ReadinessTest, WhenEveryDomainControllerFailsTheDeviceIsBlocked) {
  const Story story = Healthy();
  PutDevice(story);
  PutEnvironment(
      {.controllers = {{.host = "dc01", .kdc_eku = false}, {.host = "dc02", .kdc_eku = false}}});
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "blocked");
  EXPECT_EQ(results.ReadinessOf(UserOf(story)), "blocked");
  for (const char* const controller : {kDc01, kDc02}) {
    EXPECT_EQ(results.ReadinessOf(controller), "blocked");
    Expect(results, {.subject = controller,
                     .rule = "dc.eku-kdc",
                     .verdict = Verdict::kFail,
                     .says = {samples::kServerAuthentication},
                     .from = ".cer"});
  }
}

TEST_F(ReadinessTest, EachDomainControllerBrokenInItsOwnWayIsNeverReady) {
  const Story story = Healthy();
  PutDevice(story);
  PutEnvironment(
      {.controllers = {{.host = "dc01", .kdc_eku = false}, {.host = "dc02", .expired = true}}});
  const Results results = Scan();
  EXPECT_NE(results.ReadinessOf(DeviceOf(story)), "ready");
  Expect(results, {.subject = kDc02,
                   .rule = "dc.time-valid",
                   .verdict = Verdict::kFail,
                   .says = {"2026-03-01T00:00:00Z"},
                   .from = "dc02/dc02.cer"});
}

TEST_F(ReadinessTest, PassingDomainControllersOfAListThatIsNotDeclaredCompleteLeaveItOpen) {
  const Story story = Healthy();
  PutDevice(story);
  PutEnvironment({.list_complete = false});
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
  EXPECT_EQ(results.ReadinessOf(UserOf(story)), "undetermined");
  EXPECT_EQ(results.ReadinessOf(kDc01), "ready");
  Expect(results, {.subject = kDc01, .rule = "dc.eku-kdc", .verdict = Verdict::kPass});
  Expect(results, {.subject = kDc02, .rule = "dc.eku-kdc", .verdict = Verdict::kPass});
}

TEST_F(ReadinessTest, PassingDomainControllersOfACompleteListMakeItReady) {
  const Story story = Healthy();
  PutDevice(story);
  PutEnvironment({.list_complete = true});
  EXPECT_EQ(Scan().ReadinessOf(DeviceOf(story)), "ready");
}

TEST_F(ReadinessTest, ADeviceWithoutAUserInScopeIsNeverReady) {
  // Everything about device and company is right, but nobody who could sign in was seen.
  const Story story = Healthy();
  samples::Files files = MachineOnly(story);
  PutFiles("devices", files);
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(PlaceholderOf(story)), "undetermined");
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
  EXPECT_EQ(results.Open({DeviceOf(story)}), std::vector<std::string>{});
  Expect(results, {.subject = PlaceholderOf(story),
                   .rule = "cert.in-whfb-container",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kNotCollected});
}

TEST_F(ReadinessTest, ADeviceWithoutAUserInScopeIsBlockedByWhatBlocksTheDevice) {
  Story story = Healthy();
  story.gpo_values = {{"DisableSmartCardNode", 1}};
  PutFiles("devices", MachineOnly(story));
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(PlaceholderOf(story)), "blocked");
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "blocked");
  Expect(results, {.subject = DeviceOf(story),
                   .rule = "whfb.emulation-off",
                   .verdict = Verdict::kFail,
                   .says = {"DisableSmartCardNode is 1"},
                   .from = "policies.reg"});
}

TEST_F(ReadinessTest, AUserNamedByTheOperatorIsInScope) {
  Story story = Healthy();
  story.hello = false;
  story.certificates = {};
  story.scep_results = {};
  PutDevice(story);
  PutEnvironment();
  const std::string user = "user:PC-0001/ada@corp.contoso.com";
  EXPECT_EQ(Scan().ReadinessOf(DeviceOf(story)), "undetermined");
  options.declared.users = {"ada@corp.contoso.com"};
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(user), "blocked");
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "blocked");
  Expect(results, {.subject = user,
                   .rule = "whfb.provisioned",
                   .verdict = Verdict::kFail,
                   .says = {"NgcSet is false"},
                   .from = "dsregcmd.txt"});
}

TEST_F(ReadinessTest, SoIsAUserWhomTheIntentFileExpects) {
  Story story = Healthy();
  story.hello = false;
  story.certificates = {};
  story.scep_results = {};
  PutDevice(story);
  PutEnvironment();
  Put("environment/expected.xml",
      "<intent version=\"1\"><expected-user upn=\"Ada@corp.contoso.com\"/></intent>");
  EXPECT_EQ(Scan().ReadinessOf(DeviceOf(story)), "blocked");
}

// An AD CS device, for which the domain controllers' own checks do not count (requirements A1.3):
// only whether they trust the user's certificate (B2).
Story Hybrid() {
  Story story = Healthy();
  story.join = Join::kHybrid;
  story.certificates = {{.serial = 2, .directory_subject = true}};
  story.scep_results = {};
  story.by_gpo = true;
  story.by_mdm = false;
  return story;
}

// Not by the way a device is joined, but by how its users sign in.
bool ConcernsHybridJoinedDevices(const RuleInfo& rule) {
  return rule.id == "whfb.dc-build-key-trust";
}

TEST_F(ReadinessTest, RulesAboutDomainControllersDoNotApplyWhereOnlyHybridJoinedDevicesAre) {
  const Story story = Hybrid();
  PutDevice(story);
  PutEnvironment({.controllers = {}});
  const Results results = Scan();
  const std::vector<std::string> only_trust = {"trust.dc-trusts-user-root@" + UserOf(story) +
                                               " unknown"};
  EXPECT_EQ(OpenOf(results, story), only_trust);
  int judged = 0;
  for (const RuleInfo& rule : results.rules) {
    if (rule.subject == SubjectKind::kDomainController && !ConcernsHybridJoinedDevices(rule)) {
      Expect(results, {.subject = kEnvironment,
                       .rule = rule.id,
                       .verdict = Verdict::kNotApplicable,
                       .says = {"no device and no user of this run"}});
      ++judged;
    }
  }
  EXPECT_GE(judged, 9);
}

TEST_F(ReadinessTest, ThatHoldsForDomainControllersWhichAreOnlyDeclaredToo) {
  const Story story = Hybrid();
  PutDevice(story);
  PutEnvironment({.controllers = {{.host = "dc01", .evidence = false}}});
  const Results results = Scan();
  EXPECT_EQ(OpenOf(results, story).size(), 1U);
  for (const RuleInfo& rule : results.rules) {
    if (rule.subject == SubjectKind::kDomainController && !ConcernsHybridJoinedDevices(rule)) {
      Expect(results, {.subject = kDc01, .rule = rule.id, .verdict = Verdict::kNotApplicable});
    }
  }
}

TEST_F(ReadinessTest, OneEntraJoinedDeviceMakesThemApplyAgain) {
  const Story hybrid = Hybrid();
  Story entra = Healthy();
  entra.device = "PC-0002";
  entra.user = "bo";
  entra.number = 2;
  PutDevice(hybrid);
  PutDevice(entra);
  PutEnvironment({.controllers = {}});
  const Results results = Scan();
  // Open is only whether they trust the certificate of its user.
  EXPECT_EQ(results.Open({DeviceOf(hybrid), UserOf(hybrid)}).size(), 1U);
  EXPECT_EQ(results.ReadinessOf(DeviceOf(entra)), "undetermined");
  Expect(results, {.subject = kEnvironment,
                   .rule = "dc.eku-kdc",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kNotCollected});
}

TEST_F(ReadinessTest, WithoutAnyDeviceNothingIsSaidToConcernNobody) {
  std::filesystem::create_directories(folder() / "devices");
  PutEnvironment({.controllers = {}});
  Expect(Scan(), {.subject = kEnvironment,
                  .rule = "dc.eku-kdc",
                  .verdict = Verdict::kUnknown,
                  .because = WhyUnknown::kNotCollected});
}

}  // namespace

}  // namespace whfb::scan_test
