#include "rules/requirements.h"

#include <algorithm>
#include <array>
#include <set>

#include <pugixml.hpp>
#include <spdlog/fmt/fmt.h>

namespace whfb::embedded {
extern const std::string_view kRequirements;
}  // namespace whfb::embedded

namespace whfb::rules {

namespace {

constexpr std::array<std::string_view, 4> kNames = {"offline", "partial", "live", "manual"};

Error Wrong(std::string_view name, std::string message) {
  return {ErrorCode::kMalformed, std::string(name), std::move(message)};
}

Result<Requirement> ReadOne(const pugi::xml_node& node, std::string_view name) {
  Requirement requirement{.id = node.attribute("id").value()};
  const std::string_view written = node.attribute("decidable").value();
  const auto* const found = std::ranges::find(kNames, written);
  if (requirement.id.empty() || found == kNames.end()) {
    return Wrong(name, fmt::format("requirement '{}': '{}' is not offline, partial, live or manual",
                                   requirement.id, written));
  }
  requirement.checkable = static_cast<Checkable>(found - kNames.begin());
  requirement.not_checkable = node.attribute("not-checkable").value();
  return requirement;
}

}  // namespace

std::string_view ToString(Checkable checkable) {
  return kNames.at(static_cast<std::size_t>(checkable));
}

Result<std::vector<RequirementPart>> ReadRequirements(std::string_view text,
                                                      std::string_view name) {
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_buffer(text.data(), text.size());
  if (!parsed) {
    return Wrong(name, parsed.description());
  }
  std::set<std::string, std::less<>> ids;
  std::vector<RequirementPart> parts;
  for (const pugi::xml_node part : document.child("requirements").children("part")) {
    const std::string_view stated = part.attribute("stated").value();
    parts.push_back({.title = part.attribute("title").value(), .in_guide = stated == "guide"});
    for (const pugi::xml_node node : part.children("requirement")) {
      Result<Requirement> one = ReadOne(node, name);
      if (!one) {
        return one.error();
      }
      if (!ids.insert(one->id).second) {
        return Wrong(name, fmt::format("requirement '{}' is there twice", one->id));
      }
      parts.back().requirements.push_back(std::move(*one));
    }
  }
  return parts;
}

Result<std::vector<RequirementPart>> EmbeddedRequirements() {
  return ReadRequirements(embedded::kRequirements, "requirements.xml");
}

}  // namespace whfb::rules
