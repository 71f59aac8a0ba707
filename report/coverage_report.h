// What each file of the input is and how much of it was read: `whfbscan evidence`.

#ifndef WHFB_REPORT_COVERAGE_REPORT_H_
#define WHFB_REPORT_COVERAGE_REPORT_H_

#include <vector>

#include "report/advice.h"
#include "report/json_writer.h"
#include "report/text_sink.h"
#include "scanner/core/finding.h"

namespace whfb::report {

// What was found in the input, in the order to print it, and what would complete it.
struct EvidenceList {
  std::vector<CoverageRecord> coverage{};
  std::vector<CollectAdvice> steps{};
};

// One line a file, then totals, then what to do next. Text from evidence is stripped of control
// characters.
void WriteCoverageText(const EvidenceList& list, TextSink& sink);

// {"schema":"whfbscan-evidence/0","coverage":[...],"steps":[...]}, each entry as in the JSON of a
// scan and what it contributed; each step a command and how many unknown findings it may settle.
void WriteCoverageJson(const EvidenceList& list, TextSink& sink);

// One entry of a "coverage" array.
void WriteCoverageEntry(JsonWriter& json, const CoverageRecord& entry);

}  // namespace whfb::report

#endif  // WHFB_REPORT_COVERAGE_REPORT_H_
