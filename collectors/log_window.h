// Whether a log tells everything that happened in the window collected-30d .. collected (design:
// Time), so that "no such event" means that it did not happen.

#ifndef WHFB_COLLECTORS_LOG_WINDOW_H_
#define WHFB_COLLECTORS_LOG_WINDOW_H_

#include <string_view>

#include "collectors/readers/event_record.h"
#include "scanner/core/cell.h"
#include "scanner/core/time.h"

namespace whfb::collectors {

struct LogJudgement {
  bool complete = false;
  // Records are missing between those that are there or behind them: what looks like the last
  // word on something need not be.
  bool has_holes = false;
  WhyUnknown why = WhyUnknown::kTruncated;  // meaningful unless complete
};

inline constexpr Ticks kLogWindow = 30 * kTicksPerDay;

// Clocks are set back a little: time servers, a clock of the firmware in local time. Times that run
// back further while the record numbers run on are those of a wrong clock.
inline constexpr Ticks kClockTolerance = kTicksPerDay;

// An event of this time still speaks of the device. Always true where `collected` is not known.
[[nodiscard]] bool InLogWindow(Ticks time, const TimeInterval& collected);

// Windows writes this channel only where somebody turned it on: CAPI2, Kerberos and NCrypt
// (evidence.md, event logs). What is not in it may have happened while it was off, before its first
// record or between any two, and no event tells when that was.
[[nodiscard]] bool IsOffByDefault(std::string_view channel);

// Where the window begins. `collected` not known (both 0): the newest record of the log.
[[nodiscard]] Ticks WindowStart(const readers::LogSummary& log, const TimeInterval& collected);

// Never complete for a channel that is off by default (not-collected). What a query wrote is
// complete only for a window that ends with its last record: later events may have been left out.
[[nodiscard]] LogJudgement JudgeLog(const readers::LogSummary& log, const TimeInterval& collected);

// Whether the log may hold a later event of the kind than this one, the last that is here, because
// a query left it out or records are damaged. A whole copy of the log settles it.
[[nodiscard]] bool LaterMayBeLeftOut(const readers::Records& records,
                                     const readers::Event& event,
                                     const TimeInterval& collected);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_LOG_WINDOW_H_
