#include "scanner/engine/packed_groups.h"

#include <cstring>
#include <string_view>
#include <utility>

namespace whfb::engine {

namespace {

constexpr std::size_t kBlock = std::size_t{256} << 10U;

template <typename Number>
void Put(Number number, std::string& out) {
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void Put(std::string_view text, std::string& out) {
  Put(static_cast<std::uint32_t>(text.size()), out);
  out += text;
}

void Put(const BundleInput& input, std::string& out) {
  Put(std::string_view(input.place.path()), out);
  Put(std::string_view(input.place.file()), out);
  Put(input.kind, out);
  Put(input.is_root, out);
  Put(input.diagnostics, out);
  Put(std::string_view(input.name_hint), out);
  Put(input.collected, out);
  Put(input.number, out);
  Put(static_cast<std::uint32_t>(input.set_aside.size()), out);
  for (const std::string& file : input.set_aside) {
    Put(std::string_view(file), out);
  }
}

void Put(const BundleGroup& group, std::string& out) {
  Put(std::string_view(group.key), out);
  Put(static_cast<std::uint32_t>(group.bundles.size()), out);
  for (const BundleInput& input : group.bundles) {
    Put(input, out);
  }
}

// Reads what Put wrote, in the same order.
class Unpacker {
 public:
  explicit Unpacker(const char* at) : at_(at) {}

  template <typename Number>
  Number Take() {
    Number number{};
    std::memcpy(&number, at_, sizeof number);
    at_ += sizeof number;
    return number;
  }

  std::string TakeText() {
    const auto size = Take<std::uint32_t>();
    std::string text(at_, size);
    at_ += size;
    return text;
  }

  BundleInput TakeInput() {
    BundleInput input;
    std::string path = TakeText();
    input.place = BundlePlace(std::move(path), TakeText());
    input.kind = Take<InputKind>();
    input.is_root = Take<bool>();
    input.diagnostics = Take<bool>();
    input.name_hint = TakeText();
    input.collected = Take<TimeInterval>();
    input.number = Take<std::uint32_t>();
    const auto set_aside = Take<std::uint32_t>();
    for (std::uint32_t i = 0; i < set_aside; ++i) {
      input.set_aside.push_back(TakeText());
    }
    return input;
  }

 private:
  const char* at_;
};

}  // namespace

PackedGroups::PackedGroups(std::vector<BundleGroup> groups) {
  places_.reserve(groups.size());
  for (BundleGroup& group : groups) {
    if (blocks_.empty() || blocks_.back().size() + kBlock / 16 > kBlock) {
      blocks_.emplace_back().reserve(kBlock);
    }
    places_.push_back({.block = static_cast<std::uint32_t>(blocks_.size() - 1),
                       .at = static_cast<std::uint32_t>(blocks_.back().size())});
    Put(group, blocks_.back());
    group = {};
  }
}

BundleGroup PackedGroups::Get(std::size_t i) const {
  Unpacker unpacker(blocks_[places_[i].block].data() + places_[i].at);
  BundleGroup group;
  group.key = unpacker.TakeText();
  const auto bundles = unpacker.Take<std::uint32_t>();
  for (std::uint32_t j = 0; j < bundles; ++j) {
    group.bundles.push_back(unpacker.TakeInput());
  }
  return group;
}

void PackedGroups::Release(std::size_t i) {
  if (i + 1 == places_.size() || places_[i + 1].block != places_[i].block) {
    std::string().swap(blocks_[places_[i].block]);
  }
}

}  // namespace whfb::engine
