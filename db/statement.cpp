#include "db/statement.h"

namespace whfb::db {

Result<Statement> Statement::Prepare(sqlite3* database, std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  Statement statement(raw);
  if (code != SQLITE_OK) {
    return Error{ErrorCode::kIo, std::string(sql), sqlite3_errmsg(database)};
  }
  return statement;
}

Statement& Statement::Bind(int index, std::int64_t value) {
  Bound(sqlite3_bind_int64(statement_.get(), index, value));
  return *this;
}

Statement& Statement::Bind(int index, std::string_view value) {
  // A null pointer would bind NULL; an empty text is a value.
  Bound(sqlite3_bind_text64(statement_.get(), index, value.data() == nullptr ? "" : value.data(),
                            value.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Statement& Statement::BindNull(int index) {
  Bound(sqlite3_bind_null(statement_.get(), index));
  return *this;
}

void Statement::Bound(int code) {
  bind_code_ = bind_code_ == SQLITE_OK ? code : bind_code_;
}

int Statement::Advance() {
  return bind_code_ == SQLITE_OK ? sqlite3_step(statement_.get()) : bind_code_;
}

Status Statement::Run() {
  const int code = Advance();
  if (code != SQLITE_DONE && code != SQLITE_ROW) {
    Error error = LastError();
    Reset();
    return error;
  }
  Reset();
  return Ok{};
}

Result<bool> Statement::Step() {
  const int code = Advance();
  if (code == SQLITE_ROW) {
    return true;
  }
  if (code == SQLITE_DONE) {
    Reset();
    return false;
  }
  Error error = LastError();
  Reset();
  return error;
}

void Statement::Reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  bind_code_ = SQLITE_OK;
}

std::int64_t Statement::Int(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::Text(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return data == nullptr
             ? std::string_view{}
             : std::string_view(static_cast<const char*>(data), static_cast<std::size_t>(size));
}

bool Statement::IsNull(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

Error Statement::LastError() const {
  return Error{ErrorCode::kIo, sqlite3_sql(statement_.get()),
               bind_code_ == SQLITE_OK ? sqlite3_errmsg(sqlite3_db_handle(statement_.get()))
                                       : sqlite3_errstr(bind_code_)};
}

Status PrepareAll(sqlite3* database, StatementList statements) {
  for (const auto& [sql, statement] : statements) {
    Result<Statement> prepared = Statement::Prepare(database, sql);
    if (!prepared) {
      return prepared.error();
    }
    *statement = *std::move(prepared);
  }
  return Ok{};
}

Status Execute(sqlite3* database, std::string_view sql) {
  const std::string text(sql);
  if (sqlite3_exec(database, text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return Error{ErrorCode::kIo, text, sqlite3_errmsg(database)};
  }
  return Ok{};
}

Result<std::int64_t> QueryInt(sqlite3* database, std::string_view sql) {
  Result<Statement> statement = Statement::Prepare(database, sql);
  if (!statement) {
    return statement.error();
  }
  const Result<bool> row = statement->Step();
  if (!row) {
    return row.error();
  }
  return *row ? statement->Int(0) : 0;
}

}  // namespace whfb::db
