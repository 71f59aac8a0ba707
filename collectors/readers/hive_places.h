// Where in a hive the keys of reg_interest.h lie. A hive can be asked for a key, so that looking
// there is enough; what lies elsewhere under the same name nobody reads. Keep this list in step
// with reg_interest.cpp: a test compares the two.

#ifndef WHFB_COLLECTORS_READERS_HIVE_PLACES_H_
#define WHFB_COLLECTORS_READERS_HIVE_PLACES_H_

#include <cstdint>
#include <span>
#include <string_view>

namespace whfb::readers {

enum class HivePart : std::uint8_t { kSoftware, kControlSet, kUser };

struct HivePlace {
  HivePart part = HivePart::kSoftware;
  std::string_view path{};  // below HKLM\SOFTWARE, below a control set, below HKU\<SID>
  bool subtree = true;      // false: the key alone, too much lies below it
};

// No place lies below another one's subtree.
[[nodiscard]] std::span<const HivePlace> HivePlaces();

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_HIVE_PLACES_H_
