// The options that say which rules a command works with, and the rules they come to.

#ifndef WHFB_SCANNER_CLI_RULE_OPTIONS_H_
#define WHFB_SCANNER_CLI_RULE_OPTIONS_H_

#include <string>
#include <vector>

#include <boost/program_options.hpp>

#include "rules/catalog.h"
#include "scanner/core/catalog.h"

namespace whfb::cli {

struct RuleOptions {
  std::string instead{};             // --rules: in place of the built-in catalogue
  std::vector<std::string> added{};  // --add-rules: beside it
  std::string key{};                 // --rules-key: of packs that are signed
  std::string settings{};            // --rule-settings
  std::string profile{};             // --profile; empty: the default one
};

void AddRuleOptions(boost::program_options::options_description& options);

// Fails on a profile that there is not.
[[nodiscard]] Result<RuleOptions> ReadRuleOptions(
    const boost::program_options::variables_map& values);

[[nodiscard]] Result<rules::RuleCatalog> LoadRules(const FactCatalog& facts,
                                                   const RuleOptions& options);

}  // namespace whfb::cli

#endif  // WHFB_SCANNER_CLI_RULE_OPTIONS_H_
