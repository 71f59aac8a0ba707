#include "tests/hive/library_walk.h"

#if defined(WHFB_HAS_HIVEX)

#include <cstdlib>
#include <hivex.h>
#include <memory>
#include <string>

namespace whfb::test {

namespace {

struct Close {
  void operator()(hive_h* hive) const { hivex_close(hive); }
};

struct Free {
  void operator()(void* memory) const { std::free(memory); }  // NOLINT: hivex allocates so
};

template <typename T>
using Owned = std::unique_ptr<T[], Free>;  // NOLINT(modernize-avoid-c-arrays)

// A key that hivex cannot read is left out with everything below it.
void Walk(hive_h* hive, hive_node_h node, const std::string& path, SeenHive& seen) {
  SeenKey key;
  key.last_written = hivex_node_timestamp(hive, node);
  const Owned<hive_value_h> values(hivex_node_values(hive, node));
  for (std::size_t i = 0; values != nullptr && values[i] != 0; ++i) {
    const Owned<char> name(hivex_value_key(hive, values[i]));
    std::uint32_t type = 0;  // any number occurs, not only those of the enumeration
    static_assert(sizeof(type) == sizeof(hive_type));
    std::size_t length = 0;
    const Owned<char> data(
        hivex_value_value(hive, values[i], reinterpret_cast<hive_type*>(&type), &length));
    if (name != nullptr && data != nullptr) {
      const auto* const first = reinterpret_cast<const std::byte*>(data.get());
      key.values.emplace(name.get(), SeenValue{.type = type, .data = {first, first + length}});
    }
  }
  seen.emplace(path, std::move(key));
  const Owned<hive_node_h> children(hivex_node_children(hive, node));
  for (std::size_t i = 0; children != nullptr && children[i] != 0; ++i) {
    const Owned<char> name(hivex_node_name(hive, children[i]));
    if (name != nullptr) {
      Walk(hive, children[i], Below(path, name.get()), seen);
    }
  }
}

}  // namespace

bool HasHivex() {
  return true;
}

std::optional<SeenHive> WalkWithHivex(const std::filesystem::path& hive) {
  const std::unique_ptr<hive_h, Close> open(hivex_open(hive.c_str(), 0));
  if (open == nullptr) {
    return std::nullopt;
  }
  SeenHive seen;
  Walk(open.get(), hivex_root(open.get()), "", seen);
  return seen;
}

}  // namespace whfb::test

#else

namespace whfb::test {

bool HasHivex() {
  return false;
}

std::optional<SeenHive> WalkWithHivex(const std::filesystem::path& /*hive*/) {
  return std::nullopt;
}

}  // namespace whfb::test

#endif
