// Summary: what a run says in few words: readiness, counts, the rules that failed or could not
// be decided, what to collect, and what could not be read. Its size depends on the number of
// rules, never on the fleet.

#ifndef WHFB_REPORT_SUMMARY_H_
#define WHFB_REPORT_SUMMARY_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "report/advice.h"
#include "scanner/core/finding.h"

namespace whfb::report {

inline constexpr std::size_t kVerdicts = 4;
inline constexpr std::size_t kReadinesses = 3;
inline constexpr std::size_t kNamesKept = 50;     // affected subjects a rule, by name
inline constexpr std::size_t kProblemsKept = 50;  // files that were not read completely
inline constexpr std::size_t kIgnoredKept = 3;    // files that are no evidence

// One rule over all subjects.
struct RuleTally {
  RuleInfo rule{};
  std::array<std::uint64_t, kVerdicts> verdicts{};  // by Verdict
  Severity worst = Severity::kInfo;                 // of its failed findings
  std::string fail_reason{};                        // of the first subject that failed
  std::string fail_fix{};
  std::string unknown_reason{};
  std::vector<std::string> failed{};   // subject ids, the first kNamesKept
  std::vector<std::string> unknown{};  // the same

  [[nodiscard]] std::uint64_t Count(Verdict verdict) const {
    return verdicts[static_cast<std::size_t>(verdict)];
  }

  std::size_t step = 0;  // in which the profile shows it

  // A note never fails; it applies.
  [[nodiscard]] bool IsNote() const { return rule.severity == Severity::kInfo; }
};

struct Summary {
  RunRecord run{};
  std::uint64_t bundles = 0;
  std::array<std::uint64_t, kSubjectKinds> subjects{};  // by SubjectKind
  std::array<std::array<std::uint64_t, kReadinesses>, kSubjectKinds> readiness{};
  std::array<std::uint64_t, kVerdicts> verdicts{};         // without notes
  std::uint64_t notes = 0;                                 // notes that apply
  std::vector<RuleTally> rules{};                          // by rule id; every rule of the run
  std::vector<CollectAdvice> advice{};                     // settles most first
  std::map<std::string, std::string, std::less<>> upns{};  // of users that the rules name, by id
  std::array<std::uint64_t, 4> coverage{};                 // by CoverageStatus
  std::vector<CoverageRecord> problems{};  // partial and failed, the first kProblemsKept
  std::vector<CoverageRecord> ignored{};   // the first kIgnoredKept

  [[nodiscard]] std::uint64_t Count(SubjectKind kind, Readiness value) const {
    return readiness[static_cast<std::size_t>(kind)][static_cast<std::size_t>(value)];
  }

  [[nodiscard]] std::uint64_t Count(SubjectKind kind) const {
    return subjects[static_cast<std::size_t>(kind)];
  }
};

[[nodiscard]] Result<Summary> Summarise(const ResultSource& source);

// Rules with a failed finding (notes apart), by step of the profile, then worst first, then most
// subjects, then id.
[[nodiscard]] std::vector<const RuleTally*> FailedRules(const Summary& summary);

// Rules with an unknown finding, by step, then severity, then most subjects, then id.
[[nodiscard]] std::vector<const RuleTally*> UndecidedRules(const Summary& summary);

// The name that the user signs in with; empty when it is not known. Lives as long as the record.
[[nodiscard]] std::string_view UpnOf(const SubjectRecord& subject);

// What people call a subject: "PC-0101", "ada@corp.contoso.com on PC-0101",
// "dc01.corp.contoso.com".
[[nodiscard]] std::string LabelOf(const Summary& summary, std::string_view id);

// "4 users", or "no domain controllers known": whom a failed or unknown verdict is about.
[[nodiscard]] std::string Affected(const RuleTally& tally, Verdict verdict);

// "4 users", "1 device": the subjects that a rule speaks about.
[[nodiscard]] std::string CountedSubjects(std::uint64_t count, SubjectKind kind);

}  // namespace whfb::report

#endif  // WHFB_REPORT_SUMMARY_H_
