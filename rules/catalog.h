// The rule catalogue: the rules that a run asks.

#ifndef WHFB_RULES_CATALOG_H_
#define WHFB_RULES_CATALOG_H_

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/rule.h"
#include "rules/rule_source.h"
#include "scanner/core/catalog.h"
#include "scanner/core/result.h"

namespace whfb::rules {

struct RuleCatalog {
  std::vector<Rule> rules{};  // by id, as bytes
  // Lower-case hex over ids and file texts, independent of file names; and over what settings and
  // the profile change, where they do.
  std::string sha256{};
  RuleSetRecord rule_set{};
  // By SubjectKind: the profile leaves out a rule about these that readiness counts.
  std::array<bool, kSubjectKinds> left_out{};

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

struct LoadedRule {
  Rule rule{};
  const RuleSource* source = nullptr;
};

// Lower-case hex of the SHA-256 over the parts, each with its length before it, so that parts
// cannot run into one another.
[[nodiscard]] std::string DigestOf(std::span<const std::string_view> parts);

// By id; the first error ends it. The rules keep the addresses of their sources.
[[nodiscard]] Result<std::vector<LoadedRule>> LoadAll(const FactCatalog& facts,
                                                      std::span<const RuleSource> sources);

[[nodiscard]] std::string DigestOf(std::span<const LoadedRule> rules);

[[nodiscard]] std::vector<RuleSource> EmbeddedSources();

// Loads every source; the first error ends it. Two rules with one id are an error. The caller
// reads the files, so that this module needs no file access.
[[nodiscard]] Result<RuleCatalog> LoadCatalog(const FactCatalog& facts,
                                              std::span<const RuleSource> sources);

[[nodiscard]] Result<RuleCatalog> LoadEmbeddedCatalog(const FactCatalog& facts);

}  // namespace whfb::rules

#endif  // WHFB_RULES_CATALOG_H_
