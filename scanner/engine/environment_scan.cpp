#include "scanner/engine/environment_scan.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>

#include <spdlog/fmt/fmt.h>

#include "scanner/engine/staleness.h"
#include "scanner/engine/subject_id.h"

namespace whfb::engine {

namespace {

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
    return Shared(environment.facts);
  }

 private:
  void AddSubject(const Subject& subject, const std::string& id, const std::string& parent) {
    SubjectRecord record = MakeSubjectRecord(subject, id, parent);
    const rules::JudgedFinding own = JudgeSubject({.book = book_,
                                                   .context = path_,
                                                   .spaces = spaces_,
                                                   .kind = subject.kind,
                                                   .subject_id = id},
                                                  scan_.result.findings);
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
        AddMissing(kind, id, fmt::format("{} {}", KindText(kind), subject.name));
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
  [[nodiscard]] bool ConcernsNobody(const rules::Rule& rule) const {
    const auto position = std::ranges::find(book_.shared(), &rule);
    if (position == book_.shared().end() || affected_.empty()) {
      return false;
    }
    const auto index = static_cast<std::size_t>(position - book_.shared().begin());
    return std::ranges::all_of(affected_,
                               [&](const auto& entry) { return entry.first.at(index) == '0'; });
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
                                     rule->info.collect);
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
    std::unordered_map<std::string_view, std::vector<const Finding*>> by_rule;
    for (const Finding& finding : scan_.result.findings) {
      by_rule[finding.rule].push_back(&finding);
    }
    const Cell& list = environment.Get("environment.dc_list_complete");
    const Truth complete = !list.present()          ? Truth::kUnknown
                           : list.value.number != 0 ? Truth::kTrue
                                                    : Truth::kFalse;
    SharedVerdicts shared;
    for (const rules::Rule* const rule : book_.shared()) {
      shared.push_back(Join(*rule, by_rule[rule->info.id], complete));
    }
    return shared;
  }

  static rules::JudgedFinding Join(const rules::Rule& rule,
                                   const std::vector<const Finding*>& findings,
                                   Truth complete) {
    if (!rules::CountsForReadiness(rule.info)) {
      return {.verdict = Verdict::kPass};
    }
    if (rule.info.subject == SubjectKind::kDomainController) {
      std::vector<Verdict> verdicts;
      std::ranges::transform(findings, std::back_inserter(verdicts), [](const Finding* finding) {
        const bool lowered = finding->severity != Severity::kCritical;
        return finding->verdict == Verdict::kFail && lowered ? Verdict::kPass : finding->verdict;
      });
      return {.verdict = rules::JoinControllers(verdicts, complete)};
    }
    rules::JudgedFinding worst{.verdict = Verdict::kPass};
    for (const Finding* const finding : findings) {
      worst = Worse(worst, {.verdict = finding->verdict, .severity = finding->severity});
    }
    return worst;
  }

  const RuleBook& book_;
  const AffectedCounts& affected_;
  EnvironmentScan& scan_;
  EvidenceSpaces spaces_{};
  rules::EvaluationContext path_{};
};

}  // namespace

EnvironmentScan CollectEnvironmentEvidence(const EnvironmentScanRequest& request) {
  EnvironmentScan scan{.facts = FactSpace(request.catalog)};
  EvidenceWalker walker(request.limits);
  std::vector<BundleFacts> bundles = CollectEnvironment({.inputs = request.inputs,
                                                         .numbers = request.numbers,
                                                         .declared = request.declared,
                                                         .now = request.now},
                                                        walker, scan.facts);
  for (BundleFacts& bundle : bundles) {
    scan.result.bundles.push_back(std::move(bundle.bundle));
    std::ranges::move(bundle.coverage, std::back_inserter(scan.result.coverage));
  }
  MarkStale(scan.facts, request.now, request.max_age);
  Subject& environment = scan.facts.Environment();
  Derive(collectors::Scope::kEnvironment,
         {.moment = {.now = request.now}, .declared = request.declared}, scan.facts);
  environment.name = EnvironmentName(environment);
  environment.AddAlias(AliasKind::kName, environment.name);
  scan.id = SubjectId(SubjectKind::kEnvironment, environment.name);
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
                        const SharedVerdicts& shared,
                        bool placeholder) {
  std::vector<rules::JudgedFinding> findings{own};
  for (std::size_t i = 0; i < shared.size(); ++i) {
    if (affected.at(i) == '0') {
      continue;
    }
    rules::JudgedFinding one = shared[i];
    one.affects = affected.at(i) == '1' ? Truth::kTrue : Truth::kUnknown;
    findings.push_back(one);
  }
  return placeholder ? rules::JudgePlaceholder(findings) : rules::Judge(findings, true);
}

}  // namespace whfb::engine
