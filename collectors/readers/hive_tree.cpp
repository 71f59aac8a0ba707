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

bool HasSignature(std::span<const std::byte> bytes, std::string_view signature) {
  return bytes.size() >= 2 &&
         std::string_view(reinterpret_cast<const char*>(bytes.data()), 2) == signature;
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
  std::size_t looked_at = 0;

  explicit Wanted(std::string_view text) : name(text) {
    for (const char letter : text) {
      hash = hash * 37 + static_cast<unsigned char>(Upper(letter));
    }
    for (std::size_t i = 0; i < std::min(text.size(), hint.size()); ++i) {
      hint.at(i) = Upper(text[i]);
    }
  }

  [[nodiscard]] bool MayBe(ListKind kind, std::span<const std::byte> element) const {
    if (kind == ListKind::kHash) {
      return LoadAt<std::uint32_t>(element, 4) == hash;
    }
    if (kind != ListKind::kHint) {
      return true;
    }
    const auto have = element.subspan(4, 4);
    // Names beyond Latin-1 have no hint.
    return have[0] == std::byte{0} || std::ranges::equal(have, hint, [](std::byte a, char b) {
             return Upper(static_cast<char>(std::to_integer<unsigned char>(a))) == b;
           });
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
    damage_.Add(cell, found.fault);
  }
  return found;
}

// The name of `bytes` bytes at `at` of the content; of a name that its cell cuts, nothing.
HiveName HiveTree::NameIn(const HiveCell& cell, std::uint32_t at, std::uint32_t bytes) {
  const std::uint32_t room = cell.size - std::min(cell.size, at);
  if (bytes > room) {
    damage_.Add(cell.offset, "has a name that is longer than the cell", WhyUnknown::kTruncated);
    return {};
  }
  return {.at = cell.data + at, .bytes = bytes};
}

std::string HiveTree::Text(const HiveName& name) {
  std::vector<std::byte> bytes(name.bytes);
  if (bytes.empty() || !Spend(name.at, bytes.size()) || !image_.Read(name.at, bytes)) {
    return {};
  }
  if (!name.wide) {
    return Latin1Text(bytes);
  }
  std::string text(bytes.size() / 2 * 3, '\0');
  text.resize(evtx::Utf16ToUtf8(bytes.data(), bytes.size() / 2, text.data()));
  return text;
}

std::optional<HiveKey> HiveTree::Key(std::uint32_t cell) {
  const HiveCell found = GoodCell(cell);
  std::array<std::byte, kKeyBytes> bytes{};
  if (!found.ok()) {
    return std::nullopt;
  }
  if (found.size < kKeyBytes || !image_.Read(found.data, bytes) || !HasSignature(bytes, "nk")) {
    damage_.Add(cell, "is no key");
    return std::nullopt;
  }
  HiveKey key{.cell = cell,
              .flags = LoadAt<std::uint16_t>(bytes, 2),
              .last_written = LoadAt<Ticks>(bytes, 4),
              .subkeys = LoadAt<std::uint32_t>(bytes, 20),
              .subkey_list = LoadAt<std::uint32_t>(bytes, 28),
              .values = LoadAt<std::uint32_t>(bytes, 36),
              .value_list = LoadAt<std::uint32_t>(bytes, 40),
              .security = LoadAt<std::uint32_t>(bytes, 44)};
  const std::uint32_t name_bytes = LoadAt<std::uint16_t>(bytes, 72);
  key.name = NameIn(found, kKeyBytes, name_bytes);
  key.name.wide = (key.flags & kKeyNarrowName) == 0;
  key.values = (key.flags & kKeyPredefined) == 0 ? key.values : 0;
  return key.name.bytes == name_bytes ? std::optional(key) : std::nullopt;
}

std::optional<HiveTree::List> HiveTree::ListAt(std::uint32_t cell, bool in_root) {
  static constexpr std::array<std::pair<std::string_view, ListKind>, 4> kKinds = {
      {{"lh", ListKind::kHash},
       {"lf", ListKind::kHint},
       {"li", ListKind::kIndex},
       {"ri", ListKind::kRoot}}};
  List list{.cell = GoodCell(cell)};
  std::array<std::byte, kListHeadBytes> head{};
  if (!list.cell.ok()) {
    return std::nullopt;
  }
  const bool readable = list.cell.size >= head.size() && image_.Read(list.cell.data, head);
  const auto* const kind = std::ranges::find_if(
      kKinds, [&](const auto& one) { return readable && HasSignature(head, one.first); });
  if (kind == kKinds.end() || (in_root && kind->second == ListKind::kRoot)) {
    damage_.Add(cell, "is no list of subkeys");
    return std::nullopt;
  }
  list.kind = kind->second;
  list.count = LoadAt<std::uint16_t>(head, 2);
  const bool paired = list.kind == ListKind::kHash || list.kind == ListKind::kHint;
  const std::uint32_t room = (list.cell.size - kListHeadBytes) / (paired ? 8 : 4);
  if (list.count > room) {
    damage_.Add(cell, "lists more subkeys than it has room for", WhyUnknown::kTruncated);
    list.count = room;
  }
  return list;
}

// Calls visit(element) with the bytes of each, while it returns true. False: it did not.
template <typename Visit>
bool HiveTree::Elements(const List& list, Visit visit) {
  const bool paired = list.kind == ListKind::kHash || list.kind == ListKind::kHint;
  const std::size_t stride = paired ? 8 : 4;
  std::array<std::byte, kBatchBytes> buffer{};
  std::uint32_t at = list.cell.data + kListHeadBytes;
  for (std::size_t left = list.count * stride; left > 0;) {
    const std::span<std::byte> batch(buffer.data(), std::min(left, buffer.size()));
    if (!image_.Read(at, batch)) {
      damage_.Add(list.cell.offset, "is not there whole", WhyUnknown::kTruncated);
      return true;
    }
    for (std::size_t i = 0; i < batch.size(); i += stride) {
      if (!visit(std::span<const std::byte>(batch).subspan(i, stride))) {
        return false;
      }
    }
    at += static_cast<std::uint32_t>(batch.size());
    left -= batch.size();
  }
  return true;
}

// Calls visit(leaf) for the list itself, or for each list of an index root, while it returns true.
template <typename Visit>
void HiveTree::Leaves(std::uint32_t cell, bool take, Visit visit) {
  if (take && !Take(cell)) {
    return;
  }
  const std::optional<List> list = ListAt(cell, false);
  if (!list) {
    return;
  }
  if (list->kind != ListKind::kRoot) {
    visit(*list);
    return;
  }
  Elements(*list, [&](std::span<const std::byte> element) {
    const auto leaf_cell = LoadAt<std::uint32_t>(element, 0);
    if (take && !Take(leaf_cell)) {
      return true;
    }
    const std::optional<List> leaf = ListAt(leaf_cell, true);
    return !leaf || visit(*leaf);
  });
}

void HiveTree::TakeSubkeys(const HiveKey& key, std::vector<std::uint32_t>& cells) {
  if (key.subkeys == 0) {
    return;
  }
  std::uint64_t listed = 0;
  Leaves(key.subkey_list, true, [&](const List& leaf) {
    return Elements(leaf, [&](std::span<const std::byte> element) {
      ++listed;
      const auto cell = LoadAt<std::uint32_t>(element, 0);
      const bool honest = Spend(leaf.cell.offset, element.size());
      if (honest && Take(cell)) {
        cells.push_back(cell);
      }
      return honest;
    });
  });
  if (listed != key.subkeys) {
    damage_.Add(key.cell, "has another number of subkeys than it says");
  }
}

bool HiveTree::IsCalled(const HiveName& have, std::string_view name) {
  const std::size_t unit = have.wide ? 2 : 1;
  std::array<std::byte, kBatchBytes> buffer{};
  if (have.bytes != name.size() * unit || have.bytes > buffer.size()) {
    return false;
  }
  const std::span<std::byte> bytes(buffer.data(), have.bytes);
  if (!image_.Read(have.at, bytes)) {
    return false;
  }
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool high = have.wide && bytes[i * unit + 1] != std::byte{0};
    const auto letter = static_cast<char>(std::to_integer<unsigned char>(bytes[i * unit]));
    if (high || Upper(letter) != Upper(name[i])) {
      return false;
    }
  }
  return true;
}

// False: enough of this key.
bool HiveTree::FindInLeaf(const List& leaf, Wanted& wanted, Found& found) {
  wanted.looked_at += leaf.count;
  if (wanted.looked_at > kMaxListed) {
    damage_.Add(leaf.cell.offset, "is beyond the limit of subkeys", WhyUnknown::kTooLarge);
    return false;
  }
  return Elements(leaf, [&](std::span<const std::byte> element) {
    if (!wanted.MayBe(leaf.kind, element)) {
      return true;
    }
    const auto cell = LoadAt<std::uint32_t>(element, 0);
    const std::optional<HiveKey> key = Key(cell);
    if (!key || !IsCalled(key->name, wanted.name)) {
      return true;
    }
    if (found.key) {
      damage_.Add(cell, "has the name of another subkey");
      return false;
    }
    found.key = key;
    return true;
  });
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
  Wanted wanted(name);
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
