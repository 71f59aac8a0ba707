#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/db/results.h"

namespace whfb::db {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(IntervalsTest, AFindingThatDidNotChangeAddsNoRow) {
  const std::string file = FreshFile();
  AddAll(*OpenStore(file), {MakeDevice("PC-1", 1, Verdict::kFail)});
  AddAll(*OpenStore(file), {MakeDevice("PC-1", 1, Verdict::kFail)});
  EXPECT_EQ(Count(file, "SELECT count(*) FROM finding"), 2);
  EXPECT_EQ(Count(file, "SELECT count(*) FROM finding WHERE from_run=1 AND until_run IS NULL"), 2);
  EXPECT_EQ(Count(file, "SELECT count(*) FROM cause"), 2);
  EXPECT_EQ(Count(file, "SELECT count(*) FROM evidence"), 2);
  EXPECT_EQ(Count(file, "SELECT count(*) FROM coverage"), 1);
  EXPECT_EQ(Count(file, "SELECT count(*) FROM bundle"), 1);
  EXPECT_EQ(Count(file, "SELECT count(*) FROM rule_text"), 2);
}

TEST(IntervalsTest, ThreeRunsGiveTheIntervalsOfWhatChanged) {
  const std::string file = FreshFile();
  AddAll(*OpenStore(file), {MakeDevice("PC-1", 1, Verdict::kFail)});
  AddAll(*OpenStore(file), {MakeDevice("PC-1", 1, Verdict::kPass)});
  AddAll(*OpenStore(file), {MakeDevice("PC-1", 1, Verdict::kFail)});
  EXPECT_EQ(Count(file, "SELECT count(*) FROM finding"), 4);
  EXPECT_EQ(Count(file,
                  "SELECT count(*) FROM finding WHERE from_run=1 AND until_run=2 AND "
                  "closed='changed'"),
            1);
  EXPECT_EQ(Count(file, "SELECT count(*) FROM finding WHERE from_run=2 AND until_run=3"), 1);
  EXPECT_EQ(Count(file, "SELECT count(*) FROM finding WHERE from_run=3 AND until_run IS NULL"), 1);
  EXPECT_THAT(Findings(*OpenStore(file)),
              ElementsAre("device:PC-1 cert.valid-now fail it ends in 2027|renew it|"
                          "user.certificate.not_after=2027",
                          "device:PC-1 trust.root pass the root is there||"
                          "user.certificate.not_after=2027|1:PC-1.zip!/x.evtx#12,0"));
}

TEST(IntervalsTest, OnlySubjectsOfTheRunAreClosed) {
  const std::string file = FreshFile();
  AddAll(*OpenStore(file),
         {MakeDevice("PC-1", 1, Verdict::kFail), MakeDevice("PC-2", 2, Verdict::kFail)});
  SubjectResult silent = MakeDevice("PC-1", 1, Verdict::kFail);
  silent.findings.pop_back();
  AddAll(*OpenStore(file), {silent});
  EXPECT_EQ(Count(file, "SELECT count(*) FROM finding WHERE until_run IS NULL"), 3);
  EXPECT_EQ(Count(file, "SELECT count(*) FROM finding WHERE closed='gone' AND until_run=2"), 1);
  EXPECT_THAT(Findings(*OpenStore(file)), ElementsAre(HasSubstr("PC-1 trust.root")));
}

TEST(IntervalsTest, ANewRevisionClosesWithRuleChanged) {
  const std::string file = FreshFile();
  AddAll(*OpenStore(file), {MakeDevice("PC-1", 1, Verdict::kFail)});
  AddAll(*OpenStore(file), {MakeDevice("PC-1", 1, Verdict::kFail)}, TwoRules(2));
  EXPECT_EQ(Count(file, "SELECT count(*) FROM finding WHERE closed='rule-changed'"), 1);
  EXPECT_EQ(Count(file, "SELECT count(*) FROM finding"), 3);
}

TEST(IntervalsTest, ALateOldBundleIsHistoryAndNeverCurrent) {
  const std::string file = FreshFile();
  AddAll(*OpenStore(file), {MakeDevice("PC-1", 1, Verdict::kPass)});
  SubjectResult old = MakeDevice("PC-1", 1, Verdict::kFail);
  old.bundles[0].collected = "2025-01-01T00:00:00Z";
  AddAll(*OpenStore(file), {old});
  EXPECT_THAT(Findings(*OpenStore(file)),
              ElementsAre(HasSubstr("cert.valid-now fail"), HasSubstr("trust.root")));
  EXPECT_EQ(Count(file, "SELECT count(*) FROM finding WHERE closed='history'"), 2);
  EXPECT_EQ(Count(file,
                  "SELECT count(*) FROM finding f JOIN cause c ON c.id=f.cause WHERE "
                  "until_run IS NULL AND verdict='pass'"),
            2);
}

TEST(IntervalsTest, EvidenceFollowsTheBundleUnderItsNewNumber) {
  const std::string file = FreshFile();
  AddAll(*OpenStore(file), {MakeDevice("PC-1", 1, Verdict::kPass)});
  AddAll(*OpenStore(file),
         {MakeDevice("PC-0", 1, Verdict::kPass), MakeDevice("PC-1", 2, Verdict::kPass)});
  EXPECT_EQ(Count(file, "SELECT count(*) FROM finding"), 4);
  EXPECT_EQ(Count(file, "SELECT count(*) FROM evidence"), 2 + 2);
  EXPECT_THAT(Findings(*OpenStore(file)).back(), HasSubstr("|2:PC-1.zip!/x.evtx#12"));
}

TEST(IntervalsTest, ASecondResultOfOneRunAddsToTheFirst) {
  const std::string file = FreshFile();
  for (int run = 0; run < 2; ++run) {
    SubjectResult first = MakeDevice("PC-1", 1, Verdict::kPass);
    SubjectResult second = first;
    first.findings.pop_back();
    second.findings.erase(second.findings.begin());
    second.coverage[0].file = "PC-1.zip!/y.evtx";
    AddAll(*OpenStore(file), {first, second});
  }
  const auto store = OpenStore(file);
  EXPECT_EQ(Findings(*store).size(), 2U);
  EXPECT_EQ(Count(file, "SELECT count(*) FROM finding WHERE until_run IS NULL"), 2);
  std::vector<std::string> files;
  ASSERT_TRUE(store->EachCoverage([&](const CoverageRecord& entry) {
    files.push_back(entry.file);
    return true;
  }));
  EXPECT_THAT(files, ElementsAre("PC-1.zip!/x.evtx", "PC-1.zip!/y.evtx"));
}

}  // namespace
}  // namespace whfb::db
