#include "collectors/readers/hive_tree.h"

#include <algorithm>
#include <utility>

#include "collectors/readers/evtx_value.h"
#include "collectors/readers/little_endian.h"

namespace whfb::readers {

namespace {

constexpr std::uint32_t kKeyBytes = 76;  // before the name
constexpr std::uint32_t kListHeadBytes = 4;
constexpr std::size_t kBatchBytes = 1024;  // of list elements read at once
constexpr std::uint16_t kKeyNarrowName = 0x20;
constexpr std::uint16_t kKeyPredefined = 0x40;  // the number of values is a handle

char Upper(char letter) {
  return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
}

bool HasSignature(const std::byte* bytes, std::string_view signature) {
  return std::string_view(reinterpret_cast<const char*>(bytes), 2) == signature;
}

// Whether any of the pairs of cell and hash has this hash. Without a branch, so that many of them
// are looked at in the time of one.
bool HoldsHash(const std::byte* pairs, std::size_t size, std::uint32_t hash) {
  std::uint32_t any = 0;
  for (std::size_t i = 0; i < size; i += 8) {
    any |= static_cast<std::uint32_t>(LoadFrom<std::uint32_t>(pairs + i + 4) == hash);
  }
  return any != 0;
}

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

std::size_t HiveTree::Stride(ListKind kind) {
  return kind == ListKind::kHash || kind == ListKind::kHint ? 8 : 4;
}

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

// What a name in a list must be to be looked at.
struct HiveTree::Wanted {
  std::string_view name{};
  std::uint32_t hash = 0;
  std::array<char, 4> hint{};  // upper case
  std::uint32_t parent = 0;
  std::size_t looked_at = 0;

  Wanted(std::string_view text, const HiveKey& of) : name(text), parent(of.cell) {
    for (const char letter : text) {
      hash = hash * 37 + static_cast<unsigned char>(Upper(letter));
    }
    for (std::size_t i = 0; i < std::min(text.size(), hint.size()); ++i) {
      hint.at(i) = Upper(text[i]);
    }
  }

  // Names beyond Latin-1 have no hint.
  [[nodiscard]] bool HintFits(const std::byte* have) const {
    return have[0] == std::byte{0} ||
           std::equal(hint.begin(), hint.end(), have, [](char a, auto b) {
             return a == Upper(static_cast<char>(std::to_integer<unsigned char>(b)));
           });
  }

  [[nodiscard]] bool MayBe(ListKind kind, const std::byte* element) const {
    return kind == ListKind::kIndex ||
           (kind == ListKind::kHash ? LoadFrom<std::uint32_t>(element + 4) == hash
                                    : HintFits(element + 4));
  }
};

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
  std::array<std::byte, kKeyBytes> scratch;
  const std::byte* const bytes =
      found.size < kKeyBytes ? nullptr : image_.View(found.data, kKeyBytes, scratch);
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
  key->values = (key->flags & kKeyPredefined) == 0 ? LoadFrom<std::uint32_t>(bytes + 36) : 0;
  key->value_list = LoadFrom<std::uint32_t>(bytes + 40);
  key->security = LoadFrom<std::uint32_t>(bytes + 44);
  key->name = {.at = found.data + kKeyBytes,
               .bytes = LoadFrom<std::uint16_t>(bytes + 72),
               .wide = (key->flags & kKeyNarrowName) == 0};
  if (!HasRoom(found, kKeyBytes, key->name.bytes)) {
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
  std::array<std::byte, kListHeadBytes> scratch;
  const std::byte* const head = image_.View(list.cell.data, kListHeadBytes, scratch);
  const auto* const kind = std::ranges::find_if(
      kKinds, [&](const auto& one) { return head != nullptr && HasSignature(head, one.first); });
  if (kind == kKinds.end() || (in_root && kind->second == ListKind::kRoot)) {
    damage_.Add(cell, "is no list of subkeys");
    return std::nullopt;
  }
  list.kind = kind->second;
  list.count = LoadFrom<std::uint16_t>(head + 2);
  const std::size_t room = (list.cell.size - kListHeadBytes) / Stride(list.kind);
  if (list.count > room) {
    damage_.Add(cell, "lists more subkeys than it has room for", WhyUnknown::kTruncated);
    list.count = static_cast<std::uint32_t>(room);
  }
  return list;
}

// Calls visit(elements, size) with a few at a time, while it returns true. False: it did not.
template <typename Visit>
bool HiveTree::Batches(const List& list, Visit visit) {
  std::array<std::byte, kBatchBytes> scratch;
  std::uint32_t at = list.cell.data + kListHeadBytes;
  for (std::size_t left = list.count * Stride(list.kind); left > 0;) {
    const std::size_t size = std::min(left, kBatchBytes);
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

void HiveTree::ListSubkeys(const HiveKey& key, std::vector<std::uint32_t>& cells) {
  if (key.subkeys == 0) {
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

bool HiveTree::IsCalled(const HiveName& have, std::string_view name) {
  const std::size_t unit = have.wide ? 2 : 1;
  std::array<std::byte, kBatchBytes> scratch;
  if (have.bytes != name.size() * unit || have.bytes > scratch.size()) {
    return false;
  }
  const std::byte* const bytes = image_.View(have.at, have.bytes, scratch);
  for (std::size_t i = 0; bytes != nullptr && i < name.size(); ++i) {
    const bool high = have.wide && bytes[i * unit + 1] != std::byte{0};
    const auto letter = static_cast<char>(std::to_integer<unsigned char>(bytes[i * unit]));
    if (high || Upper(letter) != Upper(name[i])) {
      return false;
    }
  }
  return bytes != nullptr;
}

// False: enough of this key.
bool HiveTree::FindInLeaf(const List& leaf, Wanted& wanted, Found& found) {
  wanted.looked_at += leaf.count;
  if (wanted.looked_at > kMaxListed) {
    damage_.Add(leaf.cell.offset, "is beyond the limit of subkeys", WhyUnknown::kTooLarge);
    return false;
  }
  const std::size_t stride = Stride(leaf.kind);
  return Batches(leaf, [&](const std::byte* batch, std::size_t size) {
    if (leaf.kind == ListKind::kHash && !HoldsHash(batch, size, wanted.hash)) {
      return true;
    }
    bool more = true;
    for (std::size_t i = 0; more && i < size; i += stride) {
      more = !wanted.MayBe(leaf.kind, batch + i) ||
             Consider(LoadFrom<std::uint32_t>(batch + i), wanted, found);
    }
    return more;
  });
}

// A key whose hash or hint fits. False: enough.
bool HiveTree::Consider(std::uint32_t cell, const Wanted& wanted, Found& found) {
  const std::optional<HiveKey> key = Key(cell);
  const bool same = key && IsCalled(key->name, wanted.name);
  if (!same || !IsChild(*key, wanted.parent)) {
    return true;
  }
  if (found.key) {
    damage_.Add(cell, "has the name of another subkey");
    return false;
  }
  found.key = key;
  return true;
}

HiveTree::Found HiveTree::Find(const HiveKey& parent, std::string_view name) {
  Found found;
  if (parent.is_link()) {
    return {.sure = false, .why = WhyUnknown::kAmbiguous};
  }
  if (parent.subkeys == 0) {
    return found;
  }
  const std::uint64_t before = damage_.met();
  Wanted wanted(name, parent);
  Leaves(parent.subkey_list, false,
         [&](const List& leaf) { return FindInLeaf(leaf, wanted, found); });
  found.sure = damage_.met() == before;
  found.why = damage_.why();
  return found;
}

HiveTree::Found HiveTree::FindPath(const HiveKey& key, std::string_view path) {
  Found at{.key = key};
  while (at.key && !path.empty()) {
    const std::size_t end = std::min(path.find('\\'), path.size());
    const bool was_sure = at.sure;
    const WhyUnknown why = at.why;
    at = Find(*at.key, path.substr(0, end));
    at.why = was_sure ? at.why : why;
    at.sure = at.sure && was_sure;
    path.remove_prefix(std::min(path.size(), end + 1));
  }
  return at;
}

}  // namespace whfb::readers
