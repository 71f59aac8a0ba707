// Several bundles of one device, or environment evidence of several dates: per fact the later
// answer wins (design: "Several sources of one fact"; later_answer.h says how).

#ifndef WHFB_SCANNER_ENGINE_OVERLAY_H_
#define WHFB_SCANNER_ENGINE_OVERLAY_H_

#include <span>
#include <vector>

#include "scanner/core/facts.h"
#include "scanner/engine/lost_evidence.h"

namespace whfb::engine {

// Lays `newer` over `base`. Text is copied into base's pool and evidence items are appended, so
// `newer` may be destroyed afterwards. Users are matched by SID, else by UPN. Called for bundles in
// the order of PlaceInLine (collection_time.h): where neither answer tells when it was taken,
// `newer` is the later one. Both are marked stale already.
void Overlay(FactSpace& base, const FactSpace& newer, Ticks stale_before);

// The same where files of either could not be read; `lost` are those of `base`, and then of both.
void OverlayWithLost(const FactSpace& newer,
                     std::span<const LostItem> newer_lost,
                     Ticks stale_before,
                     FactSpace& base,
                     std::vector<LostItem>& lost);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_OVERLAY_H_
