// make_samples writes the same bytes on every run, whatever the user's time zone and language.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "samples/contoso_fleet.h"

namespace whfb::samples {

namespace {

namespace fs = std::filesystem;

std::map<std::string, std::string> FilesBelow(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      std::ifstream file(entry.path(), std::ios::binary);
      files[fs::relative(entry.path(), folder).string()] = {std::istreambuf_iterator<char>(file),
                                                            {}};
    }
  }
  return files;
}

std::map<std::string, std::string> Make(const std::string& name, const std::string& settings) {
  const fs::path folder = fs::path(testing::TempDir()) / ("whfb_make_samples_" + name);
  fs::remove_all(folder);
  const std::string command = settings + " \"" WHFB_MAKE_SAMPLES "\" \"" + folder.string() + "\"";
  // NOLINTNEXTLINE(cert-env33-c, concurrency-mt-unsafe): our own program, one thread
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
  return FilesBelow(folder);
}

TEST(MakeSamplesTest, TwoRunsGiveTheSameBytes) {
  const auto first = Make("first", "TZ=UTC LC_ALL=C");
  const auto second = Make("second", "TZ=Pacific/Auckland LC_ALL=C.UTF-8 SOURCE_DATE_EPOCH=1");
  ASSERT_GT(first.size(), 2 * ContosoStories().size());
  for (const auto& [path, content] : first) {
    const auto other = second.find(path);
    ASSERT_NE(other, second.end()) << path;
    EXPECT_TRUE(other->second == content) << path << " differs";
  }
  EXPECT_EQ(first.size(), second.size());
}

TEST(MakeSamplesTest, ASecondRunIntoTheSameFolderLeavesNothingOfTheFirst) {
  const auto fresh = Make("fresh", "TZ=UTC");
  const fs::path folder = fs::path(testing::TempDir()) / "whfb_make_samples_fresh";
  std::ofstream(folder / "devices/PC-0001/left-over.reg") << "of an older version";
  const std::string command = "\"" WHFB_MAKE_SAMPLES "\" \"" + folder.string() + "\"";
  // NOLINTNEXTLINE(cert-env33-c, concurrency-mt-unsafe): our own program, one thread
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_TRUE(FilesBelow(folder) == fresh);
}

}  // namespace

}  // namespace whfb::samples
