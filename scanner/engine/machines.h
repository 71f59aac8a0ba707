// Which of the bundles that are called alike come from one machine.
//
// Names are given again: a computer that was set up anew, or two sites with a PC-0001 each. What
// tells machines apart for certain is the Entra device id and the machine SID; facts of different
// machines are never laid over each other. Not here: bundles of one machine that are called
// differently.

#ifndef WHFB_SCANNER_ENGINE_MACHINES_H_
#define WHFB_SCANNER_ENGINE_MACHINES_H_

#include <vector>

#include "scanner/core/facts.h"
#include "scanner/engine/bundle_facts.h"

namespace whfb::engine {

struct CollectedBundle {
  const BundleInput* input = nullptr;
  bool parted = false;  // one of several devices of that bundle
  BundleFacts bundle{};
  FactSpace facts;
};

// Never empty. Oldest first (PlaceInLine, collection_time.h).
using Machine = std::vector<CollectedBundle>;

// Bundles of one group. A bundle that does not show whose it is belongs to the only machine there
// is; where there are several it stands for itself.
[[nodiscard]] std::vector<Machine> SortByMachine(std::vector<CollectedBundle> bundles,
                                                 Ticks stale_before);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_MACHINES_H_
