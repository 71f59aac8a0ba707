#include "scanner/engine/environment_scan.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <spdlog/fmt/fmt.h>

#include "scanner/engine/subject_id.h"

namespace whfb::engine {

namespace {

// Commands for a sentence: each with where to run it behind it.
std::string InOneLine(std::string_view collect) {
  std::string text;
  std::string_view where;
  while (!collect.empty()) {
    const std::size_t end = std::min(collect.find('\n'), collect.size());
    const std::string_view line = collect.substr(0, end);
    collect.remove_prefix(std::min(end + 1, collect.size()));
    if (line.starts_with("# ")) {
      where = line.substr(2);
      continue;
    }
    text.append(text.empty() ? "" : "; ").append(line);
    if (!where.empty()) {
      text.append(" (").append(where).append(")");
    }
    where = {};
  }
  return text;
}

constexpr SubjectKind kSharedKinds[] = {  // NOLINT(modernize-avoid-c-arrays): iterated only
    SubjectKind::kDomainController, SubjectKind::kCertificateTemplate,
    SubjectKind::kCertificateProfile, SubjectKind::kRemoteHost};

class EnvironmentJudge {
 public:
  EnvironmentJudge(const RuleBook& book,
                   const AffectedCounts& affected,
                   Ticks now,
                   EnvironmentScan& scan)
      : book_(book), affected_(affected), scan_(scan) {
    path_.now = now;
    spaces_.environment = &scan.facts;
  }

  SharedVerdicts Run() {
    const Subject& environment = scan_.facts.Environment();
    path_.Put(environment.facts);
    AddSubject(environment, scan_.id, "");
    for (const SubjectKind kind : kSharedKinds) {
      JudgeKind(kind);
    }
    SharedVerdicts shared = Shared(environment.facts);
    scan_.result.subjects.front().readiness = Own(shared);
    return shared;
  }

 private:
  void AddSubject(const Subject& subject, const std::string& id, const std::string& parent) {
    SubjectRecord record = MakeSubjectRecord(subject, id, parent);
    const std::size_t first = scan_.result.findings.size();
    const rules::JudgedFinding own = JudgeSubject({.book = book_,
                                                   .context = path_,
                                                   .spaces = spaces_,
                                                   .kind = subject.kind,
                                                   .subject_id = id},
                                                  scan_.result.findings);
    findings_of_[&subject] = {first, scan_.result.findings.size()};
    record.readiness = rules::Judge(std::span(&own, 1), true);
    scan_.result.subjects.push_back(std::move(record));
  }

  void JudgeKind(SubjectKind kind) {
    bool any = false;
    for (const Subject& subject : scan_.facts.subjects()) {
      if (subject.kind != kind) {
        continue;
      }
      any = true;
      const std::string id = SubjectId(kind, subject.name);
      if (OnlyDeclared(subject)) {
        scan_.result.subjects.push_back(MakeSubjectRecord(subject, id, scan_.id));
        const std::size_t first = scan_.result.findings.size();
        AddMissing(kind, id, fmt::format("{} {}", KindText(kind), subject.name));
        findings_of_[&subject] = {first, scan_.result.findings.size()};
        continue;
      }
      path_.Put(subject.facts);
      AddSubject(subject, id, scan_.id);
      path_.path[static_cast<std::size_t>(kind)] = nullptr;
    }
    if (!any) {
      AddMissing(kind, scan_.id, "any " + KindText(kind));
    }
  }

  // The intent file names it, and that is all there is.
  [[nodiscard]] bool OnlyDeclared(const Subject& subject) const {
    const auto declared = [this](const Provenance& source) {
      const auto& evidence = scan_.facts.evidence;
      return source.evidence == 0 || evidence.at(source.evidence - 1).kind == "intent";
    };
    bool named = false;
    for (std::uint32_t slot = 0; slot < subject.facts.fact_count(); ++slot) {
      const Cell& cell = subject.facts.FactAt(slot);
      if (!declared(cell.source)) {
        return false;
      }
      named = named || (!cell.unknown() && cell.source.evidence != 0);
    }
    for (std::uint32_t slot = 0; slot < subject.facts.table_count(); ++slot) {
      const Table& table = subject.facts.TableAt(slot);
      if (table.size() != 0 || table.coverage() != Coverage::kNone) {
        return false;
      }
    }
    return named;
  }

  // Nobody could be concerned only if there was somebody to ask.
  [[nodiscard]] bool ConcernsNobody(std::size_t item) const {
    return !affected_.empty() && std::ranges::all_of(affected_, [&](const auto& entry) {
      return entry.first.at(item) == kNotConcerned;
    });
  }

  [[nodiscard]] bool ConcernsNobody(const rules::Rule& rule) const {
    const auto found = std::ranges::find(scan_.shared, &rule, &SharedItem::rule);
    return found != scan_.shared.end() &&
           ConcernsNobody(static_cast<std::size_t>(found - scan_.shared.begin()));
  }

  void AddMissing(SubjectKind kind, const std::string& id, const std::string& what) {
    for (const rules::Rule* const rule : book_.Of(kind)) {
      const bool nobody = ConcernsNobody(*rule);
      Finding finding{.rule = rule->info.id,
                      .subject = id,
                      .severity = rule->info.severity,
                      .verdict = nobody ? Verdict::kNotApplicable : Verdict::kUnknown};
      if (nobody) {
        finding.reason = "It concerns no device and no user of this run.";
      } else {
        finding.reason = fmt::format("There is no evidence of {}. Collect it with: {}", what,
                                     InOneLine(rule->info.collect));
        finding.reason_code = WhyUnknown::kNotCollected;
        finding.missing.emplace_back(FactPrefix(kind));
      }
      scan_.result.findings.push_back(std::move(finding));
    }
  }

  static std::string KindText(SubjectKind kind) {
    std::string text(ToString(kind));
    std::ranges::replace(text, '_', ' ');
    return text;
  }

  [[nodiscard]] SharedVerdicts Shared(const SubjectFacts& environment) const {
    const Cell& list = environment.Get("environment.dc_list_complete");
    const Truth complete = !list.present()          ? Truth::kUnknown
                           : list.value.number != 0 ? Truth::kTrue
                                                    : Truth::kFalse;
    SharedVerdicts shared;
    for (const SharedItem& item : scan_.shared) {
      shared.push_back(item.instance == nullptr ? JoinAll(*item.rule, complete)
                                                : OfInstance(*item.rule, *item.instance));
    }
    return shared;
  }

  [[nodiscard]] rules::JudgedFinding OfInstance(const rules::Rule& rule,
                                                const Subject& instance) const {
    if (!rules::CountsForReadiness(rule.info)) {
      return {.verdict = Verdict::kPass};
    }
    const auto& [first, last] = findings_of_.at(&instance);
    for (std::size_t i = first; i < last; ++i) {
      const Finding& finding = scan_.result.findings[i];
      if (finding.rule == rule.info.id) {
        return {.verdict = finding.verdict, .severity = finding.severity};
      }
    }
    return {};
  }

  // All domain controllers together, or the finding that stands for a missing kind.
  [[nodiscard]] rules::JudgedFinding JoinAll(const rules::Rule& rule, Truth complete) const {
    if (!rules::CountsForReadiness(rule.info)) {
      return {.verdict = Verdict::kPass};
    }
    std::vector<Verdict> verdicts;
    for (const Finding& finding : scan_.result.findings) {
      if (finding.rule == rule.info.id) {
        const bool lowered = finding.severity != Severity::kCritical;
        verdicts.push_back(finding.verdict == Verdict::kFail && lowered ? Verdict::kPass
                                                                        : finding.verdict);
      }
    }
    if (rule.info.subject == SubjectKind::kDomainController) {
      return {.verdict = rules::JoinControllers(verdicts, complete)};
    }
    return {.verdict = verdicts.size() == 1 ? verdicts.front() : Verdict::kUnknown};
  }

  [[nodiscard]] Readiness Own(const SharedVerdicts& shared) const {
    Affected somebody;
    bool decided = false;
    for (std::size_t i = 0; i < shared.size(); ++i) {
      somebody += ConcernsNobody(i) ? kNotConcerned : kConcerned;
      const bool told = shared[i].verdict == Verdict::kPass || shared[i].verdict == Verdict::kFail;
      const bool counts = rules::CountsForReadiness(scan_.shared[i].rule->info);
      decided = decided || (counts && told && somebody.back() == kConcerned);
    }
    const rules::JudgedFinding own{.verdict = decided && book_.shared_whole() ? Verdict::kPass
                                                                              : Verdict::kUnknown};
    return JoinReadiness(own, somebody, scan_.shared, shared, false);
  }

  const RuleBook& book_;
  const AffectedCounts& affected_;
  EnvironmentScan& scan_;
  EvidenceSpaces spaces_{};
  rules::EvaluationContext path_{};
  // Where the findings of a subject lie in the result: [first, last).
  std::unordered_map<const Subject*, std::pair<std::size_t, std::size_t>> findings_of_;
};

// Several templates or profiles concern one user, and it is not known which of them served him:
// all fail -> fail, all pass or do not apply -> pass, else open.
rules::JudgedFinding JoinInstances(std::span<const rules::JudgedFinding> findings) {
  const auto all = [&](auto fits) { return std::ranges::all_of(findings, fits); };
  const auto fails = [](const rules::JudgedFinding& finding) {
    return finding.verdict == Verdict::kFail && finding.severity == Severity::kCritical;
  };
  std::vector<rules::JudgedFinding> judged;
  std::ranges::copy_if(findings, std::back_inserter(judged), [](const auto& finding) {
    return finding.verdict != Verdict::kNotApplicable;
  });
  if (!judged.empty() && std::ranges::all_of(judged, fails)) {
    const bool surely = std::ranges::any_of(
        judged, [](const auto& finding) { return finding.affects == Truth::kTrue; });
    return {.verdict = Verdict::kFail, .affects = surely ? Truth::kTrue : Truth::kUnknown};
  }
  const bool fine = all(
      [&](const auto& finding) { return finding.verdict != Verdict::kUnknown && !fails(finding); });
  return {.verdict = fine ? Verdict::kPass : Verdict::kUnknown};
}

}  // namespace

EnvironmentScan CollectEnvironmentEvidence(const EnvironmentScanRequest& request) {
  EnvironmentScan scan{.facts = FactSpace(request.book.facts())};
  EvidenceWalker walker(request.limits);
  std::vector<BundleFacts> bundles = CollectEnvironment({.inputs = request.inputs,
                                                         .declared = request.declared,
                                                         .now = request.now,
                                                         .max_age = request.max_age,
                                                         .detailed = request.detailed},
                                                        walker, scan.facts);
  for (BundleFacts& bundle : bundles) {
    scan.result.bundles.push_back(std::move(bundle.bundle));
    std::ranges::move(bundle.coverage, std::back_inserter(scan.result.coverage));
  }
  Subject& environment = scan.facts.Environment();
  Derive(collectors::Scope::kEnvironment,
         {.moment = {.now = request.now}, .declared = request.declared}, scan.facts);
  environment.name = EnvironmentName(environment);
  environment.AddAlias(AliasKind::kName, environment.name);
  scan.id = SubjectId(SubjectKind::kEnvironment, environment.name);
  scan.shared = SharedItems(request.book, scan.facts);
  return scan;
}

SharedVerdicts JudgeEnvironment(const RuleBook& book,
                                const AffectedCounts& affected,
                                Ticks now,
                                EnvironmentScan& scan) {
  return EnvironmentJudge(book, affected, now, scan).Run();
}

Readiness JoinReadiness(const rules::JudgedFinding& own,
                        const Affected& affected,
                        const std::vector<SharedItem>& items,
                        const SharedVerdicts& shared,
                        bool placeholder) {
  std::vector<rules::JudgedFinding> findings{own};
  std::vector<rules::JudgedFinding> of_rule;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (affected.at(i) != kNotConcerned) {
      rules::JudgedFinding one = shared[i];
      one.affects = affected.at(i) == kConcerned ? Truth::kTrue : Truth::kUnknown;
      of_rule.push_back(one);
    }
    const bool last = i + 1 == items.size() || items[i + 1].rule != items[i].rule;
    if (last && !of_rule.empty()) {
      findings.push_back(of_rule.size() == 1 ? of_rule.front() : JoinInstances(of_rule));
      of_rule.clear();
    }
  }
  return placeholder ? rules::JudgePlaceholder(findings) : rules::Judge(findings, true);
}

}  // namespace whfb::engine
