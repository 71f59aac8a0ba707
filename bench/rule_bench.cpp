// Rule evaluations per second and core, with the deciding leaves collected. Only rules whose
// <applies> held are counted: refusing to apply is cheap and would flatter the figure. And how long
// the whole catalogue takes to load.
//
// The subject is made from the passing cases of the catalogue, so that most rules go all the way.

#include <benchmark/benchmark.h>
#include <cstddef>
#include <deque>
#include <vector>

#include "collectors/collector.h"
#include "rules/case_runner.h"
#include "rules/catalog.h"

namespace whfb::rules {

namespace {

struct Fixture {
  FactCatalog facts = collectors::MakeCatalog();
  RuleCatalog catalog{};
  std::vector<const Rule*> counted{};  // rules whose <applies> holds for the subject
  Case everything{};

  Fixture() {
    Result<RuleCatalog> loaded = LoadEmbeddedCatalog(facts);
    if (!loaded) {
      return;
    }
    catalog = std::move(*loaded);
    for (const Rule& rule : catalog.rules) {
      AddPassingCase(rule);
    }
    const CaseFacts subject(everything, facts);
    for (const Rule& rule : catalog.rules) {
      const Verdict verdict = Evaluate(rule, subject.context()).verdict;
      if (verdict == Verdict::kPass || verdict == Verdict::kFail) {
        counted.push_back(&rule);
      }
    }
  }

  // The first rule to name a fact or table wins.
  void AddPassingCase(const Rule& rule) {
    for (const Case& one : rule.cases) {
      if (one.expect != Verdict::kPass) {
        continue;
      }
      everything.as_of = one.as_of;
      everything.collected = one.collected;
      for (const CaseFact& fact : one.facts) {
        AddFact(fact);
      }
      for (const CaseTable& table : one.tables) {
        AddTable(table);
      }
      return;
    }
  }

  void AddFact(const CaseFact& fact) {
    for (const CaseFact& known : everything.facts) {
      if (known.kind == fact.kind && known.slot == fact.slot) {
        return;
      }
    }
    everything.facts.push_back(fact);
  }

  void AddTable(const CaseTable& table) {
    for (const CaseTable& known : everything.tables) {
      if (known.table.kind == table.table.kind && known.table.slot == table.table.slot) {
        return;
      }
    }
    everything.tables.push_back(table);
  }
};

const Fixture& Shared() {
  static const Fixture fixture;
  return fixture;
}

// state.range(0) subjects in turn: one is hot in the cache, many are not.
void EvaluateCatalog(benchmark::State& state) {
  const Fixture& fixture = Shared();
  std::deque<CaseFacts> subjects;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    subjects.emplace_back(fixture.everything, fixture.facts);
  }
  std::size_t next = 0;
  std::size_t leaves = 0;
  for (auto _ : state) {
    const EvaluationContext& context = subjects[next].context();
    next = next + 1 == subjects.size() ? 0 : next + 1;
    for (const Rule* const rule : fixture.counted) {
      const Outcome outcome = Evaluate(*rule, context);
      leaves += outcome.leaves.size();
      benchmark::DoNotOptimize(leaves);
    }
  }
  const auto evaluations = static_cast<std::int64_t>(state.iterations()) *
                           static_cast<std::int64_t>(fixture.counted.size());
  state.SetItemsProcessed(evaluations);
  state.counters["rules"] = static_cast<double>(fixture.counted.size());
  state.counters["leaves/rule"] =
      evaluations == 0 ? 0 : static_cast<double>(leaves) / static_cast<double>(evaluations);
}

BENCHMARK(EvaluateCatalog)->Arg(1)->Arg(256);

// Every start of the program pays this: each rule parsed, checked and compiled, with its cases.
void LoadAndCheckCatalog(benchmark::State& state) {
  const FactCatalog facts = collectors::MakeCatalog();
  std::size_t rules = 0;
  for (auto _ : state) {
    const Result<RuleCatalog> catalog = LoadEmbeddedCatalog(facts);
    rules = catalog ? catalog->rules.size() : 0;
  }
  state.counters["rules"] = static_cast<double>(rules);
}

BENCHMARK(LoadAndCheckCatalog)->Unit(benchmark::kMillisecond);

}  // namespace

}  // namespace whfb::rules

BENCHMARK_MAIN();
