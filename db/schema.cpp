#include "db/schema.h"

#include <cctype>
#include <string_view>
#include <system_error>

#include <spdlog/fmt/fmt.h>

namespace whfb::db {
namespace {

constexpr int kCacheKib = 768;

constexpr std::string_view kTables = R"sql(
CREATE TABLE catalog(
  id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, content INTEGER NOT NULL) STRICT;

-- The text of a rule as one catalogue had it.
CREATE TABLE rule_text(
  id INTEGER PRIMARY KEY,
  catalog INTEGER NOT NULL REFERENCES catalog(id),
  rule TEXT NOT NULL, revision INTEGER NOT NULL, subject TEXT NOT NULL, severity TEXT NOT NULL,
  decidable TEXT NOT NULL, title TEXT NOT NULL, why TEXT NOT NULL, source TEXT NOT NULL,
  fix TEXT NOT NULL, collect TEXT NOT NULL) STRICT;

-- What findings refer to: a rule id in one revision.
CREATE TABLE rule(
  id INTEGER PRIMARY KEY, rule TEXT NOT NULL, revision INTEGER NOT NULL,
  UNIQUE(rule, revision)) STRICT;

CREATE TABLE run(
  id INTEGER PRIMARY KEY, tool_version TEXT NOT NULL, as_of TEXT NOT NULL,
  catalog INTEGER NOT NULL REFERENCES catalog(id), finished INTEGER NOT NULL) STRICT;

CREATE TABLE subject(
  id INTEGER PRIMARY KEY, printed_id TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
  parent TEXT NOT NULL, route TEXT NOT NULL, aliases TEXT NOT NULL, last_run INTEGER NOT NULL,
  collected TEXT NOT NULL) STRICT;
CREATE INDEX subject_by_printed_id ON subject(printed_id);

CREATE TABLE alias(
  kind TEXT NOT NULL, value TEXT NOT NULL, subject INTEGER NOT NULL REFERENCES subject(id),
  PRIMARY KEY(kind, value)) STRICT, WITHOUT ROWID;

-- One subject in one run. `late`: its evidence is older than what was current, so its findings
-- are history and never current. `bundles`: the numbers that evidence counts from.
CREATE TABLE scan(
  id INTEGER PRIMARY KEY, readiness TEXT NOT NULL, late INTEGER NOT NULL,
  bundles TEXT NOT NULL) STRICT;

CREATE TABLE bundle(
  id INTEGER PRIMARY KEY, file TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL,
  collected TEXT NOT NULL, digest INTEGER NOT NULL, entries INTEGER NOT NULL) STRICT;
CREATE INDEX bundle_by_file ON bundle(file);

-- `named` is 0 for files that belong to no bundle.
CREATE TABLE run_bundle(
  id INTEGER PRIMARY KEY, bundle INTEGER NOT NULL REFERENCES bundle(id),
  named INTEGER NOT NULL) STRICT;

CREATE TABLE coverage(
  id INTEGER PRIMARY KEY, file TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL,
  reason TEXT NOT NULL, records INTEGER NOT NULL, damaged INTEGER NOT NULL,
  size INTEGER NOT NULL, crc32 INTEGER NOT NULL) STRICT;

-- Why a finding says what it says; shared by every subject of which the same is true.
CREATE TABLE cause(
  id INTEGER PRIMARY KEY, rule INTEGER NOT NULL REFERENCES rule(id), severity TEXT NOT NULL,
  verdict TEXT NOT NULL, reason_code TEXT NOT NULL, reason TEXT NOT NULL, fix TEXT NOT NULL,
  missing TEXT NOT NULL, observed TEXT NOT NULL) STRICT;

CREATE TABLE evidence(id INTEGER PRIMARY KEY, refs TEXT NOT NULL) STRICT;

-- An interval: true from `from_run` until `until_run` (null: still). `closed`: changed,
-- rule-changed, gone, or history for evidence that came late.
CREATE TABLE finding(
  id INTEGER PRIMARY KEY, cause INTEGER NOT NULL REFERENCES cause(id),
  evidence INTEGER NOT NULL REFERENCES evidence(id), from_run INTEGER NOT NULL,
  until_run INTEGER, closed TEXT) STRICT;
)sql";

// How the rules of a catalogue came together, where they are not simply the built-in ones. Packs,
// changes and order: see rule_catalog.cpp.
constexpr std::string_view kRuleSetTable = R"sql(
CREATE TABLE rule_set(
  catalog INTEGER PRIMARY KEY REFERENCES catalog(id), profile TEXT NOT NULL,
  built_in INTEGER NOT NULL, packs TEXT NOT NULL, changes TEXT NOT NULL,
  shown TEXT NOT NULL) STRICT;
)sql";

Error At(const std::string& path, ErrorCode code, std::string message) {
  return Error{code, path.empty() ? "temporary database" : path, std::move(message)};
}

Status Create(sqlite3* database) {
  const std::string script =
      fmt::format("BEGIN IMMEDIATE;{}{}PRAGMA application_id={};PRAGMA user_version={};COMMIT;",
                  kTables, kRuleSetTable, kApplicationId, kSchemaVersion);
  const Status status = Execute(database, script);
  if (!status) {
    // The script is long; its text as a place helps nobody.
    return Error{status.error().code, "creating the tables", status.error().message};
  }
  return Ok{};
}

// A file of format 1 gets what format 2 has besides.
Status Migrate(sqlite3* database) {
  return Execute(database, fmt::format("BEGIN IMMEDIATE;{}PRAGMA user_version={};COMMIT;",
                                       kRuleSetTable, kSchemaVersion));
}

std::string_view Advice(Access access) {
  return access == Access::kRead ? "a database that whfbscan scan --db made is needed"
                                 : "name another file with --db";
}

// No text of a result comes near this; one that does was not written by us.
constexpr int kMaxTextBytes = 16 << 20;

// The file may come from somebody else: nothing that it brings along is ever run.
void Harden(sqlite3* database) {
  sqlite3_limit(database, SQLITE_LIMIT_LENGTH, kMaxTextBytes);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
}

// A database that holds our tables of this version and nothing else, to compare with.
Result<Database> OpenModel(std::int64_t version) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open(":memory:", &raw);
  Database model(raw);
  if (code != SQLITE_OK) {
    return Error{ErrorCode::kIo, "model database", raw == nullptr ? "" : sqlite3_errmsg(raw)};
  }
  for (const std::string_view tables : {kTables, version > 1 ? kRuleSetTable : ""}) {
    if (Status made = Execute(raw, std::string(tables)); !made) {
      return made.error();
    }
  }
  return model;
}

// The name of the first of our tables and indexes that is not as we make it; empty when all are.
// What else there is (a view that somebody added) does not matter.
Result<std::string> FirstChanged(sqlite3* database, std::int64_t version) {
  constexpr std::string_view kOurs = "SELECT type,name,sql FROM sqlite_schema WHERE sql<>''";
  const Result<Database> model = OpenModel(version);
  if (!model) {
    return model.error();
  }
  Result<Statement> ours = Statement::Prepare(model->get(), kOurs);
  Result<Statement> there = Statement::Prepare(
      database, "SELECT 1 FROM sqlite_schema WHERE type=?1 AND name=?2 AND sql=?3");
  if (!ours || !there) {
    return (ours ? there : ours).error();
  }
  while (true) {
    const Result<bool> row = ours->Step();
    if (!row) {
      return row.error();
    }
    if (!*row) {
      return std::string();
    }
    there->Bind(1, ours->Text(0)).Bind(2, ours->Text(1)).Bind(3, ours->Text(2));
    const Result<bool> same = there->Step();
    if (!same) {
      return same.error();
    }
    if (!*same) {
      return std::string(ours->Text(1));
    }
    there->Reset();
  }
}

Status CheckTables(sqlite3* database,
                   std::int64_t version,
                   const std::string& path,
                   Access access) {
  const Result<std::string> changed = FirstChanged(database, version);
  if (!changed) {
    return At(path, ErrorCode::kMalformed,
              fmt::format("cannot be read ({}); {}", changed.error().message, Advice(access)));
  }
  if (!changed->empty()) {
    return At(path, ErrorCode::kMalformed,
              fmt::format("the table or index '{}' is not as whfbscan makes it; {}", *changed,
                          Advice(access)));
  }
  return Ok{};
}

// Empty, ours, or a reason to refuse.
Result<bool> IsOurs(sqlite3* database, const std::string& path, Access access) {
  const Result<std::int64_t> objects = QueryInt(database, "SELECT count(*) FROM sqlite_schema");
  if (!objects) {
    return At(
        path, ErrorCode::kMalformed,
        fmt::format("not a whfbscan database ({}); {}", objects.error().message, Advice(access)));
  }
  const Result<std::int64_t> application = QueryInt(database, "PRAGMA application_id");
  const Result<std::int64_t> version = QueryInt(database, "PRAGMA user_version");
  if (!application || !version) {
    return At(path, ErrorCode::kIo, (application ? version : application).error().message);
  }
  if (*objects == 0 && *application == 0) {
    return false;
  }
  if (*application != kApplicationId) {
    return At(path, ErrorCode::kMalformed,
              fmt::format("this is another program's database; {}", Advice(access)));
  }
  if (*version > kSchemaVersion) {
    return At(path, ErrorCode::kMalformed,
              fmt::format("written by a newer whfbscan (format {}, this one knows {}); "
                          "update whfbscan or use another file",
                          *version, kSchemaVersion));
  }
  if (const Status same = CheckTables(database, *version, path, access); !same) {
    return same.error();
  }
  if (*version < kSchemaVersion && access == Access::kReadWrite) {
    if (const Status migrated = Migrate(database); !migrated) {
      return At(path, ErrorCode::kIo, migrated.error().message);
    }
  }
  return true;
}

Status Configure(sqlite3* database, const std::string& path, Access access) {
  sqlite3_busy_timeout(database, 2000);
  if (Status status = Execute(database, "PRAGMA foreign_keys=ON"); !status) {
    return status;
  }
  if (access == Access::kRead) {
    return Ok{};
  }
  // A temporary database has no WAL, and nobody reads it after a crash.
  return Execute(database, path.empty() ? "PRAGMA page_size=16384;PRAGMA journal_mode=MEMORY;"
                                          "PRAGMA synchronous=OFF"
                                        : "PRAGMA page_size=16384;PRAGMA synchronous=NORMAL");
}

Status Prepare(sqlite3* database, const std::string& path, Access access) {
  const Result<bool> ours = IsOurs(database, path, access);
  if (!ours) {
    return ours.error();
  }
  if (access == Access::kRead && !*ours) {
    return At(path, ErrorCode::kMalformed, "the database is empty; run a scan with --db first");
  }
  if (access == Access::kReadWrite && sqlite3_db_readonly(database, "main") == 1) {
    return At(path, ErrorCode::kDenied, "the file is read-only; results cannot be stored in it");
  }
  if (Status status = Configure(database, path, access); !status) {
    return At(path, ErrorCode::kIo, status.error().message);
  }
  if (!*ours) {
    if (Status status = Create(database); !status) {
      return At(path, ErrorCode::kIo, status.error().message);
    }
  }
  // Memory stays small whatever the size of the fleet. SQLite turns KiB into pages when it is
  // asked, so only once the page size is settled: before, the cache grows four times as large.
  const std::string cache = fmt::format("PRAGMA cache_size=-{}", kCacheKib);
  const Status status = Execute(database, cache);
  return status ? Status(Ok{}) : At(path, ErrorCode::kIo, status.error().message);
}

// SQLite only says that it was unable to; the operating system knows why.
Error CannotOpen(sqlite3* database, const std::string& path, int code) {
  if (database == nullptr) {
    return At(path, ErrorCode::kIo, "out of memory");
  }
  const int system = sqlite3_system_errno(database);
  if (code != SQLITE_CANTOPEN || system == 0) {
    return At(path, ErrorCode::kIo, sqlite3_errmsg(database));
  }
  const std::error_code why(system, std::generic_category());
  std::string message = why.message();
  message.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(message.front())));
  return At(path, ErrorCode::kNotFound, "cannot be opened: " + message);
}

}  // namespace

Result<Database> OpenDatabase(const std::string& path, Access access) {
  const int flags =
      SQLITE_OPEN_NOMUTEX |
      (access == Access::kRead ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  Database database(raw);
  if (code != SQLITE_OK) {
    return CannotOpen(raw, path, code);
  }
  sqlite3_extended_result_codes(raw, 1);
  Harden(raw);
  if (Status status = Prepare(raw, path, access); !status) {
    return status.error();
  }
  return database;
}

}  // namespace whfb::db
