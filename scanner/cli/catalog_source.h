// The rules a command works with: those of the binary, or those of a folder.

#ifndef WHFB_SCANNER_CLI_CATALOG_SOURCE_H_
#define WHFB_SCANNER_CLI_CATALOG_SOURCE_H_

#include <string>

#include "rules/catalog.h"
#include "scanner/core/catalog.h"

namespace whfb::cli {

// `folder` empty: the embedded catalogue. Every *.xml below the folder is a rule.
[[nodiscard]] Result<rules::RuleCatalog> LoadRules(const FactCatalog& facts,
                                                   const std::string& folder);

}  // namespace whfb::cli

#endif  // WHFB_SCANNER_CLI_CATALOG_SOURCE_H_
