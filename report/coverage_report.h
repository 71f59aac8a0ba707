// What each file of the input is and how much of it was read: `whfbscan evidence`.

#ifndef WHFB_REPORT_COVERAGE_REPORT_H_
#define WHFB_REPORT_COVERAGE_REPORT_H_

#include <span>

#include "report/json_writer.h"
#include "report/text_sink.h"
#include "scanner/core/finding.h"

namespace whfb::report {

// One line a file, then totals. Text from evidence is stripped of control characters.
void WriteCoverageText(std::span<const CoverageRecord> coverage, TextSink& sink);

// {"schema":"whfbscan-evidence/0","coverage":[...]}, each entry as in the JSON of a scan.
void WriteCoverageJson(std::span<const CoverageRecord> coverage, TextSink& sink);

// One entry of a "coverage" array.
void WriteCoverageEntry(JsonWriter& json, const CoverageRecord& entry);

}  // namespace whfb::report

#endif  // WHFB_REPORT_COVERAGE_REPORT_H_
