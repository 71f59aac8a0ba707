#include "scanner/cli/catalog_source.h"

#include <cstddef>
#include <vector>

#include "rules/loader.h"
#include "scanner/engine/file_access.h"

namespace whfb::cli {

namespace {

constexpr std::uint64_t kMostRuleFiles = 10'000;

}  // namespace

Result<rules::RuleCatalog> LoadRules(const FactCatalog& facts, const std::string& folder) {
  if (folder.empty()) {
    return rules::LoadEmbeddedCatalog(facts);
  }
  const Result<engine::FolderListing> listing = engine::ListTree(folder, kMostRuleFiles);
  if (!listing) {
    return listing.error();
  }
  std::vector<rules::RuleSource> sources;
  std::vector<std::byte> bytes;
  for (const engine::FolderFile& file : listing->files) {
    if (!file.path.ends_with(".xml")) {
      continue;
    }
    const std::string path = engine::JoinPath(folder, file.path);
    if (const Status read = engine::ReadWhole(path, rules::kMaxRuleBytes, bytes); !read) {
      return read.error();
    }
    sources.push_back({path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}});
  }
  if (sources.empty()) {
    return Error{ErrorCode::kInvalidInput, folder, "holds no rule; rules are *.xml files"};
  }
  return rules::LoadCatalog(facts, sources);
}

}  // namespace whfb::cli
