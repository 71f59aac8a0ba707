// Store: the results of scans in one SQLite file, or in a temporary one that nobody sees.
//
// Results may come in any order; they are read back in canonical order. Subjects are written
// whole: wherever the program is killed, the file opens, is sound, and holds each subject as its
// last complete run left it. One writer at a time, one thread at a time.
//
// Reads the run begun last by this object, else the newest finished run of the file.

#ifndef WHFB_DB_STORE_H_
#define WHFB_DB_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "db/bundle_writer.h"
#include "db/finding_writer.h"
#include "db/schema.h"
#include "db/statement.h"
#include "db/store_reader.h"
#include "db/subject_index.h"
#include "scanner/core/finding.h"

namespace whfb::db {

class Store : public ResultSink, public ResultSource {
 public:
  // `path` empty: temporary. Errors name the path and say what to do.
  [[nodiscard]] static Result<std::unique_ptr<Store>> Open(const std::string& path, Access access);

  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  Store(Store&&) = delete;
  Store& operator=(Store&&) = delete;
  ~Store() override;

  // The file may not grow beyond this many pages of 16 KiB; what does not fit is an Error.
  [[nodiscard]] Status LimitPages(std::int64_t pages);

  // ResultSink. A result that fails to be added leaves no trace. A subject may come in several
  // results of one run; the later ones add to the first.
  [[nodiscard]] Status Begin(const RunRecord& run, const std::vector<RuleInfo>& rules) override;
  [[nodiscard]] Status Add(const SubjectResult& result) override;
  [[nodiscard]] Status SetReadiness(std::string_view subject_id, Readiness readiness) override;
  [[nodiscard]] Status Finish() override;

  // ResultSource.
  [[nodiscard]] Result<RunRecord> Run() const override;
  [[nodiscard]] Result<std::vector<RuleInfo>> Rules() const override;
  [[nodiscard]] Status EachBundle(
      const std::function<bool(const BundleRecord&)>& visit) const override;
  [[nodiscard]] Status EachSubject(
      const std::function<bool(const SubjectRecord&)>& visit) const override;
  [[nodiscard]] Status EachFinding(std::optional<std::string_view> subject,
                                   const std::function<bool(const Finding&)>& visit) const override;
  [[nodiscard]] Status EachCoverage(
      const std::function<bool(const CoverageRecord&)>& visit) const override;

 private:
  struct Writers {
    SubjectIndex subjects;
    BundleWriter bundles;
    FindingWriter findings;
    Statement scan_insert{};
    Statement scan_find{};
    Statement scan_update{};
    Statement set_readiness{};
    Statement savepoint{};
    Statement release{};
    Statement rollback{};
  };

  using SubjectMap = std::unordered_map<std::string_view, ScannedSubject>;

  Store(std::string path, Database database);

  [[nodiscard]] Status PrepareWriters();
  [[nodiscard]] Status AddInside(const SubjectResult& result);
  [[nodiscard]] Status AddSubject(const SubjectResult& result,
                                  const SubjectRecord& subject,
                                  SubjectMap& known);
  [[nodiscard]] Status WriteScan(const SubjectRecord& subject, ScannedSubject& scanned);
  [[nodiscard]] Status AddFindings(const SubjectResult& result, SubjectMap& known);
  [[nodiscard]] Status Known(std::string_view subject_id, SubjectMap& known);
  [[nodiscard]] Result<StoreReader> Reader() const;
  template <typename Read>
  auto FromReader(const Read& read) const -> decltype(read(std::declval<const StoreReader&>()));
  [[nodiscard]] Error Unreadable(const Error& error) const;
  [[nodiscard]] Error Named(Error error) const;

  std::string path_;
  Database database_;
  std::unique_ptr<Writers> writers_;
  std::int64_t run_ = 0;  // 0: this object has begun none
  bool writing_ = false;
  std::size_t pending_ = 0;  // findings since the last commit
};

}  // namespace whfb::db

#endif  // WHFB_DB_STORE_H_
