// Rules from outside the program: a folder of rule files, a ZIP of them, or one.

#ifndef WHFB_SCANNER_CLI_RULE_PACK_H_
#define WHFB_SCANNER_CLI_RULE_PACK_H_

#include <optional>
#include <string>

#include "rules/rule_set.h"
#include "scanner/core/result.h"
#include "scanner/engine/signature.h"

namespace whfb::cli {

// Of a folder or a ZIP, every *.xml in it is a rule; another file is one, whatever it is called.
//
// With a key, `place`.sig must be its signature of the bytes of the file: nothing of them is looked
// at before that holds, and what was verified is what is read. A folder has no signature.
[[nodiscard]] Result<rules::PackSource> ReadPack(const std::string& place,
                                                 const std::optional<engine::PublicKey>& key);

}  // namespace whfb::cli

#endif  // WHFB_SCANNER_CLI_RULE_PACK_H_
