#include "scanner/engine/overlay.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scanner/engine/ambiguous_facts.h"
#include "scanner/engine/later_answer.h"

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
                  const Readings& readings,
                  SubjectFacts& to,
                  const SubjectFacts& from,
                  std::uint32_t offset) {
  for (std::uint32_t slot = 0; slot < from.fact_count(); ++slot) {
    Cell& current = to.FactAt(slot);
    current = readings.Join(current, Adopt(base, from.FactAt(slot), offset),
                            base.catalog().Fact(to.kind(), slot).type);
  }
}

std::vector<Cell> AdoptRow(FactSpace& base, std::span<const Cell> row, std::uint32_t offset) {
  std::vector<Cell> adopted;
  adopted.reserve(row.size());
  for (const Cell& cell : row) {
    adopted.push_back(Adopt(base, cell, offset));
  }
  return adopted;
}

// A copy of the table that lives in `base`.
Table AdoptTable(FactSpace& base, const Table& table, std::uint32_t offset) {
  Table adopted(table.spec());
  for (std::size_t number = 0; number < table.size(); ++number) {
    adopted.Add(AdoptRow(base, table.Row(number), offset));
  }
  Provenance source = table.source();
  source.key = base.pool.Intern(source.key);
  source.evidence += source.evidence == 0 ? 0 : offset;
  adopted.OverrideCoverage(table.coverage(), table.why(), source);
  return adopted;
}

void OverlayTables(FactSpace& base,
                   const Readings& readings,
                   SubjectFacts& to,
                   const SubjectFacts& from,
                   std::uint32_t offset) {
  for (std::uint32_t slot = 0; slot < from.table_count(); ++slot) {
    const Table& newer = from.TableAt(slot);
    const bool silent = newer.size() == 0 && newer.coverage() == Coverage::kNone &&
                        newer.why() == WhyUnknown::kNotCollected;
    if (!silent) {
      Table& current = to.TableAt(slot);
      current = readings.Join(std::move(current), AdoptTable(base, newer, offset));
    }
  }
}

UserKey KeyOf(const Subject& user) {
  UserKey key{.told = false, .declared = true};  // each alias says so itself
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

// A user known by UPN alone, where the newer bundle shows that several users carry it.
struct OpenUser {
  std::string upn{};
  SubjectFacts told;
};

std::ptrdiff_t CountCalled(const FactSpace& space, std::string_view upn) {
  return std::ranges::count_if(space.subjects(), [upn](const Subject& subject) {
    return subject.kind == SubjectKind::kUser && KeyOf(subject).upn == upn &&
           !KeyOf(subject).sid.empty();
  });
}

// What is known of such users is taken from them: it is not that of the first one who comes.
std::vector<OpenUser> TakeOpenUsers(FactSpace& base, const FactSpace& newer) {
  std::vector<OpenUser> open;
  for (Subject& subject : base.subjects()) {
    const bool user = subject.kind == SubjectKind::kUser && !subject.placeholder;
    const UserKey key = user ? KeyOf(subject) : UserKey{};
    if (user && key.sid.empty() && CountCalled(newer, key.upn) > 1) {
      open.push_back({.upn = std::string(key.upn), .told = subject.facts});
      subject.facts = SubjectFacts(base.catalog(), SubjectKind::kUser);
    }
  }
  return open;
}

// A newer answer about a UPN that several users carry: what was known of each may have changed.
void LeaveOpen(const Subject& subject, FactSpace& base) {
  const std::string_view upn =
      subject.kind == SubjectKind::kUser ? KeyOf(subject).upn : std::string_view{};
  const std::vector<Subject*> called = base.UsersCalled(upn);
  for (Subject* const user : called) {
    if (called.size() > 1) {
      MarkContested(subject.facts, user->facts);
    }
  }
}

}  // namespace

void Overlay(FactSpace& base, const FactSpace& newer, Ticks stale_before) {
  const std::vector<OpenUser> open = TakeOpenUsers(base, newer);
  const auto offset = static_cast<std::uint32_t>(base.evidence.size());
  base.evidence.insert(base.evidence.end(), newer.evidence.begin(), newer.evidence.end());
  const Readings readings(base.evidence, stale_before);
  base.AddRefused(newer.refused());
  for (const auto& [sha1, der] : newer.der_by_sha1) {
    base.der_by_sha1.emplace(base.pool.Intern(sha1), base.pool.KeepBytes(der));
  }
  for (const Subject& subject : newer.subjects()) {
    Subject* const own = Counterpart(base, subject);
    if (own == nullptr) {
      LeaveOpen(subject, base);
      continue;
    }
    // A user that a bundle knows by UPN alone keeps the SID that another one showed.
    if (!subject.name.empty() && subject.kind != SubjectKind::kUser) {
      own->name = subject.name;
    }
    for (const Alias& alias : subject.aliases) {
      own->AddAlias(alias.kind, alias.value, alias.told, alias.declared);
    }
    OverlayFacts(base, readings, own->facts, subject.facts, offset);
    OverlayTables(base, readings, own->facts, subject.facts, offset);
  }
  for (const OpenUser& user : open) {
    for (Subject* const own : base.UsersCalled(user.upn)) {
      MarkAmbiguous(user.told, own->facts);
    }
  }
}

void OverlayWithLost(const FactSpace& newer,
                     std::span<const LostItem> newer_lost,
                     Ticks stale_before,
                     FactSpace& base,
                     std::vector<LostItem>& lost) {
  const std::size_t older = base.evidence.size();
  Overlay(base, newer, stale_before);
  for (LostItem item : newer_lost) {
    item.evidence += static_cast<std::uint32_t>(older);
    lost.push_back(item);
  }
  ForgetLost(lost, older, stale_before, base);
}

}  // namespace whfb::engine
