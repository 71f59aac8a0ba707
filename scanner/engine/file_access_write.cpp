// The writing half of file_access.h.

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "scanner/engine/file_access.h"
#include "scanner/engine/file_access_native.h"

namespace whfb::engine {

namespace {

namespace fs = std::filesystem;
using native::FromNative;
using native::LastError;
using native::MakeError;
using native::ToNative;

class TemporaryFile final : public Spool {
 public:
  explicit TemporaryFile(std::FILE* file) : file_(file) {}

  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  TemporaryFile(TemporaryFile&&) = delete;
  TemporaryFile& operator=(TemporaryFile&&) = delete;

  ~TemporaryFile() override { std::fclose(file_); }

  [[nodiscard]] std::uint64_t size() const override { return size_; }

  [[nodiscard]] Status Append(std::span<const std::byte> bytes) override {
    if (!Seek(size_) || std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) {
      return LastError("temporary file");
    }
    size_ += bytes.size();
    return Ok{};
  }

  [[nodiscard]] Result<std::span<const std::byte>> Window(std::uint64_t offset,
                                                          std::size_t length) override {
    const std::uint64_t left = offset < size_ ? size_ - offset : 0;
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(length, left));
    buffer_.resize(std::max(buffer_.size(), wanted));
    if (wanted > 0 && (!Seek(offset) || std::fread(buffer_.data(), 1, wanted, file_) != wanted)) {
      return LastError("temporary file");
    }
    return std::span<const std::byte>(buffer_).first(wanted);
  }

 private:
  [[nodiscard]] bool Seek(std::uint64_t offset) {
#if defined(_WIN32)
    return _fseeki64(file_, static_cast<long long>(offset), SEEK_SET) == 0;
#else
    return ::fseeko(file_, static_cast<off_t>(offset), SEEK_SET) == 0;
#endif
  }

  std::FILE* file_;
  std::uint64_t size_ = 0;
  std::vector<std::byte> buffer_;
};

}  // namespace

Result<TemporaryFolder> TemporaryFolder::Make(std::string_view prefix) {
  std::error_code why;
  const fs::path base = fs::temp_directory_path(why);
  constexpr int kAttempts = 100;
  auto seed =
      static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  for (int attempt = 0; !why && attempt < kAttempts; ++attempt, ++seed) {
    const fs::path folder = base / ToNative(std::string(prefix) + std::to_string(seed));
    if (fs::create_directory(folder, why)) {
      fs::permissions(folder, fs::perms::owner_all, why);
      return TemporaryFolder(FromNative(folder));
    }
  }
  return why ? MakeError(FromNative(base), why)
             : Error{.where = FromNative(base), .message = "no free temporary folder name"};
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

TemporaryFolder& TemporaryFolder::operator=(TemporaryFolder&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

TemporaryFolder::~TemporaryFolder() {
  if (!path_.empty()) {
    std::error_code ignored;
    fs::remove_all(ToNative(path_), ignored);
  }
}

Result<std::unique_ptr<Spool>> Spool::Make() {
  std::FILE* const file = std::tmpfile();
  if (file == nullptr) {
    return LastError("temporary file");
  }
  return std::unique_ptr<Spool>(std::make_unique<TemporaryFile>(file));
}

}  // namespace whfb::engine
