#include "scanner/engine/coverage_notes.h"

#include <map>
#include <string_view>
#include <utility>

#include <spdlog/fmt/fmt.h>

namespace whfb::engine {

namespace {

void AddRemark(const EvidenceItem& item, CoverageRecord& coverage) {
  coverage.reason += (coverage.reason.empty() ? "" : "; ") + item.remark;
  coverage.damaged += item.doubtful;
  if (item.doubtful != 0 && coverage.status == CoverageStatus::kRead) {
    coverage.status = CoverageStatus::kPartial;
  }
}

}  // namespace

void TellRemarks(const FactSpace& facts, std::span<BundleFacts> results) {
  std::map<std::pair<std::uint32_t, std::string_view>, const EvidenceItem*> remarked;
  for (const EvidenceItem& item : facts.evidence) {
    if (!item.remark.empty()) {
      remarked.emplace(std::pair(item.bundle, std::string_view(item.file)), &item);
    }
  }
  for (BundleFacts& result : results) {
    for (CoverageRecord& coverage : result.coverage) {
      const auto found = remarked.find({coverage.bundle, coverage.file});
      if (found != remarked.end()) {
        AddRemark(*found->second, coverage);
      }
    }
  }
}

void TellRefused(const FactSpace& facts, BundleFacts& result) {
  if (facts.refused() == 0) {
    return;
  }
  result.coverage.push_back(
      {.bundle = result.bundle.number,
       .file = result.bundle.file + " (names)",
       .kind = "subjects",
       .status = CoverageStatus::kFailed,
       .reason = fmt::format("names more users (limit {}), more names of one (limit {}), or more "
                             "profiles, templates and controllers (limit {}); the others are not "
                             "judged",
                             FactSpace::kMaxUsers, Subject::kMaxAliases, FactSpace::kMaxNamed)});
}

}  // namespace whfb::engine
