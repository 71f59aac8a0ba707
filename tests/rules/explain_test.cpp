#include "rules/explain.h"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/rules/test_facts.h"

namespace whfb::rules {

namespace {

constexpr std::string_view kLevel =
    R"(<is fact="device.level" op="ge" value="6" when-absent="default"/>)";
constexpr std::string_view kGood =
    R"(<every in="device.item" when-empty="false">
       <is fact=".good" value="true" when-absent="false"/></every>)";

class ExplainTest : public testing::Test {
 protected:
  [[nodiscard]] Finding Of(std::string_view require, std::string_view more = "") {
    const Rule rule = RuleWith(require, more);
    EvaluationContext context;
    context.Put(device_);
    return Explain(rule, Evaluate(rule, context), context, TestCatalog(), "device:PC",
                   [](SubjectKind, const Provenance& source) {
                     return EvidenceRef{.bundle = 1, .file = "a.reg", .line = source.place};
                   });
  }

  void AddItem(std::string_view sha1, const Cell& good) {
    device_.TableOf("device.item")
        .Add(std::array{Cell::Text(sha1, {}), good, Cell{}, Cell{}, Cell{}});
  }

  SubjectFacts device_{TestCatalog(), SubjectKind::kDevice};
};

TEST_F(ExplainTest, FillsTheValueOfAFact) {
  device_.Put("device.level", Cell::Int(3, {.evidence = 1, .place = 7}));
  const Finding finding =
      Of(kLevel, "<explain on=\"fail\">Level is {device.level};\n  {{6}} is needed.</explain>");
  EXPECT_EQ(finding.reason, "Level is 3; {6} is needed.");
  EXPECT_EQ(finding.rule, "test.rule");
  EXPECT_EQ(finding.subject, "device:PC");
  EXPECT_EQ(finding.verdict, Verdict::kFail);
  EXPECT_EQ(finding.fix, "F");
  EXPECT_TRUE(finding.missing.empty());
  EXPECT_EQ(finding.observed, (std::vector<Observed>{{"device.level", Knowledge::kPresent, "3"}}));
  ASSERT_EQ(finding.evidence.size(), 1U);
  EXPECT_EQ(finding.evidence[0].line, 7U);
}

TEST_F(ExplainTest, SaysNotSetWithTheWindowsDefaultThatWasCompared) {
  const std::string_view text = "<explain on=\"fail\">It is {device.level}.</explain>";
  device_.Put("device.level", Cell::Absent({}));
  EXPECT_EQ(Of(kLevel, text).reason, "It is not set, Windows default 5.");
  EXPECT_EQ(Of(R"(<is fact="device.level" value="6" when-absent="false"/>)", text).reason,
            "It is not set.");
}

TEST_F(ExplainTest, ChoosesByReasonThenByVerdict) {
  const std::string_view texts =
      "<explain on=\"unknown\">Level: {device.level}.</explain>"
      "<explain on=\"unknown\" because=\"denied\">Nobody may read it.</explain>";
  device_.Put("device.level", Cell::Unknown(WhyUnknown::kDenied));
  EXPECT_EQ(Of(kLevel, texts).reason, "Nobody may read it.");
  device_.Put("device.level", Cell::Unknown(WhyUnknown::kWrongContext));
  const Finding finding = Of(kLevel, texts);
  EXPECT_EQ(finding.reason, "Level: unknown (wrong-context).");
  EXPECT_EQ(finding.reason_code, WhyUnknown::kWrongContext);
  EXPECT_EQ(finding.missing, std::vector<std::string>{"device.level"});
  EXPECT_EQ(finding.fix, "");
}

TEST_F(ExplainTest, GeneratesASentenceWhereTheRuleHasNone) {
  device_.Put("device.level", Cell::Int(3, {}));
  EXPECT_EQ(Of(kLevel).reason, "Does not hold: device.level is 3.");
  device_.Put("device.level", Cell::Unknown(WhyUnknown::kStale));
  EXPECT_EQ(Of(kLevel).reason, "Undecided: device.level is unknown (stale).");
}

TEST_F(ExplainTest, ShowsTheRowThatDecided) {
  AddItem("aa", Cell::Bool(true, {}));
  AddItem("bb", Cell::Bool(false, {.evidence = 1, .place = 4}));
  device_.TableOf("device.item")
      .Cover(Coverage::kComplete, WhyUnknown::kNotCollected, {.evidence = 1, .place = 2});
  const Finding finding =
      Of(kGood, "<explain on=\"fail\">{device.item.sha1} of {device.item} is bad.</explain>");
  EXPECT_EQ(finding.reason, "bb of 2 is bad.");
  EXPECT_EQ(finding.observed,
            (std::vector<Observed>{{"device.item.good", Knowledge::kPresent, "false"}}));
}

TEST_F(ExplainTest, ListsRowsWhereNoneDecidedAlone) {
  for (const std::string_view key : {"aa", "bb", "cc", "dd"}) {
    AddItem(key, Cell::Bool(true, {}));
  }
  device_.TableOf("device.item").OverrideCoverage(Coverage::kComplete, {});
  EXPECT_EQ(Of(R"(<none in="device.item" when-empty="true"/>)",
               "<explain on=\"fail\">There is {device.item.sha1}.</explain>")
                .reason,
            "There is aa, bb, cc and others.");
}

TEST_F(ExplainTest, AnIncompleteTableIsWhatIsMissing) {
  AddItem("aa", Cell::Bool(true, {}));
  device_.TableOf("device.item").OverrideCoverage(Coverage::kPartial, WhyUnknown::kTruncated);
  const Finding finding = Of(kGood, "<explain on=\"unknown\">Seen: {device.item}.</explain>");
  EXPECT_EQ(finding.reason, "Seen: at least 1.");
  EXPECT_EQ(finding.reason_code, WhyUnknown::kTruncated);
  EXPECT_EQ(finding.missing, std::vector<std::string>{"device.item"});
  EXPECT_EQ(finding.observed,
            (std::vector<Observed>{{"device.item", Knowledge::kUnknown, "truncated"}}));
  EXPECT_TRUE(finding.evidence.empty()) << "nobody looked: there is no place to show";
}

TEST_F(ExplainTest, LongValuesEndWithTheirLength) {
  const std::string longer(kLongestShownValue + 1, 'x');
  EXPECT_EQ(ShownValue(Cell::Text(longer, {}), ValueType::kText, ""),
            std::string(kLongestShownValue, 'x') + "... (401 bytes)");
  EXPECT_EQ(ShownValue(Cell::Text("", {}), ValueType::kText, ""), "empty");
}

}  // namespace

}  // namespace whfb::rules
