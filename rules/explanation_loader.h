// <explain> elements: text with {places} -> Explanation. Part of the loader.

#ifndef WHFB_RULES_EXPLANATION_LOADER_H_
#define WHFB_RULES_EXPLANATION_LOADER_H_

#include <string>
#include <string_view>

#include <pugixml.hpp>

#include "rules/load_context.h"
#include "rules/rule.h"

namespace whfb::rules {

// Returns false after context.Fail().
bool LoadExplanation(LoadContext& context, const pugi::xml_node& node, Explanation& explanation);

// Ends trimmed, runs of blanks and line breaks made one blank.
[[nodiscard]] std::string FlowText(std::string_view text);

}  // namespace whfb::rules

#endif  // WHFB_RULES_EXPLANATION_LOADER_H_
