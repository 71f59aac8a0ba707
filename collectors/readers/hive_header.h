// The first block of a registry file: of a hive, or of the log of one (formats.md section 6).

#ifndef WHFB_COLLECTORS_READERS_HIVE_HEADER_H_
#define WHFB_COLLECTORS_READERS_HIVE_HEADER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "scanner/core/time.h"

namespace whfb::readers {

inline constexpr std::size_t kHiveHeaderBytes = 4096;  // the bins follow
inline constexpr std::size_t kHiveSectorBytes = 512;   // the part that the checksum covers

enum class HiveFile : std::uint8_t { kNone, kHive, kLog };

// By the first bytes; 32 are enough for most.
[[nodiscard]] HiveFile RecogniseHiveFile(std::span<const std::byte> head);

struct HiveHeader {
  std::uint32_t primary = 0;    // sequence number, raised before a change is written
  std::uint32_t secondary = 0;  // and raised after it
  Ticks last_written = 0;       // FILETIME; 0 since Windows 10
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::uint32_t type = 0;        // 0 hive, 1 old log, 6 new log
  std::uint32_t root = 0;        // offset of the root key, from the first bin
  std::uint32_t bins_bytes = 0;  // of all bins
  std::string file_name{};       // the end of the path that the hive was loaded from; may be empty
  bool checksum_ok = false;

  // A write had begun and did not end: the file alone may be older than the registry was.
  [[nodiscard]] bool dirty() const { return !checksum_ok || primary != secondary; }
};

// Nothing when the signature or a part of the sector is missing.
[[nodiscard]] std::optional<HiveHeader> ParseHiveHeader(std::span<const std::byte> sector);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_HIVE_HEADER_H_
