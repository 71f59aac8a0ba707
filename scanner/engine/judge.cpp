#include "scanner/engine/judge.h"

#include <string_view>

namespace whfb::engine {

namespace {

constexpr std::string_view kAgeUnknown = "The age of this evidence is not known.";

bool BelongsToDevice(SubjectKind kind) {
  return kind == SubjectKind::kDevice || kind == SubjectKind::kUser;
}

const EvidenceItem* ItemOf(const EvidenceSpaces& spaces,
                           SubjectKind kind,
                           const Provenance& source) {
  const FactSpace* const space = BelongsToDevice(kind) ? spaces.device : spaces.environment;
  if (space == nullptr || source.evidence == 0 || source.evidence > space->evidence.size()) {
    return nullptr;
  }
  return &space->evidence[source.evidence - 1];
}

// What can be said of the evidence behind a finding that nobody dated.
struct Undated {
  bool settings = false;
  bool certificates = false;  // files: what they say lasts, that they are in use need not

  void Add(const EvidenceItem* item) {
    if (item == nullptr || item->collected.earliest != 0 || item->kind == "intent") {
      return;
    }
    const bool file = item->kind == "x509" || item->kind == "pem" || item->kind == "pkcs7";
    (file ? certificates : settings) = true;
  }
};

std::optional<EvidenceRef> Resolve(const EvidenceSpaces& spaces,
                                   SubjectKind kind,
                                   const Provenance& source) {
  const EvidenceItem* const item = ItemOf(spaces, kind, source);
  if (item == nullptr) {
    return std::nullopt;
  }
  EvidenceRef ref{.bundle = item->bundle, .file = item->file, .key = std::string(source.key)};
  if (source.place != 0 && item->places != PlaceKind::kOffset) {
    (item->places == PlaceKind::kRecord ? ref.record : ref.line) = source.place;
  }
  return ref;
}

// Evidence that nobody dated counts as that of now, which is what a folder of exports is. A verdict
// that rests on it says so.
void TellAge(const Undated& undated, Finding& finding) {
  const bool failed = finding.verdict == Verdict::kFail;
  const bool decided = failed || finding.verdict == Verdict::kPass;
  if (decided && (undated.settings || (failed && undated.certificates))) {
    finding.reason += finding.reason.empty() ? "" : " ";
    finding.reason += kAgeUnknown;
  }
}

constexpr std::string_view kIsHost = "device.is_remote_host";

bool AppliesToHosts(const rules::Rule& rule, const FactCatalog& facts) {
  const auto* const host = facts.FindFact(kIsHost);
  return host != nullptr && std::ranges::any_of(rule.applies, [&](const rules::Condition& node) {
           return node.kind == rules::ConditionKind::kCompare && !node.left.column &&
                  node.left.kind == host->kind && node.left.slot == host->slot;
         });
}

// What is asked of clients is not asked of a device that people only connect to.
Finding NotAsked(const rules::Rule& rule, const std::string& subject) {
  return {.rule = rule.info.id,
          .subject = subject,
          .severity = rule.info.severity,
          .verdict = Verdict::kNotApplicable,
          .reason =
              "The device is declared as a Remote Desktop host and nothing else: nobody who counts "
              "signs in from it, and no intent file expects it as a client."};
}

int Badness(const rules::JudgedFinding& finding) {
  if (finding.verdict == Verdict::kFail) {
    return finding.severity == Severity::kCritical ? 2 : 0;
  }
  return finding.verdict == Verdict::kUnknown ? 1 : 0;
}

char Concern(const rules::Rule& rule, const rules::EvaluationContext& context) {
  const Truth affects = rules::Affects(rule, context);
  if (affects == Truth::kFalse) {
    return kNotConcerned;
  }
  const bool certain = affects == Truth::kTrue && rules::Until(rule, context) == Truth::kFalse;
  return certain ? kConcerned : kPerhapsConcerned;
}

}  // namespace

RuleBook::RuleBook(const rules::RuleCatalog& catalog, const FactCatalog& facts)
    : catalog_(&catalog), facts_(&facts) {
  for (const rules::Rule& rule : catalog.rules) {
    by_kind_.at(static_cast<std::size_t>(rule.info.subject)).push_back(&rule);
    if (!BelongsToDevice(rule.info.subject)) {
      shared_.push_back(&rule);
    }
    if (AppliesToHosts(rule, facts)) {
      of_hosts_.insert(&rule);
    }
  }
  for (std::size_t kind = 0; kind < kSubjectKinds; ++kind) {
    bool& whole = BelongsToDevice(static_cast<SubjectKind>(kind)) ? whole_ : shared_whole_;
    whole = whole && !catalog.left_out.at(kind);
  }
}

rules::JudgedFinding Worse(const rules::JudgedFinding& a, const rules::JudgedFinding& b) {
  return Badness(b) > Badness(a) ? b : a;
}

rules::JudgedFinding JudgeSubject(const JudgeRequest& request, std::vector<Finding>& findings) {
  Undated undated;
  const rules::ResolveEvidence resolve = [&](SubjectKind kind, const Provenance& source) {
    undated.Add(ItemOf(request.spaces, kind, source));
    return Resolve(request.spaces, kind, source);
  };
  // What a profile does not ask is not known.
  rules::JudgedFinding worst{.verdict = request.book.whole() ? Verdict::kPass : Verdict::kUnknown};
  for (const rules::Rule* const rule : request.book.Of(request.kind)) {
    if (request.only_host && !request.book.AsksOfHosts(*rule)) {
      findings.push_back(NotAsked(*rule, request.subject_id));
      continue;
    }
    const rules::Outcome outcome = rules::Evaluate(*rule, request.context);
    undated = {};
    findings.push_back(rules::Explain(*rule, outcome, request.context, request.book.facts(),
                                      request.subject_id, resolve));
    TellAge(undated, findings.back());
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
    affected += Concern(*item.rule, context);
    context.path.at(kind) = before;
  }
  return affected;
}

}  // namespace whfb::engine
