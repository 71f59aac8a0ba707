// StoreReader: one run read back in canonical order, a subject at a time.

#ifndef WHFB_DB_STORE_READER_H_
#define WHFB_DB_STORE_READER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "db/evidence_code.h"
#include "db/statement.h"
#include "scanner/core/finding.h"

namespace whfb::db {

class StoreReader {
 public:
  // `database` must outlive the reader; `run` must exist.
  StoreReader(sqlite3* database, std::int64_t run) : database_(database), run_(run) {}

  [[nodiscard]] Result<RunRecord> Run() const;
  [[nodiscard]] Result<std::vector<RuleInfo>> Rules() const;
  [[nodiscard]] Status EachBundle(const std::function<bool(const BundleRecord&)>& visit) const;
  [[nodiscard]] Status EachSubject(const std::function<bool(const SubjectRecord&)>& visit) const;
  [[nodiscard]] Status EachFinding(std::optional<std::string_view> subject,
                                   const std::function<bool(const Finding&)>& visit) const;
  [[nodiscard]] Status EachCoverage(const std::function<bool(const CoverageRecord&)>& visit) const;

 private:
  struct Scan {
    std::int64_t number = 0;
    std::string printed_id{};
    bool late = false;
    std::string bundles{};
  };

  // Statements and texts for one walk over findings; a walk inside a walk has its own.
  struct FindingWalk {
    Statement findings{};
    Statement bundle_file{};
    std::unordered_map<std::string, std::string> fixes{};
  };

  [[nodiscard]] Result<FindingWalk> PrepareWalk() const;
  [[nodiscard]] Result<std::vector<Finding>> FindingsOf(const Scan& scan, FindingWalk& walk) const;
  [[nodiscard]] Result<std::vector<BundleName>> BundlesOf(const Scan& scan,
                                                          FindingWalk& walk) const;

  sqlite3* database_;
  std::int64_t run_;
};

}  // namespace whfb::db

#endif  // WHFB_DB_STORE_READER_H_
