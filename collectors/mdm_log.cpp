// DeviceManagement-Enterprise-Diagnostics-Provider Admin log and the MDM SCEP state: the life of
// each SCEP request by UniqueId (events.md section 1), and how far the log reaches.

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "collectors/collector.h"
#include "collectors/hresult_meaning.h"
#include "collectors/known_cells.h"
#include "collectors/log_window.h"
#include "collectors/logged_events.h"
#include "collectors/readers/event_record.h"
#include "collectors/readers/small_records.h"
#include "collectors/scep_history.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"device.mdm_log.oldest", ValueType::kTime, "oldest record of the channel"},
    FactSpec{"device.mdm_log.newest", ValueType::kTime, "newest record of the channel"},
    FactSpec{"device.mdm_log.complete", ValueType::kBool,
             "the log is complete for the window collected-30d .. collected"},
};

constexpr std::array kColumns0 = {
    ColumnSpec{"unique_id", ValueType::kText, "UniqueId of the request", true},
    ColumnSpec{"profile_id", ValueType::kText,
               "Intune profile id (GUID, lower case) from LogicalName"},
    ColumnSpec{"user_sid", ValueType::kSid, "InstallUserSid"},
    ColumnSpec{"user_store", ValueType::kBool, "InstallLocation is the user"},
    ColumnSpec{"key_protection", ValueType::kInt,
               "KeyProtection: 4 = Hello for Business; 0 in an event is unknown"},
    ColumnSpec{
        "hello", ValueType::kBool,
        "for the Hello container: KeyProtection 4, or an HRESULT that only such a request has"},
    ColumnSpec{"outcome", ValueType::kText, "last outcome: success, failed, pending"},
    ColumnSpec{"hresult", ValueType::kHex, "HRESULT of the last outcome, 8 digits"},
    ColumnSpec{"attempts", ValueType::kInt, "failed attempts seen"},
    ColumnSpec{"retries_left", ValueType::kBool, "the last state says that the request is retried"},
    ColumnSpec{"time", ValueType::kTime, "time of the last outcome"},
    ColumnSpec{"thumbprint", ValueType::kHex, "certificate of a success"},
    ColumnSpec{"server", ValueType::kText, "NDES or SCEP server URL"},
    ColumnSpec{"source_kind", ValueType::kText, "event or state"},
};

constexpr std::array kTables = {
    TableSpec{"device.scep_enrolment", "SCEP requests by UniqueId, last outcome each", kColumns0,
              true},
};

// Every event that tells of a request, and the event that says that the log was emptied.
constexpr std::string_view kEventLogProvider = "Microsoft-Windows-Eventlog";
constexpr std::uint32_t kLogCleared = 104;

constexpr std::array kEvents = {
    readers::EventInterest{kMdmProvider, 32},
    readers::EventInterest{kMdmProvider, 36},
    readers::EventInterest{kMdmProvider, 39},
    readers::EventInterest{kMdmProvider, 301},
    readers::EventInterest{kMdmProvider, 302},
    readers::EventInterest{kMdmProvider, 303},
    readers::EventInterest{kMdmProvider, 304},
    readers::EventInterest{kMdmProvider, 305},
    readers::EventInterest{kMdmProvider, 306},
    readers::EventInterest{kMdmProvider, 308},
    readers::EventInterest{kMdmProvider, 309},
    readers::EventInterest{kMdmProvider, 310},
    readers::EventInterest{kEventLogProvider, kLogCleared},
};

constexpr std::string_view kChannel =
    "Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider/Admin";

// Why the last event about a request need not be the last word on it; nothing when it is, since
// one copy of the log has no holes.
std::optional<WhyUnknown> LaterEventsMayBeMissing(const CollectInput& input) {
  std::optional<WhyUnknown> why;
  for (const readers::LogSummary& log : input.records.Of<readers::LogSummary>()) {
    if (log.foreign || LowerAscii(log.channel) != LowerAscii(kChannel)) {
      continue;
    }
    const LogJudgement judgement = JudgeLog(log, input.moment.collected);
    if (!judgement.has_holes) {
      return std::nullopt;
    }
    why = judgement.why;
  }
  return why;
}

// What the files of the channel reach together.
struct LogReach {
  bool seen = false;
  bool complete = false;
  TimeInterval covered{};
  Provenance source{};

  void Add(const readers::LogSummary& log, bool whole) {
    if (!seen || (whole && !complete)) {
      source = log.source;
    }
    covered.earliest =
        seen ? std::min(covered.earliest, log.covered.earliest) : log.covered.earliest;
    covered.latest = seen ? std::max(covered.latest, log.covered.latest) : log.covered.latest;
    complete = complete || whole;
    seen = true;
  }
};

// A log that another computer wrote: nobody knows what this one's would tell.
void SetForeignLog(const Provenance& source, SubjectFacts& device, Table& table) {
  for (const FactSpec& fact : kFacts) {
    device.Set(fact.id, Cell::Unknown(WhyUnknown::kAmbiguous, source));
  }
  table.Cover(Coverage::kNone, WhyUnknown::kAmbiguous, source);
}

void SetLogFacts(const CollectInput& input, FactSpace& facts, Table& table) {
  LogReach reach;
  for (const readers::LogSummary& log : input.records.Of<readers::LogSummary>()) {
    if (LowerAscii(log.channel) == LowerAscii(kChannel) && log.foreign) {
      SetForeignLog(log.source, facts.Device().facts, table);
    } else if (LowerAscii(log.channel) == LowerAscii(kChannel)) {
      const LogJudgement judgement = JudgeLog(log, input.moment.collected);
      const Ticks start = WindowStart(log, input.moment.collected);
      const bool whole = judgement.complete && !ClearedSince(input.records, kChannel, start);
      table.Cover(whole ? Coverage::kComplete : Coverage::kPartial, judgement.why, log.source);
      reach.Add(log, whole);
    }
  }
  if (!reach.seen) {
    return;
  }
  SubjectFacts& device = facts.Device().facts;
  const auto instant = [](Ticks ticks) { return TimeInterval{ticks, ticks}; };
  device.Set("device.mdm_log.oldest", Cell::Time(instant(reach.covered.earliest), reach.source));
  device.Set("device.mdm_log.newest", Cell::Time(instant(reach.covered.latest), reach.source));
  device.Set("device.mdm_log.complete", Cell::Bool(reach.complete, reach.source));
}

// "ModelName_AC_<account>_LogicalName_<profile GUID with _ for ->_Hash_<n>"
std::string ProfileId(std::string_view unique_id) {
  constexpr std::string_view kMark = "LogicalName_";
  constexpr std::size_t kGuidLength = 36;
  const std::size_t mark = unique_id.find(kMark);
  if (mark == std::string_view::npos) {
    return {};
  }
  std::string id = LowerAscii(unique_id.substr(mark + kMark.size(), kGuidLength));
  std::ranges::replace(id, '_', '-');
  for (std::size_t i = 0; i < id.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool digit = std::isxdigit(static_cast<unsigned char>(id[i])) != 0;
    if (dash ? id[i] != '-' : !digit) {
      return {};
    }
  }
  return id.size() == kGuidLength ? id : std::string{};
}

Cell TextOrUnknown(FactSpace& facts, std::string_view text, const Provenance& source) {
  return text.empty() ? Cell::Unknown(WhyUnknown::kNotCollected, source)
                      : facts.TextCell(text, source);
}

Cell OutcomeCell(ScepOutcome outcome, const Provenance& source) {
  switch (outcome) {
    case ScepOutcome::kSuccess:
      return Cell::Text("success", source);
    case ScepOutcome::kFailed:
      return Cell::Text("failed", source);
    case ScepOutcome::kPending:
      return Cell::Text("pending", source);
    case ScepOutcome::kAmbiguous:
      break;
  }
  return Cell::Unknown(WhyUnknown::kAmbiguous, source);
}

Cell HelloCell(const ScepRequest& request) {
  if (request.hresult.present() && IsHelloError(request.hresult.value)) {
    return Cell::Bool(true, request.source);
  }
  return FromKnown(request.key_protection, request.source, [&request](std::int64_t protection) {
    return protection >= 1 && protection <= kHelloKey
               ? Cell::Bool(protection == kHelloKey, request.source)
               : Cell::Unknown(WhyUnknown::kMalformed, request.source);
  });
}

std::string EightDigits(std::uint32_t number) {
  std::string digits(8, '0');
  for (std::size_t i = digits.size(); i > 0; --i, number >>= 4U) {
    digits[i - 1] = "0123456789abcdef"[number & 15U];
  }
  return digits;
}

// `open`: why the outcome that the events show need not be the last one.
void AddRow(const ScepRequest& request,
            const std::optional<WhyUnknown>& open,
            FactSpace& facts,
            Table& table) {
  const Provenance& source = request.source;
  const bool last = request.from_state || !open;
  const auto if_last = [&](const Cell& cell) { return last ? cell : Cell::Unknown(*open, source); };
  const auto boolean = [&source](bool value) { return Cell::Bool(value, source); };
  const auto integer = [&source](std::int64_t value) { return Cell::Int(value, source); };
  const auto code = [&](std::uint32_t value) { return facts.TextCell(EightDigits(value), source); };
  const bool dated = request.time.latest != 0;
  const std::array<Cell, kColumns0.size()> row = {
      facts.TextCell(request.unique_id, source),
      TextOrUnknown(facts, ProfileId(request.unique_id), source),
      TextOrUnknown(facts, request.user_sid, source),
      FromKnown(request.user_store, source, boolean),
      FromKnown(request.key_protection, source, integer),
      HelloCell(request),
      if_last(OutcomeCell(request.outcome, source)),
      if_last(FromKnown(request.hresult, source, code)),
      Cell::Int(request.attempts, source),
      if_last(FromKnown(request.retries_left, source, boolean)),
      dated ? Cell::Time(request.time, source) : Cell::Unknown(WhyUnknown::kNotCollected, source),
      TextOrUnknown(facts, LowerAscii(request.thumbprint), source),
      TextOrUnknown(facts, request.server, source),
      Cell::Text(request.from_state ? "state" : "event", source),
  };
  table.Add(row);
}

void Collect(const CollectInput& input, FactSpace& facts) {
  const auto events = input.records.Of<readers::Event>();
  const auto states = input.records.Of<readers::ScepState>();
  const auto sections = input.records.Of<readers::ScepSection>();
  if (events.empty() && states.empty() && sections.empty() &&
      input.records.Of<readers::LogSummary>().empty()) {
    return;
  }
  Table& table = facts.Device().facts.TableOf("device.scep_enrolment");
  SetLogFacts(input, facts, table);
  for (const readers::ScepSection& section : sections) {
    table.Cover(section.complete ? Coverage::kComplete : Coverage::kPartial, WhyUnknown::kTruncated,
                section.source);
  }
  const std::optional<WhyUnknown> open = LaterEventsMayBeMissing(input);
  for (const ScepRequest& request : FollowScepRequests(events, states)) {
    AddRow(request, open, facts, table);
  }
}

}  // namespace

extern const CollectorSpec kMdmLogCollector;  // declared again by the generated list

const CollectorSpec kMdmLogCollector = {.name = "mdm_log",
                                        .scope = Scope::kDevice,
                                        .facts = kFacts,
                                        .tables = kTables,
                                        .events = kEvents,
                                        .collect = Collect};

}  // namespace whfb::collectors
