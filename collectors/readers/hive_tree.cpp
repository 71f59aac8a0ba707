#include "collectors/readers/hive_tree.h"

#include <algorithm>
#include <utility>

#include "collectors/readers/evtx_value.h"
#include "collectors/readers/hive_lists.h"
#include "collectors/readers/little_endian.h"

namespace whfb::readers {

namespace {

constexpr std::uint16_t kKeyNarrowName = 0x20;
constexpr std::uint16_t kKeyPredefined = 0x40;
constexpr std::uint32_t kHandle = 0x80000000;  // all that are predefined

std::string Latin1Text(std::span<const std::byte> bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (const std::byte octet : bytes) {
    const auto unit = std::to_integer<unsigned>(octet);
    if (unit < 0x80) {
      text.push_back(static_cast<char>(unit));
    } else {
      text.push_back(static_cast<char>(0xc0U | unit >> 6U));
      text.push_back(static_cast<char>(0x80U | (unit & 0x3fU)));
    }
  }
  return text;
}

}  // namespace

bool HiveCellSet::Add(std::uint32_t cell) {
  const std::size_t number = cell / 8;
  const std::size_t page = number / kPageCells;
  if (page >= pages_.size()) {
    pages_.resize(page + 1);
  }
  if (pages_[page] == nullptr) {
    pages_[page] = std::make_unique<Page>();
  }
  std::uint64_t& bits = (*pages_[page])[number % kPageCells / 64];
  const std::uint64_t bit = std::uint64_t{1} << number % 64;
  const bool fresh = (bits & bit) == 0;
  bits |= bit;
  return fresh;
}

bool HiveTree::Take(std::uint32_t cell) {
  const bool fresh = taken_.Add(cell);
  if (!fresh) {
    damage_.Add(cell, "belongs to two owners");
  }
  return fresh;
}

bool HiveTree::Spend(std::uint32_t cell, std::uint64_t bytes) {
  spent_ += bytes;
  const bool honest = spent_ <= image_.size();
  if (!honest) {
    damage_.Add(cell, "overlaps other cells");
  }
  return honest;
}

HiveCell HiveTree::GoodCell(std::uint32_t cell) {
  HiveCell found = image_.Cell(cell);
  if (!found.ok()) {
    damage_.Add(cell, ToString(found.fault));
  }
  return found;
}

// For a name of so many bytes behind the fixed part of the content.
bool HiveTree::HasRoom(const HiveCell& cell, std::uint32_t fixed, std::uint32_t bytes) {
  const bool fits = bytes <= cell.size - fixed;
  if (!fits) {
    damage_.Add(cell.offset, "has a name that is longer than the cell", WhyUnknown::kTruncated);
  }
  return fits;
}

std::string HiveTree::Text(const HiveName& name) {
  std::string text(name.bytes, '\0');
  const std::span<std::byte> bytes = std::as_writable_bytes(std::span(text));
  if (text.empty() || !Spend(name.at, bytes.size()) || !image_.Read(name.at, bytes)) {
    return {};
  }
  if (name.wide) {
    std::string narrow(bytes.size() / 2 * 3, '\0');
    narrow.resize(evtx::Utf16ToUtf8(bytes.data(), bytes.size() / 2, narrow.data()));
    return narrow;
  }
  const bool ascii =
      std::ranges::all_of(bytes, [](std::byte octet) { return octet < std::byte{0x80}; });
  return ascii ? text : Latin1Text(bytes);
}

std::optional<HiveKey> HiveTree::Key(std::uint32_t cell) {
  const HiveCell found = GoodCell(cell);
  if (!found.ok()) {
    return std::nullopt;
  }
  std::array<std::byte, kHiveKeyBytes> scratch;
  const std::byte* const bytes =
      found.size < kHiveKeyBytes ? nullptr : image_.View(found.data, kHiveKeyBytes, scratch);
  if (bytes == nullptr || !HasSignature(bytes, "nk")) {
    damage_.Add(cell, "is no key");
    return std::nullopt;
  }
  std::optional<HiveKey> key(std::in_place);
  key->cell = cell;
  key->flags = LoadFrom<std::uint16_t>(bytes + 2);
  key->last_written = LoadFrom<Ticks>(bytes + 4);
  key->parent = LoadFrom<std::uint32_t>(bytes + 16);
  key->subkeys = LoadFrom<std::uint32_t>(bytes + 20);
  key->subkey_list = LoadFrom<std::uint32_t>(bytes + 28);
  key->values = LoadFrom<std::uint32_t>(bytes + 36);
  key->value_list = LoadFrom<std::uint32_t>(bytes + 40);
  // The number of values is a handle, and there is no list.
  if ((key->flags & kKeyPredefined) != 0 && (key->values & kHandle) != 0) {
    key->values = 0;
    key->value_list = kNoCell;
  }
  key->security = LoadFrom<std::uint32_t>(bytes + 44);
  key->name = {.at = found.data + kHiveKeyBytes,
               .bytes = LoadFrom<std::uint16_t>(bytes + 72),
               .wide = (key->flags & kKeyNarrowName) == 0};
  if (!HasRoom(found, kHiveKeyBytes, key->name.bytes)) {
    key.reset();
  }
  return key;
}

std::optional<HiveTree::List> HiveTree::ListAt(std::uint32_t cell, bool in_root) {
  static constexpr std::array<std::pair<std::string_view, ListKind>, 4> kKinds = {
      {{"lh", ListKind::kHash},
       {"lf", ListKind::kHint},
       {"li", ListKind::kIndex},
       {"ri", ListKind::kRoot}}};
  List list{.cell = GoodCell(cell)};
  if (!list.cell.ok()) {
    return std::nullopt;
  }
  std::array<std::byte, kHiveListHeadBytes> scratch;
  const std::byte* const head = image_.View(list.cell.data, kHiveListHeadBytes, scratch);
  const auto* const kind = std::ranges::find_if(
      kKinds, [&](const auto& one) { return head != nullptr && HasSignature(head, one.first); });
  if (kind == kKinds.end() || (in_root && kind->second == ListKind::kRoot)) {
    damage_.Add(cell, "is no list of subkeys");
    return std::nullopt;
  }
  list.kind = kind->second;
  list.count = LoadFrom<std::uint16_t>(head + 2);
  const std::size_t room = (list.cell.size - kHiveListHeadBytes) / Stride(list.kind);
  if (list.count > room) {
    damage_.Add(cell, "lists more subkeys than it has room for", WhyUnknown::kTruncated);
    list.count = static_cast<std::uint32_t>(room);
  }
  return list;
}

bool HiveTree::HasSubkeys(const HiveKey& key) {
  if (key.subkeys == 0 && key.subkey_list != kNoCell) {
    damage_.Add(key.cell, "says that it has no subkeys, and has a list of them");
  }
  return key.subkeys != 0;
}

void HiveTree::ListSubkeys(const HiveKey& key, std::vector<std::uint32_t>& cells) {
  if (!HasSubkeys(key)) {
    return;
  }
  std::uint64_t listed = 0;
  Leaves(key.subkey_list, true, [&](const List& leaf) {
    return Elements(leaf, [&](const std::byte* element) {
      if (!Spend(leaf.cell.offset, sizeof(std::uint32_t))) {
        return false;
      }
      if (++listed > kMaxListed) {
        damage_.Add(leaf.cell.offset, "is beyond the limit of subkeys", WhyUnknown::kTooLarge);
        return false;
      }
      cells.push_back(LoadFrom<std::uint32_t>(element));
      return true;
    });
  });
  if (listed != key.subkeys) {
    damage_.Add(key.cell, "has another number of subkeys than it says");
  }
}

bool HiveTree::IsChild(const HiveKey& key, std::uint32_t parent) {
  const bool own = key.parent == parent && key.cell != parent;
  if (!own) {
    damage_.Add(key.cell, "is the subkey of another key");
  }
  return own;
}

std::optional<HiveKey> HiveTree::TakeKey(std::uint32_t cell, const HiveKey& parent) {
  std::optional<HiveKey> key = Key(cell);
  const bool own = key && IsChild(*key, parent.cell) && Take(cell);
  return own ? key : std::nullopt;
}

}  // namespace whfb::readers
