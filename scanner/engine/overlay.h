// Several bundles of one device: per fact the later answer wins, and a newer bundle that did not
// look changes nothing (design: "Several sources of one fact"). One that looked and could not tell,
// because its evidence disagrees or is damaged, replaces the earlier answer all the same. Where
// nobody can say which of two facts is the later one, because a bundle does not tell when it was
// taken or both were taken at once, different answers are conflicting.

#ifndef WHFB_SCANNER_ENGINE_OVERLAY_H_
#define WHFB_SCANNER_ENGINE_OVERLAY_H_

#include "scanner/core/facts.h"

namespace whfb::engine {

// Lays `newer` over `base`. Text is copied into base's pool and evidence items are appended, so
// `newer` may be destroyed afterwards. Users are matched by SID, else by UPN. Bundles without a
// time come first.
void Overlay(FactSpace& base, const FactSpace& newer);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_OVERLAY_H_
