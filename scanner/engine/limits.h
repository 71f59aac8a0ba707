// Limits on untrusted containers. Beyond a limit the item is unknown (too-large) with a coverage
// entry; nothing is cut silently. The caller sets each of them.

#ifndef WHFB_SCANNER_ENGINE_LIMITS_H_
#define WHFB_SCANNER_ENGINE_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace whfb::engine {

// Items up to this size are handed out whole; larger ones are streamed where their reader can.
// Two workers with a whole item, its compressed form and an archive in memory each stay well
// under 64 MB.
inline constexpr std::size_t kWholeItemBytes = std::size_t{4} << 20;

// Archives up to this size are read with one call; larger ones by windows.
inline constexpr std::size_t kWholeArchiveBytes = std::size_t{8} << 20;

// An item whose reader needs any offset is held whole up to this size where its container cannot
// give it so (an entry of a ZIP archive); beyond it goes through a temporary file. A SYSTEM hive
// fits.
inline constexpr std::size_t kWholeSeekableBytes = std::size_t{16} << 20;

struct Limits {
  std::uint64_t max_files = 200'000;  // items of one bundle, nested ones included
  std::uint64_t max_entry_bytes = std::uint64_t{2} << 30;
  std::uint64_t max_total_bytes = std::uint64_t{8} << 30;  // inflated, of one bundle
  // Inflated to compressed, only asked above ratio_free_bytes: event logs that the system
  // allocated and never filled shrink 1000 times and are honest.
  std::uint64_t max_ratio = 250;
  std::uint64_t ratio_free_bytes = std::uint64_t{32} << 20;
  int max_depth = 4;  // containers inside containers; the bundle itself is 1
  // Files that readers ask for beside their own (companions.h), of one bundle.
  std::uint64_t max_companion_bytes = std::uint64_t{1} << 30;
  std::uint32_t max_companion_finds = 4096;
  std::uint32_t max_companion_passes = 64;
};

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_LIMITS_H_
