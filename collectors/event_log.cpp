// Which channels were collected, and how far each reaches: what decides whether "no such event"
// means anything, for whoever asks about a log that no other table covers.

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "collectors/collector.h"
#include "collectors/log_window.h"
#include "collectors/logged_events.h"
#include "collectors/readers/event_record.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

using readers::LogSummary;

constexpr std::array kColumns0 = {
    ColumnSpec{"channel", ValueType::kText, "channel in lower case", true},
    ColumnSpec{"oldest", ValueType::kTime, "time of its oldest record"},
    ColumnSpec{"newest", ValueType::kTime, "time of its newest record"},
    ColumnSpec{"complete", ValueType::kBool,
               "complete for the window collected-30d .. collected: no gap, not cleared, reaches"},
    ColumnSpec{"cleared", ValueType::kBool, "an event says that it was cleared"},
    ColumnSpec{"query", ValueType::kBool, "not a copy of the log but what a query found in it"},
};

constexpr std::array kTables = {
    TableSpec{"device.event_log", "event logs that were collected of this device", kColumns0},
};

// All files of one channel.
struct Reach {
  TimeInterval covered{};
  bool complete = false;
  bool cleared = false;
  bool query = true;
  bool damaged = true;  // each file of it: what is lost may be older, newer, or say "cleared"
  Provenance source{};
};

void Add(const LogSummary& log, bool complete, bool first, Reach& reach) {
  if (first || (complete && !reach.complete)) {
    reach.source = log.source;
  }
  const auto [oldest, newest] = log.covered;
  reach.covered.earliest = first ? oldest : std::min(reach.covered.earliest, oldest);
  reach.covered.latest = first ? newest : std::max(reach.covered.latest, newest);
  reach.complete = reach.complete || complete;
  reach.cleared = reach.cleared || log.cleared;
  reach.query = reach.query && log.query;
  reach.damaged = reach.damaged && log.damaged > 0;
}

// A log of no records has no times.
Cell TimeOf(Ticks ticks, const Provenance& source) {
  return ticks == 0 ? Cell::Absent(source) : Cell::Time({ticks, ticks}, source);
}

void AddRow(const std::string& channel, const Reach& reach, Table& table, FactSpace& facts) {
  const Provenance& source = reach.source;
  const auto known = [&reach](const Cell& cell) {
    return reach.damaged ? Cell::Unknown(WhyUnknown::kMalformed, reach.source) : cell;
  };
  const std::array<Cell, kColumns0.size()> cells = {
      facts.TextCell(channel, source),
      known(TimeOf(reach.covered.earliest, source)),
      known(TimeOf(reach.covered.latest, source)),
      known(Cell::Bool(reach.complete, source)),
      known(Cell::Bool(reach.cleared, source)),
      Cell::Bool(reach.query, source),
  };
  table.Add(cells);
}

void Collect(const CollectInput& input, FactSpace& facts) {
  std::map<std::string, Reach> channels;
  for (const LogSummary& log : input.records.Of<LogSummary>()) {
    if (log.foreign || log.channel.empty()) {  // only records name their channel
      continue;
    }
    const Ticks start = WindowStart(log, input.moment.collected);
    const bool complete = JudgeLog(log, input.moment.collected).complete &&
                          !ClearedSince(input.records, log.channel, start);
    const auto [entry, is_new] = channels.try_emplace(LowerAscii(log.channel));
    Add(log, complete, is_new, entry->second);
  }
  Table& table = facts.Device().facts.TableOf("device.event_log");
  for (const auto& [channel, reach] : channels) {
    AddRow(channel, reach, table, facts);
  }
  if (!channels.empty()) {
    // Others may lie on the device.
    table.Cover(Coverage::kPartial, WhyUnknown::kNotCollected, channels.begin()->second.source);
  }
}

}  // namespace

extern const CollectorSpec kEventLogCollector;  // declared again by the generated list

const CollectorSpec kEventLogCollector = {
    .name = "event_log", .scope = Scope::kDevice, .tables = kTables, .collect = Collect};

}  // namespace whfb::collectors
