// The summary of a run for a person at a terminal: can people sign in, what stands in the way,
// what to do, what to collect. The full results are in the other formats.

#ifndef WHFB_REPORT_TERMINAL_REPORT_H_
#define WHFB_REPORT_TERMINAL_REPORT_H_

#include <cstddef>

#include "report/text_sink.h"
#include "scanner/core/finding.h"

namespace whfb::report {

// The caller decides: colour only on a terminal and without NO_COLOR; width of the terminal, or
// the default for pipes and files.
struct TerminalStyle {
  bool colour = false;
  std::size_t width = 100;
};

// Everything that evidence brought is stripped of control characters.
[[nodiscard]] Status WriteTerminalReport(const ResultSource& source,
                                         const TerminalStyle& style,
                                         TextSink& sink);

}  // namespace whfb::report

#endif  // WHFB_REPORT_TERMINAL_REPORT_H_
