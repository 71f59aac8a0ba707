// BundleWriter: bundles of a run and what was read in them. A bundle that is the same file with
// the same reading as in an earlier run shares its rows.

#ifndef WHFB_DB_BUNDLE_WRITER_H_
#define WHFB_DB_BUNDLE_WRITER_H_

#include <cstdint>
#include <vector>

#include "db/statement.h"
#include "scanner/core/finding.h"

namespace whfb::db {

class BundleWriter {
 public:
  // `database` must outlive the writer.
  [[nodiscard]] static Result<BundleWriter> Prepare(sqlite3* database);

  [[nodiscard]] Status Add(const SubjectResult& result, std::int64_t run);

 private:
  using Entries = std::vector<const CoverageRecord*>;

  BundleWriter() = default;

  [[nodiscard]] Status AddBundle(const BundleRecord& bundle,
                                 const Entries& entries,
                                 bool named,
                                 std::int64_t run);
  // The row of the same bundle with the same coverage; 0 when there is none.
  [[nodiscard]] Result<std::int64_t> FindEqual(const BundleRecord& bundle, std::int64_t digest);
  [[nodiscard]] Result<std::int64_t> Insert(const BundleRecord& bundle, std::int64_t digest);
  [[nodiscard]] Status WriteEntries(std::int64_t bundle,
                                    std::int64_t first,
                                    const Entries& entries);
  // More files of a bundle that this run has already; its earlier row may be shared.
  [[nodiscard]] Status Append(std::int64_t row, const Entries& entries);

  Statement of_run_;
  Statement find_;
  Statement insert_;
  Statement link_;
  Statement relink_;
  Statement copy_bundle_;
  Statement copy_coverage_;
  Statement count_;
  Statement insert_coverage_;
  std::int64_t last_ = 0;
};

}  // namespace whfb::db

#endif  // WHFB_DB_BUNDLE_WRITER_H_
