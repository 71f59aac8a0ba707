// The tables of a result database, and how a file is recognised as ours.
//
// Numbers in rowids carry meaning, so that loading needs no secondary index on findings:
// finding.id = subject << 20 | sequence, scan.id = run << 32 | subject,
// run_bundle.id = run << 32 | bundle number, coverage.id = bundle << 24 | sequence.

#ifndef WHFB_DB_SCHEMA_H_
#define WHFB_DB_SCHEMA_H_

#include <cstdint>
#include <string>

#include "db/statement.h"
#include "scanner/core/result.h"

namespace whfb::db {

inline constexpr std::int64_t kApplicationId = 0x57484642;  // "WHFB"
inline constexpr std::int64_t kSchemaVersion = 2;           // 1: without rule_set
inline constexpr int kFindingBits = 20;
inline constexpr int kRunBits = 32;
inline constexpr int kCoverageBits = 24;

enum class Access {
  kReadWrite,  // creates the file when it is missing
  kRead,
};

// Opens `path` (empty: a private temporary database) and leaves it ready for use: ours, of this
// version, tables created. Errors name the path and say what to do.
[[nodiscard]] Result<Database> OpenDatabase(const std::string& path, Access access);

}  // namespace whfb::db

#endif  // WHFB_DB_SCHEMA_H_
