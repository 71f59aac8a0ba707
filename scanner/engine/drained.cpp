#include "scanner/engine/drained.h"

#include <algorithm>
#include <utility>

#include "scanner/engine/limits.h"

namespace whfb::engine {

namespace {

class OwnedSource final : public readers::ByteSource {
 public:
  explicit OwnedSource(std::vector<std::byte> bytes) : bytes_(std::move(bytes)) {}

  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }

  [[nodiscard]] Result<std::span<const std::byte>> Window(std::uint64_t offset,
                                                          std::size_t length) override {
    return readers::MemorySource(bytes_).Window(offset, length);
  }

 private:
  std::vector<std::byte> bytes_;
};

}  // namespace

Status Drained::Add(std::span<const std::byte> piece) {
  size += piece.size();
  if (spool == nullptr && size <= kWholeItemBytes) {
    bytes.insert(bytes.end(), piece.begin(), piece.end());
    return Ok{};
  }
  if (spool == nullptr) {
    Result<std::unique_ptr<Spool>> made = Spool::Make();
    if (!made) {
      return made.error();
    }
    spool = std::move(*made);
    if (Status status = spool->Append(bytes); !status) {
      return status;
    }
    std::vector<std::byte>().swap(bytes);
  }
  return spool->Append(piece);
}

Result<Drained> DrainAll(readers::ByteSource& source) {
  constexpr std::size_t kWindow = std::size_t{256} << 10;
  Drained drained;
  while (drained.size < source.size()) {
    auto window = source.Window(drained.size, kWindow);
    if (!window) {
      return window.error();
    }
    if (window->empty()) {
      break;
    }
    if (Status status = drained.Add(*window); !status) {
      return status.error();
    }
  }
  return drained;
}

std::unique_ptr<readers::ByteSource> SourceOf(Drained drained) {
  if (drained.spool != nullptr) {
    return std::move(drained.spool);
  }
  return std::make_unique<OwnedSource>(std::move(drained.bytes));
}

}  // namespace whfb::engine
