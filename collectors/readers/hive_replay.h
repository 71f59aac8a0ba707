// What a dirty hive would be after Windows had loaded it: the pages of its logs over it.
//
// New logs: the entries that continue the hive's secondary sequence number, without a hole, from
// whichever log holds them. Old logs: the one that was written for this very state of the hive. A
// clean hive needs no log, whatever lies beside it. Source: as hive_transactions.h.

#ifndef WHFB_COLLECTORS_READERS_HIVE_REPLAY_H_
#define WHFB_COLLECTORS_READERS_HIVE_REPLAY_H_

#include <cstdint>
#include <string>

#include "collectors/readers/hive_header.h"
#include "collectors/readers/hive_image.h"
#include "collectors/readers/reader.h"

namespace whfb::readers {

struct HiveReplay {
  HiveHeader header{};  // after what was replayed
  HiveOverlay overlay{};
  std::uint32_t transactions = 0;
  std::uint32_t pages = 0;
  // Empty: the hive is as current as it can be. Else why it is not, for people.
  std::string outdated{};
};

// Looks for NAME.LOG1, NAME.LOG2 and NAME.LOG beside the evidence if the hive is dirty.
[[nodiscard]] HiveReplay ReplayHive(const EvidenceView& evidence, const HiveHeader& header);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_HIVE_REPLAY_H_
