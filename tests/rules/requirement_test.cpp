// Every documented requirement is answered for: by a rule of its id, or by a note that says how to
// verify it by hand where nothing but a person or the living network can tell.

#include <fstream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/collector.h"
#include "rules/catalog.h"
#include "rules/requirements.h"

namespace whfb::rules {

namespace {

const RuleCatalog& Catalog() {
  static const FactCatalog facts = collectors::MakeCatalog();
  static const RuleCatalog catalog = *LoadCatalog(facts, EmbeddedSources());
  return catalog;
}

std::map<std::string, Requirement> Requirements() {
  std::map<std::string, Requirement> all;
  const Result<std::vector<RequirementPart>> parts = EmbeddedRequirements();
  if (!parts) {
    ADD_FAILURE() << parts.error().ToString();
    return all;
  }
  for (const RequirementPart& part : *parts) {
    for (const Requirement& one : part.requirements) {
      EXPECT_TRUE(all.emplace(one.id, one).second) << one.id << " is there twice";
    }
  }
  return all;
}

TEST(RequirementTest, EachHasARuleAndThoseThatAnExportDecidesHaveNoMereNote) {
  for (const auto& [id, requirement] : Requirements()) {
    const Rule* const rule = Catalog().Find(id);
    ASSERT_TRUE(rule != nullptr || !requirement.not_checkable.empty()) << id;
    if (requirement.checkable == Checkable::kOffline ||
        requirement.checkable == Checkable::kPartial) {
      ASSERT_NE(rule, nullptr) << id;
      EXPECT_EQ(rule->info.decidable, Decidable::kSnapshot) << id;
    }
  }
}

// "| `id` | severity | ... | offline |" in the table of all requirements.
bool ReadEntry(const std::string& line, std::string& id, std::string& decidable) {
  constexpr std::string_view kBegin = "| `";
  const std::size_t end = line.find('`', kBegin.size());
  const std::size_t last = line.rfind('|');
  if (!line.starts_with(kBegin) || end == std::string::npos || last == 0) {
    return false;
  }
  id = line.substr(kBegin.size(), end - kBegin.size());
  const std::size_t before = line.rfind('|', last - 1);
  decidable = line.substr(before + 1, last - before - 1);
  std::erase(decidable, ' ');
  return true;
}

TEST(RequirementTest, TheListIsTheOneOfTheDocuments) {
  std::ifstream file(WHFB_SHARED_DATA "/../knowledge/requirements.md");
  if (!file) {
    GTEST_SKIP() << "the list of documented requirements is not beside the project";
  }
  const std::map<std::string, Requirement> ours = Requirements();
  std::set<std::string> seen;
  std::string line;
  bool table = false;
  while (std::getline(file, line)) {
    table = table || line.starts_with("## Part E") || line.starts_with("# Part E");
    std::string id;
    std::string decidable;
    if (!table || !ReadEntry(line, id, decidable)) {
      continue;
    }
    seen.insert(id);
    const auto found = ours.find(id);
    ASSERT_NE(found, ours.end()) << id;
    EXPECT_TRUE(decidable.starts_with(ToString(found->second.checkable)))
        << id << " is " << decidable << " there";
  }
  EXPECT_EQ(seen.size(), ours.size());
}

}  // namespace

}  // namespace whfb::rules
