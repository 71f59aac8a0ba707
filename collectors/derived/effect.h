// When a logged gpresult may answer for the registry (design, section 4: a derived effective fact
// takes the registry when it is known, else what a logged gpresult says was applied), and when a
// newer one contradicts it.

#ifndef WHFB_COLLECTORS_DERIVED_EFFECT_H_
#define WHFB_COLLECTORS_DERIVED_EFFECT_H_

#include <cstdint>

#include "scanner/core/facts.h"

namespace whfb::collectors {

// What the registry holds is not known: it was not read, not to its end, or too long ago. One that
// was read and does not make sense (conflicting, ambiguous, malformed) does not yield: what a
// policy wrote once does not settle what it holds now.
[[nodiscard]] inline bool YieldsToGpresult(const Cell& registry) {
  return registry.unknown() && registry.why != WhyUnknown::kConflicting &&
         registry.why != WhyUnknown::kAmbiguous && registry.why != WhyUnknown::kMalformed &&
         registry.why != WhyUnknown::kInternal;
}

// A registry that was read and a logged result say different things, and the result was read after
// the registry: a policy may have changed what the registry held then, or it has been changed back
// since. Evidence that nobody dated counts as that of now.
[[nodiscard]] inline bool Overtaken(const FactSpace& facts,
                                    const Cell& registry,
                                    const Cell& result,
                                    ValueType type) {
  const auto read = [&facts](const Cell& cell) {
    const std::uint32_t number = cell.source.evidence;
    return number == 0 || number > facts.evidence.size() ? TimeInterval{}
                                                         : facts.evidence[number - 1].collected;
  };
  if (registry.unknown() || !result.present() || SameAnswer(registry, result, type)) {
    return false;
  }
  const Ticks before = read(registry).latest;
  const Ticks after = read(result).latest;
  return before != 0 && (after == 0 || after > before);
}

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DERIVED_EFFECT_H_
