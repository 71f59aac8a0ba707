// The monotone property on rules that nobody would write: random conditions over random facts.
// Whatever is made unknown, a verdict stays or becomes unknown; and where a verdict is decided,
// nothing that was unknown could have changed it.

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "rules/evaluator.h"
#include "tests/rules/test_facts.h"

namespace whfb::rules {

namespace {

constexpr int kRules = 1'500;
constexpr std::array<std::string_view, 4> kWhenAbsent = {"true", "false", "unknown", "default"};

class RandomRules {
 public:
  explicit RandomRules(std::uint32_t seed) : random_(seed) {}

  std::uint32_t Below(std::uint32_t bound) {
    return std::uniform_int_distribution<std::uint32_t>(0, bound - 1)(random_);
  }

  std::string Leaf(bool in_row) {
    const std::string absent = " when-absent=\"" + std::string(kWhenAbsent.at(Below(3))) + "\"/>";
    switch (Below(in_row ? 7 : 5)) {
      case 0:
        return R"(<is fact="device.flag" value="true")" + absent;
      case 1:
        return R"(<is fact="device.level" op="ge" value="1" when-absent=")" +
               std::string(kWhenAbsent.at(Below(4))) + "\"/>";
      case 2:
        return R"(<is fact="device.other_flag" op="exists"/>)";
      case 3:
        return R"(<is fact="device.flag" value-of="device.other_flag")" + absent;
      case 4:
        return R"(<is fact="device.when" op="lt" value="now")" + absent;
      case 5:
        return R"(<is fact=".good" value="true")" + absent;
      default:
        return R"(<is fact=".bits" value-of="device.level")" + absent;
    }
  }

  std::string Condition(int depth, bool in_row) {
    const std::uint32_t choice = depth == 0 ? 0 : Below(in_row ? 4 : 7);
    switch (choice) {
      case 1:
        return "<all>" + Several(depth, in_row) + "</all>";
      case 2:
        return "<any>" + Several(depth, in_row) + "</any>";
      case 3:
        return "<not>" + Condition(depth - 1, in_row) + "</not>";
      case 4:
        return "<some in=\"device.item\">" + Several(depth, true) + "</some>";
      case 5:
        return Whole(Below(2) == 0 ? "every" : "none", depth);
      case 6:
        return Count(depth);
      default:
        return Leaf(in_row);
    }
  }

  Cell AnyCell(ValueType type, bool present_only = false) {
    const std::uint32_t choice = present_only ? 2 : Below(4);
    if (choice == 0) {
      return Cell::Unknown(static_cast<WhyUnknown>(Below(11)));
    }
    if (choice == 1) {
      return Cell::Absent({});
    }
    if (type == ValueType::kTime) {
      const Ticks earliest = static_cast<Ticks>(Below(4)) - 2;
      return Cell::Time({earliest, earliest + Below(3)}, {});
    }
    return Cell::Int(Below(2), {});
  }

 private:
  std::string Several(int depth, bool in_row) {
    std::string several;
    for (std::uint32_t i = 0; i <= Below(3); ++i) {
      several += Condition(depth - 1, in_row);
    }
    return several;
  }

  std::string Whole(const std::string& name, int depth) {
    return "<" + name + " in=\"device.item\" when-empty=\"" +
           std::string(kWhenAbsent.at(Below(3))) + "\">" + Several(depth, true) + "</" + name + ">";
  }

  std::string Count(int depth) {
    constexpr std::array<std::string_view, 6> kOps = {"eq", "ne", "lt", "le", "gt", "ge"};
    return "<count in=\"device.item\" op=\"" + std::string(kOps.at(Below(6))) + "\" value=\"" +
           std::to_string(Below(4)) + "\">" + Several(depth, true) + "</count>";
  }

  std::mt19937 random_;
};

constexpr std::array<std::string_view, 4> kNamedFacts = {"device.flag", "device.other_flag",
                                                         "device.level", "device.when"};

void FillFacts(RandomRules& random, SubjectFacts& device) {
  for (const std::string_view id : kNamedFacts) {
    device.Put(id, random.AnyCell(TestCatalog().FindFact(id)->spec->type));
  }
  Table& table = device.TableOf("device.item");
  table.OverrideCoverage(random.Below(2) == 0 ? Coverage::kPartial : Coverage::kComplete,
                         WhyUnknown::kTruncated);
  constexpr std::array<std::string_view, 3> kKeys = {"a", "b", "c"};
  const std::uint32_t rows = random.Below(4);
  for (std::uint32_t row = 0; row < rows; ++row) {
    table.Add(std::array{Cell::Text(kKeys.at(row), {}), random.AnyCell(ValueType::kBool),
                         random.AnyCell(ValueType::kInt), Cell{}, Cell{}});
  }
}

// Every cell that the conditions can see.
std::vector<Cell*> CellsOf(SubjectFacts& device) {
  std::vector<Cell*> cells;
  for (const std::string_view id : kNamedFacts) {
    cells.push_back(&device.FactAt(TestCatalog().FindFact(id)->slot));
  }
  Table& table = device.TableOf("device.item");
  for (std::size_t row = 0; row < table.size(); ++row) {
    cells.push_back(&table.Row(row)[1]);
    cells.push_back(&table.Row(row)[2]);
  }
  return cells;
}

void ExpectWeaker(Verdict more, Verdict less, const RuleSource& source) {
  EXPECT_TRUE(less == more || less == Verdict::kUnknown)
      << ToString(more) << " became " << ToString(less) << " in\n"
      << source.text;
}

TEST(RandomRuleTest, KnowingLessNeverGivesAnotherDecidedVerdict) {
  RandomRules random(20'261'125);
  std::array<int, 4> verdicts{};
  for (int i = 0; i < kRules; ++i) {
    const RuleSource source = SourceWith(random.Condition(4, false),
                                         "<applies>" + random.Condition(2, false) + "</applies>\n");
    const Result<Rule> rule = LoadRule(source, TestCatalog());
    ASSERT_TRUE(rule) << rule.error().ToString();
    SubjectFacts device(TestCatalog(), SubjectKind::kDevice);
    FillFacts(random, device);
    EvaluationContext context;
    context.Put(device);
    const Outcome before = Evaluate(*rule, context);
    ++verdicts.at(static_cast<std::size_t>(before.verdict));
    EXPECT_EQ(before.why.has_value(), before.verdict == Verdict::kUnknown);
    EXPECT_GT(before.leaves.size(), 0U) << source.text;
    for (Cell* const cell : CellsOf(device)) {
      const Cell kept = *cell;
      *cell = Cell::Unknown(WhyUnknown::kDenied);
      ExpectWeaker(before.verdict, Evaluate(*rule, context).verdict, source);
      *cell = kept;
    }
    device.TableOf("device.item").OverrideCoverage(Coverage::kNone, WhyUnknown::kDenied);
    ExpectWeaker(before.verdict, Evaluate(*rule, context).verdict, source);
  }
  for (const int count : verdicts) {
    EXPECT_GT(count, kRules / 50) << "each verdict is worth trying";
  }
}

TEST(RandomRuleTest, LearningNeverOverturnsADecidedVerdict) {
  RandomRules random(42);
  for (int i = 0; i < kRules; ++i) {
    const RuleSource source = SourceWith(random.Condition(4, false));
    const Result<Rule> rule = LoadRule(source, TestCatalog());
    ASSERT_TRUE(rule) << rule.error().ToString();
    SubjectFacts device(TestCatalog(), SubjectKind::kDevice);
    FillFacts(random, device);
    EvaluationContext context;
    context.Put(device);
    const Verdict before = Evaluate(*rule, context).verdict;
    for (Cell* const cell : CellsOf(device)) {
      if (cell->unknown()) {
        *cell = random.AnyCell(ValueType::kTime);
        cell->value.number = random.Below(2);
      }
    }
    ExpectWeaker(Evaluate(*rule, context).verdict, before, source);
  }
}

}  // namespace

}  // namespace whfb::rules
