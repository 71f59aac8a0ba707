#include "scanner/engine/collection_time.h"

#include <algorithm>

#include "collectors/readers/event_record.h"

namespace whfb::engine {

bool IsCollectionTime(const TimeInterval& time, Ticks now) {
  return time.latest != 0 && time.earliest <= now + readers::kClockAhead;
}

Order OrderOf(const TimeInterval& current, const TimeInterval& next, Ticks stale_before) {
  const bool dated = current.latest != 0;
  if (dated && next.latest != 0) {
    if (next.earliest > current.latest) {
      return Order::kLater;
    }
    return current.earliest > next.latest ? Order::kEarlier : Order::kUnknown;
  }
  const TimeInterval& known = dated ? current : next;
  if (known.latest == 0 || known.latest >= stale_before) {
    return Order::kUnknown;
  }
  return dated ? Order::kLater : Order::kEarlier;
}

Ticks PlaceInLine(const TimeInterval& collected, Ticks stale_before) {
  return collected.latest == 0 ? stale_before : collected.latest;
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
