// Which of several pieces of evidence is the later one and what happens where nobody knows.

#include <algorithm>

#include "samples/contoso_exports.h"
#include "samples/contoso_files.h"
#include "samples/contoso_identity.h"
#include "samples/store_listing.h"
#include "tests/scan/scan_run.h"

namespace whfb::scan_test {

namespace {

using samples::Files;
using samples::Story;

constexpr const char* kLater = "20261117T080000Z";
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

}  // namespace

}  // namespace whfb::scan_test
