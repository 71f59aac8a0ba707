// The HTML page of a run: one file that needs nothing else. It asks the network for nothing, and
// its content security policy would not let it. The decision, the causes, the rules and the
// coverage are plain HTML; devices with their findings need the built-in script.

#ifndef WHFB_REPORT_HTML_REPORT_H_
#define WHFB_REPORT_HTML_REPORT_H_

#include "report/text_sink.h"
#include "scanner/core/finding.h"

namespace whfb::report {

// Reads the source several times; memory does not grow with the fleet.
[[nodiscard]] Status WriteHtmlReport(const ResultSource& source, TextSink& sink);

}  // namespace whfb::report

#endif  // WHFB_REPORT_HTML_REPORT_H_
