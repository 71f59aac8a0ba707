// Knowing less never turns a verdict into another decided one. Over the whole catalogue: each
// fact, cell and coverage of each case is made unknown, with every reason.

#include <cstddef>
#include <iostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/collector.h"
#include "rules/case_runner.h"
#include "rules/loader.h"
#include "tests/rules/rule_sources.h"

namespace whfb::rules {

namespace {

constexpr int kReasons = static_cast<int>(WhyUnknown::kInternal) + 1;

struct Tally {
  std::size_t removals = 0;
  std::size_t turned_unknown = 0;
};

// One case with its facts, from which things are taken away one at a time.
class Removal {
 public:
  Removal(const Rule& rule, const Case& one, const FactCatalog& catalog)
      : rule_(rule), one_(one), facts_(one, catalog), before_(Evaluate(rule, facts_.context())) {}

  Tally All() {
    for (const CaseFact& fact : one_.facts) {
      Cells(facts_.Of(fact.kind).FactAt(fact.slot));
    }
    for (const CaseTable& described : one_.tables) {
      Table& table = facts_.Of(described.table.kind).TableAt(described.table.slot);
      for (std::size_t row = 0; row < table.size(); ++row) {
        for (Cell& cell : table.Row(row)) {
          Cells(cell);
        }
      }
      CoverageOf(table);
    }
    return tally_;
  }

 private:
  void Cells(Cell& cell) {
    const Cell kept = cell;
    for (int reason = 0; !kept.unknown() && reason < kReasons; ++reason) {
      cell = Cell::Unknown(static_cast<WhyUnknown>(reason));
      Check(static_cast<WhyUnknown>(reason));
    }
    cell = kept;
  }

  void CoverageOf(Table& table) {
    const Coverage kept = table.coverage();
    const WhyUnknown why = table.why();
    for (const Coverage less : {Coverage::kPartial, Coverage::kNone}) {
      for (int reason = 0; less < kept && reason < kReasons; ++reason) {
        table.OverrideCoverage(less, static_cast<WhyUnknown>(reason));
        Check(static_cast<WhyUnknown>(reason));
      }
    }
    table.OverrideCoverage(kept, why);
  }

  void Check(WhyUnknown reason) {
    const Outcome after = Evaluate(rule_, facts_.context());
    ++tally_.removals;
    tally_.turned_unknown += after.verdict != before_.verdict ? 1 : 0;
    EXPECT_TRUE(after.verdict == before_.verdict || after.verdict == Verdict::kUnknown)
        << rule_.info.id << " line " << one_.line << ": " << ToString(before_.verdict) << " became "
        << ToString(after.verdict) << " when something was made unknown (" << ToString(reason)
        << ")";
  }

  const Rule& rule_;
  const Case& one_;
  CaseFacts facts_;
  Outcome before_;
  Tally tally_{};
};

std::vector<Rule> AllRules(const FactCatalog& catalog) {
  std::vector<Rule> rules;
  for (const RuleSource& source : SourcesOfFolder()) {
    Result<Rule> rule = LoadRule(source, catalog);
    if (rule) {
      rules.push_back(std::move(*rule));
    }
  }
  return rules;
}

TEST(RuleMonotoneTest, KnowingLessNeverGivesAnotherDecidedVerdict) {
  const FactCatalog catalog = collectors::MakeCatalog();
  std::size_t removals = 0;
  for (const Rule& rule : AllRules(catalog)) {
    for (const Case& one : rule.cases) {
      removals += Removal(rule, one, catalog).All().removals;
    }
  }
  std::cout << "removals tried: " << removals << '\n';
}

TEST(RuleMonotoneTest, WithoutAnyEvidenceEveryVerdictIsUnknown) {
  const FactCatalog catalog = collectors::MakeCatalog();
  for (const Rule& rule : AllRules(catalog)) {
    const CaseFacts nothing({}, catalog);
    EXPECT_EQ(Evaluate(rule, nothing.context()).verdict, Verdict::kUnknown) << rule.info.id;
    EXPECT_EQ(Evaluate(rule, EvaluationContext{}).verdict, Verdict::kUnknown) << rule.info.id;
  }
}

TEST(RuleMonotoneTest, EveryPassHangsOnSomeEvidence) {
  const FactCatalog catalog = collectors::MakeCatalog();
  for (const Rule& rule : AllRules(catalog)) {
    std::size_t turned_unknown = 0;
    for (const Case& one : rule.cases) {
      if (one.expect == Verdict::kPass) {
        turned_unknown += Removal(rule, one, catalog).All().turned_unknown;
      }
    }
    EXPECT_GT(turned_unknown, 0U) << rule.info.id << " passes whatever is taken away";
  }
}

}  // namespace

}  // namespace whfb::rules
