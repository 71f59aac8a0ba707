#include "collectors/profile_names.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
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

namespace {

// A period of a profile in hours: as the console counts, and by the calendar at least and at most.
struct Hours {
  std::int64_t nominal = 0;
  std::int64_t least = 0;
  std::int64_t most = 0;
};

std::optional<Hours> HoursOf(const Cell& value, const Cell& scale) {
  struct Unit {
    std::string_view scale;
    std::int64_t days;  // as the console counts
    std::int64_t most;  // of the calendar; a leap day does not count
  };

  constexpr std::int64_t kDay = 24;
  constexpr std::int64_t kMost = 10'000;
  constexpr std::array<Unit, 3> kUnits = {
      {{"days", 1, 1}, {"months", 30, 31}, {"years", 365, 365}}};
  const std::int64_t count = value.value.number;
  const auto* const unit = std::ranges::find(kUnits, scale.value.text, &Unit::scale);
  if (unit == kUnits.end() || count < 0 || count > kMost) {
    return std::nullopt;
  }
  // No months are two days shorter than those of 30: 1 is 28, 2 are 59, 3 are 89.
  const std::int64_t shorter = unit->days == 30 ? 2 : 0;
  return Hours{.nominal = count * unit->days * kDay,
               .least = (count * unit->days - shorter) * kDay,
               .most = count * unit->most * kDay};
}

// Of the first that is not present, or malformed; nothing where `hours` can be told.
std::optional<Cell> Untold(const Cell& value,
                           const Cell& scale,
                           const Cell& template_hours,
                           std::optional<Hours>& hours) {
  for (const Cell* const cell : {&value, &scale, &template_hours}) {
    if (!cell->present()) {
      return *cell;
    }
  }
  hours = HoursOf(value, scale);
  return hours ? std::nullopt : std::optional(Cell::Unknown(WhyUnknown::kMalformed, value.source));
}

}  // namespace

Cell ValidityWithin(const Cell& value, const Cell& scale, const Cell& template_hours) {
  std::optional<Hours> hours;
  if (const std::optional<Cell> untold = Untold(value, scale, template_hours, hours)) {
    return *untold;
  }
  const std::int64_t allowed = template_hours.value.number;
  if (hours->nominal == allowed || hours->most <= allowed) {
    return Cell::Bool(true, value.source);
  }
  return hours->least > allowed ? Cell::Bool(false, value.source)
                                : Cell::Unknown(WhyUnknown::kAmbiguous, value.source);
}

Cell SameValidity(const Cell& value, const Cell& scale, const Cell& template_hours) {
  std::optional<Hours> hours;
  if (const std::optional<Cell> untold = Untold(value, scale, template_hours, hours)) {
    return *untold;
  }
  const std::int64_t allowed = template_hours.value.number;
  if (hours->nominal == allowed) {
    return Cell::Bool(true, value.source);
  }
  return hours->least > allowed || hours->most < allowed
             ? Cell::Bool(false, value.source)
             : Cell::Unknown(WhyUnknown::kAmbiguous, value.source);
}

}  // namespace whfb::collectors
