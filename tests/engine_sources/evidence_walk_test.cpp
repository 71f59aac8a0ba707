#include "scanner/engine/evidence_walk.h"

#include <filesystem>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "scanner/engine/file_access.h"
#include "tests/engine_sources/made_archives.h"

namespace whfb::engine {
namespace {

namespace fs = std::filesystem;
using test::CabinetMethod;
using test::MadeEntry;
using test::MakeCabinet;
using test::MakeZip;
using test::RegText;
using test::WriteFile;

struct Seen {
  CoverageStatus status = CoverageStatus::kRead;
  std::string kind{};
  std::string reason{};
  std::string bytes{};
  std::uint32_t crc32 = 0;
  std::uint32_t hresult = 0;
  WhyUnknown why = WhyUnknown::kNotCollected;
};

class Recorder final : public ItemVisitor {
 public:
  void Begin(const BundleContents& said) override { contents = said; }

  void Visit(const WalkItem& item) override {
    const bool fresh =
        seen.emplace(
                std::string(item.path),
                Seen{.status = item.status,
                     .kind = std::string(item.kind),
                     .reason = std::string(item.reason),
                     .bytes = {reinterpret_cast<const char*>(item.bytes.data()), item.bytes.size()},
                     .crc32 = item.crc32,
                     .hresult = item.no_results == nullptr ? 0 : item.no_results->hresult,
                     .why = item.why})
            .second;
    EXPECT_TRUE(fresh) << item.path;
  }

  BundleContents contents{};
  std::map<std::string, Seen> seen{};
};

class EvidenceWalk : public testing::Test {
 protected:
  void SetUp() override {
    Result<TemporaryFolder> made = TemporaryFolder::Make("whfb-walk-");
    ASSERT_TRUE(made.has_value());
    folder_ = std::make_unique<TemporaryFolder>(std::move(*made));
  }

  // Walks an archive of these bytes.
  WalkSummary WalkBytes(const std::string& bytes, const Limits& limits = {}) {
    WriteFile(folder_->path() + "/PC.zip", bytes);
    EvidenceWalker walker(limits);
    Result<WalkSummary> summary = walker.Walk(
        {.place = {folder_->path() + "/PC.zip", "PC.zip"}, .kind = InputKind::kArchive}, recorder_);
    EXPECT_TRUE(summary.has_value());
    return summary ? *summary : WalkSummary{};
  }

  const Seen& At(const std::string& path) {
    static const Seen kNothing{.kind = "not visited"};
    const auto found = recorder_.seen.find(path);
    return found == recorder_.seen.end() ? kNothing : found->second;
  }

  std::unique_ptr<TemporaryFolder> folder_;
  Recorder recorder_;
};

TEST_F(EvidenceWalk, VisitsEveryFileOfAnArchive) {
  const std::string zip =
      MakeZip({{.name = "x.reg", .data = RegText()},
               {.name = "junk.bin", .data = "?"},
               {.name = "empty", .method = 0},
               {.name = "secret", .data = "s", .flags = 1},
               {.name = "(2) No Results - Error [0x80070005] RegistryKey HKLM_X", .method = 0}});
  const WalkSummary summary = WalkBytes(zip);
  EXPECT_EQ(summary.items, 6U);
  EXPECT_EQ(summary.size, zip.size());
  EXPECT_EQ(summary.sha256.size(), 64U);
  EXPECT_EQ(At("PC.zip!/x.reg").kind, "reg-text");
  EXPECT_EQ(At("PC.zip!/x.reg").status, CoverageStatus::kRead);
  EXPECT_EQ(At("PC.zip!/x.reg").bytes, RegText());
  EXPECT_EQ(At("PC.zip!/junk.bin").status, CoverageStatus::kIgnored);
  EXPECT_EQ(At("PC.zip!/empty").reason, "empty");
  EXPECT_EQ(At("PC.zip!/secret").reason, "encrypted");
  EXPECT_EQ(At("PC.zip!/secret").status, CoverageStatus::kFailed);
  const Seen& nothing = At("PC.zip!/(2) No Results - Error [0x80070005] RegistryKey HKLM_X");
  EXPECT_EQ(nothing.kind, "no-results");
  EXPECT_EQ(nothing.hresult, 0x80070005U);
  EXPECT_EQ(nothing.why, WhyUnknown::kDenied);
  EXPECT_EQ(At("PC.zip").kind, "container");
  EXPECT_EQ(recorder_.contents.account, readers::Account::kSystem);
}

TEST_F(EvidenceWalk, TakesTheArchiveTimeWhenTheNameSaysNone) {
  WalkBytes(MakeZip({{.name = "x.reg", .data = RegText()}}));
  EXPECT_FALSE(recorder_.contents.collected_from_name);
  EXPECT_EQ(FormatTime(recorder_.contents.collected.latest - kZoneUncertainty),
            "2025-01-01T10:00:00Z");
  EXPECT_EQ(recorder_.contents.account, readers::Account::kUnknown);
}

TEST_F(EvidenceWalk, OpensContainersInsideContainers) {
  const std::string cab =
      MakeCabinet({{.name = "x.reg", .data = RegText()}, {.name = "x.reg", .data = RegText()}},
                  CabinetMethod::kLzx);
  const std::string inner = MakeZip({{.name = "logs.cab", .data = cab}});
  WalkBytes(MakeZip({{.name = "inner.zip", .data = inner}}));
  EXPECT_EQ(At("PC.zip!/inner.zip!/logs.cab!/x.reg").bytes, RegText());
  EXPECT_EQ(At("PC.zip!/inner.zip!/logs.cab!/x.reg~2").bytes, RegText());
  EXPECT_EQ(At("PC.zip!/inner.zip!/logs.cab").kind, "container");
  EXPECT_EQ(At("PC.zip!/inner.zip").kind, "container");
}

TEST_F(EvidenceWalk, StopsAtTheLimitOfDepth) {
  std::string zip = MakeZip({{.name = "x.reg", .data = RegText()}});
  for (int i = 0; i < 3; ++i) {
    zip = MakeZip({{.name = "n.zip", .data = zip}});
  }
  WalkBytes(zip, {.max_depth = 2});
  EXPECT_EQ(At("PC.zip!/n.zip!/n.zip").reason, "containers are nested deeper than the limit");
  EXPECT_EQ(At("PC.zip!/n.zip!/n.zip").why, WhyUnknown::kTooLarge);
}

TEST_F(EvidenceWalk, CountsNestedFilesAgainstOneLimit) {
  std::vector<MadeEntry> files;
  for (int i = 0; i < 50; ++i) {
    files.push_back({.name = "f" + std::to_string(i), .data = "x"});
  }
  const std::string inner = MakeZip(files);
  WalkBytes(MakeZip({{.name = "a.zip", .data = inner}, {.name = "b.zip", .data = inner}}),
            {.max_files = 60});
  EXPECT_LE(recorder_.seen.size(), 64U);
  EXPECT_TRUE(std::ranges::any_of(recorder_.seen, [](const auto& item) {
    return item.second.reason == "more files than the limit; the rest is not read";
  }));
}

TEST_F(EvidenceWalk, BoundsWhatANestedContainerInflatesTo) {
  const std::string cab =
      MakeCabinet({{.name = "big", .data = std::string(200'000, '\0')}}, CabinetMethod::kMsZip);
  WalkBytes(MakeZip({{.name = "x.cab", .data = cab}}),
            {.max_ratio = 10, .ratio_free_bytes = 10'000});
  EXPECT_EQ(At("PC.zip!/x.cab!/big").reason, "larger than the limit when inflated");
}

TEST_F(EvidenceWalk, GivesLargeTextsWholeAndTheSameThroughEachContainer) {
  std::string large = RegText();
  while (large.size() <= kWholeItemBytes) {
    large += "\"" + std::to_string(large.size()) + "\"=dword:00000001\r\n";
  }
  const std::string cab =
      MakeCabinet({{.name = "large.reg", .data = large}}, CabinetMethod::kMsZip);
  WalkBytes(MakeZip({{.name = "large.reg", .data = large},
                     {.name = "x.cab", .data = cab},
                     {.name = "y.zip",
                      .data = MakeZip({{.name = "large.reg", .data = large, .method = 0}}),
                      .method = 0}}));
  EXPECT_TRUE(At("PC.zip!/large.reg").bytes == large);
  EXPECT_TRUE(At("PC.zip!/x.cab!/large.reg").bytes == large);
  EXPECT_TRUE(At("PC.zip!/y.zip!/large.reg").bytes == large);
}

TEST_F(EvidenceWalk, ReportsATruncatedArchiveAndReadsWhatIsThere) {
  const std::string whole =
      MakeZip({{.name = "a.reg", .data = RegText()}, {.name = "b.reg", .data = RegText()}});
  const WalkSummary summary = WalkBytes(whole.substr(0, whole.rfind("PK\x03\x04") + 40));
  EXPECT_TRUE(summary.truncated);
  EXPECT_EQ(At("PC.zip!/a.reg").bytes, RegText());
  EXPECT_EQ(At("PC.zip!/b.reg").why, WhyUnknown::kTruncated);
  EXPECT_EQ(At("PC.zip").status, CoverageStatus::kPartial);
  EXPECT_EQ(At("PC.zip").why, WhyUnknown::kTruncated);
}

TEST_F(EvidenceWalk, WalksAFolderWithLinksAndArchives) {
  const std::string root = folder_->path() + "/PC-1";
  WriteFile(root + "/sub/x.reg", RegText());
  WriteFile(root + "/in.zip", MakeZip({{.name = "y.reg", .data = RegText()}}));
  WriteFile(root + "/aside.ldif", "dn: x");
  fs::create_directory_symlink(root, root + "/loop");
  EvidenceWalker walker;
  Result<WalkSummary> summary = walker.Walk(
      {.place = {root, "PC-1"}, .kind = InputKind::kFolder, .set_aside = {"aside.ldif"}},
      recorder_);
  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->sha256, "");
  EXPECT_EQ(At("PC-1/sub/x.reg").bytes, RegText());
  EXPECT_NE(At("PC-1/sub/x.reg").crc32, 0U);
  EXPECT_EQ(At("PC-1/in.zip!/y.reg").bytes, RegText());
  EXPECT_EQ(At("PC-1/loop").status, CoverageStatus::kIgnored);
  EXPECT_EQ(At("PC-1/loop").reason, "symbolic link");
  EXPECT_EQ(At("PC-1/aside.ldif").kind, "not visited");
}

TEST_F(EvidenceWalk, TakesALooseFileAsItIs) {
  WriteFile(folder_->path() + "/x.reg", RegText());
  EvidenceWalker walker;
  ASSERT_TRUE(walker.Walk({.place = {folder_->path() + "/x.reg", "x.reg"}}, recorder_).has_value());
  EXPECT_EQ(At("x.reg").bytes, RegText());
  EXPECT_EQ(recorder_.seen.size(), 1U);
}

TEST_F(EvidenceWalk, AMissingBundleIsAnError) {
  EvidenceWalker walker;
  EXPECT_FALSE(
      walker.Walk({.place = {folder_->path() + "/no.zip", "no.zip"}}, recorder_).has_value());
}

}  // namespace
}  // namespace whfb::engine
