// EventCollector: from a walk over events to what a reader hands on: the events that somebody
// wants, and what each log says about itself.
//
// One for each piece of evidence, whatever its format; not thread-safe.

#ifndef WHFB_COLLECTORS_READERS_EVENT_COLLECTOR_H_
#define WHFB_COLLECTORS_READERS_EVENT_COLLECTOR_H_

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "collectors/readers/event_record.h"
#include "collectors/readers/evtx.h"
#include "collectors/readers/evtx_summary.h"
#include "collectors/readers/reader.h"

namespace whfb::readers {

class InterestSet {
 public:
  // `interests` must outlive this.
  explicit InterestSet(std::span<const EventInterest> interests);

  [[nodiscard]] bool Match(std::string_view provider, std::uint32_t id) const;

 private:
  static constexpr std::size_t kIds = 65'536;  // an EventID has 16 bits

  std::span<const EventInterest> interests_;
  std::bitset<kIds> ids_;
};

class EventCollector final : public EvtxVisitor {
 public:
  using Origin = evtx::LogBook::Origin;

  static constexpr std::size_t kMaxEvents = 200'000;  // of one log that are kept

  // Both must outlive this.
  EventCollector(const EvidenceView& evidence, RecordSink& sink, Origin origin);

  bool Wants(const Event& head) override;
  void Visit(const Event& event) override;
  void Damage(Gap gap) override;

  // The summaries. `records` is how many there were, also damaged ones.
  void Finish(std::uint64_t records);

 private:
  void Keep(const Event& event);
  void RefuseOnce();

  const EvidenceView* evidence_;
  RecordSink* sink_;
  InterestSet interests_;
  evtx::LogBook book_;
  std::vector<EventField> fields_;
  std::size_t kept_ = 0;
  bool refused_ = false;
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_EVENT_COLLECTOR_H_
