#include "scanner/engine/overlay.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/engine/ambiguous_facts.h"

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

// Whether the place was looked at and what stands there could not be told. Then an earlier answer
// is known to be doubtful. The other reasons mean that nobody looked there, or in another place.
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

bool LookedInVain(const Cell& cell) {
  return cell.unknown() && LookedInVain(cell.why);
}

// Whether nobody can say which of two answers is the later one.
bool OrderUnknown(const FactSpace& space, const Provenance& current, const Provenance& answer) {
  if (current.evidence == 0 || answer.evidence == 0) {
    return false;
  }
  const TimeInterval before = space.evidence.at(current.evidence - 1).collected;
  const TimeInterval after = space.evidence.at(answer.evidence - 1).collected;
  return before.latest == 0 || after.earliest <= before.latest;
}

// `answer` is adopted already and of the bundle that is next in line.
Cell LaterFact(const FactSpace& base, const Cell& current, const Cell& answer, ValueType type) {
  if (current.unknown() && answer.unknown()) {
    return answer.why > current.why ? answer : current;
  }
  if (answer.unknown()) {
    return LookedInVain(answer) ? answer : current;
  }
  if (!OrderUnknown(base, current.source, answer.source)) {
    return answer;
  }
  return LookedInVain(current) ? current : MergeWithinBundle(answer, current, type);
}

void OverlayFacts(FactSpace& base,
                  SubjectFacts& to,
                  const SubjectFacts& from,
                  std::uint32_t offset) {
  for (std::uint32_t slot = 0; slot < from.fact_count(); ++slot) {
    Cell& current = to.FactAt(slot);
    current = LaterFact(base, current, Adopt(base, from.FactAt(slot), offset),
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

// What a certificate says does not change, so that an earlier bundle may complete the row of a
// later listing that shows less, also where that one is damaged. What its store says of it does.
// Times are printed with less precision than they are encoded.
void CompleteCertificate(const TableSpec& spec,
                         std::span<const Cell> earlier,
                         std::span<Cell> later) {
  for (std::size_t i = 0; i < later.size(); ++i) {
    if (later[i].unknown()) {
      const bool doubtful = spec.columns[i].of_store ? LookedInVain(later[i])
                                                     : later[i].why == WhyUnknown::kConflicting;
      later[i] = doubtful ? later[i] : earlier[i];
    } else if (spec.columns[i].type == ValueType::kTime) {
      const Cell closer = MergeWithinBundle(later[i], earlier[i], ValueType::kTime);
      later[i] = closer.unknown() ? later[i] : closer;
    }
  }
}

// The row of `newer`, over the row of the same keys that was there before.
std::vector<Cell> LaterRow(const FactSpace& base, const Table& current, std::vector<Cell> row) {
  const TableSpec& spec = current.spec();
  const std::size_t number = current.Find(row);
  if (number == current.size()) {
    return row;
  }
  const std::span<const Cell> earlier = current.Row(number);
  if (FindColumn(spec, "not_after") >= 0) {
    CompleteCertificate(spec, earlier, row);
    return row;
  }
  for (std::size_t i = 0; i < row.size(); ++i) {
    row[i] = LaterFact(base, earlier[i], row[i], spec.columns[i].type);
  }
  return row;
}

// Whether the place was read anew, completely or in vain: what an earlier reading found there need
// not be there any more.
bool ReadAnew(const Table& newer) {
  return newer.coverage() == Coverage::kComplete || LookedInVain(newer.why());
}

// Which reading the rows that are now there come from.
void LaterCoverage(const Table& current,
                   const Table& newer,
                   const Provenance& source,
                   Table& rows) {
  const bool looked = newer.coverage() != Coverage::kNone;
  if (!ReadAnew(newer) && !(newer.spec().windowed && looked)) {
    rows.Cover(current.coverage(), current.why(), current.source());
  }
  rows.Cover(newer.coverage(), newer.why(), source);
}

bool SameRows(const Table& one, const Table& other) {
  bool same = one.size() == other.size();
  for (std::size_t number = 0; same && number < one.size(); ++number) {
    same = other.Find(one.Row(number)) != other.size();
  }
  return same;
}

// The rows that both hold.
Table CommonRows(const Table& current, const Table& rows) {
  Table common(rows.spec());
  for (std::size_t number = 0; number < rows.size(); ++number) {
    if (current.Find(rows.Row(number)) != current.size()) {
      common.Add(rows.Row(number));
    }
  }
  return common;
}

// Whether a place was read completely twice, with two results, and nobody knows which came later:
// what only one of them found may be there or not.
bool Contested(const FactSpace& base,
               const Table& current,
               const Table& rows,
               const Table& newer,
               const Provenance& source) {
  return !newer.spec().windowed && current.coverage() == Coverage::kComplete &&
         newer.coverage() == Coverage::kComplete && OrderUnknown(base, current.source(), source) &&
         !SameRows(current, rows);
}

// A newer reading of a place leaves only the rows that it found; one that shows a part of it and
// never meant to show all, and the window of a log, adds what it saw.
void OverlayTable(FactSpace& base, Table& current, const Table& newer, std::uint32_t offset) {
  Table rows(newer.spec());
  for (std::size_t number = 0; number < newer.size(); ++number) {
    rows.Add(LaterRow(base, current, AdoptRow(base, newer.Row(number), offset)));
  }
  Provenance source = newer.source();
  source.key = base.pool.Intern(source.key);
  source.evidence += source.evidence == 0 ? 0 : offset;
  if (Contested(base, current, rows, newer, source)) {
    current = CommonRows(current, rows);
    current.Cover(Coverage::kPartial, WhyUnknown::kConflicting, source);
    return;
  }
  const bool replaces = ReadAnew(newer) && !newer.spec().windowed;
  for (std::size_t number = 0; !replaces && number < current.size(); ++number) {
    if (rows.Find(current.Row(number)) == rows.size()) {
      rows.Add(current.Row(number));
    }
  }
  LaterCoverage(current, newer, source, rows);
  current = std::move(rows);
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

void Overlay(FactSpace& base, const FactSpace& newer) {
  const std::vector<OpenUser> open = TakeOpenUsers(base, newer);
  const auto offset = static_cast<std::uint32_t>(base.evidence.size());
  base.evidence.insert(base.evidence.end(), newer.evidence.begin(), newer.evidence.end());
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
    OverlayFacts(base, own->facts, subject.facts, offset);
    for (std::uint32_t slot = 0; slot < subject.facts.table_count(); ++slot) {
      OverlayTable(base, own->facts.TableAt(slot), subject.facts.TableAt(slot), offset);
    }
  }
  for (const OpenUser& user : open) {
    for (Subject* const own : base.UsersCalled(user.upn)) {
      MarkAmbiguous(user.told, own->facts);
    }
  }
}

}  // namespace whfb::engine
