#include "rules/condition_text.h"

#include <spdlog/fmt/fmt.h>

#include "rules/compare.h"

namespace whfb::rules {

namespace {

constexpr std::size_t kStep = 2;  // blanks a level

class Printer {
 public:
  Printer(const Program& program, const FactCatalog& catalog)
      : program_(program), catalog_(catalog) {}

  std::string Print(std::size_t indent) {
    for (std::uint32_t node = 0; node < program_.size(); node = program_[node].next) {
      Node(node, indent);
    }
    return std::move(text_);
  }

 private:
  void Node(std::uint32_t index, std::size_t indent) {
    const Condition& node = program_[index];
    text_.append(indent, ' ').append(Line(node, node.next == index + 1)).append("\n");
    const TableSpec* const outer = table_;
    if (node.kind >= ConditionKind::kSome) {
      table_ = &catalog_.Table(node.table.kind, node.table.slot);
    }
    for (std::uint32_t child = index + 1; child < node.next; child = program_[child].next) {
      Node(child, indent + kStep);
    }
    table_ = outer;
  }

  [[nodiscard]] std::string Line(const Condition& node, bool childless) const {
    switch (node.kind) {
      case ConditionKind::kAll:
        return "all of";
      case ConditionKind::kAny:
        return "any of";
      case ConditionKind::kNot:
        return "not";
      case ConditionKind::kCompare:
        return fmt::format("{} {} {}{}", Name(node.left), ToString(node.op), Right(node),
                           Absent(node));
      case ConditionKind::kExists:
        return fmt::format("{} exists", Name(node.left));
      case ConditionKind::kSome:
        return childless ? fmt::format("there is a row of {}", TableName(node))
                         : fmt::format("some row of {} has", TableName(node));
      case ConditionKind::kEvery:
        return fmt::format("every row of {} has{}", TableName(node), Empty(node));
      case ConditionKind::kNone:
        return fmt::format("no row of {} has{}", TableName(node), Empty(node));
      case ConditionKind::kCount:
        break;
    }
    return fmt::format("the rows of {} that have the following: number {} {}", TableName(node),
                       ToString(node.op), node.literal.number);
  }

  [[nodiscard]] std::string_view TableName(const Condition& node) const {
    return catalog_.Table(node.table.kind, node.table.slot).id;
  }

  [[nodiscard]] std::string Name(const Operand& operand) const {
    return operand.column ? fmt::format(".{}", table_->columns[operand.slot].name)
                          : std::string(catalog_.Fact(operand.kind, operand.slot).id);
  }

  [[nodiscard]] std::string Right(const Condition& node) const {
    if (node.value_of) {
      return Name(node.right);
    }
    if (node.base != TimeBase::kFixed) {
      const Ticks offset = node.literal.time.earliest;
      const std::string_view base = node.base == TimeBase::kNow ? "now" : "collected";
      return offset == 0 ? std::string(base)
                         : fmt::format("{}{:+}h", base, offset / (kTicksPerDay / 24));
    }
    if (!node.numbers.empty()) {
      return fmt::format("{}", fmt::join(node.numbers, ", "));
    }
    const bool list = !node.literal.list.empty();
    const bool element =
        node.left.type == ValueType::kList && node.op != Operator::kEq && node.op != Operator::kNe;
    const ValueType own = element ? node.left.element : node.left.type;
    return ValueText(Cell{.knowledge = Knowledge::kPresent, .value = node.literal},
                     list ? ValueType::kList : own);
  }

  [[nodiscard]] static std::string_view Absent(const Condition& node) {
    switch (node.when_absent) {
      case WhenAbsent::kFalse:
        return " (absent: false)";
      case WhenAbsent::kTrue:
        return " (absent: true)";
      case WhenAbsent::kDefault:
        return " (absent: the Windows default)";
      case WhenAbsent::kUnknown:
        break;
    }
    return "";
  }

  [[nodiscard]] static std::string_view Empty(const Condition& node) {
    switch (node.when_empty) {
      case Truth::kTrue:
        return " (no rows: true)";
      case Truth::kFalse:
        return " (no rows: false)";
      default:
        return "";
    }
  }

  const Program& program_;
  const FactCatalog& catalog_;
  const TableSpec* table_ = nullptr;  // of the quantifier around
  std::string text_;
};

}  // namespace

std::string ConditionText(const Program& program, const FactCatalog& catalog, std::size_t indent) {
  return Printer(program, catalog).Print(indent);
}

}  // namespace whfb::rules
