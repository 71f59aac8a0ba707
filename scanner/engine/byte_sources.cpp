#include "scanner/engine/byte_sources.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace whfb::engine {

void ForwardSource::Forget(std::uint64_t before) {
  if (before <= base_) {
    return;
  }
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(before - base_, held_));
  start_ += count;
  held_ -= count;
  base_ += count;
}

// Produces one step more. False at the end and on an error.
bool ForwardSource::Step() {
  if (ended_ || error_.has_value()) {
    return false;
  }
  if (start_ + held_ + kStep > buffer_.size()) {
    // Moving only when half is free keeps the cost per byte constant.
    if (start_ >= held_ + kStep) {
      std::memmove(buffer_.data(), buffer_.data() + start_, held_);
      start_ = 0;
    } else {
      buffer_.resize(2 * (start_ + held_ + kStep));
    }
  }
  Result<std::size_t> got = Produce(std::span(buffer_).subspan(start_ + held_, kStep));
  if (!got) {
    error_ = got.error();
    return false;
  }
  ended_ = *got == 0;
  held_ += *got;
  return !ended_;
}

Result<std::span<const std::byte>> ForwardSource::Window(std::uint64_t offset, std::size_t length) {
  if (length > kMaxWindow) {
    return Error{.code = ErrorCode::kTooLarge,
                 .where = "window",
                 .message = "longer than " + std::to_string(kMaxWindow) + " bytes"};
  }
  if (offset < base_) {
    return Error{.code = ErrorCode::kInvalidInput,
                 .where = "window",
                 .message = "goes back further than a forward source can"};
  }
  const std::uint64_t end = std::min(size_, offset + length);
  const std::uint64_t keep = offset > length ? offset - length : 0;
  Forget(keep);
  while (base_ + held_ < end && Step()) {
    Forget(keep);
  }
  if (error_.has_value() && base_ + held_ < end) {
    return *error_;
  }
  if (offset >= base_ + held_) {
    return std::span<const std::byte>{};
  }
  const auto skip = static_cast<std::size_t>(offset - base_);
  return std::span<const std::byte>(buffer_).subspan(start_ + skip, std::min(length, held_ - skip));
}

PartSource::PartSource(readers::ByteSource& whole, std::uint64_t offset, std::uint64_t size)
    : whole_(&whole),
      offset_(std::min(offset, whole.size())),
      size_(std::min(size, whole.size() - offset_)) {}

Result<std::span<const std::byte>> PartSource::Window(std::uint64_t offset, std::size_t length) {
  const std::uint64_t start = std::min(offset, size_);
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(length, size_ - start));
  return whole_->Window(offset_ + start, wanted);
}

Status ReadAll(readers::ByteSource& source,
               std::uint64_t max_bytes,
               std::string_view where,
               std::vector<std::byte>& bytes) {
  constexpr std::size_t kWindow = std::size_t{256} << 10;
  bytes.clear();
  if (source.size() > max_bytes) {
    return Error{.code = ErrorCode::kTooLarge,
                 .where = std::string(where),
                 .message = "more than the limit of " + std::to_string(max_bytes) + " bytes"};
  }
  bytes.reserve(static_cast<std::size_t>(source.size()));
  while (bytes.size() < source.size()) {
    auto window = source.Window(bytes.size(), kWindow);
    if (!window) {
      return window.error();
    }
    if (window->empty()) {
      return Error{.code = ErrorCode::kMalformed,
                   .where = std::string(where),
                   .message = "ends before its stated size"};
    }
    bytes.insert(bytes.end(), window->begin(), window->end());
  }
  return Ok{};
}

}  // namespace whfb::engine
