#include "scanner/engine/later_answer.h"

#include <algorithm>
#include <utility>

namespace whfb::engine {

namespace {

bool IsInVain(const Cell& cell) {
  return cell.unknown() && LookedInVain(cell.why);
}

Cell Later(const Cell& earlier, const Cell& later) {
  if (!later.unknown()) {
    return later;
  }
  if (earlier.unknown()) {
    return later.why > earlier.why ? later : earlier;
  }
  return IsInVain(later) ? later : earlier;
}

Cell NeitherLater(const Cell& current, const Cell& next, ValueType type) {
  if (current.unknown() || next.unknown()) {
    return current.unknown() && !next.unknown() ? Later(next, current) : Later(current, next);
  }
  return MergeWithinBundle(next, current, type);
}

// Whether the place was read anew, completely or in vain: what an earlier reading found there need
// not be there any more.
bool ReadAnew(const Table& table) {
  return table.coverage() == Coverage::kComplete || LookedInVain(table.why());
}

bool Looked(const Table& table) {
  return table.coverage() != Coverage::kNone || LookedInVain(table.why());
}

// The evidence that a table as a whole rests on.
std::uint32_t EvidenceOf(const Table& table) {
  if (table.source().evidence != 0 || table.size() == 0) {
    return table.source().evidence;
  }
  const std::span<const Cell> row = table.Row(0);
  const auto told =
      std::ranges::find_if(row, [](const Cell& cell) { return cell.source.evidence != 0; });
  return told == row.end() ? 0 : told->source.evidence;
}

void CoverAs(const Table& table, Table& rows) {
  rows.OverrideCoverage(table.coverage(), table.why(), table.source());
}

// Adds the rows of `from` that `to` has not.
void AddMissing(const Table& from, Table& to) {
  for (std::size_t number = 0; number < from.size(); ++number) {
    if (to.Find(from.Row(number)) == to.size()) {
      to.Add(from.Row(number));
    }
  }
}

// The rows of `rows` that `other` has as well, with the coverage of `rows`.
Table CommonRows(const Table& other, const Table& rows) {
  Table common(rows.spec());
  for (std::size_t number = 0; number < rows.size(); ++number) {
    if (other.Find(rows.Row(number)) != other.size()) {
      common.Add(rows.Row(number));
    }
  }
  CoverAs(rows, common);
  return common;
}

// An empty table that was read as far as this one.
Table CoverageOf(const Table& table) {
  Table empty(table.spec());
  CoverAs(table, empty);
  return empty;
}

// The one that shows less.
const Table& Worse(const Table& one, const Table& other) {
  if (one.coverage() != other.coverage()) {
    return one.coverage() < other.coverage() ? one : other;
  }
  return one.why() > other.why() ? one : other;
}

void Contest(Table& table) {
  table.OverrideCoverage(Coverage::kPartial, WhyUnknown::kConflicting, table.source());
}

// What only one of two readings of a whole place found may be there or not.
Table BothAnew(const Table& one, const Table& other) {
  Table common = CommonRows(one, other);
  const bool same = common.size() == one.size() && common.size() == other.size();
  if (one.coverage() != Coverage::kComplete || other.coverage() != Coverage::kComplete) {
    CoverAs(Worse(one, other), common);
  } else if (!same) {
    Contest(common);
  }
  return common;
}

// `one` has a row that `other` has not.
bool HasMore(const Table& one, const Table& other) {
  for (std::size_t number = 0; number < one.size(); ++number) {
    if (other.Find(one.Row(number)) == other.size()) {
      return true;
    }
  }
  return false;
}

// A later reading of a place leaves only the rows that it found; one that shows a part of it and
// never meant to show all, and the window of a log, adds what it saw.
Table LaidOver(const Table& earlier, Table later) {
  const bool windowed = later.spec().windowed;
  const bool decides = ReadAnew(later) || (windowed && Looked(later));
  if (windowed || !ReadAnew(later)) {
    AddMissing(earlier, later);
  }
  if (!decides) {
    const Table own = CoverageOf(later);
    CoverAs(earlier, later);
    later.Cover(own.coverage(), own.why(), own.source());
  }
  return later;
}

// A window that one of the two did not show is not proven.
Table WindowsOfUnknownOrder(const Table& current, Table next) {
  if (!Looked(current) || !Looked(next)) {
    return LaidOver(current, std::move(next));
  }
  AddMissing(current, next);
  CoverAs(CoverageOf(Worse(current, next)), next);
  return next;
}

}  // namespace

bool LookedInVain(WhyUnknown why) {
  switch (why) {
    case WhyUnknown::kNotCollected:
    case WhyUnknown::kNeedsLive:
    case WhyUnknown::kWrongContext:
    case WhyUnknown::kDenied:
      return false;
    default:
      return true;
  }
}

bool HoldsCertificates(const TableSpec& spec) {
  return FindColumn(spec, "not_after") >= 0;
}

Order Readings::Between(std::uint32_t current, std::uint32_t next) const {
  if (current == 0 || next == 0) {
    return Order::kLater;
  }
  return OrderOf(evidence_->at(current - 1).collected, evidence_->at(next - 1).collected,
                 stale_before_);
}

Cell Readings::Join(const Cell& current, const Cell& next, ValueType type) const {
  switch (Between(current.source.evidence, next.source.evidence)) {
    case Order::kLater:
      return Later(current, next);
    case Order::kEarlier:
      return Later(next, current);
    case Order::kUnknown:
      break;
  }
  return NeitherLater(current, next, type);
}

// What a certificate says does not change, so that another bundle may complete the row of a listing
// that shows less, also where that one is damaged. What its store says of it does. Times are
// printed with less precision than they are encoded.
void Readings::CompleteRow(const TableSpec& spec,
                           std::span<const Cell> current,
                           std::span<Cell> row) const {
  const bool certificate = HoldsCertificates(spec);
  for (std::size_t i = 0; i < row.size(); ++i) {
    const ColumnSpec& column = spec.columns[i];
    if (!certificate || column.of_store) {
      row[i] = Join(current[i], row[i], column.type);
    } else if (row[i].unknown()) {
      row[i] = row[i].why == WhyUnknown::kConflicting ? row[i] : current[i];
    } else if (column.type == ValueType::kTime) {
      const Cell closer = MergeWithinBundle(row[i], current[i], ValueType::kTime);
      row[i] = closer.unknown() ? row[i] : closer;
    }
  }
}

// `current` comes before `rows` in the line of bundles.
void Readings::CompleteRows(const Table& current, Table& rows) const {
  for (std::size_t number = 0; number < rows.size(); ++number) {
    const std::size_t own = current.Find(rows.Row(number));
    if (own != current.size()) {
      CompleteRow(rows.spec(), current.Row(own), rows.Row(number));
    }
  }
}

// One reading of a whole place, and rows that somebody saw. A file with a certificate does not say
// that a store holds it.
Table Readings::BesideAnew(const Table& seen, Table anew) const {
  const bool more = HasMore(seen, anew);
  CompleteRows(seen, anew);
  if (more && anew.coverage() == Coverage::kComplete && !HoldsCertificates(anew.spec())) {
    Contest(anew);
  }
  return anew;
}

Table Readings::OfUnknownOrder(Table current, Table next) const {
  const bool windowed = next.spec().windowed;
  if (!windowed && ReadAnew(current) && !ReadAnew(next)) {
    return BesideAnew(next, std::move(current));
  }
  if (!windowed && !ReadAnew(current) && ReadAnew(next)) {
    return BesideAnew(current, std::move(next));
  }
  CompleteRows(current, next);
  if (windowed) {
    return WindowsOfUnknownOrder(current, std::move(next));
  }
  return ReadAnew(next) ? BothAnew(current, next) : LaidOver(current, std::move(next));
}

Table Readings::Join(Table current, Table next) const {
  switch (Between(EvidenceOf(current), EvidenceOf(next))) {
    case Order::kLater:
      CompleteRows(current, next);
      return LaidOver(current, std::move(next));
    case Order::kEarlier:
      CompleteRows(next, current);
      return LaidOver(next, std::move(current));
    case Order::kUnknown:
      break;
  }
  return OfUnknownOrder(std::move(current), std::move(next));
}

}  // namespace whfb::engine
