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

// Calls `write` with a sink for each target until one fails or the run is interrupted; what was
// not finished is not there. Complains; returns an exit code, kExitOk when all is written. Errors
// of `write` itself go to `complain`: they are those of the source.
[[nodiscard]] int WriteOutputs(
    const std::vector<OutputTarget>& targets,
    const std::function<Status(const OutputTarget&, report::TextSink&)>& write,
    int (*complain)(const Error& error));

// The same for reports.
[[nodiscard]] int WriteReports(const ResultSource& source,
                               const std::vector<OutputTarget>& targets,
                               int (*complain)(const Error& error));

}  // namespace whfb::cli

#endif  // WHFB_SCANNER_CLI_OUTPUT_FILE_H_
