#include "scanner/cli/rule_options.h"

#include <cstddef>
#include <optional>
#include <utility>

#include <spdlog/fmt/fmt.h>

#include "rules/profiles.h"
#include "rules/rule_set.h"
#include "rules/settings.h"
#include "scanner/cli/arguments.h"
#include "scanner/cli/rule_pack.h"
#include "scanner/engine/file_access.h"
#include "scanner/engine/signature.h"

namespace whfb::cli {

namespace po = boost::program_options;

namespace {

using Strings = std::vector<std::string>;

Result<rules::RuleSource> ReadSettings(const std::string& file) {
  std::vector<std::byte> bytes;
  if (const Status read = engine::ReadWhole(file, rules::kMaxSettingsBytes, bytes); !read) {
    return read.error();
  }
  return rules::RuleSource{file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}};
}

constexpr std::size_t kMaxKeyBytes = std::size_t{64} << 10;

Result<std::optional<engine::PublicKey>> ReadKey(const std::string& file) {
  if (file.empty()) {
    return std::optional<engine::PublicKey>();
  }
  std::vector<std::byte> bytes;
  if (const Status read = engine::ReadWhole(file, kMaxKeyBytes, bytes); !read) {
    return read.error();
  }
  Result<engine::PublicKey> key =
      engine::PublicKey::FromPem({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, file);
  return key ? Result<std::optional<engine::PublicKey>>(std::optional(*std::move(key)))
             : key.error();
}

Status CheckProfile(const std::string& name) {
  const Result<std::vector<rules::Profile>> profiles = rules::EmbeddedProfiles({});
  if (!profiles) {
    return profiles.error();
  }
  std::vector<std::string_view> names;
  for (const rules::Profile& profile : *profiles) {
    names.emplace_back(profile.name);
  }
  return CheckChoice(name, "--profile", names);
}

}  // namespace

void AddRuleOptions(po::options_description& options) {
  auto add = options.add_options();
  add("rules", po::value<std::string>()->value_name("PATH"),
      "rules instead of the built-in catalogue: a folder of them, or one");
  add("add-rules", po::value<Strings>()->value_name("PATH"),
      "rules beside those; one with the id of another says which revision of it it replaces "
      "(repeatable)");
  add("rules-key", po::value<std::string>()->value_name("FILE"),
      "Ed25519 public key (PEM): --rules and --add-rules must then be files or ZIPs with a "
      "signature "
      "beside them, PATH.sig");
  add("rule-settings", po::value<std::string>()->value_name("FILE"),
      "what your organisation changes about rules: severity, parameters, disabled ones "
      "(docs/rules.md)");
  add("profile", po::value<std::string>()->value_name("NAME"),
      "which rules, and in which order: readiness, audit, triage, health; default: readiness");
}

Result<RuleOptions> ReadRuleOptions(const po::variables_map& values) {
  RuleOptions options{.instead = One(values, "rules"),
                      .added = Many(values, "add-rules"),
                      .key = One(values, "rules-key"),
                      .settings = One(values, "rule-settings"),
                      .profile = One(values, "profile")};
  if (values.count("profile") != 0) {
    if (const Status known = CheckProfile(options.profile); !known) {
      return known.error();
    }
  }
  if (!options.key.empty() && options.instead.empty() && options.added.empty()) {
    return Error{ErrorCode::kInvalidInput, "whfbscan",
                 "--rules-key is the key of --rules and --add-rules, and neither is given"};
  }
  return options;
}

Result<rules::RuleCatalog> LoadRules(const FactCatalog& facts, const RuleOptions& options) {
  rules::RuleSetRequest request;
  if (!options.profile.empty()) {
    request.profile = options.profile;
  }
  const Result<std::optional<engine::PublicKey>> key = ReadKey(options.key);
  if (!key) {
    return key.error();
  }
  if (!options.instead.empty()) {
    Result<rules::PackSource> pack = ReadPack(options.instead, *key);
    if (!pack) {
      return pack.error();
    }
    request.instead = *std::move(pack);
  }
  for (const std::string& place : options.added) {
    Result<rules::PackSource> pack = ReadPack(place, *key);
    if (!pack) {
      return pack.error();
    }
    request.added.push_back(*std::move(pack));
  }
  if (!options.settings.empty()) {
    Result<rules::RuleSource> settings = ReadSettings(options.settings);
    if (!settings) {
      return settings.error();
    }
    request.settings = *std::move(settings);
  }
  return rules::MakeRuleSet(facts, request);
}

}  // namespace whfb::cli
