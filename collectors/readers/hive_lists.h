// The lists of subkeys in a hive: members of HiveTree that its two files share.

#ifndef WHFB_COLLECTORS_READERS_HIVE_LISTS_H_
#define WHFB_COLLECTORS_READERS_HIVE_LISTS_H_

#include <algorithm>
#include <array>

#include "collectors/readers/hive_tree.h"
#include "collectors/readers/little_endian.h"

namespace whfb::readers {

inline constexpr std::uint32_t kHiveKeyBytes = 76;  // of a key, before its name
inline constexpr std::uint32_t kHiveListHeadBytes = 4;
inline constexpr std::size_t kHiveBatchBytes = 1024;  // of list elements read at once

inline std::size_t HiveTree::Stride(ListKind kind) {
  return kind == ListKind::kHash || kind == ListKind::kHint ? 8 : 4;
}

// Calls visit(elements, size) with a few at a time, while it returns true. False: it did not.
template <typename Visit>
bool HiveTree::Batches(const List& list, Visit visit) {
  std::array<std::byte, kHiveBatchBytes> scratch;
  std::uint32_t at = list.cell.data + kHiveListHeadBytes;
  for (std::size_t left = list.count * Stride(list.kind); left > 0;) {
    const std::size_t size = std::min(left, kHiveBatchBytes);
    const std::byte* const batch = image_.View(at, size, scratch);
    if (batch == nullptr) {
      damage_.Add(list.cell.offset, "is not there whole", WhyUnknown::kTruncated);
      return true;
    }
    if (!visit(batch, size)) {
      return false;
    }
    at += static_cast<std::uint32_t>(size);
    left -= size;
  }
  return true;
}

// The same, one element at a time.
template <typename Visit>
bool HiveTree::Elements(const List& list, Visit visit) {
  return Batches(list, [&, stride = Stride(list.kind)](const std::byte* batch, std::size_t size) {
    bool more = true;
    for (std::size_t i = 0; more && i < size; i += stride) {
      more = visit(batch + i);
    }
    return more;
  });
}

// Calls visit(leaf) for the list itself, or for each list of an index root, while it returns true.
template <typename Visit>
void HiveTree::Leaves(std::uint32_t cell, bool spend, Visit visit) {
  const std::optional<List> list = ListAt(cell, false);
  if (!list) {
    return;
  }
  if (list->kind != ListKind::kRoot) {
    visit(*list);
    return;
  }
  Elements(*list, [&](const std::byte* element) {
    if (spend && !Spend(cell, sizeof(std::uint32_t))) {
      return false;
    }
    const std::optional<List> leaf = ListAt(LoadFrom<std::uint32_t>(element), true);
    return !leaf || visit(*leaf);
  });
}

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_HIVE_LISTS_H_
