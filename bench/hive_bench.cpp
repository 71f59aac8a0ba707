// Registry hives: opening one and reading 50 keys with all their values, and a walk over
// everything, against hivex in the same run. The hive is written by our own writer, with the
// numbers of a SYSTEM hive of Windows 10 (43,000 keys, 90,000 values, 15 MB) unless told otherwise.
//
//   hive_bench [--scale N] [--hive FILE]

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#if defined(WHFB_HAS_HIVEX)
#include <hivex.h>
#endif

#include "collectors/readers/hive_count.h"
#include "collectors/readers/hive_tree.h"
#include "samples/hive_writer.h"
#include "scanner/engine/file_access.h"

namespace {

namespace fs = std::filesystem;

using whfb::readers::HiveKey;
using whfb::readers::HiveTree;

using Bytes = std::vector<std::byte>;
using Paths = std::vector<std::string>;

constexpr std::size_t kPaths = 50;
constexpr int kRounds = 21;  // the median counts: others share the machine

struct Options {
  int scale = 1;
  fs::path hive{};
};

// Keys and bytes of values that one way of reading saw: the ways must agree.
struct Seen {
  std::size_t keys = 0;
  std::size_t values = 0;
  std::size_t bytes = 0;

  friend bool operator==(const Seen&, const Seen&) = default;
};

Bytes ReadAll(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto* const first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

Bytes WriteLarge(int scale) {
  whfb::samples::HiveSample sample;
  sample.root.At("Select").Number("Current", 1);
  whfb::samples::HiveSampleKey& services = sample.root.At("ControlSet001\\Services");
  for (int i = 0; i < 1075 * scale; ++i) {
    services.keys.push_back({.name = "Service" + std::to_string(i)});
    whfb::samples::HiveSampleKey& service = services.keys.back();
    for (int k = 0; k < 39; ++k) {
      service.At("Parameters" + std::to_string(k))
          .Number("Start", 3)
          .Text("ImagePath", "\\SystemRoot\\System32\\drivers\\a driver of this service.sys");
    }
    service.Number("Type", 1).Number("ErrorControl", 1).Text("DisplayName", "A service");
  }
  return WriteHive(sample);
}

// What our reader works on: the bytes, or the file through the cache.
struct Opened {
  Opened(whfb::readers::ByteSource& source, std::span<const std::byte> memory)
      : header(*whfb::readers::ParseHiveHeader(*source.Window(0, whfb::readers::kHiveSectorBytes))),
        image(source, memory, header.bins_bytes),
        tree(image, header.minor, damage) {}

  whfb::TextPool pool{};
  whfb::readers::Records records{pool};
  whfb::readers::RecordSink sink{.records = records};
  whfb::readers::HiveDamage damage{sink};
  whfb::readers::HiveHeader header;
  whfb::readers::HiveImage image;
  HiveTree tree;
};

void AddValues(HiveTree& tree, const HiveKey& key, Seen& seen) {
  std::vector<std::uint32_t> cells;
  tree.TakeValues(key, cells);
  for (const std::uint32_t cell : cells) {
    if (const auto value = tree.Value(cell)) {
      ++seen.values;
      seen.bytes += tree.Text(value->name).size() + tree.TakeData(*value).bytes.size();
    }
  }
}

Seen Look(Opened& hive, const Paths& paths) {
  Seen seen;
  const std::optional<HiveKey> root = hive.tree.Key(hive.header.root);
  for (const std::string& path : paths) {
    const HiveTree::Found found = hive.tree.FindPath(*root, path);
    if (found.key) {
      ++seen.keys;
      AddValues(hive.tree, *found.key, seen);
    }
  }
  return seen;
}

// Depth first, names and data and all.
void Walk(HiveTree& tree, const HiveKey& key, Seen& seen) {
  ++seen.keys;
  AddValues(tree, key, seen);
  std::vector<std::uint32_t> cells;
  tree.ListSubkeys(key, cells);
  for (const std::uint32_t cell : cells) {
    if (const auto below = tree.TakeKey(cell, key)) {
      seen.bytes += tree.Text(below->name).size();
      Walk(tree, *below, seen);
    }
  }
}

void AddPaths(HiveTree& tree, const HiveKey& key, const std::string& path, Paths& paths) {
  paths.push_back(path);
  std::vector<std::uint32_t> cells;
  tree.ListSubkeys(key, cells);
  for (const std::uint32_t cell : cells) {
    if (const auto below = tree.TakeKey(cell, key)) {
      const std::string name = tree.Text(below->name);
      AddPaths(tree, *below, path.empty() ? name : path + "\\" + name, paths);
    }
  }
}

Paths SomePaths(Opened& hive) {
  Paths all;
  AddPaths(hive.tree, *hive.tree.Key(hive.header.root), "", all);
  Paths some;
  const std::size_t step = std::max<std::size_t>(1, all.size() / kPaths);
  for (std::size_t i = step / 2; i < all.size() && some.size() < kPaths; i += step) {
    some.push_back(all[i]);
  }
  return some;
}

// CPU milliseconds of the median round; a round is as many runs as take kLeast.
double Measure(const std::function<Seen()>& work, Seen& seen) {
  constexpr std::clock_t kLeast = CLOCKS_PER_SEC / 200;
  std::vector<double> times;
  for (int round = 0; round < kRounds; ++round) {
    const std::clock_t start = std::clock();
    std::clock_t now = start;
    int runs = 0;
    for (; now - start < kLeast; now = std::clock(), ++runs) {
      seen = work();
    }
    times.push_back(static_cast<double>(now - start) * 1e3 / CLOCKS_PER_SEC / runs);
  }
  std::ranges::nth_element(times, times.begin() + kRounds / 2);
  return times[kRounds / 2];
}

double Report(const char* name, const std::function<Seen()>& work, Seen& seen) {
  const double time = Measure(work, seen);
  std::printf("%-44s %9.3f CPU ms  (%zu keys, %zu values, %zu bytes)\n", name, time, seen.keys,
              seen.values, seen.bytes);
  return time;
}

#if defined(WHFB_HAS_HIVEX)

struct CloseHivex {
  void operator()(hive_h* hive) const { hivex_close(hive); }
};

using Hivex = std::unique_ptr<hive_h, CloseHivex>;

void AddValues(hive_h* hive, hive_node_h node, Seen& seen) {
  hive_value_h* const values = hivex_node_values(hive, node);
  for (std::size_t i = 0; values != nullptr && values[i] != 0; ++i) {
    char* const name = hivex_value_key(hive, values[i]);
    hive_type type{};
    std::size_t length = 0;
    char* const data = hivex_value_value(hive, values[i], &type, &length);
    ++seen.values;
    seen.bytes += std::string_view(name).size() + length;
    std::free(name);
    std::free(data);
  }
  std::free(values);
}

hive_node_h FindPath(hive_h* hive, std::string_view path) {
  hive_node_h node = hivex_root(hive);
  while (node != 0 && !path.empty()) {
    const std::size_t end = std::min(path.find('\\'), path.size());
    node = hivex_node_get_child(hive, node, std::string(path.substr(0, end)).c_str());
    path.remove_prefix(std::min(path.size(), end + 1));
  }
  return node;
}

void Walk(hive_h* hive, hive_node_h node, Seen& seen) {
  ++seen.keys;
  AddValues(hive, node, seen);
  hive_node_h* const children = hivex_node_children(hive, node);
  for (std::size_t i = 0; children != nullptr && children[i] != 0; ++i) {
    char* const name = hivex_node_name(hive, children[i]);
    seen.bytes += std::string_view(name).size();
    std::free(name);
    Walk(hive, children[i], seen);
  }
  std::free(children);
}

void Compare(const fs::path& file, const Paths& paths, double look, double walk, const Seen& all) {
  Seen seen;
  const double their_look = Report(
      "hivex: open + 50 keys",
      [&] {
        const Hivex hive(hivex_open(file.c_str(), 0));
        Seen here;
        for (const std::string& path : paths) {
          if (const hive_node_h node = FindPath(hive.get(), path); node != 0) {
            ++here.keys;
            AddValues(hive.get(), node, here);
          }
        }
        return here;
      },
      seen);
  const double their_walk = Report(
      "hivex: open + full walk",
      [&] {
        const Hivex hive(hivex_open(file.c_str(), 0));
        Seen here;
        Walk(hive.get(), hivex_root(hive.get()), here);
        return here;
      },
      seen);
  std::printf("open + 50 keys: %.0f x hivex; full walk: %.1f x hivex%s\n", their_look / look,
              their_walk / walk, seen == all ? "" : "; THE TWO DO NOT AGREE");
}

#else

void Compare(const fs::path&, const Paths&, double, double, const Seen&) {
  std::printf("built without hivex (libhivex-dev): nothing to compare with\n");
}

#endif

void Run(const fs::path& file, const Bytes& bytes) {
  Seen seen;
  whfb::readers::MemorySource memory(bytes);
  Opened first(memory, bytes);
  const Paths paths = SomePaths(first);
  const double look = Report(
      "ours: open + 50 keys, in memory",
      [&] {
        Opened hive(memory, bytes);
        return Look(hive, paths);
      },
      seen);
  (void)Report(
      "ours: open + 50 keys, from the file",
      [&] {
        const auto source = whfb::engine::OpenFile(file.string());
        Opened hive(**source, {});
        return Look(hive, paths);
      },
      seen);
  const double walk = Report(
      "ours: open + full walk, names and data",
      [&] {
        Opened hive(memory, bytes);
        Seen all;
        Walk(hive.tree, *hive.tree.Key(hive.header.root), all);
        return all;
      },
      seen);
  const Seen all = seen;
  (void)Report(
      "ours: open + count and check everything",
      [&] {
        Opened hive(memory, bytes);
        const auto counts =
            CountHive(hive.tree, hive.damage, *hive.tree.Key(hive.header.root), true);
        return Seen{.keys = counts.keys, .values = counts.values};
      },
      seen);
  Compare(file, paths, look, walk, all);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
    if (arguments[i] == "--scale") {
      options.scale = std::stoi(arguments[i + 1]);
    } else if (arguments[i] == "--hive") {
      options.hive = arguments[i + 1];
    }
  }
  const bool own = options.hive.empty();
  const Bytes bytes = own ? WriteLarge(options.scale) : ReadAll(options.hive);
  const fs::path file = own ? fs::temp_directory_path() / "whfb_hive_bench.hive" : options.hive;
  if (own) {
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
  std::printf("hive of %.1f MB\n", static_cast<double>(bytes.size()) / 1e6);
  Run(file, bytes);
  if (own) {
    fs::remove(file);
  }
  return 0;
}
