// The findings inside the HTML page, for its script: a JSON array of short arrays.
//
//   [0, rule, severity, verdict, reason, code, fix, missing, observed]   cause, numbered from 1
//   [1, [[file, line, record, key], ...]]                                evidence, numbered from 1
//   [2, id, kind, name, parent, route, readiness]                        subject
//   [3, subject id, [cause, evidence, cause, evidence, ...]]             its findings, by rule
//
// What repeats is written once and referred to by number. Budget: up to kFullDetailFindings
// findings each keeps everything (about 150 bytes); beyond that what passed or does not apply
// costs at most 16 bytes and gives no reason, and what failed or is unknown keeps everything.

#ifndef WHFB_REPORT_HTML_DATA_H_
#define WHFB_REPORT_HTML_DATA_H_

#include <cstdint>

#include "report/html_writer.h"
#include "scanner/core/finding.h"

namespace whfb::report {

inline constexpr std::uint64_t kFullDetailFindings = 20'000;

[[nodiscard]] Status WriteHtmlData(const ResultSource& source, bool full_detail, HtmlWriter& html);

}  // namespace whfb::report

#endif  // WHFB_REPORT_HTML_DATA_H_
