#include "collectors/readers/hive_image.h"

#include <utility>

namespace whfb::readers {

namespace {

constexpr std::uint32_t kSector = static_cast<std::uint32_t>(kHiveSectorBytes);

std::uint32_t BinsInFile(std::uint64_t file_bytes, std::uint32_t bins_bytes) {
  const std::uint64_t there = file_bytes - std::min<std::uint64_t>(file_bytes, kHiveHeaderBytes);
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(there, bins_bytes));
}

}  // namespace

std::string_view ToString(HiveFault fault) {
  switch (fault) {
    case HiveFault::kNone:
      return "is in order";
    case HiveFault::kNoCell:
      return "is not at the start of a cell";
    case HiveFault::kOutside:
      return "lies outside the hive";
    case HiveFault::kFree:
      return "is free";
    case HiveFault::kBadSize:
      break;
  }
  return "has a size that is not possible";
}

HiveImage::HiveImage(ByteSource& source,
                     std::span<const std::byte> memory,
                     std::uint32_t bins_bytes,
                     HiveOverlay overlay)
    : source_(&source), overlay_(std::move(overlay)) {
  if (overlay_.patches.empty()) {
    size_ = BinsInFile(memory.empty() ? source.size() : memory.size(), bins_bytes);
    direct_ = memory.empty() || size_ == 0 ? std::span<const std::byte>{}
                                           : memory.subspan(kHiveHeaderBytes, size_);
  } else {
    size_ = bins_bytes;
  }
  if (direct_.empty()) {
    slots_.resize(kSlots);
  }
}

bool HiveImage::ReadBlocks(std::uint32_t offset, std::span<std::byte> into) {
  while (!into.empty()) {
    const auto block = static_cast<std::uint32_t>(offset / kBlockBytes);
    const std::size_t start = offset % kBlockBytes;
    const std::size_t length = std::min(into.size(), kBlockBytes - start);
    const Slot& slot = Load(block);
    for (std::size_t sector = start / kSector; sector * kSector < start + length; ++sector) {
      if ((slot.there >> sector & 1U) == 0) {
        return false;
      }
    }
    std::memcpy(into.data(), slot.bytes.data() + start, length);
    into = into.subspan(length);
    offset += static_cast<std::uint32_t>(length);
  }
  return true;
}

const HiveImage::Slot& HiveImage::Load(std::uint32_t block) {
  Slot& slot = slots_[block % kSlots];
  if (slot.block == block) {
    return slot;
  }
  slot.block = block;
  slot.there = 0;
  slot.bytes.resize(kBlockBytes);
  LoadBase(block, slot);
  LoadPatches(block, slot);
  return slot;
}

// How many bytes were there.
std::size_t HiveImage::CopyFrom(ByteSource& from, std::uint64_t at, std::span<std::byte> into) {
  const auto window = from.Window(at, into.size());
  if (!window) {
    if (error_.message.empty()) {
      error_ = window.error();
    }
    return 0;
  }
  const std::size_t length = std::min(window->size(), into.size());
  std::memcpy(into.data(), window->data(), length);
  return length;
}

// A sector that the file holds only in part counts as missing, unless nothing lies over the hive:
// then size() says how far it goes.
void HiveImage::LoadBase(std::uint32_t block, Slot& slot) {
  const std::uint64_t start = std::uint64_t{block} * kBlockBytes;
  const std::size_t there = CopyFrom(*source_, kHiveHeaderBytes + start, slot.bytes);
  const std::size_t round_up = overlay_.patches.empty() ? kSector - 1 : 0;
  for (std::size_t sector = 0; sector < (there + round_up) / kSector; ++sector) {
    slot.there |= 1U << sector;
  }
}

void HiveImage::LoadPatches(std::uint32_t block, Slot& slot) {
  constexpr auto kSectorsInBlock = static_cast<std::uint32_t>(kBlockBytes / kSector);
  static_assert(kSectorsInBlock == 32, "Slot::there has one bit a sector");
  const std::uint32_t first = block * kSectorsInBlock;
  auto patch = std::ranges::lower_bound(overlay_.patches, first, {}, &HivePatch::sector);
  for (; patch != overlay_.patches.end() && patch->sector < first + kSectorsInBlock; ++patch) {
    const std::size_t sector = patch->sector - first;
    const std::span<std::byte> into(slot.bytes.data() + sector * kSector, kSector);
    const bool whole = CopyFrom(*overlay_.logs.at(patch->log), patch->at, into) == kSector;
    slot.there = whole ? slot.there | 1U << sector : slot.there & ~(1U << sector);
  }
}

}  // namespace whfb::readers
