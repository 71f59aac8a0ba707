// Where outputs go: "-" is standard output, anything else a file that is written beside its target
// and renamed when it is complete.

#ifndef WHFB_SCANNER_CLI_OUTPUT_FILE_H_
#define WHFB_SCANNER_CLI_OUTPUT_FILE_H_

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/text_sink.h"
#include "scanner/cli/arguments.h"
#include "scanner/core/finding.h"

namespace whfb::cli {

// Formats that a scan and a report can write.
[[nodiscard]] std::span<const std::string_view> ReportFormats();

// Calls `write` with a sink for the target. Errors: kDenied when it cannot be created, kIo when
// it cannot be written.
[[nodiscard]] Status WriteOutput(const std::string& file,
                                 const std::function<Status(report::TextSink&)>& write);

// Every target from one source; the first error ends it.
[[nodiscard]] Status WriteReports(const ResultSource& source,
                                  const std::vector<OutputTarget>& targets);

}  // namespace whfb::cli

#endif  // WHFB_SCANNER_CLI_OUTPUT_FILE_H_
