#include "rules/case_loader.h"

#include <algorithm>
#include <array>

#include <spdlog/fmt/fmt.h>

#include "rules/condition_loader.h"
#include "rules/literal.h"

namespace whfb::rules {

namespace {

constexpr std::string_view kDefaultAsOf = "2026-11-25";

class CaseLoader {
 public:
  CaseLoader(LoadContext& context, LiteralStore& store) : context_(context), store_(store) {}

  bool Load(const pugi::xml_node& node, Case& one);

 private:
  bool Expectation(const pugi::xml_node& node, Case& one);
  bool Because(const pugi::xml_node& node, Case& one);
  bool AffectsExpectation(const pugi::xml_node& node, Case& one);
  bool Moment(const pugi::xml_node& node, Case& one);
  bool Fact(const pugi::xml_node& node, Case& one);
  bool LoadTable(const pugi::xml_node& node, Case& one);
  bool LoadCoverage(const pugi::xml_node& node, CaseTable& table);
  bool Row(const pugi::xml_node& node, const TableSpec& spec, std::vector<Cell>& cells);
  bool RowCell(const pugi::xml_node& node, const TableSpec& spec, std::vector<Cell>& cells);
  bool ReadCell(const pugi::xml_node& node, ValueType type, ValueType element, Cell& cell);
  bool ReadValue(const pugi::xml_attribute& attribute,
                 ValueType type,
                 ValueType element,
                 Cell& cell);
  bool ReadTime(const pugi::xml_attribute& attribute, Cell& cell);
  bool ReadInstant(const pugi::xml_attribute& attribute, std::string_view text, TimeInterval& time);
  bool Reason(const pugi::xml_attribute& attribute, WhyUnknown& why);

  LoadContext& context_;
  LiteralStore& store_;
  Ticks now_ = 0;
  TimeInterval collected_{};
};

bool CaseLoader::Load(const pugi::xml_node& node, Case& one) {
  one.line = context_.LineOf(node);
  if (!context_.OnlyAttributes(
          node, {"expect", "because", "severity", "affects", "as-of", "collected"}) ||
      !context_.OnlyElements(node) || !Expectation(node, one) || !Moment(node, one)) {
    return false;
  }
  for (const pugi::xml_node child : node.children()) {
    const std::string_view name = child.name();
    constexpr std::array<std::string_view, 2> kKnown = {"fact", "table"};
    if (name != "fact" && name != "table") {
      return context_.Fail(child, fmt::format("unknown element <{}> in <case>{}", name,
                                              DidYouMean(name, kKnown, "<", ">")));
    }
    if (name == "fact" ? !Fact(child, one) : !LoadTable(child, one)) {
      return false;
    }
  }
  return true;
}

bool CaseLoader::Expectation(const pugi::xml_node& node, Case& one) {
  pugi::xml_attribute expect;
  if (!context_.Needs(node, "expect", expect)) {
    return false;
  }
  if (!FromString(expect.value(), one.expect)) {
    return context_.Fail(expect, fmt::format("'{}' is not a verdict; write pass, fail, unknown or "
                                             "not-applicable",
                                             expect.value()));
  }
  const pugi::xml_attribute severity = node.attribute("severity");
  if (!severity.empty() && !FromString(severity.value(), one.severity.emplace())) {
    return context_.Fail(severity, fmt::format("'{}' is not a severity; write critical, high, "
                                               "medium, low or info",
                                               severity.value()));
  }
  return Because(node, one) && AffectsExpectation(node, one);
}

bool CaseLoader::Because(const pugi::xml_node& node, Case& one) {
  const pugi::xml_attribute because = node.attribute("because");
  if (because.empty()) {
    return true;
  }
  if (one.expect != Verdict::kUnknown) {
    return context_.FailAtName(because, "because belongs to expect=\"unknown\" only");
  }
  return Reason(because, one.because.emplace());
}

bool CaseLoader::AffectsExpectation(const pugi::xml_node& node, Case& one) {
  const pugi::xml_attribute affects = node.attribute("affects");
  if (affects.empty()) {
    return true;
  }
  const std::string_view text = affects.value();
  one.affects = text == "true" ? Truth::kTrue : text == "false" ? Truth::kFalse : Truth::kUnknown;
  return text == "true" || text == "false" || text == "unknown" ||
         context_.Fail(affects, fmt::format("'{}' is none of true, false and unknown", text));
}

bool CaseLoader::Moment(const pugi::xml_node& node, Case& one) {
  const pugi::xml_attribute as_of = node.attribute("as-of");
  const Result<Ticks> now = ParseTime(as_of.empty() ? kDefaultAsOf : as_of.value(), "as-of");
  if (!now) {
    return context_.Fail(as_of, now.error().message);
  }
  one.as_of = *now;
  one.collected = {*now, *now};
  const pugi::xml_attribute collected = node.attribute("collected");
  if (std::string_view(collected.value()) == "unknown") {
    one.collected = {};
  } else if (!collected.empty()) {
    const Result<Ticks> ticks = ParseTime(collected.value(), "collected");
    if (!ticks) {
      return context_.Fail(collected, ticks.error().message);
    }
    one.collected = {*ticks, *ticks};
  }
  now_ = one.as_of;
  collected_ = one.collected;
  return true;
}

bool CaseLoader::Fact(const pugi::xml_node& node, Case& one) {
  pugi::xml_attribute id;
  const FactCatalog::FactEntry* entry = nullptr;
  if (!context_.OnlyAttributes(node, {"id", "value", "absent", "unknown"}) ||
      !context_.NoContent(node) || !context_.Needs(node, "id", id) ||
      !ResolveFact(context_, context_.OffsetOf(id.value(), 0), id.value(), entry)) {
    return false;
  }
  const bool twice = std::ranges::any_of(one.facts, [&](const CaseFact& other) {
    return other.kind == entry->kind && other.slot == entry->slot;
  });
  if (twice) {
    return context_.Fail(id, fmt::format("the case names '{}' twice", id.value()));
  }
  CaseFact& fact = one.facts.emplace_back();
  fact.kind = entry->kind;
  fact.slot = entry->slot;
  return ReadCell(node, entry->spec->type, entry->spec->element, fact.cell);
}

bool CaseLoader::ReadCell(const pugi::xml_node& node,
                          ValueType type,
                          ValueType element,
                          Cell& cell) {
  const pugi::xml_attribute value = node.attribute("value");
  const pugi::xml_attribute absent = node.attribute("absent");
  const pugi::xml_attribute unknown = node.attribute("unknown");
  const int given = (value.empty() ? 0 : 1) + (absent.empty() ? 0 : 1) + (unknown.empty() ? 0 : 1);
  if (given != 1) {
    return context_.Fail(node, fmt::format("<{}> needs one of value=\"...\", absent=\"true\" and "
                                           "unknown=\"reason\"",
                                           node.name()));
  }
  if (!value.empty()) {
    return ReadValue(value, type, element, cell);
  }
  if (!absent.empty()) {
    cell = Cell::Absent({});
    return std::string_view(absent.value()) == "true" ||
           context_.Fail(absent, "absent is \"true\" or is left out");
  }
  cell = Cell::Unknown(WhyUnknown::kNotCollected);
  return Reason(unknown, cell.why);
}

bool CaseLoader::ReadValue(const pugi::xml_attribute& attribute,
                           ValueType type,
                           ValueType element,
                           Cell& cell) {
  cell.knowledge = Knowledge::kPresent;
  if (type == ValueType::kTime) {
    return ReadTime(attribute, cell);
  }
  std::string expected;
  return ParseValue(attribute.value(), type, element, store_, cell.value, expected) ||
         context_.Fail(attribute, fmt::format("'{}' {}", attribute.value(), expected));
}

bool CaseLoader::ReadTime(const pugi::xml_attribute& attribute, Cell& cell) {
  const std::string_view text = attribute.value();
  constexpr std::string_view kBetween = "..";
  const std::size_t dots = text.find(kBetween);
  if (dots == std::string_view::npos) {
    return ReadInstant(attribute, text, cell.value.time);
  }
  TimeInterval first;
  TimeInterval last;
  if (!ReadInstant(attribute, Trim(text.substr(0, dots)), first) ||
      !ReadInstant(attribute, Trim(text.substr(dots + kBetween.size())), last)) {
    return false;
  }
  cell.value.time = {first.earliest, last.latest};
  return first.earliest <= last.latest ||
         context_.Fail(attribute, "an interval ends after it begins");
}

bool CaseLoader::ReadInstant(const pugi::xml_attribute& attribute,
                             std::string_view text,
                             TimeInterval& time) {
  TimeLiteral literal;
  std::string expected;
  if (!ParseTimeLiteral(text, literal, expected)) {
    return context_.Fail(attribute, fmt::format("'{}' {}", text, expected));
  }
  const TimeInterval base = literal.base == TimeBase::kNow         ? TimeInterval{now_, now_}
                            : literal.base == TimeBase::kCollected ? collected_
                                                                   : TimeInterval{};
  time = {base.earliest + literal.offset, base.latest + literal.offset};
  return true;
}

bool CaseLoader::Reason(const pugi::xml_attribute& attribute, WhyUnknown& why) {
  return FromString(attribute.value(), why) ||
         context_.Fail(attribute,
                       fmt::format("'{}' is not a reason of unknown", attribute.value()));
}

bool CaseLoader::LoadTable(const pugi::xml_node& node, Case& one) {
  pugi::xml_attribute id;
  const FactCatalog::TableEntry* entry = nullptr;
  if (!context_.OnlyAttributes(node, {"id", "coverage", "why"}) || !context_.OnlyElements(node) ||
      !context_.Needs(node, "id", id) ||
      !ResolveTable(context_, context_.OffsetOf(id.value(), 0), id.value(), entry)) {
    return false;
  }
  const bool twice = std::ranges::any_of(one.tables, [&](const CaseTable& other) {
    return other.table.kind == entry->kind && other.table.slot == entry->slot;
  });
  if (twice) {
    return context_.Fail(id, fmt::format("the case names '{}' twice", id.value()));
  }
  CaseTable& table = one.tables.emplace_back();
  table.table = {entry->kind, entry->slot};
  if (!LoadCoverage(node, table)) {
    return false;
  }
  return std::all_of(node.begin(), node.end(), [&](const pugi::xml_node& row) {
    return Row(row, *entry->spec, table.rows.emplace_back());
  });
}

bool CaseLoader::LoadCoverage(const pugi::xml_node& node, CaseTable& table) {
  pugi::xml_attribute coverage;
  if (!context_.Needs(node, "coverage", coverage)) {
    return false;
  }
  constexpr std::array<std::string_view, 3> kNames = {"none", "partial", "complete"};
  const auto* const found = std::ranges::find(kNames, std::string_view(coverage.value()));
  if (found == kNames.end()) {
    return context_.Fail(
        coverage, fmt::format("'{}' is none of complete, partial and none", coverage.value()));
  }
  table.coverage = static_cast<Coverage>(found - kNames.begin());
  const pugi::xml_attribute why = node.attribute("why");
  if (why.empty()) {
    return true;
  }
  if (table.coverage == Coverage::kComplete) {
    return context_.FailAtName(why, "a complete table has no why");
  }
  return Reason(why, table.why);
}

bool CaseLoader::Row(const pugi::xml_node& node, const TableSpec& spec, std::vector<Cell>& cells) {
  if (std::string_view(node.name()) != "row") {
    return context_.Fail(
        node, fmt::format("unknown element <{}> in <table>; rows are <row>", node.name()));
  }
  cells.assign(spec.columns.size(), Cell{});
  for (const pugi::xml_attribute attribute : node.attributes()) {
    std::uint32_t column = 0;
    if (!ResolveColumn(context_, context_.OffsetOf(attribute.name(), 0), spec, attribute.name(),
                       column) ||
        !ReadValue(attribute, spec.columns[column].type, spec.columns[column].element,
                   cells[column])) {
      return false;
    }
  }
  return context_.OnlyElements(node) &&
         std::all_of(node.begin(), node.end(),
                     [&](const pugi::xml_node& cell) { return RowCell(cell, spec, cells); });
}

bool CaseLoader::RowCell(const pugi::xml_node& node,
                         const TableSpec& spec,
                         std::vector<Cell>& cells) {
  if (std::string_view(node.name()) != "cell") {
    return context_.Fail(
        node, fmt::format("unknown element <{}> in <row>; cells are <cell>", node.name()));
  }
  pugi::xml_attribute name;
  std::uint32_t column = 0;
  if (!context_.OnlyAttributes(node, {"column", "value", "absent", "unknown"}) ||
      !context_.NoContent(node) || !context_.Needs(node, "column", name) ||
      !ResolveColumn(context_, context_.OffsetOf(name.value(), 0), spec, name.value(), column)) {
    return false;
  }
  return ReadCell(node, spec.columns[column].type, spec.columns[column].element, cells[column]);
}

bool Shows(const Rule& rule, Verdict verdict) {
  return std::ranges::find(rule.cases, verdict, &Case::expect) != rule.cases.end();
}

}  // namespace

bool LoadCases(LoadContext& context, const pugi::xml_node& cases, Rule& rule) {
  if (!context.OnlyAttributes(cases, {}) || !context.OnlyElements(cases)) {
    return false;
  }
  for (const pugi::xml_node node : cases.children()) {
    if (std::string_view(node.name()) != "case") {
      return context.Fail(node, fmt::format("unknown element <{}> in <cases>", node.name()));
    }
    if (!CaseLoader(context, rule.store).Load(node, rule.cases.emplace_back())) {
      return false;
    }
  }
  for (const Verdict needed :
       {Verdict::kPass, Verdict::kFail, Verdict::kUnknown, Verdict::kNotApplicable}) {
    const bool required = needed != Verdict::kNotApplicable || !rule.applies.empty();
    if (required && !Shows(rule, needed)) {
      return context.Fail(cases, fmt::format("no case expects '{}'", ToString(needed)));
    }
  }
  return true;
}

}  // namespace whfb::rules
