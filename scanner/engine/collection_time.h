// When evidence was taken, as far as anything tells.

#ifndef WHFB_SCANNER_ENGINE_COLLECTION_TIME_H_
#define WHFB_SCANNER_ENGINE_COLLECTION_TIME_H_

#include "collectors/readers/reader.h"
#include "scanner/core/time.h"

namespace whfb::engine {

// A time after the run is that of a wrong clock or a made-up name: it does not tell when the
// evidence was taken. Clocks differ, --as-of may be a day without an hour.
[[nodiscard]] bool IsCollectionTime(const TimeInterval& time, Ticks now);

// Nobody said when the evidence was taken: not before the last event of its logs.
void CollectedFromEvents(const readers::Records& records, Ticks now, TimeInterval& collected);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_COLLECTION_TIME_H_
