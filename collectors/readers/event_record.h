// Events and the state of the logs they came from, whatever the file format.

#ifndef WHFB_COLLECTORS_READERS_EVENT_RECORD_H_
#define WHFB_COLLECTORS_READERS_EVENT_RECORD_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "collectors/readers/reader.h"
#include "scanner/core/cell.h"
#include "scanner/core/time.h"

namespace whfb::readers {

// One EventData/Data (its Name) or UserData leaf (its element path, "a/b"). Values as UTF-8:
// integers decimal, HexInt as 0x lower case, GUID lower case with braces, SID S-1-..., time
// ISO 8601 with seven digits, Boolean true/false, Binary lower-case hex.
struct EventField {
  std::string_view name{};
  std::string_view value{};
};

struct Event {
  std::string_view channel{};  // from the record, never from the file name
  std::string_view provider{};
  std::string_view computer{};
  std::string_view user_sid{};  // System/Security@UserID
  std::uint32_t id = 0;
  std::uint32_t level = 0;
  std::uint64_t record_id = 0;
  std::uint64_t file_number = 0;  // in its file, which a filtered export numbers anew; 0: not told
  Ticks time = 0;                 // System/TimeCreated
  std::span<const EventField> fields{};
  Provenance source{};  // place = record id

  // The value of the first field of this name (compared without case); empty view with null
  // data when there is none.
  [[nodiscard]] std::string_view Field(std::string_view name) const;
};

// Record ids missing between two records of one channel and computer.
struct IdGap {
  std::uint64_t after = 0;   // last id before the gap
  std::uint64_t before = 0;  // first id after it
  Ticks from = 0;            // times of those records
  Ticks to = 0;
};

// Clocks differ, and --as-of may be a day without an hour: what is later than that after the run
// has the time of a wrong clock.
inline constexpr Ticks kClockAhead = kTicksPerDay;

// The records of one log that one computer wrote: it may have been renamed between.
struct ComputerSpan {
  std::string_view name{};
  std::uint64_t first_id = 0;
  std::uint64_t last_id = 0;
  Ticks from = 0;  // times of those records
  Ticks to = 0;
};

// One channel of one file: what decides whether "no such event" means anything.
struct LogSummary {
  std::string_view channel{};
  std::uint64_t records = 0;
  std::uint64_t first_id = 0;
  std::uint64_t last_id = 0;
  // Times of the first and of the last record by number, the last one without those that a wrong
  // clock put after the run; both 0 when there is none.
  TimeInterval covered{};
  Ticks backwards = 0;        // how far the times of the file run back while its numbers run on
  std::uint64_t damaged = 0;  // records or chunks of this file that could not be read
  bool cleared = false;       // an event says so (System 104, Security 1102)
  Ticks cleared_at = 0;
  std::span<const IdGap> gaps{};  // at most kMaxIdGaps, oldest first
  bool more_gaps = false;
  std::span<const ComputerSpan> computers{};  // the name of the newest record first
  // Not a copy of the log but what a query found in it: it may have left out events, also those
  // before the first and behind the last one. Only numbers without a gap prove that it did not,
  // and only between these two.
  bool query = false;
  // The log was written by another computer than the one the bundle is of: what it tells, and
  // what it does not, is known of nobody. Readers never say so.
  bool foreign = false;
  Context context{};
  Provenance source{};

  static constexpr std::size_t kMaxIdGaps = 256;
  static constexpr std::size_t kMaxComputers = 8;  // the newest ones
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_EVENT_RECORD_H_
