// The documented requirements by id: what the catalogue has to answer for.

#ifndef WHFB_RULES_REQUIREMENTS_H_
#define WHFB_RULES_REQUIREMENTS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/core/result.h"

namespace whfb::rules {

enum class Checkable : std::uint8_t {
  kOffline,  // from an export
  kPartial,  // an export gives evidence, and no proof
  kLive,     // only by a probe
  kManual,   // by judgement
};

[[nodiscard]] std::string_view ToString(Checkable checkable);

struct Requirement {
  std::string id{};  // also that of its rule
  Checkable checkable = Checkable::kOffline;
  std::string not_checkable{};  // why it has no rule; empty: it must have one
};

struct RequirementPart {
  std::string title{};
  bool in_guide = false;  // else in what the guide depends on
  std::vector<Requirement> requirements{};
};

// rules/requirements.xml of this build.
[[nodiscard]] Result<std::vector<RequirementPart>> EmbeddedRequirements();

// The same of any text. Errors name it `name`.
[[nodiscard]] Result<std::vector<RequirementPart>> ReadRequirements(std::string_view text,
                                                                    std::string_view name);

}  // namespace whfb::rules

#endif  // WHFB_RULES_REQUIREMENTS_H_
