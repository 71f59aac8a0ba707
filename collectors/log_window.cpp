#include "collectors/log_window.h"

#include <algorithm>

namespace whfb::collectors {

bool InLogWindow(Ticks time, const TimeInterval& collected) {
  return collected.latest == 0 || time >= collected.earliest - kLogWindow;
}

Ticks WindowStart(const readers::LogSummary& log, const TimeInterval& collected) {
  const Ticks end =
      collected.latest == 0 ? std::max<Ticks>(log.covered.latest, 0) : collected.earliest;
  return end - kLogWindow;
}

LogJudgement JudgeLog(const readers::LogSummary& log, const TimeInterval& collected) {
  const Ticks start = WindowStart(log, collected);
  if (log.damaged > 0) {
    return {.has_holes = true, .why = WhyUnknown::kMalformed};
  }
  if (log.backwards > kClockTolerance) {
    // Which records are of the window, and which is the last of them, cannot be told.
    return {.has_holes = true, .why = WhyUnknown::kAmbiguous};
  }
  const bool reaches =
      log.records > 0 && (log.first_id == 1 || log.covered.earliest <= start - log.backwards);
  const bool gap = log.more_gaps || std::ranges::any_of(log.gaps, [start](const auto& one) {
                     return std::max(one.from, one.to) >= start;
                   });
  const bool cleared = log.cleared && log.cleared_at >= start;
  return {.complete = reaches && !gap && !cleared, .has_holes = gap};
}

}  // namespace whfb::collectors
