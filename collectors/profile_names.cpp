#include "collectors/profile_names.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

std::vector<std::string> Variables(std::string_view text) {
  constexpr std::string_view kOpen = "{{";
  constexpr std::string_view kClose = "}}";
  std::vector<std::string> names;
  while (true) {
    const std::size_t open = text.find(kOpen);
    const std::size_t close = open == std::string_view::npos ? open : text.find(kClose, open);
    if (close == std::string_view::npos) {
      return names;
    }
    names.push_back(LowerAscii(text.substr(open + kOpen.size(), close - open - kOpen.size())));
    text.remove_prefix(close + kClose.size());
  }
}

}  // namespace

Cell VariablesOf(const Cell& text, FactSpace& facts) {
  if (!text.present()) {
    return text;
  }
  std::vector<std::string_view> kept;
  for (const std::string& name : Variables(text.value.text)) {
    kept.push_back(facts.pool.Intern(name));
  }
  return facts.ListCell(kept, text.source);
}

Cell IsUserUpn(const Cell& upns) {
  if (!upns.present()) {
    return upns.absent() ? Cell::Bool(false, upns.source) : upns;
  }
  const bool found = std::ranges::any_of(upns.value.list, [](std::string_view name) {
    return SameNoCase(name, "{{UserPrincipalName}}");
  });
  return found ? Cell::Bool(true, upns.source) : Cell::Unknown(WhyUnknown::kAmbiguous, upns.source);
}

Cell CarriesSid(const Cell& uris) {
  if (uris.unknown()) {
    return uris;
  }
  const bool found =
      uris.present() && std::ranges::any_of(uris.value.list, [](std::string_view name) {
        const std::vector<std::string> variables = Variables(name);
        return std::ranges::find(variables, "onpremisessecurityidentifier") != variables.end();
      });
  return Cell::Bool(found, uris.source);
}

Cell AllHttps(const Cell& urls) {
  constexpr std::string_view kHttps = "https://";
  if (!urls.present()) {
    return urls;
  }
  return Cell::Bool(std::ranges::all_of(urls.value.list,
                                        [=](std::string_view url) {
                                          return url.size() > kHttps.size() &&
                                                 SameNoCase(url.substr(0, kHttps.size()), kHttps);
                                        }),
                    urls.source);
}

Cell AllowedValidity(const Cell& value, const Cell& scale) {
  struct Bounds {
    std::string_view scale;
    std::int64_t least;
    std::int64_t most;
  };

  constexpr std::array<Bounds, 3> kBounds = {
      {{"days", 5, 731}, {"months", 1, 24}, {"years", 1, 2}}};
  if (!value.present() || !scale.present()) {
    return value.present() ? scale : value;
  }
  const auto* const found = std::ranges::find(kBounds, scale.value.text, &Bounds::scale);
  return found == kBounds.end()
             ? Cell::Unknown(WhyUnknown::kMalformed, scale.source)
             : Cell::Bool(value.value.number >= found->least && value.value.number <= found->most,
                          value.source);
}

}  // namespace whfb::collectors
