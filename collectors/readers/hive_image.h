// The bins of a hive as bytes at any offset, with the pages of its logs laid over them.
//
// A hive that lies in memory whole is read from there. Anything else (a file, or a hive with pages
// over it) goes through a cache of kCacheBytes, so that memory does not grow with the hive. Bytes
// are copied out, so nothing here can be left dangling. Not thread-safe.

#ifndef WHFB_COLLECTORS_READERS_HIVE_IMAGE_H_
#define WHFB_COLLECTORS_READERS_HIVE_IMAGE_H_

#include <algorithm>
#include <array>
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

enum class HiveFault : std::uint8_t { kNone, kNoCell, kOutside, kFree, kBadSize };

// Completes "cell 0x1a20 ...".
[[nodiscard]] std::string_view ToString(HiveFault fault);

// The place of an allocated cell's content, or what is wrong with the cell.
struct HiveCell {
  std::uint32_t offset = 0;  // of the cell, from the first bin: its name in messages
  std::uint32_t data = 0;    // where the content begins
  std::uint32_t size = 0;    // of the content
  HiveFault fault = HiveFault::kNone;

  [[nodiscard]] bool ok() const { return fault == HiveFault::kNone; }
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

  // `size` bytes: in memory, or copied to `scratch`, which has room for them. Null when not all of
  // them are there or the source failed (see error()). Until the next change of the scratch.
  [[nodiscard]] const std::byte* View(std::uint32_t offset,
                                      std::size_t size,
                                      std::span<std::byte> scratch) {
    if (size > size_ || offset > size_ - size) {
      return nullptr;
    }
    if (!direct_.empty()) {
      return direct_.data() + offset;
    }
    return ReadBlocks(offset, scratch.first(size)) ? scratch.data() : nullptr;
  }

  // Copies. False: as View.
  [[nodiscard]] bool Read(std::uint32_t offset, std::span<std::byte> into) {
    const std::byte* const bytes = View(offset, into.size(), into);
    if (bytes != nullptr && bytes != into.data() && !into.empty()) {
      std::memcpy(into.data(), bytes, into.size());
    }
    return bytes != nullptr;
  }

  [[nodiscard]] HiveCell Cell(std::uint32_t offset) {
    constexpr std::uint32_t kAlignment = 8;  // of cells
    HiveCell cell{.offset = offset};
    std::array<std::byte, sizeof(std::int32_t)> scratch;
    const std::byte* const bytes =
        offset % kAlignment == 0 ? View(offset, scratch.size(), scratch) : nullptr;
    if (bytes == nullptr) {
      cell.fault = offset % kAlignment == 0 ? HiveFault::kOutside : HiveFault::kNoCell;
      return cell;
    }
    std::int32_t size = 0;  // of the whole cell, negative: it is in use
    std::memcpy(&size, bytes, sizeof(size));
    const auto whole = static_cast<std::uint32_t>(-static_cast<std::int64_t>(size));
    if (size >= 0) {
      cell.fault = HiveFault::kFree;
    } else if (whole < kAlignment || whole > size_ - offset) {
      cell.fault = HiveFault::kBadSize;
    } else {
      cell.data = offset + static_cast<std::uint32_t>(sizeof(size));
      cell.size = whole - static_cast<std::uint32_t>(sizeof(size));
    }
    return cell;
  }

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
