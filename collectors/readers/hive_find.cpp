// Looking a key up by its path. What is found is what it is called; that nothing is found says
// something only where the lists of the parent can be trusted (see CheckSubkeys).

#include <algorithm>
#include <array>
#include <utility>

#include "collectors/readers/hive_lists.h"
#include "collectors/readers/hive_tree.h"
#include "collectors/readers/little_endian.h"

namespace whfb::readers {

namespace {

using Hint = std::array<char, 4>;  // the first letters of a name

char Upper(char letter) {
  return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
}

// A UTF-16 unit in upper case, as hashes have it.
struct UpperUnit {
  std::uint32_t unit = 0;
  std::uint32_t or_else = 0;  // versions of Windows may differ
  bool known = true;          // false: only the tables of Windows tell
};

UpperUnit UpperOf(std::uint32_t unit) {
  constexpr std::uint32_t kMicro = 0xb5;
  constexpr std::uint32_t kYDiaeresis = 0xff;
  const bool lower = (unit >= 'a' && unit <= 'z') || (unit >= 0xe0 && unit <= 0xfe && unit != 0xf7);
  // Punctuation, and East Asian scripts: two ASCII letters taken for one unit are such.
  const bool caseless = (unit >= 0x2000 && unit < 0x2140) || (unit >= 0x2d30 && unit < 0xa640) ||
                        (unit >= 0xac00 && unit < 0xf900);
  if (unit == kMicro) {
    return {.unit = unit, .or_else = 0x39c};
  }
  if (unit == kYDiaeresis) {
    return {.unit = unit, .or_else = 0x178};
  }
  const std::uint32_t upper = lower ? unit - 0x20 : unit;
  return {.unit = upper, .or_else = upper, .known = unit <= 0xff || caseless};
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

// Names beyond Latin-1 have no hint: its first byte is zero.
bool HintFits(const Hint& hint, const std::byte* have) {
  return have[0] == std::byte{0} || std::equal(hint.begin(), hint.end(), have, [](char a, auto b) {
           return Upper(a) == Upper(static_cast<char>(std::to_integer<unsigned char>(b)));
         });
}

}  // namespace

// What a name in a list must be to be looked at.
struct HiveTree::Wanted {
  std::string_view name{};
  std::uint32_t hash = 0;
  Hint hint{};
  std::uint32_t parent = 0;
  std::size_t looked_at = 0;

  Wanted(std::string_view text, const HiveKey& of) : name(text), parent(of.cell) {
    for (const char letter : text) {
      hash = hash * 37 + static_cast<unsigned char>(Upper(letter));
    }
    std::copy_n(text.begin(), std::min(text.size(), hint.size()), hint.begin());
  }

  [[nodiscard]] bool MayBe(ListKind kind, const std::byte* element) const {
    return kind == ListKind::kIndex ||
           (kind == ListKind::kHash ? LoadFrom<std::uint32_t>(element + 4) == hash
                                    : HintFits(hint, element + 4));
  }
};

// What a list may say of a name.
struct HiveTree::NameMark {
  std::uint32_t hash = 0;
  std::uint32_t or_else = 0;  // the hash of another version of Windows
  bool known = true;          // false: of the hash, only the tables of Windows tell
  Hint hint{};                // its first byte is zero where a name has none
  bool whole = false;         // false: this is no name that a key can have

  [[nodiscard]] bool Hashes(std::uint32_t to) const { return hash == to || or_else == to; }
};

bool HiveTree::IsCalled(const HiveName& have, std::string_view name) {
  const std::size_t unit = have.wide ? 2 : 1;
  std::array<std::byte, kHiveBatchBytes> scratch;
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

HiveTree::NameMark HiveTree::MarkOf(const HiveName& name) {
  NameMark mark;
  const std::size_t unit = name.wide ? 2 : 1;
  std::array<std::byte, kHiveBatchBytes> scratch;
  const std::byte* const bytes =
      name.bytes == 0 || name.bytes % unit != 0 || name.bytes > scratch.size()
          ? nullptr
          : image_.View(name.at, name.bytes, scratch);
  bool hinted = true;
  for (std::size_t i = 0; bytes != nullptr && i < name.bytes / unit; ++i) {
    const std::uint32_t letter = name.wide ? LoadFrom<std::uint16_t>(bytes + i * unit)
                                           : std::to_integer<std::uint32_t>(bytes[i]);
    const UpperUnit upper = UpperOf(letter);
    mark.hash = mark.hash * 37 + upper.unit;
    mark.or_else = mark.or_else * 37 + upper.or_else;
    mark.known = mark.known && upper.known;
    if (i < mark.hint.size()) {
      mark.hint.at(i) = static_cast<char>(letter);
      hinted = hinted && letter <= 0xff;
    }
  }
  mark.hint = hinted ? mark.hint : Hint{};
  mark.whole = bytes != nullptr;
  return mark;
}

// Whether the list says of the key what its name says.
bool HiveTree::MarkFits(ListKind kind, const std::byte* element, const HiveKey& key) {
  const NameMark mark = MarkOf(key.name);
  bool fits = mark.whole;
  if (kind == ListKind::kHash) {
    fits = fits && (!mark.known || mark.Hashes(LoadFrom<std::uint32_t>(element + 4)));
  } else if (kind == ListKind::kHint) {
    fits = fits && HintFits(mark.hint, element + 4);
  }
  if (!fits) {
    damage_.Add(key.cell, "has another name than its list says");
  }
  return fits;
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
      more = !wanted.MayBe(leaf.kind, batch + i) || Consider(leaf.kind, batch + i, wanted, found);
    }
    return more;
  });
}

// A key whose hash or hint fits. False: enough.
bool HiveTree::Consider(ListKind kind,
                        const std::byte* element,
                        const Wanted& wanted,
                        Found& found) {
  const auto cell = LoadFrom<std::uint32_t>(element);
  const std::optional<HiveKey> key = Key(cell);
  if (!key) {
    return true;
  }
  if (!IsCalled(key->name, wanted.name)) {
    // Names of one hash are rare: rather is this the key, and its name damaged.
    if (kind == ListKind::kHash && !MarkOf(key->name).Hashes(wanted.hash)) {
      damage_.Add(cell, "has another name than its list says");
    }
    return true;
  }
  if (!IsChild(*key, wanted.parent)) {
    return true;
  }
  if (found.key) {
    damage_.Add(cell, "has the name of another subkey");
    return false;
  }
  found.key = key;
  return true;
}

void HiveTree::CheckSubkeys(const HiveKey& parent) {
  if (!HasSubkeys(parent) || sound_.contains(parent.cell)) {
    return;
  }
  const std::uint64_t before = damage_.met();
  std::uint64_t listed = 0;
  Leaves(parent.subkey_list, false, [&](const List& leaf) {
    listed += leaf.count;
    return true;
  });
  // No hive holds more keys than there is room for.
  if (listed != parent.subkeys || listed > image_.size() / kHiveKeyBytes) {
    damage_.Add(parent.cell, "has another number of subkeys than it says");
    return;
  }
  std::vector<std::uint32_t> cells;
  cells.reserve(parent.subkeys);
  Leaves(parent.subkey_list, false, [&](const List& leaf) {
    return Elements(leaf, [&](const std::byte* element) {
      const std::optional<HiveKey> key = Key(LoadFrom<std::uint32_t>(element));
      cells.push_back(LoadFrom<std::uint32_t>(element));
      return key && IsChild(*key, parent.cell) && MarkFits(leaf.kind, element, *key);
    });
  });
  std::ranges::sort(cells);
  if (const auto twice = std::ranges::adjacent_find(cells); twice != cells.end()) {
    damage_.Add(*twice, "is listed twice");
  }
  if (damage_.met() == before) {
    sound_.insert(parent.cell);
  }
}

HiveTree::Found HiveTree::Find(const HiveKey& parent, std::string_view name) {
  Found found;
  if (parent.is_link()) {
    damage_.Add(parent.cell, kHiveLink, WhyUnknown::kAmbiguous);
    return {.sure = false, .why = WhyUnknown::kAmbiguous};
  }
  const std::uint64_t before = damage_.met();
  if (parent.subkeys != 0) {
    Wanted wanted(name, parent);
    Leaves(parent.subkey_list, false,
           [&](const List& leaf) { return FindInLeaf(leaf, wanted, found); });
  }
  if (!found.key && damage_.met() == before) {
    CheckSubkeys(parent);
  }
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
