// What a leaf of an outcome is called and says. Part of Explain.

#ifndef WHFB_RULES_LEAF_TEXT_H_
#define WHFB_RULES_LEAF_TEXT_H_

#include <string>

#include "rules/evaluator.h"
#include "scanner/core/finding.h"

namespace whfb::rules {

// Null when the subject is not on the path.
[[nodiscard]] const Table* TableAt(const EvaluationContext& context,
                                   SubjectKind kind,
                                   std::uint32_t slot);

// Unknown cell, or a table that was not read completely.
[[nodiscard]] bool LeafUnknown(const Leaf& leaf, const EvaluationContext& context);

// "device.join_type", "user.certificate.eku", "user.certificate".
[[nodiscard]] std::string LeafName(const Leaf& leaf, const FactCatalog& catalog);

// The fact, or the table as a whole: what one would have to collect.
[[nodiscard]] std::string LeafSource(const Leaf& leaf, const FactCatalog& catalog);

[[nodiscard]] ValueType LeafType(const Leaf& leaf, const FactCatalog& catalog);

// "is true", "is not set", "is unknown (denied)", "was read completely, 3 rows".
[[nodiscard]] std::string LeafClause(const Leaf& leaf,
                                     const EvaluationContext& context,
                                     const FactCatalog& catalog);

[[nodiscard]] Observed LeafObserved(const Leaf& leaf,
                                    const EvaluationContext& context,
                                    const FactCatalog& catalog);

}  // namespace whfb::rules

#endif  // WHFB_RULES_LEAF_TEXT_H_
