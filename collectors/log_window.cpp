#include "collectors/log_window.h"

#include <algorithm>
#include <array>

#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

bool InLogWindow(Ticks time, const TimeInterval& collected) {
  return collected.latest == 0 || time >= collected.earliest - kLogWindow;
}

bool IsOffByDefault(std::string_view channel) {
  constexpr std::array<std::string_view, 3> kOffByDefault = {
      "Microsoft-Windows-CAPI2/Operational", "Microsoft-Windows-Kerberos/Operational",
      "Microsoft-Windows-Crypto-NCrypt/Operational"};
  return std::ranges::any_of(kOffByDefault,
                             [channel](std::string_view off) { return SameNoCase(off, channel); });
}

Ticks WindowStart(const readers::LogSummary& log, const TimeInterval& collected) {
  const Ticks end =
      collected.latest == 0 ? std::max<Ticks>(log.covered.latest, 0) : collected.earliest;
  return end - kLogWindow;
}

namespace {

// Behind its last record nothing is known of a log that was asked for events.
bool EndsEarly(const readers::LogSummary& log, const TimeInterval& collected) {
  return log.query && log.covered.latest < collected.latest;
}

// Records behind the event may be missing.
bool MayLackLater(const readers::LogSummary& log, const readers::Event& event) {
  const auto behind = [&event](const readers::IdGap& gap) { return gap.before > event.record_id; };
  return log.damaged > 0 || log.more_gaps || log.backwards > kClockTolerance ||
         std::ranges::any_of(log.gaps, behind);
}

}  // namespace

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
  const bool early = EndsEarly(log, collected);
  const bool whole = reaches && !gap && !cleared && !early;
  const bool off = IsOffByDefault(log.channel);
  return {.complete = whole && !off,
          .has_holes = gap || early,
          .why = whole && off ? WhyUnknown::kNotCollected : WhyUnknown::kTruncated};
}

bool LaterMayBeLeftOut(const readers::Records& records,
                       const readers::Event& event,
                       const TimeInterval& collected) {
  bool left_out = false;
  for (const readers::LogSummary& log : records.Of<readers::LogSummary>()) {
    if (log.foreign || !SameNoCase(log.channel, event.channel)) {
      continue;
    }
    const bool holes = MayLackLater(log, event);
    if (!log.query && !holes && log.last_id >= event.record_id) {
      return false;
    }
    if (log.source.evidence == event.source.evidence) {
      left_out = holes || (log.query && EndsEarly(log, collected));
    }
  }
  return left_out;
}

}  // namespace whfb::collectors
