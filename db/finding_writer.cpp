#include "db/finding_writer.h"

#include <algorithm>
#include <utility>

#include "db/packed.h"
#include "db/schema.h"

namespace whfb::db {
namespace {

// Stands for the fix of the rule, which would otherwise be repeated in every cause.
constexpr std::string_view kFixOfRule = "=";

std::string_view CodeText(const Finding& finding) {
  return finding.reason_code ? ToString(*finding.reason_code) : std::string_view{};
}

void PackObserved(std::string& packed, const std::vector<Observed>& observed) {
  for (const Observed& one : observed) {
    AppendField(packed, one.fact);
    AppendField(packed, ToString(one.knowledge));
    AppendField(packed, one.value);
  }
}

// One text that is equal exactly when two causes are.
void AppendKey(std::string& key,
               std::string_view severity,
               std::string_view verdict,
               std::string_view code,
               std::string_view reason) {
  AppendField(key, severity);
  AppendField(key, verdict);
  AppendField(key, code);
  AppendField(key, reason);
}

}  // namespace

Result<FindingWriter> FindingWriter::Prepare(sqlite3* database) {
  FindingWriter writer;
  const StatementList statements = {
      {"INSERT INTO finding VALUES(?1,?2,?3,?4,?5,?6)", &writer.insert_},
      {"SELECT f.id,f.from_run,f.until_run,c.rule,r.rule,c.severity,c.verdict,"
       "c.reason_code,c.reason,c.fix,c.missing,c.observed,e.refs FROM finding f "
       "JOIN cause c ON c.id=f.cause JOIN rule r ON r.id=c.rule JOIN evidence e ON e.id=f.evidence "
       "WHERE f.id>=?1 AND f.id<?2 AND (f.until_run IS NULL OR f.until_run=?3)",
       &writer.load_},
      {"UPDATE finding SET until_run=?2,closed=?3 WHERE id=?1", &writer.close_},
      {"UPDATE finding SET until_run=NULL,closed=NULL WHERE id=?1", &writer.reopen_},
      {"UPDATE finding SET evidence=?2 WHERE id=?1", &writer.set_evidence_},
      {"INSERT INTO cause VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)", &writer.insert_cause_},
      {"INSERT INTO evidence VALUES(?1,?2)", &writer.insert_evidence_},
      {"SELECT id FROM rule WHERE rule=?1 AND revision=?2", &writer.find_rule_},
      {"INSERT INTO rule(rule,revision) VALUES(?1,?2) RETURNING id", &writer.insert_rule_},
      {"SELECT coalesce(max(id)+1,?1) FROM finding WHERE id>=?1 AND id<?2", &writer.last_row_},
  };
  if (Status status = PrepareAll(database, statements); !status) {
    return status.error();
  }
  const Result<std::int64_t> cause = QueryInt(database, "SELECT coalesce(max(id),0) FROM cause");
  const Result<std::int64_t> refs = QueryInt(database, "SELECT coalesce(max(id),0) FROM evidence");
  if (!cause || !refs) {
    return (cause ? refs : cause).error();
  }
  writer.last_cause_ = *cause;
  writer.last_evidence_ = *refs;
  return writer;
}

Status FindingWriter::SetRules(const std::vector<RuleInfo>& rules) {
  Forget();
  rules_.clear();
  for (const RuleInfo& rule : rules) {
    const Result<const Rule*> known = RuleOf(rule.id, rule.revision);
    if (!known) {
      return known.error();
    }
    rules_[rule.id].fix = rule.fix;
  }
  return Ok{};
}

void FindingWriter::Forget() {
  causes_.Clear();
  evidence_.Clear();
}

Status FindingWriter::Write(const ScannedSubject& subject,
                            const std::vector<const Finding*>& findings,
                            std::int64_t run) {
  rows_.clear();
  next_row_ = subject.number << kFindingBits;
  if (!subject.is_new || subject.seen_in_this_run) {
    if (Status status = LoadRows(subject.number, run); !status) {
      return status;
    }
  }
  for (const Finding* finding : findings) {
    if (Status status = WriteOne(subject, *finding, run); !status) {
      return status;
    }
  }
  if (subject.late || subject.seen_in_this_run) {
    return Ok{};
  }
  for (Row& row : rows_) {
    if (!row.confirmed) {
      if (Status status = Close(row, "gone", run); !status) {
        return status;
      }
    }
  }
  return Ok{};
}

Status FindingWriter::LoadRows(std::int64_t subject, std::int64_t run) {
  const std::int64_t first = subject << kFindingBits;
  const std::int64_t end = (subject + 1) << kFindingBits;
  const Result<bool> last = last_row_.Bind(1, first).Bind(2, end).Step();
  if (!last) {
    return last.error();
  }
  next_row_ = last_row_.Int(0);
  last_row_.Reset();
  load_.Bind(1, first).Bind(2, end).Bind(3, run);
  while (true) {
    const Result<bool> more = load_.Step();
    if (!more) {
      return more.error();
    }
    if (!*more) {
      return Ok{};
    }
    Row row{.id = load_.Int(0), .from_run = load_.Int(1)};
    row.open = load_.IsNull(2);
    row.rule_number = load_.Int(3);
    row.rule = load_.Text(4);
    AppendNumber(row.key, static_cast<std::uint64_t>(row.rule_number));
    AppendKey(row.key, load_.Text(5), load_.Text(6), load_.Text(7), load_.Text(8));
    AppendField(row.key, load_.Text(9));
    AppendField(row.key, load_.Text(10));
    AppendField(row.key, load_.Text(11));
    row.refs = load_.Text(12);
    rows_.push_back(std::move(row));
  }
}

Status FindingWriter::Describe(const Finding& finding) {
  const Result<const Rule*> rule = RuleOf(finding.rule, 0);
  if (!rule) {
    return rule.error();
  }
  cause_.rule = (*rule)->number;
  cause_.fix = finding.fix == (*rule)->fix ? kFixOfRule : std::string_view(finding.fix);
  cause_.missing.clear();
  for (const std::string& one : finding.missing) {
    AppendField(cause_.missing, one);
  }
  cause_.observed.clear();
  PackObserved(cause_.observed, finding.observed);
  cause_.key.clear();
  AppendNumber(cause_.key, static_cast<std::uint64_t>(cause_.rule));
  AppendKey(cause_.key, ToString(finding.severity), ToString(finding.verdict), CodeText(finding),
            finding.reason);
  AppendField(cause_.key, cause_.fix);
  AppendField(cause_.key, cause_.missing);
  AppendField(cause_.key, cause_.observed);
  return Ok{};
}

Status FindingWriter::WriteOne(const ScannedSubject& subject,
                               const Finding& finding,
                               std::int64_t run) {
  if (Status status = Describe(finding); !status) {
    return status;
  }
  refs_ = EncodeEvidence(finding.evidence, subject.bundles);
  for (Row& row : rows_) {
    if (subject.late || row.rule != finding.rule) {
      continue;
    }
    const Result<bool> kept = Keep(row, run);
    if (!kept) {
      return kept.error();
    }
    if (*kept) {
      return Ok{};
    }
  }
  return Insert(subject, finding, run);
}

// True: the row says what the finding says. False: it does not, and is closed.
Result<bool> FindingWriter::Keep(Row& row, std::int64_t run) {
  if (row.key != cause_.key) {
    const bool other_rule = row.rule_number != cause_.rule;
    const Status closed = Close(row, other_rule ? "rule-changed" : "changed", run);
    return closed ? Result<bool>(false) : closed.error();
  }
  if (!row.open && row.from_run == run) {
    return false;  // history of this very run; not current
  }
  const Status confirmed = Confirm(row);
  return confirmed ? Result<bool>(true) : confirmed.error();
}

Status FindingWriter::Confirm(Row& row) {
  row.confirmed = true;
  if (!row.open) {
    if (Status status = reopen_.Bind(1, row.id).Run(); !status) {
      return status;
    }
  }
  if (row.refs == refs_) {
    return Ok{};
  }
  const Result<std::int64_t> evidence = EvidenceRow(refs_);
  if (!evidence) {
    return evidence.error();
  }
  return set_evidence_.Bind(1, row.id).Bind(2, *evidence).Run();
}

Status FindingWriter::Close(Row& row, std::string_view why, std::int64_t run) {
  if (!row.open) {
    return Ok{};
  }
  row.open = false;
  return close_.Bind(1, row.id).Bind(2, run).Bind(3, why).Run();
}

Status FindingWriter::Insert(const ScannedSubject& subject,
                             const Finding& finding,
                             std::int64_t run) {
  const Result<std::int64_t> cause = CauseRow(finding);
  const Result<std::int64_t> evidence = EvidenceRow(refs_);
  if (!cause || !evidence) {
    return (cause ? evidence : cause).error();
  }
  if (next_row_ >> kFindingBits != subject.number) {
    return Error{ErrorCode::kTooLarge, finding.subject,
                 "more than 1,048,576 findings are stored for this subject"};
  }
  insert_.Bind(1, next_row_++).Bind(2, *cause).Bind(3, *evidence).Bind(4, run);
  if (subject.late) {
    insert_.Bind(5, run).Bind(6, std::string_view("history"));
  }
  return insert_.Run();
}

Result<const FindingWriter::Rule*> FindingWriter::RuleOf(const std::string& id, int revision) {
  if (const auto known = rules_.find(id); known != rules_.end()) {
    return &known->second;
  }
  std::int64_t number = 0;
  for (Statement* statement : {&find_rule_, &insert_rule_}) {
    const Result<bool> row = statement->Bind(1, id).Bind(2, std::int64_t{revision}).Step();
    if (!row) {
      return row.error();
    }
    number = *row ? statement->Int(0) : 0;
    statement->Reset();
    if (number != 0) {
      break;
    }
  }
  Rule& rule = rules_[id];
  rule.number = number;
  return &rule;
}

Result<std::int64_t> FindingWriter::CauseRow(const Finding& finding) {
  if (const std::int64_t known = causes_.Find(cause_.key); known != 0) {
    return known;
  }
  insert_cause_.Bind(1, last_cause_ + 1)
      .Bind(2, cause_.rule)
      .Bind(3, ToString(finding.severity))
      .Bind(4, ToString(finding.verdict))
      .Bind(5, CodeText(finding))
      .Bind(6, finding.reason)
      .Bind(7, cause_.fix)
      .Bind(8, cause_.missing)
      .Bind(9, cause_.observed);
  if (Status status = insert_cause_.Run(); !status) {
    return status.error();
  }
  causes_.Add(cause_.key, ++last_cause_);
  return last_cause_;
}

Result<std::int64_t> FindingWriter::EvidenceRow(const std::string& refs) {
  if (const std::int64_t known = evidence_.Find(refs); known != 0) {
    return known;
  }
  if (Status status = insert_evidence_.Bind(1, last_evidence_ + 1).Bind(2, refs).Run(); !status) {
    return status.error();
  }
  evidence_.Add(refs, ++last_evidence_);
  return last_evidence_;
}

}  // namespace whfb::db
