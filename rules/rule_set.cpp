#include "rules/rule_set.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include <spdlog/fmt/fmt.h>

#include "rules/loader.h"
#include "rules/readiness.h"
#include "rules/settings.h"

namespace whfb::rules {

namespace {

using Kind = RuleChange::Kind;

Error Invalid(std::string where, std::string message) {
  return {ErrorCode::kInvalidInput, std::move(where), std::move(message)};
}

bool ById(const LoadedRule& a, const LoadedRule& b) {
  return a.rule.info.id < b.rule.info.id;
}

class Maker {
 public:
  Maker(const FactCatalog& facts, const RuleSetRequest& request)
      : facts_(facts), request_(request) {}

  Result<RuleCatalog> Make();

 private:
  Status Base();
  Status Add(const PackSource& pack);
  Status AddOne(LoadedRule one, const std::string& pack);
  Status Settings();
  Status Parameters(const std::vector<RuleSetting>& settings);
  void Severities(const std::vector<RuleSetting>& settings);
  void Disable(const std::vector<RuleSetting>& settings);
  Status Select();
  [[nodiscard]] std::string Digest() const;

  LoadedRule& Of(std::string_view id) {
    return *std::ranges::find(
        rules_, id, [](const LoadedRule& one) -> std::string_view { return one.rule.info.id; });
  }

  const FactCatalog& facts_;
  const RuleSetRequest& request_;
  std::vector<RuleSource> embedded_;
  std::vector<LoadedRule> rules_;  // by id
  std::string texts_sha256_;
  RuleSetRecord record_{};
  std::array<bool, kSubjectKinds> left_out_{};  // as in RuleCatalog
};

Result<RuleCatalog> Maker::Make() {
  Status status = Base();
  for (const PackSource& pack : request_.added) {
    status = status ? Add(pack) : status;
  }
  texts_sha256_ = DigestOf(std::span<const LoadedRule>(rules_));
  status = status ? Settings() : status;
  status = status ? Select() : status;
  if (!status) {
    return status.error();
  }
  std::ranges::stable_sort(record_.changes, [](const RuleChange& a, const RuleChange& b) {
    return std::tie(a.rule, a.kind) < std::tie(b.rule, b.kind);
  });
  RuleCatalog catalog;
  catalog.sha256 = Digest();
  catalog.rule_set = std::move(record_);
  catalog.left_out = left_out_;
  for (LoadedRule& one : rules_) {
    catalog.rules.push_back(std::move(one.rule));
  }
  return catalog;
}

Status Maker::Base() {
  if (request_.instead) {
    record_.built_in = false;
    record_.packs.push_back(request_.instead->pack);
  } else {
    embedded_ = EmbeddedSources();
  }
  Result<std::vector<LoadedRule>> loaded =
      LoadAll(facts_, request_.instead ? request_.instead->sources : embedded_);
  if (!loaded) {
    return loaded.error();
  }
  rules_ = std::move(*loaded);
  return Ok{};
}

Status Maker::Add(const PackSource& pack) {
  Result<std::vector<LoadedRule>> loaded = LoadAll(facts_, pack.sources);
  if (!loaded) {
    return loaded.error();
  }
  record_.packs.push_back(pack.pack);
  for (LoadedRule& one : *loaded) {
    if (Status added = AddOne(std::move(one), pack.pack.name); !added) {
      return added;
    }
  }
  return Ok{};
}

Status Maker::AddOne(LoadedRule one, const std::string& pack) {
  const std::string& id = one.rule.info.id;
  const std::string& file = one.source->name;
  const auto place = std::ranges::lower_bound(rules_, one, ById);
  const bool there = place != rules_.end() && place->rule.info.id == id;
  const int replaces = one.rule.replaces;
  if (!there && replaces != 0) {
    return Invalid(file, fmt::format("there is no rule '{}' that it could replace", id));
  }
  if (!there) {
    record_.changes.push_back({.rule = id, .kind = Kind::kAdded, .detail = pack});
    rules_.insert(place, std::move(one));
    return Ok{};
  }
  const int revision = place->rule.info.revision;
  if (replaces == 0) {
    return Invalid(file,
                   fmt::format("the id '{}' is already that of {}; a rule that is to take its "
                               "place says so: <rule id=\"{}\" replaces=\"{}\" ...>",
                               id, place->source->name, id, revision));
  }
  if (replaces != revision) {
    return Invalid(file, fmt::format("it replaces revision {} of '{}', which is at revision {}; "
                                     "compare the two, then write replaces=\"{}\"",
                                     replaces, id, revision, revision));
  }
  record_.changes.push_back(
      {.rule = id,
       .kind = Kind::kReplaced,
       .detail = pack,
       .uncounted = CountsForReadiness(place->rule.info) && !CountsForReadiness(one.rule.info)});
  *place = std::move(one);
  return Ok{};
}

Status Maker::Settings() {
  if (!request_.settings) {
    return Ok{};
  }
  std::vector<const Rule*> rules;
  for (const LoadedRule& one : rules_) {
    rules.push_back(&one.rule);
  }
  const Result<std::vector<RuleSetting>> settings = LoadSettings(*request_.settings, facts_, rules);
  if (!settings) {
    return settings.error();
  }
  if (Status set = Parameters(*settings); !set) {
    return set;
  }
  Severities(*settings);
  Disable(*settings);
  return Ok{};
}

// A rule is compiled with its parameters, so it is compiled once more.
Status Maker::Parameters(const std::vector<RuleSetting>& settings) {
  std::map<std::string, ParameterValues> values;
  for (const RuleSetting& setting : settings) {
    if (setting.kind != Kind::kParameter) {
      continue;
    }
    LoadedRule& one = Of(setting.rule);
    ParameterValues& of_rule = values[setting.rule];
    of_rule[setting.parameter] = setting.value;
    Result<Rule> rule = LoadRule(*one.source, facts_, of_rule);
    if (!rule) {
      const std::string& why = rule.error().message;
      return ErrorAt(*request_.settings, setting.offset,
                     fmt::format("'{}' does not fit the rule: {}", setting.value,
                                 why.substr(0, why.find('\n'))));
    }
    const std::string fallback = FindParameter(rule->parameters, setting.parameter)->fallback;
    one.rule = std::move(*rule);
    record_.changes.push_back(
        {.rule = setting.rule,
         .kind = Kind::kParameter,
         .detail = fmt::format("{}={}, was {}", setting.parameter, setting.value, fallback),
         .reason = setting.reason});
  }
  return Ok{};
}

void Maker::Severities(const std::vector<RuleSetting>& settings) {
  for (const RuleSetting& setting : settings) {
    if (setting.kind != Kind::kSeverity) {
      continue;
    }
    Rule& rule = Of(setting.rule).rule;
    const bool counted = CountsForReadiness(rule.info);
    const Severity before = std::exchange(rule.info.severity, setting.severity);
    // What lowered a fail no further than it now begins lowers it no more.
    std::erase_if(rule.lowerings, [&](const Lowering& one) { return one.to >= setting.severity; });
    record_.changes.push_back(
        {.rule = setting.rule,
         .kind = Kind::kSeverity,
         .detail = fmt::format("{}, was {}", ToString(setting.severity), ToString(before)),
         .reason = setting.reason,
         .uncounted = counted && !CountsForReadiness(rule.info)});
  }
}

void Maker::Disable(const std::vector<RuleSetting>& settings) {
  for (const RuleSetting& setting : settings) {
    if (setting.kind != Kind::kDisabled) {
      continue;
    }
    LoadedRule& one = Of(setting.rule);
    record_.changes.push_back({.rule = setting.rule,
                               .kind = Kind::kDisabled,
                               .detail = std::string(ToString(one.rule.info.severity)),
                               .reason = setting.reason,
                               .uncounted = CountsForReadiness(one.rule.info)});
    rules_.erase(rules_.begin() + (&one - rules_.data()));
  }
}

Status Maker::Select() {
  const Result<std::vector<Profile>> profiles = EmbeddedProfiles(facts_);
  if (!profiles) {
    return profiles.error();
  }
  const auto profile = std::ranges::find(*profiles, request_.profile, &Profile::name);
  if (profile == profiles->end()) {
    return Invalid("profile", fmt::format("'{}' is not a profile", request_.profile));
  }
  record_.profile = profile->name;
  std::vector<std::vector<std::string>> order(profile->steps.size());
  std::vector<LoadedRule> kept;
  for (LoadedRule& one : rules_) {
    const RuleInfo& info = one.rule.info;
    if (const std::optional<std::size_t> step = profile->StepOf(info)) {
      order[*step].push_back(info.id);
      kept.push_back(std::move(one));
    } else {
      record_.changes.push_back({.rule = info.id,
                                 .kind = Kind::kNotInProfile,
                                 .detail = std::string(ToString(info.severity)),
                                 .uncounted = CountsForReadiness(info)});
      left_out_.at(static_cast<std::size_t>(info.subject)) |= CountsForReadiness(info);
    }
  }
  rules_ = std::move(kept);
  if (order.size() > 1) {
    record_.order = std::move(order);
  }
  return Ok{};
}

// Whatever changes a verdict, a severity or what is asked. That of the texts alone where nothing
// does.
std::string Maker::Digest() const {
  std::vector<std::string_view> parts = {texts_sha256_, record_.profile};
  for (const RuleChange& change : record_.changes) {
    if (change.kind != Kind::kAdded && change.kind != Kind::kReplaced) {
      parts.insert(parts.end(), {change.rule, ToString(change.kind), change.detail});
    }
  }
  for (const std::vector<std::string>& step : record_.order) {
    parts.emplace_back("step");
    parts.insert(parts.end(), step.begin(), step.end());
  }
  const bool plain = parts.size() == 2 && record_.profile == kDefaultProfile;
  return plain ? texts_sha256_ : DigestOf(parts);
}

}  // namespace

Result<RuleCatalog> MakeRuleSet(const FactCatalog& facts, const RuleSetRequest& request) {
  return Maker(facts, request).Make();
}

}  // namespace whfb::rules
