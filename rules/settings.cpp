#include "rules/settings.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <spdlog/fmt/fmt.h>

#include "rules/explanation_loader.h"
#include "rules/parameter.h"
#include "rules/xml_source.h"

namespace whfb::rules {

namespace {

using Kind = RuleChange::Kind;

constexpr std::array<std::string_view, 3> kElements = {"disable", "severity", "parameter"};
constexpr std::array<std::string_view, 4> kLevels = {"critical", "high", "medium", "low"};
constexpr std::size_t kMostSettings = 5'000;
constexpr std::size_t kLongestReason = 500;

class SettingsLoader {
 public:
  SettingsLoader(LoadContext& context, std::span<const Rule* const> rules)
      : context_(context), rules_(rules) {}

  bool Load(const pugi::xml_node& root);

  [[nodiscard]] std::vector<RuleSetting> Take() { return std::move(settings_); }

 private:
  bool One(const pugi::xml_node& node);
  bool RuleOf(const pugi::xml_node& node, RuleSetting& setting);
  bool ReasonOf(const pugi::xml_node& node, bool needed, RuleSetting& setting);
  bool Disable(const pugi::xml_node& node, RuleSetting& setting);
  bool SeverityOf(const pugi::xml_node& node, RuleSetting& setting);
  bool ParameterOf(const pugi::xml_node& node, RuleSetting& setting);
  bool NotTwice(const pugi::xml_node& node, const RuleSetting& setting);

  LoadContext& context_;
  std::span<const Rule* const> rules_;
  const Rule* rule_ = nullptr;  // of the setting at hand
  std::vector<RuleSetting> settings_;
};

bool SettingsLoader::Load(const pugi::xml_node& root) {
  return context_.OnlyAttributes(root, {}) && context_.OnlyElements(root) &&
         std::all_of(root.begin(), root.end(),
                     [&](const pugi::xml_node& node) { return One(node); });
}

bool SettingsLoader::One(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  if (std::ranges::find(kElements, name) == kElements.end()) {
    return context_.Fail(node, fmt::format("unknown element <{}> in <rule-settings>{}", name,
                                           DidYouMean(name, kElements, "<", ">")));
  }
  if (settings_.size() == kMostSettings) {
    return context_.Fail(node, fmt::format("more than {} settings", kMostSettings));
  }
  RuleSetting setting;
  const bool loaded = name == "disable"    ? Disable(node, setting)
                      : name == "severity" ? SeverityOf(node, setting)
                                           : ParameterOf(node, setting);
  if (!loaded || !context_.NoContent(node) || !NotTwice(node, setting)) {
    return false;
  }
  settings_.push_back(std::move(setting));
  return true;
}

bool SettingsLoader::RuleOf(const pugi::xml_node& node, RuleSetting& setting) {
  pugi::xml_attribute rule;
  if (!context_.Needs(node, "rule", rule)) {
    return false;
  }
  const std::string_view id = rule.value();
  std::vector<std::string_view> ids;
  for (const Rule* const known : rules_) {
    ids.push_back(known->info.id);
  }
  const auto found = std::ranges::find(ids, id);
  if (found == ids.end()) {
    return context_.Fail(rule, fmt::format("there is no rule '{}'{}", id, DidYouMean(id, ids)));
  }
  rule_ = rules_[static_cast<std::size_t>(found - ids.begin())];
  setting.rule = id;
  setting.offset = context_.OffsetOf(rule.value(), 0);
  return true;
}

bool SettingsLoader::ReasonOf(const pugi::xml_node& node, bool needed, RuleSetting& setting) {
  const pugi::xml_attribute reason = node.attribute("reason");
  setting.reason = FlowText(reason.value());
  if (needed && setting.reason.empty()) {
    return context_.Fail(node, "<disable> needs a reason; every report tells it beside the rule");
  }
  return setting.reason.size() <= kLongestReason ||
         context_.Fail(reason, fmt::format("a reason has at most {} bytes", kLongestReason));
}

bool SettingsLoader::Disable(const pugi::xml_node& node, RuleSetting& setting) {
  setting.kind = Kind::kDisabled;
  return context_.OnlyAttributes(node, {"rule", "reason"}) && RuleOf(node, setting) &&
         ReasonOf(node, true, setting);
}

bool SettingsLoader::SeverityOf(const pugi::xml_node& node, RuleSetting& setting) {
  setting.kind = Kind::kSeverity;
  pugi::xml_attribute to;
  if (!context_.OnlyAttributes(node, {"rule", "to", "reason"}) || !RuleOf(node, setting) ||
      !context_.Needs(node, "to", to) || !ReasonOf(node, false, setting)) {
    return false;
  }
  if (rule_->info.severity == Severity::kInfo) {
    return context_.Fail(
        node.attribute("rule"),
        fmt::format("'{}' is a note, which has no severity; <disable> silences it", setting.rule));
  }
  // A rule does not become a note: its title says what must hold.
  if (!FromString(to.value(), setting.severity) || setting.severity == Severity::kInfo) {
    return context_.Fail(to, fmt::format("'{}' is none of critical, high, medium and low{}",
                                         to.value(), DidYouMean(to.value(), kLevels)));
  }
  return true;
}

bool SettingsLoader::ParameterOf(const pugi::xml_node& node, RuleSetting& setting) {
  setting.kind = Kind::kParameter;
  pugi::xml_attribute name;
  pugi::xml_attribute value;
  if (!context_.OnlyAttributes(node, {"rule", "name", "value", "reason"}) ||
      !RuleOf(node, setting) || !context_.Needs(node, "name", name) ||
      !context_.Needs(node, "value", value) || !ReasonOf(node, false, setting)) {
    return false;
  }
  const Parameter* const parameter = FindParameter(rule_->parameters, name.value());
  if (parameter == nullptr) {
    return context_.Fail(name,
                         fmt::format("'{}' has no parameter '{}'{}", setting.rule, name.value(),
                                     ParameterHint(rule_->parameters, name.value())));
  }
  std::string expected;
  setting.parameter = name.value();
  setting.value = value.value();
  setting.offset = context_.OffsetOf(value.value(), 0);
  return FitsParameter(setting.value, parameter->type, expected) ||
         context_.Fail(value, fmt::format("'{}' {}", setting.value, expected));
}

bool SettingsLoader::NotTwice(const pugi::xml_node& node, const RuleSetting& setting) {
  const bool twice = std::ranges::any_of(settings_, [&](const RuleSetting& other) {
    return other.rule == setting.rule && other.kind == setting.kind &&
           other.parameter == setting.parameter;
  });
  return !twice ||
         context_.Fail(
             node, fmt::format("a second <{}> for '{}'{}", node.name(), setting.rule,
                               setting.parameter.empty() ? std::string()
                                                         : fmt::format(" {}", setting.parameter)));
}

}  // namespace

Result<std::vector<RuleSetting>> LoadSettings(const RuleSource& source,
                                              const FactCatalog& facts,
                                              std::span<const Rule* const> rules) {
  if (source.text.size() > kMaxSettingsBytes) {
    return Error{ErrorCode::kTooLarge, source.name,
                 fmt::format("the settings are {} bytes, the limit is {}", source.text.size(),
                             kMaxSettingsBytes)};
  }
  XmlSource xml(source, facts);
  pugi::xml_node root;
  SettingsLoader loader(xml.context(), rules);
  if (!xml.Parse("rule-settings", root) || !loader.Load(root)) {
    return *xml.context().error();
  }
  return loader.Take();
}

}  // namespace whfb::rules
