// When a logged gpresult may answer for the registry (design, section 4: a derived effective fact
// takes the registry when it is known, else what a logged gpresult says was applied).

#ifndef WHFB_COLLECTORS_DERIVED_EFFECT_H_
#define WHFB_COLLECTORS_DERIVED_EFFECT_H_

#include "scanner/core/cell.h"

namespace whfb::collectors {

// What the registry holds is not known: it was not read, not to its end, or too long ago. One that
// was read and does not make sense (conflicting, ambiguous, malformed) does not yield: what a
// policy wrote once does not settle what it holds now.
[[nodiscard]] inline bool YieldsToGpresult(const Cell& registry) {
  return registry.unknown() && registry.why != WhyUnknown::kConflicting &&
         registry.why != WhyUnknown::kAmbiguous && registry.why != WhyUnknown::kMalformed &&
         registry.why != WhyUnknown::kInternal;
}

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DERIVED_EFFECT_H_
