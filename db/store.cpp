#include "db/store.h"

#include <algorithm>
#include <map>
#include <utility>

#include <spdlog/fmt/fmt.h>

#include "db/packed.h"
#include "db/rule_catalog.h"

namespace whfb::db {
namespace {

// Findings a transaction: large enough that committing costs nothing, small enough that a
// killed run loses little.
constexpr std::size_t kBatch = 5'000;

std::string NewestCollected(const SubjectResult& result) {
  std::string newest;
  for (const BundleRecord& bundle : result.bundles) {
    newest = std::max(newest, bundle.collected);
  }
  return newest;
}

// The numbers that evidence counts from; new ones go behind those already there.
std::string PackBundles(const std::vector<BundleName>& bundles) {
  std::string packed;
  AppendNumber(packed, bundles.size());
  for (const BundleName& bundle : bundles) {
    AppendNumber(packed, bundle.number);
  }
  return packed;
}

void MergeEarlierBundles(std::string_view packed, std::vector<BundleName>& bundles) {
  std::vector<BundleName> merged;
  FieldReader numbers(packed);
  for (std::uint64_t left = numbers.NextNumber(); left > 0 && !numbers.Done(); --left) {
    const auto number = static_cast<std::uint32_t>(numbers.NextNumber());
    const auto own = std::find_if(bundles.begin(), bundles.end(),
                                  [&](const BundleName& b) { return b.number == number; });
    if (own == bundles.end()) {
      // Its name is not at hand: evidence in it keeps its file name whole.
      merged.push_back({.number = number, .file = std::string(1, '\0')});
      continue;
    }
    merged.push_back(std::move(*own));
    bundles.erase(own);
  }
  merged.insert(merged.end(), bundles.begin(), bundles.end());
  bundles = std::move(merged);
}

}  // namespace

Store::Store(std::string path, Database database)
    : path_(std::move(path)), database_(std::move(database)) {}

Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::Open(const std::string& path, Access access) {
  Result<Database> database = OpenDatabase(path, access);
  if (!database) {
    return database.error();
  }
  return std::unique_ptr<Store>(new Store(path, *std::move(database)));
}

Status Store::LimitPages(std::int64_t pages) {
  return Execute(database_.get(), fmt::format("PRAGMA max_page_count={}", pages));
}

Error Store::Named(Error error) const {
  error.where = (path_.empty() ? std::string("temporary database") : path_) + ": " + error.where;
  return error;
}

Status Store::PrepareWriters() {
  Result<SubjectIndex> subjects = SubjectIndex::Prepare(database_.get());
  Result<BundleWriter> bundles = BundleWriter::Prepare(database_.get());
  Result<FindingWriter> findings = FindingWriter::Prepare(database_.get());
  if (!subjects) {
    return subjects.error();
  }
  if (!bundles) {
    return bundles.error();
  }
  if (!findings) {
    return findings.error();
  }
  writers_ = std::make_unique<Writers>(
      Writers{*std::move(subjects), *std::move(bundles), *std::move(findings)});
  const StatementList statements = {
      {"INSERT INTO scan VALUES(?1,?2,?3,?4)", &writers_->scan_insert},
      {"SELECT late,bundles FROM scan WHERE id=?1", &writers_->scan_find},
      {"UPDATE scan SET readiness=?2,bundles=?3 WHERE id=?1", &writers_->scan_update},
      {"UPDATE scan SET readiness=?2 WHERE id=?1", &writers_->set_readiness},
      {"SAVEPOINT one_result", &writers_->savepoint},
      {"RELEASE one_result", &writers_->release},
      {"ROLLBACK TO one_result", &writers_->rollback},
  };
  return PrepareAll(database_.get(), statements);
}

Status Store::Begin(const RunRecord& run, const std::vector<RuleInfo>& rules) {
  if (!path_.empty()) {
    if (Status status = Execute(database_.get(), "PRAGMA journal_mode=WAL"); !status) {
      return Named(status.error());
    }
  }
  if (Status status = Execute(database_.get(), "BEGIN IMMEDIATE"); !status) {
    return Named(status.error());
  }
  writing_ = true;
  if (Status status = PrepareWriters(); !status) {
    return Named(status.error());
  }
  const Result<std::int64_t> catalog = CatalogNumber(database_.get(), run, rules);
  if (!catalog) {
    return Named(catalog.error());
  }
  if (Status status = writers_->findings.SetRules(rules); !status) {
    return Named(status.error());
  }
  Result<Statement> insert =
      Statement::Prepare(database_.get(), "INSERT INTO run VALUES(NULL,?1,?2,?3,0) RETURNING id");
  if (!insert) {
    return Named(insert.error());
  }
  const Result<bool> row =
      insert->Bind(1, run.tool_version).Bind(2, run.as_of).Bind(3, *catalog).Step();
  if (!row) {
    return Named(row.error());
  }
  run_ = insert->Int(0);
  pending_ = 0;
  return Ok{};
}

Status Store::Add(const SubjectResult& result) {
  if (!writing_) {
    return Error{ErrorCode::kInvalidInput, "Store::Add", "no run was begun"};
  }
  if (Status status = writers_->savepoint.Run(); !status) {
    return Named(status.error());
  }
  if (Status status = AddInside(result); !status) {
    // SQLite may have undone the whole transaction already; then there is nothing left to undo.
    if (sqlite3_get_autocommit(database_.get()) == 0) {
      (void)writers_->rollback.Run();
      (void)writers_->release.Run();
    }
    writers_->findings.Forget();
    return Named(status.error());
  }
  if (Status status = writers_->release.Run(); !status) {
    return Named(status.error());
  }
  pending_ += result.findings.size();
  if (pending_ < kBatch) {
    return Ok{};
  }
  pending_ = 0;
  if (Status status = Execute(database_.get(), "COMMIT;BEGIN IMMEDIATE"); !status) {
    return Named(status.error());
  }
  return Ok{};
}

Status Store::AddInside(const SubjectResult& result) {
  if (Status status = writers_->bundles.Add(result, run_); !status) {
    return status;
  }
  std::vector<const SubjectRecord*> parents_first;
  for (const SubjectRecord& subject : result.subjects) {
    parents_first.push_back(&subject);
  }
  std::stable_sort(parents_first.begin(), parents_first.end(),
                   [](const auto* a, const auto* b) { return a->kind < b->kind; });
  SubjectMap known;
  for (const SubjectRecord* subject : parents_first) {
    if (Status status = AddSubject(result, *subject, known); !status) {
      return status;
    }
  }
  return AddFindings(result, known);
}

Status Store::AddSubject(const SubjectResult& result,
                         const SubjectRecord& subject,
                         SubjectMap& known) {
  std::int64_t parent = 0;
  if (subject.kind == SubjectKind::kUser) {
    if (Status status = Known(subject.parent, known); !status) {
      return status;
    }
    parent = known[subject.parent].number;
  }
  const std::string collected = NewestCollected(result);
  const Result<KnownSubject> found = writers_->subjects.Resolve(subject, parent, run_, collected);
  if (!found) {
    return found.error();
  }
  ScannedSubject scanned{.number = found->number,
                         .is_new = found->is_new,
                         .seen_in_this_run = found->seen_in_this_run,
                         .late = !collected.empty() && collected < found->collected};
  for (const BundleRecord& bundle : result.bundles) {
    scanned.bundles.push_back({bundle.number, bundle.file});
  }
  if (Status status = WriteScan(subject, scanned); !status) {
    return status;
  }
  known[subject.id] = std::move(scanned);
  return Ok{};
}

Status Store::WriteScan(const SubjectRecord& subject, ScannedSubject& scanned) {
  const std::int64_t id = (run_ << kRunBits) | scanned.number;
  if (!scanned.seen_in_this_run) {
    const std::string bundles = PackBundles(scanned.bundles);
    return writers_->scan_insert.Bind(1, id)
        .Bind(2, ToString(subject.readiness))
        .Bind(3, std::int64_t{scanned.late})
        .Bind(4, bundles)
        .Run();
  }
  const Result<bool> earlier = writers_->scan_find.Bind(1, id).Step();
  if (!earlier) {
    return earlier.error();
  }
  scanned.late = writers_->scan_find.Int(0) != 0;
  MergeEarlierBundles(writers_->scan_find.Text(1), scanned.bundles);
  writers_->scan_find.Reset();
  const std::string bundles = PackBundles(scanned.bundles);
  return writers_->scan_update.Bind(1, id)
      .Bind(2, ToString(subject.readiness))
      .Bind(3, bundles)
      .Run();
}

// A subject that an earlier result of this run brought.
Status Store::Known(std::string_view subject_id, SubjectMap& known) {
  if (known.contains(subject_id)) {
    return Ok{};
  }
  const Result<std::int64_t> number = writers_->subjects.FindPrinted(subject_id, run_);
  if (!number) {
    return number.error();
  }
  ScannedSubject& scanned = known[subject_id];
  scanned = {.number = *number, .seen_in_this_run = true};
  if (*number != 0) {
    const Result<bool> scan = writers_->scan_find.Bind(1, (run_ << kRunBits) | *number).Step();
    if (!scan) {
      return scan.error();
    }
    scanned.late = writers_->scan_find.Int(0) != 0;
    MergeEarlierBundles(writers_->scan_find.Text(1), scanned.bundles);
    writers_->scan_find.Reset();
  }
  return Ok{};
}

Status Store::AddFindings(const SubjectResult& result, SubjectMap& known) {
  std::map<std::string_view, std::vector<const Finding*>> by_subject;
  for (const SubjectRecord& subject : result.subjects) {
    by_subject[subject.id];  // a subject without findings has nothing that still holds
  }
  for (const Finding& finding : result.findings) {
    by_subject[finding.subject].push_back(&finding);
  }
  for (const auto& [id, findings] : by_subject) {
    if (Status status = Known(id, known); !status) {
      return status;
    }
    const ScannedSubject& subject = known[id];
    if (subject.number == 0) {
      return Error{ErrorCode::kInvalidInput, std::string(id),
                   "a finding names a subject that no result of this run describes"};
    }
    if (Status status = writers_->findings.Write(subject, findings, run_); !status) {
      return status;
    }
  }
  return Ok{};
}

Status Store::SetReadiness(std::string_view subject_id, Readiness readiness) {
  if (!writing_) {
    return Error{ErrorCode::kInvalidInput, "Store::SetReadiness", "no run was begun"};
  }
  const Result<std::int64_t> number = writers_->subjects.FindPrinted(subject_id, run_);
  if (!number) {
    return Named(number.error());
  }
  if (*number == 0) {
    return Error{ErrorCode::kInvalidInput, std::string(subject_id),
                 "no result of this run describes this subject"};
  }
  const Status status = writers_->set_readiness.Bind(1, (run_ << kRunBits) | *number)
                            .Bind(2, ToString(readiness))
                            .Run();
  return status ? status : Status(Named(status.error()));
}

Status Store::Finish() {
  if (!writing_) {
    return Error{ErrorCode::kInvalidInput, "Store::Finish", "no run was begun"};
  }
  const std::string sql = fmt::format("UPDATE run SET finished=1 WHERE id={};COMMIT", run_);
  if (Status status = Execute(database_.get(), sql); !status) {
    return Named(status.error());
  }
  writing_ = false;
  writers_.reset();
  // Back to one file that can be copied, also to a place that cannot be written. When another
  // process is reading, the WAL stays, which is sound as well.
  if (!path_.empty()) {
    (void)Execute(database_.get(), "PRAGMA journal_mode=DELETE");
  }
  return Ok{};
}

// What SQLite says of a statement helps nobody who only wants to read the results.
Error Store::Unreadable(const Error& error) const {
  return {ErrorCode::kMalformed, path_.empty() ? "temporary database" : path_,
          "cannot be read (" + error.message + "); the database is damaged or was changed"};
}

Result<StoreReader> Store::Reader() const {
  std::int64_t run = run_;
  if (run == 0) {
    const Result<std::int64_t> newest =
        QueryInt(database_.get(), "SELECT coalesce(max(id),0) FROM run WHERE finished=1");
    if (!newest) {
      return Unreadable(newest.error());
    }
    run = *newest;
  }
  if (run == 0) {
    return Error{ErrorCode::kMalformed, path_.empty() ? "temporary database" : path_,
                 "holds no finished run; run a scan with --db first"};
  }
  return StoreReader(database_.get(), run);
}

// Calls `read` with the reader; its errors become those of the file.
template <typename Read>
auto Store::FromReader(const Read& read) const
    -> decltype(read(std::declval<const StoreReader&>())) {
  const Result<StoreReader> reader = Reader();
  if (!reader) {
    return reader.error();
  }
  auto result = read(*reader);
  if (!result) {
    return Unreadable(result.error());
  }
  return result;
}

Result<RunRecord> Store::Run() const {
  return FromReader([](const StoreReader& reader) { return reader.Run(); });
}

Result<std::vector<RuleInfo>> Store::Rules() const {
  return FromReader([](const StoreReader& reader) { return reader.Rules(); });
}

Status Store::EachBundle(const std::function<bool(const BundleRecord&)>& visit) const {
  return FromReader([&](const StoreReader& reader) { return reader.EachBundle(visit); });
}

Status Store::EachSubject(const std::function<bool(const SubjectRecord&)>& visit) const {
  return FromReader([&](const StoreReader& reader) { return reader.EachSubject(visit); });
}

Status Store::EachFinding(std::optional<std::string_view> subject,
                          const std::function<bool(const Finding&)>& visit) const {
  return FromReader([&](const StoreReader& reader) { return reader.EachFinding(subject, visit); });
}

Status Store::EachCoverage(const std::function<bool(const CoverageRecord&)>& visit) const {
  return FromReader([&](const StoreReader& reader) { return reader.EachCoverage(visit); });
}

}  // namespace whfb::db
