#include "report/rule_set_text.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/html_report.h"
#include "report/json_report.h"
#include "report/summary.h"
#include "report/terminal_report.h"
#include "tests/report/sample_fleet.h"

namespace whfb::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

RuleSetRecord Changed() {
  RuleSetRecord rule_set{.profile = "audit"};
  rule_set.packs = {{.name = "mine", .sha256 = "11"},
                    {.name = "more", .sha256 = "22", .signed_by = "k"}};
  rule_set.changes = {
      {.rule = "a.off",
       .kind = RuleChange::Kind::kDisabled,
       .detail = "critical",
       .reason = "<why>",
       .uncounted = true},
      {.rule = "b.low",
       .kind = RuleChange::Kind::kSeverity,
       .detail = "low, was critical",
       .uncounted = true},
      {.rule = "c.set", .kind = RuleChange::Kind::kParameter, .detail = "x=1, was 2"},
      {.rule = "d.out",
       .kind = RuleChange::Kind::kNotInProfile,
       .detail = "critical",
       .uncounted = true},
      {.rule = "e.new", .kind = RuleChange::Kind::kAdded, .detail = "mine"},
      {.rule = "f.sub", .kind = RuleChange::Kind::kReplaced, .detail = "mine"},
  };
  return rule_set;
}

std::string Texts(const std::vector<RuleSetLine>& lines) {
  std::string text;
  for (const RuleSetLine& line : lines) {
    text += std::string(line.label) + " | " + line.text + "\n";
  }
  return text;
}

TEST(RuleSetTextTest, NothingIsSaidOfTheBuiltInRules) {
  EXPECT_THAT(ReadinessCaveats({}), IsEmpty());
  EXPECT_THAT(RuleSetLines({}), IsEmpty());
}

TEST(RuleSetTextTest, CriticalRulesThatWereNotAskedStandBesideReadiness) {
  EXPECT_THAT(
      ReadinessCaveats(Changed()),
      ElementsAre(
          "The profile audit leaves out 1 critical rule, so that no device and no user is called "
          "ready: "
          "d.out. The profile readiness asks every rule.",
          "Ready says nothing of 2 critical rules that do not count here: a.off (disabled), "
          "b.low (severity)."));
}

TEST(RuleSetTextTest, EveryChangeIsNamed) {
  EXPECT_EQ(Texts(RuleSetLines(Changed())),
            "pack | mine, sha256:11, not signed\n"
            "pack | more, sha256:22, signed by k\n"
            "disabled | a.off (critical): <why>\n"
            "severity | b.low low, was critical\n"
            "parameter | c.set x=1, was 2\n"
            "replaced | f.sub by that of mine\n"
            "added | 1 rule\n"
            "profile | audit; 1 rule not asked, whfbscan rules list --profile audit shows those "
            "that are\n");
  RuleSetRecord instead{.built_in = false, .packs = {{.name = "mine", .sha256 = "11"}}};
  EXPECT_EQ(Texts(RuleSetLines(instead)),
            "instead | mine in place of the built-in rules, sha256:11, not signed\n");
}

TEST(RuleSetTextTest, EveryOutputSaysIt) {
  MemorySource source;
  source.run.rule_set = Changed();
  StringSink text;
  StringSink html;
  StringSink json;
  ASSERT_TRUE(WriteTerminalReport(source, {.width = 400}, text));
  ASSERT_TRUE(WriteHtmlReport(source, html));
  ASSERT_TRUE(WriteJsonReport(source, json));
  for (const std::string& caveat : ReadinessCaveats(source.run.rule_set)) {
    EXPECT_THAT(text.text(), HasSubstr(caveat));
    EXPECT_THAT(html.text(), HasSubstr(caveat));
  }
  EXPECT_THAT(text.text(), HasSubstr("a.off (critical): <why>"));
  EXPECT_THAT(html.text(), HasSubstr("a.off (critical): &lt;why&gt;"));
  EXPECT_THAT(html.text(), Not(HasSubstr("<why>")));
  EXPECT_THAT(json.text(),
              HasSubstr(R"("uncounted":["a.off","b.low","d.out"],"packs":[{"name":"mine",)"
                        R"("sha256":"11","signed_by":null},)"));
  EXPECT_THAT(json.text(), HasSubstr(R"({"rule":"a.off","change":"disabled","detail":"critical",)"
                                     R"("reason":"\u003cwhy\u003e","uncounted":true})"));
}

TEST(RuleSetTextTest, AProfileShowsItsFirstStepFirst) {
  MemorySource source;
  source.rules = {{.id = "a.x", .severity = Severity::kCritical},
                  {.id = "b.y", .severity = Severity::kLow}};
  source.findings = {{.rule = "a.x",
                      .subject = "device:1",
                      .severity = Severity::kCritical,
                      .verdict = Verdict::kFail},
                     {.rule = "b.y",
                      .subject = "device:1",
                      .severity = Severity::kLow,
                      .verdict = Verdict::kFail}};
  const auto first = [&source] {
    const Result<Summary> summary = Summarise(source);
    return FailedRules(*summary).front()->rule.id;
  };
  EXPECT_EQ(first(), "a.x");
  source.run.rule_set.order = {{"b.y"}, {"a.x", "not.there"}};
  EXPECT_EQ(first(), "b.y");
}

}  // namespace
}  // namespace whfb::report
