// The bins of a hive as bytes at any offset, with the pages of its logs laid over them.
//
// A hive that lies in memory whole is read from there. Anything else (a file, or a hive with pages
// over it) goes through a cache of kCacheBytes, so that memory does not grow with the hive. Bytes
// are copied out, so nothing here can be left dangling. Not thread-safe.

#ifndef WHFB_COLLECTORS_READERS_HIVE_IMAGE_H_
#define WHFB_COLLECTORS_READERS_HIVE_IMAGE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "collectors/readers/hive_header.h"
#include "collectors/readers/reader.h"

namespace whfb::readers {

// One sector that comes from a log instead of the hive.
struct HivePatch {
  std::uint32_t sector = 0;  // of the bins
  std::uint32_t log = 0;     // index of the source
  std::uint64_t at = 0;      // where it lies there
};

// What stands over a hive. The sources allow any offset.
struct HiveOverlay {
  std::vector<std::unique_ptr<ByteSource>> logs{};
  std::vector<HivePatch> patches{};  // by sector, each once
};

// The place of an allocated cell's content, or what is wrong with the cell.
struct HiveCell {
  std::uint32_t offset = 0;  // of the cell, from the first bin: its name in messages
  std::uint32_t data = 0;    // where the content begins
  std::uint32_t size = 0;    // of the content
  std::string_view fault{};  // a literal; empty: none

  [[nodiscard]] bool ok() const { return fault.empty(); }
};

class HiveImage {
 public:
  static constexpr std::size_t kCacheBytes = std::size_t{4} << 20;

  // `memory` is the whole file, or empty; `source` (any offset) is asked where it is empty or where
  // patches need it. Both outlive the image. `bins_bytes` is what the header says.
  HiveImage(ByteSource& source,
            std::span<const std::byte> memory,
            std::uint32_t bins_bytes,
            HiveOverlay overlay = {});

  // Up to where there may be bytes.
  [[nodiscard]] std::uint32_t size() const { return size_; }

  // Copies. False: not all of it is there, or the source failed (see error()).
  [[nodiscard]] bool Read(std::uint32_t offset, std::span<std::byte> into) {
    if (into.size() > size_ || offset > size_ - into.size()) {
      return false;
    }
    if (!direct_.empty()) {
      std::memcpy(into.data(), direct_.data() + offset, into.size());
      return true;
    }
    return ReadBlocks(offset, into);
  }

  [[nodiscard]] HiveCell Cell(std::uint32_t offset);

  // The first failure of a source; its message is empty when there was none.
  [[nodiscard]] const Error& error() const { return error_; }

 private:
  static constexpr std::size_t kBlockBytes = std::size_t{16} << 10;
  static constexpr std::size_t kSlots = kCacheBytes / kBlockBytes;
  static constexpr std::uint32_t kEmpty = 0xffffffff;

  struct Slot {
    std::uint32_t block = kEmpty;
    std::uint32_t there = 0;  // one bit a sector
    std::vector<std::byte> bytes{};
  };

  [[nodiscard]] bool ReadBlocks(std::uint32_t offset, std::span<std::byte> into);
  [[nodiscard]] const Slot& Load(std::uint32_t block);
  void LoadBase(std::uint32_t block, Slot& slot);
  void LoadPatches(std::uint32_t block, Slot& slot);
  std::size_t CopyFrom(ByteSource& from, std::uint64_t at, std::span<std::byte> into);

  ByteSource* source_;
  std::span<const std::byte> direct_{};  // the bins in memory, without anything over them
  std::uint32_t size_ = 0;
  HiveOverlay overlay_;
  std::vector<Slot> slots_{};
  Error error_{};
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_HIVE_IMAGE_H_
