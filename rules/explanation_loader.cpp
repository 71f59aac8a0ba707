#include "rules/explanation_loader.h"

#include <algorithm>

#include <spdlog/fmt/fmt.h>

#include "rules/condition_loader.h"
#include "rules/literal.h"

namespace whfb::rules {

namespace {

// {table.column}: the longest table id that is a prefix.
bool LoadColumnPlace(LoadContext& context, std::size_t offset, std::string_view id, Place& place) {
  const std::size_t dot = id.rfind('.');
  const FactCatalog::TableEntry* const table =
      dot == std::string_view::npos ? nullptr : context.catalog().FindTable(id.substr(0, dot));
  if (table == nullptr) {
    const FactCatalog::FactEntry* fact = nullptr;
    return ResolveFact(context, offset, id, fact);  // fails, with the message for facts
  }
  const FactCatalog::TableEntry* allowed = nullptr;
  place.kind = Place::Kind::kColumn;
  place.subject = table->kind;
  place.slot = table->slot;
  return ResolveTable(context, offset, id.substr(0, dot), allowed) &&
         ResolveColumn(context, offset, *table->spec, id.substr(dot + 1), place.column);
}

// Facts and tables have a dot in their names, parameters have none.
bool LoadPlace(LoadContext& context, std::size_t offset, std::string_view id, Place& place) {
  const FactCatalog::FactEntry* fact = context.catalog().FindFact(id);
  const FactCatalog::TableEntry* table = context.catalog().FindTable(id);
  if (fact != nullptr) {
    place = {.kind = Place::Kind::kFact, .subject = fact->kind, .slot = fact->slot};
    return ResolveFact(context, offset, id, fact);
  }
  if (table != nullptr) {
    place = {.kind = Place::Kind::kTable, .subject = table->kind, .slot = table->slot};
    return ResolveTable(context, offset, id, table);
  }
  return LoadColumnPlace(context, offset, id, place);
}

void AddText(std::vector<Place>& places, std::string_view text) {
  if (places.empty() || places.back().kind != Place::Kind::kText) {
    places.emplace_back();
  }
  places.back().text += text;
}

bool AddPlace(LoadContext& context,
              std::size_t offset,
              std::string_view id,
              std::vector<Place>& places) {
  if (id.find('.') != std::string_view::npos || !context.HasParameters()) {
    return LoadPlace(context, offset, id, places.emplace_back());
  }
  const Parameter* const parameter = context.NamedParameter(offset, id);
  if (parameter == nullptr) {
    return false;
  }
  AddText(places, parameter->value);
  return true;
}

bool SplitPlaces(LoadContext& context,
                 const pugi::xml_node& node,
                 std::string_view text,
                 std::vector<Place>& places) {
  const std::size_t base = context.OffsetOf(text.data(), 0);
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("{{") || rest.starts_with("}}")) {
      AddText(places, rest.substr(0, 1));
      i += 2;
      continue;
    }
    if (rest.front() == '}') {
      return context.Fail(base + i, "'}' without '{'; write '}}' for a brace");
    }
    if (rest.front() == '{') {
      const std::size_t end = rest.find('}');
      if (end == std::string_view::npos) {
        return context.Fail(base + i, "'{' without '}'; write '{{' for a brace");
      }
      if (!AddPlace(context, base + i + 1, rest.substr(1, end - 1), places)) {
        return false;
      }
      i += end + 1;
      continue;
    }
    const std::size_t plain = std::min(rest.find_first_of("{}"), rest.size());
    AddText(places, rest.substr(0, plain));
    i += plain;
  }
  return !places.empty() || context.Fail(node, "<explain> is empty");
}

bool LoadWhen(LoadContext& context, const pugi::xml_node& node, Explanation& explanation) {
  pugi::xml_attribute on;
  if (!context.OnlyAttributes(node, {"on", "because"}) || !context.Needs(node, "on", on)) {
    return false;
  }
  if (!FromString(on.value(), explanation.on)) {
    return context.Fail(on, fmt::format("'{}' is not a verdict; write pass, fail, unknown or "
                                        "not-applicable",
                                        on.value()));
  }
  const pugi::xml_attribute because = node.attribute("because");
  if (because.empty()) {
    return true;
  }
  WhyUnknown why = WhyUnknown::kNotCollected;
  if (explanation.on != Verdict::kUnknown) {
    return context.FailAtName(because, "because belongs to on=\"unknown\" only");
  }
  if (!FromString(because.value(), why)) {
    return context.Fail(because, fmt::format("'{}' is not a reason of unknown", because.value()));
  }
  explanation.because = why;
  return true;
}

}  // namespace

std::string FlowText(std::string_view text) {
  std::string flow;
  bool blank = false;
  for (const char c : Trim(text)) {
    const bool is_blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (is_blank && !blank) {
      flow += ' ';
    } else if (!is_blank) {
      flow += c;
    }
    blank = is_blank;
  }
  return flow;
}

bool LoadExplanation(LoadContext& context, const pugi::xml_node& node, Explanation& explanation) {
  if (!LoadWhen(context, node, explanation) || !context.OneText(node)) {
    return false;
  }
  const std::string_view text = Trim(node.child_value());
  if (!SplitPlaces(context, node, text, explanation.places)) {
    return false;
  }
  for (Place& place : explanation.places) {
    // Only inner runs of blanks: the ends touch neighbouring places.
    std::string flowed = FlowText("|" + place.text + "|");
    place.text = place.kind == Place::Kind::kText ? flowed.substr(1, flowed.size() - 2) : "";
  }
  return true;
}

}  // namespace whfb::rules
