#include "rules/condition_loader.h"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include <spdlog/fmt/fmt.h>

#include "rules/compare.h"
#include "rules/literal.h"
#include "rules/literal_loader.h"

namespace whfb::rules {

namespace {

constexpr std::size_t kMaxDepth = 32;
constexpr std::size_t kMaxConditions = 1'000;

constexpr std::array<std::string_view, 8> kConditionNames = {"all",  "any",   "not",  "is",
                                                             "some", "every", "none", "count"};

constexpr std::array<std::string_view, 12> kOperatorNames = {
    "eq", "ne",       "lt",          "le",           "gt",       "ge",
    "in", "contains", "starts-with", "matches-glob", "has-bits", "exists"};

class ConditionLoader {
 public:
  ConditionLoader(LoadContext& context, LiteralStore& store, Program& program)
      : context_(context), store_(store), program_(program) {}

  bool Children(const pugi::xml_node& parent, std::size_t depth);
  bool Root(const pugi::xml_node& parent);

 private:
  bool One(const pugi::xml_node& node, std::size_t depth);
  bool Group(const pugi::xml_node& node, ConditionKind kind, std::size_t depth);
  bool Quantifier(const pugi::xml_node& node, ConditionKind kind, std::size_t depth);
  bool QuantifierAttributes(const pugi::xml_node& node, Condition& condition);
  bool CountAttributes(const pugi::xml_node& node, Condition& condition);
  bool Is(const pugi::xml_node& node);
  bool IsCompare(const pugi::xml_node& node, Condition& condition);
  bool ReadOperator(const pugi::xml_node& node, Operator& op);
  bool ReadOperand(const pugi::xml_attribute& attribute,
                   Operand& operand,
                   std::string_view& fallback);
  bool ReadRight(const pugi::xml_node& node, Condition& condition, std::string_view& fallback);
  bool ReadValueOf(const pugi::xml_attribute& attribute,
                   Condition& condition,
                   std::string_view& fallback);
  bool ReadWhenAbsent(const pugi::xml_node& node, Condition& condition);
  bool ReadDefaults(const pugi::xml_node& node,
                    Condition& condition,
                    std::string_view left,
                    std::string_view right);
  const Value* DefaultValue(std::string_view text, const Operand& operand);

  LoadContext& context_;
  LiteralStore& store_;
  Program& program_;
  const TableSpec* table_ = nullptr;  // of the quantifier we are in
};

// Appends a node; its `next` is set by Close once the children are there.
std::size_t Open(Program& program, const Condition& condition) {
  program.push_back(condition);
  return program.size() - 1;
}

bool Close(Program& program, std::size_t opened) {
  program[opened].next = static_cast<std::uint32_t>(program.size());
  return true;
}

std::size_t ElementCount(const pugi::xml_node& node) {
  return static_cast<std::size_t>(std::distance(node.begin(), node.end()));
}

bool ConditionLoader::Root(const pugi::xml_node& parent) {
  if (ElementCount(parent) == 1) {
    return Children(parent, 0);
  }
  const std::size_t opened = Open(program_, {.kind = ConditionKind::kAll});
  return Children(parent, 0) && Close(program_, opened);
}

bool ConditionLoader::Children(const pugi::xml_node& parent, std::size_t depth) {
  if (!context_.OnlyElements(parent)) {
    return false;
  }
  return std::all_of(parent.begin(), parent.end(),
                     [&](const pugi::xml_node& child) { return One(child, depth + 1); });
}

bool ConditionLoader::One(const pugi::xml_node& node, std::size_t depth) {
  if (depth > kMaxDepth || program_.size() >= kMaxConditions) {
    return context_.Fail(node, fmt::format("too many conditions; at most {}, nested {} deep",
                                           kMaxConditions, kMaxDepth));
  }
  const std::string_view name = node.name();
  if (name == "is") {
    return Is(node);
  }
  if (name == "all" || name == "any" || name == "not") {
    const ConditionKind kind = name == "all"   ? ConditionKind::kAll
                               : name == "any" ? ConditionKind::kAny
                                               : ConditionKind::kNot;
    return Group(node, kind, depth);
  }
  constexpr std::array<ConditionKind, 4> kQuantifiers = {
      ConditionKind::kSome, ConditionKind::kEvery, ConditionKind::kNone, ConditionKind::kCount};
  for (std::size_t i = 0; i < kQuantifiers.size(); ++i) {
    if (name == kConditionNames.at(i + 4)) {
      return Quantifier(node, kQuantifiers.at(i), depth);
    }
  }
  return context_.Fail(node, fmt::format("<{}> is not a condition{}", name,
                                         DidYouMean(name, kConditionNames, "<", ">")));
}

bool ConditionLoader::Group(const pugi::xml_node& node, ConditionKind kind, std::size_t depth) {
  if (!context_.OnlyAttributes(node, {})) {
    return false;
  }
  const std::size_t inner = ElementCount(node);
  if (kind == ConditionKind::kNot && inner != 1) {
    return context_.Fail(node, "<not> holds exactly one condition");
  }
  if (inner == 0) {
    return context_.Fail(node, fmt::format("<{}> needs a condition inside", node.name()));
  }
  const std::size_t opened = Open(program_, {.kind = kind});
  return Children(node, depth) && Close(program_, opened);
}

bool ConditionLoader::Quantifier(const pugi::xml_node& node,
                                 ConditionKind kind,
                                 std::size_t depth) {
  if (table_ != nullptr) {
    return context_.Fail(node, fmt::format("<{}> inside a quantifier; quantifiers do not nest, "
                                           "joins are columns that derivations make",
                                           node.name()));
  }
  Condition condition{.kind = kind};
  if (!QuantifierAttributes(node, condition)) {
    return false;
  }
  if (kind == ConditionKind::kEvery && ElementCount(node) == 0) {
    return context_.Fail(node, "<every> needs a condition inside");
  }
  const std::size_t opened = Open(program_, condition);
  table_ = &context_.catalog().Table(condition.table.kind, condition.table.slot);
  const bool loaded = Children(node, depth);
  table_ = nullptr;
  return loaded && Close(program_, opened);
}

bool ConditionLoader::QuantifierAttributes(const pugi::xml_node& node, Condition& condition) {
  const bool counts = condition.kind == ConditionKind::kCount;
  const bool empty_matters =
      condition.kind == ConditionKind::kEvery || condition.kind == ConditionKind::kNone;
  const bool known =
      counts          ? context_.OnlyAttributes(node, {"in", "op", "value", "value-of-parameter"})
      : empty_matters ? context_.OnlyAttributes(node, {"in", "when-empty"})
                      : context_.OnlyAttributes(node, {"in"});
  pugi::xml_attribute in;
  const FactCatalog::TableEntry* entry = nullptr;
  if (!known || !context_.Needs(node, "in", in) ||
      !ResolveTable(context_, context_.OffsetOf(in.value(), 0), in.value(), entry)) {
    return false;
  }
  condition.table = {entry->kind, entry->slot};
  if (counts) {
    return CountAttributes(node, condition);
  }
  if (!empty_matters) {
    return true;
  }
  const std::string_view when_empty = node.attribute("when-empty").value();
  condition.when_empty = when_empty == "true"    ? Truth::kTrue
                         : when_empty == "false" ? Truth::kFalse
                                                 : Truth::kUnknown;
  return when_empty == "true" || when_empty == "false" || when_empty == "unknown" ||
         context_.Fail(node, fmt::format("<{}> needs when-empty=\"true\", \"false\" or \"unknown\"",
                                         node.name()));
}

bool ConditionLoader::CountAttributes(const pugi::xml_node& node, Condition& condition) {
  pugi::xml_attribute op;
  pugi::xml_attribute value;
  const bool parameter = !node.attribute("value-of-parameter").empty();
  if (!context_.Needs(node, "op", op) || !ReadOperator(node, condition.op) ||
      !context_.Needs(node, parameter ? "value-of-parameter" : "value", value)) {
    return false;
  }
  if (condition.op > Operator::kGe) {
    return context_.Fail(op,
                         fmt::format("the operator '{}' does not fit <count>; write eq, ne, lt, "
                                     "le, gt or ge",
                                     op.value()));
  }
  if (parameter && !node.attribute("value").empty()) {
    return context_.Fail(value, "<count> takes either value or value-of-parameter");
  }
  return LoadCountLiteral(context_, value, parameter, condition);
}

bool ConditionLoader::ReadOperator(const pugi::xml_node& node, Operator& op) {
  const pugi::xml_attribute attribute = node.attribute("op");
  return attribute.empty() || FromString(attribute.value(), op) ||
         context_.Fail(attribute, fmt::format("unknown operator '{}'{}", attribute.value(),
                                              DidYouMean(attribute.value(), kOperatorNames)));
}

// `fallback` becomes the documented Windows default, or stays empty.
bool ConditionLoader::ReadOperand(const pugi::xml_attribute& attribute,
                                  Operand& operand,
                                  std::string_view& fallback) {
  const std::string_view id = attribute.value();
  const std::size_t offset = context_.OffsetOf(attribute.value(), 0);
  if (table_ != nullptr && id.starts_with('.')) {
    if (!ResolveColumn(context_, offset, *table_, id.substr(1), operand.slot)) {
      return false;
    }
    const ColumnSpec& spec = table_->columns[operand.slot];
    operand.column = true;
    operand.type = spec.type;
    operand.element = spec.element;
    return true;
  }
  const FactCatalog::FactEntry* entry = nullptr;
  if (!ResolveFact(context_, offset, id, entry)) {
    return false;
  }
  operand = {.kind = entry->kind,
             .type = entry->spec->type,
             .element = entry->spec->element,
             .slot = entry->slot};
  fallback = entry->spec->windows_default;
  return true;
}

bool ConditionLoader::Is(const pugi::xml_node& node) {
  Condition condition{.kind = ConditionKind::kCompare};
  pugi::xml_attribute fact;
  if (!context_.OnlyAttributes(
          node, {"fact", "op", "value", "value-of", "value-of-parameter", "when-absent"}) ||
      !context_.NoContent(node) || !context_.Needs(node, "fact", fact) ||
      !ReadOperator(node, condition.op)) {
    return false;
  }
  if (condition.op == Operator::kExists) {
    for (const char* const name : {"value", "value-of", "value-of-parameter", "when-absent"}) {
      if (const pugi::xml_attribute extra = node.attribute(name)) {
        return context_.FailAtName(extra, fmt::format("op=\"exists\" takes no {}", name));
      }
    }
    condition.kind = ConditionKind::kExists;
    std::string_view fallback;
    const std::size_t opened = Open(program_, condition);
    return ReadOperand(fact, program_[opened].left, fallback) && Close(program_, opened);
  }
  if (!IsCompare(node, condition)) {
    return false;
  }
  return Close(program_, Open(program_, condition));
}

bool ConditionLoader::IsCompare(const pugi::xml_node& node, Condition& condition) {
  std::string_view left_default;
  std::string_view right_default;
  if (!ReadOperand(node.attribute("fact"), condition.left, left_default)) {
    return false;
  }
  condition.compare = ChooseCompare(condition.op, condition.left.type);
  if (condition.compare == nullptr) {
    return context_.Fail(
        node.attribute("op"),
        fmt::format("the operator '{}' does not fit '{}', which is {}; write {}",
                    ToString(condition.op), node.attribute("fact").value(),
                    ToString(condition.left.type), OperatorsFor(condition.left.type)));
  }
  return ReadRight(node, condition, right_default) && ReadWhenAbsent(node, condition) &&
         ReadDefaults(node, condition, left_default, right_default);
}

bool ConditionLoader::ReadRight(const pugi::xml_node& node,
                                Condition& condition,
                                std::string_view& fallback) {
  const pugi::xml_attribute value = node.attribute("value");
  const pugi::xml_attribute value_of = node.attribute("value-of");
  const pugi::xml_attribute parameter = node.attribute("value-of-parameter");
  if (int{!value.empty()} + int{!value_of.empty()} + int{!parameter.empty()} != 1) {
    return context_.Fail(node,
                         "<is> needs either value=\"...\", value-of=\"...\" or "
                         "value-of-parameter=\"...\"");
  }
  if (!parameter.empty()) {
    return LoadParameterLiteral(context_, parameter, store_, condition);
  }
  return value.empty() ? ReadValueOf(value_of, condition, fallback)
                       : LoadLiteral(context_, value, store_, condition);
}

bool ConditionLoader::ReadValueOf(const pugi::xml_attribute& attribute,
                                  Condition& condition,
                                  std::string_view& fallback) {
  condition.value_of = true;
  if (condition.op == Operator::kIn || condition.op == Operator::kMatchesGlob) {
    return context_.FailAtName(
        attribute, fmt::format("op=\"{}\" compares with a literal only", ToString(condition.op)));
  }
  if (!ReadOperand(attribute, condition.right, fallback)) {
    return false;
  }
  const ValueType left = condition.left.type;
  const ValueType right = condition.right.type;
  const bool element =
      left == ValueType::kList && condition.op != Operator::kEq && condition.op != Operator::kNe;
  const bool fits =
      element ? TextLike(right) : left == right || (TextLike(left) && TextLike(right));
  return fits ||
         context_.Fail(attribute, fmt::format("'{}' is {} and cannot be compared with {}",
                                              attribute.value(), ToString(right), ToString(left)));
}

bool ConditionLoader::ReadWhenAbsent(const pugi::xml_node& node, Condition& condition) {
  const std::string_view text = node.attribute("when-absent").value();
  constexpr std::array<std::string_view, 4> kNames = {"false", "unknown", "true", "default"};
  const auto* const found = std::ranges::find(kNames, text);
  if (found == kNames.end()) {
    return context_.Fail(node,
                         "<is> needs when-absent=\"true\", \"false\", \"unknown\" or \"default\"");
  }
  condition.when_absent = static_cast<WhenAbsent>(found - kNames.begin());
  return true;
}

bool ConditionLoader::ReadDefaults(const pugi::xml_node& node,
                                   Condition& condition,
                                   std::string_view left,
                                   std::string_view right) {
  if (condition.when_absent != WhenAbsent::kDefault) {
    return true;
  }
  condition.left_default = DefaultValue(left, condition.left);
  condition.right_default = condition.value_of ? DefaultValue(right, condition.right) : nullptr;
  const bool left_missing = condition.left_default == nullptr;
  if (left_missing || (condition.value_of && condition.right_default == nullptr)) {
    return context_.Fail(node.attribute("when-absent"),
                         fmt::format("'{}' declares no Windows default",
                                     node.attribute(left_missing ? "fact" : "value-of").value()));
  }
  return true;
}

const Value* ConditionLoader::DefaultValue(std::string_view text, const Operand& operand) {
  Value value;
  std::string expected;
  if (text.empty() || operand.type == ValueType::kTime ||
      !ParseValue(text, operand.type, operand.element, store_, value, expected)) {
    return nullptr;
  }
  return store_.Keep(value);
}

}  // namespace

bool LoadProgram(LoadContext& context,
                 const pugi::xml_node& parent,
                 LiteralStore& store,
                 Program& program) {
  program.clear();
  return parent.first_child().empty() || ConditionLoader(context, store, program).Root(parent);
}

}  // namespace whfb::rules
