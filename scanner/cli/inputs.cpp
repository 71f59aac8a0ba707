#include "scanner/cli/inputs.h"

#include "scanner/engine/environment_index.h"
#include "scanner/engine/file_access.h"

namespace whfb::cli {

namespace {

Error Usage(std::string message) {
  return {ErrorCode::kInvalidInput, "whfbscan", std::move(message)};
}

}  // namespace

Status CheckInputs(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (path.empty()) {
      return Usage("a PATH is empty; is a variable of your script not set?");
    }
    const Result<engine::PathInfo> info = engine::Inspect(path);
    if (info) {
      continue;
    }
    // It was spelled right; it just cannot be evidence.
    const bool special = info.error().code == ErrorCode::kInvalidInput;
    return special ? Error{ErrorCode::kMalformed, path,
                           "is a " + info.error().message + ", neither a file nor a folder"}
                   : info.error();
  }
  return Ok{};
}

Status CheckIntent(const std::string& path) {
  const Result<engine::PathInfo> info = engine::Inspect(path);
  if (info && info->kind == engine::PathKind::kFolder) {
    return Usage("--intent=" + path + " is a folder; it needs one file (docs/intent.md)");
  }
  return engine::CheckIntent(path);
}

}  // namespace whfb::cli
