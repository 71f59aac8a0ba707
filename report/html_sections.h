// The parts of the HTML page that are plain HTML.

#ifndef WHFB_REPORT_HTML_SECTIONS_H_
#define WHFB_REPORT_HTML_SECTIONS_H_

#include "report/html_writer.h"
#include "report/summary.h"

namespace whfb::report {

void WriteDecisionSection(const Summary& summary, HtmlWriter& html);
void WriteCausesSection(const Summary& summary, HtmlWriter& html);
void WriteUndecidedSection(const Summary& summary, HtmlWriter& html);
void WriteRulesSection(const Summary& summary, HtmlWriter& html);
[[nodiscard]] Status WriteCoverageSection(const ResultSource& source,
                                          const Summary& summary,
                                          HtmlWriter& html);

}  // namespace whfb::report

#endif  // WHFB_REPORT_HTML_SECTIONS_H_
