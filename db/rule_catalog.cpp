#include "db/rule_catalog.h"

#include <optional>
#include <string_view>
#include <utility>

#include "db/fingerprint.h"
#include "db/packed.h"

namespace whfb::db {
namespace {

struct PackedRuleSet {
  std::string packs{};
  std::string changes{};
  std::string shown{};
};

PackedRuleSet Pack(const RuleSetRecord& rule_set) {
  PackedRuleSet packed;
  for (const RulePack& pack : rule_set.packs) {
    for (const std::string* const field : {&pack.name, &pack.sha256, &pack.signed_by}) {
      AppendField(packed.packs, *field);
    }
  }
  for (const RuleChange& change : rule_set.changes) {
    AppendField(packed.changes, change.rule);
    AppendField(packed.changes, ToString(change.kind));
    AppendField(packed.changes, change.detail);
    AppendField(packed.changes, change.reason);
    AppendNumber(packed.changes, change.uncounted ? 1 : 0);
  }
  for (const std::vector<std::string>& step : rule_set.order) {
    AppendNumber(packed.shown, step.size());
    for (const std::string& rule : step) {
      AppendField(packed.shown, rule);
    }
  }
  return packed;
}

Status InsertRuleSet(sqlite3* database, std::int64_t catalog, const RuleSetRecord& rule_set) {
  Result<Statement> insert =
      Statement::Prepare(database, "INSERT INTO rule_set VALUES(?1,?2,?3,?4,?5,?6)");
  if (!insert) {
    return insert.error();
  }
  const PackedRuleSet packed = Pack(rule_set);
  return insert->Bind(1, catalog)
      .Bind(2, rule_set.profile)
      .Bind(3, std::int64_t{rule_set.built_in})
      .Bind(4, packed.packs)
      .Bind(5, packed.changes)
      .Bind(6, packed.shown)
      .Run();
}

void UnpackPacks(std::string_view text, RuleSetRecord& rule_set) {
  FieldReader fields(text);
  while (const std::optional<std::string_view> name = fields.Next()) {
    RulePack pack{.name = std::string(*name)};
    pack.sha256 = fields.Next().value_or(std::string_view{});
    pack.signed_by = fields.Next().value_or(std::string_view{});
    rule_set.packs.push_back(std::move(pack));
  }
}

void UnpackChanges(std::string_view text, RuleSetRecord& rule_set) {
  FieldReader fields(text);
  while (const std::optional<std::string_view> rule = fields.Next()) {
    RuleChange change{.rule = std::string(*rule)};
    (void)FromString(fields.Next().value_or(std::string_view{}), change.kind);
    change.detail = fields.Next().value_or(std::string_view{});
    change.reason = fields.Next().value_or(std::string_view{});
    change.uncounted = fields.NextNumber() != 0;
    rule_set.changes.push_back(std::move(change));
  }
}

void UnpackOrder(std::string_view text, RuleSetRecord& rule_set) {
  FieldReader fields(text);
  while (!fields.Done()) {
    std::vector<std::string>& step = rule_set.order.emplace_back();
    for (std::uint64_t left = fields.NextNumber(); left > 0 && !fields.Done(); --left) {
      step.emplace_back(fields.Next().value_or(std::string_view{}));
    }
  }
}

std::int64_t Digest(const std::vector<RuleInfo>& rules, const RuleSetRecord& rule_set) {
  std::string text;
  if (rule_set != RuleSetRecord{}) {
    const PackedRuleSet packed = Pack(rule_set);
    AppendNumber(text, rule_set.built_in ? 1 : 0);
    for (const std::string* const field :
         {&rule_set.profile, &packed.packs, &packed.changes, &packed.shown}) {
      AppendField(text, *field);
    }
  }
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

Status InsertRules(Statement& insert, std::int64_t catalog, const std::vector<RuleInfo>& rules) {
  for (const RuleInfo& rule : rules) {
    if (Status status = InsertRule(insert, catalog, rule); !status) {
      return status;
    }
  }
  return Ok{};
}

}  // namespace

Result<RuleSetRecord> ReadRuleSet(sqlite3* database, std::int64_t run) {
  RuleSetRecord rule_set;
  const Result<std::int64_t> table = QueryInt(
      database, "SELECT count(*) FROM sqlite_schema WHERE type='table' AND name='rule_set'");
  if (!table || *table == 0) {  // a file of format 1 that nobody has written to since
    return table ? Result<RuleSetRecord>(rule_set) : table.error();
  }
  Result<Statement> find =
      Statement::Prepare(database,
                         "SELECT profile,built_in,packs,changes,shown FROM rule_set "
                         "WHERE catalog=(SELECT catalog FROM run WHERE id=?1)");
  if (!find) {
    return find.error();
  }
  const Result<bool> row = find->Bind(1, run).Step();
  if (!row || !*row) {
    return row ? Result<RuleSetRecord>(rule_set) : row.error();
  }
  rule_set.profile = find->Text(0);
  rule_set.built_in = find->Int(1) != 0;
  UnpackPacks(find->Text(2), rule_set);
  UnpackChanges(find->Text(3), rule_set);
  UnpackOrder(find->Text(4), rule_set);
  return rule_set;
}

Result<std::int64_t> CatalogNumber(sqlite3* database,
                                   const RunRecord& run,
                                   const std::vector<RuleInfo>& rules) {
  const std::string& sha256 = run.catalog_sha256;
  const std::int64_t content = Digest(rules, run.rule_set);
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
  Status written = InsertRules(*text, catalog, rules);
  if (written && run.rule_set != RuleSetRecord{}) {
    written = InsertRuleSet(database, catalog, run.rule_set);
  }
  return written ? Result<std::int64_t>(catalog) : written.error();
}

}  // namespace whfb::db
