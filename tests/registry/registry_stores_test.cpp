// How much of a machine store an export of the registry shows.

#include "collectors/registry_stores.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "collectors/readers/registry_record.h"
#include "scanner/core/text_pool.h"

namespace whfb::collectors {

namespace {

using readers::RegistryRoot;
using readers::StoreListing;

constexpr std::string_view kMachine = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\";

std::vector<StoreListing> ListingsOf(const std::vector<std::string>& roots) {
  TextPool pool;
  readers::Records records(pool);
  for (const std::string& root : roots) {
    records.Add(RegistryRoot{.path = root, .complete = true});
  }
  return ReadRegistryStores(records, {}).listings;
}

}  // namespace

// The machine's Root store is four places; the export of one shows a part of it, not nothing.
TEST(RegistryStoresTest, OnePlaceOfSeveralIsAPartOfTheStore) {
  const auto listings = ListingsOf({std::string(kMachine) + "SystemCertificates"});
  ASSERT_EQ(listings.size(), 3U);
  const auto root = std::ranges::find(listings, "root", &StoreListing::store);
  EXPECT_FALSE(root->complete);
  EXPECT_EQ(root->why, WhyUnknown::kNotCollected);
  EXPECT_TRUE(std::ranges::find(listings, "my", &StoreListing::store)->complete);
}

TEST(RegistryStoresTest, EveryPlaceIsTheWholeStore) {
  const auto listings = ListingsOf({"HKEY_LOCAL_MACHINE\\SOFTWARE"});
  ASSERT_EQ(listings.size(), 3U);
  EXPECT_TRUE(std::ranges::all_of(listings, &StoreListing::complete));
}

TEST(RegistryStoresTest, OtherSubtreesSayNothingOfStores) {
  EXPECT_TRUE(ListingsOf({std::string(kMachine) + "Enrollments"}).empty());
}

// A damaged certificate in an old copy of a hive says nothing of the store of now.
TEST(RegistryStoresTest, AnOldCopyOfAHiveSaysNothing) {
  for (const bool old : {true, false}) {
    TextPool pool;
    readers::Records records(pool);
    records.Add(RegistryRoot{.path = "HKEY_LOCAL_MACHINE\\SOFTWARE", .complete = true});
    records.Add(readers::RegistryValue{
        .key = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates\\MY\\Certificates\\00",
        .name = "Blob",
        .source = {.evidence = 1, .outdated = true}});
    const std::vector<EvidenceItem> evidence = {
        {.file = old ? "Windows.old/Windows/System32/config/SOFTWARE"
                     : "Windows/System32/config/SOFTWARE"}};
    const auto listings = ReadRegistryStores(records, evidence).listings;
    EXPECT_EQ(std::ranges::find(listings, "my", &StoreListing::store)->complete, old);
  }
}

}  // namespace whfb::collectors
