// <case> elements: the tests of a rule. Part of the loader.

#ifndef WHFB_RULES_CASE_LOADER_H_
#define WHFB_RULES_CASE_LOADER_H_

#include <pugixml.hpp>

#include "rules/load_context.h"
#include "rules/rule.h"

namespace whfb::rules {

// Fills rule.cases and checks that every verdict that the rule can give is shown by one. The
// conditions of the rule must be loaded. Returns false after context.Fail().
bool LoadCases(LoadContext& context, const pugi::xml_node& cases, Rule& rule);

}  // namespace whfb::rules

#endif  // WHFB_RULES_CASE_LOADER_H_
