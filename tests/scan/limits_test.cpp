// Evidence that names more, or longer, than any device has: told, bounded, and never "ready".

#include <algorithm>

#include "samples/contoso_exports.h"
#include "samples/contoso_files.h"
#include "tests/scan/scan_run.h"

namespace whfb::scan_test {

namespace {

using samples::Story;

constexpr std::size_t kTooMany = FactSpace::kMaxUsers + 200;

std::string Policy(const std::string& sid) {
  return "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Policies\\PassportForWork\\"
         "5f3a1c9e-0b42-4d7a-9c55-7e1b2a9d4c10\\" +
         sid + "\\Policies]\r\n\"UsePassportForWork\"=dword:00000001\r\n\r\n";
}

// MDM policies of that many users, as an export of the machine lists them; of `first` before all.
std::string ManyUsers(std::size_t count, const std::string& first = "") {
  std::string text = "Windows Registry Editor Version 5.00\r\n\r\n";
  text += first.empty() ? "" : Policy(first);
  for (std::size_t i = 0; i < count; ++i) {
    text += Policy("S-1-12-1-1-2-3-" + std::to_string(i));
  }
  return text;
}

class LimitsTest : public ScanTest {
 protected:
  static bool SaysWhatWasLeftOut(const Results& results) {
    return std::ranges::any_of(results.coverage, [](const CoverageRecord& record) {
      return record.status == CoverageStatus::kFailed &&
             record.reason.starts_with("names more users (limit 1000)");
    });
  }
};

TEST_F(LimitsTest, ADeviceWithMoreUsersThanAreKeptIsNeverReady) {
  const Story story = Healthy();
  PutDevice(story);
  Put("devices/PC-0001/many.reg", ManyUsers(kTooMany));
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
  EXPECT_TRUE(SaysWhatWasLeftOut(results));
}

// The user in scope is among those that the later bundle keeps, so that nothing is refused when
// the two are laid over each other: what that bundle itself refused has to come along.
TEST_F(LimitsTest, NorWhenALaterBundleNamesThem) {
  const Story story = Healthy();
  PutDevice(story);
  const std::string id = UserOf(story);
  PutFiles("devices/PC-0001-20261118T110000Z",
           {{"dsregcmd.txt", samples::StatusText(story, true)},
            {"many.reg", ManyUsers(kTooMany, id.substr(id.find('/') + 1))}});
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.totals.devices, 1U);
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
  EXPECT_TRUE(SaysWhatWasLeftOut(results));
}

TEST_F(LimitsTest, AFewUsersMoreChangeNothing) {
  const Story story = Healthy();
  PutDevice(story);
  Put("devices/PC-0001/some.reg", ManyUsers(20));
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "ready");
  EXPECT_FALSE(SaysWhatWasLeftOut(results));
}

TEST(SubjectNameTest, KeepsWhatCanBeAName) {
  EXPECT_EQ(SubjectName("PC-0042"), "PC-0042");
  EXPECT_EQ(SubjectName(std::string(256, 'x')), std::string(256, 'x'));
}

TEST(SubjectNameTest, ShortensWhatCannotAndKeepsTwoApart) {
  const std::string one = SubjectName(std::string(10'000, 'x') + "1");
  const std::string two = SubjectName(std::string(10'000, 'x') + "2");
  EXPECT_EQ(one.size(), 200U + 1 + 16);
  EXPECT_TRUE(one.starts_with(std::string(200, 'x') + "~"));
  EXPECT_NE(one, two);
}

TEST(SubjectNameTest, DoesNotCutACharacter) {
  std::string text(199, 'x');
  while (text.size() < 1'000) {
    text += "\xc3\xab";
  }
  EXPECT_EQ(SubjectName(text).substr(0, 200), std::string(199, 'x') + "~");
}

}  // namespace

}  // namespace whfb::scan_test
