#include "db/statement.h"

#include <gtest/gtest.h>

#include "db/packed.h"

namespace whfb::db {
namespace {

TEST(StatementTest, ReportsAFullDisk) {
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(":memory:", &raw), SQLITE_OK);
  const Database database(raw);
  ASSERT_TRUE(Execute(raw, "PRAGMA max_page_count=4; CREATE TABLE t(x TEXT)"));
  Result<Statement> insert = Statement::Prepare(raw, "INSERT INTO t VALUES(?1)");
  ASSERT_TRUE(insert) << insert.error().ToString();
  const std::string text(65536, 'x');
  const Status status = insert->Bind(1, text).Run();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().ToString(), "INSERT INTO t VALUES(?1): database or disk is full");
}

TEST(StatementTest, NamesTheSqlThatDoesNotParse) {
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(":memory:", &raw), SQLITE_OK);
  const Database database(raw);
  const Result<Statement> statement = Statement::Prepare(raw, "SELECT x");
  ASSERT_FALSE(statement);
  EXPECT_EQ(statement.error().ToString(), "SELECT x: no such column: x");
}

TEST(PackedTest, DamageEndsTheList) {
  std::string packed;
  AppendField(packed, "3:abc,");
  AppendNumber(packed, 7);
  AppendField(packed, "");
  for (std::size_t size = 0; size <= packed.size(); ++size) {
    FieldReader fields(std::string_view(packed).substr(0, size));
    const bool whole = size == packed.size();
    EXPECT_EQ(fields.Next().has_value(), size >= 8);
    EXPECT_EQ(fields.NextNumber(), size >= 10 ? 7U : 0U);
    EXPECT_EQ(fields.Next().has_value(), whole);
    EXPECT_FALSE(fields.Next().has_value());
  }
  FieldReader huge("99999999999999999999:a");
  EXPECT_FALSE(huge.Next().has_value());
}

}  // namespace
}  // namespace whfb::db
