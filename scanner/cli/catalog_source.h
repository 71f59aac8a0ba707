// The rules a command works with: those of the binary, or those of a folder or file.

#ifndef WHFB_SCANNER_CLI_CATALOG_SOURCE_H_
#define WHFB_SCANNER_CLI_CATALOG_SOURCE_H_

#include <string>

#include "rules/catalog.h"
#include "scanner/core/catalog.h"

namespace whfb::cli {

// `place` empty: the embedded catalogue. Of a folder, every *.xml below it is a rule; a file is
// one.
[[nodiscard]] Result<rules::RuleCatalog> LoadRules(const FactCatalog& facts,
                                                   const std::string& place);

}  // namespace whfb::cli

#endif  // WHFB_SCANNER_CLI_CATALOG_SOURCE_H_
