#include "db/rule_catalog.h"

#include <string_view>

#include "db/fingerprint.h"
#include "db/packed.h"

namespace whfb::db {
namespace {

std::int64_t Digest(const std::vector<RuleInfo>& rules) {
  std::string text;
  for (const RuleInfo& rule : rules) {
    AppendNumber(text, static_cast<std::uint64_t>(rule.revision));
    for (const std::string_view field :
         {std::string_view(rule.id), ToString(rule.subject), ToString(rule.severity),
          ToString(rule.decidable), std::string_view(rule.title), std::string_view(rule.why),
          std::string_view(rule.source), std::string_view(rule.fix),
          std::string_view(rule.collect)}) {
      AppendField(text, field);
    }
  }
  return static_cast<std::int64_t>(Fingerprint(text));
}

Status InsertRule(Statement& insert, std::int64_t catalog, const RuleInfo& rule) {
  return insert.Bind(1, catalog)
      .Bind(2, rule.id)
      .Bind(3, std::int64_t{rule.revision})
      .Bind(4, ToString(rule.subject))
      .Bind(5, ToString(rule.severity))
      .Bind(6, ToString(rule.decidable))
      .Bind(7, rule.title)
      .Bind(8, rule.why)
      .Bind(9, rule.source)
      .Bind(10, rule.fix)
      .Bind(11, rule.collect)
      .Run();
}

}  // namespace

Result<std::int64_t> CatalogNumber(sqlite3* database,
                                   const std::string& sha256,
                                   const std::vector<RuleInfo>& rules) {
  const std::int64_t content = Digest(rules);
  Result<Statement> find =
      Statement::Prepare(database, "SELECT id FROM catalog WHERE sha256=?1 AND content=?2");
  Result<Statement> add = Statement::Prepare(
      database, "INSERT INTO catalog(sha256,content) VALUES(?1,?2) RETURNING id");
  Result<Statement> text = Statement::Prepare(
      database, "INSERT INTO rule_text VALUES(NULL,?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)");
  if (!find || !add || !text) {
    return (!find ? find : (!add ? add : text)).error();
  }
  const Result<bool> known = find->Bind(1, sha256).Bind(2, content).Step();
  if (!known || *known) {
    return known ? Result<std::int64_t>(find->Int(0)) : known.error();
  }
  const Result<bool> added = add->Bind(1, sha256).Bind(2, content).Step();
  if (!added) {
    return added.error();
  }
  const std::int64_t catalog = add->Int(0);
  add->Reset();
  for (const RuleInfo& rule : rules) {
    if (Status status = InsertRule(*text, catalog, rule); !status) {
      return status.error();
    }
  }
  return catalog;
}

}  // namespace whfb::db
