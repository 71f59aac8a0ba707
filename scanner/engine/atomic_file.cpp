#include "scanner/engine/atomic_file.h"

#include <filesystem>
#include <system_error>

#if defined(_WIN32)
#include <io.h>
#else
#include <unistd.h>
#endif

#include "scanner/engine/file_access_native.h"

namespace whfb::engine {

Result<std::unique_ptr<AtomicFile>> AtomicFile::Create(const std::string& path) {
  const std::string beside = path + ".partial";
#if defined(_WIN32)
  std::FILE* const file = _wfopen(native::ToNative(beside).c_str(), L"wb");
#else
  std::FILE* const file = std::fopen(beside.c_str(), "wbe");
#endif
  if (file == nullptr) {
    return native::LastError(path);
  }
  return std::unique_ptr<AtomicFile>(new AtomicFile(path, beside, file));
}

AtomicFile::~AtomicFile() {
  if (file_ != nullptr) {
    std::fclose(file_);
    std::error_code ignored;
    std::filesystem::remove(native::ToNative(beside_), ignored);
  }
}

void AtomicFile::Write(std::string_view text) {
  failed_ = failed_ || std::fwrite(text.data(), 1, text.size(), file_) != text.size();
}

Status AtomicFile::Commit() {
  const bool closed = std::fclose(file_) == 0;
  file_ = nullptr;
  std::error_code error;
  if (failed_ || !closed) {
    std::filesystem::remove(native::ToNative(beside_), error);
    return Error{ErrorCode::kIo, path_, "cannot be written; is the disk full?"};
  }
  std::filesystem::rename(native::ToNative(beside_), native::ToNative(path_), error);
  if (error) {
    return native::MakeError(path_, error);
  }
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
