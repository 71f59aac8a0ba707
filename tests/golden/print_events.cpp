// Events and the summaries of their logs. A member that is added to a record must be added here:
// the bindings name all of them.

#include <spdlog/fmt/fmt.h>

#include "collectors/readers/event_record.h"
#include "tests/golden/printed_record.h"

namespace whfb::golden {

using readers::Event;
using readers::LogSummary;

namespace {

PrintedRecord Print(const Event& event) {
  const auto& [channel, provider, computer, user_sid, id, level, record_id, file_number, time,
               fields, source] = event;
  RecordPrinter printer("event", source);
  printer.Field("id", std::int64_t{id})
      .Field("record_id", fmt::format("{}", record_id))
      .Field("time", ShownTicks(time))
      .Field("level", std::int64_t{level})
      .Field("provider", provider)
      .Field("channel", channel)
      .Field("computer", computer)
      .Field("user_sid", user_sid);
  if (file_number != 0 && file_number != record_id) {
    printer.Field("file_number", fmt::format("{}", file_number));
  }
  for (const auto& [name, value] : fields) {
    printer.Field(fmt::format("[{}]", name), value);
  }
  return std::move(printer).Take();
}

PrintedRecord Print(const LogSummary& log) {
  const auto& [channel, records, first_id, last_id, covered, backwards, damaged, cleared,
               cleared_at, gaps, more_gaps, computers, query, foreign, context, source] = log;
  // What a query found claims nothing of where the log begins and ends.
  const FieldKind all = query ? FieldKind::kExtra : FieldKind::kSummary;
  RecordPrinter printer("log", source);
  printer.Field("channel", channel, all)
      .Field("records", fmt::format("{}", records), all)
      .Field("ids", fmt::format("{} .. {}", first_id, last_id), all)
      .Field("covered", ShownTicks(covered.earliest) + " .. " + ShownTicks(covered.latest), all)
      .Field("backwards", fmt::format("{} s", backwards / kTicksPerSecond), all)
      .Field("damaged", fmt::format("{}", damaged), all)
      .Field("cleared", cleared ? ShownTicks(cleared_at) : std::string("no"), all);
  for (const auto& [name, first, last, from, to] : computers) {
    printer.Field("written by",
                  fmt::format("{} in {} .. {}, {} .. {}", name, first, last, ShownTicks(from),
                              ShownTicks(to)),
                  all);
  }
  if (query) {
    printer.Field("query", query);
  }
  if (foreign) {
    printer.Field("foreign", foreign, all);  // never of a reader
  }
  for (const auto& [after, before, from, to] : gaps) {
    printer.Field("ids missing",
                  fmt::format("between {} at {} and {} at {}", after, ShownTicks(from), before,
                              ShownTicks(to)),
                  all);
  }
  if (more_gaps) {
    printer.Field("more ids missing", more_gaps, all);
  }
  printer.Context(context);
  return std::move(printer).Take();
}

}  // namespace

void PrintEvents(const readers::Records& records, std::vector<PrintedRecord>& out) {
  for (const LogSummary& log : records.Of<LogSummary>()) {
    out.push_back(Print(log));
  }
  for (const Event& event : records.Of<Event>()) {
    out.push_back(Print(event));
  }
}

}  // namespace whfb::golden
