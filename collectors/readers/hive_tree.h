// Keys and values of a hive, cell by cell (formats.md section 6; msuhanov, "Windows registry file
// format specification", format of primary files).
//
// Nothing is trusted: every offset, size and count is checked, damage goes to HiveDamage and the
// thing it concerns is left out. A key that is not found is not there only where the lists that do
// not name it are whole (the number of subkeys, and hash or hint and parent of each, are right);
// the names and the number of values have nothing to be held against, but that a list without a
// number is damage. Whoever walks takes each cell once (Take...), so that loops end and a cell with
// two owners is noticed; and since cells that do not overlap cannot hold more than the hive, nobody
// gets more than that out of it. Looking a path up takes nothing; it looks at kMaxListed subkeys of
// a key at most. Not thread-safe.

#ifndef WHFB_COLLECTORS_READERS_HIVE_TREE_H_
#define WHFB_COLLECTORS_READERS_HIVE_TREE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "collectors/readers/hive_damage.h"
#include "collectors/readers/hive_image.h"
#include "scanner/core/time.h"

namespace whfb::readers {

// What is said of a link, below which nothing is looked for.
inline constexpr std::string_view kHiveLink = "is a link to another key, which is not followed";

struct HiveName {
  std::uint32_t at = 0;     // in the bins
  std::uint32_t bytes = 0;  // that are there
  bool wide = false;        // UTF-16LE, else Latin-1
};

// Two letters say what a cell holds.
[[nodiscard]] inline bool HasSignature(const std::byte* bytes, std::string_view signature) {
  return std::string_view(reinterpret_cast<const char*>(bytes), 2) == signature;
}

struct HiveKey {
  std::uint32_t cell = 0;
  std::uint16_t flags = 0;
  Ticks last_written = 0;
  std::uint32_t parent = 0;
  std::uint32_t subkeys = 0;
  std::uint32_t subkey_list = 0;
  std::uint32_t values = 0;
  std::uint32_t value_list = 0;
  std::uint32_t security = 0;
  HiveName name{};

  [[nodiscard]] bool is_link() const { return (flags & 0x10U) != 0; }
};

struct HiveValue {
  std::uint32_t cell = 0;
  std::uint32_t type = 0;  // REG_SZ and the like; any number occurs
  std::uint32_t size = 0;  // of the data
  bool resident = false;   // `data` is the data itself
  std::uint32_t data = 0;  // its cell
  HiveName name{};
};

struct HiveData {
  std::vector<std::byte> bytes{};
  bool whole = true;  // false: damaged, or larger than the limit
};

// Cells by bit, memory only where there are any.
class HiveCellSet {
 public:
  // False: it was there already.
  [[nodiscard]] bool Add(std::uint32_t cell);

  void Clear() { pages_.clear(); }

 private:
  static constexpr std::size_t kPageCells = 8192;  // 64 KiB of hive

  using Page = std::array<std::uint64_t, kPageCells / 64>;
  std::vector<std::unique_ptr<Page>> pages_{};
};

class HiveTree {
 public:
  static constexpr std::uint32_t kNoCell = 0xffffffff;
  static constexpr std::size_t kMaxDepth = 512;  // of keys; the limit of Windows
  static constexpr std::size_t kMaxValueBytes = std::size_t{1} << 20;
  static constexpr std::size_t kMaxListed = std::size_t{1} << 18;

  // `minor` is the version of the hive. All must outlive this.
  HiveTree(HiveImage& image, std::uint32_t minor, HiveDamage& damage)
      : image_(image), minor_(minor), damage_(damage) {}

  // Nothing when the cell is no key; that is damage.
  [[nodiscard]] std::optional<HiveKey> Key(std::uint32_t cell);
  [[nodiscard]] std::optional<HiveValue> Value(std::uint32_t cell);

  // UTF-8.
  [[nodiscard]] std::string Text(const HiveName& name);

  struct Found {
    std::optional<HiveKey> key{};
    bool sure = true;  // false: damage, a link or a second key of that name leaves it open
    WhyUnknown why = WhyUnknown::kMalformed;
  };

  // By the hashes of the lists, as Windows does; the lists are checked when it is not there. `name`
  // is ASCII, in any case.
  [[nodiscard]] Found Find(const HiveKey& parent, std::string_view name);

  // "Microsoft\\Cryptography", from `key` down. The empty path is the key itself.
  [[nodiscard]] Found FindPath(const HiveKey& key, std::string_view path);

  // Damage, unless the lists of the key name as many subkeys as it has, each of them once, and say
  // of each what it says itself: only then is what they do not name not there. Lists without hashes
  // (of old versions) say no more than four letters, or nothing, of a name. Each key once.
  void CheckSubkeys(const HiveKey& parent);

  // Adds the cells that the key lists. A subkey is for TakeKey to claim: it names its parent. A
  // value does not, and one that somebody took already is damage and left out.
  void ListSubkeys(const HiveKey& key, std::vector<std::uint32_t>& cells);
  void TakeValues(const HiveKey& key, std::vector<std::uint32_t>& cells);

  // One of the subkeys of `parent`. Nothing, and damage, when it is that of another key.
  [[nodiscard]] std::optional<HiveKey> TakeKey(std::uint32_t cell, const HiveKey& parent);

  // The data of a value; its cells are taken.
  [[nodiscard]] HiveData TakeData(const HiveValue& value);

  // Whether TakeData would get it whole, without copying.
  void CheckData(const HiveValue& value);

  // The content of any cell, at most `most` bytes; empty when the cell is damaged.
  [[nodiscard]] std::vector<std::byte> Content(std::uint32_t cell, std::size_t most);

  void GiveBackAll() {
    taken_.Clear();
    spent_ = 0;
  }

 private:
  enum class ListKind : std::uint8_t { kIndex, kHint, kHash, kRoot };

  struct List {
    ListKind kind = ListKind::kIndex;
    HiveCell cell{};
    std::uint32_t count = 0;
  };

  struct Wanted;
  struct NameMark;

  [[nodiscard]] bool Take(std::uint32_t cell);
  [[nodiscard]] bool Spend(std::uint32_t cell, std::uint64_t bytes);
  [[nodiscard]] HiveCell GoodCell(std::uint32_t cell);
  [[nodiscard]] bool HasRoom(const HiveCell& cell, std::uint32_t fixed, std::uint32_t bytes);
  [[nodiscard]] static std::size_t Stride(ListKind kind);
  [[nodiscard]] std::optional<List> ListAt(std::uint32_t cell, bool in_root);
  template <typename Visit>
  bool Batches(const List& list, Visit visit);
  template <typename Visit>
  bool Elements(const List& list, Visit visit);
  template <typename Visit>
  void Leaves(std::uint32_t cell, bool spend, Visit visit);
  [[nodiscard]] bool IsCalled(const HiveName& have, std::string_view name);
  [[nodiscard]] bool IsChild(const HiveKey& key, std::uint32_t parent);
  [[nodiscard]] bool FindInLeaf(const List& leaf, Wanted& wanted, Found& found);
  [[nodiscard]] bool Consider(ListKind kind,
                              const std::byte* element,
                              const Wanted& wanted,
                              Found& found);
  [[nodiscard]] NameMark MarkOf(const HiveName& name);
  [[nodiscard]] bool MarkFits(ListKind kind, const std::byte* element, const HiveKey& key);
  [[nodiscard]] bool HasSubkeys(const HiveKey& key);
  template <typename Use>
  [[nodiscard]] bool DataCells(const HiveValue& value, Use use);
  template <typename Use>
  [[nodiscard]] bool BigDataCells(const HiveValue& value, const HiveCell& record, Use use);

  HiveImage& image_;
  std::uint32_t minor_;
  HiveDamage& damage_;
  HiveCellSet taken_{};
  std::unordered_set<std::uint32_t> sound_{};  // keys whose lists of subkeys were checked
  std::uint64_t spent_ = 0;                    // bytes of lists, names and data handed out
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_HIVE_TREE_H_
