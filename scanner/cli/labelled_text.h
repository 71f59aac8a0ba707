// Text for people behind a label: "why      Windows only ...".

#ifndef WHFB_SCANNER_CLI_LABELLED_TEXT_H_
#define WHFB_SCANNER_CLI_LABELLED_TEXT_H_

#include <string_view>
#include <vector>

#include "rules/rule.h"
#include "scanner/core/catalog.h"

namespace whfb::cli {

// Wrapped, with a hanging indent. Nothing is printed for no text.
void PrintText(std::string_view label, std::string_view text);

// Lines as they are, so that a command can be copied.
void PrintLines(std::string_view label, std::string_view lines);

// A condition as a tree; nothing for one that holds always.
void PrintCondition(std::string_view label,
                    const rules::Program& program,
                    const FactCatalog& facts);

// One text a line, the label before the first of them.
void PrintEach(std::string_view label, const std::vector<std::string>& texts);

}  // namespace whfb::cli

#endif  // WHFB_SCANNER_CLI_LABELLED_TEXT_H_
