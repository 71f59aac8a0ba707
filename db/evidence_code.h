// Evidence as the store keeps it: relative to the bundles of the subject, so that the same file
// of ten thousand devices is one row, and a bundle that gets another number in the next run
// changes nothing.

#ifndef WHFB_DB_EVIDENCE_CODE_H_
#define WHFB_DB_EVIDENCE_CODE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/core/finding.h"

namespace whfb::db {

struct BundleName {
  std::uint32_t number = 0;
  std::string file{};
};

// `bundles` are those of the subject. A reference to any other bundle keeps its number.
[[nodiscard]] std::string EncodeEvidence(const std::vector<EvidenceRef>& refs,
                                         const std::vector<BundleName>& bundles);

// Damaged text ends the list early.
[[nodiscard]] std::vector<EvidenceRef> DecodeEvidence(std::string_view text,
                                                      const std::vector<BundleName>& bundles);

}  // namespace whfb::db

#endif  // WHFB_DB_EVIDENCE_CODE_H_
