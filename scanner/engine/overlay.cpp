#include "scanner/engine/overlay.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace whfb::engine {

namespace {

// A copy of the cell that lives in `base`.
Cell Adopt(FactSpace& base, const Cell& cell, std::uint32_t evidence_offset) {
  Cell copy = cell;
  copy.source.key = base.pool.Intern(cell.source.key);
  if (copy.source.evidence != 0) {
    copy.source.evidence += evidence_offset;
  }
  if (!cell.present()) {
    return copy;
  }
  copy.value.text = base.pool.Intern(cell.value.text);
  std::vector<std::string_view> list;
  list.reserve(cell.value.list.size());
  for (const std::string_view item : cell.value.list) {
    list.push_back(base.pool.Intern(item));
  }
  copy.value.list = base.pool.KeepList(list);
  return base.pool.full() ? Cell::Unknown(WhyUnknown::kTooLarge, copy.source) : copy;
}

// What the newer answer knows counts; what it does not know changes nothing.
void LayOver(Cell& current, const Cell& newer) {
  if (!newer.unknown() || (current.unknown() && newer.why > current.why)) {
    current = newer;
  }
}

void OverlayFacts(FactSpace& base,
                  SubjectFacts& to,
                  const SubjectFacts& from,
                  std::uint32_t offset) {
  for (std::uint32_t slot = 0; slot < from.fact_count(); ++slot) {
    const Cell& answer = from.FactAt(slot);
    if (!answer.unknown() || answer.why != WhyUnknown::kNotCollected) {
      LayOver(to.FactAt(slot), Adopt(base, answer, offset));
    }
  }
}

// The rows of `newer`, each over the row of `older` with the same keys.
void LayRows(
    FactSpace& base, const Table& older, const Table& newer, std::uint32_t offset, Table& to) {
  std::vector<Cell> row;
  for (std::size_t number = 0; number < newer.size(); ++number) {
    row.clear();
    for (const Cell& cell : newer.Row(number)) {
      row.push_back(Adopt(base, cell, offset));
    }
    if (const std::optional<std::size_t> same = older.FindSame(row)) {
      std::vector<Cell> laid(older.Row(*same).begin(), older.Row(*same).end());
      for (std::size_t i = 0; i < row.size(); ++i) {
        LayOver(laid[i], row[i]);
      }
      row.swap(laid);
    }
    if (const std::optional<std::size_t> own = to.FindSame(row)) {
      std::ranges::copy(row, to.Row(*own).begin());
    } else {
      to.Add(row);
    }
  }
}

// Which reading the rows that are now there come from.
void LayCoverage(FactSpace& base, const Table& newer, std::uint32_t offset, Table& to) {
  Provenance source = newer.source();
  source.key = base.pool.Intern(source.key);
  source.evidence += source.evidence == 0 ? 0 : offset;
  const bool looked = newer.coverage() != Coverage::kNone;
  if (looked && (newer.spec().windowed || newer.coverage() == Coverage::kComplete)) {
    to.OverrideCoverage(newer.coverage(), newer.why(), source);
  } else {
    to.Cover(newer.coverage(), newer.why(), source);
  }
}

// A newer complete reading of a place leaves only the rows that it found; a partial one, and the
// window of a log, adds what it saw.
void OverlayTables(FactSpace& base,
                   SubjectFacts& to,
                   const SubjectFacts& from,
                   std::uint32_t offset) {
  for (std::uint32_t slot = 0; slot < from.table_count(); ++slot) {
    const Table& newer = from.TableAt(slot);
    Table& current = to.TableAt(slot);
    if (newer.coverage() == Coverage::kComplete && !newer.spec().windowed) {
      Table fresh(current.spec());
      LayRows(base, current, newer, offset, fresh);
      current = std::move(fresh);
    } else {
      LayRows(base, current, newer, offset, current);
    }
    LayCoverage(base, newer, offset, current);
  }
}

UserKey KeyOf(const Subject& user) {
  UserKey key;
  for (const Alias& alias : user.aliases) {
    if (alias.kind == AliasKind::kSid) {
      key.sid = alias.value;
    } else if (alias.kind == AliasKind::kUpn && key.upn.empty()) {
      key.upn = alias.value;
    }
  }
  return key;
}

Subject* Counterpart(FactSpace& base, const Subject& subject) {
  switch (subject.kind) {
    case SubjectKind::kDevice:
      return &base.Device();
    case SubjectKind::kEnvironment:
      return &base.Environment();
    case SubjectKind::kUser:
      return base.User(KeyOf(subject));
    default:
      return &base.Named(subject.kind, subject.name);
  }
}

}  // namespace

void Overlay(FactSpace& base, const FactSpace& newer) {
  const auto offset = static_cast<std::uint32_t>(base.evidence.size());
  base.evidence.insert(base.evidence.end(), newer.evidence.begin(), newer.evidence.end());
  for (const auto& [sha1, der] : newer.der_by_sha1) {
    base.der_by_sha1.emplace(base.pool.Intern(sha1), base.pool.KeepBytes(der));
  }
  for (const Subject& subject : newer.subjects()) {
    Subject* const own = Counterpart(base, subject);
    if (own == nullptr) {
      continue;
    }
    if (!subject.name.empty()) {
      own->name = subject.name;
    }
    for (const Alias& alias : subject.aliases) {
      own->AddAlias(alias.kind, alias.value);
    }
    OverlayFacts(base, own->facts, subject.facts, offset);
    OverlayTables(base, own->facts, subject.facts, offset);
  }
}

}  // namespace whfb::engine
