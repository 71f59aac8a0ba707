#include "tests/hive/hive_files.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>

#include <gtest/gtest.h>

#include "collectors/readers/hive_header.h"
#include "collectors/readers/hive_tree.h"

namespace whfb::test {

namespace {

namespace fs = std::filesystem;

// Where xz put it; an empty path when there is no xz.
fs::path Unpacked(const fs::path& packed) {
  const fs::path folder = fs::path(testing::TempDir()) / "whfb_hives";
  fs::create_directories(folder);
  fs::path target = folder / packed.stem();
  if (fs::exists(target)) {
    return target;
  }
  // Tests run side by side: each writes its own file and renames it.
  const fs::path own = target.string() + "." + std::to_string(std::random_device{}());
  const std::string command =
      "xz -dc \"" + packed.string() + "\" > \"" + own.string() + "\" 2>/dev/null";
  // NOLINTNEXTLINE(cert-env33-c): fixed arguments
  if (std::system(command.c_str()) != 0) {
    fs::remove(own);
    return {};
  }
  fs::rename(own, target);
  return target;
}

void Walk(readers::HiveTree& tree,
          const readers::HiveKey& key,
          const std::string& path,
          bool look_up,
          SeenHive& seen) {
  SeenKey& own = seen[path];
  own.last_written = key.last_written;
  std::vector<std::uint32_t> cells;
  tree.TakeValues(key, cells);
  for (const std::uint32_t cell : cells) {
    if (const auto value = tree.Value(cell)) {
      const readers::HiveData data = tree.TakeData(*value);
      own.values.emplace(tree.Text(value->name),
                         SeenValue{.type = value->type, .data = data.bytes, .whole = data.whole});
    }
  }
  if (look_up) {
    (void)tree.Find(key, "No key has this name");
  }
  cells.clear();
  tree.ListSubkeys(key, cells);
  for (const std::uint32_t cell : cells) {
    if (const auto below = tree.TakeKey(cell, key)) {
      Walk(tree, *below, Below(path, tree.Text(below->name)), look_up, seen);
    }
  }
}

}  // namespace

std::string Below(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : std::string(path).append("\\").append(name);
}

fs::path SharedHive(std::string_view name) {
  fs::path path = fs::path(WHFB_SHARED_DATA) / "hive" / name;
  if (!fs::exists(path)) {
    return {};
  }
  return path.extension() == ".xz" ? Unpacked(path) : path;
}

std::vector<fs::path> SharedHives() {
  std::vector<fs::path> hives;
  const fs::path folder = fs::path(WHFB_SHARED_DATA) / "hive";
  if (!fs::exists(folder)) {
    return hives;
  }
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) {
      continue;
    }
    const fs::path path = entry.path().extension() == ".xz" ? Unpacked(entry.path()) : entry.path();
    const Bytes bytes = path.empty() ? Bytes() : ReadBytes(path);
    if (readers::RecogniseHiveFile(bytes) == readers::HiveFile::kHive) {
      hives.push_back(path);
    }
  }
  std::ranges::sort(hives);
  return hives;
}

Bytes ReadBytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto* const first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

namespace {

OurHive Walk(std::span<const std::byte> hive, Way way, bool look_up) {
  OurHive seen;
  const auto header = readers::ParseHiveHeader(hive);
  if (!header) {
    return seen;
  }
  TextPool pool;
  readers::Records records(pool);
  readers::RecordSink sink{.records = records};
  readers::HiveDamage damage(sink);
  readers::MemorySource source(hive);
  readers::HiveImage image(source, way == Way::kMemory ? hive : std::span<const std::byte>{},
                           header->bins_bytes);
  readers::HiveTree tree(image, header->minor, damage);
  if (const auto root = tree.Key(header->root)) {
    Walk(tree, *root, "", look_up, seen.keys);
  }
  seen.gaps = sink.gaps;
  return seen;
}

}  // namespace

OurHive WalkHive(std::span<const std::byte> hive, Way way) {
  return Walk(hive, way, false);
}

OurHive LookIntoHive(std::span<const std::byte> hive) {
  return Walk(hive, Way::kMemory, true);
}

std::vector<Result<std::unique_ptr<readers::ByteSource>>> GivenCompanions::Open(
    std::span<const std::string_view> names) {
  std::vector<Result<std::unique_ptr<readers::ByteSource>>> found;
  for (const std::string_view name : names) {
    std::string lower(name);
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto file = files.find(lower);
    if (lower == denied) {
      found.emplace_back(Error{ErrorCode::kDenied, lower, "permission denied"});
    } else if (file == files.end()) {
      found.emplace_back(Error{ErrorCode::kNotFound, lower, "no such file"});
    } else {
      found.emplace_back(std::make_unique<readers::MemorySource>(file->second));
    }
  }
  return found;
}

Status Reading::Read(std::span<const std::byte> bytes,
                     std::string_view path,
                     Way way,
                     const readers::ReaderSpec& reader) {
  readers::MemorySource source(bytes);
  const readers::EvidenceView evidence{
      .number = 1,
      .path = path,
      .bytes = way == Way::kMemory ? bytes : std::span<const std::byte>{},
      .source = &source,
      .companions = &companions,
      .context = context};
  return reader.read(evidence, sink);
}

const readers::RegistryValue* Reading::Value(std::string_view key, std::string_view name) const {
  const auto values = records.Of<readers::RegistryValue>();
  const auto found = std::ranges::find_if(
      values, [&](const auto& value) { return value.key == key && value.name == name; });
  return found == values.end() ? nullptr : &*found;
}

const readers::RegistryKey* Reading::Key(std::string_view path) const {
  const auto keys = records.Of<readers::RegistryKey>();
  const auto found = std::ranges::find(keys, path, &readers::RegistryKey::path);
  return found == keys.end() ? nullptr : &*found;
}

const readers::RegistryRoot* Reading::Root(std::string_view path) const {
  const auto roots = records.Of<readers::RegistryRoot>();
  const auto found = std::ranges::find(roots, path, &readers::RegistryRoot::path);
  return found == roots.end() ? nullptr : &*found;
}

}  // namespace whfb::test
