// Evidence of which nobody knows whose it is: what it tells is unknown (ambiguous).

#ifndef WHFB_SCANNER_ENGINE_AMBIGUOUS_FACTS_H_
#define WHFB_SCANNER_ENGINE_AMBIGUOUS_FACTS_H_

#include "scanner/core/facts.h"

namespace whfb::engine {

// `told` and `own` are of one kind. What only `told` answers is ambiguous in `own`.
void MarkAmbiguous(const SubjectFacts& told, SubjectFacts& own);

// `told` is newer: what it answers is ambiguous in `own`, whatever was known before.
void MarkContested(const SubjectFacts& told, SubjectFacts& own);

// The device of `own` and its users, from what `nobodys` says of anybody.
void MarkAmbiguous(const FactSpace& nobodys, FactSpace& own);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_AMBIGUOUS_FACTS_H_
