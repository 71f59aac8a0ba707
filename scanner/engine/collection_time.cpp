#include "scanner/engine/collection_time.h"

#include <algorithm>

#include "collectors/readers/event_record.h"

namespace whfb::engine {

bool IsCollectionTime(const TimeInterval& time, Ticks now) {
  return time.latest != 0 && time.earliest <= now + readers::kClockAhead;
}

void CollectedFromEvents(const readers::Records& records, Ticks now, TimeInterval& collected) {
  if (collected.latest != 0) {
    return;
  }
  for (const readers::LogSummary& log : records.Of<readers::LogSummary>()) {
    const Ticks last = log.foreign ? 0 : log.covered.latest;
    if (IsCollectionTime({.earliest = last, .latest = last}, now)) {
      collected.latest = std::max(collected.latest, last);
    }
  }
  collected.earliest = collected.latest;
}

}  // namespace whfb::engine
