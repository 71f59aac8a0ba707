// Several bundles of one device, and names that mean nothing.

#include <algorithm>
#include <filesystem>

#include "samples/contoso_exports.h"
#include "samples/contoso_files.h"
#include "samples/contoso_identity.h"
#include "samples/store_listing.h"
#include "tests/scan/scan_run.h"

namespace whfb::scan_test {

namespace {

namespace fs = std::filesystem;

using samples::Files;
using samples::Story;

class BundlesTest : public ScanTest {
 protected:
  // A bundle whose name tells when it was taken.
  void PutZip(const std::string& stamp, const Files& files) const {
    Put("devices/PC-0001-" + stamp + ".zip", samples::MakeZip(files, 1'795'000'000));
  }
};

constexpr const char* kEarlier = "20261110T080000Z";
constexpr const char* kLater = "20261117T080000Z";

// The exports of a healthy device without the folder they lie in.
Files Exports(const Story& story) {
  Files files = samples::DeviceFiles(story, Pki());
  for (auto& [path, content] : files) {
    path.erase(0, path.find('/') + 1);
  }
  return files;
}

TEST_F(BundlesTest, TheLaterBundleWinsWhereBothLooked) {
  Story before = Healthy();
  before.gpo_values = {{"DisableSmartCardNode", 1}};
  const Story after = Healthy();
  PutZip(kEarlier, Exports(before));
  PutZip(kLater, {{"policies.reg", samples::PoliciesExport(after)}});
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(after)), "ready");
  Expect(results, {.subject = DeviceOf(after),
                   .rule = "whfb.emulation-off",
                   .verdict = Verdict::kPass,
                   .says = {"DisableSmartCardNode is not set"},
                   .from = "PC-0001-20261117T080000Z.zip!/policies.reg"});
}

TEST_F(BundlesTest, TheEarlierBundleDoesNotWinWhereBothLooked) {
  const Story before = Healthy();
  Story after = Healthy();
  after.gpo_values = {{"DisableSmartCardNode", 1}};
  PutZip(kEarlier, Exports(before));
  PutZip(kLater, {{"policies.reg", samples::PoliciesExport(after)}});
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(after)), "blocked");
  Expect(results, {.subject = DeviceOf(after),
                   .rule = "whfb.emulation-off",
                   .verdict = Verdict::kFail,
                   .says = {"DisableSmartCardNode is 1"},
                   .from = "PC-0001-20261117T080000Z.zip!/policies.reg"});
}

TEST_F(BundlesTest, ALaterBundleThatDidNotLookChangesNothing) {
  const Story story = Healthy();
  PutZip(kEarlier, Exports(story));
  PutEnvironment();
  const Results before = Scan();
  ASSERT_EQ(before.ReadinessOf(DeviceOf(story)), "ready");
  PutZip(kLater, {{"schannel.reg", samples::SchannelExport(story)}});
  const Results after = Scan();
  EXPECT_EQ(after.ReadinessOf(DeviceOf(story)), "ready");
  ASSERT_EQ(after.findings.size(), before.findings.size());
  for (const Finding& finding : before.findings) {
    Expect(after, {.subject = finding.subject,
                   .rule = finding.rule,
                   .verdict = finding.verdict,
                   .because = finding.reason_code,
                   .says = {finding.reason}});
  }
}

// The earlier answer is known to be doubtful.
TEST_F(BundlesTest, ALaterBundleThatDisagreesWithItselfIsNotOverruledByTheEarlierOne) {
  const Story story = Healthy();
  Story other = story;
  other.gpo_values = {{"DisableSmartCardNode", 1}};
  PutZip(kEarlier, Exports(story));
  Files files = Exports(story);
  files.emplace_back("again.reg", samples::PoliciesExport(other));
  PutZip(kLater, files);
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
  Expect(results, {.subject = DeviceOf(story),
                   .rule = "whfb.emulation-off",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kConflicting});
  // A bundle after that which tells, and one that does not look.
  PutZip("20261118T070000Z", {{"policies.reg", samples::PoliciesExport(story)}});
  PutZip("20261118T080000Z", {{"schannel.reg", samples::SchannelExport(story)}});
  EXPECT_EQ(Scan().ReadinessOf(DeviceOf(story)), "ready");
}

TEST_F(BundlesTest, ALaterListingThatEndsTooEarlyIsNotCompletedByAnEarlierOne) {
  const Story before = Healthy();
  Story after = before;
  after.certificates = {{.serial = 77, .key_trust = true}};
  Files listing = Exports(after);
  std::erase_if(listing,
                [](const auto& file) { return !file.first.starts_with("certutil_-user"); });
  ASSERT_EQ(listing.size(), 1U);
  listing.front().second.resize(listing.front().second.rfind("CertUtil:"));
  PutZip(kEarlier, Exports(before));
  PutZip(kLater, listing);
  PutEnvironment();
  options.declared.collected_as = samples::Upn(before);
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(before)), "undetermined");
  Expect(results, {.subject = UserOf(before),
                   .rule = "cert.in-whfb-container",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kTruncated,
                   .from = "PC-0001-20261117T080000Z.zip!/certutil_-user_-store_my.txt"});
}

TEST_F(BundlesTest, ALaterListingOfSystemDoesNotHideTheUsersOwn) {
  const Story story = Healthy();
  PutZip(kEarlier, Exports(story));
  Story diagnostics = story;
  diagnostics.shape = samples::Shape::kOldDiagnostics;
  const Files zip = samples::DeviceFiles(diagnostics, Pki());
  Put("devices/DiagLogs-PC-0001-20261118T095500Z.zip", zip.front().second);
  PutEnvironment();
  options.declared.collected_as = samples::Upn(story);
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "ready");
  Expect(results, {.subject = UserOf(story),
                   .rule = "cert.in-whfb-container",
                   .verdict = Verdict::kPass,
                   .from = "PC-0001-20261110T080000Z.zip!/certutil_-user_-store_my.txt"});
}

TEST_F(BundlesTest, ALaterListingKeepsWhatAnEarlierBundleShowedOfTheCertificate) {
  // Only the earlier bundle holds the certificate itself, with its extended key usages.
  const Story story = Healthy();
  Files listing = Exports(story);
  std::erase_if(listing, [](const auto& file) { return !file.first.starts_with("certutil_"); });
  PutZip(kEarlier, Exports(story));
  PutZip(kLater, listing);
  PutEnvironment();
  options.declared.collected_as = samples::Upn(story);
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "ready");
  Expect(results, {.subject = UserOf(story),
                   .rule = "cert.in-whfb-container",
                   .verdict = Verdict::kPass,
                   .from = "PC-0001-20261117T080000Z.zip!/certutil_-user_-store_my.txt"});
  Expect(results, {.subject = UserOf(story),
                   .rule = "cert.eku",
                   .verdict = Verdict::kPass,
                   .says = {samples::kSmartCardLogon},
                   .from = "PC-0001-20261110T080000Z.zip!/user_certificate_0001.cer"});
}

TEST_F(BundlesTest, ALaterCompleteListingWithoutTheCertificateMeansThatItIsGone) {
  const Story before = Healthy();
  Story after = before;
  after.certificates = {};
  Files listing = Exports(after);
  std::erase_if(listing, [](const auto& file) { return !file.first.starts_with("certutil_"); });
  PutZip(kEarlier, Exports(before));
  PutZip(kLater, listing);
  PutEnvironment();
  options.declared.collected_as = samples::Upn(before);
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(before)), "blocked");
  Expect(results, {.subject = UserOf(before),
                   .rule = "cert.in-whfb-container",
                   .verdict = Verdict::kFail,
                   .says = {"certificates: 0"},
                   .from = "PC-0001-20261117T080000Z.zip!/certutil_-user_-store_my.txt"});
}

// Nothing tells whether a folder without an event log is older or newer than a dated archive.
TEST_F(BundlesTest, ABundleWithoutATimeIsNeitherTheEarlierNorTheLaterOne) {
  const Story dated = Healthy();
  Story undated = dated;
  undated.gpo_values = {{"DisableSmartCardNode", 1}};
  PutZip(kLater, Exports(dated));
  Put("devices/PC-0001/policies.reg", samples::PoliciesExport(undated));
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(dated)), "undetermined");
  Expect(results, {.subject = DeviceOf(dated),
                   .rule = "whfb.emulation-off",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kConflicting});
  // What both say alike stays known.
  Put("devices/PC-0001/policies.reg", samples::PoliciesExport(dated));
  EXPECT_EQ(Scan().ReadinessOf(DeviceOf(dated)), "ready");
}

// What only one of two complete listings shows may be there or not; what both show is there.
TEST_F(BundlesTest, TwoListingsOfWhichNobodyKnowsTheLaterAreOpenWhereTheyDiffer) {
  const Story story = Healthy();
  PutZip(kLater, Exports(story));
  PutEnvironment();
  ASSERT_EQ(Scan().ReadinessOf(DeviceOf(story)), "ready");
  Put("devices/PC-0001/certutil_-store_root.txt", samples::StoreListing({.store = "root"}));
  const Results results = Scan();
  Expect(results, {.subject = UserOf(story),
                   .rule = "trust.root-deployed",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kConflicting});
  // Where a time tells, the later one counts.
  fs::remove_all(folder() / "devices/PC-0001");
  PutZip("20261118T080000Z",
         {{"certutil_-store_root.txt", samples::StoreListing({.store = "root"})}});
  EXPECT_EQ(Scan().ReadinessOf(DeviceOf(story)), "blocked");
}

// A name of the future is no time: else evidence of any age would be fresh for ever.
TEST_F(BundlesTest, ATimeAfterTheRunDoesNotTellWhenTheEvidenceWasTaken) {
  const Story story = Healthy();
  PutZip("20991231T000000Z", Exports(story));
  PutEnvironment();
  Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "ready");
  const auto bundle = std::ranges::find_if(results.bundles, [](const BundleRecord& record) {
    return record.file.ends_with("20991231T000000Z.zip");
  });
  ASSERT_NE(bundle, results.bundles.end());
  EXPECT_EQ(bundle->collected, "2026-11-18T08:00:00Z") << "that of the last event";
  options.now = DefaultNow() + 31 * kTicksPerDay;
  results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
  Expect(results, {.subject = DeviceOf(story),
                   .rule = "whfb.emulation-off",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kStale});
}

TEST_F(BundlesTest, TwoBundlesOfOneMomentThatDifferAreConflicting) {
  const Story one = Healthy();
  Story other = one;
  other.gpo_values = {{"DisableSmartCardNode", 1}};
  PutZip(kLater, Exports(one));
  Put("devices/elsewhere/PC-0001-20261117T080000Z.zip",
      samples::MakeZip({{"policies.reg", samples::PoliciesExport(other)}}, 1'795'000'000));
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(one)), "undetermined");
  Expect(results, {.subject = DeviceOf(one),
                   .rule = "whfb.emulation-off",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kConflicting});
}

// Two sites have a PC-0001 each, or one was set up anew: another Entra device id.
TEST_F(BundlesTest, MachinesOfOneNameAreNotMixed) {
  const Story healthy = Healthy();
  Story other = healthy;
  other.user = "max";
  other.number = 203;
  other.gpo_values = {{"DisableSmartCardNode", 1}};
  PutZip(kEarlier, Exports(healthy));
  PutZip(kLater, Exports(other));
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.totals.devices, 2U);
  EXPECT_EQ(results.ReadinessOf(DeviceOf(healthy)), "ready");
  EXPECT_EQ(results.ReadinessOf(UserOf(healthy)), "ready");
  Story second = other;
  second.device = "PC-0001~d0000000";
  EXPECT_EQ(results.ReadinessOf(DeviceOf(second)), "blocked");
  EXPECT_EQ(results.ReadinessOf(UserOf(second)), "blocked");
  Expect(results, {.subject = DeviceOf(healthy),
                   .rule = "whfb.emulation-off",
                   .verdict = Verdict::kPass,
                   .from = "PC-0001-20261110T080000Z.zip!/policies.reg"});
  Expect(results, {.subject = DeviceOf(second),
                   .rule = "whfb.emulation-off",
                   .verdict = Verdict::kFail,
                   .says = {"DisableSmartCardNode is 1"},
                   .from = "PC-0001-20261117T080000Z.zip!/policies.reg"});
}

TEST_F(BundlesTest, ABundleThatMayBeOfTwoMachinesIsOfNeither) {
  const Story healthy = Healthy();
  Story other = healthy;
  other.number = 203;
  Story policies = healthy;
  policies.gpo_values = {{"DisableSmartCardNode", 1}};
  PutZip(kEarlier, Exports(healthy));
  PutZip("20261112T080000Z", Exports(other));
  PutZip(kLater, {{"policies.reg", samples::PoliciesExport(policies)}});
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.totals.devices, 3U);
  EXPECT_EQ(results.ReadinessOf(DeviceOf(healthy)), "ready");
  Expect(results, {.subject = DeviceOf(healthy),
                   .rule = "whfb.emulation-off",
                   .verdict = Verdict::kPass,
                   .from = "PC-0001-20261110T080000Z.zip!/policies.reg"});
}

// Without what names of files and bundles are in it.
std::string WithoutPlaces(const Finding& finding) {
  std::string text = finding.rule + "|" + finding.subject + "|" +
                     std::string(ToString(finding.verdict)) + "|" +
                     std::string(ToString(finding.severity)) + "|" + finding.reason;
  for (const Observed& one : finding.observed) {
    text += "|" + one.fact + "=" + one.value;
  }
  for (const EvidenceRef& ref : finding.evidence) {
    text += "|" + std::to_string(ref.line.value_or(0)) + "," +
            std::to_string(ref.record.value_or(0)) + "," + ref.key;
  }
  return text;
}

std::vector<std::string> WithoutPlaces(const Results& results) {
  std::vector<std::string> lines;
  for (const Finding& finding : results.findings) {
    lines.push_back(WithoutPlaces(finding));
  }
  for (const SubjectRecord& subject : results.subjects) {
    lines.push_back(subject.id + " " + std::string(ToString(subject.readiness)));
  }
  std::ranges::sort(lines);
  return lines;
}

TEST_F(BundlesTest, NamesOfFilesThatMeanNothingChangeNothing) {
  // The command that made a certutil listing is only in its name; every other name is free.
  const Story story = Healthy();
  PutDevice(story);
  PutEnvironment();
  const Results plain = Scan();
  ASSERT_EQ(plain.ReadinessOf(DeviceOf(story)), "ready");

  std::filesystem::remove_all(folder() / "devices");
  int number = 0;
  for (const auto& [path, content] : Exports(story)) {
    const bool speaks = path.starts_with("certutil_");
    const std::string ending = path.substr(path.rfind('.'));
    // Counted down, so that the order of the names changes as well.
    const std::string name = speaks ? path : "x" + std::to_string(99 - number++) + ending;
    Put("devices/some folder/deep/" + name, content);
  }
  const std::vector<std::string> renamed = WithoutPlaces(Scan());
  const std::vector<std::string> expected = WithoutPlaces(plain);
  EXPECT_EQ(renamed.size(), expected.size());
  for (const std::string& line : renamed) {
    EXPECT_TRUE(std::ranges::binary_search(expected, line)) << line;
  }
}

TEST_F(BundlesTest, AZipAndAFolderOfTheSameFilesSayTheSame) {
  const Story story = Healthy();
  PutDevice(story);
  PutEnvironment();
  const Results folder_results = Scan();
  std::filesystem::remove_all(folder() / "devices");
  Put("devices/anything.zip", samples::MakeZip(Exports(story), 1'795'000'000));
  EXPECT_EQ(WithoutPlaces(Scan()), WithoutPlaces(folder_results));
}

TEST_F(BundlesTest, OfVeryManyTheNewestAreReadAndTheOthersNamed) {
  constexpr int kBundles = 230;  // 30 beyond the limit
  for (int i = 0; i < kBundles; ++i) {
    const std::string time = std::to_string(1000 + i / 60 * 100 + i % 60);  // 10:00, 10:01, ...
    Put("devices/PC-0001-20261101T" + time + "00Z/dsregcmd.txt",
        samples::StatusText(Healthy(), true));
  }
  const Results results = Scan();
  const auto older = std::ranges::count_if(results.coverage, [](const CoverageRecord& record) {
    return record.reason == "older than the newest 200 bundles of this device";
  });
  EXPECT_EQ(older, 30);
  EXPECT_EQ(results.bundles.size(), 230U);
}

}  // namespace

}  // namespace whfb::scan_test
