// TextPool: owns the text that cells and records point to. Interning the same text twice
// gives the same view. Bounded: beyond kMaxBytes text is refused, and the caller turns its
// value into unknown (too-large) instead of cutting it.
//
// Views stay valid until the pool is cleared, destroyed or moved from. Not thread-safe.

#ifndef WHFB_SCANNER_CORE_TEXT_POOL_H_
#define WHFB_SCANNER_CORE_TEXT_POOL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace whfb {

class TextPool {
 public:
  static constexpr std::size_t kMaxBytes = std::size_t{64} << 20;
  static constexpr std::size_t kBlockBytes = std::size_t{64} << 10;

  explicit TextPool(std::size_t max_bytes = kMaxBytes) : max_bytes_(max_bytes) {}

  TextPool(const TextPool&) = delete;
  TextPool& operator=(const TextPool&) = delete;
  TextPool(TextPool&&) = default;
  TextPool& operator=(TextPool&&) = default;
  ~TextPool() = default;

  // A stable copy without looking for an equal one: for text that is seen once. Empty views
  // come back when the bound is reached and `text` is not empty; full() then tells.
  std::string_view Keep(std::string_view text);

  // A stable copy, shared with every equal text interned before.
  std::string_view Intern(std::string_view text);

  // A stable copy of the list itself (the views, not the text).
  std::span<const std::string_view> KeepList(std::span<const std::string_view> list);

  // A stable copy of raw bytes.
  std::span<const std::byte> KeepBytes(std::span<const std::byte> bytes);

  // A stable copy of records that own nothing; empty when the bound is reached.
  template <typename T>

  requires(std::is_trivially_copyable_v<T>&& std::is_trivially_destructible_v<T>)
      std::span<const T> KeepItems(std::span<const T> items) {
    std::byte* const memory = items.empty() ? nullptr : Allocate(items.size_bytes(), alignof(T));
    if (memory == nullptr) {
      return {};
    }
    auto* const first = reinterpret_cast<T*>(memory);
    std::uninitialized_copy(items.begin(), items.end(), first);
    return {first, items.size()};
  }

  [[nodiscard]] bool full() const { return full_; }

  [[nodiscard]] std::size_t bytes() const { return bytes_; }

  // Forgets everything; keeps one block for the next use.
  void Clear();

 private:
  struct Block {
    std::unique_ptr<std::byte[]> memory{};  // NOLINT(modernize-avoid-c-arrays)
    std::size_t size = 0;
  };

  std::byte* Allocate(std::size_t size, std::size_t alignment);
  void GrowTable();

  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::size_t used_in_block_ = 0;
  bool full_ = false;
  std::vector<Block> blocks_;
  std::vector<std::string_view> table_;  // open addressing; an empty view with null data is free
  std::size_t interned_ = 0;
};

}  // namespace whfb

#endif  // WHFB_SCANNER_CORE_TEXT_POOL_H_
