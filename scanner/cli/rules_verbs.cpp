#include "scanner/cli/rules_verbs.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include <spdlog/fmt/fmt.h>

#include "report/rule_set_text.h"
#include "report/safe_text.h"
#include "report/text_wrap.h"
#include "rules/case_runner.h"
#include "rules/coverage_map.h"
#include "rules/lint.h"
#include "rules/parameter.h"
#include "rules/requirements.h"
#include "scanner/cli/complaint.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/labelled_text.h"
#include "scanner/cli/output_file.h"

namespace whfb::cli {

namespace {

using report::Printable;

bool Wanted(const rules::Rule& rule, const RuleIds& ids) {
  return ids.empty() || std::ranges::find(ids, rule.info.id) != ids.end();
}

constexpr std::size_t kWidth = 100;
constexpr std::size_t kRuleSetIndent = 10;  // behind "parameter "

void PrintRule(const RuleInfo& info) {
  fmt::print("{:<42} {:<20} {:<8} {}\n", info.id, ToString(info.subject), ToString(info.severity),
             Printable(info.title));
}

// "warning-window=30d (time-offset, default 0d)"
void PrintParameters(const rules::Rule& rule) {
  std::string_view label = "set";
  for (const rules::Parameter& one : rule.parameters) {
    PrintText(std::exchange(label, ""), fmt::format("{}={} ({}, default {})", one.name, one.value,
                                                    ToString(one.type), one.fallback));
  }
}

// "  missing  a, b"
std::string IdsText(std::string_view label, const std::vector<std::string>& ids) {
  return ids.empty() ? std::string()
                     : report::Wrapped(label, fmt::format("{}", fmt::join(ids, ", ")), 2, kWidth);
}

std::string CountText(const rules::RequirementCount& count) {
  std::string text = fmt::format(
      "{} of {} documented requirements accounted for: {} decided by a rule, {} verified by hand "
      "(a "
      "note says how), {} not machine-checkable\n",
      count.accounted(), count.all, count.by_rule, count.by_hand, count.no_rule);
  text += IdsText("without a rule or a reason:", count.missing);
  text += IdsText("decidable offline, and no rule decides:", count.too_weak);
  return text;
}

}  // namespace

int ListRules(const rules::RuleCatalog& catalog) {
  if (catalog.rule_set.order.empty()) {
    for (const rules::Rule& rule : catalog.rules) {
      PrintRule(rule.info);
    }
  }
  for (const std::vector<std::string>& step : catalog.rule_set.order) {
    for (const std::string& id : step) {
      PrintRule(catalog.Find(id)->info);  // the order names rules of the catalogue only
    }
  }
  fmt::print("\n{} rules, catalogue sha256:{}\n", catalog.rules.size(), catalog.sha256);
  for (const std::string& caveat : report::ReadinessCaveats(catalog.rule_set)) {
    fmt::print("{}", report::Wrapped("", caveat, 0, kWidth));
  }
  for (const report::RuleSetLine& line : report::RuleSetLines(catalog.rule_set)) {
    fmt::print("{}", report::Wrapped(line.label, line.text, kRuleSetIndent, kWidth));
  }
  return kExitOk;
}

int ShowRules(const rules::RuleCatalog& catalog, const FactCatalog& facts, const RuleIds& ids) {
  for (const std::string& id : ids) {
    const rules::Rule* const rule = catalog.Find(id);  // every id is known by now
    const RuleInfo& info = rule->info;
    fmt::print("{} (revision {}, {}, {}, {})\n\n  {}\n\n", info.id, info.revision,
               ToString(info.subject), ToString(info.severity), ToString(info.decidable),
               Printable(info.title));
    PrintText("why", info.why);
    PrintLines("source", info.source);
    PrintParameters(*rule);
    PrintCondition("applies", rule->applies, facts);
    PrintCondition("require", rule->require, facts);
    PrintCondition("affects", rule->affects, facts);
    if (rule->until) {
      PrintText("until", facts.Fact(rule->until->kind, rule->until->slot).id);
    }
    PrintText("fix", info.fix);
    PrintLines("collect", info.collect);
    fmt::print("cases    {}\n\n", rule->cases.size());
  }
  return kExitOk;
}

int TestRules(const rules::RuleCatalog& catalog, const FactCatalog& facts, const RuleIds& ids) {
  std::size_t cases = 0;
  std::size_t broken = 0;
  for (const rules::Rule& rule : catalog.rules) {
    if (!Wanted(rule, ids)) {
      continue;
    }
    for (const rules::Case& one : rule.cases) {
      const rules::CaseResult result = rules::RunCase(rule, one, facts);
      ++cases;
      broken += result.held ? 0 : 1;
      if (!result.held) {
        fmt::print("{}\n", Printable(result.difference));
      }
    }
  }
  fmt::print("{} cases, {} broken\n", cases, broken);
  return broken == 0 ? kExitOk : kExitFailed;
}

int LintRules(rules::RuleCatalog& catalog, const FactCatalog& facts, const RuleIds& ids) {
  std::size_t rules = 0;
  std::size_t found = 0;
  for (rules::Rule& rule : catalog.rules) {
    if (!Wanted(rule, ids)) {
      continue;
    }
    ++rules;
    for (const std::string& lack : rules::Lint(rule, facts)) {
      ++found;
      fmt::print("{}: {}\n", rule.info.id, Printable(lack));
    }
  }
  fmt::print("{} rule{}: {} thing{} lacking\n", rules, rules == 1 ? "" : "s", found,
             found == 1 ? "" : "s");
  return found == 0 ? kExitOk : kExitFailed;
}

int CoverRules(const rules::RuleCatalog& catalog, const std::vector<OutputTarget>& targets) {
  const Result<std::vector<rules::RequirementPart>> parts = rules::EmbeddedRequirements();
  if (!parts) {
    return ComplainInput(parts.error());
  }
  const rules::RequirementCount count = rules::CountRequirements(*parts, catalog);
  const auto write = [&](const OutputTarget& target, report::TextSink& sink) -> Status {
    sink.Write(target.format == "text"
                   ? CountText(count)
                   : rules::CoverageDocument(*parts, catalog, rules::EmbeddedEvidenceKinds()));
    return Ok{};
  };
  if (const int code = WriteOutputs(targets, write, ComplainOutput); code != kExitOk) {
    return code;
  }
  return count.missing.empty() && count.too_weak.empty() ? kExitOk : kExitFailed;
}

}  // namespace whfb::cli
