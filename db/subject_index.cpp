#include "db/subject_index.h"

#include <algorithm>

#include "db/packed.h"

namespace whfb::db {
namespace {

using Aliases = std::vector<std::pair<std::string, std::string>>;

// Aliases as the table holds them. The printed id is the weakest; kinds are kept apart so that
// a device and a domain controller of one name never meet.
Aliases StoredAliases(const SubjectRecord& subject, std::int64_t parent) {
  const bool is_user = subject.kind == SubjectKind::kUser;
  const std::string scope = is_user ? std::to_string(parent) + "/" : std::string();
  const std::string prefix = std::string(ToString(subject.kind)) + ".";
  Aliases aliases;
  for (const auto& [kind, value] : subject.aliases) {
    aliases.emplace_back(prefix + kind, scope + value);
  }
  std::string_view printed = subject.id;
  if (is_user && printed.find('/') != std::string_view::npos) {
    printed.remove_prefix(printed.find('/') + 1);
  }
  aliases.emplace_back(prefix + "printed_id", scope + std::string(printed));
  return aliases;
}

}  // namespace

std::string PackAliases(const Aliases& list) {
  std::string packed;
  for (const auto& [kind, value] : list) {
    AppendField(packed, kind);
    AppendField(packed, value);
  }
  return packed;
}

Aliases UnpackAliases(std::string_view packed) {
  Aliases list;
  FieldReader fields(packed);
  while (const std::optional<std::string_view> kind = fields.Next()) {
    list.emplace_back(*kind, fields.Next().value_or(std::string_view{}));
  }
  return list;
}

Result<SubjectIndex> SubjectIndex::Prepare(sqlite3* database) {
  SubjectIndex index;
  const StatementList statements = {
      {"SELECT subject FROM alias WHERE kind=?1 AND value=?2", &index.by_alias_},
      {"SELECT id FROM subject WHERE printed_id=?1 AND last_run=?2", &index.by_printed_id_},
      {"SELECT printed_id,kind,aliases,last_run,collected FROM subject WHERE id=?1", &index.load_},
      {"INSERT INTO subject VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)", &index.insert_},
      {"UPDATE subject SET printed_id=?2,kind=?3,name=?4,parent=?5,route=?6,aliases=?7,"
       "last_run=?8,collected=max(collected,?9) WHERE id=?1",
       &index.update_},
      {"INSERT OR REPLACE INTO alias VALUES(?1,?2,?3)", &index.set_alias_},
  };
  if (Status status = PrepareAll(database, statements); !status) {
    return status.error();
  }
  const Result<std::int64_t> last = QueryInt(database, "SELECT coalesce(max(id),0) FROM subject");
  if (!last) {
    return last.error();
  }
  index.last_ = *last;
  return index;
}

Result<KnownSubject> SubjectIndex::Resolve(const SubjectRecord& subject,
                                           std::int64_t parent,
                                           std::int64_t run,
                                           const std::string& collected) {
  const Aliases aliases = StoredAliases(subject, parent);
  const Result<std::int64_t> match = Match(subject, aliases, run);
  if (!match) {
    return match.error();
  }
  KnownSubject known{.number = *match};
  if (known.number == 0) {
    known = {.number = ++last_, .is_new = true};
  } else {
    Result<KnownSubject> loaded = Load(known.number, run);
    if (!loaded) {
      return loaded;
    }
    known = *std::move(loaded);
  }
  if (Status status = Write(subject, known, run, collected); !status) {
    return status.error();
  }
  for (const auto& [kind, value] : aliases) {
    if (Status status = set_alias_.Bind(1, kind).Bind(2, value).Bind(3, known.number).Run();
        !status) {
      return status.error();
    }
  }
  return known;
}

Result<std::int64_t> SubjectIndex::FindPrinted(std::string_view id, std::int64_t run) {
  const Result<bool> row = by_printed_id_.Bind(1, id).Bind(2, run).Step();
  if (!row) {
    return row.error();
  }
  const std::int64_t number = *row ? by_printed_id_.Int(0) : 0;
  by_printed_id_.Reset();
  return number;
}

Result<std::int64_t> SubjectIndex::Match(const SubjectRecord& subject,
                                         const Aliases& aliases,
                                         std::int64_t run) {
  for (std::size_t i = 0; i < aliases.size(); ++i) {
    const Result<bool> row = by_alias_.Bind(1, aliases[i].first).Bind(2, aliases[i].second).Step();
    if (!row) {
      return row.error();
    }
    const std::int64_t number = *row ? by_alias_.Int(0) : 0;
    by_alias_.Reset();
    if (number == 0) {
      continue;
    }
    const Result<bool> fits = Fits(number, i, subject, run);
    if (!fits) {
      return fits.error();
    }
    if (*fits) {
      return number;
    }
  }
  return 0;
}

// Requires that alias number `strength` matched.
Result<bool> SubjectIndex::Fits(std::int64_t number,
                                std::size_t strength,
                                const SubjectRecord& subject,
                                std::int64_t run) {
  Result<bool> row = load_.Bind(1, number).Step();
  if (!row || !*row) {
    return row;
  }
  // One run never has two ids for one subject: then they are two.
  bool fits = load_.Int(3) != run || load_.Text(0) == subject.id;
  const Aliases stored = UnpackAliases(load_.Text(2));
  load_.Reset();
  const std::size_t own = std::min(strength, subject.aliases.size());
  for (std::size_t i = 0; fits && i < own; ++i) {
    const auto same_kind = [&](const auto& alias) {
      return alias.first == subject.aliases[i].first;
    };
    fits = std::none_of(stored.begin(), stored.end(), same_kind) ||
           std::find(stored.begin(), stored.end(), subject.aliases[i]) != stored.end();
  }
  return fits;
}

Result<KnownSubject> SubjectIndex::Load(std::int64_t number, std::int64_t run) {
  const Result<bool> row = load_.Bind(1, number).Step();
  if (!row) {
    return row.error();
  }
  KnownSubject known{.number = number};
  known.seen_in_this_run = load_.Int(3) == run;
  known.collected = load_.Text(4);
  load_.Reset();
  return known;
}

Status SubjectIndex::Write(const SubjectRecord& subject,
                           const KnownSubject& known,
                           std::int64_t run,
                           const std::string& collected) {
  const std::string packed = PackAliases(subject.aliases);
  Statement& statement = known.is_new ? insert_ : update_;
  return statement.Bind(1, known.number)
      .Bind(2, subject.id)
      .Bind(3, ToString(subject.kind))
      .Bind(4, subject.name)
      .Bind(5, subject.parent)
      .Bind(6, subject.route)
      .Bind(7, packed)
      .Bind(8, run)
      .Bind(9, collected)
      .Run();
}

}  // namespace whfb::db
