#include "scanner/engine/zip_archive.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/engine_sources/made_archives.h"

namespace whfb::engine {
namespace {

using test::MadeEntry;
using test::MakeZip;
using test::ToBytes;
using test::ToText;

// An archive with the bytes it lies in.
struct Opened {
  explicit Opened(const std::string& zip, const Limits& limits = {})
      : bytes(ToBytes(zip)), source(bytes), archive(ZipArchive::Open(source, limits)) {}

  std::string Read(std::size_t i) {
    std::vector<std::byte> data;
    Status status = archive->Read(archive->entries()[i], data);
    return status ? ToText(data) : "error: " + status.error().message;
  }

  std::vector<std::byte> bytes;
  readers::MemorySource source;
  Result<ZipArchive> archive;
};

TEST(ZipArchive, ReadsStoredDeflatedAndEmptyEntriesByName) {
  Opened zip(MakeZip({{.name = "b/two.txt", .data = std::string(100'000, 'x')},
                      {.name = "a.txt", .data = "stored", .method = 0},
                      {.name = "b/", .method = 0},
                      {.name = "c", .method = 0}}));
  ASSERT_TRUE(zip.archive.has_value());
  ASSERT_EQ(zip.archive->entries().size(), 3U);
  EXPECT_EQ(zip.archive->entries()[0].name, "a.txt");
  EXPECT_EQ(zip.Read(0), "stored");
  EXPECT_EQ(zip.Read(1), std::string(100'000, 'x'));
  EXPECT_EQ(zip.Read(2), "");
  EXPECT_EQ(zip.archive->damage(), "");
  EXPECT_FALSE(zip.archive->truncated());
}

TEST(ZipArchive, GivesDosTimesAsLocalTimeOfAnyZone) {
  Opened zip(MakeZip({{.name = "a", .data = "x"}}));
  ASSERT_TRUE(zip.archive.has_value());
  const TimeInterval time = zip.archive->entries()[0].modified;
  EXPECT_EQ(FormatTime(time.earliest + kZoneUncertainty), "2025-01-01T10:00:00Z");
  EXPECT_EQ(time.latest - time.earliest, 2 * kZoneUncertainty);
}

TEST(ZipArchive, ReadsZip64SizesAndEndRecord) {
  Opened zip(MakeZip({{.name = "a", .data = "sixty-four", .zip64 = true}}, true));
  ASSERT_TRUE(zip.archive.has_value());
  ASSERT_EQ(zip.archive->entries().size(), 1U);
  EXPECT_EQ(zip.Read(0), "sixty-four");
  EXPECT_EQ(zip.archive->damage(), "");
}

TEST(ZipArchive, ReadsEntriesWithDescriptors) {
  Opened zip(MakeZip({{.name = "a", .data = "behind", .descriptor = true}}));
  ASSERT_TRUE(zip.archive.has_value());
  EXPECT_EQ(zip.Read(0), "behind");
}

TEST(ZipArchive, FindsTheEndBeforeACommentAndAfterLeadingBytes) {
  Opened comment(MakeZip({{.name = "a", .data = "x"}}, false, "made by PK\x05\x06 hand"));
  ASSERT_TRUE(comment.archive.has_value());
  EXPECT_EQ(comment.Read(0), "x");
  Opened prefixed("MZ stub" + MakeZip({{.name = "a", .data = "y"}}));
  ASSERT_TRUE(prefixed.archive.has_value());
  ASSERT_EQ(prefixed.archive->entries().size(), 1U);
  EXPECT_EQ(prefixed.Read(0), "y");
}

TEST(ZipArchive, ListsTenThousandTinyFiles) {
  std::vector<MadeEntry> entries;
  for (int i = 0; i < 10'000; ++i) {
    entries.push_back({.name = "f" + std::to_string(i), .data = std::to_string(i), .method = 0});
  }
  Opened zip(MakeZip(entries));
  ASSERT_TRUE(zip.archive.has_value());
  ASSERT_EQ(zip.archive->entries().size(), 10'000U);
  for (std::size_t i = 0; i < 10'000; ++i) {
    ASSERT_EQ("f" + zip.Read(i), zip.archive->entries()[i].name);
  }
}

TEST(ZipArchive, StreamsAnEntryAndVerifiesIt) {
  std::string data;
  for (int i = 0; i < 300'000; ++i) {
    data += std::to_string(i);
  }
  Opened zip(MakeZip({{.name = "big", .data = data}}));
  ASSERT_TRUE(zip.archive.has_value());
  auto stream = zip.archive->Stream(zip.archive->entries()[0]);
  ASSERT_TRUE(stream.has_value());
  std::string got;
  while (got.size() < (*stream)->size()) {
    auto window = (*stream)->Window(got.size(), 10'000);
    ASSERT_TRUE(window.has_value());
    got.append(reinterpret_cast<const char*>(window->data()), window->size());
  }
  EXPECT_EQ(got, data);
}

TEST(ZipArchive, StreamFailsAtTheEndWhenTheChecksumIsWrong) {
  Opened zip(MakeZip({{.name = "big", .data = std::string(500'000, 'a'), .crc = 1}}));
  ASSERT_TRUE(zip.archive.has_value());
  auto stream = zip.archive->Stream(zip.archive->entries()[0]);
  ASSERT_TRUE(stream.has_value());
  EXPECT_TRUE((*stream)->Window(0, 1'000).has_value());
  auto last = (*stream)->Window(499'000, 1'000);
  ASSERT_FALSE(last.has_value());
  EXPECT_EQ(last.error().ToString(), "big: CRC-32 differs from the directory");
}

TEST(ZipArchive, RefusesWhatIsNoArchive) {
  Opened zip("just text");
  ASSERT_FALSE(zip.archive.has_value());
  EXPECT_EQ(zip.archive.error().ToString(), "archive: not a ZIP archive");
  EXPECT_FALSE(Opened("").archive.has_value());
}

}  // namespace
}  // namespace whfb::engine
