// One scan of made evidence, in this process: from files in a temporary folder to what it says.
//
// A test says in one line what a device has (samples::Story) and what the company has
// (EnvironmentPlan); everything else is a healthy device of a healthy company.

#ifndef WHFB_TESTS_SCAN_SCAN_RUN_H_
#define WHFB_TESTS_SCAN_SCAN_RUN_H_

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "samples/contoso_fleet.h"
#include "samples/contoso_pki.h"
#include "samples/zip_file.h"
#include "scanner/core/finding.h"
#include "scanner/engine/scan.h"

namespace whfb::scan_test {

// What a scan said, in memory.
struct Results {
  std::vector<RuleInfo> rules{};
  std::vector<SubjectRecord> subjects{};
  std::vector<Finding> findings{};
  std::vector<CoverageRecord> coverage{};
  std::vector<BundleRecord> bundles{};
  engine::ScanTotals totals{};

  // "ready", "blocked", "undetermined", or "no such subject".
  [[nodiscard]] std::string ReadinessOf(std::string_view subject) const;

  // Null when there is none.
  [[nodiscard]] const Finding* Find(std::string_view subject, std::string_view rule) const;
  [[nodiscard]] const RuleInfo* Rule(std::string_view id) const;

  // "rule@subject verdict" of all findings of the subject that count for readiness and did not
  // pass, and of its parents, its domain controllers, templates and profiles.
  [[nodiscard]] std::vector<std::string> Open(const std::vector<std::string_view>& subjects) const;
};

// What a finding must be. `says`: texts that its reason holds. `from`: the end of the name of a
// file that it cites as evidence.
struct Expected {
  std::string subject{};
  std::string rule{};
  Verdict verdict = Verdict::kPass;
  std::optional<WhyUnknown> because{};
  std::vector<std::string> says{};
  std::string from{};
};

void Expect(const Results& results, const Expected& expected);

// A domain controller of corp.contoso.com.
struct Controller {
  std::string host{};
  bool kdc_eku = true;
  bool expired = false;
  bool evidence = true;  // false: declared and nothing more
};

struct EnvironmentPlan {
  std::vector<Controller> controllers{{.host = "dc01"}, {.host = "dc02"}};
  bool list_complete = true;
  bool profiles = true;     // the export of the Intune profiles is there
  bool names_them = true;   // the intent file names template and profile
  bool with_intent = true;  // there is an intent file
};

// Ids of subjects.
[[nodiscard]] std::string DeviceOf(const samples::Story& story);
[[nodiscard]] std::string UserOf(const samples::Story& story);  // known by SID
[[nodiscard]] std::string PlaceholderOf(const samples::Story& story);
inline constexpr const char* kEnvironment = "environment:corp.contoso.com";
inline constexpr const char* kDc01 = "domain_controller:dc01.corp.contoso.com";
inline constexpr const char* kDc02 = "domain_controller:dc02.corp.contoso.com";
inline constexpr const char* kProfile = "certificate_profile:Contoso - Hello RDP certificate";

// An Entra joined device with everything right (docs: samples/contoso_fleet.cpp, PC-0001).
[[nodiscard]] samples::Story Healthy();

// Its exports without what its user took: dsregcmd is that of SYSTEM, no user store is listed.
[[nodiscard]] samples::Files MachineOnly(const samples::Story& story);

// The certificates of the sample company, made once.
[[nodiscard]] const samples::ContosoPki& Pki();

class ScanTest : public testing::Test {
 public:
  // Instant of every scan unless a test says otherwise: two hours after the evidence was taken.
  static Ticks DefaultNow();

 protected:
  ScanTest();

  [[nodiscard]] std::filesystem::path folder() const { return folder_; }

  void Put(const std::string& path, const std::string& content) const;
  void PutFiles(const std::string& below, const samples::Files& files) const;
  void PutDevice(const samples::Story& story);
  void PutEnvironment(const EnvironmentPlan& plan = {}) const;

  // Scans devices/ with environment/ where there is one.
  [[nodiscard]] Results Scan() const;
  void ScanInto(ResultSink& sink, engine::ScanTotals& totals) const;

  // With other rules and facts than the product's.
  [[nodiscard]] Results ScanWith(const rules::RuleCatalog& catalog, const FactCatalog& facts) const;

  engine::ScanOptions options{};  // paths are added by Scan() when there are none

 private:
  [[nodiscard]] engine::ScanOptions OptionsOfRun() const;
  [[nodiscard]] std::vector<samples::Story> People() const;

  std::filesystem::path folder_;
  std::vector<samples::Story> stories_{};  // whose accounts the environment shows
};

// The files of a bundle whose path ends so: removed, or their content replaced. Fail the test when
// there is none.
void Drop(samples::Files& files, std::string_view ending);
void Replace(samples::Files& files, std::string_view ending, const std::string& content);

}  // namespace whfb::scan_test

#endif  // WHFB_TESTS_SCAN_SCAN_RUN_H_
