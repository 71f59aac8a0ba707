// The rule catalogues a database has seen, each stored once.

#ifndef WHFB_DB_RULE_CATALOG_H_
#define WHFB_DB_RULE_CATALOG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "db/statement.h"
#include "scanner/core/finding.h"

namespace whfb::db {

// The number of the catalogue, which is stored when it is new.
[[nodiscard]] Result<std::int64_t> CatalogNumber(sqlite3* database,
                                                 const std::string& sha256,
                                                 const std::vector<RuleInfo>& rules);

}  // namespace whfb::db

#endif  // WHFB_DB_RULE_CATALOG_H_
