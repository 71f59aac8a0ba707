#include "scanner/engine/file_access.h"

#if !defined(_WIN32)
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "scanner/engine/file_access_native.h"

namespace whfb::engine {

namespace {

namespace fs = std::filesystem;
using native::FromNative;
using native::LastError;
using native::MakeError;
using native::ToNative;

// What a file that is neither regular nor a folder is called in the coverage.
std::string_view SpecialName(fs::file_type type) {
  switch (type) {
    case fs::file_type::symlink:
      return "symbolic link";
    case fs::file_type::fifo:
      return "named pipe";
    case fs::file_type::socket:
      return "socket";
    case fs::file_type::block:
    case fs::file_type::character:
      return "device";
    default:
      return "not a regular file";
  }
}

#if defined(_WIN32)

// One open file, read at any offset. The portable form: one handle, seek and read.
class Handle {
 public:
  Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  Handle(Handle&& other) noexcept : file_(std::exchange(other.file_, nullptr)) {}

  Handle& operator=(Handle&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }

  ~Handle() {
    if (file_ != nullptr) {
      std::fclose(file_);
    }
  }

  static Result<std::pair<Handle, std::uint64_t>> Open(const std::string& path) {
    std::error_code why;
    const std::uint64_t size = fs::file_size(ToNative(path), why);
    Handle handle;
    if (!why) {
      handle.file_ = _wfopen(ToNative(path).c_str(), L"rb");
    }
    if (handle.file_ == nullptr) {
      return why ? MakeError(path, why) : LastError(path);
    }
    return std::pair{std::move(handle), size};
  }

  [[nodiscard]] std::ptrdiff_t ReadAt(std::byte* into, std::size_t length, std::uint64_t offset) {
    if (_fseeki64(file_, static_cast<long long>(offset), SEEK_SET) != 0) {
      return -1;
    }
    const std::size_t got = std::fread(into, 1, length, file_);
    return got == 0 && std::ferror(file_) != 0 ? -1 : static_cast<std::ptrdiff_t>(got);
  }

 private:
  std::FILE* file_ = nullptr;
};

#else

// One open file, read at any offset.
class Handle {
 public:
  explicit Handle(int descriptor = -1) : descriptor_(descriptor) {}

  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  Handle(Handle&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

  Handle& operator=(Handle&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }

  ~Handle() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
  }

  static Result<std::pair<Handle, std::uint64_t>> Open(const std::string& path) {
    // Without O_NONBLOCK a pipe that took the file's place since the listing would block.
    Handle handle(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));

    struct stat info {};

    if (handle.descriptor_ < 0 || ::fstat(handle.descriptor_, &info) != 0) {
      return LastError(path);
    }
    if (!S_ISREG(info.st_mode)) {
      return Error{
          .code = ErrorCode::kInvalidInput, .where = path, .message = "not a regular file"};
    }
    return std::pair{std::move(handle), static_cast<std::uint64_t>(info.st_size)};
  }

  [[nodiscard]] std::ptrdiff_t ReadAt(std::byte* into, std::size_t length, std::uint64_t offset) {
    ssize_t got = 0;
    do {
      got = ::pread(descriptor_, into, length, static_cast<off_t>(offset));
    } while (got < 0 && errno == EINTR);
    return got;
  }

 private:
  int descriptor_;
};

#endif

// Reads until `length` bytes are there or the file ends; how many there are.
Result<std::size_t> ReadFully(Handle& handle,
                              const std::string& path,
                              std::uint64_t offset,
                              std::span<std::byte> into) {
  std::size_t have = 0;
  while (have < into.size()) {
    const std::ptrdiff_t got = handle.ReadAt(into.data() + have, into.size() - have, offset + have);
    if (got < 0) {
      return LastError(path);
    }
    if (got == 0) {
      break;
    }
    have += static_cast<std::size_t>(got);
  }
  return have;
}

class FileSource final : public readers::ByteSource {
 public:
  FileSource(Handle handle, std::string path, std::uint64_t size)
      : handle_(std::move(handle)), path_(std::move(path)), size_(size) {}

  [[nodiscard]] std::uint64_t size() const override { return size_; }

  [[nodiscard]] Result<std::span<const std::byte>> Window(std::uint64_t offset,
                                                          std::size_t length) override {
    const std::uint64_t left = offset < size_ ? size_ - offset : 0;
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(length, left));
    if (offset < base_ || offset + wanted > base_ + held_) {
      // Whoever jumps about will not want what follows.
      const std::size_t least = offset == base_ + held_ ? kReadAhead : kReadAfterJump;
      const auto ahead =
          static_cast<std::size_t>(std::min<std::uint64_t>(std::max(wanted, least), left));
      buffer_.resize(std::max(buffer_.size(), ahead));
      Result<std::size_t> got = ReadFully(handle_, path_, offset, std::span(buffer_).first(ahead));
      if (!got) {
        return got.error();
      }
      base_ = offset;
      held_ = *got;
    }
    const auto start = static_cast<std::size_t>(offset - base_);
    return std::span<const std::byte>(buffer_).subspan(start, std::min(wanted, held_ - start));
  }

 private:
  static constexpr std::size_t kReadAhead = std::size_t{64} << 10;
  static constexpr std::size_t kReadAfterJump = std::size_t{16} << 10;

  Handle handle_;
  std::string path_;
  std::uint64_t size_;
  std::vector<std::byte> buffer_;
  std::uint64_t base_ = 0;
  std::size_t held_ = 0;
};

// Sorts one directory entry into the listing. `prefix` is the folder's path in it.
void Place(const fs::directory_entry& entry, const std::string& prefix, FolderListing& listing) {
  std::error_code why;
  std::string path = JoinPath(prefix, FromNative(entry.path().filename()));
  const fs::file_type type = entry.symlink_status(why).type();
  if (why) {
    listing.refused.push_back({.path = std::move(path), .reason = why.message()});
  } else if (type == fs::file_type::directory) {
    listing.folders.push_back(std::move(path));
  } else if (type != fs::file_type::regular) {
    listing.refused.push_back({.path = std::move(path), .reason = std::string(SpecialName(type))});
  } else {
    const std::uint64_t size = entry.file_size(why);
    listing.files.push_back({.path = std::move(path), .size = why ? 0 : size});
  }
}

// Adds what lies directly in root/prefix, in the order of the operating system.
Status AddFolder(const std::string& root, const std::string& prefix, FolderListing& listing) {
  const std::string folder = JoinPath(root, prefix);
  std::error_code why;
  fs::directory_iterator it(ToNative(folder), why);
  for (; !why && it != fs::directory_iterator(); it.increment(why)) {
    Place(*it, prefix, listing);
  }
  if (why) {
    return MakeError(folder, why);
  }
  return Ok{};
}

void Sort(FolderListing& listing) {
  std::ranges::sort(listing.files, {}, &FolderFile::path);
  std::ranges::sort(listing.folders);
  std::ranges::sort(listing.refused, {}, &RefusedFile::path);
}

}  // namespace

Result<PathInfo> Inspect(const std::string& path) {
  std::error_code why;
  const fs::path native = ToNative(path);
  const fs::file_status status = fs::status(native, why);
  if (status.type() == fs::file_type::not_found) {
    return Error{.code = ErrorCode::kNotFound, .where = path, .message = "no such file or folder"};
  }
  if (why) {
    return MakeError(path, why);
  }
  if (status.type() == fs::file_type::directory) {
    return PathInfo{.kind = PathKind::kFolder};
  }
  if (status.type() != fs::file_type::regular) {
    return Error{.code = ErrorCode::kInvalidInput,
                 .where = path,
                 .message = std::string(SpecialName(status.type()))};
  }
  const std::uint64_t size = fs::file_size(native, why);
  if (why) {
    return MakeError(path, why);
  }
  return PathInfo{.kind = PathKind::kFile, .size = size};
}

Result<FolderListing> ListFolder(const std::string& folder) {
  FolderListing listing;
  if (Status status = AddFolder(folder, "", listing); !status) {
    return status.error();
  }
  Sort(listing);
  return listing;
}

Result<FolderListing> ListTree(const std::string& folder, std::uint64_t max_files) {
  FolderListing listing;
  if (Status status = AddFolder(folder, "", listing); !status) {
    return status.error();
  }
  while (!listing.folders.empty()) {
    if (listing.files.size() + listing.refused.size() > max_files) {
      listing.more = true;
      break;
    }
    const std::string next = std::move(listing.folders.back());
    listing.folders.pop_back();
    if (Status status = AddFolder(folder, next, listing); !status) {
      listing.refused.push_back({.path = next, .reason = status.error().message});
    }
  }
  listing.folders.clear();
  Sort(listing);
  if (listing.files.size() > max_files) {
    listing.files.resize(static_cast<std::size_t>(max_files));
    listing.more = true;
  }
  return listing;
}

std::string JoinPath(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (!path.empty() && !name.empty() && path.back() != '/') {
    path += '/';
  }
  path += name;
  return path;
}

std::string LastName(const std::string& path) {
  std::error_code why;
  fs::path native = fs::absolute(ToNative(path), why).lexically_normal();
  if (native.filename().empty()) {
    native = native.parent_path();
  }
  return FromNative(native.filename());
}

std::string CanonicalPath(const std::string& path) {
  std::error_code why;
  const fs::path canonical = fs::canonical(ToNative(path), why);
  return why ? path : FromNative(canonical);
}

Result<std::unique_ptr<readers::ByteSource>> OpenFile(const std::string& path) {
  auto opened = Handle::Open(path);
  if (!opened) {
    return opened.error();
  }
  return std::unique_ptr<readers::ByteSource>(
      std::make_unique<FileSource>(std::move(opened->first), path, opened->second));
}

Status ReadWhole(const std::string& path, std::uint64_t max_bytes, std::vector<std::byte>& bytes) {
  bytes.clear();
  auto opened = Handle::Open(path);
  if (!opened) {
    return opened.error();
  }
  if (opened->second > max_bytes) {
    return Error{.code = ErrorCode::kTooLarge,
                 .where = path,
                 .message = std::to_string(opened->second) + " bytes, more than the limit of " +
                            std::to_string(max_bytes)};
  }
  bytes.resize(static_cast<std::size_t>(opened->second));
  Result<std::size_t> got = ReadFully(opened->first, path, 0, bytes);
  if (!got) {
    return got.error();
  }
  bytes.resize(*got);
  return Ok{};
}

Result<std::span<const std::byte>> ReadHead(const std::string& path, std::span<std::byte> buffer) {
  auto opened = Handle::Open(path);
  if (!opened) {
    return opened.error();
  }
  Result<std::size_t> got = ReadFully(opened->first, path, 0, buffer);
  if (!got) {
    return got.error();
  }
  return std::span<const std::byte>(buffer.first(*got));
}

}  // namespace whfb::engine
