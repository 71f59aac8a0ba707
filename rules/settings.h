// Rule settings: what an organisation changes about rules that it did not write. One XML file:
//
//   <rule-settings>
//     <disable rule="dc.crl-http" reason="..."/>
//     <severity rule="cert.key-size" to="high" reason="..."/>
//     <parameter rule="cert.time-valid" name="warning-window" value="30d" reason="..."/>
//   </rule-settings>
//
// Everything is checked when it is read, with the place: rules, words, parameters, their types.

#ifndef WHFB_RULES_SETTINGS_H_
#define WHFB_RULES_SETTINGS_H_

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "rules/rule.h"
#include "rules/rule_source.h"
#include "scanner/core/finding.h"
#include "scanner/core/result.h"

namespace whfb::rules {

inline constexpr std::size_t kMaxSettingsBytes = std::size_t{1} << 20;

struct RuleSetting {
  RuleChange::Kind kind = RuleChange::Kind::kDisabled;  // kDisabled, kSeverity or kParameter
  std::string rule{};
  std::string reason{};
  Severity severity = Severity::kInfo;  // kSeverity
  std::string parameter{};              // kParameter
  std::string value{};
  std::size_t offset = 0;  // in the file, of what is set
};

// `rules` are those that may be named, sorted by id.
[[nodiscard]] Result<std::vector<RuleSetting>> LoadSettings(const RuleSource& source,
                                                            const FactCatalog& facts,
                                                            std::span<const Rule* const> rules);

}  // namespace whfb::rules

#endif  // WHFB_RULES_SETTINGS_H_
