// Evidence of another computer, or of several, in one bundle: it never counts for the wrong one.

#include <algorithm>

#include "samples/contoso_exports.h"
#include "samples/contoso_files.h"
#include "samples/contoso_identity.h"
#include "samples/contoso_log.h"
#include "samples/hive_writer.h"
#include "tests/scan/scan_run.h"

namespace whfb::scan_test {

namespace {

using samples::Files;
using samples::Story;

constexpr std::uint32_t kZipTime = 1'795'000'000;
constexpr const char* kLog = "DeviceManagement-Admin.evtx";

// Another healthy device, of another user.
Story Other() {
  return {.device = "PC-0202", .user = "lea", .number = 202};
}

constexpr const char* kConfig = "PC-0001/C/Windows/System32/config/";
constexpr const char* kOldName = "DESKTOP-7QK2M1A";

// A SYSTEM hive of a computer with this name.
std::string SystemHive(std::string_view name, bool dirty = false) {
  samples::HiveSample sample;
  sample.root.At("Select").Number("Current", 1);
  sample.root.At("ControlSet001\\Control\\ComputerName\\ComputerName").Text("ComputerName", name);
  std::vector<std::byte> hive = WriteHive(sample);
  if (dirty) {
    samples::SetHiveSequence(hive, 9, 8);
  }
  return {reinterpret_cast<const char*>(hive.data()), hive.size()};
}

// A result of Group Policy that was made on the computer of this device.
std::string ResultOf(const Story& story) {
  return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n"
         "<Rsop xmlns=\"http://www.microsoft.com/GroupPolicy/Rsop\"><ReadTime>" +
         FormatTime(ScanTest::DefaultNow() - kTicksPerDay / 24) +
         "</ReadTime><DataType>LoggedData</DataType><ComputerResults><Name>CORP\\" + story.device +
         "$</Name><Domain>corp.contoso.com</Domain></ComputerResults></Rsop>\r\n";
}

class IdentityTest : public ScanTest {
 protected:
  void PutZip(const Files& files) const {
    Put("devices/two.zip", samples::MakeZip(files, kZipTime));
  }

  // What is there, beside a healthy device, changes neither which devices there are nor how they
  // are.
  void ExpectNoChange(const Files& before, const Files& more) const {
    PutFiles("devices", before);
    PutEnvironment();
    const Results without = Scan();
    PutFiles("devices", more);
    const Results with = Scan();
    EXPECT_EQ(with.totals.devices, 1U);
    EXPECT_EQ(with.ReadinessOf("device:" + std::string(kOldName)), "no such subject");
    const Story story = Healthy();
    EXPECT_EQ(with.ReadinessOf(DeviceOf(story)), without.ReadinessOf(DeviceOf(story)));
    EXPECT_EQ(with.Open({DeviceOf(story), UserOf(story)}),
              without.Open({DeviceOf(story), UserOf(story)}));
  }

  static const CoverageRecord* Coverage(const Results& results, std::string_view ending) {
    const auto found = std::ranges::find_if(results.coverage, [&](const CoverageRecord& record) {
      return record.file.ends_with(ending);
    });
    return found == results.coverage.end() ? nullptr : &*found;
  }
};

TEST_F(IdentityTest, ALogOfAnotherComputerIsNotUsed) {
  const Story story = Healthy();
  Files files = samples::DeviceFiles(story, Pki());
  Replace(files, kLog, samples::AdminLog(Other()));
  PutFiles("devices", files);
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
  Expect(results, {.subject = UserOf(story),
                   .rule = "scep.last-enrolment",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kAmbiguous});
  const CoverageRecord* const log = Coverage(results, kLog);
  ASSERT_NE(log, nullptr);
  EXPECT_EQ(log->status, CoverageStatus::kIgnored);
  EXPECT_NE(log->reason.find("written by the computer PC-0202"), std::string::npos) << log->reason;
}

TEST_F(IdentityTest, CaseAndDomainMakeNoOtherComputer) {
  const Story story = Healthy();
  Story spelled = story;
  spelled.device = "pc-0001.corp.contoso.com";
  Files files = samples::DeviceFiles(story, Pki());
  Replace(files, kLog, samples::AdminLog(spelled));
  PutFiles("devices", files);
  PutEnvironment();
  EXPECT_EQ(Scan().ReadinessOf(DeviceOf(story)), "ready");
}

TEST_F(IdentityTest, TwoDevicesInOneArchiveArePartedByFolders) {
  const Story healthy = Healthy();
  Story broken = Other();
  broken.gpo_values = {{"DisableSmartCardNode", 1}};
  Files files = samples::DeviceFiles(healthy, Pki());
  std::ranges::copy(samples::DeviceFiles(broken, Pki()), std::back_inserter(files));
  PutZip(files);
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.totals.devices, 2U);
  EXPECT_EQ(results.ReadinessOf(DeviceOf(healthy)), "ready");
  EXPECT_EQ(results.ReadinessOf(DeviceOf(broken)), "blocked");
  Expect(results, {.subject = DeviceOf(healthy),
                   .rule = "whfb.emulation-off",
                   .verdict = Verdict::kPass,
                   .from = "two.zip!/PC-0001/policies.reg"});
  Expect(results, {.subject = DeviceOf(broken),
                   .rule = "whfb.emulation-off",
                   .verdict = Verdict::kFail,
                   .from = "two.zip!/PC-0202/policies.reg"});
  EXPECT_NE(Coverage(results, "two.zip (devices)"), nullptr);
}

TEST_F(IdentityTest, WhatNoFolderTellsApartIsOfNeither) {
  const Story one = Healthy();
  const Story other = Other();
  PutZip({{"PC-0001 dsregcmd.txt", samples::StatusText(one, true)},
          {"PC-0202 dsregcmd.txt", samples::StatusText(other, true)},
          {"policies.reg", samples::PoliciesExport(one)},
          {kLog, samples::AdminLog(other)}});
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.totals.devices, 2U);
  for (const Story& story : {one, other}) {
    EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
    Expect(results, {.subject = DeviceOf(story),
                     .rule = "whfb.emulation-off",
                     .verdict = Verdict::kUnknown,
                     .because = WhyUnknown::kAmbiguous});
  }
  const CoverageRecord* const policies = Coverage(results, "policies.reg");
  ASSERT_NE(policies, nullptr);
  EXPECT_EQ(policies->status, CoverageStatus::kIgnored);
  EXPECT_NE(policies->reason.find("2 devices"), std::string::npos) << policies->reason;
  // The log names its computer itself.
  const CoverageRecord* const log = Coverage(results, kLog);
  ASSERT_NE(log, nullptr);
  EXPECT_EQ(log->status, CoverageStatus::kRead);
}

TEST_F(IdentityTest, TwoRunsOfDsregcmdInOneFileAreOfNeither) {
  const Story one = Healthy();
  Files files = samples::DeviceFiles(one, Pki());
  Replace(files, "dsregcmd.txt",
          samples::StatusText(one, true) + "\r\n" + samples::StatusText(Other(), true));
  PutFiles("devices", files);
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.totals.devices, 2U);
  EXPECT_EQ(results.ReadinessOf(DeviceOf(one)), "undetermined");
  EXPECT_EQ(results.ReadinessOf(DeviceOf(Other())), "undetermined");
}

TEST_F(IdentityTest, DevicesOfOneArchiveJoinTheirOtherBundles) {
  const Story healthy = Healthy();
  Files files = samples::DeviceFiles(Other(), Pki());
  files.emplace_back("PC-0001/dsregcmd.txt", samples::StatusText(healthy, true));
  PutZip(files);
  PutDevice(healthy);
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.totals.devices, 2U);
  EXPECT_EQ(results.ReadinessOf(DeviceOf(healthy)), "ready");
  EXPECT_EQ(results.ReadinessOf(DeviceOf(Other())), "ready");
}

TEST_F(IdentityTest, AnOldCopyOfTheHiveTellsAFormerName) {
  Files files = samples::DeviceFiles(Healthy(), Pki());
  files.emplace_back(std::string(kConfig) + "SYSTEM", SystemHive("PC-0001"));
  ExpectNoChange(files, {{std::string(kConfig) + "RegBack/SYSTEM", SystemHive(kOldName)}});
}

TEST_F(IdentityTest, AnOldCopyOfTheHiveTellsAFormerNameWhereTheLogsTellOneOfNow) {
  Files files = samples::DeviceFiles(Healthy(), Pki());
  Drop(files, "dsregcmd.txt");
  ExpectNoChange(files, {{std::string(kConfig) + "RegBack/SYSTEM", SystemHive(kOldName)}});
}

TEST_F(IdentityTest, AnOldCopyThatIsReadLastDoesNotNameTheDevice) {
  Files files = samples::DeviceFiles(Healthy(), Pki());
  Drop(files, "dsregcmd.txt");
  files.emplace_back(std::string(kConfig) + "SYSTEM", SystemHive("PC-0001"));
  ExpectNoChange(files, {{"PC-0001/vss1/Windows/System32/config/SYSTEM", SystemHive(kOldName)}});
}

TEST_F(IdentityTest, ADirtyHiveBelowANameOfNowTellsAFormerName) {
  ExpectNoChange(samples::DeviceFiles(Healthy(), Pki()),
                 {{std::string(kConfig) + "SYSTEM", SystemHive(kOldName, true)}});
}

// It may be all that names the other device.
TEST_F(IdentityTest, ADirtyHiveInAFolderOfItsOwnNamesADevice) {
  const Story healthy = Healthy();
  Story broken = Other();
  broken.gpo_values = {{"DisableSmartCardNode", 1}};
  Files files = samples::DeviceFiles(healthy, Pki());
  Drop(files, "policies.reg");
  files.emplace_back("PC-0202/C/Windows/System32/config/SYSTEM", SystemHive("PC-0202", true));
  files.emplace_back("PC-0202/policies.reg", samples::PoliciesExport(broken));
  PutZip(files);
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.totals.devices, 2U);
  Expect(results, {.subject = DeviceOf(healthy),
                   .rule = "whfb.emulation-off",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kNotCollected});
}

TEST_F(IdentityTest, AnOldCopyThatIsAllThereIsNamesTheDevice) {
  Put("devices/two.zip",
      samples::MakeZip({{"C/Windows/System32/config/RegBack/SYSTEM", SystemHive(kOldName)}},
                       kZipTime));
  EXPECT_NE(Scan().ReadinessOf("device:" + std::string(kOldName)), "no such subject");
}

TEST_F(IdentityTest, AResultOfGroupPolicyIsOfTheDeviceThatItNames) {
  const Story healthy = Healthy();
  const Story other = Other();
  Files files = samples::DeviceFiles(healthy, Pki());
  std::ranges::copy(samples::DeviceFiles(other, Pki()), std::back_inserter(files));
  files.emplace_back("gpresult.xml", ResultOf(healthy));
  files.emplace_back("PC-0001/other.xml", ResultOf(other));
  PutZip(files);
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.totals.devices, 2U);
  for (const char* const file : {"gpresult.xml", "other.xml"}) {
    const CoverageRecord* const result = Coverage(results, file);
    ASSERT_NE(result, nullptr);
    EXPECT_EQ(result->status, CoverageStatus::kRead) << result->reason;
    EXPECT_EQ(result->reason.find("not used"), std::string::npos) << result->reason;
  }
  EXPECT_EQ(results.ReadinessOf(DeviceOf(healthy)), "ready");
  EXPECT_EQ(results.ReadinessOf(DeviceOf(other)), "ready");
}

TEST_F(IdentityTest, WhatIsOfNoneOfTheDevicesSaysWhy) {
  const Story one = Healthy();
  const Story other = Other();
  PutZip({{"PC-0001 dsregcmd.txt", samples::StatusText(one, true)},
          {"PC-0202 dsregcmd.txt", samples::StatusText(other, true)},
          {"gpresult.xml", ResultOf({.device = "PC-0999"})},
          {"policies.reg", samples::PoliciesExport(one) + "no value\r\n"}});
  PutEnvironment();
  const Results results = Scan();
  const CoverageRecord* const result = Coverage(results, "gpresult.xml");
  ASSERT_NE(result, nullptr);
  EXPECT_EQ(result->status, CoverageStatus::kIgnored);
  EXPECT_NE(result->reason.find("it names the computer pc-0999"), std::string::npos)
      << result->reason;
  const CoverageRecord* const policies = Coverage(results, "policies.reg");
  ASSERT_NE(policies, nullptr);
  EXPECT_EQ(policies->status, CoverageStatus::kIgnored);
  EXPECT_GT(policies->damaged, 0U);
  EXPECT_NE(policies->reason.find("nothing tells of which"), std::string::npos);
  EXPECT_NE(policies->reason.find("neither a key nor a value"), std::string::npos)
      << policies->reason;
}

}  // namespace

}  // namespace whfb::scan_test
