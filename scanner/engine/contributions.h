// What each evidence item gave in the end: the facts and tables that cite it.

#ifndef WHFB_SCANNER_ENGINE_CONTRIBUTIONS_H_
#define WHFB_SCANNER_ENGINE_CONTRIBUTIONS_H_

#include <span>

#include "scanner/core/facts.h"
#include "scanner/core/finding.h"

namespace whfb::engine {

// Sets CoverageRecord::contributed of the files that `facts` cites. Unknown facts are no
// contribution; a table that is covered is one, also without rows. Call before derivations, whose
// facts cite what others collected.
void TellContributions(const FactSpace& facts, std::span<CoverageRecord> coverage);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_CONTRIBUTIONS_H_
