#include "scanner/engine/atomic_file.h"

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#if defined(_WIN32)
#include <io.h>
#include <process.h>
#else
#include <unistd.h>
#endif

#include "scanner/engine/file_access_native.h"

namespace whfb::engine {

namespace {

namespace fs = std::filesystem;

Error Refused(const std::string& path, std::string message) {
  return {.code = ErrorCode::kInvalidInput, .where = path, .message = std::move(message)};
}

// Two runs may write the same output; neither may rename what the other has not finished.
std::string Beside(const std::string& target) {
#if defined(_WIN32)
  const int process = _getpid();
#else
  const int process = ::getpid();
#endif
  return target + "." + std::to_string(process) + ".partial";
}

std::FILE* OpenNew(const std::string& path) {
  std::error_code ignored;
  fs::remove(native::ToNative(path), ignored);  // of a process that had our number and was killed
#if defined(_WIN32)
  return _wfopen(native::ToNative(path).c_str(), L"wbx");
#else
  return std::fopen(path.c_str(), "wbxe");
#endif
}

std::FILE* OpenExisting(const std::string& path) {
#if defined(_WIN32)
  return _wfopen(native::ToNative(path).c_str(), L"wb");
#else
  return std::fopen(path.c_str(), "wbe");
#endif
}

}  // namespace

Result<std::unique_ptr<AtomicFile>> AtomicFile::Create(const std::string& path) {
  std::error_code why;
  const fs::file_status status = fs::status(native::ToNative(path), why);
  if (status.type() == fs::file_type::directory) {
    return Refused(path, "is a folder; name a file in it");
  }
  const bool is_new = status.type() == fs::file_type::not_found;
  const bool replaced = is_new || status.type() == fs::file_type::regular;
  // A link stays a link: what it points to is replaced.
  const fs::path real = is_new ? fs::path() : fs::canonical(native::ToNative(path), why);
  const std::string target = is_new || why ? path : native::FromNative(real);
  const std::string written = replaced ? Beside(target) : path;
  std::FILE* const file = replaced ? OpenNew(written) : OpenExisting(written);
  if (file == nullptr) {
    return native::LastError(path);
  }
  return std::unique_ptr<AtomicFile>(
      new AtomicFile(path, target, replaced ? written : std::string(), file));
}

AtomicFile::~AtomicFile() {
  if (file_ != nullptr) {
    std::fclose(file_);
  }
  if (!beside_.empty()) {
    std::error_code ignored;
    fs::remove(native::ToNative(beside_), ignored);
  }
}

void AtomicFile::Write(std::string_view text) {
  failed_ = failed_ || std::fwrite(text.data(), 1, text.size(), file_) != text.size();
}

Status AtomicFile::Commit() {
  const bool closed = std::fclose(file_) == 0;
  file_ = nullptr;
  if (failed_ || !closed) {
    return Error{ErrorCode::kIo, path_, "cannot be written; is the disk full?"};
  }
  if (beside_.empty()) {
    return Ok{};
  }
  std::error_code error;
  fs::rename(native::ToNative(beside_), native::ToNative(target_), error);
  if (error) {
    return native::MakeError(path_, error);
  }
  beside_.clear();
  return Ok{};
}

bool IsTerminal(Stream stream) {
#if defined(_WIN32)
  return _isatty(stream == Stream::kOutput ? 1 : 2) != 0;
#else
  return isatty(stream == Stream::kOutput ? STDOUT_FILENO : STDERR_FILENO) != 0;
#endif
}

}  // namespace whfb::engine
