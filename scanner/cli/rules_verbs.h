// What `whfbscan rules` does, a function a verb. Each prints and returns an exit code.

#ifndef WHFB_SCANNER_CLI_RULES_VERBS_H_
#define WHFB_SCANNER_CLI_RULES_VERBS_H_

#include <string>
#include <vector>

#include "rules/catalog.h"
#include "scanner/cli/arguments.h"
#include "scanner/core/catalog.h"

namespace whfb::cli {

// Of `ids`, which are known; empty: of every rule.
using RuleIds = std::vector<std::string>;

[[nodiscard]] int ListRules(const rules::RuleCatalog& catalog);
[[nodiscard]] int ShowRules(const rules::RuleCatalog& catalog,
                            const FactCatalog& facts,
                            const RuleIds& ids);
[[nodiscard]] int TestRules(const rules::RuleCatalog& catalog,
                            const FactCatalog& facts,
                            const RuleIds& ids);
[[nodiscard]] int LintRules(rules::RuleCatalog& catalog,
                            const FactCatalog& facts,
                            const RuleIds& ids);

// Targets: text or markdown.
[[nodiscard]] int CoverRules(const rules::RuleCatalog& catalog,
                             const std::vector<OutputTarget>& targets);

}  // namespace whfb::cli

#endif  // WHFB_SCANNER_CLI_RULES_VERBS_H_
