// Every key and value of a hive, counted and checked: what `whfbscan evidence` prints.

#ifndef WHFB_COLLECTORS_READERS_HIVE_COUNT_H_
#define WHFB_COLLECTORS_READERS_HIVE_COUNT_H_

#include <cstddef>
#include <cstdint>

#include "collectors/readers/hive_damage.h"
#include "collectors/readers/hive_tree.h"

namespace whfb::readers {

struct HiveCounts {
  std::uint64_t keys = 0;  // without the root
  std::uint64_t values = 0;
};

// That wait to be walked; a hive has a few hundred thousand in all.
inline constexpr std::size_t kMaxHiveKeys = 2'000'000;

// With `touch_values`, value cells and the place of their data are checked; else their number is
// taken from the keys.
[[nodiscard]] HiveCounts CountHive(HiveTree& tree,
                                   HiveDamage& damage,
                                   const HiveKey& root,
                                   bool touch_values);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_HIVE_COUNT_H_
