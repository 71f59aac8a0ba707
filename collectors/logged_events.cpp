#include "collectors/logged_events.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

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
constexpr std::string_view kNoError = "00000000";
constexpr std::string_view kNothing = "none";

// Nobody needs more kinds of codes than this to see what is wrong.
constexpr std::size_t kMaxRows = 2'000;

struct Counted {
  std::int64_t count = 0;
  const Event* first = nullptr;
  const Event* last = nullptr;
};

// Id, code, and the key columns among the details.
using RowKey = std::tuple<std::uint32_t, std::string, std::vector<std::string>>;
using Rows = std::map<RowKey, Counted>;

// events.md: providers call the field by these names.
std::string CodeOf(const Event& event) {
  for (const std::string_view name :
       {"HRESULT", "ErrorCode", "Error", "Status", "Result", "ExitCode"}) {
    if (std::string code = CodeText(event.Field(name)); !code.empty()) {
      return code;
    }
  }
  return {};
}

bool IsWanted(const EventTable& wanted, const WroteIt& wrote, const Event& event) {
  return std::ranges::find(wanted.ids, event.id) != wanted.ids.end() &&
         SameNoCase(event.provider, wanted.provider) && SameNoCase(event.channel, wanted.channel) &&
         (wanted.field.empty() || SameNoCase(event.Field(wanted.field), wanted.value)) &&
         wrote(event.computer);
}

bool IsKey(const Table& table, std::size_t detail) {
  return table.spec().columns[kEventColumns.size() + detail].key;
}

std::string CodeIn(const EventTable& wanted, const Event& event) {
  std::string code = wanted.code == nullptr ? CodeOf(event) : wanted.code(event);
  return code.empty() ? std::string(kNoCode) : code;
}

RowKey KeyOf(const EventTable& wanted, const Table& table, const Event& event) {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < wanted.details.size(); ++i) {
    if (IsKey(table, i)) {
      keys.push_back(wanted.details[i](event));
    }
  }
  return {event.id, CodeIn(wanted, event), std::move(keys)};
}

// What failed comes first.
std::vector<const Event*> EventsOf(const EventTable& wanted,
                                   const CollectInput& input,
                                   const WroteIt& wrote) {
  std::set<std::pair<std::uint64_t, Ticks>> seen;  // bundles hold copies of one log
  std::vector<const Event*> events;
  for (const Event& event : input.records.Of<Event>()) {
    if (IsWanted(wanted, wrote, event) && InLogWindow(event.time, input.moment.collected) &&
        seen.insert({event.record_id, event.time}).second) {
      events.push_back(&event);
    }
  }
  std::stable_partition(events.begin(), events.end(), [&wanted](const Event* event) {
    const std::string code = CodeIn(wanted, *event);
    return code != kNoCode && code != kNoError;
  });
  return events;
}

// False: there are more kinds than are kept.
bool Gather(const EventTable& wanted,
            const CollectInput& input,
            const WroteIt& wrote,
            const Table& table,
            Rows& rows) {
  bool all = true;
  for (const Event* const event : EventsOf(wanted, input, wrote)) {
    RowKey key = KeyOf(wanted, table, *event);
    if (rows.size() >= kMaxRows && !rows.contains(key)) {
      all = false;
      continue;
    }
    Counted& row = rows[std::move(key)];
    ++row.count;
    row.first = row.first == nullptr || event->time < row.first->time ? event : row.first;
    row.last = row.last == nullptr || event->time >= row.last->time ? event : row.last;
  }
  return all;
}

Cell AboutOf(const EventTable& wanted, const Event& event, FactSpace& facts) {
  for (const std::string_view name : wanted.about) {
    if (const std::string_view text = FieldBelow(event, name); !text.empty()) {
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

Cell KeyCell(const std::string& text, ValueType type, const Event& event, FactSpace& facts) {
  if (text.empty() && type != ValueType::kText) {
    return Cell::Unknown(WhyUnknown::kMalformed, event.source);
  }
  return facts.TextCell(text.empty() ? kNothing : std::string_view(text), event.source);
}

class RowWriter {
 public:
  // All must outlive this.
  RowWriter(const EventTable& wanted, const Reach& reach, Table& table, FactSpace& facts)
      : wanted_(wanted), reach_(reach), table_(table), facts_(facts) {}

  void Add(const RowKey& key, const Counted& row) {
    const Event& last = *row.last;
    const auto time = [](const Event& event) {
      return Cell::Time({event.time, event.time}, event.source);
    };
    cells_ = {
        Cell::Int(std::get<0>(key), last.source),
        facts_.TextCell(std::get<1>(key), last.source),
        Known(reach_.complete, last, Cell::Int(row.count, last.source)),
        Known(reach_.complete, last, time(*row.first)),
        Known(!reach_.has_holes, last, time(last)),
        Known(!reach_.has_holes, last, AboutOf(wanted_, last, facts_)),
    };
    AddDetails(std::get<2>(key), last);
    table_.Add(cells_);
  }

 private:
  // Among events that are lost there may be older, later and more ones.
  [[nodiscard]] Cell Known(bool sure, const Event& event, const Cell& cell) const {
    return sure ? cell : Cell::Unknown(reach_.why, event.source);
  }

  void AddDetails(std::span<const std::string> keys, const Event& last) {
    for (std::size_t i = 0; i < wanted_.details.size(); ++i) {
      if (IsKey(table_, i)) {
        const ValueType type = table_.spec().columns[kEventColumns.size() + i].type;
        cells_.push_back(KeyCell(keys.front(), type, last, facts_));
        keys = keys.subspan(1);
        continue;
      }
      const std::string text = wanted_.details[i](last);
      cells_.push_back(
          Known(!reach_.has_holes, last,
                text.empty() ? Cell::Absent(last.source) : facts_.TextCell(text, last.source)));
    }
  }

  const EventTable& wanted_;
  const Reach& reach_;
  Table& table_;
  FactSpace& facts_;
  std::vector<Cell> cells_;
};

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

std::string_view NameBelow(std::string_view name) {
  const std::size_t slash = name.find('/');
  return slash == std::string_view::npos ? name : name.substr(slash + 1);
}

std::string_view FieldBelow(const Event& event, std::string_view name) {
  const auto found = std::ranges::find_if(event.fields, [name](const readers::EventField& field) {
    return SameNoCase(NameBelow(field.name), name);
  });
  return found == event.fields.end() ? std::string_view{} : found->value;
}

std::string CodeText(std::string_view printed) {
  std::uint32_t code = 0;
  return !printed.empty() && ParseHresult(printed, code) ? fmt::format("{:08x}", code)
                                                         : std::string{};
}

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
  Rows rows;
  const bool all = Gather(wanted, input, wrote, table, rows);
  const Reach reach = CoverBy(wanted, input, wrote, all, table);
  RowWriter writer(wanted, reach, table, facts);
  for (const auto& [key, row] : rows) {
    writer.Add(key, row);
  }
}

}  // namespace whfb::collectors
