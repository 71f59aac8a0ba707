#include "rules/case_runner.h"

#include <array>

#include <spdlog/fmt/fmt.h>

namespace whfb::rules {

namespace {

constexpr std::array<std::string_view, 3> kTruthNames = {"false", "unknown", "true"};

std::string VerdictText(Verdict verdict, const std::optional<WhyUnknown>& why) {
  return why ? fmt::format("{} ({})", ToString(verdict), ToString(*why))
             : std::string(ToString(verdict));
}

std::string Difference(const Rule& rule, const Case& one, const EvaluationContext& context) {
  const Outcome outcome = Evaluate(rule, context);
  if (outcome.verdict != one.expect || (one.because && outcome.why != one.because)) {
    return fmt::format("expected {}, got {}", VerdictText(one.expect, one.because),
                       VerdictText(outcome.verdict, outcome.why));
  }
  if (one.severity && outcome.severity != *one.severity) {
    return fmt::format("expected severity {}, got {}", ToString(*one.severity),
                       ToString(outcome.severity));
  }
  const Truth affects = Affects(rule, context);
  if (one.affects && affects != *one.affects) {
    return fmt::format("expected affects {}, got {}",
                       kTruthNames.at(static_cast<std::size_t>(*one.affects)),
                       kTruthNames.at(static_cast<std::size_t>(affects)));
  }
  return {};
}

}  // namespace

CaseFacts::CaseFacts(const Case& one, const FactCatalog& catalog) {
  for (std::size_t kind = 0; kind < kSubjectKinds; ++kind) {
    subjects_.emplace_back(catalog, static_cast<SubjectKind>(kind));
    context_.Put(subjects_.back());
  }
  context_.now = one.as_of;
  context_.collected = one.collected;
  for (const CaseFact& fact : one.facts) {
    Of(fact.kind).FactAt(fact.slot) = fact.cell;
  }
  for (const CaseTable& described : one.tables) {
    Table& table = Of(described.table.kind).TableAt(described.table.slot);
    table.OverrideCoverage(described.coverage, described.why);
    for (const std::vector<Cell>& row : described.rows) {
      table.Add(row);
    }
  }
}

CaseResult RunCase(const Rule& rule, const Case& one, const FactCatalog& catalog) {
  const CaseFacts facts(one, catalog);
  const std::string difference = Difference(rule, one, facts.context());
  if (difference.empty()) {
    return {.held = true};
  }
  return {.difference = fmt::format("{} line {}: {}", rule.info.id, one.line, difference)};
}

}  // namespace whfb::rules
