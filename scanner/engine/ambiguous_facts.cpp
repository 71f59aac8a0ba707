#include "scanner/engine/ambiguous_facts.h"

#include <algorithm>

namespace whfb::engine {

namespace {

bool Answers(const Cell& cell) {
  return !cell.unknown() || cell.why != WhyUnknown::kNotCollected;
}

bool Answers(const Table& table) {
  return table.size() > 0 || table.coverage() != Coverage::kNone ||
         table.why() != WhyUnknown::kNotCollected;
}

}  // namespace

void MarkAmbiguous(const SubjectFacts& told, SubjectFacts& own) {
  for (std::uint32_t slot = 0; slot < told.fact_count(); ++slot) {
    if (Answers(told.FactAt(slot))) {
      Cell& answer = own.FactAt(slot);
      answer = MergeWithinBundle(answer, Cell::Unknown(WhyUnknown::kAmbiguous),
                                 own.catalog().Fact(own.kind(), slot).type);
    }
  }
  for (std::uint32_t slot = 0; slot < told.table_count(); ++slot) {
    if (Answers(told.TableAt(slot))) {
      own.TableAt(slot).Cover(Coverage::kNone, WhyUnknown::kAmbiguous);
    }
  }
}

void MarkContested(const SubjectFacts& told, SubjectFacts& own) {
  for (std::uint32_t slot = 0; slot < told.fact_count(); ++slot) {
    if (!told.FactAt(slot).unknown()) {
      own.FactAt(slot) = Cell::Unknown(WhyUnknown::kAmbiguous);
    }
  }
  for (std::uint32_t slot = 0; slot < told.table_count(); ++slot) {
    Table& table = own.TableAt(slot);
    if (told.TableAt(slot).size() > 0 || told.TableAt(slot).coverage() != Coverage::kNone) {
      table.OverrideCoverage(std::min(table.coverage(), Coverage::kPartial),
                             WhyUnknown::kAmbiguous);
    }
  }
}

void MarkAmbiguous(const FactSpace& nobodys, FactSpace& own) {
  const bool has_users = own.Find(SubjectKind::kUser) != nullptr;
  for (const Subject& subject : nobodys.subjects()) {
    if (subject.kind == SubjectKind::kDevice) {
      MarkAmbiguous(subject.facts, own.Device().facts);
    } else if (subject.kind == SubjectKind::kUser && !has_users) {
      MarkAmbiguous(subject.facts, own.Placeholder().facts);
    }
    for (Subject& user : own.subjects()) {
      if (subject.kind == SubjectKind::kUser && user.kind == SubjectKind::kUser) {
        MarkAmbiguous(subject.facts, user.facts);
      }
    }
  }
}

}  // namespace whfb::engine
