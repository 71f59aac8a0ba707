// Two readings of one place, of two bundles: what is known after both. The later one counts, and
// one that did not look changes nothing. One that looked and could not tell, because its evidence
// disagrees or is damaged, counts all the same. Where nobody can say which is the later one, only
// what both found is known.

#ifndef WHFB_SCANNER_ENGINE_LATER_ANSWER_H_
#define WHFB_SCANNER_ENGINE_LATER_ANSWER_H_

#include <cstdint>
#include <span>
#include <vector>

#include "scanner/core/facts.h"
#include "scanner/engine/collection_time.h"

namespace whfb::engine {

// Whether the place was looked at and what stands there could not be told. Then an earlier answer
// is known to be doubtful. The other reasons mean that nobody looked there, or in another place.
[[nodiscard]] bool LookedInVain(WhyUnknown why);

[[nodiscard]] bool HoldsCertificates(const TableSpec& spec);

// Says of two answers which is the later one, by the evidence they come from.
class Readings {
 public:
  // The evidence must outlive this.
  Readings(const std::vector<EvidenceItem>& evidence, Ticks stale_before)
      : evidence_(&evidence), stale_before_(stale_before) {}

  // By evidence number. Of an answer without evidence (0) the bundle that is next in line decides.
  [[nodiscard]] Order Between(std::uint32_t current, std::uint32_t next) const;

  // Both cells live in the space of the evidence; `next` is of the bundle that is next in line.
  [[nodiscard]] Cell Join(const Cell& current, const Cell& next, ValueType type) const;
  [[nodiscard]] Table Join(Table current, Table next) const;

 private:
  void CompleteRow(const TableSpec& spec, std::span<const Cell> current, std::span<Cell> row) const;
  void CompleteRows(const Table& current, Table& rows) const;
  [[nodiscard]] Table BesideAnew(const Table& seen, Table anew) const;
  [[nodiscard]] Table OfUnknownOrder(Table current, Table next) const;

  const std::vector<EvidenceItem>* evidence_;
  Ticks stale_before_;
};

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_LATER_ANSWER_H_
