// The commands that rules ask people to run: what they write can be read as what it is. A listing
// does not say whether it is of the machine or of the user; the name of its file has to.

#include <algorithm>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "collectors/collector.h"
#include "rules/catalog.h"
#include "tests/text/reading.h"

namespace whfb::readers {

extern const ReaderSpec kCertutilStoreReader;

namespace {

// The file that a command line writes; empty: none.
std::string_view FileOf(std::string_view command) {
  const std::size_t mark = command.rfind("> ");
  return mark == std::string_view::npos ? std::string_view{} : command.substr(mark + 2);
}

TEST(CollectNamesTest, AListingOfAStoreTellsWhoseItIs) {
  const FactCatalog facts = collectors::MakeCatalog();
  const Result<rules::RuleCatalog> catalog = rules::LoadCatalog(facts, rules::EmbeddedSources());
  ASSERT_TRUE(catalog) << catalog.error().ToString();
  int listings = 0;
  for (const rules::Rule& rule : catalog->rules) {
    std::string_view rest = rule.info.collect;
    bool elsewhere = false;  // the folder tells: of a domain controller or a server
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      const std::string_view line = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (line.starts_with("# ")) {
        elsewhere = line.find("into") != std::string_view::npos;
        continue;
      }
      if (line.starts_with("certutil") && line.find("-store ") != std::string_view::npos &&
          !FileOf(line).empty() && !elsewhere) {
        const Reading reading =
            ReadWith(kCertutilStoreReader,
                     "My \"Personal\"\r\nCertUtil: -store command completed successfully.\r\n",
                     FileOf(line));
        ASSERT_EQ(reading.listings().size(), 1U) << rule.info.id << ": " << line;
        const bool user = line.find("-user") != std::string_view::npos;
        EXPECT_EQ(reading.listings()[0].scope, user ? StoreScope::kUser : StoreScope::kMachine)
            << rule.info.id << ": " << line;
        ++listings;
      }
      elsewhere = false;
    }
  }
  EXPECT_GT(listings, 10);
}

}  // namespace

}  // namespace whfb::readers
