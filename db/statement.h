// Owning wrappers over the SQLite C API. No SQL outside db/.
//
// Errors carry the SQL text as their place and SQLite's own words as their message. Not thread
// safe: a connection and its statements belong to one thread at a time.

#ifndef WHFB_DB_STATEMENT_H_
#define WHFB_DB_STATEMENT_H_

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <sqlite3.h>

#include "scanner/core/result.h"

namespace whfb::db {

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};

using Database = std::unique_ptr<sqlite3, CloseDatabase>;

class Statement {
 public:
  // An empty statement; only assignment is allowed.
  Statement() = default;

  // `database` must outlive the statement.
  [[nodiscard]] static Result<Statement> Prepare(sqlite3* database, std::string_view sql);

  // Parameters count from 1, as in SQL. Text is not copied: it must live until the statement is
  // reset, which Run() does.
  Statement& Bind(int index, std::int64_t value);
  Statement& Bind(int index, std::string_view value);
  Statement& BindNull(int index);

  // Runs to completion, resets, and keeps no binding.
  [[nodiscard]] Status Run();

  // One row: true and the columns can be read; false at the end, when it also resets.
  [[nodiscard]] Result<bool> Step();

  // Ends a walk early and drops the bindings.
  void Reset();

  // Columns count from 0. Views live until the next Step or Reset.
  [[nodiscard]] std::int64_t Int(int column) const;
  [[nodiscard]] std::string_view Text(int column) const;
  [[nodiscard]] bool IsNull(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  [[nodiscard]] Error LastError() const;

  // Remembers that a value could not be bound: without it the row would be another one.
  void Bound(int code);
  [[nodiscard]] int Advance();

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bind_code_ = 0;  // SQLITE_OK
};

// SQL, and the statement that it becomes.
using StatementList = std::initializer_list<std::pair<std::string_view, Statement*>>;

// Stops at the first that fails.
[[nodiscard]] Status PrepareAll(sqlite3* database, StatementList statements);

// Runs SQL that returns nothing of interest.
[[nodiscard]] Status Execute(sqlite3* database, std::string_view sql);

// The first column of the first row; 0 when there is no row.
[[nodiscard]] Result<std::int64_t> QueryInt(sqlite3* database, std::string_view sql);

}  // namespace whfb::db

#endif  // WHFB_DB_STATEMENT_H_
