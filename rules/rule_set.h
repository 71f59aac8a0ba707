// MakeRuleSet: the rules of a run, from the built-in catalogue, packs from outside, the settings of
// an organisation and a profile. What that changed is told in RuleCatalog::rule_set, so that no
// output can be silent about it.

#ifndef WHFB_RULES_RULE_SET_H_
#define WHFB_RULES_RULE_SET_H_

#include <optional>
#include <string>
#include <vector>

#include "rules/catalog.h"
#include "rules/profiles.h"

namespace whfb::rules {

struct PackSource {
  RulePack pack{};
  std::vector<RuleSource> sources{};
};

struct RuleSetRequest {
  std::optional<PackSource> instead{};  // takes the place of the built-in catalogue
  // Extend it. A rule with the id of another must say so: <rule replaces="REVISION">.
  std::vector<PackSource> added{};
  std::optional<RuleSource> settings{};
  std::string profile{kDefaultProfile};
};

[[nodiscard]] Result<RuleCatalog> MakeRuleSet(const FactCatalog& facts,
                                              const RuleSetRequest& request);

}  // namespace whfb::rules

#endif  // WHFB_RULES_RULE_SET_H_
