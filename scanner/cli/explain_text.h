// What `whfbscan explain` prints.

#ifndef WHFB_SCANNER_CLI_EXPLAIN_TEXT_H_
#define WHFB_SCANNER_CLI_EXPLAIN_TEXT_H_

#include <vector>

#include "rules/catalog.h"
#include "rules/knowledge.h"
#include "rules/knowledge_search.h"
#include "rules/requirements.h"
#include "scanner/core/catalog.h"

namespace whfb::cli {

// What is known. Everything must outlive the printing.
struct Known {
  const FactCatalog& facts;
  const rules::RuleCatalog& catalog;
  const std::vector<rules::RequirementPart>& requirements;
  const rules::Knowledge& knowledge;
};

void ExplainRule(const Known& known, const rules::Rule& rule);

// A documented requirement that no rule of the catalogue checks.
void ExplainRequirement(const Known& known,
                        const rules::Requirement& requirement,
                        const rules::RequirementPart& part);

// Codes, events and messages in full; of symptoms the nearest, the others as a list.
void ExplainAnswer(const Known& known, const rules::Answer& answer);

}  // namespace whfb::cli

#endif  // WHFB_SCANNER_CLI_EXPLAIN_TEXT_H_
