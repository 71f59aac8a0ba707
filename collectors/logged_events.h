// Events of one channel as rows of a table: one a kind of event and code, with how often and when.
// So that a rule asks for "event 106 in the last 30 days" and knows what no such row means.

#ifndef WHFB_COLLECTORS_LOGGED_EVENTS_H_
#define WHFB_COLLECTORS_LOGGED_EVENTS_H_

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "collectors/collector.h"
#include "collectors/readers/event_record.h"

namespace whfb::collectors {

// Every table of events has these columns.
inline constexpr std::array kEventColumns = {
    ColumnSpec{"id", ValueType::kInt, "event id", true},
    ColumnSpec{"code", ValueType::kText, "error code, 8 hexadecimal digits, or none", true},
    ColumnSpec{"count", ValueType::kInt, "how many there were in the window"},
    ColumnSpec{"first", ValueType::kTime, "time of the oldest of them"},
    ColumnSpec{"last", ValueType::kTime, "time of the newest of them"},
    ColumnSpec{"about", ValueType::kText, "whom or what the newest names: account, server, key"},
};

// kEventColumns and those that a table has behind them.
template <std::size_t N>
[[nodiscard]] constexpr std::array<ColumnSpec, kEventColumns.size() + N> EventColumnsWith(
    const std::array<ColumnSpec, N>& details) {
  std::array<ColumnSpec, kEventColumns.size() + N> all{};
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i] = i < kEventColumns.size() ? kEventColumns[i] : details[i - kEventColumns.size()];
  }
  return all;
}

// "Result@value" of "CertGetCertificateChain/Result@value": the name below the one element that
// UserData holds. A name without path, of EventData, is itself.
[[nodiscard]] std::string_view NameBelow(std::string_view name);

// The value of the first field whose name below is this one (compared without case); empty view
// when there is none.
[[nodiscard]] std::string_view FieldBelow(const readers::Event& event, std::string_view name);

// What one event says for one column; empty: nothing.
using TextOfEvent = std::string (*)(const readers::Event& event);

// Which events of which channel a table holds.
struct EventTable {
  std::string_view table;
  std::string_view channel;   // compared without case
  std::string_view provider;  // the same
  std::span<const std::uint32_t> ids;
  std::span<const std::string_view> about;  // fields that name somebody, the best first
  // Only records with this value in the field of this name; empty: all.
  std::string_view field{};
  std::string_view value{};
  // The columns behind kEventColumns, in their order: texts, SIDs or hexadecimal digits. Events
  // that differ in a key column are rows of their own; a text that tells nothing is "none" there,
  // anything else unknown (malformed). Other columns tell what the newest event says, or absent.
  std::span<const TextOfEvent> details{};
  TextOfEvent code = nullptr;  // null: the field that providers commonly use
};

// 8 hexadecimal digits of a code as an event prints it, in any of the shapes of ParseHresult.
[[nodiscard]] std::string CodeText(std::string_view printed);

// What a reader has to decode for it: one interest an id.
template <std::size_t N>
[[nodiscard]] constexpr std::array<readers::EventInterest, N> InterestsIn(
    std::string_view provider, const std::array<std::uint32_t, N>& ids) {
  std::array<readers::EventInterest, N> interests{};
  for (std::size_t i = 0; i < N; ++i) {
    interests[i] = {.provider = provider, .id = ids[i]};
  }
  return interests;
}

template <std::size_t... N>
[[nodiscard]] constexpr std::array<readers::EventInterest, (N + ...)> JoinInterests(
    const std::array<readers::EventInterest, N>&... parts) {
  std::array<readers::EventInterest, (N + ...)> all{};
  std::size_t at = 0;
  const auto add = [&](const auto& part) {
    for (const readers::EventInterest& one : part) {
      all[at++] = one;
    }
  };
  (add(parts), ...);
  return all;
}

// Whose computer's records count; the name is as the record gives it.
using WroteIt = std::function<bool(std::string_view computer)>;

// Adds the rows of the window to the table of the subject, and covers it as far as the logs of the
// channel reach the window collected-30d .. collected. Counts are known where the window is
// complete, the newest where nothing is missing behind it. Logs of other computers cover nothing
// (ambiguous).
void CollectEventTable(const EventTable& wanted,
                       const CollectInput& input,
                       const WroteIt& wrote,
                       SubjectFacts& subject,
                       FactSpace& facts);

// Whether an event says that the channel was cleared at `since` or later (System 104).
[[nodiscard]] bool ClearedSince(const readers::Records& records,
                                std::string_view channel,
                                Ticks since);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_LOGGED_EVENTS_H_
