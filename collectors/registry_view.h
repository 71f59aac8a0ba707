// What the registry evidence of a bundle says about one value or one subtree.
//
// Present: a source shows the value. Absent: a source shows the key with all its values and this
// one is not among them, or shows a whole subtree in which the key is missing. HKEY_USERS shows the
// hives that are loaded: of a user whose hive it does not list it says nothing. Anything else is
// unknown, with the reason. Sources that disagree make it unknown (conflicting). Paths are
// compared without case and as written: a WOW6432Node copy is another key. Built per collector
// call; the records must outlive it. Not thread-safe.

#ifndef WHFB_COLLECTORS_REGISTRY_VIEW_H_
#define WHFB_COLLECTORS_REGISTRY_VIEW_H_

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/readers/registry_record.h"
#include "scanner/core/cell.h"

namespace whfb::collectors {

// `path` is `root` or lies below it.
[[nodiscard]] bool IsAtOrBelow(std::string_view path, std::string_view root);

class RegistryView {
 public:
  explicit RegistryView(const readers::Records& records);

  // What one piece of evidence says.
  RegistryView(const readers::Records& records, std::uint32_t evidence);

  // REG_DWORD or REG_QWORD; another type is unknown (malformed).
  [[nodiscard]] Cell Number(std::string_view key, std::string_view name) const;

  // True: some value (not only a key) exists at or below `key`. False: the subtree was read
  // completely and has none.
  [[nodiscard]] Cell AnyValueBelow(std::string_view key,
                                   std::span<const std::string_view> proves_nothing = {}) const;

  // Keys listed directly below `parent` (by themselves, by a deeper key or by a value), each
  // name once.
  [[nodiscard]] std::vector<std::string_view> SubkeyNames(std::string_view parent) const;

  // The subtree of `key` was read completely by some source.
  [[nodiscard]] bool ReadWhole(std::string_view key) const;

 private:
  // What the evidence lists under one path, in its order.
  struct Place {
    std::vector<const readers::RegistryKey*> keys{};
    std::vector<const readers::RegistryValue*> values{};
  };

  // By path in lower case. Hostile evidence lists thousands of keys for thousands of users: no
  // question may look at all of them.
  using Places = std::map<std::string, Place, std::less<>>;

  // The places at and below a key, as two ranges.
  struct Below {
    Places::const_iterator own{};
    Places::const_iterator own_end{};
    Places::const_iterator first{};
    Places::const_iterator last{};
  };

  void Index();
  [[nodiscard]] const Place* At(std::string_view key) const;
  [[nodiscard]] Below AtOrBelow(std::string_view key) const;
  [[nodiscard]] Cell FromKeys(std::string_view key, std::string_view name) const;
  [[nodiscard]] Cell FromRoots(std::string_view key) const;
  [[nodiscard]] Cell NoneBelow(std::string_view key) const;
  [[nodiscard]] bool Covers(const readers::RegistryRoot& root, std::string_view key) const;
  [[nodiscard]] bool Lists(std::uint32_t evidence, std::string_view key) const;

  std::span<const readers::RegistryKey> keys_;
  std::span<const readers::RegistryRoot> roots_;
  std::span<const readers::RegistryValue> values_;
  Places places_;
  // Hives below HKEY_USERS of which the evidence lists a key, in lower case.
  std::set<std::pair<std::uint32_t, std::string>> hives_;
};

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_REGISTRY_VIEW_H_
