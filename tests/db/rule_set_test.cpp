// How the rules of a run came together is kept with the catalogue.

#include <gtest/gtest.h>

#include "tests/db/results.h"

namespace whfb::db {
namespace {

RuleSetRecord Changed(const std::string& reason) {
  RuleSetRecord rule_set{.profile = "triage", .built_in = false};
  rule_set.packs = {{.name = "mine", .sha256 = "11", .signed_by = "key"}, {.name = "more"}};
  rule_set.changes = {{.rule = "trust.root",
                       .kind = RuleChange::Kind::kDisabled,
                       .detail = "high",
                       .reason = reason,
                       .uncounted = true},
                      {.rule = "x.y", .kind = RuleChange::Kind::kNotInProfile}};
  rule_set.order = {{"cert.valid-now"}, {}, {"trust.root", "x.z"}};
  return rule_set;
}

void Scan(const std::string& file, const RuleSetRecord& rule_set) {
  const auto store = OpenStore(file);
  RunRecord run = kRun;
  run.rule_set = rule_set;
  ASSERT_TRUE(store->Begin(run, TwoRules()));
  ASSERT_TRUE(store->Add(MakeDevice("PC-1", 1, Verdict::kPass)));
  ASSERT_TRUE(store->Finish());
}

RuleSetRecord Read(const std::string& file) {
  const Result<std::unique_ptr<Store>> store = Store::Open(file, Access::kRead);
  if (!store) {
    ADD_FAILURE() << store.error().ToString();
    return {};
  }
  const Result<RunRecord> run = (*store)->Run();
  EXPECT_TRUE(run);
  return run ? run->rule_set : RuleSetRecord{};
}

void RunSql(const std::string& file, const char* sql) {
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &raw), SQLITE_OK);
  const Database database(raw);
  ASSERT_TRUE(Execute(raw, sql));
}

constexpr const char* kAsFormat1 = "DROP TABLE rule_set; PRAGMA user_version=1";

TEST(RuleSetStoreTest, ComesBackAsItWas) {
  const std::string file = FreshFile();
  Scan(file, Changed("a reason"));
  EXPECT_EQ(Read(file), Changed("a reason"));
  Scan(file, {});
  EXPECT_EQ(Read(file), RuleSetRecord{});
}

// The words of a reason are in no digest of the rules.
TEST(RuleSetStoreTest, AnotherReasonIsAnotherRuleSet) {
  const std::string file = FreshFile();
  Scan(file, Changed("a reason"));
  Scan(file, Changed("another"));
  EXPECT_EQ(Read(file), Changed("another"));
  EXPECT_EQ(Count(file, "SELECT count(*) FROM rule_set"), 2);
}

TEST(RuleSetStoreTest, AFileOfFormat1IsReadAsItIs) {
  const std::string file = FreshFile();
  Scan(file, {});
  RunSql(file, kAsFormat1);
  EXPECT_EQ(Read(file), RuleSetRecord{});
  EXPECT_EQ(Count(file, "PRAGMA user_version"), 1);
}

TEST(RuleSetStoreTest, AndTakenToThisFormatWhenItIsWritten) {
  const std::string file = FreshFile();
  Scan(file, {});
  RunSql(file, kAsFormat1);
  Scan(file, Changed("r"));
  EXPECT_EQ(Read(file), Changed("r"));
  EXPECT_EQ(Count(file, "PRAGMA user_version"), 2);
  EXPECT_EQ(Count(file, "SELECT count(*) FROM subject"), 1);
}

TEST(RuleSetStoreTest, ATableOfFormat1ThatIsNotOursIsStillRefused) {
  const std::string file = FreshFile();
  Scan(file, {});
  RunSql(file, "DROP TABLE rule_set; PRAGMA user_version=1; DROP TABLE evidence");
  EXPECT_FALSE(Store::Open(file, Access::kReadWrite));
}

}  // namespace
}  // namespace whfb::db
