// Which documented requirement is held by which rule, and which evidence feeds each rule.

#ifndef WHFB_RULES_COVERAGE_MAP_H_
#define WHFB_RULES_COVERAGE_MAP_H_

#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/catalog.h"
#include "rules/requirements.h"

namespace whfb::rules {

// Kinds of evidence (as `whfbscan evidence` calls them) that findings of a rule cite, by rule.
using EvidenceKinds = std::map<std::string, std::set<std::string>, std::less<>>;

// Lines "rule: kind kind". Those of this build were observed over the project's evidence.
[[nodiscard]] EvidenceKinds ReadEvidenceKinds(std::string_view text);
[[nodiscard]] EvidenceKinds EmbeddedEvidenceKinds();

struct RequirementCount {
  std::size_t all = 0;
  std::size_t by_rule = 0;              // a rule decides it from evidence
  std::size_t by_hand = 0;              // a rule says what to verify by hand
  std::size_t no_rule = 0;              // not checkable, with the reason
  std::vector<std::string> missing{};   // no rule and no reason
  std::vector<std::string> too_weak{};  // offline, and no rule decides it

  [[nodiscard]] std::size_t accounted() const { return all - missing.size(); }
};

[[nodiscard]] RequirementCount CountRequirements(std::span<const RequirementPart> parts,
                                                 const RuleCatalog& catalog);

// The whole map as Markdown (docs/coverage.md).
[[nodiscard]] std::string CoverageDocument(std::span<const RequirementPart> parts,
                                           const RuleCatalog& catalog,
                                           const EvidenceKinds& kinds);

}  // namespace whfb::rules

#endif  // WHFB_RULES_COVERAGE_MAP_H_
