#include "rules/evaluator.h"

#include <array>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "tests/rules/test_facts.h"

namespace whfb::rules {

namespace {

constexpr std::array kAll = {Truth::kFalse, Truth::kUnknown, Truth::kTrue};
constexpr std::string_view kFlag = R"(<is fact="device.flag" value="true" when-absent="false"/>)";
constexpr std::string_view kOther =
    R"(<is fact="device.other_flag" value="true" when-absent="false"/>)";

Cell FlagCell(Truth truth) {
  return truth == Truth::kUnknown ? Cell::Unknown(WhyUnknown::kDenied)
                                  : Cell::Bool(truth == Truth::kTrue, {});
}

Truth TruthOf(const Outcome& outcome) {
  return outcome.verdict == Verdict::kPass   ? Truth::kTrue
         : outcome.verdict == Verdict::kFail ? Truth::kFalse
                                             : Truth::kUnknown;
}

// A device whose facts a test sets, and the outcome of a condition about it.
class EvaluatorTest : public testing::Test {
 protected:
  [[nodiscard]] Outcome Of(std::string_view require, std::string_view more = "") {
    rule_ = RuleWith(require, more);
    EvaluationContext context;
    context.Put(device_);
    context.now = now_;
    context.collected = collected_;
    return Evaluate(rule_, context);
  }

  void AddItem(const Cell& good, std::string_view sha1, std::int64_t bits = 0) {
    device_.TableOf("device.item")
        .Add(std::array{Cell::Text(sha1, {}), good, Cell::Int(bits, {}), Cell{}, Cell{}});
  }

  void CoverItems(Coverage coverage, WhyUnknown why = WhyUnknown::kNotCollected) {
    device_.TableOf("device.item").OverrideCoverage(coverage, why);
  }

  Rule rule_{};
  SubjectFacts device_{TestCatalog(), SubjectKind::kDevice};
  Ticks now_ = TicksFromCivil({.year = 2026, .month = 11, .day = 25});
  TimeInterval collected_{now_, now_};
};

TEST_F(EvaluatorTest, AllAnyAndNotAreKleene) {
  for (const Truth a : kAll) {
    for (const Truth b : kAll) {
      device_.Put("device.flag", FlagCell(a));
      device_.Put("device.other_flag", FlagCell(b));
      const std::string both = std::string(kFlag) + std::string(kOther);
      EXPECT_EQ(TruthOf(Of("<all>" + both + "</all>")), And(a, b));
      EXPECT_EQ(TruthOf(Of("<any>" + both + "</any>")), Or(a, b));
      EXPECT_EQ(TruthOf(Of("<not><all>" + both + "</all></not>")), Not(And(a, b)));
      EXPECT_EQ(TruthOf(Of(both)), And(a, b)) << "side by side means all";
    }
  }
}

TEST_F(EvaluatorTest, CarriesTheMostTellingReasonOfWhatIsUndecided) {
  device_.Put("device.flag", Cell::Unknown(WhyUnknown::kStale));
  device_.Put("device.other_flag", Cell::Unknown(WhyUnknown::kDenied));
  device_.Put("device.level", Cell::Unknown(WhyUnknown::kConflicting));
  // The conflict is in a part that something else has decided: it is not why we do not know.
  const Outcome outcome = Of(std::string(kFlag) + std::string(kOther) +
                             R"(<any><is fact="device.level" value="1" when-absent="false"/>
                                <is fact="device.mode" op="exists"/></any>)");
  EXPECT_EQ(outcome.why, WhyUnknown::kConflicting);
  device_.Put("device.mode", Cell::Text("x", {}));
  const Outcome decided = Of(std::string(kFlag) + std::string(kOther) +
                             R"(<any><is fact="device.level" value="1" when-absent="false"/>
                                <is fact="device.mode" op="exists"/></any>)");
  EXPECT_EQ(decided.why, WhyUnknown::kDenied);
  EXPECT_EQ(decided.leaves.size(), 2U);
}

TEST_F(EvaluatorTest, NamesEveryFailingRequirementAndOneWitness) {
  device_.Put("device.flag", FlagCell(Truth::kFalse));
  device_.Put("device.other_flag", FlagCell(Truth::kFalse));
  const std::string both = std::string(kFlag) + std::string(kOther);
  EXPECT_EQ(Of("<all>" + both + "</all>").leaves.size(), 2U);
  device_.Put("device.other_flag", FlagCell(Truth::kTrue));
  const Outcome witness = Of("<any>" + both + "</any>");
  ASSERT_EQ(witness.leaves.size(), 1U);
  EXPECT_EQ(witness.leaves.all()[0].cell, &device_.Get("device.other_flag"));
}

TEST_F(EvaluatorTest, WhenAbsentIsTheTruthOfTheLeafAlsoUnderNot) {
  device_.Put("device.level", Cell::Absent({}));
  const auto level = [](std::string_view when_absent) {
    return R"(<is fact="device.level" op="ge" value="5" when-absent=")" + std::string(when_absent) +
           "\"/>";
  };
  for (const auto& [when_absent, truth] :
       {std::pair{"true", Truth::kTrue}, {"false", Truth::kFalse}, {"unknown", Truth::kUnknown}}) {
    EXPECT_EQ(TruthOf(Of(level(when_absent))), truth);
    EXPECT_EQ(TruthOf(Of("<not>" + level(when_absent) + "</not>")), Not(truth));
  }
  EXPECT_EQ(Of(level("unknown")).why, WhyUnknown::kAmbiguous);
}

TEST_F(EvaluatorTest, WhenAbsentDefaultComparesTheDocumentedDefault) {
  device_.Put("device.level", Cell::Absent({}));
  const Outcome outcome =
      Of(R"(<is fact="device.level" op="ge" value="5" when-absent="default"/>)");
  EXPECT_EQ(outcome.verdict, Verdict::kPass);
  EXPECT_TRUE(outcome.leaves.all()[0].by_default);
  EXPECT_EQ(Of(R"(<is fact="device.level" op="gt" value="5" when-absent="default"/>)").verdict,
            Verdict::kFail);
}

TEST_F(EvaluatorTest, AbsentIsNotUnknown) {
  device_.Put("device.flag", Cell::Absent({}));
  EXPECT_EQ(Of(R"(<is fact="device.flag" op="exists"/>)").verdict, Verdict::kFail);
  device_.Put("device.flag", Cell::Unknown(WhyUnknown::kTruncated));
  const Outcome unknown = Of(R"(<is fact="device.flag" op="exists"/>)");
  EXPECT_EQ(unknown.verdict, Verdict::kUnknown);
  EXPECT_EQ(unknown.why, WhyUnknown::kTruncated);
}

TEST_F(EvaluatorTest, AMissingSubjectIsNotCollected) {
  const Outcome outcome = Of(R"(<is fact="environment.ready" value="true" when-absent="false"/>)");
  EXPECT_EQ(outcome.verdict, Verdict::kUnknown);
  EXPECT_EQ(outcome.why, WhyUnknown::kNotCollected);
}

TEST_F(EvaluatorTest, UnknownAppliesIsUnknownWhateverRequireSays) {
  const std::string applies = "<applies>" + std::string(kOther) + "</applies>";
  device_.Put("device.flag", FlagCell(Truth::kFalse));
  device_.Put("device.other_flag", Cell::Unknown(WhyUnknown::kWrongContext));
  const Outcome outcome = Of(kFlag, applies);
  EXPECT_EQ(outcome.verdict, Verdict::kUnknown);
  EXPECT_EQ(outcome.why, WhyUnknown::kWrongContext);
  device_.Put("device.other_flag", FlagCell(Truth::kFalse));
  EXPECT_EQ(Of(kFlag, applies).verdict, Verdict::kNotApplicable);
}

TEST_F(EvaluatorTest, TheFirstTrueLowerLowersAFailOnly) {
  const std::string lower =
      R"(<lower to="low"><is fact="device.mode" value="a" when-absent="false"/>
                               </lower><lower to="medium">)" +
      std::string(kOther) + "</lower>";
  device_.Put("device.flag", FlagCell(Truth::kFalse));
  device_.Put("device.other_flag", FlagCell(Truth::kTrue));
  EXPECT_EQ(Of(kFlag, lower).severity, Severity::kMedium) << "unknown does not lower";
  device_.Put("device.mode", Cell::Text("a", {}));
  EXPECT_EQ(Of(kFlag, lower).severity, Severity::kLow);
  device_.Put("device.flag", FlagCell(Truth::kTrue));
  EXPECT_EQ(Of(kFlag, lower).severity, Severity::kHigh);
}

// The truth of a quantifier over rows, computed the slow way.
Truth Expected(std::string_view quantifier,
               const std::vector<Truth>& rows,
               Truth when_empty,
               bool complete) {
  Truth some = complete ? Truth::kFalse : Truth::kUnknown;
  Truth every = complete ? Truth::kTrue : Truth::kUnknown;
  for (const Truth row : rows) {
    some = Or(some, row);
    every = And(every, row);
  }
  if (quantifier == "some") {
    return some;
  }
  if (rows.empty() && complete) {
    return when_empty;
  }
  return quantifier == "every" ? every : Not(some);
}

TEST_F(EvaluatorTest, QuantifiersAreKleeneOverTheRowsAndOneUnknownRow) {
  std::vector<std::vector<Truth>> tables = {{}};
  for (const Truth a : kAll) {
    tables.push_back({a});
    for (const Truth b : kAll) {
      tables.push_back({a, b});
      for (const Truth c : kAll) {
        tables.push_back({a, b, c});
      }
    }
  }
  for (const std::vector<Truth>& rows : tables) {
    device_ = SubjectFacts(TestCatalog(), SubjectKind::kDevice);
    constexpr std::array<std::string_view, 3> kKeys = {"a", "b", "c"};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      AddItem(FlagCell(rows[i]), kKeys.at(i));
    }
    for (const bool complete : {true, false}) {
      CoverItems(complete ? Coverage::kComplete : Coverage::kPartial, WhyUnknown::kTruncated);
      for (const std::string quantifier : {"some", "every", "none"}) {
        const std::string empty = quantifier == "some" ? "" : " when-empty=\"false\"";
        const Outcome outcome =
            Of("<" + quantifier + " in=\"device.item\"" + empty +
               "><is fact=\".good\" value=\"true\" when-absent=\"false\"/></" + quantifier + ">");
        EXPECT_EQ(TruthOf(outcome), Expected(quantifier, rows, Truth::kFalse, complete))
            << quantifier << " over " << rows.size() << " rows, complete " << complete;
        EXPECT_GT(outcome.leaves.size(), 0U);
      }
    }
  }
}

TEST_F(EvaluatorTest, IncompleteCoverageGivesItsReason) {
  CoverItems(Coverage::kNone, WhyUnknown::kWrongContext);
  const Outcome outcome = Of(R"(<some in="device.item"/>)");
  EXPECT_EQ(outcome.why, WhyUnknown::kWrongContext);
  ASSERT_EQ(outcome.leaves.size(), 1U);
  EXPECT_EQ(outcome.leaves.all()[0].what, Leaf::Kind::kCoverage);
}

TEST_F(EvaluatorTest, CountIsAnInterval) {
  AddItem(FlagCell(Truth::kTrue), "a");
  AddItem(FlagCell(Truth::kUnknown), "b");
  AddItem(FlagCell(Truth::kFalse), "c");
  CoverItems(Coverage::kComplete);
  const auto count = [&](std::string_view op, int value) {
    return TruthOf(Of("<count in=\"device.item\" op=\"" + std::string(op) + "\" value=\"" +
                      std::to_string(value) +
                      "\"><is fact=\".good\" value=\"true\" when-absent=\"false\"/></count>"));
  };
  // One or two rows fit.
  EXPECT_EQ(count("ge", 1), Truth::kTrue);
  EXPECT_EQ(count("ge", 2), Truth::kUnknown);
  EXPECT_EQ(count("ge", 3), Truth::kFalse);
  EXPECT_EQ(count("lt", 3), Truth::kTrue);
  EXPECT_EQ(count("eq", 2), Truth::kUnknown);
  EXPECT_EQ(count("eq", 3), Truth::kFalse);
  EXPECT_EQ(count("ne", 0), Truth::kTrue);
  CoverItems(Coverage::kPartial);  // one or more
  EXPECT_EQ(count("ge", 1), Truth::kTrue);
  EXPECT_EQ(count("lt", 3), Truth::kUnknown);
  EXPECT_EQ(count("eq", 3), Truth::kUnknown);
  EXPECT_EQ(count("eq", 0), Truth::kFalse);
}

TEST_F(EvaluatorTest, ATimeIntervalAcrossTheLimitIsAmbiguous) {
  const auto at = [&](Ticks earliest, Ticks latest) {
    device_.Put("device.when", Cell::Time({now_ + earliest, now_ + latest}, {}));
    return Of(R"(<is fact="device.when" op="gt" value="now+30d" when-absent="false"/>)");
  };
  EXPECT_EQ(at(31 * kTicksPerDay, 31 * kTicksPerDay).verdict, Verdict::kPass);
  EXPECT_EQ(at(29 * kTicksPerDay, 30 * kTicksPerDay).verdict, Verdict::kFail);
  const Outcome across = at(29 * kTicksPerDay, 31 * kTicksPerDay);
  EXPECT_EQ(across.verdict, Verdict::kUnknown);
  EXPECT_EQ(across.why, WhyUnknown::kAmbiguous);
}

TEST_F(EvaluatorTest, CollectedThatNobodyToldIsUnknown) {
  device_.Put("device.when", Cell::Time({now_, now_}, {}));
  const std::string_view rule =
      R"(<is fact="device.when" op="ge" value="collected-30d" when-absent="false"/>)";
  EXPECT_EQ(Of(rule).verdict, Verdict::kPass);
  collected_ = {};
  EXPECT_EQ(Of(rule).verdict, Verdict::kUnknown);
}

struct Comparison {
  std::string_view fact;
  std::string_view op;
  std::string_view value;
  bool holds;
};

TEST_F(EvaluatorTest, OperatorsCompareAsTheLanguageSays) {
  const std::array<std::string_view, 2> ekus = {"1.2.3", "1.2.4"};
  device_.Put("device.level", Cell::Int(0x81, {}));
  device_.Put("device.mode", Cell::Text("entra hybrid", {}));
  device_.Put("device.host", Cell::Text("pc.contoso.com", {}));
  device_.Put("device.ekus", Cell::List(ekus, {}));
  const std::vector<Comparison> comparisons = {
      {"device.level", "eq", "129", true},
      {"device.level", "eq", "0x81", true},
      {"device.level", "in", "1; 0x81", true},
      {"device.level", "in", "1; 2", false},
      {"device.level", "has-bits", "0x80", true},
      {"device.level", "has-bits", "0x82", false},
      {"device.level", "lt", "129", false},
      {"device.level", "le", "129", true},
      {"device.mode", "in", "a; entra hybrid", true},
      {"device.mode", "contains", "hyb", true},
      {"device.mode", "starts-with", "hyb", false},
      {"device.mode", "matches-glob", "*a h?br*", true},
      {"device.mode", "matches-glob", "*a h?bx*", false},
      {"device.host", "eq", "PC.Contoso.com", true},
      {"device.ekus", "contains", "1.2.4", true},
      {"device.ekus", "contains", "1.2", false},
      {"device.ekus", "starts-with", "1.2", true},
      {"device.ekus", "eq", "1.2.4; 1.2.3", true},
      {"device.ekus", "ne", "1.2.4", true},
  };
  for (const Comparison& one : comparisons) {
    const Outcome outcome =
        Of("<is fact=\"" + std::string(one.fact) + "\" op=\"" + std::string(one.op) +
           "\" value=\"" + std::string(one.value) + "\" when-absent=\"unknown\"/>");
    EXPECT_EQ(TruthOf(outcome), one.holds ? Truth::kTrue : Truth::kFalse)
        << one.fact << " " << one.op << " " << one.value;
  }
}

TEST_F(EvaluatorTest, ValueOfComparesTwoFactsAndARowWithAFact) {
  device_.Put("device.mode", Cell::Text("pc.contoso.com", {}));
  device_.Put("device.host", Cell::Text("pc.contoso.com", {}));
  device_.Put("device.level", Cell::Int(7, {}));
  AddItem(FlagCell(Truth::kTrue), "a", 7);
  CoverItems(Coverage::kComplete);
  EXPECT_EQ(Of(R"(<is fact="device.host" value-of="device.mode" when-absent="false"/>)").verdict,
            Verdict::kPass);
  EXPECT_EQ(Of(R"(<some in="device.item"><is fact=".bits" value-of="device.level"
                  when-absent="false"/></some>)")
                .verdict,
            Verdict::kPass);
  device_.Put("device.level", Cell::Unknown(WhyUnknown::kDenied));
  EXPECT_EQ(Of(R"(<some in="device.item"><is fact=".bits" value-of="device.level"
                  when-absent="false"/></some>)")
                .why,
            WhyUnknown::kDenied);
}

TEST_F(EvaluatorTest, ManyLeavesAreBounded) {
  for (int i = 0; i < 100; ++i) {
    AddItem(FlagCell(Truth::kUnknown), i % 2 == 0 ? "a" : "b");
  }
  std::string all = "<all>";
  for (int i = 0; i < 40; ++i) {
    all += kFlag;
  }
  EXPECT_EQ(Of(all + "</all>").leaves.size(), LeafList::kCapacity);
}

TEST(UntilTest, HoldsOnlyOfAUserWhoIsKnownToHaveIt) {
  Rule rule;
  EvaluationContext context;
  EXPECT_EQ(Until(rule, context), Truth::kFalse);  // the rule has none
  const FactCatalog::FactEntry& fact = *TestCatalog().FindFact("user.enrolled");
  rule.until = Operand{.kind = fact.kind, .type = ValueType::kBool, .slot = fact.slot};
  EXPECT_EQ(Until(rule, context), Truth::kUnknown);  // nobody on the path
  SubjectFacts user(TestCatalog(), SubjectKind::kUser);
  context.Put(user);
  EXPECT_EQ(Until(rule, context), Truth::kUnknown);
  user.Put("user.enrolled", Cell::Bool(true, {}));
  EXPECT_EQ(Until(rule, context), Truth::kTrue);
  user.FactAt(fact.slot) = Cell::Bool(false, {});
  EXPECT_EQ(Until(rule, context), Truth::kFalse);
  user.FactAt(fact.slot) = Cell::Absent({});
  EXPECT_EQ(Until(rule, context), Truth::kFalse);
}

}  // namespace

}  // namespace whfb::rules
