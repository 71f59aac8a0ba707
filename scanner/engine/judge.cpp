#include "scanner/engine/judge.h"

namespace whfb::engine {

namespace {

bool BelongsToDevice(SubjectKind kind) {
  return kind == SubjectKind::kDevice || kind == SubjectKind::kUser;
}

// Events are cited by record, hives by their key alone, everything else by line.
std::optional<EvidenceRef> Resolve(const EvidenceSpaces& spaces,
                                   SubjectKind kind,
                                   const Provenance& source) {
  const FactSpace* const space = BelongsToDevice(kind) ? spaces.device : spaces.environment;
  if (space == nullptr || source.evidence == 0 || source.evidence > space->evidence.size()) {
    return std::nullopt;
  }
  const EvidenceItem& item = space->evidence[source.evidence - 1];
  EvidenceRef ref{.bundle = item.bundle, .file = item.file, .key = std::string(source.key)};
  if (source.place != 0 && item.kind != "hive") {
    (item.kind == "evtx" ? ref.record : ref.line) = source.place;
  }
  return ref;
}

int Badness(const rules::JudgedFinding& finding) {
  if (finding.verdict == Verdict::kFail) {
    return finding.severity == Severity::kCritical ? 2 : 0;
  }
  return finding.verdict == Verdict::kUnknown ? 1 : 0;
}

}  // namespace

RuleBook::RuleBook(const rules::RuleCatalog& catalog, const FactCatalog& facts)
    : catalog_(&catalog), facts_(&facts) {
  for (const rules::Rule& rule : catalog.rules) {
    by_kind_.at(static_cast<std::size_t>(rule.info.subject)).push_back(&rule);
    if (!BelongsToDevice(rule.info.subject)) {
      shared_.push_back(&rule);
    }
  }
}

rules::JudgedFinding Worse(const rules::JudgedFinding& a, const rules::JudgedFinding& b) {
  return Badness(b) > Badness(a) ? b : a;
}

rules::JudgedFinding JudgeSubject(const JudgeRequest& request, std::vector<Finding>& findings) {
  const rules::ResolveEvidence resolve = [&](SubjectKind kind, const Provenance& source) {
    return Resolve(request.spaces, kind, source);
  };
  rules::JudgedFinding worst{.verdict = Verdict::kPass};
  for (const rules::Rule* const rule : request.book.Of(request.kind)) {
    const rules::Outcome outcome = rules::Evaluate(*rule, request.context);
    findings.push_back(rules::Explain(*rule, outcome, request.context, request.book.facts(),
                                      request.subject_id, resolve));
    if (rules::CountsForReadiness(rule->info)) {
      worst = Worse(worst, {.verdict = outcome.verdict, .severity = outcome.severity});
    }
  }
  return worst;
}

std::vector<SharedItem> SharedItems(const RuleBook& book, const FactSpace& environment) {
  std::vector<SharedItem> items;
  for (const rules::Rule* const rule : book.shared()) {
    const SubjectKind kind = rule->info.subject;
    const std::size_t before = items.size();
    const bool together = kind == SubjectKind::kDomainController;
    for (const Subject& subject : environment.subjects()) {
      if (subject.kind == kind && !together) {
        items.push_back({.rule = rule, .instance = &subject});
      }
    }
    if (items.size() == before) {
      items.push_back({.rule = rule});
    }
  }
  return items;
}

Affected AffectedBy(const std::vector<SharedItem>& items, rules::EvaluationContext context) {
  Affected affected;
  for (const SharedItem& item : items) {
    const auto kind = static_cast<std::size_t>(item.rule->info.subject);
    const SubjectFacts* const before = context.path.at(kind);
    context.path.at(kind) = item.instance == nullptr ? before : &item.instance->facts;
    const Truth truth = rules::Affects(*item.rule, context);
    context.path.at(kind) = before;
    affected += truth == Truth::kTrue ? '1' : truth == Truth::kFalse ? '0' : '?';
  }
  return affected;
}

}  // namespace whfb::engine
