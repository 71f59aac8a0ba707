// Small results for the tests of the store, and what it says of them.

#ifndef WHFB_TESTS_DB_RESULTS_H_
#define WHFB_TESTS_DB_RESULTS_H_

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "db/store.h"

namespace whfb::db {

inline const RunRecord kRun{"0.1.0", "abc", "2026-11-25T00:00:00Z"};

inline std::vector<RuleInfo> TwoRules(int revision = 1) {
  RuleInfo first{.id = "cert.valid-now", .revision = revision, .severity = Severity::kCritical};
  first.fix = "renew it";
  RuleInfo second{.id = "trust.root", .severity = Severity::kHigh};
  return {first, second};
}

inline Finding MakeFinding(const std::string& subject,
                           const std::string& rule,
                           Verdict verdict,
                           const std::string& reason) {
  Finding finding{.rule = rule, .subject = subject, .verdict = verdict, .reason = reason};
  if (verdict == Verdict::kFail) {
    finding.fix = "renew it";
  }
  if (verdict == Verdict::kUnknown) {
    finding.reason_code = WhyUnknown::kDenied;
    finding.missing = {"user.certificate"};
  }
  finding.observed = {{"user.certificate.not_after", Knowledge::kPresent, "2027"}};
  return finding;
}

// One device of one bundle with two findings.
inline SubjectResult MakeDevice(const std::string& name, std::uint32_t number, Verdict verdict) {
  const std::string id = "device:" + name;
  const std::string file = name + ".zip";
  SubjectResult result;
  result.subjects = {{.id = id, .kind = SubjectKind::kDevice, .name = name}};
  result.bundles = {{number, file, 100, "00ff", "2026-11-20T00:00:00Z"}};
  result.coverage = {{.bundle = number,
                      .file = file + "!/x.evtx",
                      .kind = "evtx",
                      .status = CoverageStatus::kRead,
                      .records = 5}};
  result.findings = {MakeFinding(id, "trust.root", Verdict::kPass, "the root is there"),
                     MakeFinding(id, "cert.valid-now", verdict, "it ends in 2027")};
  result.findings[0].evidence = {{.bundle = number, .file = file + "!/x.evtx", .record = 12}};
  return result;
}

// A file name of this test that does not exist yet.
inline std::string FreshFile() {
  const auto* const info = testing::UnitTest::GetInstance()->current_test_info();
  const std::string name =
      testing::TempDir() + info->test_suite_name() + "." + info->name() + ".db";
  for (const char* const suffix : {"", "-wal", "-shm", "-journal"}) {
    std::filesystem::remove(name + suffix);
  }
  return name;
}

inline std::unique_ptr<Store> OpenStore(const std::string& file) {
  Result<std::unique_ptr<Store>> store = Store::Open(file, Access::kReadWrite);
  EXPECT_TRUE(store) << store.error().ToString();
  return *std::move(store);
}

inline void AddAll(Store& store,
                   const std::vector<SubjectResult>& results,
                   const std::vector<RuleInfo>& rules = TwoRules()) {
  Status status = store.Begin(kRun, rules);
  ASSERT_TRUE(status) << status.error().ToString();
  for (const SubjectResult& result : results) {
    status = store.Add(result);
    ASSERT_TRUE(status) << status.error().ToString();
  }
  status = store.Finish();
  ASSERT_TRUE(status) << status.error().ToString();
}

inline std::string Describe(const Finding& finding) {
  std::string text = finding.subject + " " + finding.rule + " ";
  text += ToString(finding.verdict);
  text += " " + finding.reason + "|" + finding.fix;
  for (const std::string& name : finding.missing) {
    text += "|" + name;
  }
  for (const Observed& one : finding.observed) {
    text += "|" + one.fact + "=" + one.value;
  }
  for (const EvidenceRef& ref : finding.evidence) {
    text += "|" + std::to_string(ref.bundle) + ":" + ref.file + "#" +
            std::to_string(ref.record.value_or(0)) + "," + std::to_string(ref.line.value_or(0)) +
            ref.key;
  }
  return text;
}

inline std::vector<std::string> Findings(const ResultSource& source) {
  std::vector<std::string> lines;
  const Status status = source.EachFinding(std::nullopt, [&](const Finding& finding) {
    lines.push_back(Describe(finding));
    return true;
  });
  EXPECT_TRUE(status) << status.error().ToString();
  return lines;
}

// One number out of the file, past the store.
inline std::int64_t Count(const std::string& file, const std::string& sql) {
  const Result<Database> database = OpenDatabase(file, Access::kRead);
  EXPECT_TRUE(database) << database.error().ToString();
  const Result<std::int64_t> number = QueryInt(database->get(), sql);
  EXPECT_TRUE(number) << number.error().ToString();
  return *number;
}

}  // namespace whfb::db

#endif  // WHFB_TESTS_DB_RESULTS_H_
