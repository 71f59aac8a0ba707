#include "scanner/engine/overlay.h"

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

void OverlayFacts(FactSpace& base,
                  SubjectFacts& to,
                  const SubjectFacts& from,
                  std::uint32_t offset) {
  for (std::uint32_t slot = 0; slot < from.fact_count(); ++slot) {
    const Cell& answer = from.FactAt(slot);
    Cell& current = to.FactAt(slot);
    if (!answer.unknown() || (current.unknown() && answer.why > current.why)) {
      current = Adopt(base, answer, offset);
    }
  }
}

void AddRows(FactSpace& base, Table& to, const Table& from, std::uint32_t offset) {
  std::vector<Cell> row;
  for (std::size_t number = 0; number < from.size(); ++number) {
    row.clear();
    for (const Cell& cell : from.Row(number)) {
      row.push_back(Adopt(base, cell, offset));
    }
    to.Add(row);
  }
}

// A newer complete reading replaces the older rows; a partial one only adds what it saw.
void OverlayTables(FactSpace& base,
                   SubjectFacts& to,
                   const SubjectFacts& from,
                   std::uint32_t offset) {
  for (std::uint32_t slot = 0; slot < from.table_count(); ++slot) {
    const Table& newer = from.TableAt(slot);
    Table& current = to.TableAt(slot);
    if (newer.coverage() == Coverage::kComplete) {
      current = Table(current.spec());
    }
    AddRows(base, current, newer, offset);
    Provenance source = newer.source();
    source.key = base.pool.Intern(source.key);
    source.evidence += source.evidence == 0 ? 0 : offset;
    current.Cover(newer.coverage(), newer.why(), source);
  }
}

UserKey KeyOf(const Subject& user) {
  UserKey key{.told = false};  // each alias says so itself
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
      own->AddAlias(alias.kind, alias.value, alias.told);
    }
    OverlayFacts(base, own->facts, subject.facts, offset);
    OverlayTables(base, own->facts, subject.facts, offset);
  }
}

}  // namespace whfb::engine
