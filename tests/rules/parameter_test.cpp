#include "rules/parameter.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/case_runner.h"
#include "rules/explain.h"
#include "tests/rules/test_facts.h"

namespace whfb::rules {

namespace {

constexpr std::string_view kLevel =
    R"(<is fact="device.level" op="ge" value-of-parameter="least" when-absent="false"/>)";
constexpr std::string_view kLeast = R"(<parameter name="least" type="int" default="7"/>)";

std::string MessageOf(std::string_view require,
                      std::string_view more,
                      const ParameterValues& values = {}) {
  const Result<Rule> rule = LoadRule(SourceWith(require, more), TestCatalog(), values);
  return rule ? "loaded" : rule.error().ToString().substr(0, rule.error().ToString().find('\n'));
}

Rule Loaded(std::string_view require, std::string_view more, const ParameterValues& values = {}) {
  Result<Rule> rule = LoadRule(SourceWith(require, more), TestCatalog(), values);
  if (!rule) {
    ADD_FAILURE() << rule.error().ToString();
    return {};
  }
  return std::move(*rule);
}

// What the rule says of one present fact.
Verdict Judged(const Rule& rule, std::string_view fact, const Cell& cell, Ticks now = 0) {
  SubjectFacts facts(TestCatalog(), SubjectKind::kDevice);
  facts.FactAt(TestCatalog().FindFact(fact)->slot) = cell;
  EvaluationContext context;
  context.Put(facts);
  context.now = now;
  return Evaluate(rule, context).verdict;
}

Cell Number(std::int64_t number) {
  Cell cell;
  cell.knowledge = Knowledge::kPresent;
  cell.value.number = number;
  return cell;
}

Cell Text(std::string_view text) {
  Cell cell;
  cell.knowledge = Knowledge::kPresent;
  cell.value.text = text;
  return cell;
}

Cell Time(Ticks ticks) {
  Cell cell;
  cell.knowledge = Knowledge::kPresent;
  cell.value.time = {ticks, ticks};
  return cell;
}

TEST(ParameterTest, ARuleIsCompiledWithTheDefault) {
  const Rule rule = Loaded(kLevel, kLeast);
  EXPECT_EQ(Judged(rule, "device.level", Number(7)), Verdict::kPass);
  EXPECT_EQ(Judged(rule, "device.level", Number(6)), Verdict::kFail);
  ASSERT_EQ(rule.parameters.size(), 1U);
  EXPECT_EQ(rule.parameters.front().value, "7");
}

TEST(ParameterTest, OrWithTheValueThatIsGiven) {
  const Rule rule = Loaded(kLevel, kLeast, {{"least", "9"}});
  EXPECT_EQ(Judged(rule, "device.level", Number(8)), Verdict::kFail);
  EXPECT_EQ(Judged(rule, "device.level", Number(9)), Verdict::kPass);
  EXPECT_EQ(rule.parameters.front().fallback, "7");
}

TEST(ParameterTest, ADateIsComparedWithATime) {
  const Rule rule = Loaded(
      R"(<is fact="device.when" op="lt" value-of-parameter="from" when-absent="false"/>)",
      R"(<parameter name="from" type="date" default="2025-02-11"/>)", {{"from", "2026-01-01"}});
  const Ticks first = *ParseTime("2026-01-01", "test");
  EXPECT_EQ(Judged(rule, "device.when", Time(first - 1)), Verdict::kPass);
  EXPECT_EQ(Judged(rule, "device.when", Time(first)), Verdict::kFail);
}

TEST(ParameterTest, ALengthOfTimeIsAddedToOne) {
  const Rule rule =
      Loaded(R"(<is fact="device.when" op="gt" value="now+{window}" when-absent="false"/>)",
             R"(<parameter name="window" type="time-offset" default="2d"/>)");
  const Ticks now = 1000 * kTicksPerDay;
  EXPECT_EQ(Judged(rule, "device.when", Time(now + 2 * kTicksPerDay), now), Verdict::kFail);
  EXPECT_EQ(Judged(rule, "device.when", Time(now + 2 * kTicksPerDay + 1), now), Verdict::kPass);
}

TEST(ParameterTest, ATextMayBeAList) {
  const Rule rule =
      Loaded(R"(<is fact="device.mode" op="in" value-of-parameter="modes" when-absent="false"/>)",
             R"(<parameter name="modes" type="text" default="a; b"/>)");
  EXPECT_EQ(Judged(rule, "device.mode", Text("b")), Verdict::kPass);
  EXPECT_EQ(Judged(rule, "device.mode", Text("c")), Verdict::kFail);
}

TEST(ParameterTest, ANumberOfRowsIsCounted) {
  EXPECT_EQ(MessageOf(R"(<count in="device.item" op="le" value-of-parameter="least"/>)", kLeast),
            "loaded");
  EXPECT_EQ(MessageOf(R"(<count in="device.item" op="le" value-of-parameter="least"/>)", kLeast,
                      {{"least", "-1"}}),
            "r.xml:5:55: a number of rows is never below 0");
}

TEST(ParameterTest, AnExplanationNamesItsValue) {
  const Rule rule = Loaded(
      kLevel,
      std::string(kLeast) + R"(<explain on="fail">At least {least}, not {device.level}.</explain>)",
      {{"least", "9"}});
  SubjectFacts facts(TestCatalog(), SubjectKind::kDevice);
  facts.FactAt(TestCatalog().FindFact("device.level")->slot) = Number(1);
  EvaluationContext context;
  context.Put(facts);
  const Finding finding =
      Explain(rule, Evaluate(rule, context), context, TestCatalog(), "device:x",
              [](SubjectKind, const Provenance&) { return std::optional<EvidenceRef>(); });
  EXPECT_EQ(finding.reason, "At least 9, not 1.");
}

TEST(ParameterTest, AnUnknownOneIsToldWithItsPlace) {
  EXPECT_EQ(
      MessageOf(
          R"(<is fact="device.level" op="ge" value-of-parameter="lest" when-absent="false"/>)",
          kLeast),
      "r.xml:5:55: unknown parameter 'lest'; did you mean 'least'?");
  EXPECT_EQ(MessageOf(kLevel, ""),
            "r.xml:5:55: unknown parameter 'least'; the rule has no parameters");
  EXPECT_EQ(MessageOf(kLevel, std::string(kLeast) + R"(<explain on="fail">{lest}</explain>)"),
            "r.xml:7:69: unknown parameter 'lest'; did you mean 'least'?");
}

TEST(ParameterTest, ItsTypeFitsWhatItIsComparedWith) {
  EXPECT_EQ(MessageOf(R"(<is fact="device.mode" value-of-parameter="least" when-absent="false"/>)",
                      kLeast),
            "r.xml:5:46: 'least' is int and cannot be compared with text");
  EXPECT_EQ(MessageOf(R"(<is fact="device.flag" value-of-parameter="least" when-absent="false"/>)",
                      kLeast),
            "r.xml:5:46: 'least' is int and cannot be compared with bool");
  EXPECT_EQ(
      MessageOf(R"(<is fact="device.when" value="now+{least}" when-absent="false"/>)", kLeast),
      "r.xml:5:38: 'least' is int; only a time-offset is added to a time");
  EXPECT_EQ(
      MessageOf(R"(<is fact="device.when" op="lt" value-of-parameter="w" when-absent="false"/>)",
                R"(<parameter name="w" type="time-offset" default="1d"/>)"),
      "r.xml:5:54: 'w' is time-offset and cannot be compared with time; write "
      "value=\"now+{name}\"");
}

TEST(ParameterTest, OneSideOnlyIsCompared) {
  EXPECT_THAT(
      MessageOf(
          R"(<is fact="device.level" value="1" value-of-parameter="least" when-absent="false"/>)",
          kLeast),
      testing::HasSubstr("<is> needs either"));
}

TEST(ParameterTest, ADefaultIsOfTheTypeThatItIsSaidToBe) {
  EXPECT_EQ(MessageOf(kLevel, R"(<parameter name="least" type="int" default="many"/>)"),
            "r.xml:7:45: 'many' is not a whole number; write 5 or 0x5");
  EXPECT_EQ(MessageOf(kLevel, R"(<parameter name="least" type="integer" default="1"/>)"),
            "r.xml:7:31: 'integer' is none of int, time-offset, date and text");
  EXPECT_EQ(MessageOf(kLevel, R"(<parameter name="least" type="tex" default="1"/>)"),
            "r.xml:7:31: 'tex' is none of int, time-offset, date and text; did you mean 'text'?");
  for (const std::string_view wrong : {"30", "d", "-3d", "+3d", "99999999d"}) {
    std::string expected;
    EXPECT_FALSE(FitsParameter(wrong, Parameter::Type::kTimeOffset, expected)) << wrong;
  }
}

TEST(ParameterTest, OneThatNoConditionUsesIsAnError) {
  EXPECT_EQ(MessageOf(R"(<is fact="device.flag" value="true" when-absent="false"/>)",
                      std::string(kLeast) + R"(<explain on="fail">{least}</explain>)"),
            "r.xml:7:2: no condition uses the parameter 'least'");
}

TEST(ParameterTest, TwoOfOneNameAreAnError) {
  EXPECT_EQ(MessageOf(kLevel, std::string(kLeast) + "\n" + std::string(kLeast)),
            "r.xml:8:2: a second <parameter> 'least'");
}

}  // namespace

}  // namespace whfb::rules
