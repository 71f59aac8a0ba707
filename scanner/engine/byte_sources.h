// Byte sources over other sources: bytes that come only forwards, and a part of a larger source.
// Not thread-safe; each view lives until the next call, as ByteSource says.

#ifndef WHFB_SCANNER_ENGINE_BYTE_SOURCES_H_
#define WHFB_SCANNER_ENGINE_BYTE_SOURCES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collectors/readers/reader.h"
#include "scanner/core/result.h"

namespace whfb::engine {

// What is produced once and in order (inflated data), with the small way back that ByteSource
// promises. Memory: two windows and a step. An error of Produce is given for every window that
// reaches it, so that a reader never takes damage for the end.
class ForwardSource : public readers::ByteSource {
 public:
  [[nodiscard]] std::uint64_t size() const override { return size_; }

  // kTooLarge when length is above kMaxWindow.
  [[nodiscard]] Result<std::span<const std::byte>> Window(std::uint64_t offset,
                                                          std::size_t length) override;

  static constexpr std::size_t kMaxWindow = std::size_t{16} << 20;

 protected:
  explicit ForwardSource(std::uint64_t size) : size_(size) {}

  // Fills the start of `into`; how many bytes, 0 at the end.
  [[nodiscard]] virtual Result<std::size_t> Produce(std::span<std::byte> into) = 0;

 private:
  void Forget(std::uint64_t before);
  [[nodiscard]] bool Step();

  static constexpr std::size_t kStep = std::size_t{64} << 10;

  std::uint64_t size_;
  std::vector<std::byte> buffer_;  // [start_, start_ + held_) holds the bytes from base_
  std::size_t start_ = 0;
  std::size_t held_ = 0;
  std::uint64_t base_ = 0;
  bool ended_ = false;
  std::optional<Error> error_;
};

// [offset, offset + size) of another source, which must outlive this one.
class PartSource final : public readers::ByteSource {
 public:
  // Cut to what `whole` has.
  PartSource(readers::ByteSource& whole, std::uint64_t offset, std::uint64_t size);

  [[nodiscard]] std::uint64_t size() const override { return size_; }

  [[nodiscard]] Result<std::span<const std::byte>> Window(std::uint64_t offset,
                                                          std::size_t length) override;

 private:
  readers::ByteSource* whole_;
  std::uint64_t offset_;
  std::uint64_t size_;
};

// Everything of `source`, in order, into `bytes`; more than max_bytes is kTooLarge. `where`
// names the item in errors.
[[nodiscard]] Status ReadAll(readers::ByteSource& source,
                             std::uint64_t max_bytes,
                             std::string_view where,
                             std::vector<std::byte>& bytes);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_BYTE_SOURCES_H_
