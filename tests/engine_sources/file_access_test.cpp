#include "scanner/engine/file_access.h"

#include <filesystem>
#include <string>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "tests/engine_sources/made_archives.h"

namespace whfb::engine {
namespace {

namespace fs = std::filesystem;
using test::ToBytes;
using test::WriteFile;

class FileAccess : public testing::Test {
 protected:
  void SetUp() override {
    Result<TemporaryFolder> made = TemporaryFolder::Make("whfb-files-");
    ASSERT_TRUE(made.has_value());
    folder_ = std::make_unique<TemporaryFolder>(std::move(*made));
  }

  [[nodiscard]] std::string Path(const std::string& name) const {
    return folder_->path() + "/" + name;
  }

  std::unique_ptr<TemporaryFolder> folder_;
};

TEST_F(FileAccess, ListsATreeInTheOrderOfBytes) {
  WriteFile(Path("b/z"), "1");
  WriteFile(Path("b/A"), "22");
  WriteFile(Path("a"), "333");
  Result<FolderListing> tree = ListTree(folder_->path(), 100);
  ASSERT_TRUE(tree.has_value());
  ASSERT_EQ(tree->files.size(), 3U);
  EXPECT_EQ(tree->files[0].path, "a");
  EXPECT_EQ(tree->files[1].path, "b/A");
  EXPECT_EQ(tree->files[1].size, 2U);
  EXPECT_EQ(tree->files[2].path, "b/z");
}

TEST_F(FileAccess, NeverFollowsLinksAndNamesSpecialFiles) {
  WriteFile(Path("real/x"), "1");
  fs::create_directory_symlink(folder_->path(), Path("real/loop"));
  fs::create_symlink("/etc/passwd", Path("real/out"));
  ASSERT_EQ(::mkfifo(Path("real/pipe").c_str(), 0600), 0);
  Result<FolderListing> tree = ListTree(folder_->path(), 100);
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(tree->files.size(), 1U);
  ASSERT_EQ(tree->refused.size(), 3U);
  EXPECT_EQ(tree->refused[0].path, "real/loop");
  EXPECT_EQ(tree->refused[0].reason, "symbolic link");
  EXPECT_EQ(tree->refused[1].reason, "symbolic link");
  EXPECT_EQ(tree->refused[2].reason, "named pipe");
}

TEST_F(FileAccess, StopsATreeAtTheLimitAndSaysSo) {
  for (int i = 0; i < 10; ++i) {
    WriteFile(Path("f" + std::to_string(i)), "x");
  }
  Result<FolderListing> tree = ListTree(folder_->path(), 4);
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(tree->files.size(), 4U);
  EXPECT_TRUE(tree->more);
}

TEST_F(FileAccess, GivesAReasonForWhatCannotBeRead) {
  std::vector<std::byte> bytes;
  Status missing = ReadWhole(Path("no"), 10, bytes);
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(missing.error().ToString(), Path("no") + ": no such file or directory");
  fs::create_directory(Path("folder"));
  Status folder = ReadWhole(Path("folder"), 10, bytes);
  ASSERT_FALSE(folder.has_value());
  EXPECT_EQ(folder.error().message, "not a regular file");
  ASSERT_EQ(::mkfifo(Path("pipe").c_str(), 0600), 0);
  EXPECT_FALSE(OpenFile(Path("pipe")).has_value());
  EXPECT_FALSE(Inspect(Path("pipe")).has_value());
}

TEST_F(FileAccess, ReadsWholeFilesUpToALimit) {
  WriteFile(Path("f"), "12345");
  std::vector<std::byte> bytes;
  ASSERT_TRUE(ReadWhole(Path("f"), 5, bytes).has_value());
  EXPECT_EQ(test::ToText(bytes), "12345");
  Status large = ReadWhole(Path("f"), 4, bytes);
  ASSERT_FALSE(large.has_value());
  EXPECT_EQ(large.error().code, ErrorCode::kTooLarge);
}

TEST_F(FileAccess, ReadsWindowsAnywhere) {
  std::string text;
  for (int i = 0; i < 60'000; ++i) {
    text += std::to_string(i);
  }
  WriteFile(Path("f"), text);
  auto file = OpenFile(Path("f"));
  ASSERT_TRUE(file.has_value());
  for (const std::size_t offset : {std::size_t{0}, std::size_t{200'000}, std::size_t{5},
                                   text.size() - 3, text.size(), text.size() + 10}) {
    auto window = (*file)->Window(offset, 1'000);
    ASSERT_TRUE(window.has_value());
    const std::string_view expected =
        offset < text.size() ? std::string_view(text).substr(offset, 1'000) : "";
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(window->data()), window->size()), expected);
  }
}

TEST_F(FileAccess, SpoolsBytesAndReadsThemBack) {
  auto spool = Spool::Make();
  ASSERT_TRUE(spool.has_value());
  ASSERT_TRUE((*spool)->Append(ToBytes("hello ")).has_value());
  ASSERT_TRUE((*spool)->Append(ToBytes("world")).has_value());
  auto window = (*spool)->Window(4, 100);
  ASSERT_TRUE(window.has_value());
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(window->data()), window->size()), "o world");
}

TEST(TemporaryFolderTest, IsGoneAfterwards) {
  std::string path;
  {
    Result<TemporaryFolder> folder = TemporaryFolder::Make("whfb-gone-");
    ASSERT_TRUE(folder.has_value());
    path = folder->path();
    WriteFile(path + "/a/b", "x");
  }
  EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace whfb::engine
