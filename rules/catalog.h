// The rule catalogue: every rule of this build, or of a folder that replaces it.

#ifndef WHFB_RULES_CATALOG_H_
#define WHFB_RULES_CATALOG_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/rule.h"
#include "rules/rule_source.h"
#include "scanner/core/result.h"

namespace whfb::rules {

struct RuleCatalog {
  std::vector<Rule> rules{};  // by id, as bytes
  std::string sha256{};       // lower-case hex over ids and file texts, independent of file names

  // Null when there is none.
  [[nodiscard]] const Rule* Find(std::string_view id) const;

  // What outputs and the store need, by id.
  [[nodiscard]] std::vector<RuleInfo> Infos() const;
};

struct EmbeddedRule {
  std::string_view name;  // "cert/validity.xml"
  std::string_view text;
};

// The files of rules/catalog that this binary was built with (generated).
[[nodiscard]] std::span<const EmbeddedRule> EmbeddedRules();

// Loads every source; the first error ends it. Two rules with one id are an error. The caller
// reads the files, so that this module needs no file access.
[[nodiscard]] Result<RuleCatalog> LoadCatalog(const FactCatalog& facts,
                                              std::span<const RuleSource> sources);

[[nodiscard]] Result<RuleCatalog> LoadEmbeddedCatalog(const FactCatalog& facts);

}  // namespace whfb::rules

#endif  // WHFB_RULES_CATALOG_H_
