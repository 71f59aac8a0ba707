// Whether a record lies in an old copy (readers/old_copy.h).

#ifndef WHFB_COLLECTORS_OLD_EVIDENCE_H_
#define WHFB_COLLECTORS_OLD_EVIDENCE_H_

#include <span>

#include "collectors/readers/old_copy.h"
#include "scanner/core/cell.h"
#include "scanner/core/facts.h"

namespace whfb::collectors {

[[nodiscard]] inline bool IsOfOldCopy(const Provenance& source,
                                      std::span<const EvidenceItem> evidence) {
  return source.evidence != 0 && source.evidence <= evidence.size() &&
         readers::IsOldCopy(evidence[source.evidence - 1].file);
}

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_OLD_EVIDENCE_H_
