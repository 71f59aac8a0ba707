// FindingWriter: findings of one subject as intervals. What did not change adds no row; what
// changed closes one interval and opens another; what the run no longer says is closed as gone.

#ifndef WHFB_DB_FINDING_WRITER_H_
#define WHFB_DB_FINDING_WRITER_H_

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "db/evidence_code.h"
#include "db/recent_texts.h"
#include "db/statement.h"
#include "scanner/core/finding.h"

namespace whfb::db {

// The subject whose findings are written, and how it stands to what the store knew.
struct ScannedSubject {
  std::int64_t number = 0;
  bool is_new = false;
  bool seen_in_this_run = false;
  bool late = false;  // older evidence than the current one: history only
  std::vector<BundleName> bundles{};
};

class FindingWriter {
 public:
  // `database` must outlive the writer.
  [[nodiscard]] static Result<FindingWriter> Prepare(sqlite3* database);

  // Must be called once before Write.
  [[nodiscard]] Status SetRules(const std::vector<RuleInfo>& rules);

  [[nodiscard]] Status Write(const ScannedSubject& subject,
                             const std::vector<const Finding*>& findings,
                             std::int64_t run);

  // After a rollback: row numbers given out since may not exist.
  void Forget();

 private:
  struct Rule {
    std::int64_t number = 0;
    std::string fix{};
  };

  // What a cause row holds, ready to be bound; `key` is all of it as one text.
  struct Cause {
    std::int64_t rule = 0;
    std::string_view fix{};  // of the finding in hand
    std::string missing{};
    std::string observed{};
    std::string key{};
  };

  struct Row {
    std::int64_t id = 0;
    std::string rule{};
    std::string key{};
    std::string refs{};
    std::int64_t rule_number = 0;
    std::int64_t from_run = 0;
    bool open = false;
    bool confirmed = false;
  };

  FindingWriter() = default;

  [[nodiscard]] Status LoadRows(std::int64_t subject, std::int64_t run);
  [[nodiscard]] Status WriteOne(const ScannedSubject& subject,
                                const Finding& finding,
                                std::int64_t run);
  [[nodiscard]] Result<bool> Keep(Row& row, std::int64_t run);
  // The row holds on, with the evidence of the finding in hand.
  [[nodiscard]] Status Confirm(Row& row);
  // Nothing is done to a row that is closed already.
  [[nodiscard]] Status Close(Row& row, std::string_view why, std::int64_t run);
  [[nodiscard]] Status Insert(const ScannedSubject& subject,
                              const Finding& finding,
                              std::int64_t run);
  [[nodiscard]] Status Describe(const Finding& finding);
  [[nodiscard]] Result<const Rule*> RuleOf(const std::string& id, int revision);
  [[nodiscard]] Result<std::int64_t> CauseRow(const Finding& finding);
  [[nodiscard]] Result<std::int64_t> EvidenceRow(const std::string& refs);

  Statement insert_;
  Statement load_;
  Statement close_;
  Statement reopen_;
  Statement set_evidence_;
  Statement insert_cause_;
  Statement insert_evidence_;
  Statement find_rule_;
  Statement insert_rule_;
  Statement last_row_;
  std::unordered_map<std::string, Rule> rules_;
  RecentTexts causes_{std::size_t{160} << 10U};
  RecentTexts evidence_{std::size_t{48} << 10U};
  std::int64_t last_cause_ = 0;
  std::int64_t last_evidence_ = 0;

  // Of the subject and the finding in hand; kept for their memory.
  std::vector<Row> rows_;
  std::int64_t next_row_ = 0;
  Cause cause_;
  std::string refs_;
};

}  // namespace whfb::db

#endif  // WHFB_DB_FINDING_WRITER_H_
