// What every rule of the catalogue owes to the evidence: taking any piece of a case away, or any
// two, never turns a decided verdict into another decided one, no evidence decides nothing, and
// each rule has a passing case that hangs on its evidence.

#include <algorithm>
#include <array>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/collector.h"
#include "rules/case_runner.h"
#include "rules/catalog.h"
#include "rules/evaluator.h"

namespace whfb::rules {

namespace {

// Every reason that evidence can be missing for; none of them may matter to what is decided.
constexpr std::array kReasons = {
    WhyUnknown::kNotCollected, WhyUnknown::kDenied,    WhyUnknown::kMalformed,
    WhyUnknown::kTruncated,    WhyUnknown::kTooLarge,  WhyUnknown::kWrongContext,
    WhyUnknown::kConflicting,  WhyUnknown::kAmbiguous, WhyUnknown::kStale,
    WhyUnknown::kNeedsLive,    WhyUnknown::kInternal,
};

// One piece of the evidence of a case, and how to take it away.
struct Removal {
  std::string what{};
  std::function<void(CaseFacts&)> take{};
};

const FactCatalog& Facts() {
  static const FactCatalog kFacts = collectors::MakeCatalog();
  return kFacts;
}

std::vector<Rule> Rules() {
  Result<RuleCatalog> catalog = LoadEmbeddedCatalog(Facts());
  EXPECT_TRUE(catalog) << catalog.error().ToString();
  return catalog ? std::move(catalog->rules) : std::vector<Rule>{};
}

Table& TableIn(CaseFacts& facts, const TableRef& table) {
  return facts.Of(table.kind).TableAt(table.slot);
}

// The table as it is without one of its rows, which may then be missing from it.
void DropRow(Table& table, std::size_t dropped) {
  Table rest(table.spec());
  for (std::size_t row = 0; row < table.size(); ++row) {
    if (row != dropped) {
      rest.Add(table.Row(row));
    }
  }
  const bool complete = table.coverage() == Coverage::kComplete;
  rest.OverrideCoverage(complete ? Coverage::kPartial : table.coverage(),
                        complete ? WhyUnknown::kTruncated : table.why());
  table = std::move(rest);
}

void AddFactRemovals(const Case& one, std::vector<Removal>& removals) {
  for (const CaseFact& fact : one.facts) {
    const std::string id(Facts().Fact(fact.kind, fact.slot).id);
    for (const WhyUnknown why : kReasons) {
      removals.push_back({id + " " + std::string(ToString(why)), [&fact, why](CaseFacts& facts) {
                            facts.Of(fact.kind).FactAt(fact.slot) = Cell::Unknown(why);
                          }});
    }
  }
}

void AddCoverageRemovals(const CaseTable& described, std::vector<Removal>& removals) {
  const TableRef at = described.table;
  const std::string id(Facts().Table(at.kind, at.slot).id);
  for (const Coverage less : {Coverage::kPartial, Coverage::kNone}) {
    for (const WhyUnknown why : kReasons) {
      if (less < described.coverage) {
        removals.push_back({id + " " + std::string(ToString(less)), [at, less, why](CaseFacts& f) {
                              TableIn(f, at).OverrideCoverage(less, why);
                            }});
      }
    }
  }
  removals.push_back({id + " nothing at all", [at](CaseFacts& facts) {
                        Table& table = TableIn(facts, at);
                        table = Table(table.spec());
                      }});
}

void AddRowRemovals(const CaseTable& described, std::vector<Removal>& removals) {
  const TableRef at = described.table;
  const TableSpec& spec = Facts().Table(at.kind, at.slot);
  for (std::size_t row = 0; row < described.rows.size(); ++row) {
    const std::string place = std::string(spec.id) + "[" + std::to_string(row) + "]";
    removals.push_back({place, [at, row](CaseFacts& facts) {
                          if (row < TableIn(facts, at).size()) {
                            DropRow(TableIn(facts, at), row);
                          }
                        }});
    for (std::size_t cell = 0; cell < described.rows[row].size(); ++cell) {
      removals.push_back(
          {place + "." + std::string(spec.columns[cell].name), [at, row, cell](CaseFacts& facts) {
             if (row < TableIn(facts, at).size()) {
               TableIn(facts, at).Row(row)[cell] = Cell::Unknown(WhyUnknown::kNotCollected);
             }
           }});
    }
  }
}

// Every fact, row, cell and coverage that the case names, of whichever subject: those of parents
// are named in a case as those of the judged subject are.
std::vector<Removal> Removals(const Case& one) {
  std::vector<Removal> removals;
  AddFactRemovals(one, removals);
  for (const CaseTable& described : one.tables) {
    AddCoverageRemovals(described, removals);
    AddRowRemovals(described, removals);
  }
  return removals;
}

// The verdict, and whom it concerns.
struct Judged {
  Verdict verdict = Verdict::kUnknown;
  Truth affects = Truth::kUnknown;
};

Judged Judge(const Rule& rule, const CaseFacts& facts) {
  return {Evaluate(rule, facts.context()).verdict, Affects(rule, facts.context())};
}

// Knowledge is monotone: what was decided may only become unknown.
void ExpectNoOther(const Rule& rule,
                   const Case& one,
                   const Judged& whole,
                   const Judged& less,
                   const std::string& what) {
  EXPECT_TRUE(less.verdict == whole.verdict || less.verdict == Verdict::kUnknown)
      << rule.info.id << " line " << one.line << " without " << what << ": "
      << ToString(less.verdict);
  EXPECT_TRUE(less.affects == whole.affects || less.affects == Truth::kUnknown)
      << rule.info.id << " line " << one.line << " without " << what << ": affects";
}

Judged Without(const Rule& rule, const Case& one, std::initializer_list<const Removal*> removals) {
  CaseFacts facts(one, Facts());
  for (const Removal* const removal : removals) {
    removal->take(facts);
  }
  return Judge(rule, facts);
}

// Subjects above the one that the rule judges.
bool NamesAParent(const Rule& rule, const Case& one) {
  const auto other = [&](SubjectKind kind) { return kind != rule.info.subject; };
  return std::ranges::any_of(one.facts, other, &CaseFact::kind) ||
         std::ranges::any_of(one.tables, [&](const CaseTable& t) { return other(t.table.kind); });
}

TEST(CatalogEvidenceTest, RemovingEvidenceNeverGivesAnotherDecidedVerdict) {
  std::size_t cases = 0;
  std::size_t with_parents = 0;
  std::size_t tried = 0;
  std::size_t undecided = 0;
  for (const Rule& rule : Rules()) {
    for (const Case& one : rule.cases) {
      const Judged whole = Judge(rule, CaseFacts(one, Facts()));
      ++cases;
      with_parents += NamesAParent(rule, one) ? std::size_t{1} : 0;
      for (const Removal& removal : Removals(one)) {
        const Judged less = Without(rule, one, {&removal});
        ExpectNoOther(rule, one, whole, less, removal.what);
        ++tried;
        undecided += less.verdict != whole.verdict ? std::size_t{1} : 0;
      }
    }
  }
  std::cout << tried << " removals from " << cases << " cases (" << with_parents
            << " with facts of parents); " << undecided << " made the verdict unknown\n";
  EXPECT_GT(cases, 250U);
  EXPECT_GT(with_parents, 20U);
  EXPECT_GT(tried, 5'000U);
  EXPECT_GT(undecided, 1'000U);
}

TEST(CatalogEvidenceTest, RemovingTwoPiecesNeverGivesAnotherDecidedVerdict) {
  std::size_t tried = 0;
  for (const Rule& rule : Rules()) {
    for (const Case& one : rule.cases) {
      const Judged whole = Judge(rule, CaseFacts(one, Facts()));
      std::vector<Removal> removals = Removals(one);
      // One reason is enough for pairs.
      std::erase_if(removals, [](const Removal& removal) {
        return std::ranges::any_of(kReasons, [&](WhyUnknown why) {
          return why != WhyUnknown::kNotCollected &&
                 removal.what.ends_with(" " + std::string(ToString(why)));
        });
      });
      for (std::size_t a = 0; a < removals.size(); ++a) {
        for (std::size_t b = a + 1; b < removals.size(); ++b) {
          const Judged less = Without(rule, one, {&removals[a], &removals[b]});
          ExpectNoOther(rule, one, whole, less, removals[a].what + " and " + removals[b].what);
          ++tried;
        }
      }
    }
  }
  std::cout << tried << " pairs of removals\n";
  EXPECT_GT(tried, 10'000U);
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
        hangs = hangs || (one.expect == Verdict::kPass &&
                          Without(rule, one, {&removal}).verdict == Verdict::kUnknown);
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
