// When evidence was taken, as far as anything tells.

#ifndef WHFB_SCANNER_ENGINE_COLLECTION_TIME_H_
#define WHFB_SCANNER_ENGINE_COLLECTION_TIME_H_

#include <cstdint>

#include "collectors/readers/reader.h"
#include "scanner/core/time.h"

namespace whfb::engine {

// A time after the run is that of a wrong clock or a made-up name: it does not tell when the
// evidence was taken. Clocks differ, --as-of may be a day without an hour.
[[nodiscard]] bool IsCollectionTime(const TimeInterval& time, Ticks now);

enum class Order : std::uint8_t { kLater, kEarlier, kUnknown };

// When `next` was taken, seen from `current`. What nobody dated (latest 0) counts as of now, so
// that it is later than what was taken before `stale_before`; beside anything else its order is
// unknown.
[[nodiscard]] Order OrderOf(const TimeInterval& current,
                            const TimeInterval& next,
                            Ticks stale_before);

// Bundles are laid over each other by this: evidence of an unknown time after what is stale, before
// all else.
[[nodiscard]] Ticks PlaceInLine(const TimeInterval& collected, Ticks stale_before);

// Nobody said when the evidence was taken: not before the last event of its logs.
void CollectedFromEvents(const readers::Records& records, Ticks now, TimeInterval& collected);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_COLLECTION_TIME_H_
