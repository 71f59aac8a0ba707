#include <fstream>

#include <gtest/gtest.h>

#include "tests/db/results.h"

namespace whfb::db {
namespace {

std::string OpenError(const std::string& file, Access access = Access::kReadWrite) {
  const Result<std::unique_ptr<Store>> store = Store::Open(file, access);
  return store ? "opened" : store.error().ToString();
}

void RunSql(const std::string& file, const char* sql) {
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &raw), SQLITE_OK);
  const Database database(raw);
  ASSERT_TRUE(Execute(raw, sql));
}

TEST(StoreErrorsTest, AnotherProgramsDatabaseIsRefused) {
  const std::string file = FreshFile();
  RunSql(file, "CREATE TABLE t(x)");
  EXPECT_EQ(OpenError(file),
            file + ": this is another program's database; name another file with --db");
  EXPECT_EQ(OpenError(file, Access::kRead),
            file +
                ": this is another program's database; a database that whfbscan scan --db made "
                "is needed");
}

TEST(StoreErrorsTest, AFileThatIsNoDatabaseIsRefusedAndKept) {
  const std::string file = FreshFile();
  const std::string text(4096, 'x');
  std::ofstream(file) << text;
  EXPECT_EQ(OpenError(file),
            file +
                ": not a whfbscan database (file is not a database); name another file with "
                "--db");
  EXPECT_EQ(std::filesystem::file_size(file), text.size());
}

TEST(StoreErrorsTest, ANewerFormatIsRefused) {
  const std::string file = FreshFile();
  AddAll(*OpenStore(file), {});
  RunSql(file, "PRAGMA user_version=9");
  EXPECT_EQ(OpenError(file),
            file +
                ": written by a newer whfbscan (format 9, this one knows 2); update whfbscan "
                "or use another file");
}

TEST(StoreErrorsTest, TablesThatAreNotOursAreRefused) {
  const std::string file = FreshFile();
  AddAll(*OpenStore(file), {});
  RunSql(file, "ALTER TABLE rule RENAME TO real_rule; CREATE VIEW rule AS SELECT * FROM real_rule");
  EXPECT_EQ(OpenError(file),
            file +
                ": the table or index 'rule' is not as whfbscan makes it; name another file with "
                "--db");
}

// Triggers and views of somebody else do no harm, because they are never run.
TEST(StoreErrorsTest, WhatElseIsInTheFileIsNeverRun) {
  const std::string file = FreshFile();
  AddAll(*OpenStore(file), {MakeDevice("PC-1", 1, Verdict::kPass)});
  RunSql(file,
         "CREATE TRIGGER wipe AFTER INSERT ON run BEGIN DELETE FROM subject; END;"
         "CREATE VIEW mine AS SELECT printed_id FROM subject");
  AddAll(*OpenStore(file), {MakeDevice("PC-2", 1, Verdict::kPass)});
  EXPECT_EQ(Count(file, "SELECT count(*) FROM subject"), 2);
}

// A count that promises more than there is must not be counted to its end.
TEST(StoreErrorsTest, CountsThatLieEndWithTheirText) {
  const std::string file = FreshFile();
  AddAll(*OpenStore(file), {MakeDevice("PC-1", 1, Verdict::kPass)});
  RunSql(file,
         "UPDATE scan SET bundles='18446744073709551615,1,'; UPDATE evidence SET "
         "refs='9999999999999,'");
  const Result<std::unique_ptr<Store>> store = Store::Open(file, Access::kRead);
  ASSERT_TRUE(store);
  EXPECT_EQ(Findings(**store).size(), 2U);
}

TEST(StoreErrorsTest, TextsThatNobodyWritesAreNotRead) {
  const std::string file = FreshFile();
  AddAll(*OpenStore(file), {MakeDevice("PC-1", 1, Verdict::kPass)});
  RunSql(file, "UPDATE cause SET reason=hex(zeroblob(9000000))");
  const Result<std::unique_ptr<Store>> store = Store::Open(file, Access::kRead);
  ASSERT_TRUE(store);
  const Status read = (*store)->EachFinding(std::nullopt, [](const Finding&) { return true; });
  ASSERT_FALSE(read);
  EXPECT_EQ(
      read.error().ToString(),
      file + ": cannot be read (string or blob too big); the database is damaged or was changed");
}

// SQLite keeps the value before where one cannot be bound; NULL would be another row.
TEST(StoreErrorsTest, ATextThatIsTooLongIsAnErrorAndLeavesNoTrace) {
  Result<std::unique_ptr<Store>> store = Store::Open("", Access::kReadWrite);
  ASSERT_TRUE(store.has_value());
  ASSERT_TRUE((*store)->Begin({}, {}));
  SubjectResult result;
  result.bundles = {{.number = 1, .file = "a.zip"}};
  result.coverage = {{.bundle = 1,
                      .file = "a.zip",
                      .kind = "pem",
                      .status = CoverageStatus::kPartial,
                      .reason = std::string(std::size_t{17} << 20, 'x')}};
  const Status added = (*store)->Add(result);
  ASSERT_FALSE(added.has_value());
  EXPECT_NE(added.error().message.find("too big"), std::string::npos) << added.error().ToString();
  int files = 0;
  ASSERT_TRUE((*store)->EachCoverage([&](const CoverageRecord&) { return ++files, true; }));
  EXPECT_EQ(files, 0);
}

TEST(StoreErrorsTest, AMissingFileAndFolderAreNamed) {
  EXPECT_EQ(OpenError("/nowhere/x.db"),
            "/nowhere/x.db: cannot be opened: no such file or directory");
  EXPECT_EQ(OpenError("/nowhere/x.db", Access::kRead),
            "/nowhere/x.db: cannot be opened: no such file or directory");
  const std::string folder = std::filesystem::temp_directory_path().string();
  EXPECT_EQ(OpenError(folder), folder + ": cannot be opened: is a directory");
}

TEST(StoreErrorsTest, AReadOnlyFileIsNamed) {
  const std::string file = FreshFile();
  AddAll(*OpenStore(file), {});
  // A URI is read-only for everybody, also for an administrator, whom file modes do not bind.
  sqlite3_config(SQLITE_CONFIG_URI, 1);
  const std::string immutable = "file:" + file + "?immutable=1";
  Result<std::unique_ptr<Store>> store = Store::Open(immutable, Access::kReadWrite);
  if (store) {
    GTEST_SKIP() << "this SQLite takes no URI file names";
  }
  EXPECT_EQ(store.error().ToString(),
            immutable + ": the file is read-only; results cannot be stored in it");
}

TEST(StoreErrorsTest, ADatabaseWithoutAFinishedRunSaysSo) {
  const std::string file = FreshFile();
  const auto store = OpenStore(file);
  const Result<RunRecord> run = store->Run();
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().ToString(), file + ": holds no finished run; run a scan with --db first");
}

TEST(StoreErrorsTest, AFindingWithoutItsSubjectIsAnError) {
  const auto store = OpenStore("");
  ASSERT_TRUE(store->Begin(kRun, TwoRules()));
  SubjectResult result = MakeDevice("PC-1", 1, Verdict::kPass);
  result.subjects.clear();
  const Status status = store->Add(result);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().ToString(),
            "temporary database: device:PC-1: a finding names a subject that no result of this "
            "run describes");
  ASSERT_TRUE(store->Finish());
  EXPECT_TRUE(Findings(*store).empty());
}

TEST(StoreErrorsTest, AFullDiskLeavesWholeSubjects) {
  const std::string file = FreshFile();
  AddAll(*OpenStore(file), {});
  Status status = Ok{};
  int added = 0;
  {
    const auto store = OpenStore(file);
    ASSERT_TRUE(store->LimitPages(40));
    ASSERT_TRUE(store->Begin(kRun, TwoRules()));
    while (status && added < 10'000) {
      SubjectResult result = MakeDevice("PC-" + std::to_string(added),
                                        static_cast<std::uint32_t>(added + 1), Verdict::kFail);
      result.findings[0].reason += std::string(200, 'x') + std::to_string(added);
      status = store->Add(result);
      added += status ? 1 : 0;
    }
    ASSERT_FALSE(status);
    EXPECT_TRUE(status.error().ToString().starts_with(file + ": INSERT INTO "))
        << status.error().ToString();
    EXPECT_TRUE(status.error().ToString().ends_with(": database or disk is full"))
        << status.error().ToString();
  }
  EXPECT_EQ(Count(file,
                  "SELECT count(*) FROM (SELECT 1 FROM finding GROUP BY id>>20 "
                  "HAVING count(*)<>2)"),
            0);
  const Result<Database> database = OpenDatabase(file, Access::kReadWrite);
  ASSERT_TRUE(database);
  Result<Statement> check = Statement::Prepare(database->get(), "PRAGMA integrity_check");
  ASSERT_TRUE(check);
  ASSERT_TRUE(*check->Step());
  EXPECT_EQ(check->Text(0), "ok");
}

}  // namespace
}  // namespace whfb::db
