// The cases of a rule are worth what they notice. Over the whole catalogue: each comparison and
// quantifier is negated, each threshold moved by one, each when-absent and when-empty flipped; some
// case of the rule must then fail. Survivors that stay are listed with the reason in
// rules/surviving_mutants.txt.

#include <cstddef>
#include <iostream>
#include <map>
#include <string>

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include "collectors/collector.h"
#include "rules/lint.h"
#include "rules/loader.h"
#include "rules/mutation.h"
#include "tests/rules/rule_sources.h"

namespace whfb::rules {

namespace {

TEST(RuleMutationTest, SomeCaseNoticesEachChangeOfACondition) {
  const FactCatalog catalog = collectors::MakeCatalog();
  std::map<std::string, std::string, std::less<>> judged = JudgedMutants();
  std::size_t tried = 0;
  std::size_t living = 0;
  for (const RuleSource& source : SourcesOfFolder()) {
    Result<Rule> rule = LoadRule(source, catalog);
    ASSERT_TRUE(rule) << rule.error().ToString();
    const MutationResult result = TryMutants(*rule, catalog);
    tried += result.tried;
    living += result.living.size();
    for (const std::string& one : result.living) {
      EXPECT_EQ(judged.erase(one), 1U) << "no case notices: " << one;
    }
  }
  for (const auto& [mutant, why] : judged) {
    ADD_FAILURE() << "listed as living, and some case notices it: " << mutant;
  }
  std::cout << fmt::format(
      "mutants tried: {}, living: {}, score {:.1f} %\n", tried, living,
      100.0 * static_cast<double>(tried - living) / static_cast<double>(tried));
  EXPECT_GT(tried, 300U);
  EXPECT_LT(living * 20, tried) << "fewer than 95 % of the mutants are noticed";
}

}  // namespace

}  // namespace whfb::rules
