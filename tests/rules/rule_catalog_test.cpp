// Every rule of the catalogue loads, and every case of it holds.

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "collectors/collector.h"
#include "rules/case_runner.h"
#include "rules/catalog.h"
#include "rules/loader.h"
#include "tests/rules/rule_sources.h"

namespace whfb::rules {

namespace {

namespace fs = std::filesystem;

TEST(RuleCatalogTest, EveryFileLoads) {
  const FactCatalog facts = collectors::MakeCatalog();
  for (const RuleSource& source : SourcesOfFolder()) {
    const Result<Rule> rule = LoadRule(source, facts);
    EXPECT_TRUE(rule) << rule.error().ToString();
  }
}

TEST(RuleCatalogTest, EveryCaseGivesItsVerdict) {
  const FactCatalog facts = collectors::MakeCatalog();
  std::size_t cases = 0;
  for (const RuleSource& source : SourcesOfFolder()) {
    const Result<Rule> rule = LoadRule(source, facts);
    if (!rule) {
      continue;  // EveryFileLoads says so
    }
    for (const Case& one : rule->cases) {
      const CaseResult result = RunCase(*rule, one, facts);
      EXPECT_TRUE(result.held) << source.name << ": " << result.difference;
      ++cases;
    }
  }
  RecordProperty("cases", static_cast<int>(cases));
}

TEST(RuleCatalogTest, IdsAgreeWithFileNames) {
  const FactCatalog facts = collectors::MakeCatalog();
  for (const RuleSource& source : SourcesOfFolder()) {
    const Result<Rule> rule = LoadRule(source, facts);
    if (!rule) {
      continue;
    }
    const fs::path path(source.name);
    const std::string area = path.parent_path().filename().string();
    const std::string stem = path.stem().string();
    EXPECT_TRUE(rule->info.id == stem || rule->info.id == area + "." + stem)
        << source.name << " holds " << rule->info.id;
  }
}

TEST(RuleCatalogTest, TheEmbeddedCatalogueIsTheFolder) {
  const FactCatalog facts = collectors::MakeCatalog();
  const Result<RuleCatalog> embedded = LoadEmbeddedCatalog(facts);
  ASSERT_TRUE(embedded) << embedded.error().ToString();
  const Result<RuleCatalog> folder = LoadCatalog(facts, SourcesOfFolder());
  ASSERT_TRUE(folder) << folder.error().ToString();
  EXPECT_EQ(embedded->sha256, folder->sha256);
  EXPECT_EQ(embedded->rules.size(), folder->rules.size());
  EXPECT_EQ(embedded->sha256.size(), 64U);
}

}  // namespace

}  // namespace whfb::rules
