#include "scanner/engine/companions.h"

#include <array>
#include <libdeflate.h>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "scanner/engine/byte_sources.h"
#include "scanner/engine/evidence_walk.h"
#include "scanner/engine/file_access.h"
#include "tests/engine_sources/made_archives.h"

namespace whfb::engine {
namespace {

using test::CabinetMethod;
using test::MadeEntry;
using test::MakeCabinet;
using test::MakeZip;
using test::ToText;
using test::WriteFile;

// What the reader of hives recognises.
std::string Hive() {
  return "regf" + std::string(1000, '\0');
}

// One file compressed by itself.
std::string Gzip(const std::string& data) {
  const std::uint32_t crc = libdeflate_crc32(0, data.data(), data.size());
  std::string bytes("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
  bytes += test::Deflate(data);
  for (const std::uint32_t number : {crc, static_cast<std::uint32_t>(data.size())}) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
      bytes.push_back(static_cast<char>(number >> shift));
    }
  }
  return bytes;
}

// Asks for the companions of every hive, as a reader would; keeps the text or the error.
class Asking final : public ItemVisitor {
 public:
  void Begin(const BundleContents& /*contents*/) override {}

  void Visit(const WalkItem& item) override {
    if (item.kind != "hive") {
      return;
    }
    std::vector<std::string>& told = answers[std::string(item.path)];
    if (item.companions == nullptr) {
      told.emplace_back("stands alone");
      return;
    }
    const std::array<std::string_view, 2> names = {"System.LOG1", "SYSTEM.log2"};
    for (const Found& found : item.companions->Open(names)) {
      std::vector<std::byte> bytes;
      told.push_back(!found ? "error " + std::to_string(static_cast<int>(found.error().code))
                     : ReadAll(**found, 1 << 20, "x", bytes) ? ToText(bytes)
                                                             : "unreadable");
    }
    // After that, the last byte of the item is still the one it was.
    readers::MemorySource memory(item.bytes);
    readers::ByteSource& source = item.source == nullptr ? memory : *item.source;
    const auto last = source.Window(source.size() - 1, 1);
    const std::byte expected = source.size() > Hive().size() ? std::byte{'h'} : std::byte{0};
    EXPECT_TRUE(last && last->size() == 1 && last->front() == expected);
    sizes[std::string(item.path)] = source.size();
  }

  std::map<std::string, std::vector<std::string>> answers{};
  std::map<std::string, std::uint64_t> sizes{};
};

const std::string kMissing = "error " + std::to_string(static_cast<int>(ErrorCode::kNotFound));
const std::string kTooLarge = "error " + std::to_string(static_cast<int>(ErrorCode::kTooLarge));
const std::string kDenied = "error " + std::to_string(static_cast<int>(ErrorCode::kDenied));

using Answer = std::vector<std::string>;

class CompanionsTest : public testing::Test {
 protected:
  void SetUp() override {
    Result<TemporaryFolder> made = TemporaryFolder::Make("whfb-companions-");
    ASSERT_TRUE(made.has_value());
    folder_ = std::make_unique<TemporaryFolder>(std::move(*made));
  }

  void Walk(const std::string& name, InputKind kind, const Limits& limits = {}) {
    EvidenceWalker walker(limits);
    const auto summary = walker.Walk({.place = {folder_->path() + "/" + name, name},
                                      .kind = kind,
                                      .is_root = kind == InputKind::kFolder},
                                     asking_);
    EXPECT_TRUE(summary.has_value());
  }

  void WalkArchive(const std::string& bytes, const Limits& limits = {}) {
    WriteFile(folder_->path() + "/PC.zip", bytes);
    Walk("PC.zip", InputKind::kArchive, limits);
  }

  std::unique_ptr<TemporaryFolder> folder_;
  Asking asking_;
};

TEST_F(CompanionsTest, LieInTheSameFolder) {
  WriteFile(folder_->path() + "/in/config/SYSTEM", Hive());
  WriteFile(folder_->path() + "/in/config/SYSTEM.LOG1", "one");
  WriteFile(folder_->path() + "/in/config/deeper/SYSTEM.LOG2", "not this");
  WriteFile(folder_->path() + "/in/SYSTEM.LOG2", "nor this");
  WriteFile(folder_->path() + "/in/users/system", Hive());
  WriteFile(folder_->path() + "/in/users/system.log2", "two");
  Walk("in", InputKind::kFolder);
  EXPECT_EQ(asking_.answers["config/SYSTEM"], (Answer{"one", kMissing}));
  EXPECT_EQ(asking_.answers["users/system"], (Answer{kMissing, "two"}));
}

TEST_F(CompanionsTest, LieInTheSameFolderOfAZip) {
  WalkArchive(MakeZip({MadeEntry{.name = "config/SYSTEM", .data = Hive()},
                       MadeEntry{.name = "config/SYSTEM.LOG1", .data = "one"},
                       MadeEntry{.name = "other/SYSTEM.LOG2", .data = "not this"}}));
  EXPECT_EQ(asking_.answers["PC.zip!/config/SYSTEM"], (Answer{"one", kMissing}));
}

TEST_F(CompanionsTest, AreFoundBehindTheItemInACabinet) {
  // The large one is read by windows, which the second pass over it moves.
  for (const std::size_t filler : {std::size_t{70'000}, kWholeArchiveBytes}) {
    for (const CabinetMethod method : {CabinetMethod::kStored, CabinetMethod::kMsZip}) {
      asking_.answers.clear();
      WalkArchive(MakeCabinet({MadeEntry{.name = "SYSTEM", .data = Hive()},
                               MadeEntry{.name = "filler", .data = std::string(filler, 'f')},
                               MadeEntry{.name = "SYSTEM.LOG2", .data = "two"},
                               MadeEntry{.name = "USER", .data = Hive()},
                               MadeEntry{.name = "SYSTEM.LOG1", .data = "one"}},
                              method));
      EXPECT_EQ(asking_.answers["PC.zip!/SYSTEM"], (Answer{"one", "two"}));
      EXPECT_EQ(asking_.answers["PC.zip!/USER"], (Answer{"one", "two"}));  // the walk went on
    }
  }
}

TEST_F(CompanionsTest, AreThoseOfTheInnerContainer) {
  const std::string inner = MakeZip({MadeEntry{.name = "SYSTEM", .data = Hive()},
                                     MadeEntry{.name = "SYSTEM.LOG1", .data = "inner"}});
  WalkArchive(MakeZip({MadeEntry{.name = "inner.zip", .data = inner},
                       MadeEntry{.name = "SYSTEM.LOG2", .data = "outer"}}));
  EXPECT_EQ(asking_.answers["PC.zip!/inner.zip!/SYSTEM"], (Answer{"inner", kMissing}));
}

TEST_F(CompanionsTest, MayBeCompressedEachByItself) {
  WriteFile(folder_->path() + "/in/SYSTEM.gz", Gzip(Hive()));
  WriteFile(folder_->path() + "/in/system.log1.GZ", Gzip("one"));
  WriteFile(folder_->path() + "/in/SYSTEM.LOG2", "two");
  Walk("in", InputKind::kFolder);
  EXPECT_EQ(asking_.answers["SYSTEM.gz!/SYSTEM"], (Answer{"one", "two"}));
}

TEST_F(CompanionsTest, AreNotLookedForBesideALooseFile) {
  WriteFile(folder_->path() + "/SYSTEM", Hive());
  WriteFile(folder_->path() + "/SYSTEM.LOG1", "one");
  Walk("SYSTEM", InputKind::kFile);
  EXPECT_EQ(asking_.answers["SYSTEM"], Answer{"stands alone"});
}

TEST_F(CompanionsTest, CostNoMoreThanTheirLimits) {
  const std::string zip = MakeZip({MadeEntry{.name = "SYSTEM", .data = Hive()},
                                   MadeEntry{.name = "SYSTEM.LOG1", .data = "one"},
                                   MadeEntry{.name = "SYSTEM.LOG2", .data = "two"}});
  WalkArchive(zip, {.max_companion_bytes = 5});
  EXPECT_EQ(asking_.answers["PC.zip!/SYSTEM"], (Answer{"one", kTooLarge}));
  asking_.answers.clear();
  WalkArchive(zip, {.max_companion_finds = 0});
  EXPECT_EQ(asking_.answers["PC.zip!/SYSTEM"], (Answer{kTooLarge, kTooLarge}));
  asking_.answers.clear();
  const std::string cabinet =
      MakeCabinet({MadeEntry{.name = "A", .data = Hive()}, MadeEntry{.name = "B", .data = Hive()},
                   MadeEntry{.name = "SYSTEM.LOG1", .data = "one"}},
                  CabinetMethod::kMsZip);
  WalkArchive(cabinet, {.max_companion_passes = 1});
  EXPECT_EQ(asking_.answers["PC.zip!/A"], (Answer{"one", kMissing}));
  EXPECT_EQ(asking_.answers["PC.zip!/B"], (Answer{kTooLarge, kTooLarge}));
}

TEST_F(CompanionsTest, SayWhyTheyCannotBeRead) {
  WalkArchive(MakeZip({MadeEntry{.name = "SYSTEM", .data = Hive()},
                       MadeEntry{.name = "SYSTEM.LOG1", .data = "secret", .flags = 1},  // encrypted
                       MadeEntry{.name = "SYSTEM.LOG2", .data = "two", .crc = 1}}));
  const std::string damaged = "error " + std::to_string(static_cast<int>(ErrorCode::kMalformed));
  EXPECT_EQ(asking_.answers["PC.zip!/SYSTEM"], (Answer{kDenied, damaged}));
}

TEST_F(CompanionsTest, DoNotDisturbALargeItem) {
  const std::string large = Hive() + std::string(5 << 20, 'h');
  WalkArchive(MakeZip({MadeEntry{.name = "SYSTEM", .data = large},
                       MadeEntry{.name = "SYSTEM.LOG1", .data = "one"}}));
  EXPECT_EQ(asking_.answers["PC.zip!/SYSTEM"], (Answer{"one", kMissing}));
  EXPECT_EQ(asking_.sizes["PC.zip!/SYSTEM"], large.size());
  WriteFile(folder_->path() + "/in/SYSTEM", large);
  WriteFile(folder_->path() + "/in/SYSTEM.LOG1", "one");
  Walk("in", InputKind::kFolder);
  EXPECT_EQ(asking_.answers["SYSTEM"], (Answer{"one", kMissing}));
  EXPECT_EQ(asking_.sizes["SYSTEM"], large.size());
}

}  // namespace
}  // namespace whfb::engine
