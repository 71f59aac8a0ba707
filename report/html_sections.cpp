#include "report/html_sections.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "report/rule_set_text.h"

namespace whfb::report {
namespace {

constexpr std::size_t kCoverageRows = 2000;  // beyond, only what was not read completely

// The kind that the page is about: devices where there are any, else the environment.
SubjectKind MainKind(const Summary& summary) {
  return summary.Count(SubjectKind::kDevice) > 0 ? SubjectKind::kDevice : SubjectKind::kEnvironment;
}

std::string Headline(const Summary& summary, SubjectKind kind) {
  const std::uint64_t all = summary.Count(kind);
  const std::uint64_t blocked = summary.Count(kind, Readiness::kBlocked);
  const std::uint64_t open = summary.Count(kind, Readiness::kUndetermined);
  if (all == 0) {
    return "Nothing was found to judge.";
  }
  if (blocked == 0 && open == 0) {
    return CountedSubjects(all, kind) +
           " ready: every critical rule that was asked and applies passes.";
  }
  const std::string whole = CountedSubjects(all, kind);
  std::string text;
  if (blocked > 0) {
    text = std::to_string(blocked) + " of " + whole + (blocked == 1 ? " is" : " are") + " blocked.";
  }
  if (open > 0) {
    text += (text.empty() ? "" : " ") + std::to_string(open) +
            (blocked > 0 ? std::string() : " of " + whole) + " could not be judged yet.";
  }
  return text;
}

void WriteBar(const Summary& summary, SubjectKind kind, HtmlWriter& html) {
  const std::uint64_t all = std::max<std::uint64_t>(summary.Count(kind), 1);
  const std::uint64_t ready = summary.Count(kind, Readiness::kReady) * 1000 / all;
  const std::uint64_t blocked = summary.Count(kind, Readiness::kBlocked) * 1000 / all;
  const std::uint64_t open = summary.Count(kind, Readiness::kUndetermined) * 1000 / all;
  html.Markup(
          "<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" "
          "aria-hidden=\"true\"><rect class=\"f-ready\" x=\"0\" width=\"")
      .Number(ready)
      .Markup("\" height=\"10\"/><rect class=\"f-blocked\" x=\"")
      .Number(ready)
      .Markup("\" width=\"")
      .Number(blocked)
      .Markup("\" height=\"10\"/><rect class=\"f-undetermined\" x=\"")
      .Number(ready + blocked)
      .Markup("\" width=\"")
      .Number(open == 0 ? 0 : 1000 - ready - blocked)
      .Markup("\" height=\"10\"/></svg>\n");
}

void WriteSeverity(Severity severity, HtmlWriter& html) {
  html.Markup("<span class=\"chip s-")
      .Text(ToString(severity))
      .Markup("\">")
      .Text(severity == Severity::kInfo ? "note" : ToString(severity))
      .Markup("</span>");
}

void WriteCell(std::uint64_t number, HtmlWriter& html) {
  html.Markup("<td class=\"n\">");
  if (number == 0) {
    html.Markup("<span class=\"zero\">0</span>");
  } else {
    html.Number(number);
  }
  html.Markup("</td>");
}

void WriteCards(const Summary& summary, SubjectKind kind, HtmlWriter& html) {
  const auto words = [&](Readiness value) {
    const std::string text = CountedSubjects(summary.Count(kind, value), kind);
    return text.substr(text.find(' ') + 1);
  };
  html.Markup("<div class=\"cards\"><div class=\"card c-ready\"><b>")
      .Number(summary.Count(kind, Readiness::kReady))
      .Markup("</b><span>Ready</span><small>")
      .Text(words(Readiness::kReady))
      .Markup(
          " where every critical rule that was asked passes</small></div>\n<div class=\"card "
          "c-blocked\"><b>")
      .Number(summary.Count(kind, Readiness::kBlocked))
      .Markup("</b><span>Blocked</span><small>")
      .Text(words(Readiness::kBlocked))
      .Markup(" where sign-in cannot work</small></div>\n<div class=\"card c-undetermined\"><b>")
      .Number(summary.Count(kind, Readiness::kUndetermined))
      .Markup("</b><span>Undetermined</span><small>")
      .Text(words(Readiness::kUndetermined))
      .Markup(" that need more evidence, or whose next renewal fails</small></div></div>\n");
}

void WriteReadinessTable(const Summary& summary, HtmlWriter& html) {
  constexpr std::array kKinds = {SubjectKind::kDevice, SubjectKind::kUser,
                                 SubjectKind::kEnvironment, SubjectKind::kRemoteHost};
  html.Markup(
      "<div class=\"pair\"><div class=\"scroll\"><table><caption>Readiness</caption><thead><tr>"
      "<th scope=\"col\">Who</th><th scope=\"col\" class=\"n\">Ready</th>"
      "<th scope=\"col\" class=\"n\">Blocked</th><th scope=\"col\" class=\"n\">Undetermined</th>"
      "</tr></thead><tbody>\n");
  for (const SubjectKind kind : kKinds) {
    if (summary.Count(kind) == 0) {
      continue;
    }
    html.Markup("<tr><th scope=\"row\">").Text(CountedSubjects(summary.Count(kind), kind));
    html.Markup("</th>");
    WriteCell(summary.Count(kind, Readiness::kReady), html);
    WriteCell(summary.Count(kind, Readiness::kBlocked), html);
    WriteCell(summary.Count(kind, Readiness::kUndetermined), html);
    html.Markup("</tr>\n");
  }
  html.Markup(
      "</tbody></table></div>\n<div class=\"scroll\"><table><caption>Findings</caption><thead>"
      "<tr><th scope=\"col\" class=\"n\">Pass</th><th scope=\"col\" class=\"n\">Fail</th>"
      "<th scope=\"col\" class=\"n\">Unknown</th><th scope=\"col\" class=\"n\">Not applicable"
      "</th><th scope=\"col\" class=\"n\">Notes</th></tr></thead><tbody><tr>");
  for (const std::uint64_t count : summary.verdicts) {
    WriteCell(count, html);
  }
  WriteCell(summary.notes, html);
  html.Markup("</tr></tbody></table></div></div>\n");
}

void WriteSource(const RuleInfo& rule, HtmlWriter& html) {
  if (!rule.source.empty()) {
    html.Markup("<dt>Source</dt><dd class=\"lines\">").Lines(rule.source).Markup("</dd>\n");
  }
}

void WriteNames(const Summary& summary,
                const std::vector<std::string>& names,
                std::uint64_t count,
                std::string_view rule,
                HtmlWriter& html) {
  html.Markup("<dt>Affected</dt><dd><ul class=\"names\">");
  for (const std::string& name : names) {
    html.Markup("<li>").Text(LabelOf(summary, name)).Markup("</li>");
  }
  if (count > names.size()) {
    html.Markup("<li class=\"quiet\">and ").Number(count - names.size()).Markup(" more</li>");
  }
  html.Markup("</ul><button type=\"button\" class=\"find\" data-rule=\"")
      .Text(rule)
      .Markup("\" hidden>Show their findings</button></dd>\n");
}

void WriteSummaryLine(const RuleTally& tally,
                      Severity severity,
                      Verdict verdict,
                      HtmlWriter& html) {
  html.Markup("<summary>");
  WriteSeverity(severity, html);
  html.Markup("<span class=\"title\">")
      .Text(tally.rule.title.empty() ? tally.rule.id : tally.rule.title)
      .Markup(" <code>")
      .Text(tally.rule.id)
      .Markup("</code></span><span class=\"count\">")
      .Text(Affected(tally, verdict))
      .Markup("</span></summary>\n");
}

void WriteCause(const Summary& summary, const RuleTally& tally, bool open, HtmlWriter& html) {
  if (open) {
    html.Markup("<details class=\"cause\" open>");
  } else {
    html.Markup("<details class=\"cause\">");
  }
  WriteSummaryLine(tally, tally.worst, Verdict::kFail, html);
  html.Markup("<dl>");
  if (!tally.rule.why.empty()) {
    html.Markup("<dt>Why it matters</dt><dd>").Lines(tally.rule.why).Markup("</dd>\n");
  }
  html.Markup("<dt>Seen</dt><dd>").Lines(tally.fail_reason);
  html.Markup(" <span class=\"quiet\">(")
      .Text(LabelOf(summary, tally.failed.front()))
      .Markup(")</span></dd>\n");
  if (!tally.fail_fix.empty()) {
    html.Markup("<dt>Fix</dt><dd class=\"fix\">").Lines(tally.fail_fix).Markup("</dd>\n");
  }
  WriteSource(tally.rule, html);
  WriteNames(summary, tally.failed, tally.Count(Verdict::kFail), tally.rule.id, html);
  html.Markup("</dl></details>\n");
}

void WriteUndecidedRule(const Summary& summary, const RuleTally& tally, HtmlWriter& html) {
  html.Markup("<details class=\"cause\">");
  WriteSummaryLine(tally, tally.rule.severity, Verdict::kUnknown, html);
  html.Markup("<dl><dt>Why unknown</dt><dd>").Lines(tally.unknown_reason);
  html.Markup(" <span class=\"quiet\">(")
      .Text(LabelOf(summary, tally.unknown.front()))
      .Markup(")</span></dd>\n");
  if (!tally.rule.collect.empty()) {
    html.Markup("<dt>Collect</dt><dd><pre>").Lines(tally.rule.collect).Markup("</pre></dd>\n");
  }
  WriteSource(tally.rule, html);
  WriteNames(summary, tally.unknown, tally.Count(Verdict::kUnknown), tally.rule.id, html);
  html.Markup("</dl></details>\n");
}

void WriteCoverageRow(const CoverageRecord& entry, HtmlWriter& html) {
  html.Markup("<tr><td class=\"file\">").Text(entry.file).Markup("</td><td>").Text(entry.kind);
  html.Markup("</td><td class=\"v-").Text(ToString(entry.status)).Markup("\">");
  html.Text(ToString(entry.status)).Markup("</td>");
  WriteCell(entry.records, html);
  WriteCell(entry.damaged, html);
  html.Markup("<td>").Text(entry.reason).Markup("</td></tr>\n");
}

}  // namespace

void WriteDecisionSection(const Summary& summary, HtmlWriter& html) {
  const SubjectKind kind = MainKind(summary);
  html.Markup("<section id=\"decision\" aria-label=\"Decision\"><p class=\"headline\">")
      .Text(Headline(summary, kind))
      .Markup("</p>\n");
  for (const std::string& caveat : ReadinessCaveats(summary.run.rule_set)) {
    html.Markup("<p class=\"caveat\" role=\"note\">").Text(caveat).Markup("</p>\n");
  }
  WriteCards(summary, kind, html);
  WriteBar(summary, kind, html);
  WriteReadinessTable(summary, html);
  html.Markup(
      "<p class=\"quiet\">Ready says nothing of what no export shows: whether a host can be "
      "reached, and "
      "revocation as a domain controller sees it. Hosts are judged where the intent file names "
      "them.</p>\n</section>\n");
}

void WriteCausesSection(const Summary& summary, HtmlWriter& html) {
  html.Markup("<section id=\"causes\"><h2>What failed, and how to fix it</h2>\n");
  const std::vector<const RuleTally*> failed = FailedRules(summary);
  if (failed.empty()) {
    html.Markup("<p class=\"quiet\">No rule failed.</p>\n");
  } else {
    html.Markup(
        "<p class=\"quiet\">Each line says what must hold, and for whom it does not.</p>\n");
  }
  for (std::size_t i = 0; i < failed.size(); ++i) {
    WriteCause(summary, *failed[i], i == 0, html);
  }
  html.Markup("</section>\n");
}

void WriteSteps(const Summary& summary, HtmlWriter& html) {
  html.Markup("<div class=\"advice\"><p><b>What to do next.</b></p><ol>");
  for (const CollectAdvice& step : ShownSteps(summary.advice)) {
    html.Markup("<li>").Text(GainText(step)).Markup("<pre>").Lines(step.command);
    html.Markup("</pre></li>");
  }
  html.Markup("</ol></div>\n");
}

void WriteUndecidedSection(const Summary& summary, HtmlWriter& html) {
  html.Markup("<section id=\"undecided\"><h2>What could not be decided</h2>\n");
  const std::vector<const RuleTally*> undecided = UndecidedRules(summary);
  if (undecided.empty()) {
    html.Markup("<p class=\"quiet\">Every rule could be decided.</p>\n");
  }
  if (!summary.advice.empty()) {
    WriteSteps(summary, html);
  }
  for (const RuleTally* tally : undecided) {
    WriteUndecidedRule(summary, *tally, html);
  }
  html.Markup("</section>\n");
}

void WriteRuleSet(const RuleSetRecord& rule_set, HtmlWriter& html) {
  const std::vector<RuleSetLine> lines = RuleSetLines(rule_set);
  if (lines.empty()) {
    return;
  }
  html.Markup("<h3>Rules of this run</h3>\n<dl>");
  for (const RuleSetLine& line : lines) {
    html.Markup("<dt>").Text(line.label).Markup("</dt><dd>").Text(line.text).Markup("</dd>\n");
  }
  html.Markup("</dl>\n");
}

void WriteRulesSection(const Summary& summary, HtmlWriter& html) {
  html.Markup("<section id=\"rules\"><h2>All rules</h2>\n");
  WriteRuleSet(summary.run.rule_set, html);
  html.Markup(
      "<div class=\"scroll\"><table><thead><tr>"
      "<th scope=\"col\">Rule</th><th scope=\"col\">Severity</th>"
      "<th scope=\"col\">Speaks about</th><th scope=\"col\" class=\"n\">Pass</th>"
      "<th scope=\"col\" class=\"n\">Fail</th><th scope=\"col\" class=\"n\">Unknown</th>"
      "<th scope=\"col\" class=\"n\">Not applicable</th>"
      "<th scope=\"col\" class=\"n\">Note applies</th></tr></thead><tbody>\n");
  for (const RuleTally& tally : summary.rules) {
    html.Markup("<tr><td>").Text(tally.rule.title).Markup("<br><code>").Text(tally.rule.id);
    html.Markup("</code></td><td>");
    WriteSeverity(tally.rule.severity, html);
    const std::string counted = CountedSubjects(1, tally.rule.subject);
    html.Markup("</td><td>").Text(counted.substr(2)).Markup("</td>");
    const std::uint64_t failed = tally.Count(Verdict::kFail);
    for (const std::uint64_t count :
         {tally.Count(Verdict::kPass), tally.IsNote() ? 0 : failed, tally.Count(Verdict::kUnknown),
          tally.Count(Verdict::kNotApplicable), tally.IsNote() ? failed : 0}) {
      WriteCell(count, html);
    }
    html.Markup("</tr>\n");
  }
  html.Markup("</tbody></table></div></section>\n");
}

Status WriteCoverageSection(const ResultSource& source, const Summary& summary, HtmlWriter& html) {
  html.Markup("<section id=\"coverage\"><h2>Evidence</h2>\n<p>")
      .Number(summary.coverage[0])
      .Markup(" files read, ")
      .Number(summary.coverage[1])
      .Markup(" in part, ")
      .Number(summary.coverage[2])
      .Markup(" failed, ")
      .Number(summary.coverage[3])
      .Markup(" ignored.</p>\n");
  std::uint64_t files = 0;
  for (const std::uint64_t count : summary.coverage) {
    files += count;
  }
  const bool all = files <= kCoverageRows;
  if (!all) {
    html.Markup(
        "<p class=\"quiet\">Only files that were not read completely are listed, the first "
        "2,000 of them; the JSON output lists every file.</p>\n");
  }
  html.Markup(
      "<details><summary>List of files</summary><div class=\"scroll\"><table><thead><tr>"
      "<th scope=\"col\">File</th><th scope=\"col\">Kind</th><th scope=\"col\">Status</th>"
      "<th scope=\"col\" class=\"n\">Records</th><th scope=\"col\" class=\"n\">Damaged</th>"
      "<th scope=\"col\">Reason</th></tr></thead><tbody>\n");
  std::size_t rows = 0;
  Status status = source.EachCoverage([&](const CoverageRecord& entry) {
    const bool problem =
        entry.status == CoverageStatus::kPartial || entry.status == CoverageStatus::kFailed;
    if (all || problem) {
      WriteCoverageRow(entry, html);
      ++rows;
    }
    return rows < kCoverageRows;
  });
  html.Markup("</tbody></table></div></details></section>\n");
  return status;
}

}  // namespace whfb::report
