#include "collectors/logged_events.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <spdlog/fmt/fmt.h>

#include "collectors/hresult_meaning.h"
#include "collectors/log_window.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

using readers::Event;
using readers::LogSummary;

constexpr std::string_view kEventLogProvider = "Microsoft-Windows-Eventlog";
constexpr std::uint32_t kLogCleared = 104;
constexpr std::string_view kNoCode = "none";

// Nobody needs more kinds of codes than this to see what is wrong.
constexpr std::size_t kMaxRows = 1'000;

struct Counted {
  std::int64_t count = 0;
  const Event* first = nullptr;
  const Event* last = nullptr;
};

using Rows = std::map<std::pair<std::uint32_t, std::string>, Counted>;

// events.md: providers call the field by these names.
std::string CodeOf(const Event& event) {
  for (const std::string_view name :
       {"HRESULT", "ErrorCode", "Error", "Status", "Result", "ExitCode"}) {
    std::uint32_t code = 0;
    if (const std::string_view text = event.Field(name);
        !text.empty() && ParseHresult(text, code)) {
      return fmt::format("{:08x}", code);
    }
  }
  return std::string(kNoCode);
}

bool IsWanted(const EventTable& wanted, const WroteIt& wrote, const Event& event) {
  return std::ranges::find(wanted.ids, event.id) != wanted.ids.end() &&
         SameNoCase(event.provider, wanted.provider) && SameNoCase(event.channel, wanted.channel) &&
         (wanted.field.empty() || SameNoCase(event.Field(wanted.field), wanted.value)) &&
         wrote(event.computer);
}

Rows Gather(const EventTable& wanted, const CollectInput& input, const WroteIt& wrote) {
  Rows rows;
  std::set<std::pair<std::uint64_t, Ticks>> seen;  // bundles hold copies of one log
  for (const Event& event : input.records.Of<Event>()) {
    if (!IsWanted(wanted, wrote, event) || !InLogWindow(event.time, input.moment.collected) ||
        !seen.insert({event.record_id, event.time}).second) {
      continue;
    }
    Counted& row = rows[{event.id, CodeOf(event)}];
    ++row.count;
    row.first = row.first == nullptr || event.time < row.first->time ? &event : row.first;
    row.last = row.last == nullptr || event.time >= row.last->time ? &event : row.last;
    if (rows.size() >= kMaxRows) {
      break;
    }
  }
  return rows;
}

Cell AboutOf(const EventTable& wanted, const Event& event, FactSpace& facts) {
  for (const std::string_view name : wanted.about) {
    if (const std::string_view text = event.Field(name); !text.empty()) {
      return facts.TextCell(text, event.source);
    }
  }
  return Cell::Unknown(WhyUnknown::kNotCollected, event.source);
}

bool WrittenBy(const LogSummary& log, const WroteIt& wrote) {
  return std::ranges::any_of(
      log.computers, [&wrote](const readers::ComputerSpan& one) { return wrote(one.name); });
}

// What the logs of the channel, together, leave open.
struct Reach {
  bool complete = false;
  bool has_holes = true;
  WhyUnknown why = WhyUnknown::kNotCollected;
};

void AddRows(const EventTable& wanted,
             const Rows& rows,
             const Reach& reach,
             Table& table,
             FactSpace& facts) {
  // Among events that are lost there may be older, later and more ones.
  const auto known = [&reach](bool sure, const Event& event, const Cell& cell) {
    return sure ? cell : Cell::Unknown(reach.why, event.source);
  };
  const auto time = [](const Event& event) {
    return Cell::Time({event.time, event.time}, event.source);
  };
  for (const auto& [key, row] : rows) {
    const Event& last = *row.last;
    const std::array<Cell, kEventColumns.size()> cells = {
        Cell::Int(key.first, last.source),
        facts.TextCell(key.second, last.source),
        known(reach.complete, last, Cell::Int(row.count, last.source)),
        known(reach.complete, last, time(*row.first)),
        known(!reach.has_holes, last, time(last)),
        known(!reach.has_holes, last, AboutOf(wanted, last, facts)),
    };
    table.Add(cells);
  }
}

// Covers the table by the logs of the channel.
Reach CoverBy(const EventTable& wanted,
              const CollectInput& input,
              const WroteIt& wrote,
              bool all_rows,
              Table& table) {
  Reach reach;
  for (const LogSummary& log : input.records.Of<LogSummary>()) {
    if (!SameNoCase(log.channel, wanted.channel)) {
      continue;
    }
    if (log.foreign) {
      table.Cover(Coverage::kNone, WhyUnknown::kAmbiguous, log.source);
      continue;
    }
    if (!WrittenBy(log, wrote)) {
      continue;
    }
    const LogJudgement judgement = JudgeLog(log, input.moment.collected);
    const bool cleared =
        ClearedSince(input.records, wanted.channel, WindowStart(log, input.moment.collected));
    const bool complete = judgement.complete && !cleared && all_rows;
    const WhyUnknown why = all_rows ? judgement.why : WhyUnknown::kTooLarge;
    table.Cover(complete ? Coverage::kComplete : Coverage::kPartial, why, log.source);
    reach = {.complete = reach.complete || complete,
             .has_holes = reach.has_holes && (judgement.has_holes || !all_rows),
             .why = why};
  }
  return reach;
}

}  // namespace

bool ClearedSince(const readers::Records& records, std::string_view channel, Ticks since) {
  return std::ranges::any_of(records.Of<Event>(), [&](const Event& event) {
    return event.id == kLogCleared && SameNoCase(event.provider, kEventLogProvider) &&
           event.time >= since &&
           std::ranges::any_of(event.fields, [channel](const readers::EventField& field) {
             return field.name.ends_with("Channel") && SameNoCase(field.value, channel);
           });
  });
}

void CollectEventTable(const EventTable& wanted,
                       const CollectInput& input,
                       const WroteIt& wrote,
                       SubjectFacts& subject,
                       FactSpace& facts) {
  Table& table = subject.TableOf(wanted.table);
  const Rows rows = Gather(wanted, input, wrote);
  const Reach reach = CoverBy(wanted, input, wrote, rows.size() < kMaxRows, table);
  AddRows(wanted, rows, reach, table, facts);
}

}  // namespace whfb::collectors
