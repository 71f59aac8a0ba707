// Old evidence: settings and logs older than --max-age say nothing about today and become
// unknown (stale), and so does whatever was outdated where it was read (Provenance). What a
// certificate says stays, that its store holds no other does not.

#ifndef WHFB_SCANNER_ENGINE_STALENESS_H_
#define WHFB_SCANNER_ENGINE_STALENESS_H_

#include "scanner/core/facts.h"

namespace whfb::engine {

// Runs between collectors and derivations. Evidence without a known time stays as it is.
// Requires max_age > 0.
void MarkStale(FactSpace& facts, Ticks now, Ticks max_age);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_STALENESS_H_
