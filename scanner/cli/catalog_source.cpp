#include "scanner/cli/catalog_source.h"

#include <cstddef>
#include <vector>

#include "rules/loader.h"
#include "scanner/engine/file_access.h"

namespace whfb::cli {

namespace {

constexpr std::uint64_t kMostRuleFiles = 10'000;

// The rules of a folder, or the one file that is named, whatever it is called.
Result<std::vector<std::string>> RuleFiles(const std::string& place) {
  const Result<engine::PathInfo> info = engine::Inspect(place);
  if (!info) {
    return info.error();
  }
  if (info->kind == engine::PathKind::kFile) {
    return std::vector{place};
  }
  const Result<engine::FolderListing> listing = engine::ListTree(place, kMostRuleFiles);
  if (!listing) {
    return listing.error();
  }
  std::vector<std::string> files;
  for (const engine::FolderFile& file : listing->files) {
    if (file.path.ends_with(".xml")) {
      files.push_back(engine::JoinPath(place, file.path));
    }
  }
  return files;
}

}  // namespace

Result<rules::RuleCatalog> LoadRules(const FactCatalog& facts, const std::string& place) {
  if (place.empty()) {
    return rules::LoadEmbeddedCatalog(facts);
  }
  const Result<std::vector<std::string>> files = RuleFiles(place);
  if (!files) {
    return files.error();
  }
  std::vector<rules::RuleSource> sources;
  std::vector<std::byte> bytes;
  for (const std::string& path : *files) {
    if (const Status read = engine::ReadWhole(path, rules::kMaxRuleBytes, bytes); !read) {
      return read.error();
    }
    sources.push_back({path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}});
  }
  if (sources.empty()) {
    return Error{ErrorCode::kInvalidInput, place, "holds no rule; rules are *.xml files"};
  }
  return rules::LoadCatalog(facts, sources);
}

}  // namespace whfb::cli
