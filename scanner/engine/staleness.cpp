#include "scanner/engine/staleness.h"

#include <algorithm>
#include <vector>

#include "scanner/engine/later_answer.h"

namespace whfb::engine {

namespace {

// By evidence number; [0] is "derived or declared", which never ages. What the operator declares
// does not age either: it holds until he says otherwise.
std::vector<bool> StaleEvidence(const FactSpace& facts, Ticks now, Ticks max_age) {
  std::vector<bool> stale(facts.evidence.size() + 1, false);
  for (std::size_t i = 0; i < facts.evidence.size(); ++i) {
    const Ticks newest = facts.evidence[i].collected.latest;
    const bool declared = facts.evidence[i].kind == "intent";
    stale[i + 1] = !declared && newest != 0 && newest < now - max_age;
  }
  return stale;
}

bool IsStale(const Provenance& source, const std::vector<bool>& stale) {
  return source.outdated || stale.at(source.evidence);
}

// Whether something is said of which rows are there. A file that shows one row says nothing.
bool TellsOfTheRest(const Table& table) {
  return table.coverage() == Coverage::kComplete || table.why() != WhyUnknown::kNotCollected;
}

// What a certificate says lasts: the rows stay. What a store holds does not: it may hold others by
// now.
void AgeTable(Table& table, const std::vector<bool>& stale) {
  const bool certificates = HoldsCertificates(table.spec());
  bool any = IsStale(table.source(), stale) && (!certificates || TellsOfTheRest(table));
  for (std::size_t row = 0; !certificates && row < table.size(); ++row) {
    const std::span<Cell> cells = table.Row(row);
    for (std::size_t column = 0; column < cells.size(); ++column) {
      const bool key = table.spec().columns[column].key;
      if (!key && !cells[column].unknown() && IsStale(cells[column].source, stale)) {
        cells[column] = Cell::Unknown(WhyUnknown::kStale, cells[column].source);
        any = true;
      }
    }
  }
  if (any) {
    table.OverrideCoverage(Coverage::kNone, WhyUnknown::kStale);
  }
}

}  // namespace

void MarkStale(FactSpace& facts, Ticks now, Ticks max_age) {
  const std::vector<bool> stale = StaleEvidence(facts, now, max_age);
  for (Subject& subject : facts.subjects()) {
    for (std::uint32_t slot = 0; slot < subject.facts.fact_count(); ++slot) {
      Cell& cell = subject.facts.FactAt(slot);
      const bool lasting = facts.catalog().Fact(subject.kind, slot).lasting;
      if (!lasting && !cell.unknown() && IsStale(cell.source, stale)) {
        cell = Cell::Unknown(WhyUnknown::kStale, cell.source);
      }
    }
    for (std::uint32_t slot = 0; slot < subject.facts.table_count(); ++slot) {
      AgeTable(subject.facts.TableAt(slot), stale);
    }
  }
}

}  // namespace whfb::engine
