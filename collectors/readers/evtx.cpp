// The reader of Windows event logs: events that somebody wants, and the state of the logs.

#include "collectors/readers/evtx.h"

#include <algorithm>
#include <bitset>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/readers/evtx_summary.h"
#include "collectors/readers/reader.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxLogBytes = std::uint64_t{4} << 30;
constexpr std::size_t kMaxEvents = 200'000;  // of one log that are kept
constexpr std::size_t kIds = 65'536;         // an EventID has 16 bits

constexpr std::string_view kEventLogProvider = "Microsoft-Windows-Eventlog";
constexpr std::uint32_t kLogCleared = 104;        // in System; names the log in UserData
constexpr std::uint32_t kSecurityCleared = 1102;  // in Security

class Interests {
 public:
  explicit Interests(std::span<const EventInterest> interests) : interests_(interests) {
    for (const EventInterest& interest : interests) {
      ids_.set(interest.id % kIds);
    }
  }

  [[nodiscard]] bool Match(std::string_view provider, std::uint32_t id) const {
    if (interests_.empty()) {
      return true;
    }
    if (!ids_.test(id % kIds) && !ids_.test(0)) {
      return false;
    }
    return std::ranges::any_of(interests_, [&](const EventInterest& interest) {
      return (interest.id == id || interest.id == 0) && SameNoCase(interest.provider, provider);
    });
  }

 private:
  std::span<const EventInterest> interests_;
  std::bitset<kIds> ids_;
};

bool IsClear(const Event& event) {
  return (event.id == kLogCleared || event.id == kSecurityCleared) &&
         SameNoCase(event.provider, kEventLogProvider);
}

// Event 104 lies in System and names the log that was cleared; 1102 speaks of its own log.
std::string_view ClearedChannel(const Event& event) {
  for (const EventField& field : event.fields) {
    const bool named = field.name == "Channel" || field.name.ends_with("/Channel");
    if (event.id == kLogCleared && named) {
      return field.value;
    }
  }
  return event.channel;
}

class Collector final : public EvtxVisitor {
 public:
  Collector(const EvidenceView& evidence, RecordSink& sink)
      : evidence_(&evidence), sink_(&sink), interests_(sink.interests), book_(evidence.now) {}

  bool Wants(const Event& head) override {
    book_.Add(head);
    return interests_.Match(head.provider, head.id) || IsClear(head);
  }

  void Visit(const Event& event) override {
    if (IsClear(event) && SameNoCase(ClearedChannel(event), event.channel)) {
      book_.MarkCleared(event.channel, event.time);
    }
    if (interests_.Match(event.provider, event.id)) {
      Keep(event);
    }
  }

  void Damage(Gap gap) override { sink_->AddGap(std::move(gap)); }

  void Finish(const EvtxTotals& totals) {
    sink_->record_count += totals.records;
    book_.Emit(*evidence_, sink_->damaged_count, *sink_);
    if (totals.torn > 0) {
      sink_->note = std::to_string(totals.torn) + " torn records";
    }
  }

 private:
  void Keep(const Event& event) {
    if (kept_ >= kMaxEvents || sink_->records.pool().full()) {
      RefuseOnce();
      return;
    }
    fields_.clear();
    for (const EventField& field : event.fields) {
      fields_.push_back({.name = sink_->Keep(field.name), .value = sink_->Keep(field.value)});
    }
    Event kept = event;
    kept.provider = sink_->Keep(event.provider);
    kept.channel = sink_->Keep(event.channel);
    kept.computer = sink_->Keep(event.computer);
    kept.user_sid = sink_->Keep(event.user_sid);
    kept.fields = sink_->records.pool().KeepItems(std::span<const EventField>(fields_));
    kept.source = evidence_->At(event.record_id);
    if (sink_->records.pool().full()) {
      RefuseOnce();
      return;
    }
    sink_->records.Add(kept);
    ++kept_;
  }

  void RefuseOnce() {
    if (!refused_) {
      sink_->AddGap({.why = WhyUnknown::kTooLarge, .message = "more events than are kept"});
    }
    refused_ = true;
  }

  const EvidenceView* evidence_;
  RecordSink* sink_;
  Interests interests_;
  evtx::LogBook book_;
  std::vector<EventField> fields_;
  std::size_t kept_ = 0;
  bool refused_ = false;
};

int RecogniseEvtx(std::span<const std::byte> head, std::string_view /*name*/) {
  constexpr std::string_view kMagic{"ElfFile\0", 8};
  const std::string_view start{reinterpret_cast<const char*>(head.data()),
                               std::min(head.size(), kMagic.size())};
  return start == kMagic ? 100 : 0;
}

Status ReadEvtx(const EvidenceView& evidence, RecordSink& sink) {
  MemorySource memory(evidence.bytes);
  ByteSource& source = evidence.source == nullptr ? memory : *evidence.source;
  Collector collector(evidence, sink);
  const Result<EvtxTotals> totals = WalkEvtx(source, evidence.path, collector);
  if (!totals) {
    return totals.error();
  }
  collector.Finish(*totals);
  return Ok{};
}

}  // namespace

extern const ReaderSpec kEvtxReader;  // declared again by the generated list

const ReaderSpec kEvtxReader = {.kind = "evtx",
                                .max_bytes = kMaxLogBytes,
                                .streamed = true,
                                .places = PlaceKind::kRecord,
                                .recognise = RecogniseEvtx,
                                .read = ReadEvtx};

}  // namespace whfb::readers
