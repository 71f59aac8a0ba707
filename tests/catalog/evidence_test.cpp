// What every rule of the catalogue owes to the evidence: taking any piece of a case away never
// turns a decided verdict into another decided one, no evidence decides nothing, and each rule
// has a passing case that hangs on its evidence.

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/collector.h"
#include "rules/case_runner.h"
#include "rules/catalog.h"
#include "rules/evaluator.h"

namespace whfb::rules {

namespace {

using Removal = std::function<void(CaseFacts&)>;

const FactCatalog& Facts() {
  static const FactCatalog kFacts = collectors::MakeCatalog();
  return kFacts;
}

std::vector<Rule> Rules() {
  Result<RuleCatalog> catalog = LoadEmbeddedCatalog(Facts());
  EXPECT_TRUE(catalog) << catalog.error().ToString();
  return catalog ? std::move(catalog->rules) : std::vector<Rule>{};
}

// One removal for each fact, cell and coverage that the case names.
std::vector<Removal> Removals(const Case& one) {
  const Cell unknown = Cell::Unknown(WhyUnknown::kNotCollected);
  std::vector<Removal> removals;
  for (const CaseFact& fact : one.facts) {
    removals.push_back(
        [&fact, unknown](CaseFacts& facts) { facts.Of(fact.kind).FactAt(fact.slot) = unknown; });
  }
  for (const CaseTable& described : one.tables) {
    const auto table = [&described](CaseFacts& facts) -> Table& {
      return facts.Of(described.table.kind).TableAt(described.table.slot);
    };
    removals.push_back([table](CaseFacts& facts) {
      table(facts).OverrideCoverage(Coverage::kNone, WhyUnknown::kNotCollected);
    });
    for (std::size_t row = 0; row < described.rows.size(); ++row) {
      for (std::size_t cell = 0; cell < described.rows[row].size(); ++cell) {
        removals.push_back([table, row, cell, unknown](CaseFacts& facts) {
          if (row < table(facts).size()) {
            table(facts).Row(row)[cell] = unknown;
          }
        });
      }
    }
  }
  return removals;
}

Verdict Without(const Rule& rule, const Case& one, const Removal& removal) {
  CaseFacts facts(one, Facts());
  removal(facts);
  return Evaluate(rule, facts.context()).verdict;
}

TEST(CatalogEvidenceTest, RemovingEvidenceNeverGivesAnotherDecidedVerdict) {
  for (const Rule& rule : Rules()) {
    for (const Case& one : rule.cases) {
      for (const Removal& removal : Removals(one)) {
        const Verdict verdict = Without(rule, one, removal);
        EXPECT_TRUE(verdict == one.expect || verdict == Verdict::kUnknown)
            << rule.info.id << " line " << one.line << ": " << ToString(verdict);
      }
    }
  }
}

TEST(CatalogEvidenceTest, NoEvidenceDecidesNothing) {
  for (const Rule& rule : Rules()) {
    const CaseFacts nothing(Case{}, Facts());
    EXPECT_EQ(Evaluate(rule, nothing.context()).verdict, Verdict::kUnknown) << rule.info.id;
  }
}

TEST(CatalogEvidenceTest, EachRulePassesOnEvidence) {
  for (const Rule& rule : Rules()) {
    bool hangs = false;
    for (const Case& one : rule.cases) {
      for (const Removal& removal : Removals(one)) {
        hangs = hangs ||
                (one.expect == Verdict::kPass && Without(rule, one, removal) == Verdict::kUnknown);
      }
    }
    EXPECT_TRUE(hangs) << rule.info.id;
  }
}

TEST(CatalogEvidenceTest, EveryRuleSaysWhatToDoAndHowToSettleAnUnknown) {
  for (const Rule& rule : Rules()) {
    EXPECT_FALSE(rule.info.fix.empty()) << rule.info.id;
    EXPECT_FALSE(rule.info.collect.empty()) << rule.info.id;
    EXPECT_GE(rule.cases.size(), 4U) << rule.info.id;
  }
}

// The type of a SCEP profile is documented for Graph beta only, and without its assignments a
// profile never decides a route.
TEST(CatalogEvidenceTest, ProfilesAreAskedForWhereGraphHasThemAndWithTheirAssignments) {
  int asking = 0;
  for (const Rule& rule : Rules()) {
    const std::string& collect = rule.info.collect;
    if (collect.find("deviceManagement/deviceConfigurations") == std::string::npos) {
      continue;
    }
    ++asking;
    EXPECT_NE(collect.find("'https://graph.microsoft.com/beta/deviceManagement/"
                           "deviceConfigurations?$expand=assignments'"),
              std::string::npos)
        << rule.info.id << ": " << collect;
  }
  EXPECT_GE(asking, 1);
}

}  // namespace

}  // namespace whfb::rules
