#include "scanner/cli/inputs.h"

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "scanner/engine/environment_index.h"
#include "scanner/engine/file_access.h"
#include "scanner/engine/input_shape.h"

namespace whfb::cli {

namespace {

Error Usage(std::string message) {
  return {ErrorCode::kInvalidInput, "whfbscan", std::move(message)};
}

// One spelling for one place, also of a file that is not there yet.
std::string PlaceOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  return engine::JoinPath(engine::CanonicalPath(folder), engine::LastName(path));
}

// What is there and no output of ours; empty: nothing that matters.
std::string WhatIsLost(const std::string& path) {
  constexpr std::string_view kDatabase = "SQLite format 3";
  const Result<engine::PathInfo> info = engine::Inspect(path);
  if (!info || info->kind != engine::PathKind::kFile) {
    return {};
  }
  std::string reason;
  const std::string name = engine::LastName(path);
  const bool archive = engine::IsArchiveName(name);
  if (archive || engine::RoleOf(path, name, reason) != engine::FileRole::kNothing) {
    return archive ? "an archive" : "evidence";
  }
  const Result<std::unique_ptr<readers::ByteSource>> file = engine::OpenFile(path);
  const Result<std::span<const std::byte>> head =
      file ? (*file)->Window(0, kDatabase.size())
           : Result<std::span<const std::byte>>(file.error());
  const bool database = head && std::ranges::equal(*head, std::as_bytes(std::span(kDatabase)));
  return database ? "a database" : "";
}

}  // namespace

Status CheckOutputs(const std::vector<OutputTarget>& outputs, const std::string& db) {
  for (const OutputTarget& output : outputs) {
    if (output.file == "-") {
      continue;
    }
    if (!db.empty() && PlaceOf(output.file) == PlaceOf(db)) {
      return Usage("--db and --output cannot go to one file, " + db);
    }
    if (const std::string lost = WhatIsLost(output.file); !lost.empty()) {
      return Usage(output.file + " is " + lost + "; an output may not replace it");
    }
  }
  return Ok{};
}

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
