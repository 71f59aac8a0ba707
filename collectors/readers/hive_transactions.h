// What the log of a registry hive holds: pages that were about to be written to the hive.
//
// Two formats: a vector of dirty sectors with one set of pages (DIRT, until Windows 8), and entries
// with sequence numbers and hashes (HvLE, since 8.1). A log is written round and round: what
// stands behind the last good entry is left over from before and no damage. Sources:
// msuhanov, "Windows registry file format specification", format of transaction log files.

#ifndef WHFB_COLLECTORS_READERS_HIVE_TRANSACTIONS_H_
#define WHFB_COLLECTORS_READERS_HIVE_TRANSACTIONS_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "collectors/readers/hive_header.h"
#include "collectors/readers/reader.h"
#include "scanner/core/result.h"

namespace whfb::readers {

struct HivePage {
  std::uint32_t offset = 0;  // from the first bin of the hive; whole sectors
  std::uint32_t size = 0;
  std::uint64_t at = 0;  // where its bytes lie in the log
};

struct HiveTransaction {
  std::uint32_t sequence = 0;
  std::uint32_t bins_bytes = 0;  // of the hive once this is written
  std::vector<HivePage> pages{};
};

struct HiveLog {
  HiveHeader header{};
  bool vector = false;                          // the old format: at most one transaction
  std::vector<HiveTransaction> transactions{};  // in the order of the file
  std::string_view stopped{};                   // why the next entry is none; empty: the file ends
  std::optional<std::uint32_t> broken{};        // what that entry says of its sequence, if one
};

// Beyond this many pages a log is refused: it is held in memory.
inline constexpr std::size_t kMaxHivePages = std::size_t{1} << 18;

// `source` allows any offset. An Error when it is no log, or beyond the limit.
[[nodiscard]] Result<HiveLog> ReadHiveLog(ByteSource& source, std::string_view where);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_HIVE_TRANSACTIONS_H_
