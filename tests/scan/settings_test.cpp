// Settings: not set is not the same as not collected; old evidence; evidence that disagrees.

#include <filesystem>

#include "samples/contoso_exports.h"
#include "samples/contoso_files.h"
#include "samples/contoso_identity.h"
#include "tests/scan/scan_run.h"

namespace whfb::scan_test {

namespace {

using samples::Files;
using samples::Story;

class SettingsTest : public ScanTest {};

constexpr const char* kUac = "uac.secure-desktop-run-as";

TEST_F(SettingsTest, UacValuesThatAreNotSetHaveTheWindowsDefaultAndTheReasonSaysSo) {
  // Defaults: Admin 5, User 3, secure desktop 1, so credentials go to the secure desktop, which
  // is the lowered fail of requirements A7.3.
  Story story = Healthy();
  story.uac_values = {};
  PutDevice(story);
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "ready");
  Expect(results, {.subject = DeviceOf(story),
                   .rule = kUac,
                   .verdict = Verdict::kFail,
                   .says = {"ConsentPromptBehaviorUser not set, Windows default 3",
                            "PromptOnSecureDesktop not set, Windows default 1"},
                   .from = "policies_uac.reg"});
  EXPECT_EQ(results.Find(DeviceOf(story), kUac)->severity, Severity::kLow);
}

TEST_F(SettingsTest, UacValuesThatWereNotCollectedAreUnknown) {
  const Story story = Healthy();
  Files files = samples::DeviceFiles(story, Pki());
  Drop(files, "policies_uac.reg");
  PutFiles("devices", files);
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "ready");  // A7.3 is a feature loss
  Expect(results, {.subject = DeviceOf(story),
                   .rule = kUac,
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kNotCollected,
                   .says = {"ConsentPromptBehaviorAdmin unknown (not-collected)",
                            "what is missing was not collected"}});
}

TEST_F(SettingsTest, AnExportOfAnotherKeyDoesNotTellThatUacValuesAreNotSet) {
  // HKLM\SOFTWARE\Policies was read completely; the UAC values lie elsewhere.
  Story story = Healthy();
  Files files = samples::DeviceFiles(story, Pki());
  Replace(files, "policies_uac.reg", samples::PoliciesExport(story));
  PutFiles("devices", files);
  PutEnvironment();
  Expect(Scan(), {.subject = DeviceOf(story),
                  .rule = kUac,
                  .verdict = Verdict::kUnknown,
                  .because = WhyUnknown::kNotCollected});
}

TEST_F(SettingsTest, WithoutTheProfileExportItsRulesAreUnknownAndNameItWithTheCommand) {
  const Story story = Healthy();
  PutDevice(story);
  PutEnvironment({.profiles = false, .names_them = false});
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
  int judged = 0;
  for (const RuleInfo& rule : results.rules) {
    if (rule.subject == SubjectKind::kCertificateProfile) {
      Expect(results, {.subject = kEnvironment,
                       .rule = rule.id,
                       .verdict = Verdict::kUnknown,
                       .because = WhyUnknown::kNotCollected,
                       .says = {"no evidence of any certificate profile",
                                "Invoke-MgGraphRequest -Uri 'https://graph.microsoft.com/beta/",
                                "deviceConfigurations"}});
      ++judged;
    }
  }
  EXPECT_GE(judged, 1);
  ASSERT_NE(results.Find(kEnvironment, "scep.ksp-whfb"), nullptr);
}

TEST_F(SettingsTest, AProfileThatTheIntentFileNamesAndNobodyExportedIsUnknown) {
  const Story story = Healthy();
  PutDevice(story);
  PutEnvironment({.profiles = false, .names_them = true});
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
  Expect(results, {.subject = kEnvironment,
                   .rule = "scep.ksp-whfb",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kNotCollected,
                   .says = {"certificate profile", "Invoke-MgGraphRequest"}});
}

TEST_F(SettingsTest, EvidenceOlderThanMaxAgeIsStaleButCertificatesStay) {
  const Story story = Healthy();
  PutDevice(story);  // its newest event, and so its age, is of 2026-11-18T08:00Z
  PutEnvironment();
  options.now = DefaultNow() + 31 * kTicksPerDay;
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
  EXPECT_EQ(results.ReadinessOf(UserOf(story)), "undetermined");
  Expect(results, {.subject = DeviceOf(story),
                   .rule = "whfb.emulation-off",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kStale,
                   .says = {"too old"},
                   .from = "policies.reg"});
  Expect(results, {.subject = DeviceOf(story),
                   .rule = kUac,
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kStale,
                   .says = {"too old"}});
  Expect(results, {.subject = UserOf(story),
                   .rule = "whfb.provisioned",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kStale});
  for (const char* const rule :
       {"cert.in-whfb-container", "cert.eku", "cert.time-valid", "cert.ca-issued"}) {
    Expect(results, {.subject = UserOf(story), .rule = rule, .verdict = Verdict::kPass});
  }
}

// What a certificate says lasts, what its store holds does not: it may have been renewed since.
TEST_F(SettingsTest, AnOldListingDoesNotProveThatTheCertificateHasExpired) {
  Story story = Healthy();
  story.certificates = {
      {.serial = 30, .not_before = "20251210000000Z", .not_after = "20261210000000Z"}};
  PutDevice(story);
  PutEnvironment();
  options.declared.collected_as = samples::Upn(story);
  options.now = DefaultNow() + 31 * kTicksPerDay;  // 2026-12-19
  Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(UserOf(story)), "undetermined");
  for (const char* const rule : {"cert.time-valid", "cert.eku"}) {
    Expect(results, {.subject = UserOf(story),
                     .rule = rule,
                     .verdict = Verdict::kUnknown,
                     .because = WhyUnknown::kStale,
                     .from = "certutil_-user_-store_my.txt"});
  }
  options.max_age = 40 * kTicksPerDay;
  results = Scan();
  EXPECT_EQ(results.ReadinessOf(UserOf(story)), "blocked");
  Expect(results, {.subject = UserOf(story), .rule = "cert.time-valid", .verdict = Verdict::kFail});
}

TEST_F(SettingsTest, AnOldListingDoesNotProveThatThereIsNoCertificate) {
  Story story = Healthy();
  story.certificates = {{.serial = 1, .key_trust = true}};
  PutDevice(story);
  PutEnvironment();
  options.declared.collected_as = samples::Upn(story);
  options.now = DefaultNow() + 31 * kTicksPerDay;
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(UserOf(story)), "undetermined");
  Expect(results, {.subject = UserOf(story),
                   .rule = "cert.in-whfb-container",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kStale});
}

// A folder of exports without a log: it counts as that of now, and the verdict says that nobody
// dated it.
TEST_F(SettingsTest, AVerdictFromEvidenceThatNobodyDatedSaysSo) {
  constexpr const char* kSaid = "The age of this evidence is not known.";
  const Story story = Healthy();
  PutDevice(story);
  PutEnvironment();
  const std::string dated = Scan().Find(DeviceOf(story), "whfb.emulation-off")->reason;
  EXPECT_EQ(dated.find(kSaid), std::string::npos) << dated;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder() / "devices")) {
    if (file.path().extension() == ".evtx") {
      std::filesystem::remove(file.path());
    }
  }
  const Results results = Scan();
  EXPECT_EQ(results.bundles.at(0).collected, "");
  Expect(results, {.subject = DeviceOf(story),
                   .rule = "whfb.emulation-off",
                   .verdict = Verdict::kPass,
                   .says = {kSaid},
                   .from = "policies.reg"});
  for (const Finding& finding : results.findings) {
    const bool decided = finding.verdict == Verdict::kPass || finding.verdict == Verdict::kFail;
    EXPECT_TRUE(decided || finding.reason.find(kSaid) == std::string::npos) << finding.rule;
  }
}

TEST_F(SettingsTest, MaxAgeDecidesWhatIsStale) {
  const Story story = Healthy();
  PutDevice(story);
  PutEnvironment();
  options.now = DefaultNow() + 31 * kTicksPerDay;
  options.max_age = 40 * kTicksPerDay;
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "ready");
  Expect(results, {.subject = DeviceOf(story),
                   .rule = "whfb.emulation-off",
                   .verdict = Verdict::kPass,
                   .from = "policies.reg"});
}

TEST_F(SettingsTest, OneBundleThatGivesTwoAnswersIsConflicting) {
  const Story story = Healthy();
  Story other = story;
  other.uac_values = {{"ConsentPromptBehaviorAdmin", 1},
                      {"ConsentPromptBehaviorUser", 1},
                      {"EnableLUA", 1},
                      {"PromptOnSecureDesktop", 1}};
  other.gpo_values = {{"DisableSmartCardNode", 1}};
  PutDevice(story);
  Put("devices/PC-0001/again_uac.reg", samples::UacExport(other));
  Put("devices/PC-0001/again_policies.reg", samples::PoliciesExport(other));
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
  Expect(results, {.subject = DeviceOf(story),
                   .rule = kUac,
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kConflicting,
                   .says = {"disagrees with itself"}});
  // Set in one export, not set in the other: that is a contradiction too.
  Expect(results, {.subject = DeviceOf(story),
                   .rule = "whfb.emulation-off",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kConflicting});
}

}  // namespace

}  // namespace whfb::scan_test
