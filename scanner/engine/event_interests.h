// The events that the collectors of a scope want decoded; readers skip all others.

#ifndef WHFB_SCANNER_ENGINE_EVENT_INTERESTS_H_
#define WHFB_SCANNER_ENGINE_EVENT_INTERESTS_H_

#include <vector>

#include "collectors/collector.h"
#include "collectors/readers/reader.h"

namespace whfb::engine {

[[nodiscard]] const std::vector<readers::EventInterest>& EventInterests(collectors::Scope scope);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_EVENT_INTERESTS_H_
