#include "rules/profiles.h"

#include <algorithm>

#include <spdlog/fmt/fmt.h>

#include "rules/explanation_loader.h"
#include "rules/xml_source.h"

namespace whfb::embedded {
extern const std::string_view kProfiles;
}  // namespace whfb::embedded

namespace whfb::rules {

namespace {

bool LoadStep(LoadContext& context, const pugi::xml_node& node, ProfileStep& step) {
  if (!context.OnlyAttributes(node, {"area", "subject", "decidable", "at-least"}) ||
      !context.NoContent(node)) {
    return false;
  }
  step.area = node.attribute("area").value();
  if (const pugi::xml_attribute subject = node.attribute("subject")) {
    if (!FromString(subject.value(), step.subject.emplace())) {
      return context.Fail(subject, fmt::format("'{}' is not a subject", subject.value()));
    }
  }
  if (const pugi::xml_attribute decidable = node.attribute("decidable")) {
    if (!FromString(decidable.value(), step.decidable.emplace())) {
      return context.Fail(
          decidable, fmt::format("'{}' is none of snapshot, live and manual", decidable.value()));
    }
  }
  const pugi::xml_attribute least = node.attribute("at-least");
  return least.empty() || FromString(least.value(), step.at_least) ||
         context.Fail(least, fmt::format("'{}' is not a severity", least.value()));
}

bool LoadProfile(LoadContext& context, const pugi::xml_node& node, Profile& profile) {
  pugi::xml_attribute name;
  pugi::xml_attribute purpose;
  if (std::string_view(node.name()) != "profile") {
    return context.Fail(node, "<profiles> holds <profile> elements");
  }
  if (!context.OnlyAttributes(node, {"name", "for"}) || !context.OnlyElements(node) ||
      !context.Needs(node, "name", name) || !context.Needs(node, "for", purpose)) {
    return false;
  }
  profile.name = name.value();
  profile.purpose = FlowText(purpose.value());
  for (const pugi::xml_node step : node.children()) {
    if (std::string_view(step.name()) != "rules") {
      return context.Fail(step, "<profile> holds <rules> elements");
    }
    if (!LoadStep(context, step, profile.steps.emplace_back())) {
      return false;
    }
  }
  return !profile.steps.empty() || context.Fail(node, "a profile without <rules> asks nothing");
}

}  // namespace

bool ProfileStep::Fits(const RuleInfo& rule) const {
  return (area.empty() || rule.id.substr(0, rule.id.find('.')) == area) &&
         (!subject || rule.subject == *subject) && (!decidable || rule.decidable == *decidable) &&
         rule.severity >= at_least;
}

std::optional<std::size_t> Profile::StepOf(const RuleInfo& rule) const {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].Fits(rule)) {
      return i;
    }
  }
  return std::nullopt;
}

Result<std::vector<Profile>> LoadProfiles(const RuleSource& source, const FactCatalog& facts) {
  XmlSource xml(source, facts);
  pugi::xml_node root;
  std::vector<Profile> profiles;
  if (!xml.Parse("profiles", root)) {
    return *xml.context().error();
  }
  for (const pugi::xml_node node : root.children()) {
    Profile profile;
    if (!LoadProfile(xml.context(), node, profile)) {
      return *xml.context().error();
    }
    if (std::ranges::find(profiles, profile.name, &Profile::name) != profiles.end()) {
      xml.context().Fail(node, fmt::format("a second profile '{}'", profile.name));
      return *xml.context().error();
    }
    profiles.push_back(std::move(profile));
  }
  return profiles;
}

Result<std::vector<Profile>> EmbeddedProfiles(const FactCatalog& facts) {
  return LoadProfiles({"profiles.xml", std::string(embedded::kProfiles)}, facts);
}

}  // namespace whfb::rules
