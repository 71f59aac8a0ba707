// What the summary makes of a run: advice by single command, and what subjects are called.

#include "report/summary.h"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/terminal_report.h"
#include "tests/report/memory_source.h"

namespace whfb::report {
namespace {

RuleInfo RuleOf(const char* id, const char* collect) {
  RuleInfo rule;
  rule.id = id;
  rule.subject = SubjectKind::kUser;
  rule.severity = Severity::kHigh;
  rule.collect = collect;
  return rule;
}

Finding UnknownOf(const char* rule, const char* subject) {
  Finding finding{.rule = rule, .subject = subject, .severity = Severity::kHigh};
  finding.verdict = Verdict::kUnknown;
  return finding;
}

// "command (findings)", in order.
std::vector<std::string> Advice(const Summary& summary) {
  std::vector<std::string> lines;
  for (const CollectAdvice& one : summary.advice) {
    lines.push_back(one.command + " (" + std::to_string(one.findings) + ")");
  }
  return lines;
}

TEST(SummaryTest, AdvisesEachCommandOnceWithAllThatItSettles) {
  MemorySource source;
  source.rules = {RuleOf("a", "certutil\ndsregcmd"), RuleOf("b", "dsregcmd"),
                  RuleOf("c", "# on each domain controller\ncertutil"), RuleOf("d", "")};
  for (const char* const rule : {"a", "b", "c", "d"}) {
    source.findings.push_back(UnknownOf(rule, "user:PC-1/S-1"));
  }
  const Result<Summary> summary = Summarise(source);
  ASSERT_TRUE(summary) << summary.error().ToString();
  EXPECT_THAT(Advice(*summary),
              testing::ElementsAre("dsregcmd (1)", "# on each domain controller\ncertutil (1)",
                                   "certutil (1)"));
}

TEST(SummaryTest, AdvisesTheSmallestSetFirstAndCountsEachFindingOnce) {
  MemorySource source;
  source.rules = {RuleOf("a", "one\ntwo"), RuleOf("b", "two\nthree"), RuleOf("c", "three")};
  for (const char* const user : {"user:PC-1/S-1", "user:PC-2/S-1"}) {
    source.findings.push_back(UnknownOf("a", user));
    source.findings.push_back(UnknownOf("b", user));
  }
  source.findings.push_back(UnknownOf("c", "user:PC-1/S-1"));
  const Result<Summary> summary = Summarise(source);
  ASSERT_TRUE(summary) << summary.error().ToString();
  // "three" settles c, then "two" the two of b, then "one" the two of a.
  EXPECT_THAT(Advice(*summary), testing::ElementsAre("three (1)", "two (2)", "one (2)"));
}

TEST(SummaryTest, AStepThatSettlesNothingAloneIsCountedWithTheNext) {
  MemorySource source;
  source.rules = {RuleOf("a", "one\ntwo")};
  source.findings = {UnknownOf("a", "user:PC-1/S-1")};
  const Result<Summary> summary = Summarise(source);
  ASSERT_TRUE(summary) << summary.error().ToString();
  EXPECT_THAT(Advice(*summary), testing::ElementsAre("one (0)", "two (1)"));
  EXPECT_EQ(StepsText(summary->advice),
            "  1. needed together with the next\n     one\n"
            "  2. settles up to 1 unknown finding\n     two\n");
}

TEST(SummaryTest, ShowsNoStepWithoutTheOneThatItNeeds) {
  MemorySource source;
  source.rules = {RuleOf("a", "one\ntwo\nthree\nfour"), RuleOf("b", "five")};
  source.findings = {UnknownOf("a", "user:PC-1/S-1")};
  const Result<Summary> together = Summarise(source);
  ASSERT_TRUE(together) << together.error().ToString();
  EXPECT_EQ(ShownSteps(together->advice).size(), 4U);

  source.findings.push_back(UnknownOf("b", "user:PC-1/S-1"));
  source.findings.push_back(UnknownOf("b", "user:PC-2/S-1"));
  const Result<Summary> alone = Summarise(source);
  ASSERT_TRUE(alone) << alone.error().ToString();
  EXPECT_EQ(ShownSteps(alone->advice).front().command, "five");
  EXPECT_EQ(ShownSteps(alone->advice).size(), 5U);
}

TEST(SummaryTest, WhatSettlesACriticalFindingComesFirst) {
  MemorySource source;
  source.rules = {RuleOf("a", "one"), RuleOf("b", "one"), RuleOf("c", "two")};
  source.rules[0].severity = Severity::kHigh;
  source.rules[1].severity = Severity::kMedium;
  source.rules[2].severity = Severity::kCritical;
  for (const char* const rule : {"a", "b", "c"}) {
    source.findings.push_back(UnknownOf(rule, "user:PC-1/S-1"));
  }
  const Result<Summary> summary = Summarise(source);
  ASSERT_TRUE(summary) << summary.error().ToString();
  EXPECT_EQ(StepsText(summary->advice),
            "  1. settles up to 1 unknown finding, 1 critical\n     two\n"
            "  2. settles up to 2 unknown findings\n     one\n");
}

TEST(SummaryTest, NotesAskForNothing) {
  MemorySource source;
  source.rules = {RuleOf("a", "one"), RuleOf("b", "two")};
  source.rules.front().severity = Severity::kInfo;
  source.findings = {UnknownOf("a", "user:PC-1/S-1"), UnknownOf("b", "user:PC-1/S-1")};
  const Result<Summary> summary = Summarise(source);
  ASSERT_TRUE(summary) << summary.error().ToString();
  EXPECT_THAT(Advice(*summary), testing::ElementsAre("two (1)"));
}

TEST(SummaryTest, SaysWhereNoSubjectOfARuleIsKnown) {
  MemorySource source;
  source.rules = {RuleOf("a", "one"), RuleOf("b", "one")};
  source.findings = {UnknownOf("a", "environment:corp"), UnknownOf("b", "user:PC-1/S-1")};
  const Result<Summary> summary = Summarise(source);
  ASSERT_TRUE(summary) << summary.error().ToString();
  ASSERT_EQ(summary->rules.size(), 2U);
  EXPECT_EQ(Affected(summary->rules[0], Verdict::kUnknown), "no users known");
  EXPECT_EQ(Affected(summary->rules[1], Verdict::kUnknown), "1 user");
}

TEST(SummaryTest, DoesNotAskToCollectWhatIsThereAndNamesNobody) {
  MemorySource source;
  source.rules = {RuleOf("a", "certutil")};
  source.findings = {UnknownOf("a", "user:PC-1/S-1")};
  source.findings.back().reason_code = WhyUnknown::kAmbiguous;
  const Result<Summary> summary = Summarise(source);
  ASSERT_TRUE(summary) << summary.error().ToString();
  EXPECT_TRUE(summary->advice.empty());
}

TEST(SummaryTest, CallsUsersByTheNameTheySignInWith) {
  MemorySource source;
  source.rules = {RuleOf("a", "")};
  source.subjects = {
      {.id = "user:PC-1/S-1",
       .kind = SubjectKind::kUser,
       .aliases = {{"sid", "S-1"}, {"upn", "ada@contoso.com"}}},
      {.id = "user:PC-1/S-2", .kind = SubjectKind::kUser, .aliases = {{"sid", "S-2"}}}};
  source.findings = {UnknownOf("a", "user:PC-1/S-1"), UnknownOf("a", "user:PC-1/S-2")};
  const Result<Summary> summary = Summarise(source);
  ASSERT_TRUE(summary) << summary.error().ToString();
  EXPECT_EQ(LabelOf(*summary, "user:PC-1/S-1"), "ada@contoso.com on PC-1");
  EXPECT_EQ(LabelOf(*summary, "user:PC-1/S-2"), "S-2 on PC-1");
  EXPECT_EQ(LabelOf(*summary, "user:PC-1/unknown"), "the user of PC-1");
  EXPECT_EQ(LabelOf(*summary, "device:PC-1"), "PC-1");
  EXPECT_EQ(LabelOf(*summary, "nonsense"), "nonsense");
}

TEST(SummaryTest, NamesTheFirstFilesThatAreNoEvidence) {
  MemorySource source;
  for (int i = 0; i < 5; ++i) {
    source.coverage.push_back({.file = "note" + std::to_string(i) + ".md",
                               .status = CoverageStatus::kIgnored,
                               .reason = "no reader knows this format"});
  }
  StringSink sink;
  ASSERT_TRUE(WriteTerminalReport(source, {}, sink));
  EXPECT_THAT(sink.text(), testing::HasSubstr("  ignored  note2.md: no reader knows this format\n"
                                              "  and 2 more ignored; whfbscan evidence PATH lists "
                                              "every file\n"));
}

}  // namespace
}  // namespace whfb::report
