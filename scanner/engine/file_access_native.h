// Paths and errors as the operating system has them; for file_access_*.cpp only.

#ifndef WHFB_SCANNER_ENGINE_FILE_ACCESS_NATIVE_H_
#define WHFB_SCANNER_ENGINE_FILE_ACCESS_NATIVE_H_

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "scanner/core/result.h"

namespace whfb::engine::native {

namespace fs = std::filesystem;

#if defined(_WIN32)
inline fs::path ToNative(std::string_view path) {
  return fs::path(std::u8string(path.begin(), path.end()));
}

inline std::string FromNative(const fs::path& path) {
  const std::u8string text = path.generic_u8string();
  return {text.begin(), text.end()};
}
#else
inline fs::path ToNative(std::string_view path) {
  return {path};
}

inline std::string FromNative(const fs::path& path) {
  return path.native();
}
#endif

inline Error MakeError(const std::string& path, const std::error_code& why) {
  ErrorCode code = ErrorCode::kIo;
  if (why == std::errc::no_such_file_or_directory) {
    code = ErrorCode::kNotFound;
  } else if (why == std::errc::permission_denied || why == std::errc::operation_not_permitted) {
    code = ErrorCode::kDenied;
  }
  std::string message = why.message();
  std::transform(message.begin(), message.begin() + (message.empty() ? 0 : 1), message.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return {.code = code, .where = path, .message = std::move(message)};
}

inline Error LastError(const std::string& path) {
  return MakeError(path, {errno, std::generic_category()});
}

}  // namespace whfb::engine::native

#endif  // WHFB_SCANNER_ENGINE_FILE_ACCESS_NATIVE_H_
