#include "scanner/engine/atomic_file.h"

#include <array>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "scanner/engine/file_access.h"
#include "tests/engine_sources/made_archives.h"

namespace whfb::engine {
namespace {

namespace fs = std::filesystem;
using test::WriteFile;

class AtomicFileTest : public testing::Test {
 protected:
  void SetUp() override {
    Result<TemporaryFolder> made = TemporaryFolder::Make("whfb-atomic-");
    ASSERT_TRUE(made.has_value());
    folder_ = std::make_unique<TemporaryFolder>(std::move(*made));
  }

  [[nodiscard]] std::string Path(const std::string& name) const {
    return folder_->path() + "/" + name;
  }

  [[nodiscard]] std::string Content(const std::string& name) const {
    std::vector<std::byte> bytes;
    const Status read = ReadWhole(Path(name), 100, bytes);
    return read ? test::ToText(bytes) : "error: " + read.error().message;
  }

  [[nodiscard]] std::size_t Files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_->path()), {}));
  }

  std::unique_ptr<TemporaryFolder> folder_;
};

TEST_F(AtomicFileTest, AppearsWithCommitAndWhole) {
  auto file = AtomicFile::Create(Path("out"));
  ASSERT_TRUE(file.has_value());
  (*file)->Write("first");
  EXPECT_FALSE(fs::exists(Path("out")));
  ASSERT_TRUE((*file)->Commit().has_value());
  EXPECT_EQ(Content("out"), "first");
  EXPECT_EQ(Files(), 1U);
}

TEST_F(AtomicFileTest, LeavesTheOldFileWhenItIsGivenUp) {
  WriteFile(Path("out"), "old");
  {
    auto file = AtomicFile::Create(Path("out"));
    ASSERT_TRUE(file.has_value());
    (*file)->Write("new");
  }
  EXPECT_EQ(Content("out"), "old");
  EXPECT_EQ(Files(), 1U);
}

TEST_F(AtomicFileTest, LeavesNothingWhenItCannotBeRenamed) {
  auto file = AtomicFile::Create(Path("out"));
  ASSERT_TRUE(file.has_value());
  fs::create_directory(Path("out"));
  EXPECT_FALSE((*file)->Commit().has_value());
  file->reset();
  EXPECT_EQ(Files(), 1U);
}

TEST_F(AtomicFileTest, RefusesAFolder) {
  const auto file = AtomicFile::Create(folder_->path());
  ASSERT_FALSE(file.has_value());
  EXPECT_EQ(file.error().message, "is a folder; name a file in it");
}

TEST_F(AtomicFileTest, FollowsALinkInsteadOfReplacingIt) {
  WriteFile(Path("real"), "old");
  fs::create_symlink("real", Path("link"));
  auto file = AtomicFile::Create(Path("link"));
  ASSERT_TRUE(file.has_value());
  (*file)->Write("new");
  ASSERT_TRUE((*file)->Commit().has_value());
  EXPECT_TRUE(fs::is_symlink(Path("link")));
  EXPECT_EQ(Content("real"), "new");
}

// A file in the place of /dev/null would break every program of the machine. A pipe stands for it
// here: the test must not break anything either.
TEST_F(AtomicFileTest, WritesIntoAPipeWithoutReplacingIt) {
  ASSERT_EQ(::mkfifo(Path("pipe").c_str(), 0600), 0);
  const int reader = ::open(Path("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  auto file = AtomicFile::Create(Path("pipe"));
  ASSERT_TRUE(file.has_value());
  (*file)->Write("text");
  ASSERT_TRUE((*file)->Commit().has_value());
  std::array<char, 10> got{};
  EXPECT_EQ(::read(reader, got.data(), got.size()), 4);
  ::close(reader);
  EXPECT_EQ(std::string(got.data()), "text");
  EXPECT_TRUE(fs::is_fifo(Path("pipe")));
  EXPECT_EQ(Files(), 1U);
}

// In a folder that everybody may write, somebody else may have put a link where we write.
TEST_F(AtomicFileTest, DoesNotWriteThroughALinkBesideTheTarget) {
  WriteFile(Path("victim"), "old");
  const std::string beside = "out." + std::to_string(::getpid()) + ".partial";
  fs::create_symlink("victim", Path(beside));
  auto file = AtomicFile::Create(Path("out"));
  ASSERT_TRUE(file.has_value());
  (*file)->Write("new");
  ASSERT_TRUE((*file)->Commit().has_value());
  EXPECT_EQ(Content("victim"), "old");
  EXPECT_EQ(Content("out"), "new");
}

}  // namespace
}  // namespace whfb::engine
