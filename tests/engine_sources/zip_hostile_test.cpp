#include <random>
#include <string>

#include <gtest/gtest.h>

#include "scanner/engine/zip_archive.h"
#include "tests/engine_sources/made_archives.h"

namespace whfb::engine {
namespace {

using test::MadeEntry;
using test::MakeZip;
using test::ToBytes;
using test::ToText;

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

TEST(HostileZip, EncryptedEntriesAreListedAndRefused) {
  Opened zip(MakeZip({{.name = "a", .data = "x", .flags = 1}, {.name = "b", .data = "y"}}));
  ASSERT_TRUE(zip.archive.has_value());
  ASSERT_EQ(zip.archive->entries().size(), 2U);
  EXPECT_EQ(zip.archive->entries()[0].refused, "encrypted");
  EXPECT_EQ(zip.archive->entries()[0].why, WhyUnknown::kDenied);
  EXPECT_EQ(zip.Read(1), "y");
}

TEST(HostileZip, UnknownMethodsAreListedAndRefused) {
  Opened zip(MakeZip({{.name = "a", .data = "x", .method = 14}}));
  ASSERT_TRUE(zip.archive.has_value());
  EXPECT_EQ(zip.archive->entries()[0].refused,
            "compression method is not supported (only stored and deflated are)");
}

TEST(HostileZip, SymbolicLinksAreRefused) {
  Opened zip(
      MakeZip({{.name = "a", .data = "/etc/passwd", .method = 0, .attributes = 0120777U << 16U}}));
  ASSERT_TRUE(zip.archive.has_value());
  EXPECT_EQ(zip.archive->entries()[0].refused, "symbolic link");
}

TEST(HostileZip, NamesThatGoUpAreReadUnderASafeName) {
  Opened zip(MakeZip({{.name = "..\\..\\x", .data = "up"}}));
  ASSERT_TRUE(zip.archive.has_value());
  EXPECT_EQ(zip.archive->entries()[0].name, "%2E%2E/%2E%2E/x");
  EXPECT_EQ(zip.archive->entries()[0].note, "name goes up (..)");
  EXPECT_EQ(zip.Read(0), "up");
}

TEST(HostileZip, DuplicateNamesAreBothKeptAndTold) {
  Opened zip(MakeZip(
      {{.name = "a", .data = "1"}, {.name = "a", .data = "2"}, {.name = "A", .data = "3"}}));
  ASSERT_TRUE(zip.archive.has_value());
  ASSERT_EQ(zip.archive->entries().size(), 3U);
  EXPECT_EQ(zip.archive->entries()[0].name, "A");
  EXPECT_EQ(zip.archive->entries()[1].name, "a");
  EXPECT_EQ(zip.archive->entries()[1].note, "name differs from another only in case");
  EXPECT_EQ(zip.archive->entries()[2].name, "a~2");
  EXPECT_EQ(zip.archive->entries()[2].note, "name occurs twice");
  EXPECT_EQ(zip.Read(1), "1");
  EXPECT_EQ(zip.Read(2), "2");
}

TEST(HostileZip, OverlappingEntriesAreRefused) {
  Opened zip(MakeZip({{.name = "a", .data = "first"},
                      {.name = "b", .data = "second", .offset = 0},
                      {.name = "c", .data = "third"}}));
  ASSERT_TRUE(zip.archive.has_value());
  EXPECT_EQ(zip.archive->entries()[0].refused, "overlaps another entry");
  EXPECT_EQ(zip.archive->entries()[1].refused, "overlaps another entry");
  EXPECT_EQ(zip.Read(2), "third");
}

TEST(HostileZip, EntriesOutsideTheArchiveAreTruncated) {
  Opened zip(MakeZip({{.name = "a", .data = "x", .offset = 0x7fffffff}}));
  ASSERT_TRUE(zip.archive.has_value());
  EXPECT_EQ(zip.archive->entries()[0].refused, "lies outside the archive");
  EXPECT_EQ(zip.archive->entries()[0].why, WhyUnknown::kTruncated);
}

TEST(HostileZip, BombsAreTooLargeByRatioEntryAndTotal) {
  const std::string zip = MakeZip({{.name = "bomb", .data = std::string(1 << 20, '\0')}});
  Opened ratio(zip, {.max_ratio = 100, .ratio_free_bytes = 1000});
  ASSERT_TRUE(ratio.archive.has_value());
  EXPECT_EQ(ratio.archive->entries()[0].refused, "compressed beyond the limit of the ratio");
  EXPECT_EQ(ratio.archive->entries()[0].why, WhyUnknown::kTooLarge);
  Opened entry(zip, {.max_entry_bytes = 1000});
  EXPECT_EQ(entry.archive->entries()[0].refused, "larger than the limit for one entry");
  Opened total(zip, {.max_total_bytes = 1000});
  EXPECT_EQ(total.archive->entries()[0].refused, "beyond the limit for the whole archive");
}

TEST(HostileZip, AllocatedAndNeverFilledLogsAreNoBombs) {
  Opened zip(MakeZip({{.name = "System.evtx", .data = std::string(20 << 20, '\0')}}));
  ASSERT_TRUE(zip.archive.has_value());
  EXPECT_EQ(zip.archive->entries()[0].refused, "");
  EXPECT_EQ(zip.Read(0).size(), std::size_t{20} << 20U);
}

TEST(HostileZip, DataThatIsLongerThanStatedIsAnErrorNotCut) {
  Opened zip(MakeZip({{.name = "a", .data = std::string(5'000, 'x'), .size = 10}}));
  ASSERT_TRUE(zip.archive.has_value());
  EXPECT_EQ(zip.Read(0), "error: deflated data is damaged or longer than the directory says");
}

TEST(HostileZip, WrongChecksumsAreErrors) {
  Opened zip(MakeZip({{.name = "a", .data = "x", .crc = 7}}));
  ASSERT_TRUE(zip.archive.has_value());
  EXPECT_EQ(zip.Read(0), "error: CRC-32 differs from the directory");
}

TEST(HostileZip, MoreEntriesThanTheLimitAreTold) {
  Opened zip(MakeZip({{.name = "a"}, {.name = "b"}, {.name = "c"}}), {.max_files = 2});
  ASSERT_TRUE(zip.archive.has_value());
  EXPECT_EQ(zip.archive->entries().size(), 2U);
  EXPECT_EQ(zip.archive->damage(), "more entries than the limit");
}

TEST(HostileZip, TruncatedArchivesAreRecoveredFromLocalHeaders) {
  const std::string whole =
      MakeZip({{.name = "a", .data = "first"},
               {.name = "b", .data = "second", .descriptor = true},
               {.name = "c", .data = "third third third third", .method = 0}});
  Opened zip(whole.substr(0, whole.find("third") + 5));
  ASSERT_TRUE(zip.archive.has_value());
  EXPECT_TRUE(zip.archive->truncated());
  EXPECT_EQ(zip.archive->damage(), "the archive has no usable directory");
  ASSERT_EQ(zip.archive->entries().size(), 3U);
  EXPECT_EQ(zip.Read(0), "first");
  EXPECT_EQ(zip.Read(1), "second");
  EXPECT_EQ(zip.archive->entries()[2].refused, "the archive ends in its data");
  EXPECT_EQ(zip.archive->entries()[2].why, WhyUnknown::kTruncated);
}

// Whatever is left, nothing is read that was not in the archive, and nothing crashes.
void ReadEverything(const std::string& bytes) {
  Opened zip(bytes);
  if (!zip.archive) {
    return;
  }
  for (std::size_t i = 0; i < zip.archive->entries().size(); ++i) {
    const ZipEntry& entry = zip.archive->entries()[i];
    EXPECT_FALSE(entry.name.empty());
    if (!entry.refused.empty()) {
      continue;
    }
    static_cast<void>(zip.Read(i));
    if (auto stream = zip.archive->Stream(entry)) {
      static_cast<void>((*stream)->Window(0, 100));
      static_cast<void>((*stream)->Window(50, 100'000));
    }
  }
}

std::string SmallArchive() {
  return MakeZip({{.name = "a/one.txt", .data = std::string(300, 'x')},
                  {.name = "two", .data = "stored", .method = 0},
                  {.name = "three", .data = "behind behind", .descriptor = true},
                  {.name = "four", .data = "sixty-four", .zip64 = true}},
                 true);
}

TEST(HostileZip, EveryTruncationIsSurvived) {
  const std::string whole = SmallArchive();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    ReadEverything(whole.substr(0, length));
  }
}

TEST(HostileZip, EveryByteMayBeWrong) {
  const std::string whole = SmallArchive();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int value : {0x00, 0x01, 0x50, 0x7f, 0x80, 0xff}) {
      std::string changed = whole;
      changed[at] = static_cast<char>(value);
      ReadEverything(changed);
    }
  }
}

TEST(HostileZip, RandomDamageIsSurvived) {
  const std::string whole = SmallArchive();
  std::mt19937 random(20'250'131);  // NOLINT(cert-msc51-cpp): the same cases every time
  for (int round = 0; round < 3'000; ++round) {
    std::string changed = whole;
    for (int i = 0; i < 8; ++i) {
      changed[random() % changed.size()] = static_cast<char>(random() & 0xffU);
    }
    ReadEverything(changed);
  }
}

}  // namespace
}  // namespace whfb::engine
