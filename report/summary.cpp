#include "report/summary.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include <spdlog/fmt/fmt.h>

namespace whfb::report {
namespace {

using Tallies = std::map<std::string, RuleTally, std::less<>>;

void CountFinding(const Finding& finding, RuleTally& tally, Summary& summary) {
  const auto verdict = static_cast<std::size_t>(finding.verdict);
  ++tally.verdicts[verdict];
  if (tally.IsNote()) {
    summary.notes += finding.verdict == Verdict::kFail ? 1U : 0U;
  } else {
    ++summary.verdicts[verdict];
  }
  if (finding.verdict == Verdict::kFail) {
    if (tally.failed.empty()) {
      tally.fail_reason = finding.reason;
      tally.fail_fix = finding.fix;
    }
    tally.worst = std::max(tally.worst, finding.severity);
    if (tally.failed.size() < kNamesKept) {
      tally.failed.push_back(finding.subject);
    }
  } else if (finding.verdict == Verdict::kUnknown) {
    if (tally.unknown.empty()) {
      tally.unknown_reason = finding.reason;
    }
    if (tally.unknown.size() < kNamesKept) {
      tally.unknown.push_back(finding.subject);
    }
  }
}

Status CountFindings(const ResultSource& source, Summary& summary) {
  const Result<std::vector<RuleInfo>> rules = source.Rules();
  if (!rules) {
    return rules.error();
  }
  Tallies tallies;
  AdviceCounter advice;
  for (const RuleInfo& rule : *rules) {
    tallies[rule.id].rule = rule;
  }
  for (std::size_t step = 0; step < summary.run.rule_set.order.size(); ++step) {
    for (const std::string& id : summary.run.rule_set.order[step]) {
      if (const auto found = tallies.find(id); found != tallies.end()) {
        found->second.step = step;
      }
    }
  }
  Status status = source.EachFinding(std::nullopt, [&](const Finding& finding) {
    auto found = tallies.find(finding.rule);
    if (found == tallies.end()) {
      found = tallies.emplace(finding.rule, RuleTally{}).first;
      found->second.rule.id = finding.rule;
      found->second.rule.severity = finding.severity;
    }
    CountFinding(finding, found->second, summary);
    advice.Count(found->second.rule, finding);
    return true;
  });
  for (auto& [id, tally] : tallies) {
    summary.rules.push_back(std::move(tally));
  }
  summary.advice = advice.Steps();
  return status;
}

std::set<std::string_view> NamedSubjects(const Summary& summary) {
  std::set<std::string_view> named;
  for (const RuleTally& tally : summary.rules) {
    named.insert(tally.failed.begin(), tally.failed.end());
    named.insert(tally.unknown.begin(), tally.unknown.end());
  }
  return named;
}

// Requires that the findings were counted.
Status CountSubjects(const ResultSource& source, Summary& summary) {
  const std::set<std::string_view> named = NamedSubjects(summary);
  return source.EachSubject([&](const SubjectRecord& subject) {
    const std::string_view upn = UpnOf(subject);
    if (!upn.empty() && named.contains(subject.id)) {
      summary.upns.emplace(subject.id, upn);
    }
    const auto kind = static_cast<std::size_t>(subject.kind);
    ++summary.subjects[kind];
    ++summary.readiness[kind][static_cast<std::size_t>(subject.readiness)];
    return true;
  });
}

Status CountCoverage(const ResultSource& source, Summary& summary) {
  return source.EachCoverage([&](const CoverageRecord& entry) {
    ++summary.coverage[static_cast<std::size_t>(entry.status)];
    const bool problem =
        entry.status == CoverageStatus::kPartial || entry.status == CoverageStatus::kFailed;
    if (problem && summary.problems.size() < kProblemsKept) {
      summary.problems.push_back(entry);
    }
    if (entry.status == CoverageStatus::kIgnored && summary.ignored.size() < kIgnoredKept) {
      summary.ignored.push_back(entry);
    }
    return true;
  });
}

std::vector<const RuleTally*> Sorted(const Summary& summary, Verdict verdict) {
  std::vector<const RuleTally*> chosen;
  for (const RuleTally& tally : summary.rules) {
    if (tally.Count(verdict) > 0 && !tally.IsNote()) {
      chosen.push_back(&tally);
    }
  }
  std::stable_sort(chosen.begin(), chosen.end(), [verdict](const auto* a, const auto* b) {
    const bool failed = verdict == Verdict::kFail;
    if (a->step != b->step) {
      return a->step < b->step;
    }
    return std::tuple(failed ? a->worst : a->rule.severity, a->Count(verdict)) >
           std::tuple(failed ? b->worst : b->rule.severity, b->Count(verdict));
  });
  return chosen;
}

}  // namespace

Result<Summary> Summarise(const ResultSource& source) {
  Summary summary;
  const Result<RunRecord> run = source.Run();
  if (!run) {
    return run.error();
  }
  summary.run = *run;
  Status status = source.EachBundle([&](const BundleRecord&) {
    ++summary.bundles;
    return true;
  });
  if (status) {
    status = CountFindings(source, summary);
  }
  if (status) {
    status = CountSubjects(source, summary);
  }
  if (status) {
    status = CountCoverage(source, summary);
  }
  if (!status) {
    return status.error();
  }
  return summary;
}

std::string_view UpnOf(const SubjectRecord& subject) {
  for (const auto& [kind, value] : subject.aliases) {
    if (kind == "upn") {
      return value;
    }
  }
  return {};
}

std::string LabelOf(const Summary& summary, std::string_view id) {
  constexpr std::string_view kUser = "user:";
  const std::string_view name = id.substr(std::min(id.find(':') + 1, id.size()));
  const std::size_t slash = name.find('/');
  if (!id.starts_with(kUser) || slash == std::string_view::npos) {
    return std::string(name);
  }
  const std::string device(name.substr(0, slash));
  const std::string_view user = name.substr(slash + 1);
  const auto upn = summary.upns.find(id);
  if (user == "unknown") {
    return "the user of " + device;
  }
  return std::string(upn == summary.upns.end() ? user : std::string_view(upn->second)) + " on " +
         device;
}

std::vector<const RuleTally*> FailedRules(const Summary& summary) {
  return Sorted(summary, Verdict::kFail);
}

std::vector<const RuleTally*> UndecidedRules(const Summary& summary) {
  return Sorted(summary, Verdict::kUnknown);
}

std::string Affected(const RuleTally& tally, Verdict verdict) {
  const std::vector<std::string>& ids = verdict == Verdict::kFail ? tally.failed : tally.unknown;
  const std::string own = std::string(ToString(tally.rule.subject)) + ":";
  // A rule about subjects of which none is known speaks of what they would belong to.
  const bool none = !ids.empty() && std::ranges::none_of(ids, [&own](const auto& id) {
    return id.starts_with(own);
  });
  return none ? "no " + CountedSubjects(0, tally.rule.subject).substr(2) + " known"
              : CountedSubjects(tally.Count(verdict), tally.rule.subject);
}

std::string CountedSubjects(std::uint64_t count, SubjectKind kind) {
  struct Noun {
    std::string_view one;
    std::string_view many;
  };

  constexpr std::array<Noun, kSubjectKinds> kNouns = {
      Noun{"environment", "environments"},
      Noun{"domain controller", "domain controllers"},
      Noun{"certificate template", "certificate templates"},
      Noun{"certificate profile", "certificate profiles"},
      Noun{"remote host", "remote hosts"},
      Noun{"device", "devices"},
      Noun{"user", "users"}};
  const Noun& noun = kNouns[static_cast<std::size_t>(kind)];
  return fmt::format("{} {}", count, count == 1 ? noun.one : noun.many);
}

}  // namespace whfb::report
