#include "scanner/engine/grouping.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "scanner/engine/file_access.h"
#include "tests/engine_sources/made_archives.h"

namespace whfb::engine {
namespace {

namespace fs = std::filesystem;
using test::RegText;
using test::WriteFile;

constexpr std::string_view kPem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

class Grouping : public testing::Test {
 protected:
  void SetUp() override {
    Result<TemporaryFolder> made = TemporaryFolder::Make("whfb-group-");
    ASSERT_TRUE(made.has_value());
    folder_ = std::make_unique<TemporaryFolder>(std::move(*made));
    root_ = folder_->path() + "/in";
  }

  InputIndex Index(const std::vector<std::string>& environment = {}) {
    Result<InputIndex> index = IndexInputs({root_}, environment);
    EXPECT_TRUE(index.has_value());
    return index ? std::move(*index) : InputIndex{};
  }

  void Put(const std::string& name, std::string_view content) {
    WriteFile(root_ + "/" + name, content);
  }

  std::unique_ptr<TemporaryFolder> folder_;
  std::string root_;
};

TEST(BundleNameTest, GivesDeviceAndTimeOfIntuneDiagnostics) {
  const BundleName name = ParseBundleName("DiagLogs-PC-0042-20250131T101500Z.zip");
  EXPECT_EQ(name.device, "PC-0042");
  EXPECT_TRUE(name.diagnostics);
  EXPECT_EQ(FormatTime(name.collected), "2025-01-31T10:15:00Z");
}

TEST(BundleNameTest, LeavesOtherNamesAlone) {
  EXPECT_EQ(ParseBundleName("PC-0042.zip").device, "PC-0042");
  EXPECT_EQ(ParseBundleName("PC.contoso.com").device, "PC.contoso.com");
  EXPECT_EQ(ParseBundleName("PC-1_20251399T101500Z.cab").device, "PC-1_20251399T101500Z");
  EXPECT_EQ(ParseBundleName("20250131T101500Z-PC-1.tar.gz").device, "PC-1");
  EXPECT_EQ(ParseBundleName(".zip").device, "");
}

TEST_F(Grouping, WhereTheInputLiesSaysNothing) {
  root_ = folder_->path() + "/Microsoft/Ngc/case";
  Put("PC-1/policies.reg", RegText());
  Put("environment/ca.pem", kPem);
  Put("C/Windows/ServiceProfiles/LocalService/AppData/Local/Microsoft/Ngc/{1}/Protectors/{2}/"
      "15.dat",
      kPem);
  const InputIndex index = Index();
  ASSERT_EQ(index.groups.size(), 1U);
  EXPECT_EQ(index.groups[0].key, "pc-1");
  ASSERT_EQ(index.environment.size(), 1U);
  EXPECT_EQ(index.environment[0].place.file(), "environment/ca.pem");
  ASSERT_EQ(index.ignored.size(), 1U);
  EXPECT_EQ(index.ignored[0].kind, "not-used");
}

TEST_F(Grouping, ArchivesAreBundlesAndAreJoinedByName) {
  Put("DiagLogs-PC-2-20250201T000000Z.zip", "x");
  Put("DiagLogs-PC-2-20250101T000000Z.zip", "x");
  Put("site/PC-1.cab", "x");
  const InputIndex index = Index();
  ASSERT_EQ(index.groups.size(), 2U);
  EXPECT_EQ(index.groups[0].key, "pc-2");
  ASSERT_EQ(index.groups[0].bundles.size(), 2U);
  EXPECT_EQ(index.groups[0].bundles[0].place.file(), "DiagLogs-PC-2-20250101T000000Z.zip");
  EXPECT_EQ(index.groups[0].bundles[1].place.file(), "DiagLogs-PC-2-20250201T000000Z.zip");
  EXPECT_EQ(index.groups[1].bundles[0].place.file(), "site/PC-1.cab");
}

TEST_F(Grouping, AFolderWithDeviceEvidenceIsOneBundleWithItsArchives) {
  Put("PC-1/x.reg", RegText());
  Put("PC-1/sub/y.reg", RegText());
  Put("PC-1/inner.zip", "x");
  const InputIndex index = Index();
  ASSERT_EQ(index.groups.size(), 1U);
  EXPECT_EQ(index.groups[0].bundles[0].place.file(), "PC-1");
  EXPECT_EQ(index.groups[0].bundles[0].kind, InputKind::kFolder);
  EXPECT_EQ(index.groups[0].bundles[0].name_hint, "PC-1");
  EXPECT_FALSE(index.groups[0].bundles[0].is_root);
}

TEST_F(Grouping, TheRootItselfMayBeTheBundle) {
  Put("x.reg", RegText());
  const InputIndex index = Index();
  ASSERT_EQ(index.groups.size(), 1U);
  EXPECT_TRUE(index.groups[0].bundles[0].is_root);
  EXPECT_EQ(index.groups[0].bundles[0].place.file(), "in");
}

TEST_F(Grouping, AFolderOfDiagnosticsStaysAFolderOfBundlesBesideLooseEvidence) {
  Put("DiagLogs-A-20250101T000000Z.zip", "x");
  Put("DiagLogs-B-20250101T000000Z.zip", "x");
  Put("stray.reg", RegText());
  const InputIndex index = Index();
  ASSERT_EQ(index.groups.size(), 3U);
  EXPECT_EQ(index.groups[2].bundles[0].place.file(), "stray.reg");
  EXPECT_EQ(index.groups[2].key, "");
}

TEST_F(Grouping, TheShapeOfADriveMakesABundle) {
  for (const std::string prefix : {"PC-1/", "PC-2/C/", "PC-3/uploads/auto/C%3A/"}) {
    Put(prefix + "Windows/System32/winevt/Logs/System.evtx", "x");
  }
  Put("PC-4/Windows/readme", "x");
  const InputIndex index = Index();
  ASSERT_EQ(index.groups.size(), 3U);
  EXPECT_EQ(index.groups[0].bundles[0].place.file(), "PC-1");
  EXPECT_EQ(index.groups[1].bundles[0].place.file(), "PC-2");
  EXPECT_EQ(index.groups[2].bundles[0].place.file(), "PC-3");
  ASSERT_EQ(index.ignored.size(), 1U);
  EXPECT_EQ(index.ignored[0].file, "PC-4/Windows/readme");
}

TEST_F(Grouping, FoldersNamedForTheirContentTakeTheNameOfTheFolderAbove) {
  Put("PC-1/logs/x.reg", RegText());
  Put("PC-1/registry/y.reg", RegText());
  const InputIndex index = Index();
  ASSERT_EQ(index.groups.size(), 1U);
  EXPECT_EQ(index.groups[0].key, "pc-1");
  EXPECT_EQ(index.groups[0].bundles.size(), 2U);
}

TEST_F(Grouping, WhatNobodyReadsIsIgnoredWithAReason) {
  Put("readme.txt", "hello");
  Put("x.bin", "hello");
  Put("PC-1/x.reg", RegText());
  fs::create_directory_symlink(root_, root_ + "/loop");
  const InputIndex index = Index();
  ASSERT_EQ(index.ignored.size(), 3U);
  EXPECT_EQ(index.ignored[0].file, "loop");
  EXPECT_EQ(index.ignored[0].reason, "symbolic link");
  EXPECT_EQ(index.ignored[1].file, "readme.txt");
  EXPECT_EQ(index.ignored[1].kind, "not-used");
  EXPECT_EQ(index.ignored[1].reason, "notes for people: no evidence");
  EXPECT_EQ(index.ignored[2].file, "x.bin");
  EXPECT_EQ(index.ignored[2].kind, "unrecognised");
  EXPECT_EQ(index.ignored[2].reason, "no reader knows this format");
  EXPECT_EQ(index.groups.size(), 1U);
}

TEST_F(Grouping, CertificatesWithoutADeviceAreEnvironment) {
  Put("pki/root.pem", kPem);
  Put("PC-1/x.reg", RegText());
  Put("PC-1/mine.pem", kPem);
  const InputIndex index = Index();
  if (index.environment.empty() && !index.ignored.empty()) {
    GTEST_SKIP() << "no reader for PEM in this build";
  }
  ASSERT_EQ(index.environment.size(), 1U);
  EXPECT_EQ(index.environment[0].place.file(), "pki/root.pem");
  ASSERT_EQ(index.groups.size(), 1U);
  EXPECT_TRUE(index.groups[0].bundles[0].set_aside.empty());
}

TEST_F(Grouping, AnArchiveOfTheDirectoryIsNoDevice) {
  Put("20240101120000_BloodHound.zip", "x");
  Put("PC-1.zip", "x");
  const InputIndex index = Index();
  ASSERT_EQ(index.groups.size(), 1U);
  EXPECT_EQ(index.groups[0].key, "pc-1");
  ASSERT_EQ(index.environment.size(), 1U);
  EXPECT_EQ(index.environment[0].place.file(), "20240101120000_BloodHound.zip");
  EXPECT_EQ(index.environment[0].kind, InputKind::kArchive);
}

TEST_F(Grouping, WhatIsNamedEnvironmentIsNotWalkedAgain) {
  Put("env/x.reg", RegText());
  Put("PC-1/x.reg", RegText());
  const InputIndex index = Index({root_ + "/env"});
  ASSERT_EQ(index.groups.size(), 1U);
  EXPECT_EQ(index.groups[0].bundles[0].place.file(), "PC-1");
  ASSERT_EQ(index.environment.size(), 1U);
  EXPECT_EQ(index.environment[0].place.file(), "env");
  EXPECT_EQ(index.environment[0].kind, InputKind::kFolder);
}

TEST_F(Grouping, AMissingPathIsAnError) {
  Result<InputIndex> index = IndexInputs({root_ + "/no"}, {});
  ASSERT_FALSE(index.has_value());
  EXPECT_EQ(index.error().ToString(), root_ + "/no: no such file or folder");
}

TEST_F(Grouping, SeveralRootsKeepEqualNamesApart) {
  WriteFile(folder_->path() + "/a/PC-1.zip", "x");
  WriteFile(folder_->path() + "/b/PC-1.zip", "x");
  Result<InputIndex> index = IndexInputs({folder_->path() + "/b", folder_->path() + "/a"}, {});
  ASSERT_TRUE(index.has_value());
  ASSERT_EQ(index->groups.size(), 1U);
  EXPECT_EQ(index->groups[0].bundles[0].place.file(), "a/PC-1.zip");
  EXPECT_EQ(index->groups[0].bundles[1].place.file(), "b/PC-1.zip");
}

}  // namespace
}  // namespace whfb::engine
