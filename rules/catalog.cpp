#include "rules/catalog.h"

#include <algorithm>
#include <array>
#include <memory>
#include <openssl/evp.h>

#include <spdlog/fmt/fmt.h>

#include "rules/loader.h"

namespace whfb::rules {

namespace {

struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// Each part is hashed with its length before it, so that parts cannot run into one another.
void Feed(EVP_MD_CTX* context, std::string_view part) {
  const std::string length = fmt::format("{}:", part.size());
  EVP_DigestUpdate(context, length.data(), length.size());
  EVP_DigestUpdate(context, part.data(), part.size());
}

}  // namespace

std::string DigestOf(std::span<const std::string_view> parts) {
  const std::unique_ptr<EVP_MD_CTX, FreeDigest> context(EVP_MD_CTX_new());
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  if (!context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1) {
    return {};
  }
  for (const std::string_view part : parts) {
    Feed(context.get(), part);
  }
  if (EVP_DigestFinal_ex(context.get(), bytes.data(), &size) != 1) {
    return {};
  }
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex += fmt::format("{:02x}", bytes.at(i));
  }
  return hex;
}

std::string DigestOf(std::span<const LoadedRule> rules) {
  std::vector<std::string_view> parts;
  for (const LoadedRule& one : rules) {
    parts.emplace_back(one.rule.info.id);
    parts.emplace_back(one.source->text);
  }
  return DigestOf(parts);
}

const Rule* RuleCatalog::Find(std::string_view id) const {
  const auto found = std::ranges::lower_bound(rules, id, std::ranges::less{}, [](const Rule& rule) {
    return std::string_view(rule.info.id);
  });
  return found == rules.end() || found->info.id != id ? nullptr : &*found;
}

std::vector<RuleInfo> RuleCatalog::Infos() const {
  std::vector<RuleInfo> infos;
  infos.reserve(rules.size());
  for (const Rule& rule : rules) {
    infos.push_back(rule.info);
  }
  return infos;
}

Result<std::vector<LoadedRule>> LoadAll(const FactCatalog& facts,
                                        std::span<const RuleSource> sources) {
  std::vector<LoadedRule> loaded;
  for (const RuleSource& source : sources) {
    Result<Rule> rule = LoadRule(source, facts);
    if (!rule) {
      return rule.error();
    }
    loaded.push_back({std::move(*rule), &source});
  }
  std::ranges::stable_sort(loaded, std::ranges::less{}, [](const LoadedRule& one) {
    return std::string_view(one.rule.info.id);
  });
  for (std::size_t i = 1; i < loaded.size(); ++i) {
    const std::string& id = loaded[i].rule.info.id;
    if (id == loaded[i - 1].rule.info.id) {
      return Error{
          ErrorCode::kInvalidInput, loaded[i].source->name,
          fmt::format("the id '{}' is already that of {}", id, loaded[i - 1].source->name)};
    }
  }
  return loaded;
}

std::vector<RuleSource> EmbeddedSources() {
  std::vector<RuleSource> sources;
  for (const EmbeddedRule& rule : EmbeddedRules()) {
    sources.push_back({std::string(rule.name), std::string(rule.text)});
  }
  return sources;
}

Result<RuleCatalog> LoadCatalog(const FactCatalog& facts, std::span<const RuleSource> sources) {
  Result<std::vector<LoadedRule>> loaded = LoadAll(facts, sources);
  if (!loaded) {
    return loaded.error();
  }
  RuleCatalog catalog;
  catalog.sha256 = DigestOf(std::span<const LoadedRule>(*loaded));
  for (LoadedRule& one : *loaded) {
    catalog.rules.push_back(std::move(one.rule));
  }
  return catalog;
}

Result<RuleCatalog> LoadEmbeddedCatalog(const FactCatalog& facts) {
  return LoadCatalog(facts, EmbeddedSources());
}

}  // namespace whfb::rules
