// YAML as JSON, for the exports of tools that write either (IntuneCD).

#ifndef WHFB_COLLECTORS_READERS_YAML_JSON_H_
#define WHFB_COLLECTORS_READERS_YAML_JSON_H_

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "scanner/core/result.h"

namespace whfb::readers {

struct YamlDocument {
  nlohmann::json value{};
  // The last member of the outermost object. YAML has no end: only what another member follows is
  // surely whole.
  std::string last_key{};
};

// The one document of the text; two are refused. Plain true, false, null and whole numbers are
// such; everything else is text. An Error that names its line for what is no YAML, for nesting
// beyond `max_depth`, and for aliases and keys that are no scalars: no export has them, and an
// alias can make a terabyte of a kilobyte.
[[nodiscard]] Result<YamlDocument> JsonOfYaml(std::string_view text,
                                              std::string_view where,
                                              std::size_t max_depth);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_YAML_JSON_H_
