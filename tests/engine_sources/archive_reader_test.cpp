#include "scanner/engine/archive_reader.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "scanner/engine/file_access.h"
#include "tests/engine_sources/made_archives.h"

namespace whfb::engine {
namespace {

using test::CabinetMethod;
using test::MadeEntry;
using test::MakeCabinet;
using test::ToBytes;

struct Contents {
  std::map<std::string, std::string> files{};
  std::string error{};
};

Contents ReadContents(const std::string& container, const Limits& limits = {}) {
  const std::vector<std::byte> bytes = ToBytes(container);
  readers::MemorySource source(bytes);
  Contents contents;
  Status status =
      ReadArchive(source, "inner", limits, [&](const ArchiveEntry& entry, ArchiveData& data) {
        std::string& text = contents.files[entry.name];
        if (!entry.refused.empty()) {
          text = "refused: " + std::string(entry.refused);
          return;
        }
        for (auto piece = data.Next(); piece && !piece->empty(); piece = data.Next()) {
          text.append(reinterpret_cast<const char*>(piece->data()), piece->size());
        }
      });
  contents.error = status ? "" : status.error().message;
  return contents;
}

std::vector<MadeEntry> SomeFiles() {
  std::string large;
  for (int i = 0; i < 20'000; ++i) {
    large += std::to_string(i * 7919);
  }
  return {{.name = "MDMDiagReport.xml", .data = "<x/>"},
          {.name = "a b\\large.reg", .data = large},
          {.name = "last.txt", .data = "end"}};
}

class Cabinet : public testing::TestWithParam<CabinetMethod> {};

TEST_P(Cabinet, GivesEveryFileWithItsBytes) {
  const std::vector<MadeEntry> files = SomeFiles();
  const Contents contents = ReadContents(MakeCabinet(files, GetParam()));
  EXPECT_EQ(contents.error, "");
  ASSERT_EQ(contents.files.size(), 3U);
  EXPECT_EQ(contents.files.at("MDMDiagReport.xml"), "<x/>");
  EXPECT_TRUE(contents.files.at("a b/large.reg") == files[1].data);
  EXPECT_EQ(contents.files.at("last.txt"), "end");
}

// The cabinets of this test are ones that another implementation reads the same way.
TEST_P(Cabinet, IsReadAlikeByCabextract) {
  if (std::system("cabextract --version >/dev/null 2>&1") != 0) {  // NOLINT(cert-env33-c)
    GTEST_SKIP() << "cabextract is not installed";
  }
  Result<TemporaryFolder> folder = TemporaryFolder::Make("whfb-cabinet-");
  ASSERT_TRUE(folder.has_value());
  const std::vector<MadeEntry> files = SomeFiles();
  test::WriteFile(folder->path() + "/x.cab", MakeCabinet(files, GetParam()));
  const std::string command =
      "cabextract -q -d " + folder->path() + "/out " + folder->path() + "/x.cab >/dev/null 2>&1";
  ASSERT_EQ(std::system(command.c_str()), 0);  // NOLINT(cert-env33-c)
  std::map<std::string, std::string> theirs;
  const std::filesystem::path out(folder->path() + "/out");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(out)) {
    if (entry.is_regular_file()) {
      std::ifstream in(entry.path(), std::ios::binary);
      theirs[entry.path().lexically_relative(out).generic_string()] = {
          std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }
  }
  EXPECT_EQ(theirs.size(), files.size());
  EXPECT_TRUE(ReadContents(MakeCabinet(files, GetParam())).files == theirs);
}

TEST_P(Cabinet, EveryTruncationIsSurvivedAndTold) {
  const std::string whole = MakeCabinet(
      {{.name = "a", .data = "first file"}, {.name = "b", .data = std::string(1'000, 'x')}},
      GetParam());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const Contents contents = ReadContents(whole.substr(0, length));
    const bool complete = contents.files.contains("b") && contents.files.at("b").size() == 1'000;
    EXPECT_FALSE(complete) << length;
  }
}

TEST_P(Cabinet, EveryByteMayBeWrong) {
  const std::string whole = MakeCabinet({{.name = "a", .data = "first file"}}, GetParam());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int value : {0x00, 0x01, 0x7f, 0xff}) {
      std::string changed = whole;
      changed[at] = static_cast<char>(value);
      static_cast<void>(ReadContents(changed));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Methods,
                         Cabinet,
                         testing::Values(CabinetMethod::kStored,
                                         CabinetMethod::kMsZip,
                                         CabinetMethod::kLzx),
                         [](const auto& method) {
                           return std::string(method.param == CabinetMethod::kStored  ? "Stored"
                                              : method.param == CabinetMethod::kMsZip ? "MsZip"
                                                                                      : "Lzx");
                         });

TEST(ArchiveReader, EndsWithAnErrorBeyondTheLimitOfFiles) {
  const Contents contents =
      ReadContents(MakeCabinet(SomeFiles(), CabinetMethod::kStored), {.max_files = 1});
  EXPECT_EQ(contents.error, "more entries than the limit");
}

TEST(ArchiveReader, RefusesEntriesBeyondTheLimitOfBytes) {
  const Contents contents =
      ReadContents(MakeCabinet(SomeFiles(), CabinetMethod::kStored), {.max_entry_bytes = 100});
  EXPECT_EQ(contents.files.at("a b/large.reg"), "refused: larger than the limit for one entry");
}

TEST(ArchiveReader, RecognisesContainersByTheirFirstBytes) {
  EXPECT_EQ(RecogniseContainer(ToBytes(test::MakeZip({{.name = "a"}}))), Container::kZip);
  EXPECT_EQ(RecogniseContainer(ToBytes(MakeCabinet({{.name = "a"}}, CabinetMethod::kStored))),
            Container::kOther);
  EXPECT_EQ(RecogniseContainer(ToBytes("ElfFile")), Container::kNone);
  EXPECT_EQ(RecogniseContainer({}), Container::kNone);
}

}  // namespace
}  // namespace whfb::engine
