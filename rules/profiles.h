// Profiles: which rules a run asks, and in which order outputs show them (rules/profiles.xml).

#ifndef WHFB_RULES_PROFILES_H_
#define WHFB_RULES_PROFILES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/rule_source.h"
#include "scanner/core/catalog.h"
#include "scanner/core/finding.h"
#include "scanner/core/result.h"

namespace whfb::rules {

inline constexpr std::string_view kDefaultProfile = "readiness";

// Fits the rules that have everything it names.
struct ProfileStep {
  std::string area{};
  std::optional<SubjectKind> subject{};
  std::optional<Decidable> decidable{};
  Severity at_least = Severity::kInfo;

  [[nodiscard]] bool Fits(const RuleInfo& rule) const;
};

struct Profile {
  std::string name{};
  std::string purpose{};
  std::vector<ProfileStep> steps{};

  // The first step that fits; none: the rule is not in the profile.
  [[nodiscard]] std::optional<std::size_t> StepOf(const RuleInfo& rule) const;
};

[[nodiscard]] Result<std::vector<Profile>> LoadProfiles(const RuleSource& source,
                                                        const FactCatalog& facts);

[[nodiscard]] Result<std::vector<Profile>> EmbeddedProfiles(const FactCatalog& facts);

}  // namespace whfb::rules

#endif  // WHFB_RULES_PROFILES_H_
