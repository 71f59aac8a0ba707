// Time: signed 64-bit ticks of 100 ns since 1601-01-01T00:00:00Z (the FILETIME epoch,
// [MS-DTYP] 2.3.3), always UTC. A value is an interval, because not every source says
// exactly when: local time without a zone is +-14 h wide, an undecidable day/month order
// spans both readings. Nothing here reads a clock except Now().

#ifndef WHFB_SCANNER_CORE_TIME_H_
#define WHFB_SCANNER_CORE_TIME_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "scanner/core/result.h"

namespace whfb {

using Ticks = std::int64_t;

inline constexpr Ticks kTicksPerSecond = 10'000'000;
inline constexpr Ticks kTicksPerDay = 86'400 * kTicksPerSecond;
inline constexpr Ticks kUnixEpochTicks = 116'444'736'000'000'000;  // 1970-01-01T00:00:00Z
inline constexpr Ticks kZoneUncertainty = Ticks{14} * 3'600 * kTicksPerSecond;

// Earliest <= latest. Exact sources have equal ends.
struct TimeInterval {
  Ticks earliest = 0;
  Ticks latest = 0;

  bool operator==(const TimeInterval&) const = default;
};

struct CivilTime {
  int year = 1601;  // proleptic Gregorian
  int month = 1;    // 1..12
  int day = 1;      // 1..31
  int hour = 0;
  int minute = 0;
  int second = 0;  // 60 is accepted and counts as the next minute
};

// Requires fields in range; ValidCivil() tells. Years 1..9999.
[[nodiscard]] Ticks TicksFromCivil(const CivilTime& civil);
[[nodiscard]] bool ValidCivil(const CivilTime& civil);
[[nodiscard]] CivilTime CivilFromTicks(Ticks ticks);

// "2026-11-25T03:52:40Z"; ticks below a second are cut.
[[nodiscard]] std::string FormatTime(Ticks ticks);

// One instant, or "A .. B" when the ends differ.
[[nodiscard]] std::string FormatTime(const TimeInterval& interval);

// "2026-11-25", "2026-11-25T03:52:40Z", with optional fraction and +hh:mm offset. A date
// alone is midnight UTC. `where` names the place for the error.
[[nodiscard]] Result<Ticks> ParseTime(std::string_view text, std::string_view where);

// The system clock. Only scanner/cli calls it; everything else is given the time.
[[nodiscard]] Ticks Now();

}  // namespace whfb

#endif  // WHFB_SCANNER_CORE_TIME_H_
