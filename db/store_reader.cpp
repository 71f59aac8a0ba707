#include "db/store_reader.h"

#include <algorithm>
#include <utility>

#include "db/packed.h"
#include "db/rule_catalog.h"
#include "db/schema.h"

namespace whfb::db {
namespace {

// Of a subject in run ?3: open then, or the history that came in late.
constexpr std::string_view kFindingsSql =
    "SELECT r.rule,c.severity,c.verdict,c.reason_code,c.reason,c.fix,c.missing,c.observed,e.refs "
    "FROM finding f JOIN cause c ON c.id=f.cause JOIN rule r ON r.id=c.rule "
    "JOIN evidence e ON e.id=f.evidence WHERE f.id>=?1 AND f.id<?2 AND f.from_run<=?3 AND "
    "((?4=0 AND (f.until_run IS NULL OR f.until_run>?3)) OR "
    "(?4=1 AND f.from_run=?3 AND f.until_run=?3))";

std::uint64_t Unsigned(std::int64_t number) {
  return static_cast<std::uint64_t>(number);
}

Knowledge KnowledgeOf(std::string_view text) {
  for (const Knowledge one : {Knowledge::kPresent, Knowledge::kAbsent}) {
    if (text == ToString(one)) {
      return one;
    }
  }
  return Knowledge::kUnknown;
}

// Words the store did not write leave the default, which claims nothing.
template <typename T>
void Read(std::string_view text, T& value) {
  (void)FromString(text, value);
}

void UnpackLists(Finding& finding, std::string_view missing, std::string_view observed) {
  FieldReader names(missing);
  while (const std::optional<std::string_view> name = names.Next()) {
    finding.missing.emplace_back(*name);
  }
  FieldReader fields(observed);
  while (const std::optional<std::string_view> fact = fields.Next()) {
    Observed one{.fact = std::string(*fact)};
    one.knowledge = KnowledgeOf(fields.Next().value_or(std::string_view{}));
    one.value = fields.Next().value_or(std::string_view{});
    finding.observed.push_back(std::move(one));
  }
}

// Runs the statement to its end; `row` says whether to go on.
template <typename Row>
Status Walk(Statement& statement, const Row& row) {
  while (true) {
    const Result<bool> more = statement.Step();
    if (!more) {
      return more.error();
    }
    if (!*more) {
      return Ok{};
    }
    if (!row()) {
      statement.Reset();
      return Ok{};
    }
  }
}

}  // namespace

Result<RunRecord> StoreReader::Run() const {
  Result<Statement> statement =
      Statement::Prepare(database_,
                         "SELECT run.tool_version,catalog.sha256,run.as_of FROM run "
                         "JOIN catalog ON catalog.id=run.catalog WHERE run.id=?1");
  if (!statement) {
    return statement.error();
  }
  RunRecord run;
  const Status status = Walk(statement->Bind(1, run_), [&] {
    run.tool_version = statement->Text(0);
    run.catalog_sha256 = statement->Text(1);
    run.as_of = statement->Text(2);
    return false;
  });
  if (!status) {
    return status.error();
  }
  Result<RuleSetRecord> rule_set = ReadRuleSet(database_, run_);
  if (!rule_set) {
    return rule_set.error();
  }
  run.rule_set = *std::move(rule_set);
  return run;
}

Result<std::vector<RuleInfo>> StoreReader::Rules() const {
  Result<Statement> statement = Statement::Prepare(
      database_,
      "SELECT rule,revision,subject,severity,decidable,title,why,source,"
      "fix,collect FROM rule_text WHERE catalog=(SELECT catalog FROM run WHERE id=?1) "
      "ORDER BY rule COLLATE BINARY");
  if (!statement) {
    return statement.error();
  }
  std::vector<RuleInfo> rules;
  const Status status = Walk(statement->Bind(1, run_), [&] {
    RuleInfo rule;
    rule.id = statement->Text(0);
    rule.revision = static_cast<int>(statement->Int(1));
    Read(statement->Text(2), rule.subject);
    Read(statement->Text(3), rule.severity);
    Read(statement->Text(4), rule.decidable);
    rule.title = statement->Text(5);
    rule.why = statement->Text(6);
    rule.source = statement->Text(7);
    rule.fix = statement->Text(8);
    rule.collect = statement->Text(9);
    rules.push_back(std::move(rule));
    return true;
  });
  if (!status) {
    return status.error();
  }
  return rules;
}

Status StoreReader::EachBundle(const std::function<bool(const BundleRecord&)>& visit) const {
  Result<Statement> statement = Statement::Prepare(
      database_,
      "SELECT l.id,b.file,b.size,b.sha256,b.collected FROM run_bundle l "
      "JOIN bundle b ON b.id=l.bundle WHERE l.id>=?1<<32 AND l.id<(?1+1)<<32 AND l.named=1 "
      "ORDER BY l.id");
  if (!statement) {
    return statement.error();
  }
  return Walk(statement->Bind(1, run_), [&] {
    BundleRecord bundle;
    bundle.number = static_cast<std::uint32_t>(statement->Int(0) - (run_ << kRunBits));
    bundle.file = statement->Text(1);
    bundle.size = Unsigned(statement->Int(2));
    bundle.sha256 = statement->Text(3);
    bundle.collected = statement->Text(4);
    return visit(bundle);
  });
}

Status StoreReader::EachSubject(const std::function<bool(const SubjectRecord&)>& visit) const {
  // The walk follows the index on the printed id; the scan row tells who was in this run.
  Result<Statement> statement = Statement::Prepare(
      database_,
      "SELECT s.printed_id,s.kind,s.name,s.parent,s.route,n.readiness,s.aliases FROM subject s "
      "CROSS JOIN scan n ON n.id=(?1<<32)+s.id ORDER BY s.printed_id COLLATE BINARY");
  if (!statement) {
    return statement.error();
  }
  return Walk(statement->Bind(1, run_), [&] {
    SubjectRecord subject;
    subject.id = statement->Text(0);
    Read(statement->Text(1), subject.kind);
    subject.name = statement->Text(2);
    subject.parent = statement->Text(3);
    subject.route = statement->Text(4);
    Read(statement->Text(5), subject.readiness);
    FieldReader fields(statement->Text(6));
    while (const std::optional<std::string_view> kind = fields.Next()) {
      subject.aliases.emplace_back(*kind, fields.Next().value_or(std::string_view{}));
    }
    return visit(subject);
  });
}

Status StoreReader::EachFinding(std::optional<std::string_view> subject,
                                const std::function<bool(const Finding&)>& visit) const {
  Result<FindingWalk> walk = PrepareWalk();
  Result<Statement> subjects = Statement::Prepare(
      database_,
      subject ? "SELECT s.id,s.printed_id,n.late,n.bundles FROM subject s CROSS JOIN scan n ON "
                "n.id=(?1<<32)+s.id WHERE s.printed_id=?2"
              : "SELECT s.id,s.printed_id,n.late,n.bundles FROM subject s CROSS JOIN scan n ON "
                "n.id=(?1<<32)+s.id ORDER BY s.printed_id COLLATE BINARY");
  if (!walk || !subjects) {
    return (walk ? subjects.error() : walk.error());
  }
  subjects->Bind(1, run_);
  if (subject) {
    subjects->Bind(2, *subject);
  }
  Status failed = Ok{};
  const Status status = Walk(*subjects, [&] {
    const Scan scan{subjects->Int(0), std::string(subjects->Text(1)), subjects->Int(2) != 0,
                    std::string(subjects->Text(3))};
    const Result<std::vector<Finding>> findings = FindingsOf(scan, *walk);
    if (!findings) {
      failed = findings.error();
      return false;
    }
    return std::all_of(findings->begin(), findings->end(), visit);
  });
  return failed ? status : failed;
}

Status StoreReader::EachCoverage(const std::function<bool(const CoverageRecord&)>& visit) const {
  Result<Statement> statement = Statement::Prepare(
      database_,
      "SELECT l.id,c.file,c.kind,c.status,c.reason,c.records,c.damaged,c.size,c.crc32 "
      "FROM run_bundle l CROSS JOIN coverage c ON c.id>=l.bundle<<24 AND c.id<(l.bundle+1)<<24 "
      "WHERE l.id>=?1<<32 AND l.id<(?1+1)<<32 ORDER BY l.id,c.id");
  if (!statement) {
    return statement.error();
  }
  return Walk(statement->Bind(1, run_), [&] {
    CoverageRecord entry;
    entry.bundle = static_cast<std::uint32_t>(statement->Int(0) - (run_ << kRunBits));
    entry.file = statement->Text(1);
    entry.kind = statement->Text(2);
    Read(statement->Text(3), entry.status);
    entry.reason = statement->Text(4);
    entry.records = Unsigned(statement->Int(5));
    entry.damaged = Unsigned(statement->Int(6));
    entry.size = Unsigned(statement->Int(7));
    entry.crc32 = static_cast<std::uint32_t>(statement->Int(8));
    return visit(entry);
  });
}

Result<StoreReader::FindingWalk> StoreReader::PrepareWalk() const {
  Result<Statement> findings = Statement::Prepare(database_, kFindingsSql);
  Result<Statement> file = Statement::Prepare(
      database_, "SELECT b.file FROM run_bundle l JOIN bundle b ON b.id=l.bundle WHERE l.id=?1");
  const Result<std::vector<RuleInfo>> rules = Rules();
  if (!findings || !file) {
    return (findings ? file : findings).error();
  }
  if (!rules) {
    return rules.error();
  }
  FindingWalk walk;
  walk.findings = *std::move(findings);
  walk.bundle_file = *std::move(file);
  for (const RuleInfo& rule : *rules) {
    walk.fixes.emplace(rule.id, rule.fix);
  }
  return walk;
}

Result<std::vector<Finding>> StoreReader::FindingsOf(const Scan& scan, FindingWalk& walk) const {
  const Result<std::vector<BundleName>> bundles = BundlesOf(scan, walk);
  if (!bundles) {
    return bundles.error();
  }
  std::vector<Finding> findings;
  Statement& row = walk.findings;
  row.Bind(1, scan.number << kFindingBits)
      .Bind(2, (scan.number + 1) << kFindingBits)
      .Bind(3, run_)
      .Bind(4, std::int64_t{scan.late});
  const Status status = Walk(row, [&] {
    Finding finding;
    finding.rule = row.Text(0);
    finding.subject = scan.printed_id;
    Read(row.Text(1), finding.severity);
    Read(row.Text(2), finding.verdict);
    WhyUnknown code = WhyUnknown::kInternal;
    if (FromString(row.Text(3), code)) {
      finding.reason_code = code;
    }
    finding.reason = row.Text(4);
    const auto fix = walk.fixes.find(finding.rule);
    const bool of_rule = row.Text(5) == "=" && fix != walk.fixes.end();
    finding.fix = of_rule ? std::string_view(fix->second) : row.Text(5);
    UnpackLists(finding, row.Text(6), row.Text(7));
    finding.evidence = DecodeEvidence(row.Text(8), *bundles);
    findings.push_back(std::move(finding));
    return findings.size() <= walk.fixes.size();
  });
  if (!status) {
    return status.error();
  }
  if (findings.size() > walk.fixes.size()) {
    return Error{ErrorCode::kMalformed, scan.printed_id, "has more findings than there are rules"};
  }
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.rule < b.rule; });
  return findings;
}

Result<std::vector<BundleName>> StoreReader::BundlesOf(const Scan& scan, FindingWalk& walk) const {
  std::vector<BundleName> bundles;
  FieldReader numbers(scan.bundles);
  std::uint64_t left = numbers.NextNumber();
  for (; left > 0 && !numbers.Done(); --left) {
    BundleName bundle{.number = static_cast<std::uint32_t>(numbers.NextNumber())};
    walk.bundle_file.Bind(1, (run_ << kRunBits) | bundle.number);
    const Status status = Walk(walk.bundle_file, [&] {
      bundle.file = walk.bundle_file.Text(0);
      return true;
    });
    if (!status) {
      return status.error();
    }
    bundles.push_back(std::move(bundle));
  }
  return bundles;
}

}  // namespace whfb::db
