#include "scanner/core/text_pool.h"

#include <algorithm>
#include <cstring>
#include <functional>

namespace whfb {

namespace {

constexpr std::size_t kFirstTableSize = 256;  // a power of two

}  // namespace

std::byte* TextPool::Allocate(std::size_t size, std::size_t alignment) {
  if (!blocks_.empty()) {
    const std::size_t start = (used_in_block_ + alignment - 1) / alignment * alignment;
    if (start + size <= blocks_.back().size) {
      used_in_block_ = start + size;
      return blocks_.back().memory.get() + start;
    }
  }
  if (bytes_ + size > max_bytes_) {
    full_ = true;
    return nullptr;
  }
  const std::size_t block_size = std::max(size, kBlockBytes);
  // NOLINTNEXTLINE(modernize-avoid-c-arrays): std::make_unique would zero the block first
  blocks_.push_back({std::unique_ptr<std::byte[]>(new std::byte[block_size]), block_size});
  bytes_ += block_size;
  used_in_block_ = size;
  return blocks_.back().memory.get();
}

std::string_view TextPool::Keep(std::string_view text) {
  if (text.empty()) {
    return "";
  }
  std::byte* const memory = Allocate(text.size(), 1);
  if (memory == nullptr) {
    return {};
  }
  std::memcpy(memory, text.data(), text.size());
  return {reinterpret_cast<const char*>(memory), text.size()};
}

void TextPool::GrowTable() {
  std::vector<std::string_view> larger(std::max(kFirstTableSize, table_.size() * 2));
  for (const std::string_view text : table_) {
    if (text.data() == nullptr) {
      continue;
    }
    std::size_t slot = std::hash<std::string_view>{}(text) & (larger.size() - 1);
    while (larger[slot].data() != nullptr) {
      slot = (slot + 1) & (larger.size() - 1);
    }
    larger[slot] = text;
  }
  table_ = std::move(larger);
}

std::string_view TextPool::Intern(std::string_view text) {
  if (text.empty()) {
    return "";
  }
  if ((interned_ + 1) * 2 > table_.size()) {
    GrowTable();
  }
  std::size_t slot = std::hash<std::string_view>{}(text) & (table_.size() - 1);
  while (table_[slot].data() != nullptr) {
    if (table_[slot] == text) {
      return table_[slot];
    }
    slot = (slot + 1) & (table_.size() - 1);
  }
  const std::string_view kept = Keep(text);
  if (kept.data() != nullptr) {
    table_[slot] = kept;
    ++interned_;
  }
  return kept;
}

std::span<const std::string_view> TextPool::KeepList(std::span<const std::string_view> list) {
  if (list.empty()) {
    return {};
  }
  std::byte* const memory = Allocate(list.size_bytes(), alignof(std::string_view));
  if (memory == nullptr) {
    return {};
  }
  auto* const first = reinterpret_cast<std::string_view*>(memory);
  std::uninitialized_copy(list.begin(), list.end(), first);
  return {first, list.size()};
}

std::span<const std::byte> TextPool::KeepBytes(std::span<const std::byte> bytes) {
  std::byte* const memory = bytes.empty() ? nullptr : Allocate(bytes.size(), 1);
  if (memory == nullptr) {
    return {};
  }
  std::memcpy(memory, bytes.data(), bytes.size());
  return {memory, bytes.size()};
}

void TextPool::Clear() {
  std::ranges::fill(table_, std::string_view{});
  interned_ = 0;
  used_in_block_ = 0;
  full_ = false;
  if (blocks_.size() > 1) {
    // The first block has the standard size unless one huge text came first.
    blocks_.resize(1);
  }
  bytes_ = blocks_.empty() ? 0 : blocks_.front().size;
}

}  // namespace whfb
