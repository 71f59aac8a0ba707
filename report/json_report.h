// The JSON document of a run: docs/schema/whfbscan-0.schema.json.
//
// Keys and arrays have one order, numbers and texts one spelling: the same results give the same
// bytes. One array element a line. Streams: memory does not grow with the fleet.

#ifndef WHFB_REPORT_JSON_REPORT_H_
#define WHFB_REPORT_JSON_REPORT_H_

#include "report/text_sink.h"
#include "scanner/core/finding.h"

namespace whfb::report {

[[nodiscard]] Status WriteJsonReport(const ResultSource& source, TextSink& sink);

}  // namespace whfb::report

#endif  // WHFB_REPORT_JSON_REPORT_H_
