// The event logs among the golden inputs are what their descriptions say.

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/golden/event_log_description.h"
#include "tests/golden/golden_case.h"

namespace whfb::golden {

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> Descriptions() {
  std::vector<fs::path> found;
  for (const auto& entry :
       fs::recursive_directory_iterator(fs::path(WHFB_SOURCE_DIR) / "tests" / "golden")) {
    if (entry.path().extension() == ".events") {
      found.push_back(entry.path());
    }
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace

TEST(GoldenEventLogTest, IsWhatItsDescriptionSays) {
  const std::vector<fs::path> descriptions = Descriptions();
  ASSERT_FALSE(descriptions.empty());
  for (const fs::path& description : descriptions) {
    const Result<DescribedLog> log = ReadEventLogDescription(description);
    ASSERT_TRUE(log) << log.error().ToString();
    const std::string bytes(reinterpret_cast<const char*>(log->bytes.data()), log->bytes.size());

    EXPECT_TRUE(Matches(bytes, log->path, Difference::kBytes)) << description;
  }
}

}  // namespace whfb::golden
