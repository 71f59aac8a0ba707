#include "rules/evaluator.h"

#include <algorithm>
#include <limits>

#include "rules/compare.h"

namespace whfb::rules {

namespace {

constexpr Cell kNobodyLooked{};
constexpr std::size_t kRowsShown = 3;  // rows whose leaves are kept when all rows decided together

// Truth with the most telling reason among what left it undecided.
struct Step {
  Truth truth = Truth::kTrue;
  WhyUnknown why = WhyUnknown::kNotCollected;  // meaningful for kUnknown only
};

// Rows of a table that fit a condition.
struct Fitting {
  std::int64_t certain = 0;
  std::int64_t undecided = 0;
  WhyUnknown why = WhyUnknown::kNotCollected;  // of the undecided ones
};

bool IsComplete(const Table* table) {
  return table != nullptr && table->coverage() == Coverage::kComplete;
}

WhyUnknown WhyIncomplete(const Table* table) {
  return table == nullptr ? WhyUnknown::kNotCollected : table->why();
}

// Compares a number between `least` and `most`. Every operator is monotone between the ends, or
// decided by them: eq and ne are open exactly when the bound lies inside a proper interval.
Truth CompareInterval(const Condition& node, std::int64_t least, std::int64_t most) {
  const std::int64_t bound = node.literal.number;
  const bool inside = least <= bound && bound <= most && least != most;
  const bool at_least = CompareNumber(node.op, least, bound);
  const bool at_most = CompareNumber(node.op, most, bound);
  const bool equality = node.op == Operator::kEq || node.op == Operator::kNe;
  const bool decided = equality ? !inside : at_least == at_most;
  if (!decided) {
    return Truth::kUnknown;
  }
  return at_least ? Truth::kTrue : Truth::kFalse;
}

class Walk {
 public:
  Walk(const Program& program, const EvaluationContext& context, LeafList& leaves)
      : nodes_(program.data()), context_(context), leaves_(leaves) {}

  [[nodiscard]] Step Node(std::uint32_t index);

 private:
  [[nodiscard]] Step Group(std::uint32_t index, Truth decisive);
  [[nodiscard]] Step Compare(const Condition& node);
  [[nodiscard]] Step ComparePresent(const Condition& node, const Cell& left, const Cell* right);
  [[nodiscard]] Step CompareTime(const Condition& node, const Value& left);
  [[nodiscard]] Step WhenAbsent(const Condition& node, const Cell& left, const Cell* right);
  [[nodiscard]] Step Exists(const Condition& node);
  [[nodiscard]] Step Quantifier(std::uint32_t index);
  [[nodiscard]] Step Rows(std::uint32_t index, const Table& table, Truth decisive);
  [[nodiscard]] Step Empty(const Condition& node, Truth otherwise);
  [[nodiscard]] Step Count(std::uint32_t index);
  [[nodiscard]] Fitting CountRows(std::uint32_t index, const Table& table);
  [[nodiscard]] const Cell& Find(const Operand& operand) const;
  [[nodiscard]] const Table* FindTable(const TableRef& table) const;
  void Note(const Operand& operand, const Cell& cell, bool by_default = false);
  void NoteCoverage(const TableRef& table);
  void EnterRow(const Condition& node, const Table& table, std::size_t row);

  const Condition* nodes_;
  const EvaluationContext& context_;
  LeafList& leaves_;
  std::span<const Cell> row_;  // of the quantifier that we are in
  TableRef table_{};
  std::uint32_t row_number_ = 0;
};

const Cell& Walk::Find(const Operand& operand) const {
  if (operand.column) {
    return row_[operand.slot];
  }
  const SubjectFacts* const facts = context_.At(operand.kind);
  return facts == nullptr ? kNobodyLooked : facts->FactAt(operand.slot);
}

const Table* Walk::FindTable(const TableRef& table) const {
  const SubjectFacts* const facts = context_.At(table.kind);
  return facts == nullptr ? nullptr : &facts->TableAt(table.slot);
}

void Walk::Note(const Operand& operand, const Cell& cell, bool by_default) {
  if (operand.column) {
    leaves_.Add({Leaf::Kind::kColumn, table_.kind, by_default,
                 static_cast<std::uint16_t>(operand.slot), table_.slot, row_number_, &cell});
  } else {
    leaves_.Add(
        {Leaf::Kind::kFact, operand.kind, by_default, 0, operand.slot, Leaf::kNoRow, &cell});
  }
}

void Walk::NoteCoverage(const TableRef& table) {
  leaves_.Add({Leaf::Kind::kCoverage, table.kind, false, 0, table.slot, Leaf::kNoRow, nullptr});
}

Step Walk::Node(std::uint32_t index) {
  const Condition& node = nodes_[index];
  switch (node.kind) {
    case ConditionKind::kCompare:
      return Compare(node);
    case ConditionKind::kAll:
      return Group(index, Truth::kFalse);
    case ConditionKind::kAny:
      return Group(index, Truth::kTrue);
    case ConditionKind::kNot: {
      const Step inner = Node(index + 1);
      return {Not(inner.truth), inner.why};
    }
    case ConditionKind::kExists:
      return Exists(node);
    case ConditionKind::kCount:
      return Count(index);
    default:
      return Quantifier(index);
  }
}

// "all" is decided by its false children, "any" by the first true one; both are open because of
// their unknown children, and else settled by all children together. Only the leaves of the
// children that made the answer are kept.
Step Walk::Group(std::uint32_t index, Truth decisive) {
  Step result{Not(decisive)};
  const std::size_t start = leaves_.size();
  const std::uint32_t end = nodes_[index].next;
  for (std::uint32_t child = index + 1; child < end; child = nodes_[child].next) {
    const std::size_t mark = leaves_.size();
    const Step step = Node(child);
    if (step.truth == result.truth) {
      result.why = std::max(result.why, step.why);
      continue;
    }
    const bool stronger = step.truth == decisive || result.truth == Not(decisive);
    if (!stronger) {
      leaves_.Truncate(mark);
      continue;
    }
    leaves_.Erase(start, mark);
    result = step;
    if (step.truth == Truth::kTrue && decisive == Truth::kTrue) {
      return result;  // one witness is enough; every failing requirement is worth naming
    }
  }
  return result;
}

Step Walk::Exists(const Condition& node) {
  const Cell& cell = Find(node.left);
  Note(node.left, cell);
  if (cell.unknown()) {
    return {Truth::kUnknown, cell.why};
  }
  return {cell.present() ? Truth::kTrue : Truth::kFalse};
}

Step Walk::Compare(const Condition& node) {
  const Cell& left = Find(node.left);
  const Cell* const right = node.value_of ? &Find(node.right) : nullptr;
  const bool left_unknown = left.unknown();
  const bool right_unknown = right != nullptr && right->unknown();
  if (left_unknown || right_unknown) {
    Step step{Truth::kUnknown};
    if (left_unknown) {
      Note(node.left, left);
      step.why = left.why;
    }
    if (right_unknown) {
      Note(node.right, *right);
      step.why = std::max(step.why, right->why);
    }
    return step;
  }
  const bool by_default = node.when_absent == whfb::rules::WhenAbsent::kDefault;
  Note(node.left, left, by_default && left.absent());
  if (right != nullptr) {
    Note(node.right, *right, by_default && right->absent());
  }
  if (left.absent() || (right != nullptr && right->absent())) {
    return WhenAbsent(node, left, right);
  }
  return ComparePresent(node, left, right);
}

Step Walk::WhenAbsent(const Condition& node, const Cell& left, const Cell* right) {
  using enum rules::WhenAbsent;
  if (node.when_absent == kDefault) {
    const Value& a = left.absent() ? *node.left_default : left.value;
    const Value* const b = right == nullptr  ? &node.literal
                           : right->absent() ? node.right_default
                                             : &right->value;
    return {node.compare(a, *b, node), WhyUnknown::kAmbiguous};
  }
  // "unknown" here means that the missing setting can be read in several ways.
  return {static_cast<Truth>(node.when_absent), WhyUnknown::kAmbiguous};
}

Step Walk::ComparePresent(const Condition& node, const Cell& left, const Cell* right) {
  if (right != nullptr) {
    return {node.compare(left.value, right->value, node), WhyUnknown::kAmbiguous};
  }
  if (node.base != TimeBase::kFixed) {
    return CompareTime(node, left.value);
  }
  return {node.compare(left.value, node.literal, node), WhyUnknown::kAmbiguous};
}

Step Walk::CompareTime(const Condition& node, const Value& left) {
  const TimeInterval base =
      node.base == TimeBase::kNow ? TimeInterval{context_.now, context_.now} : context_.collected;
  if (node.base == TimeBase::kCollected && base == TimeInterval{}) {
    return {Truth::kUnknown, WhyUnknown::kNotCollected};  // nobody knows when it was collected
  }
  Value right;
  right.time = {base.earliest + node.literal.time.earliest, base.latest + node.literal.time.latest};
  return {node.compare(left, right, node), WhyUnknown::kAmbiguous};
}

void Walk::EnterRow(const Condition& node, const Table& table, std::size_t row) {
  row_ = table.Row(row);
  table_ = node.table;
  row_number_ = static_cast<std::uint32_t>(row);
}

// The rows that were read: decided by the first decisive one, else open because of the undecided
// one with the most telling reason. The leaves kept are of that row; of the first few rows when
// all of them decided together.
Step Walk::Rows(std::uint32_t index, const Table& table, Truth decisive) {
  const std::size_t start = leaves_.size();
  Step open{Not(decisive)};
  for (std::size_t row = 0; row < table.size(); ++row) {
    EnterRow(nodes_[index], table, row);
    const std::size_t mark = leaves_.size();
    const Step step = Group(index, Truth::kFalse);
    if (step.truth == decisive) {
      leaves_.Erase(start, mark);
      return step;
    }
    const bool unknown = step.truth == Truth::kUnknown;
    if (unknown && (open.truth != Truth::kUnknown || step.why > open.why)) {
      leaves_.Erase(start, mark);
      open = step;
    } else if (unknown || open.truth == Truth::kUnknown || row >= kRowsShown) {
      leaves_.Truncate(mark);
    }
  }
  return open;
}

// some = or over the rows, every = and, none = not some. A table that was not read completely
// has one more row about which nothing is known.
Step Walk::Quantifier(std::uint32_t index) {
  const Condition& node = nodes_[index];
  const Table* const table = FindTable(node.table);
  const Truth decisive = node.kind == ConditionKind::kEvery ? Truth::kFalse : Truth::kTrue;
  const std::size_t start = leaves_.size();
  Step rows = table == nullptr ? Step{Not(decisive)} : Rows(index, *table, decisive);
  const Truth answer = node.kind == ConditionKind::kNone ? Not(rows.truth) : rows.truth;
  if (rows.truth == decisive) {
    return {answer};
  }
  if (IsComplete(table)) {
    if (rows.truth == Truth::kUnknown) {
      return rows;
    }
    NoteCoverage(node.table);
    return table->size() == 0 ? Empty(node, answer) : Step{answer};
  }
  if (rows.truth != Truth::kUnknown) {
    leaves_.Truncate(start);
    rows = {Truth::kUnknown};
  }
  NoteCoverage(node.table);
  rows.why = std::max(rows.why, WhyIncomplete(table));
  return rows;
}

Step Walk::Empty(const Condition& node, Truth otherwise) {
  if (node.kind == ConditionKind::kSome) {
    return {otherwise};
  }
  return {node.when_empty, WhyUnknown::kAmbiguous};
}

Fitting Walk::CountRows(std::uint32_t index, const Table& table) {
  Fitting fitting;
  for (std::size_t row = 0; row < table.size(); ++row) {
    EnterRow(nodes_[index], table, row);
    const std::size_t mark = leaves_.size();
    const Step step = Group(index, Truth::kFalse);
    if (step.truth == Truth::kTrue) {
      ++fitting.certain;
    } else if (step.truth == Truth::kUnknown) {
      ++fitting.undecided;
      fitting.why = std::max(fitting.why, step.why);
    }
    if (step.truth == Truth::kFalse || row >= kRowsShown) {
      leaves_.Truncate(mark);
    }
  }
  return fitting;
}

// The number of fitting rows is an interval: unknown rows may fit, and rows that were not read
// may be any number.
Step Walk::Count(std::uint32_t index) {
  constexpr std::int64_t kAnyNumber = std::numeric_limits<std::int64_t>::max();
  const Condition& node = nodes_[index];
  const Table* const table = FindTable(node.table);
  NoteCoverage(node.table);
  const Fitting rows = table == nullptr ? Fitting{} : CountRows(index, *table);
  const bool complete = IsComplete(table);
  const std::int64_t most = complete ? rows.certain + rows.undecided : kAnyNumber;
  const Truth truth = CompareInterval(node, rows.certain, most);
  return {truth, complete ? rows.why : std::max(rows.why, WhyIncomplete(table))};
}

Step Run(const Program& program, const EvaluationContext& context, LeafList& leaves) {
  return program.empty() ? Step{} : Walk(program, context, leaves).Node(0);
}

Severity Lowered(const Rule& rule, const EvaluationContext& context) {
  for (const Lowering& lowering : rule.lowerings) {
    LeafList ignored;
    if (Run(lowering.when, context, ignored).truth == Truth::kTrue) {
      return lowering.to;
    }
  }
  return rule.info.severity;
}

}  // namespace

Outcome Evaluate(const Rule& rule, const EvaluationContext& context) {
  Outcome outcome;
  outcome.severity = rule.info.severity;
  const Step applies = Run(rule.applies, context, outcome.leaves);
  if (applies.truth == Truth::kFalse) {
    outcome.verdict = Verdict::kNotApplicable;
    return outcome;
  }
  if (applies.truth == Truth::kUnknown) {
    outcome.why = applies.why;
    return outcome;
  }
  outcome.leaves.Truncate(0);
  const Step require = Run(rule.require, context, outcome.leaves);
  if (require.truth == Truth::kUnknown) {
    outcome.why = require.why;
    return outcome;
  }
  outcome.verdict = require.truth == Truth::kTrue ? Verdict::kPass : Verdict::kFail;
  if (outcome.verdict == Verdict::kFail && !rule.lowerings.empty()) {
    outcome.severity = Lowered(rule, context);
  }
  return outcome;
}

Truth Affects(const Rule& rule, const EvaluationContext& context) {
  LeafList ignored;
  return Run(rule.affects, context, ignored).truth;
}

Truth Until(const Rule& rule, const EvaluationContext& context) {
  if (!rule.until) {
    return Truth::kFalse;
  }
  const SubjectFacts* const user = context.path.at(static_cast<std::size_t>(rule.until->kind));
  if (user == nullptr) {
    return Truth::kUnknown;
  }
  const Cell& cell = user->FactAt(rule.until->slot);
  if (cell.unknown()) {
    return Truth::kUnknown;
  }
  return cell.present() && cell.value.number != 0 ? Truth::kTrue : Truth::kFalse;
}

}  // namespace whfb::rules
