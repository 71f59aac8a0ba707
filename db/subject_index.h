// SubjectIndex: which stored subject a scanned one is.
//
// The strongest known alias decides, so a device that was renamed stays one subject. A weaker
// alias is not believed when a stronger one of the same sort says that it is another subject.
// A user is known within its device only.

#ifndef WHFB_DB_SUBJECT_INDEX_H_
#define WHFB_DB_SUBJECT_INDEX_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/statement.h"
#include "scanner/core/finding.h"

namespace whfb::db {

struct KnownSubject {
  std::int64_t number = 0;
  bool is_new = false;            // it had no row before this run
  bool seen_in_this_run = false;  // an earlier result of this run named it already
  std::string collected{};        // of what was current before; empty when not known
};

class SubjectIndex {
 public:
  // `database` must outlive the index.
  [[nodiscard]] static Result<SubjectIndex> Prepare(sqlite3* database);

  // Finds or creates the subject and stores its present names. `parent` is the number of its
  // parent, 0 when that is not known yet. `collected` is the time of its newest evidence.
  [[nodiscard]] Result<KnownSubject> Resolve(const SubjectRecord& subject,
                                             std::int64_t parent,
                                             std::int64_t run,
                                             const std::string& collected);

  // The subject of this run with that printed id; 0 when there is none.
  [[nodiscard]] Result<std::int64_t> FindPrinted(std::string_view id, std::int64_t run);

 private:
  using Aliases = std::vector<std::pair<std::string, std::string>>;

  SubjectIndex() = default;

  [[nodiscard]] Result<std::int64_t> Match(const SubjectRecord& subject,
                                           const Aliases& aliases,
                                           std::int64_t run);
  [[nodiscard]] Result<bool> Fits(std::int64_t number,
                                  std::size_t strength,
                                  const SubjectRecord& subject,
                                  std::int64_t run);
  [[nodiscard]] Result<KnownSubject> Load(std::int64_t number, std::int64_t run);
  [[nodiscard]] Status Write(const SubjectRecord& subject,
                             const KnownSubject& known,
                             std::int64_t run,
                             const std::string& collected);

  Statement by_alias_;
  Statement by_printed_id_;
  Statement load_;
  Statement insert_;
  Statement update_;
  Statement set_alias_;
  std::int64_t last_ = 0;
};

// "kind, value" pairs as one text, strongest first.
[[nodiscard]] std::string PackAliases(const std::vector<std::pair<std::string, std::string>>& list);
[[nodiscard]] std::vector<std::pair<std::string, std::string>> UnpackAliases(
    std::string_view packed);

}  // namespace whfb::db

#endif  // WHFB_DB_SUBJECT_INDEX_H_
