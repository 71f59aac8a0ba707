// Which certificate is judged, and whose store a listing shows.

#include "samples/contoso_files.h"
#include "samples/contoso_identity.h"
#include "tests/scan/scan_run.h"

namespace whfb::scan_test {

namespace {

using samples::Shape;
using samples::StoredCertificate;
using samples::Story;

class CertificateTest : public ScanTest {
 protected:
  // The user ran certutil: the listing itself does not tell.
  Results ScanAsUser(const Story& story) {
    options.declared.collected_as = samples::Upn(story);
    PutEnvironment();
    return Scan();
  }
};

TEST_F(CertificateTest, AUserStoreThatSystemListedSaysNothingAboutTheUser) {
  // Collect diagnostics runs as SYSTEM: its empty listing is that of SYSTEM's own store.
  Story story = Healthy();
  story.shape = Shape::kDiagnostics;
  PutDevice(story);
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
  EXPECT_EQ(results.ReadinessOf(PlaceholderOf(story)), "undetermined");
  Expect(results, {.subject = PlaceholderOf(story),
                   .rule = "cert.in-whfb-container",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kWrongContext,
                   .says = {"not the one of this user", "SYSTEM", "--collected-as"},
                   .from = "certutil_exe_-store_-user_my output.log"});
  for (const char* const rule : {"cert.eku", "cert.ca-issued", "cert.time-valid"}) {
    Expect(results, {.subject = PlaceholderOf(story), .rule = rule, .verdict = Verdict::kUnknown});
  }
}

TEST_F(CertificateTest, AUserKnownFromElsewhereIsNotFailedByTheListingOfSystem) {
  Story story = Healthy();
  story.shape = Shape::kDiagnostics;
  samples::Files files = samples::DeviceFiles(story, Pki());
  ASSERT_EQ(files.size(), 1U);
  PutFiles("devices", files);
  Story status = Healthy();
  status.shape = Shape::kStatusOnly;
  PutDevice(status);
  PutEnvironment();
  const Results results = Scan();
  const std::string user = "user:PC-0001/ada@corp.contoso.com";
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
  EXPECT_EQ(results.ReadinessOf(user), "undetermined");
  Expect(results, {.subject = user,
                   .rule = "cert.in-whfb-container",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kWrongContext,
                   .says = {"SYSTEM"},
                   .from = "certutil_exe_-store_-user_my output.log"});
}

TEST_F(CertificateTest, TheUsersOwnListingCountsBesideThatOfSystem) {
  Story story = Healthy();
  story.shape = Shape::kDiagnosticsAndUser;
  PutDevice(story);
  const Results results = ScanAsUser(story);
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "ready");
  Expect(results, {.subject = UserOf(story),
                   .rule = "cert.in-whfb-container",
                   .verdict = Verdict::kPass,
                   .from = "PC-0001/certutil_-user_-store_my.txt"});
}

TEST_F(CertificateTest, ContainerAndExtendedKeyUsageMustBeThoseOfOneCertificate) {
  Story story = Healthy();
  story.certificates = {{.serial = 1, .smart_card_eku = false},
                        {.serial = 2, .not_before = "20260701000000Z", .passport = false}};
  PutDevice(story);
  const Results results = ScanAsUser(story);
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "blocked");
  EXPECT_EQ(results.ReadinessOf(UserOf(story)), "blocked");
  Expect(results, {.subject = UserOf(story),
                   .rule = "cert.in-whfb-container",
                   .verdict = Verdict::kPass,
                   .says = {"Microsoft Passport Key Storage Provider"},
                   .from = "certutil_-user_-store_my.txt"});
  Expect(results, {.subject = UserOf(story),
                   .rule = "cert.eku",
                   .verdict = Verdict::kFail,
                   .says = {samples::kClientAuthentication, samples::kSmartCardLogon, "missing"},
                   .from = "user_certificate_0001.cer"});
}

TEST_F(CertificateTest, ARenewedCertificateIsJudgedAndNotTheExpiredOneBesideIt) {
  const StoredCertificate expired{
      .serial = 30, .not_before = "20250601000000Z", .not_after = "20260601000000Z"};
  const StoredCertificate renewed{
      .serial = 31, .not_before = "20260520000000Z", .not_after = "20270520000000Z"};
  // The order of the listing does not matter.
  for (const auto& certificates : {std::vector{expired, renewed}, std::vector{renewed, expired}}) {
    Story story = Healthy();
    story.certificates = certificates;
    PutDevice(story);
    const Results results = ScanAsUser(story);
    EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "ready");
    EXPECT_EQ(results.ReadinessOf(UserOf(story)), "ready");
    Expect(results, {.subject = UserOf(story),
                     .rule = "cert.time-valid",
                     .verdict = Verdict::kPass,
                     .says = {"2026-05-20T00:00:00Z", "2027-05-20T00:00:00Z"},
                     .from = "user_certificate_001f.cer"});
  }
}

TEST_F(CertificateTest, AnExpiredCertificateAloneBlocks) {
  Story story = Healthy();
  story.certificates = {
      {.serial = 30, .not_before = "20250601000000Z", .not_after = "20260601000000Z"}};
  PutDevice(story);
  const Results results = ScanAsUser(story);
  EXPECT_EQ(results.ReadinessOf(UserOf(story)), "blocked");
  Expect(results, {.subject = UserOf(story),
                   .rule = "cert.time-valid",
                   .verdict = Verdict::kFail,
                   .says = {"2026-06-01T00:00:00Z"},
                   .from = "user_certificate_001e.cer"});
}

TEST_F(CertificateTest, TheKeyTrustCertificateIsNoCertificateInTheContainer) {
  Story story = Healthy();
  story.certificates = {{.serial = 1, .key_trust = true}};
  PutDevice(story);
  const Results results = ScanAsUser(story);
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "blocked");
  EXPECT_EQ(results.ReadinessOf(UserOf(story)), "blocked");
  Expect(results, {.subject = UserOf(story),
                   .rule = "cert.in-whfb-container",
                   .verdict = Verdict::kFail,
                   .says = {"read completely", "login.windows.net"},
                   .from = "certutil_-user_-store_my.txt"});
  Expect(results,
         {.subject = UserOf(story), .rule = "cert.eku", .verdict = Verdict::kNotApplicable});
}

TEST_F(CertificateTest, TheKeyTrustCertificateInAListingOfNobodyKnownDecidesNothing) {
  Story story = Healthy();
  story.certificates = {{.serial = 1, .key_trust = true}};
  PutDevice(story);
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(UserOf(story)), "undetermined");
  Expect(results, {.subject = UserOf(story),
                   .rule = "cert.in-whfb-container",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kAmbiguous,
                   .from = "certutil_-user_-store_my.txt"});
}

TEST_F(CertificateTest, ACertificateInAnotherProviderIsNotInTheContainer) {
  Story story = Healthy();
  story.certificates = {{.serial = 1, .passport = false}};
  PutDevice(story);
  const Results results = ScanAsUser(story);
  const std::string user = "user:PC-0001/ada@corp.contoso.com";
  EXPECT_EQ(results.ReadinessOf(user), "blocked");
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "blocked");
  Expect(results, {.subject = user,
                   .rule = "cert.in-whfb-container",
                   .verdict = Verdict::kFail,
                   .says = {"Microsoft Software Key Storage Provider"},
                   .from = "certutil_-user_-store_my.txt"});
}

TEST_F(CertificateTest, AListingThatEndsTooEarlyProvesNoAbsence) {
  Story story = Healthy();
  story.certificates = {{.serial = 1, .key_trust = true}};
  samples::Files files = samples::DeviceFiles(story, Pki());
  for (auto& [path, content] : files) {
    if (path.ends_with("certutil_-user_-store_my.txt")) {
      content.resize(content.rfind("CertUtil:"));
    }
  }
  PutFiles("devices", files);
  const Results results = ScanAsUser(story);
  EXPECT_EQ(results.ReadinessOf(UserOf(story)), "undetermined");
  Expect(results, {.subject = UserOf(story),
                   .rule = "cert.in-whfb-container",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kTruncated,
                   .says = {"ends too early"},
                   .from = "certutil_-user_-store_my.txt"});
}

const StoredCertificate kExpired{
    .serial = 30, .not_before = "20250601000000Z", .not_after = "20260601000000Z"};
const StoredCertificate kRenewed{
    .serial = 31, .not_before = "20260520000000Z", .not_after = "20270520000000Z"};
// In the last fifth of its life when the scan looks.
const StoredCertificate kDue{
    .serial = 32, .not_before = "20260101000000Z", .not_after = "20261231000000Z"};
const StoredCertificate kWithoutEku{.serial = 33, .smart_card_eku = false};

// The exports of a device whose listing of the user's store ends before its second certificate.
samples::Files CutAfterTheFirst(const Story& story) {
  samples::Files files = samples::DeviceFiles(story, Pki());
  for (auto& [path, content] : files) {
    if (path.ends_with("certutil_-user_-store_my.txt")) {
      content.resize(content.rfind('\n', content.find(" 1 ==")) + 1);
    }
  }
  return files;
}

// What is judged wrongly where the better certificate is in the part that was lost.
// Said for a fleet, or misspelled.
TEST_F(CertificateTest, WhoTookTheExportsIsNobodyThatTheEvidenceContradicts) {
  const Story story = Healthy();
  PutDevice(story);
  PutEnvironment();
  for (const char* const other : {"zoe@corp.contoso.com", "S-1-12-1-9-9-9-9"}) {
    SCOPED_TRACE(other);
    options.declared.collected_as = other;
    const Results results = Scan();
    EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "ready");
    EXPECT_EQ(results.ReadinessOf(UserOf(story)), "ready");
    EXPECT_EQ(std::ranges::count(results.subjects, SubjectKind::kUser, &SubjectRecord::kind), 1);
    EXPECT_TRUE(results.totals.named_users.empty());
  }
}

struct Lost {
  StoredCertificate shown{};
  const char* rule = "";
};

TEST_F(CertificateTest, WhatACutListingStillShowsFailsNothingThatALostCertificateMayHave) {
  PutEnvironment();
  for (const Lost& one : {Lost{kExpired, "cert.time-valid"}, Lost{kExpired, "map.strong-present"},
                          Lost{kDue, "cert.time-valid"}, Lost{kWithoutEku, "cert.eku"}}) {
    SCOPED_TRACE(one.rule + std::to_string(one.shown.serial));
    Story story = Healthy();
    story.certificates = {one.shown, kRenewed};
    // Whose listing it is may be told or not.
    for (const std::string& account : {std::string{}, samples::Upn(story)}) {
      options.declared.collected_as = account;
      std::filesystem::remove_all(folder() / "devices");
      PutFiles("devices", CutAfterTheFirst(story));
      const Results cut = Scan();
      EXPECT_EQ(cut.ReadinessOf(DeviceOf(story)), "undetermined");
      Expect(cut, {.subject = UserOf(story),
                   .rule = one.rule,
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kTruncated});
      PutFiles("devices", samples::DeviceFiles(story, Pki()));
      Expect(Scan(), {.subject = UserOf(story), .rule = one.rule, .verdict = Verdict::kPass});
    }
  }
}

TEST_F(CertificateTest, AValidCertificateIsJudgedThoughTheRestOfTheListingIsLost) {
  Story story = Healthy();
  story.certificates = {kRenewed, kExpired};
  PutFiles("devices", CutAfterTheFirst(story));
  const Results results = ScanAsUser(story);
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "ready");
  Expect(results, {.subject = UserOf(story), .rule = "cert.time-valid", .verdict = Verdict::kPass});
}

TEST_F(CertificateTest, AnExpiredCertificateAloneBlocksAlsoWhereNobodyToldWhoseListingItIs) {
  Story story = Healthy();
  story.certificates = {kExpired};
  PutDevice(story);
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(UserOf(story)), "blocked");
  Expect(results, {.subject = UserOf(story), .rule = "cert.time-valid", .verdict = Verdict::kFail});
}

}  // namespace

}  // namespace whfb::scan_test
