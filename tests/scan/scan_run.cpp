#include "tests/scan/scan_run.h"

#include <algorithm>
#include <fstream>

#include <spdlog/fmt/fmt.h>

#include "collectors/collector.h"
#include "rules/catalog.h"
#include "samples/contoso_accounts.h"
#include "samples/contoso_exports.h"
#include "samples/contoso_files.h"
#include "samples/contoso_identity.h"
#include "samples/store_listing.h"

namespace whfb::scan_test {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kDomainSuffix = ".corp.contoso.com";

const FactCatalog& Facts() {
  static const FactCatalog kFacts = collectors::MakeCatalog();
  return kFacts;
}

const rules::RuleCatalog& Catalog() {
  static const Result<rules::RuleCatalog> kCatalog = rules::LoadEmbeddedCatalog(Facts());
  EXPECT_TRUE(kCatalog) << kCatalog.error().ToString();
  return *kCatalog;
}

std::string MakeController(const Controller& plan) {
  const std::string host = plan.host + std::string(kDomainSuffix);
  samples::CertificatePlan certificate{
      .subject = {{"CN", host}},
      .serial = 0x3100,
      .not_before = plan.expired ? "20250301000000Z" : "20260301000000Z",
      .not_after = plan.expired ? "20260301000000Z" : "20270301000000Z",
      .key = "dc01",
      .issuer = Pki().issuing,
      .issuer_key = "issuing",
      .key_usage = "digitalSignature,keyEncipherment",
      .eku = {samples::kClientAuthentication, samples::kServerAuthentication,
              samples::kSmartCardLogon},
      .san = {"DNS:" + host, "DNS:corp.contoso.com"},
      .cdp = {"http://pki.contoso.com/cdp/contoso-issuing-ca.crl"}};
  if (plan.kdc_eku) {
    certificate.eku.emplace_back(samples::kKdcAuthentication);
  }
  return samples::MakeCertificate(certificate, Pki().key_folder);
}

samples::Files ControllerFiles(const Controller& plan) {
  const std::string der = MakeController(plan);
  return {{plan.host + "/" + plan.host + ".cer", der},
          {plan.host + "/certutil_-store_my.txt",
           samples::StoreListing(
               {.store = "my",
                .display_name = "Personal",
                .certificates = {{.der = der,
                                  .container = "te-KerberosAuthentication-" + plan.host,
                                  .provider = "Microsoft Software Key Storage Provider"}}})},
          {plan.host + "/certutil_-store_root.txt",
           samples::StoreListing({.store = "root",
                                  .display_name = "Trusted Root Certification Authorities",
                                  .certificates = {{.der = Pki().root}}})}};
}

std::string IntentText(const EnvironmentPlan& plan) {
  std::string controllers;
  for (const Controller& one : plan.controllers) {
    controllers += fmt::format("<domain-controller name=\"{}{}\"/>\n", one.host, kDomainSuffix);
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<intent version=\"1\">\n"
      "<tenant id=\"{}\"/>\n<forest name=\"corp.contoso.com\">\n"
      "<domain name=\"corp.contoso.com\"/>\n"
      "<domain-controllers complete=\"{}\">\n{}</domain-controllers>\n</forest>\n"
      "<issuing-ca subject=\"CN=Contoso Issuing CA 1, DC=contoso, DC=com\"/>\n{}</intent>\n",
      samples::kTenant, plan.list_complete, controllers,
      plan.names_them ? "<template name=\"ContosoHelloRdp\"/>\n"
                        "<profile name=\"Contoso - Hello RDP certificate\"/>\n"
                      : "");
}

// Domain controllers, templates and profiles belong to what is asked for with the environment.
bool BelongsTo(const std::vector<std::string_view>& subjects, std::string_view id) {
  return std::ranges::any_of(subjects, [&](std::string_view subject) {
    return id == subject ||
           (subject == kEnvironment && !id.starts_with("device:") && !id.starts_with("user:"));
  });
}

std::string Describe(const Finding& finding) {
  std::string text = fmt::format("{} of {} is {}", finding.rule, finding.subject,
                                 std::string(ToString(finding.verdict)));
  if (finding.reason_code) {
    text += fmt::format(" ({})", std::string(ToString(*finding.reason_code)));
  }
  text += ": " + finding.reason;
  for (const EvidenceRef& ref : finding.evidence) {
    text += "\n  " + ref.file;
  }
  return text;
}

class ResultsSink final : public ResultSink {
 public:
  explicit ResultsSink(Results& results) : results_(results) {}

  Status Begin(const RunRecord& /*run*/, const std::vector<RuleInfo>& rules) override {
    results_.rules = rules;
    return Ok{};
  }

  Status Add(const SubjectResult& result) override {
    Append(result.subjects, results_.subjects);
    Append(result.findings, results_.findings);
    Append(result.coverage, results_.coverage);
    Append(result.bundles, results_.bundles);
    return Ok{};
  }

  Status SetReadiness(std::string_view subject_id, Readiness readiness) override {
    const auto subject = std::ranges::find(results_.subjects, subject_id, &SubjectRecord::id);
    if (subject == results_.subjects.end()) {
      return Error{ErrorCode::kNotFound, std::string(subject_id), "readiness of nobody"};
    }
    subject->readiness = readiness;
    return Ok{};
  }

  Status Finish() override { return Ok{}; }

 private:
  template <typename T>
  static void Append(const std::vector<T>& from, std::vector<T>& to) {
    to.insert(to.end(), from.begin(), from.end());
  }

  Results& results_;
};

}  // namespace

std::string Results::ReadinessOf(std::string_view subject) const {
  const auto found = std::ranges::find(subjects, subject, &SubjectRecord::id);
  return found == subjects.end() ? "no such subject" : std::string(ToString(found->readiness));
}

const Finding* Results::Find(std::string_view subject, std::string_view rule) const {
  const auto found = std::ranges::find_if(findings, [&](const Finding& finding) {
    return finding.subject == subject && finding.rule == rule;
  });
  return found == findings.end() ? nullptr : &*found;
}

const RuleInfo* Results::Rule(std::string_view id) const {
  const auto found = std::ranges::find(rules, id, &RuleInfo::id);
  return found == rules.end() ? nullptr : &*found;
}

std::vector<std::string> Results::Open(const std::vector<std::string_view>& asked) const {
  std::vector<std::string> open;
  for (const Finding& finding : findings) {
    const RuleInfo* const rule = Rule(finding.rule);
    const bool counts = rule != nullptr && rule->severity == Severity::kCritical &&
                        rule->decidable == Decidable::kSnapshot;
    const bool fine =
        finding.verdict == Verdict::kPass || finding.verdict == Verdict::kNotApplicable;
    if (counts && !fine && BelongsTo(asked, finding.subject)) {
      open.push_back(fmt::format("{}@{} {}", finding.rule, finding.subject,
                                 std::string(ToString(finding.verdict))));
    }
  }
  std::ranges::sort(open);
  return open;
}

void Expect(const Results& results, const Expected& expected) {
  const Finding* const finding = results.Find(expected.subject, expected.rule);
  if (finding == nullptr) {
    ADD_FAILURE() << "no finding of " << expected.rule << " on " << expected.subject;
    return;
  }
  EXPECT_EQ(finding->verdict, expected.verdict) << Describe(*finding);
  EXPECT_EQ(finding->reason_code.has_value(), finding->verdict == Verdict::kUnknown)
      << Describe(*finding);
  if (expected.because) {
    EXPECT_TRUE(finding->reason_code == expected.because) << Describe(*finding);
  }
  for (const std::string& words : expected.says) {
    EXPECT_NE(finding->reason.find(words), std::string::npos)
        << "does not say \"" << words << "\": " << Describe(*finding);
  }
  const bool cited = std::ranges::any_of(
      finding->evidence, [&](const EvidenceRef& ref) { return ref.file.ends_with(expected.from); });
  EXPECT_TRUE(cited || expected.from.empty())
      << "does not cite " << expected.from << ": " << Describe(*finding);
}

std::string DeviceOf(const samples::Story& story) {
  return "device:" + story.device;
}

std::string UserOf(const samples::Story& story) {
  return "user:" + story.device + "/" + samples::LogonSid(story);
}

std::string PlaceholderOf(const samples::Story& story) {
  return "user:" + story.device + "/unknown";
}

samples::Story Healthy() {
  return {.device = "PC-0001", .user = "ada", .number = 1};
}

samples::Files MachineOnly(const samples::Story& story) {
  samples::Files files = samples::DeviceFiles(story, Pki());
  Replace(files, "dsregcmd.txt", samples::StatusText(story, false));
  Drop(files, "certutil_-user_-store_my.txt");
  Drop(files, "policies_user.reg");
  Drop(files, ".cer");
  return files;
}

const samples::ContosoPki& Pki() {
  static const samples::ContosoPki kPki =
      samples::MakePki(std::string(WHFB_SOURCE_DIR) + "/samples/keys");
  return kPki;
}

Ticks ScanTest::DefaultNow() {
  return TicksFromCivil({.year = 2026, .month = 11, .day = 18, .hour = 12});
}

ScanTest::ScanTest() {
  const auto* const info = testing::UnitTest::GetInstance()->current_test_info();
  std::string name = fmt::format("whfb_{}.{}", info->test_suite_name(), info->name());
  std::ranges::replace(name, '/', '_');
  folder_ = fs::path(testing::TempDir()) / name;
  fs::remove_all(folder_);
  fs::create_directories(folder_);
  options.now = DefaultNow();
}

void ScanTest::Put(const std::string& path, const std::string& content) const {
  const fs::path file = folder_ / path;
  fs::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  ASSERT_TRUE(out.good()) << file;
}

void ScanTest::PutFiles(const std::string& below, const samples::Files& files) const {
  for (const auto& [path, content] : files) {
    Put(below + "/" + path, content);
  }
}

void ScanTest::PutDevice(const samples::Story& story) {
  PutFiles("devices", samples::DeviceFiles(story, Pki()));
  stories_.push_back(story);
}

void ScanTest::PutEnvironment(const EnvironmentPlan& plan) const {
  fs::create_directories(folder_ / "environment");
  for (const auto& [path, content] : samples::EnvironmentFiles(Pki())) {
    const bool own = path.starts_with("dc0") || path == "contoso-intent.xml" ||
                     (path == "intune-profiles.json" && !plan.profiles);
    if (!own) {
      Put("environment/" + path, content);
    }
  }
  for (const Controller& one : plan.controllers) {
    if (one.evidence) {
      PutFiles("environment", ControllerFiles(one));
    }
  }
  if (plan.with_intent) {
    Put("environment/contoso-intent.xml", IntentText(plan));
  }
}

// Those of the stories of this test, and of the samples whom none of these is.
std::vector<samples::Story> ScanTest::People() const {
  std::vector<samples::Story> people = stories_;
  for (const samples::Story& story : samples::ContosoStories()) {
    const bool known = std::ranges::any_of(stories_, [&story](const samples::Story& one) {
      return one.user == story.user || one.number == story.number;
    });
    if (!known) {
      people.push_back(story);
    }
  }
  return people;
}

engine::ScanOptions ScanTest::OptionsOfRun() const {
  engine::ScanOptions run = options;
  if (run.paths.empty()) {
    run.paths = {(folder_ / "devices").string()};
  }
  if (run.environment.empty() && fs::exists(folder_ / "environment")) {
    if (fs::exists(folder_ / "environment" / "accounts.ldf")) {
      Put("environment/accounts.ldf", samples::AccountsExport(People()));
    }
    run.environment = {(folder_ / "environment").string()};
  }
  return run;
}

void ScanTest::ScanInto(ResultSink& sink, engine::ScanTotals& totals) const {
  const Result<engine::ScanTotals> done = engine::Scan(OptionsOfRun(), Catalog(), Facts(), sink);
  ASSERT_TRUE(done) << done.error().ToString();
  totals = *done;
}

Results ScanTest::ScanWith(const rules::RuleCatalog& catalog, const FactCatalog& facts) const {
  Results results;
  ResultsSink sink(results);
  const Result<engine::ScanTotals> done = engine::Scan(OptionsOfRun(), catalog, facts, sink);
  EXPECT_TRUE(done) << done.error().ToString();
  results.totals = done ? *done : engine::ScanTotals{};
  return results;
}

Results ScanTest::Scan() const {
  Results results;
  ResultsSink sink(results);
  ScanInto(sink, results.totals);
  return results;
}

void Drop(samples::Files& files, std::string_view ending) {
  EXPECT_NE(std::erase_if(files, [&](const auto& file) { return file.first.ends_with(ending); }),
            0U)
      << "no file ends with " << ending;
}

void Replace(samples::Files& files, std::string_view ending, const std::string& content) {
  const auto file =
      std::ranges::find_if(files, [&](const auto& one) { return one.first.ends_with(ending); });
  ASSERT_NE(file, files.end()) << "no file ends with " << ending;
  file->second = content;
}

}  // namespace whfb::scan_test
