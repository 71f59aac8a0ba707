// Files that are there and cannot be read: what they would have told is unknown, and what an
// earlier bundle has from such a file need not hold any more. Nobody can ask a lost file what it is
// about, so that counts what the other bundle knows from the file of its name; where it has none,
// from files of its kind; and of a container that ends too early, or of a bundle that does not
// open, from anything.

#ifndef WHFB_SCANNER_ENGINE_LOST_EVIDENCE_H_
#define WHFB_SCANNER_ENGINE_LOST_EVIDENCE_H_

#include <cstdint>
#include <span>

#include "scanner/core/facts.h"

namespace whfb::engine {

struct LostItem {
  std::uint32_t evidence = 0;  // number in its space; an item that no cell comes from
  WhyUnknown why = WhyUnknown::kMalformed;
  bool container = false;  // what was in it is not known
};

// More are one loss of anything: each is held against every file of the other bundles.
inline constexpr std::size_t kMaxLost = 256;

// `facts` after a newer space was laid over it, whose evidence begins behind the first `older`
// items. Makes unknown what comes from the one side and was lost on the other, unless that loss is
// certainly the earlier one.
void ForgetLost(std::span<const LostItem> lost,
                std::size_t older,
                Ticks stale_before,
                FactSpace& facts);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_LOST_EVIDENCE_H_
