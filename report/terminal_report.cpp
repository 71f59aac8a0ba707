#include "report/terminal_report.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include <spdlog/fmt/fmt.h>

#include "report/rule_set_text.h"
#include "report/safe_text.h"
#include "report/summary.h"
#include "report/text_wrap.h"

namespace whfb::report {
namespace {

constexpr std::size_t kCausesShown = 10;
constexpr std::size_t kProblemsShown = 5;
constexpr std::size_t kIndent = 11;         // behind "  critical "
constexpr std::size_t kRuleSetIndent = 12;  // behind "  parameter "

enum class Tone { kPlain, kStrong, kGood, kBad, kDoubt, kQuiet };

class Page {
 public:
  Page(const TerminalStyle& style, TextSink& sink) : style_(style), sink_(sink) {}

  // `text` must be clean already.
  [[nodiscard]] std::string Toned(Tone tone, std::string_view text) const {
    if (!style_.colour || tone == Tone::kPlain) {
      return std::string(text);
    }
    return fmt::format("\x1B[{}m{}\x1B[0m", Code(tone), text);
  }

  void Line(std::string_view text) {
    sink_.Write(text);
    sink_.Write("\n");
  }

  // Lines that are clean already.
  void Text(std::string_view lines) { sink_.Write(lines); }

  void Heading(std::string_view text) {
    Line("");
    Line(Toned(Tone::kStrong, text));
  }

  // A label in its tone, then wrapped text.
  void Entry(Tone tone, std::string_view label, std::string_view text, std::size_t indent) {
    std::string wrapped = Wrapped(label, text, indent, style_.width);
    const std::size_t blanks = label.find_first_not_of(' ');
    if (style_.colour && blanks != std::string_view::npos) {
      wrapped = wrapped.substr(0, blanks) + Toned(tone, label.substr(blanks)) +
                wrapped.substr(label.size());
    }
    sink_.Write(wrapped);
  }

 private:
  static std::string_view Code(Tone tone) {
    switch (tone) {
      case Tone::kStrong:
        return "1";
      case Tone::kGood:
        return "32";
      case Tone::kBad:
        return "1;31";
      case Tone::kDoubt:
        return "33";
      case Tone::kQuiet:
        return "2";
      case Tone::kPlain:
        break;
    }
    return "0";
  }

  TerminalStyle style_;
  TextSink& sink_;
};

void WriteHead(const Summary& summary, Page& page) {
  std::string scope;
  for (const SubjectKind kind :
       {SubjectKind::kDevice, SubjectKind::kUser, SubjectKind::kEnvironment,
        SubjectKind::kDomainController, SubjectKind::kCertificateTemplate,
        SubjectKind::kCertificateProfile, SubjectKind::kRemoteHost}) {
    if (summary.Count(kind) > 0) {
      scope += (scope.empty() ? "" : ", ") + CountedSubjects(summary.Count(kind), kind);
    }
  }
  page.Line(page.Toned(Tone::kStrong,
                       "Remote Desktop sign-in with Windows Hello for Business certificates"));
  page.Line(fmt::format("whfbscan {}, as of {}", Printable(summary.run.tool_version),
                        Printable(summary.run.as_of)));
  page.Entry(Tone::kPlain, "", scope.empty() ? "nothing was found to judge" : scope, 0);
}

void WriteReadinessRow(const Summary& summary,
                       SubjectKind kind,
                       std::string_view name,
                       Page& page) {
  if (summary.Count(kind) == 0) {
    return;
  }
  const auto cell = [&](Readiness value, Tone tone) {
    const std::uint64_t count = summary.Count(kind, value);
    return page.Toned(count == 0 ? Tone::kQuiet : tone, fmt::format("{:>14}", count));
  };
  page.Line(fmt::format("  {:<14}{}{}{}", name, cell(Readiness::kReady, Tone::kGood),
                        cell(Readiness::kBlocked, Tone::kBad),
                        cell(Readiness::kUndetermined, Tone::kDoubt)));
}

void WriteDecision(const Summary& summary, Page& page) {
  page.Heading("Readiness");
  page.Line(page.Toned(Tone::kQuiet, fmt::format("  {:<14}{:>14}{:>14}{:>14}", "", "ready",
                                                 "blocked", "undetermined")));
  WriteReadinessRow(summary, SubjectKind::kDevice, "devices", page);
  WriteReadinessRow(summary, SubjectKind::kUser, "users", page);
  WriteReadinessRow(summary, SubjectKind::kEnvironment, "environments", page);
  WriteReadinessRow(summary, SubjectKind::kRemoteHost, "remote hosts", page);
  const auto critical =
      std::count_if(summary.rules.begin(), summary.rules.end(), [](const RuleTally& tally) {
        return tally.rule.severity == Severity::kCritical &&
               tally.rule.decidable == Decidable::kSnapshot;
      });
  page.Entry(Tone::kQuiet, "",
             fmt::format("Ready: each of the {} critical rules that applies passes. What they ask: "
                         "whfbscan rules list",
                         critical),
             2);
  if (summary.Count(SubjectKind::kUser, Readiness::kUndetermined) != 0) {
    page.Entry(Tone::kQuiet, "",
               "Undetermined: one of them is unknown, or one that a renewal depends on fails while "
               "the user has, or may have, a certificate.",
               2);
  }
  for (const std::string& caveat : ReadinessCaveats(summary.run.rule_set)) {
    page.Entry(Tone::kBad, "  !", caveat, 4);
  }
  page.Line("");
  page.Entry(
      Tone::kPlain, "",
      fmt::format(
          "Findings: {} pass, {} fail, {} unknown, {} not applicable; {}", summary.verdicts[0],
          summary.verdicts[1], summary.verdicts[2], summary.verdicts[3],
          summary.notes == 1 ? "1 note applies" : fmt::format("{} notes apply", summary.notes)),
      0);
}

void WriteRuleSet(const Summary& summary, Page& page) {
  const std::vector<RuleSetLine> lines = RuleSetLines(summary.run.rule_set);
  if (!lines.empty()) {
    page.Heading("Rules of this run");
  }
  for (const RuleSetLine& line : lines) {
    page.Entry(Tone::kPlain, fmt::format("  {}", line.label), line.text, kRuleSetIndent);
  }
}

std::string FirstLine(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \r\n\t");
  if (start == std::string_view::npos) {
    return {};
  }
  const std::string_view rest = text.substr(start);
  return std::string(rest.substr(0, rest.find('\n')));
}

// Rules that are named only: those beyond the ones shown, which matter less.
void WriteMore(std::string_view what,
               std::span<const RuleTally* const> rules,
               Verdict verdict,
               Page& page) {
  std::string names;
  for (const RuleTally* const tally : rules) {
    names +=
        fmt::format("{}{} ({})", names.empty() ? "" : ", ", tally->rule.id, tally->Count(verdict));
  }
  if (!names.empty()) {
    page.Entry(Tone::kQuiet, "", fmt::format("{} {}", what, names), 2);
  }
}

void WriteCauses(const Summary& summary, Page& page) {
  const std::vector<const RuleTally*> failed = FailedRules(summary);
  if (failed.empty()) {
    return;
  }
  page.Heading("What failed");
  page.Entry(Tone::kQuiet, "", "Each title says what must hold.", 2);
  for (std::size_t i = 0; i < std::min(failed.size(), kCausesShown); ++i) {
    const RuleTally& tally = *failed[i];
    const Tone tone = tally.worst >= Severity::kHigh ? Tone::kBad : Tone::kDoubt;
    page.Entry(tone, fmt::format("  {}", ToString(tally.worst)),
               fmt::format("{}: {}", tally.rule.id, Affected(tally, Verdict::kFail)), kIndent);
    page.Entry(Tone::kPlain, "",
               FirstLine(tally.rule.title.empty() ? tally.fail_reason : tally.rule.title), kIndent);
    page.Entry(
        Tone::kQuiet, "    e.g.",
        fmt::format("{}: {}", LabelOf(summary, tally.failed.front()), FirstLine(tally.fail_reason)),
        kIndent);
    if (const std::string fix = FirstLine(tally.fail_fix); !fix.empty()) {
      page.Entry(Tone::kGood, "    fix", fix, kIndent);
    }
  }
  WriteMore("Failed, too:", std::span(failed).subspan(std::min(failed.size(), kCausesShown)),
            Verdict::kFail, page);
}

// Rules that are undecided of the same subjects and for the same reason, as the page words it.
struct OneReason {
  std::string text{};
  std::vector<const RuleTally*> rules{};
};

// In the order of the first rule of each.
std::vector<OneReason> ByReason(const Summary& summary,
                                const std::vector<const RuleTally*>& undecided) {
  std::vector<OneReason> reasons;
  std::map<std::string, std::size_t> known;
  for (const RuleTally* const tally : undecided) {
    std::string text =
        fmt::format("{}, e.g. {}: {}", Affected(*tally, Verdict::kUnknown),
                    LabelOf(summary, tally->unknown.front()), FirstLine(tally->unknown_reason));
    const auto [entry, added] = known.emplace(text, reasons.size());
    if (added) {
      reasons.push_back({.text = std::move(text)});
    }
    reasons[entry->second].rules.push_back(tally);
  }
  return reasons;
}

std::string RuleNames(const std::vector<const RuleTally*>& rules) {
  std::string names;
  for (const RuleTally* const tally : rules) {
    names.append(names.empty() ? "" : ", ").append(tally->rule.id);
  }
  return names;
}

void WriteUndecided(const Summary& summary, Page& page) {
  const std::vector<const RuleTally*> undecided = UndecidedRules(summary);
  if (undecided.empty()) {
    return;
  }
  page.Heading("What could not be decided");
  const std::vector<OneReason> reasons = ByReason(summary, undecided);
  std::vector<const RuleTally*> more;
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    if (i >= kCausesShown) {
      more.insert(more.end(), reasons[i].rules.begin(), reasons[i].rules.end());
      continue;
    }
    page.Entry(Tone::kDoubt, fmt::format("  {}", ToString(reasons[i].rules.front()->rule.severity)),
               fmt::format("{}: {}", RuleNames(reasons[i].rules), reasons[i].text), kIndent);
  }
  WriteMore("Undecided, too:", more, Verdict::kUnknown, page);
}

// A note says what to know; it never fails.
void WriteNotes(const Summary& summary, Page& page) {
  bool first = true;
  for (const RuleTally& tally : summary.rules) {
    if (!tally.IsNote() || tally.Count(Verdict::kFail) == 0) {
      continue;
    }
    if (std::exchange(first, false)) {
      page.Heading("Notes that apply");
    }
    page.Entry(Tone::kPlain, "",
               fmt::format("{}: {}, e.g. {}: {}", tally.rule.id, Affected(tally, Verdict::kFail),
                           LabelOf(summary, tally.failed.front()), FirstLine(tally.fail_reason)),
               2);
  }
}

void WriteSteps(const Summary& summary, Page& page) {
  if (!summary.advice.empty()) {
    page.Heading("What to do next");
    page.Text(StepsText(summary.advice));
  }
}

void WriteCoverage(const Summary& summary, Page& page) {
  page.Heading("Evidence");
  page.Line(fmt::format("  {} files read, {} in part, {} failed, {} ignored, in {} bundle{}",
                        summary.coverage[0], summary.coverage[1], summary.coverage[2],
                        summary.coverage[3], summary.bundles, summary.bundles == 1 ? "" : "s"));
  for (std::size_t i = 0; i < std::min(summary.problems.size(), kProblemsShown); ++i) {
    const CoverageRecord& entry = summary.problems[i];
    page.Entry(Tone::kDoubt, fmt::format("  {}", ToString(entry.status)),
               fmt::format("{}: {}", entry.file, entry.reason), kIndent);
  }
  const std::uint64_t problems = summary.coverage[1] + summary.coverage[2];
  if (problems > kProblemsShown) {
    page.Line(fmt::format("  and {} more; the HTML and JSON reports list every file",
                          problems - kProblemsShown));
  }
  for (const CoverageRecord& entry : summary.ignored) {
    page.Entry(Tone::kQuiet, "  ignored", fmt::format("{}: {}", entry.file, entry.reason), kIndent);
  }
  if (summary.coverage[3] > summary.ignored.size()) {
    page.Line(fmt::format("  and {} more ignored; whfbscan evidence PATH lists every file",
                          summary.coverage[3] - summary.ignored.size()));
  }
}

}  // namespace

Status WriteTerminalReport(const ResultSource& source, const TerminalStyle& style, TextSink& sink) {
  const Result<Summary> summary = Summarise(source);
  if (!summary) {
    return summary.error();
  }
  Page page(style, sink);
  WriteHead(*summary, page);
  WriteDecision(*summary, page);
  WriteRuleSet(*summary, page);
  WriteCauses(*summary, page);
  WriteNotes(*summary, page);
  WriteUndecided(*summary, page);
  WriteSteps(*summary, page);
  WriteCoverage(*summary, page);
  return Ok{};
}

}  // namespace whfb::report
