#include "scanner/engine/bundle_identity.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "scanner/engine/file_access.h"
#include "tests/engine_sources/made_archives.h"

namespace whfb::engine {
namespace {

using test::MakeZip;
using test::WriteFile;

constexpr std::string_view kId1 = "0a000000-4c1e-4f6b-8a2d-000000000001";
constexpr std::string_view kId2 = "0a000000-4c1e-4f6b-8a2d-000000000002";

std::string Rule() {
  return "+----------------------------------------------------------------------+\r\n";
}

// The first two sections of a run; no device id where the device is not joined.
std::string Status(std::string_view host, std::string_view device_id) {
  std::string text = Rule() + "| Device State                  |\r\n" + Rule() +
                     "\r\n             AzureAdJoined : YES\r\n          EnterpriseJoined : NO\r\n"
                     "              DomainJoined : NO\r\n               Device Name : " +
                     std::string(host) + "\r\n\r\n";
  if (!device_id.empty()) {
    text += Rule() + "| Device Details                |\r\n" + Rule() +
            "\r\n                  DeviceId : " + std::string(device_id) + "\r\n\r\n";
  }
  return text;
}

class BundleIdentityTest : public testing::Test {
 protected:
  void SetUp() override {
    Result<TemporaryFolder> made = TemporaryFolder::Make("whfb-identity-");
    ASSERT_TRUE(made.has_value());
    folder_ = std::make_unique<TemporaryFolder>(std::move(*made));
    root_ = folder_->path() + "/in";
  }

  void Put(const std::string& name, std::string_view content) {
    WriteFile(root_ + "/" + name, content);
  }

  // The files of each group, joined with '+'.
  std::vector<std::string> Groups(std::size_t jobs = 2) {
    Result<InputIndex> index = IndexInputs({root_}, {});
    EXPECT_TRUE(index.has_value());
    if (!index) {
      return {};
    }
    JoinSameDevices(*index, Limits{}, jobs);
    std::vector<std::string> groups;
    for (const BundleGroup& group : index->groups) {
      std::string files;
      for (const BundleInput& bundle : group.bundles) {
        files += (files.empty() ? "" : "+") + bundle.place.file();
      }
      groups.push_back(files);
    }
    return groups;
  }

  std::unique_ptr<TemporaryFolder> folder_;
  std::string root_;
};

using Names = std::vector<std::string>;

TEST_F(BundleIdentityTest, JoinsADiagnosticsZipAndTheExportsOfItsUserByDeviceId) {
  Put("DiagLogs-PC-1-20250201T000000Z.zip",
      MakeZip({{.name = "(12) Command windir_system32_Dsregcmd_exe_-status output.log",
                .data = Status("PC-1", kId1)}}));
  Put("ada/status.txt", Status("PC-1", kId1));
  Put("ada/my.reg", test::RegText());
  EXPECT_EQ(Groups(), (Names{"ada+DiagLogs-PC-1-20250201T000000Z.zip"}));
}

TEST_F(BundleIdentityTest, FindsTheRunByItsContentInTheNumberedLayout) {
  Put("a.zip", MakeZip({{.name = "11/output.log", .data = "Windows IP Configuration\r\n"},
                        {.name = "12/output.log", .data = Status("PC-1", kId1)}}));
  Put("b.zip", MakeZip({{.name = "31/output.log", .data = Status("PC-1", kId1)}}));
  EXPECT_EQ(Groups(), (Names{"a.zip+b.zip"}));
}

TEST_F(BundleIdentityTest, JoinsARenamedDevice) {
  Put("OLD.zip", MakeZip({{.name = "dsregcmd.txt", .data = Status("OLD", kId1)}}));
  Put("NEW.zip", MakeZip({{.name = "dsregcmd.txt", .data = Status("NEW", kId1)}}));
  EXPECT_EQ(Groups(), (Names{"NEW.zip+OLD.zip"}));
}

TEST_F(BundleIdentityTest, PartsBundlesThatAreCalledAlikeWhenTheIdsDiffer) {
  Put("x/PC-1.zip", MakeZip({{.name = "dsregcmd.txt", .data = Status("PC-1", kId1)}}));
  Put("y/PC-1.zip", MakeZip({{.name = "dsregcmd.txt", .data = Status("PC-1", kId2)}}));
  Put("z/PC-1.zip", MakeZip({{.name = "a.reg", .data = test::RegText()}}));
  EXPECT_EQ(Groups(), (Names{"x/PC-1.zip", "y/PC-1.zip", "z/PC-1.zip"}))
      << "nobody knows which of the two the third is of";
}

TEST_F(BundleIdentityTest, JoinsByComputerNameWhenNoIdStandsAgainstIt) {
  Put("PC-7.zip", MakeZip({{.name = "a.reg", .data = test::RegText()}}));
  Put("ticket 4711/dsregcmd.txt", Status("pc-7.corp.contoso.com", ""));
  EXPECT_EQ(Groups(), (Names{"PC-7.zip+ticket 4711"}));
}

TEST_F(BundleIdentityTest, BelievesTheComputerNameBeforeTheNameOfTheBundle) {
  Put("PC-1.zip", MakeZip({{.name = "dsregcmd.txt", .data = Status("PC-2", "")}}));
  Put("b/PC-1/dsregcmd.txt", Status("PC-1", ""));
  Put("c/PC-2/dsregcmd.txt", Status("PC-2", ""));
  EXPECT_EQ(Groups(), (Names{"PC-1.zip+c/PC-2", "b/PC-1"}));
}

TEST_F(BundleIdentityTest, KeepsDevicesThatTellNothingApart) {
  Put("a.zip", MakeZip({{.name = "a.reg", .data = test::RegText()}}));
  Put("b.zip", MakeZip({{.name = "dsregcmd.txt", .data = "nothing of the kind"}}));
  Put("c.zip", "PK broken");
  EXPECT_EQ(Groups(), (Names{"a.zip", "b.zip", "c.zip"}));
}

TEST_F(BundleIdentityTest, ARunThatNamesTwoDevicesTellsNothing) {
  Put("a.zip",
      MakeZip({{.name = "dsregcmd.txt", .data = Status("PC-1", kId1) + Status("PC-2", kId2)}}));
  Put("b.zip", MakeZip({{.name = "dsregcmd.txt", .data = Status("PC-2", kId2)}}));
  EXPECT_EQ(Groups(), (Names{"a.zip", "b.zip"}));
}

TEST_F(BundleIdentityTest, DoesNotDependOnTheNumberOfThreads) {
  for (int i = 0; i < 20; ++i) {
    const std::string id = "0a000000-4c1e-4f6b-8a2d-00000000001" + std::to_string(i % 5);
    Put("bundle-" + std::to_string(i) + ".zip",
        MakeZip({{.name = "dsregcmd.txt", .data = Status("PC", id)}}));
  }
  const Names one = Groups(1);
  EXPECT_EQ(one.size(), 5U);
  EXPECT_EQ(one, Groups(4));
}

}  // namespace
}  // namespace whfb::engine
