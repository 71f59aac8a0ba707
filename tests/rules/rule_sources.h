// The rule files of the source folder, so that a rule can be tested without building anything.

#ifndef WHFB_TESTS_RULES_RULE_SOURCES_H_
#define WHFB_TESTS_RULES_RULE_SOURCES_H_

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "rules/rule_source.h"

namespace whfb::rules {

inline std::vector<RuleSource> SourcesOfFolder() {
  const std::filesystem::path root = std::filesystem::path(WHFB_SOURCE_DIR) / "rules/catalog";
  std::vector<RuleSource> sources;
  if (!std::filesystem::exists(root)) {
    return sources;
  }
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().extension() == ".xml") {
      std::ostringstream text;
      text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      sources.push_back({entry.path().lexically_relative(root).generic_string(), text.str()});
    }
  }
  std::ranges::sort(sources, {}, &RuleSource::name);
  return sources;
}

}  // namespace whfb::rules

#endif  // WHFB_TESTS_RULES_RULE_SOURCES_H_
