// The bundle groups of a run while they wait: packed into a few large blocks, in their order.
//
// As structures, the names of 100,000 devices are small allocations that leave holes in the memory
// long after they are gone. Here a group costs little more than the bytes of its names, and a block
// goes back as a whole as soon as its last group was released.

#ifndef WHFB_SCANNER_ENGINE_PACKED_GROUPS_H_
#define WHFB_SCANNER_ENGINE_PACKED_GROUPS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "scanner/engine/grouping.h"

namespace whfb::engine {

class PackedGroups {
 public:
  // Takes the groups; their bundles must be numbered.
  explicit PackedGroups(std::vector<BundleGroup> groups);

  [[nodiscard]] std::size_t size() const { return places_.size(); }

  // Group `i`, which must not have been released. Several threads may call it at once.
  [[nodiscard]] BundleGroup Get(std::size_t i) const;

  // Group `i` is not asked for again. In order, one thread; not a group that another thread reads.
  void Release(std::size_t i);

 private:
  struct Place {
    std::uint32_t block = 0;
    std::uint32_t at = 0;
  };

  std::vector<Place> places_;
  std::vector<std::string> blocks_;
};

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_PACKED_GROUPS_H_
