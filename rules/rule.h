// A compiled rule: what an XML rule file becomes once it is checked. Names are resolved to slots,
// literals to values, operators to functions, so that evaluation neither looks anything up nor
// allocates, and cannot fail.
//
// Made by LoadRule only. Const and shared between threads afterwards. A rule refers to a
// FactCatalog by slots: it must be evaluated with facts of the same catalogue.

#ifndef WHFB_RULES_RULE_H_
#define WHFB_RULES_RULE_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/core/catalog.h"
#include "scanner/core/cell.h"
#include "scanner/core/facts.h"
#include "scanner/core/finding.h"
#include "scanner/core/time.h"
#include "scanner/core/truth.h"

namespace whfb::rules {

// Where a cell is found: a fact of a subject on the path, or a column of the row at hand.
struct Operand {
  SubjectKind kind = SubjectKind::kDevice;
  bool column = false;
  ValueType type = ValueType::kText;
  ValueType element = ValueType::kText;  // for kList
  std::uint32_t slot = 0;                // fact slot, or column number
};

struct TableRef {
  SubjectKind kind = SubjectKind::kDevice;
  std::uint32_t slot = 0;
};

// What a literal time counts from.
enum class TimeBase : std::uint8_t { kFixed, kNow, kCollected };

enum class Operator : std::uint8_t {
  kEq,
  kNe,
  kLt,
  kLe,
  kGt,
  kGe,
  kIn,
  kContains,
  kStartsWith,
  kMatchesGlob,
  kHasBits,
  kExists,
};

enum class WhenAbsent : std::uint8_t { kFalse, kUnknown, kTrue, kDefault };

enum class ConditionKind : std::uint8_t {
  kAll,
  kAny,
  kNot,
  kCompare,
  kExists,
  kSome,
  kEvery,
  kNone,
  kCount,
};

struct Condition;

// Requires two present values of the types it was chosen for.
using CompareFunction = Truth (*)(const Value& left, const Value& right, const Condition& node);

// One node of a condition tree. Trees are stored in preorder: the children of node i begin at
// i + 1, and the sibling of a node is at its `next`.
struct Condition {
  ConditionKind kind = ConditionKind::kAll;
  WhenAbsent when_absent = WhenAbsent::kUnknown;
  Truth when_empty = Truth::kUnknown;
  TimeBase base = TimeBase::kFixed;
  bool value_of = false;        // `right` counts, not `literal`
  Operator op = Operator::kEq;  // kCount compares with it
  std::uint32_t next = 0;
  Operand left{};
  Operand right{};
  TableRef table{};                         // quantifiers
  CompareFunction compare = nullptr;        // kCompare
  Value literal{};                          // kCount: `number`; a relative time: the offset
  std::span<const std::int64_t> numbers{};  // `in` over int
  const Value* left_default = nullptr;      // set with WhenAbsent::kDefault
  const Value* right_default = nullptr;
};

// Empty: holds always.
using Program = std::vector<Condition>;

struct Lowering {
  Severity to = Severity::kInfo;
  Program when{};
};

struct Place {
  enum class Kind : std::uint8_t { kText, kFact, kColumn, kTable };
  Kind kind = Kind::kText;
  std::string text{};
  SubjectKind subject = SubjectKind::kDevice;
  std::uint32_t slot = 0;  // of the fact or table
  std::uint32_t column = 0;
};

struct Explanation {
  Verdict on = Verdict::kFail;
  std::optional<WhyUnknown> because{};
  std::vector<Place> places{};
};

struct CaseFact {
  SubjectKind kind = SubjectKind::kDevice;
  std::uint32_t slot = 0;
  Cell cell{};
};

struct CaseTable {
  TableRef table{};
  Coverage coverage = Coverage::kNone;
  WhyUnknown why = WhyUnknown::kNotCollected;
  std::vector<std::vector<Cell>> rows{};
};

struct Case {
  std::size_t line = 0;  // in the rule file
  Verdict expect = Verdict::kUnknown;
  std::optional<WhyUnknown> because{};
  std::optional<Severity> severity{};
  std::optional<Truth> affects{};
  Ticks as_of = 0;
  TimeInterval collected{};
  std::vector<CaseFact> facts{};
  std::vector<CaseTable> tables{};
};

// Owns what literals and cases point to; addresses survive a move of the store.
class LiteralStore {
 public:
  LiteralStore() = default;
  LiteralStore(const LiteralStore&) = delete;
  LiteralStore& operator=(const LiteralStore&) = delete;
  LiteralStore(LiteralStore&&) = default;
  LiteralStore& operator=(LiteralStore&&) = default;
  ~LiteralStore() = default;

  std::string_view Keep(std::string text) { return texts_.emplace_back(std::move(text)); }

  std::span<const std::string_view> Keep(std::vector<std::string_view> list) {
    return lists_.emplace_back(std::move(list));
  }

  std::span<const std::int64_t> Keep(std::vector<std::int64_t> numbers) {
    return numbers_.emplace_back(std::move(numbers));
  }

  const Value* Keep(const Value& value) { return &values_.emplace_back(value); }

 private:
  std::deque<std::string> texts_;
  std::deque<std::vector<std::string_view>> lists_;
  std::deque<std::vector<std::int64_t>> numbers_;
  std::deque<Value> values_;
};

// A value that the author leaves to the user. Conditions and explanations are compiled with it.
struct Parameter {
  enum class Type : std::uint8_t { kInt, kTimeOffset, kDate, kText };
  std::string name{};
  Type type = Type::kInt;
  std::string value{};     // that the rule was compiled with
  std::string fallback{};  // that the rule file gives
};

struct Rule {
  RuleInfo info{};
  std::vector<Parameter> parameters{};
  // Of a rule that stands in for a built-in one: the revision of that. 0: it does not.
  int replaces = 0;
  Program applies{};
  Program require{};
  Program affects{};
  // A truth of the user: once it holds, a fail no longer blocks that user.
  std::optional<Operand> until{};
  std::vector<Lowering> lowerings{};
  std::vector<Explanation> explanations{};
  std::vector<Case> cases{};
  LiteralStore store{};
};

}  // namespace whfb::rules

#endif  // WHFB_RULES_RULE_H_
