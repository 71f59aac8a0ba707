// The rule catalogues a database has seen, each stored once.

#ifndef WHFB_DB_RULE_CATALOG_H_
#define WHFB_DB_RULE_CATALOG_H_

#include <cstdint>
#include <vector>

#include "db/statement.h"
#include "scanner/core/finding.h"

namespace whfb::db {

// The number of the catalogue, which is stored when it is new.
[[nodiscard]] Result<std::int64_t> CatalogNumber(sqlite3* database,
                                                 const RunRecord& run,
                                                 const std::vector<RuleInfo>& rules);

// How the rules of a run came together.
[[nodiscard]] Result<RuleSetRecord> ReadRuleSet(sqlite3* database, std::int64_t run);

}  // namespace whfb::db

#endif  // WHFB_DB_RULE_CATALOG_H_
