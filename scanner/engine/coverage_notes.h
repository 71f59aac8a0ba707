// What is found out about an item after its reader is done, put where people look for it: into the
// coverage.

#ifndef WHFB_SCANNER_ENGINE_COVERAGE_NOTES_H_
#define WHFB_SCANNER_ENGINE_COVERAGE_NOTES_H_

#include <span>

#include "scanner/core/facts.h"
#include "scanner/engine/bundle_facts.h"

namespace whfb::engine {

// What collectors found wrong with an item stands beside what its reader said.
void TellRemarks(const FactSpace& facts, std::span<BundleFacts> results);

// Users, profiles, templates or controllers beyond the limit are not judged: that has a place too.
void TellRefused(const FactSpace& facts, BundleFacts& result);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_COVERAGE_NOTES_H_
