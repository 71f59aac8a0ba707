// Which of several pieces of evidence is the later one, what happens where nobody knows, and what a
// later file that cannot be read leaves of an earlier one.

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

constexpr const char* kEarlier = "20261110T080000Z";
constexpr const char* kLater = "20261117T080000Z";
constexpr const char* kProvider = "Microsoft Software Key Storage Provider";
constexpr const char* kRootListing = "certutil_-store_root.txt";

// The exports of a healthy device without the folder they lie in.
Files Exports(const Story& story) {
  Files files = samples::DeviceFiles(story, Pki());
  for (auto& [path, content] : files) {
    path.erase(0, path.find('/') + 1);
  }
  return files;
}

std::string Gpresult(const std::string& read_time, const std::string& type = "LoggedData") {
  return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n"
         "<Rsop xmlns=\"http://www.microsoft.com/GroupPolicy/Rsop\"><ReadTime>" +
         read_time + "</ReadTime><DataType>" + type +
         "</DataType><ComputerResults><Name>CORP\\PC-0001$</Name></ComputerResults></Rsop>\r\n";
}

std::string EmptyRoot() {
  return samples::StoreListing({.store = "root"});
}

class OrderTest : public ScanTest {
 protected:
  void PutZip(const std::string& stamp, const Files& files) const {
    Put("devices/PC-0001-" + stamp + ".zip", samples::MakeZip(files, 1'795'000'000));
  }

  void ExpectRoot(WhyUnknown because) const {
    const Story story = Healthy();
    Expect(Scan(), {.subject = UserOf(story),
                    .rule = "trust.root-deployed",
                    .verdict = Verdict::kUnknown,
                    .because = because});
  }

  // The registry export of the earlier bundle is no longer known to hold.
  void ExpectPolicyLost(WhyUnknown because, const std::string& file) const {
    const Story story = Healthy();
    const Results results = Scan();
    EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
    Expect(results, {.subject = DeviceOf(story),
                     .rule = "whfb.emulation-off",
                     .verdict = Verdict::kUnknown,
                     .because = because,
                     .from = file});
  }
};

// When a gpresult was read does not tell when the listing beside it was made.
TEST_F(OrderTest, AResultOfGroupPolicyDatesNoListingBesideIt) {
  PutZip(kLater, Exports(Healthy()));
  PutEnvironment();
  Put(std::string("devices/PC-0001/") + kRootListing, EmptyRoot());
  for (const char* const read : {"2026-11-18T09:00:00Z", "2026-11-16T09:00:00Z"}) {
    Put("devices/PC-0001/gpresult.xml", Gpresult(read));
    ExpectRoot(WhyUnknown::kConflicting);
    Put("devices/PC-0001/gpresult.xml", Gpresult(read, "PlanningData"));
    ExpectRoot(WhyUnknown::kConflicting);
  }
  const Results results = Scan();
  const auto folder = std::ranges::find(results.bundles, "PC-0001", &BundleRecord::file);
  ASSERT_NE(folder, results.bundles.end());
  EXPECT_EQ(folder->collected, "");
}

// Nobody knows whether the whole listing came after the cut one.
TEST_F(OrderTest, ACutListingOfAnUnknownTimeIsNotCompletedByAWholeOne) {
  PutZip(kLater, Exports(Healthy()));
  PutEnvironment();
  std::string cut =
      samples::StoreListing({.store = "root", .certificates = {{.der = Pki().issuing}}});
  cut.resize(cut.rfind("CertUtil:"));
  Put(std::string("devices/PC-0001/") + kRootListing, cut);
  Put("devices/PC-0001/gpresult.xml", Gpresult("2026-11-16T09:00:00Z"));
  ExpectRoot(WhyUnknown::kTruncated);
}

// Evidence of an unknown age counts as that of now: what is too old is older.
TEST_F(OrderTest, AnOldArchiveDoesNotBlindAFolderThatNobodyDated) {
  const Story story = Healthy();
  Files files = Exports(story);
  std::erase_if(files, [](const auto& file) { return file.first.ends_with(".evtx"); });
  for (const auto& [path, content] : files) {
    Put("devices/PC-0001/" + path, content);
  }
  PutEnvironment();
  const Results alone = Scan();
  const Finding* const decided = alone.Find(DeviceOf(story), "whfb.emulation-off");
  ASSERT_NE(decided, nullptr);
  ASSERT_EQ(decided->verdict, Verdict::kPass);
  PutZip("20260801T080000Z", Exports(story));
  const Results both = Scan();
  for (const Finding& finding : alone.findings) {
    if (finding.verdict != Verdict::kUnknown) {
      Expect(both, {.subject = finding.subject, .rule = finding.rule, .verdict = finding.verdict});
    }
  }
  EXPECT_EQ(both.subjects.size(), alone.subjects.size());
}

TEST_F(OrderTest, ALaterFileThatIsDamagedLeavesTheEarlierOneOpen) {
  const Story story = Healthy();
  PutZip(kEarlier, Exports(story));
  PutEnvironment();
  ASSERT_EQ(Scan().ReadinessOf(DeviceOf(story)), "ready");
  const std::string header = "Windows Registry Editor Version 5.00\r\n\r\n";
  PutZip(kLater, {{"policies.reg", header + std::string(300, 'x') + "\r\n"}});
  ExpectPolicyLost(WhyUnknown::kMalformed, "PC-0001-20261117T080000Z.zip!/policies.reg");
  // Settings that other files told are still known; a later bundle that tells ends it.
  Expect(Scan(),
         {.subject = UserOf(story), .rule = "trust.root-deployed", .verdict = Verdict::kPass});
  PutZip("20261118T080000Z", {{"policies.reg", samples::PoliciesExport(story)}});
  EXPECT_EQ(Scan().ReadinessOf(DeviceOf(story)), "ready");
}

TEST_F(OrderTest, AnEarlierFileThatIsDamagedChangesNothing) {
  const Story story = Healthy();
  PutZip(kLater, Exports(story));
  PutZip(kEarlier, {{"policies.reg", "Windows Registry Editor Version 5.00\r\n\r\nxxxxxxxx\r\n"}});
  PutEnvironment();
  EXPECT_EQ(Scan().ReadinessOf(DeviceOf(story)), "ready");
}

// Its data does not inflate: only its name says what it would have told.
TEST_F(OrderTest, ALaterFileThatCannotBeUnpackedLeavesTheEarlierOneOpen) {
  const Story story = Healthy();
  PutZip(kEarlier, Exports(story));
  PutEnvironment();
  std::string zip =
      samples::MakeZip({{"policies.reg", samples::PoliciesExport(story)}}, 1'795'000'000);
  const std::size_t data = zip.find("policies.reg") + std::string("policies.reg").size();
  std::fill_n(zip.begin() + static_cast<std::ptrdiff_t>(data + 8), 24, '\xff');
  Put("devices/PC-0001-" + std::string(kLater) + ".zip", zip);
  ExpectPolicyLost(WhyUnknown::kMalformed, "PC-0001-20261117T080000Z.zip!/policies.reg");
}

// What was in it may have told anything.
TEST_F(OrderTest, ALaterArchiveThatEndsTooEarlyLeavesAllOpenThatItDoesNotTell) {
  const Story story = Healthy();
  PutZip(kEarlier, Exports(story));
  PutEnvironment();
  const std::string zip = samples::MakeZip(Exports(story), 1'795'000'000);
  Put("devices/PC-0001-" + std::string(kLater) + ".zip", zip.substr(0, 300));
  ExpectPolicyLost(WhyUnknown::kTruncated, "PC-0001-20261117T080000Z.zip");
}

// Evidence of dc01 comes in dated archives that lie among the rest.
class EnvironmentOrderTest : public OrderTest {
 protected:
  EnvironmentOrderTest() {
    PutEnvironment({.controllers = {{.host = "dc01", .evidence = false}, {.host = "dc02"}}});
    fs::create_directories(folder() / "devices");
  }

  static std::string Listing(const std::vector<samples::ListedCertificate>& certificates) {
    return samples::StoreListing({.store = "my", .certificates = certificates});
  }

  void PutDc01(const std::string& stamp, Files files) const {
    for (auto& [path, content] : files) {
      path.insert(0, "dc01/");
    }
    Put("environment/dcs-" + stamp + ".zip", samples::MakeZip(files, 1'795'000'000));
  }

  [[nodiscard]] Results ScanEnvironment() {
    options.paths = {folder() / "devices"};
    options.environment = {folder() / "environment"};
    return Scan();
  }
};

TEST_F(EnvironmentOrderTest, TheLaterListingOfAStoreCounts) {
  const std::string listing =
      Listing({{.der = Pki().dc01, .container = "te-1", .provider = kProvider}});
  PutDc01(kEarlier, {{"certutil_-store_my.txt", listing}, {"dc01.cer", Pki().dc01}});
  Expect(ScanEnvironment(),
         {.subject = kDc01, .rule = "dc.certificate-present", .verdict = Verdict::kPass});
  PutDc01(kLater, {{"certutil_-store_my.txt", Listing({})}});
  Expect(ScanEnvironment(),
         {.subject = kDc01, .rule = "dc.certificate-present", .verdict = Verdict::kFail});
  // What the certificate says is known from the first one.
  PutDc01("20261118T080000Z", {{"certutil_-store_my.txt", listing}});
  Expect(ScanEnvironment(),
         {.subject = kDc01, .rule = "dc.certificate-present", .verdict = Verdict::kPass});
}

TEST_F(EnvironmentOrderTest, AnArchiveInAFolderAges) {
  PutDc01(kLater, {{"certutil_-store_my.txt", Listing({})}});
  options.now = DefaultNow() + 60 * kTicksPerDay;
  Expect(ScanEnvironment(), {.subject = kDc01,
                             .rule = "dc.certificate-present",
                             .verdict = Verdict::kUnknown,
                             .because = WhyUnknown::kStale});
}

TEST_F(EnvironmentOrderTest, ALooseFileIsOfTheTimeInItsName) {
  const std::string listing =
      Listing({{.der = Pki().dc01, .container = "te-1", .provider = kProvider}});
  const std::string name = "environment/dc01/certutil_-store_my-";
  Put(name + std::string(kEarlier) + ".txt", listing);
  Put("environment/dc01/dc01-" + std::string(kEarlier) + ".cer", Pki().dc01);
  Expect(ScanEnvironment(),
         {.subject = kDc01, .rule = "dc.certificate-present", .verdict = Verdict::kPass});
  Put(name + std::string(kLater) + ".txt", Listing({}));
  Expect(ScanEnvironment(),
         {.subject = kDc01, .rule = "dc.certificate-present", .verdict = Verdict::kFail});
  options.now = DefaultNow() + 60 * kTicksPerDay;
  Expect(ScanEnvironment(), {.subject = kDc01,
                             .rule = "dc.certificate-present",
                             .verdict = Verdict::kUnknown,
                             .because = WhyUnknown::kStale});
}

// Also where the run found the folder by itself, as that of a declared domain controller.
TEST_F(EnvironmentOrderTest, ALooseFileOfAFoundFolderIsOfTheTimeInItsName) {
  Put("environment/dc01/certutil_-store_my-" + std::string(kLater) + ".txt", Listing({}));
  options.paths = {folder()};
  Expect(Scan(), {.subject = kDc01, .rule = "dc.certificate-present", .verdict = Verdict::kFail});
  options.now = DefaultNow() + 60 * kTicksPerDay;
  Expect(Scan(), {.subject = kDc01,
                  .rule = "dc.certificate-present",
                  .verdict = Verdict::kUnknown,
                  .because = WhyUnknown::kStale});
}

// The certificate of the CA lies elsewhere and has no date.
TEST_F(EnvironmentOrderTest, ASignatureIsCheckedAcrossDates) {
  PutDc01(kLater, {{"dc01.cer", Pki().dc01}});
  Expect(ScanEnvironment(), {.subject = kDc01, .rule = "dc.san-domain", .verdict = Verdict::kPass});
  std::string changed = Pki().dc01;
  changed.at(changed.rfind("corp.contoso.com") + 2) ^= 1;
  PutDc01(kLater, {{"dc01.cer", changed}});
  Expect(ScanEnvironment(), {.subject = kDc01,
                             .rule = "dc.san-domain",
                             .verdict = Verdict::kUnknown,
                             .because = WhyUnknown::kMalformed});
}

}  // namespace

}  // namespace whfb::scan_test
