#include "rules/readiness.h"

#include <array>
#include <vector>

#include <gtest/gtest.h>

namespace whfb::rules {

namespace {

using enum Verdict;

constexpr JudgedFinding kPassed{kPass};
constexpr JudgedFinding kFailed{kFail};
constexpr JudgedFinding kOpen{Verdict::kUnknown};
constexpr JudgedFinding kSkipped{kNotApplicable};

Readiness Of(const std::vector<JudgedFinding>& findings, bool complete = true) {
  return Judge(findings, complete);
}

TEST(ReadinessTest, AUserIsReadyOnlyWhenEverythingPassesOrDoesNotApply) {
  EXPECT_EQ(Of({kPassed, kSkipped}), Readiness::kReady);
  EXPECT_EQ(Of({kPassed, kOpen}), Readiness::kUndetermined);
  EXPECT_EQ(Of({kPassed}, false), Readiness::kUndetermined) << "a rule without a finding";
  EXPECT_EQ(Of({kPassed, kOpen, kFailed}, false), Readiness::kBlocked);
}

TEST(ReadinessTest, AFailThatWasLoweredDoesNotBlock) {
  EXPECT_EQ(Of({kPassed, {kFail, Severity::kHigh}}), Readiness::kReady);
}

TEST(ReadinessTest, AnUnknownAffectsCanOnlyMakeUndetermined) {
  EXPECT_EQ(Of({{kFail, Severity::kCritical, Truth::kUnknown}}), Readiness::kUndetermined);
  EXPECT_EQ(Of({{Verdict::kUnknown, Severity::kCritical, Truth::kUnknown}}),
            Readiness::kUndetermined);
  EXPECT_EQ(Of({{kPass, Severity::kCritical, Truth::kUnknown}}), Readiness::kReady);
  EXPECT_EQ(Of({{kFail, Severity::kCritical, Truth::kFalse}}), Readiness::kReady);
  EXPECT_EQ(Of({{Verdict::kUnknown, Severity::kCritical, Truth::kFalse}}), Readiness::kReady);
}

TEST(ReadinessTest, SeveralControllersBlockTogetherOnly) {
  const auto join = [](std::vector<Verdict> verdicts, Truth complete) {
    return JoinControllers(verdicts, complete);
  };
  EXPECT_EQ(join({kFail, kFail}, Truth::kUnknown), kFail);
  EXPECT_EQ(join({kFail, kPass}, Truth::kTrue), Verdict::kUnknown);
  EXPECT_EQ(join({kPass, kPass}, Truth::kTrue), kPass);
  EXPECT_EQ(join({kPass, kPass}, Truth::kUnknown), Verdict::kUnknown);
  EXPECT_EQ(join({kPass, kPass}, Truth::kFalse), Verdict::kUnknown);
  EXPECT_EQ(join({kPass, Verdict::kUnknown}, Truth::kTrue), Verdict::kUnknown);
  EXPECT_EQ(join({kNotApplicable}, Truth::kTrue), kNotApplicable);
  EXPECT_EQ(join({}, Truth::kTrue), Verdict::kUnknown);
}

TEST(ReadinessTest, AnUnknownListOfControllersNeverChangesAnythingButToUnknown) {
  constexpr std::array kVerdicts = {kPass, kFail, Verdict::kUnknown, kNotApplicable};
  for (const Verdict a : kVerdicts) {
    for (const Verdict b : kVerdicts) {
      const std::array pair = {a, b};
      const Verdict known = JoinControllers(pair, Truth::kTrue);
      const Verdict less = JoinControllers(pair, Truth::kUnknown);
      EXPECT_TRUE(less == known || less == Verdict::kUnknown);
    }
  }
}

TEST(ReadinessTest, ADeviceIsTheWorstOfItsUsers) {
  const std::array users = {Readiness::kReady, Readiness::kBlocked, Readiness::kUndetermined};
  EXPECT_EQ(JudgeDevice(users, Readiness::kUndetermined), Readiness::kBlocked);
  EXPECT_EQ(JudgeDevice(std::span(users).first(1), Readiness::kUndetermined), Readiness::kReady);
}

TEST(ReadinessTest, ADeviceWithoutUsersIsNeverReady) {
  EXPECT_EQ(JudgeDevice({}, JudgePlaceholder(std::array{kPassed})), Readiness::kUndetermined);
  EXPECT_EQ(JudgeDevice({}, JudgePlaceholder({})), Readiness::kUndetermined);
  EXPECT_EQ(JudgeDevice({}, JudgePlaceholder(std::array{kFailed})), Readiness::kBlocked);
  const std::array unsure = {JudgedFinding{kFail, Severity::kCritical, Truth::kUnknown}};
  EXPECT_EQ(JudgeDevice({}, JudgePlaceholder(unsure)), Readiness::kUndetermined);
}

TEST(ReadinessTest, OnlyCriticalSnapshotRulesCount) {
  RuleInfo rule{.severity = Severity::kCritical};
  EXPECT_TRUE(CountsForReadiness(rule));
  rule.decidable = Decidable::kLive;
  EXPECT_FALSE(CountsForReadiness(rule));
  EXPECT_FALSE(CountsForReadiness({.severity = Severity::kHigh}));
}

}  // namespace

}  // namespace whfb::rules
