#include "collectors/readers/event_collector.h"

#include <algorithm>
#include <utility>

#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::string_view kEventLogProvider = "Microsoft-Windows-Eventlog";
constexpr std::uint32_t kLogCleared = 104;        // in System; names the log in UserData
constexpr std::uint32_t kSecurityCleared = 1102;  // in Security

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

}  // namespace

InterestSet::InterestSet(std::span<const EventInterest> interests) : interests_(interests) {
  for (const EventInterest& interest : interests) {
    ids_.set(interest.id % kIds);
  }
}

bool InterestSet::Match(std::string_view provider, std::uint32_t id) const {
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

EventCollector::EventCollector(const EvidenceView& evidence, RecordSink& sink, Origin origin)
    : evidence_(&evidence), sink_(&sink), interests_(sink.interests), book_(evidence.now, origin) {}

bool EventCollector::Wants(const Event& head) {
  book_.Add(head);
  return interests_.Match(head.provider, head.id) || IsClear(head);
}

void EventCollector::Visit(const Event& event) {
  if (IsClear(event) && SameNoCase(ClearedChannel(event), event.channel)) {
    book_.MarkCleared(event.channel, event.time);
  }
  if (interests_.Match(event.provider, event.id)) {
    Keep(event);
  }
}

void EventCollector::Damage(Gap gap) {
  sink_->AddGap(std::move(gap));
}

void EventCollector::Finish(std::uint64_t records) {
  sink_->record_count += records;
  book_.Emit(*evidence_, *sink_);
}

void EventCollector::Keep(const Event& event) {
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

void EventCollector::RefuseOnce() {
  if (!refused_) {
    sink_->AddGap({.why = WhyUnknown::kTooLarge, .message = "more events than are kept"});
  }
  refused_ = true;
}

}  // namespace whfb::readers
