#include "rules/loader.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <pugixml.hpp>
#include <spdlog/fmt/fmt.h>

#include "rules/case_loader.h"
#include "rules/condition_loader.h"
#include "rules/explanation_loader.h"
#include "rules/literal.h"
#include "rules/load_context.h"

namespace whfb::rules {

namespace {

constexpr std::array<std::string_view, 12> kElements = {
    "title",   "why",   "source",  "parameter", "applies", "require",
    "affects", "lower", "explain", "fix",       "collect", "cases"};

constexpr std::array<std::string_view, 4> kRepeated = {"source", "parameter", "lower", "explain"};

constexpr std::array<std::string_view, kSubjectKinds> kSubjects = {"environment",
                                                                   "domain_controller",
                                                                   "certificate_template",
                                                                   "certificate_profile",
                                                                   "remote_host",
                                                                   "device",
                                                                   "user"};

constexpr std::size_t kMaxIdBytes = 96;

class RuleLoader {
 public:
  RuleLoader(LoadContext& context, const ParameterValues& values, Rule& rule)
      : context_(context), values_(values), rule_(rule) {}

  bool Load(const pugi::xml_node& root);

 private:
  bool Attributes(const pugi::xml_node& root);
  bool Id(const pugi::xml_attribute& id);
  bool Revision(const pugi::xml_attribute& attribute, int& revision);
  bool Replaces(const pugi::xml_node& root);
  bool SubjectAndSeverity(const pugi::xml_node& root);
  bool Elements(const pugi::xml_node& root);
  bool Required(const pugi::xml_node& root);
  bool Parameters(const pugi::xml_node& root);
  bool ParametersUsed(const pugi::xml_node& root);
  bool Texts(const pugi::xml_node& root);
  bool OneText(const pugi::xml_node& root, const char* name, std::string& text);
  bool Collect(const pugi::xml_node& collect);
  bool Sources(const pugi::xml_node& root);
  bool Conditions(const pugi::xml_node& root);
  bool Affects(const pugi::xml_node& root);
  bool Until(const pugi::xml_attribute& until);
  bool Lowerings(const pugi::xml_node& root);
  bool Explanations(const pugi::xml_node& root);
  void AllowOwnKinds();

  LoadContext& context_;
  const ParameterValues& values_;
  Rule& rule_;
};

bool RuleLoader::Load(const pugi::xml_node& root) {
  if (std::string_view(root.name()) != "rule") {
    return context_.Fail(
        root, fmt::format("<{}> is not a rule; the file begins with <rule>", root.name()));
  }
  if (!Attributes(root) || !Elements(root) || !Required(root) || !Texts(root) || !Sources(root) ||
      !Parameters(root)) {
    return false;
  }
  AllowOwnKinds();
  if (!Conditions(root) || !Explanations(root) || !Affects(root) || !ParametersUsed(root)) {
    return false;
  }
  // Cases may name what <affects> names; LoadCases comes last because it counts verdicts.
  return LoadCases(context_, root.child("cases"), rule_);
}

bool RuleLoader::Attributes(const pugi::xml_node& root) {
  pugi::xml_attribute id;
  pugi::xml_attribute revision;
  return context_.OnlyAttributes(
             root, {"id", "revision", "subject", "severity", "decidable", "replaces"}) &&
         context_.Needs(root, "id", id) && Id(id) && context_.Needs(root, "revision", revision) &&
         Revision(revision, rule_.info.revision) && Replaces(root) && SubjectAndSeverity(root);
}

bool RuleLoader::Id(const pugi::xml_attribute& id) {
  const std::string_view text = id.value();
  const bool letters = std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
  const bool dotted = text.find('.') != std::string_view::npos && !text.starts_with('.') &&
                      !text.ends_with('.') && text.find("..") == std::string_view::npos;
  rule_.info.id = text;
  return (letters && dotted && text.size() <= kMaxIdBytes) ||
         context_.Fail(id, fmt::format("'{}' is not a rule id; write area.what-must-hold in lower "
                                       "case",
                                       text));
}

bool RuleLoader::Revision(const pugi::xml_attribute& attribute, int& revision) {
  std::int64_t number = 0;
  std::string expected;
  if (!ParseNumber(attribute.value(), number, expected) || number < 1 || number > 1'000'000) {
    return context_.Fail(attribute,
                         fmt::format("'{}' is not a revision; write 1, 2, ...", attribute.value()));
  }
  revision = static_cast<int>(number);
  return true;
}

bool RuleLoader::Replaces(const pugi::xml_node& root) {
  const pugi::xml_attribute replaces = root.attribute("replaces");
  return replaces.empty() || Revision(replaces, rule_.replaces);
}

bool RuleLoader::SubjectAndSeverity(const pugi::xml_node& root) {
  pugi::xml_attribute subject;
  pugi::xml_attribute severity;
  if (!context_.Needs(root, "subject", subject)) {
    return false;
  }
  if (!FromString(subject.value(), rule_.info.subject)) {
    return context_.Fail(subject, fmt::format("'{}' is not a subject{}", subject.value(),
                                              DidYouMean(subject.value(), kSubjects)));
  }
  if (!context_.Needs(root, "severity", severity)) {
    return false;
  }
  if (!FromString(severity.value(), rule_.info.severity)) {
    return context_.Fail(severity, fmt::format("'{}' is not a severity; write critical, high, "
                                               "medium, low or info",
                                               severity.value()));
  }
  const pugi::xml_attribute decidable = root.attribute("decidable");
  return decidable.empty() || FromString(decidable.value(), rule_.info.decidable) ||
         context_.Fail(decidable,
                       fmt::format("'{}' is none of snapshot, live and manual", decidable.value()));
}

bool RuleLoader::Elements(const pugi::xml_node& root) {
  if (!context_.OnlyElements(root)) {
    return false;
  }
  std::vector<std::string_view> seen;
  for (const pugi::xml_node child : root.children()) {
    const std::string_view name = child.name();
    if (std::ranges::find(kElements, name) == kElements.end()) {
      return context_.Fail(child, fmt::format("unknown element <{}> in <rule>{}", name,
                                              DidYouMean(name, kElements, "<", ">")));
    }
    const bool repeated = std::ranges::find(kRepeated, name) != kRepeated.end();
    if (!repeated && std::ranges::find(seen, name) != seen.end()) {
      return context_.Fail(child, fmt::format("<rule> has <{}> twice", name));
    }
    seen.push_back(name);
  }
  return true;
}

bool RuleLoader::Required(const pugi::xml_node& root) {
  for (const char* const name : {"title", "why", "source", "require", "fix", "cases"}) {
    // A note asks for nothing, so it may have nothing to fix.
    const bool optional = std::string_view(name) == "fix" && rule_.info.severity == Severity::kInfo;
    if (!optional && root.child(name).empty()) {
      return context_.Fail(root, fmt::format("<rule> needs <{}>", name));
    }
  }
  return !root.child("require").first_child().empty() ||
         context_.Fail(root.child("require"), "<require> needs a condition inside");
}

bool RuleLoader::Parameters(const pugi::xml_node& root) {
  if (!LoadParameters(context_, root, values_, rule_.parameters)) {
    return false;
  }
  context_.AllowParameters(rule_.parameters);
  return true;
}

// One that changes nothing would only seem to be there.
bool RuleLoader::ParametersUsed(const pugi::xml_node& root) {
  std::size_t i = 0;
  for (const pugi::xml_node node : root.children("parameter")) {
    const Parameter& parameter = rule_.parameters[i++];
    if (!context_.Used(parameter)) {
      return context_.Fail(node,
                           fmt::format("no condition uses the parameter '{}'", parameter.name));
    }
  }
  return true;
}

bool RuleLoader::Texts(const pugi::xml_node& root) {
  return OneText(root, "title", rule_.info.title) && OneText(root, "why", rule_.info.why) &&
         OneText(root, "fix", rule_.info.fix) && Collect(root.child("collect"));
}

bool RuleLoader::OneText(const pugi::xml_node& root, const char* name, std::string& text) {
  const pugi::xml_node node = root.child(name);
  if (node.empty()) {
    return true;
  }
  if (!context_.OneText(node)) {
    return false;
  }
  text = FlowText(node.child_value());
  return context_.OnlyAttributes(node, {}) &&
         (!text.empty() || context_.Fail(node, fmt::format("<{}> is empty", name)));
}

// One command as text, or several as elements; a line each. Where to run it is a line before it
// that begins with "# ".
bool RuleLoader::Collect(const pugi::xml_node& collect) {
  if (collect.child("command").empty()) {
    return OneText(collect.parent(), "collect", rule_.info.collect);
  }
  if (!context_.OnlyAttributes(collect, {}) || !context_.OnlyElements(collect)) {
    return false;
  }
  for (const pugi::xml_node command : collect.children()) {
    if (std::string_view(command.name()) != "command") {
      return context_.Fail(command, "<collect> holds <command> elements, or one command as text");
    }
    const std::string text = FlowText(command.child_value());
    const std::string where = FlowText(command.attribute("where").value());
    if (!context_.OneText(command) || !context_.OnlyAttributes(command, {"where"})) {
      return false;
    }
    if (text.empty()) {
      return context_.Fail(command, "<command> is empty");
    }
    rule_.info.collect += rule_.info.collect.empty() ? "" : "\n";
    rule_.info.collect += where.empty() ? "" : "# " + where + "\n";
    rule_.info.collect += text;
  }
  return true;
}

bool RuleLoader::Sources(const pugi::xml_node& root) {
  for (const pugi::xml_node source : root.children("source")) {
    pugi::xml_attribute document;
    pugi::xml_attribute section;
    if (!context_.OnlyAttributes(source, {"document", "section"}) || !context_.NoContent(source) ||
        !context_.Needs(source, "document", document) ||
        !context_.Needs(source, "section", section)) {
      return false;
    }
    rule_.info.source += rule_.info.source.empty() ? "" : "\n";
    rule_.info.source += document.value();
    rule_.info.source += *section.value() == '\0' ? "" : ", ";
    rule_.info.source += section.value();
  }
  return true;
}

void RuleLoader::AllowOwnKinds() {
  if (rule_.info.subject == SubjectKind::kUser) {
    context_.AllowKinds({SubjectKind::kUser, SubjectKind::kDevice, SubjectKind::kEnvironment});
  } else {
    context_.AllowKinds({rule_.info.subject, SubjectKind::kEnvironment});
  }
}

bool RuleLoader::Conditions(const pugi::xml_node& root) {
  for (const char* const name : {"applies", "require"}) {
    Program& program = name == std::string_view("applies") ? rule_.applies : rule_.require;
    const pugi::xml_node node = root.child(name);
    if (!context_.OnlyAttributes(node, {}) || !LoadProgram(context_, node, rule_.store, program)) {
      return false;
    }
  }
  return Lowerings(root);
}

bool RuleLoader::Affects(const pugi::xml_node& root) {
  const pugi::xml_node node = root.child("affects");
  if (node.empty()) {
    return true;
  }
  if (rule_.info.subject == SubjectKind::kDevice || rule_.info.subject == SubjectKind::kUser) {
    return context_.Fail(node, fmt::format("a {} rule affects its own subject; <affects> is for "
                                           "rules about other subjects",
                                           ToString(rule_.info.subject)));
  }
  context_.AllowKinds(
      {rule_.info.subject, SubjectKind::kEnvironment, SubjectKind::kDevice, SubjectKind::kUser});
  return context_.OnlyAttributes(node, {"until"}) &&
         (!node.first_child().empty() ||
          context_.Fail(node, "<affects> needs a condition inside")) &&
         Until(node.attribute("until")) && LoadProgram(context_, node, rule_.store, rule_.affects);
}

bool RuleLoader::Until(const pugi::xml_attribute& until) {
  const FactCatalog::FactEntry* entry = nullptr;
  if (until.empty()) {
    return true;
  }
  if (!ResolveFact(context_, context_.OffsetOf(until.value(), 0), until.value(), entry)) {
    return false;
  }
  const ValueType type = entry->spec->type;
  if (entry->kind != SubjectKind::kUser || type != ValueType::kBool) {
    return context_.Fail(until,
                         fmt::format("until names what a user has: a user. fact that is true "
                                     "or false; '{}' is {}",
                                     until.value(), ToString(type)));
  }
  rule_.until = Operand{.kind = entry->kind, .type = type, .slot = entry->slot};
  return true;
}

bool RuleLoader::Lowerings(const pugi::xml_node& root) {
  for (const pugi::xml_node node : root.children("lower")) {
    Lowering& lowering = rule_.lowerings.emplace_back();
    pugi::xml_attribute to;
    if (!context_.OnlyAttributes(node, {"to"}) || !context_.Needs(node, "to", to)) {
      return false;
    }
    if (!FromString(to.value(), lowering.to) || lowering.to >= rule_.info.severity) {
      return context_.Fail(to, fmt::format("'{}' is not a severity below {}", to.value(),
                                           ToString(rule_.info.severity)));
    }
    if (node.first_child().empty()) {
      return context_.Fail(node, "<lower> needs a condition inside");
    }
    if (!LoadProgram(context_, node, rule_.store, lowering.when)) {
      return false;
    }
  }
  return true;
}

bool RuleLoader::Explanations(const pugi::xml_node& root) {
  for (const pugi::xml_node node : root.children("explain")) {
    Explanation explanation;
    if (!LoadExplanation(context_, node, explanation)) {
      return false;
    }
    const bool twice = std::ranges::any_of(rule_.explanations, [&](const Explanation& other) {
      return other.on == explanation.on && other.because == explanation.because;
    });
    if (twice) {
      return context_.Fail(node, "a second <explain> for the same verdict and reason");
    }
    rule_.explanations.push_back(std::move(explanation));
  }
  return true;
}

}  // namespace

Result<Rule> LoadRule(const RuleSource& source,
                      const FactCatalog& catalog,
                      const ParameterValues& values) {
  if (source.text.size() > kMaxRuleBytes) {
    return Error{
        ErrorCode::kTooLarge, source.name,
        fmt::format("the rule is {} bytes, the limit is {}", source.text.size(), kMaxRuleBytes)};
  }
  std::string buffer = source.text;  // parsed in place, so that pointers tell offsets
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_buffer_inplace(
      buffer.data(), buffer.size(), pugi::parse_default, pugi::encoding_utf8);
  LoadContext context(source, catalog, buffer.data());
  if (!parsed) {
    context.Fail(static_cast<std::size_t>(parsed.offset),
                 fmt::format("not well-formed XML: {}", parsed.description()));
    return *context.error();
  }
  const pugi::xml_node root = document.document_element();
  if (const pugi::xml_node second = root.next_sibling()) {
    context.Fail(second, "a rule file holds one <rule>");
    return *context.error();
  }
  Rule rule;
  if (!RuleLoader(context, values, rule).Load(root)) {
    return *context.error();
  }
  return rule;
}

}  // namespace whfb::rules
