// The hives and logs among the golden inputs are what the writer of the samples makes of this.

#include <array>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "samples/hive_writer.h"
#include "tests/golden/golden_case.h"

namespace whfb::golden {

namespace {

using Bytes = std::vector<std::byte>;
using samples::HiveListStyle;
using samples::HiveSample;

constexpr Ticks kWritten = 134'154'144'000'000'000;  // 2026-02-13T00:00:00Z

HiveSample Software() {
  HiveSample sample;
  sample.lists = HiveListStyle::kHint;
  sample.last_written = kWritten;
  sample.root.At("Microsoft\\Windows NT\\CurrentVersion\\ProfileList");
  sample.root.At("Microsoft\\Windows NT\\CurrentVersion")
      .Text("CurrentBuildNumber", "19045")
      .last_written = kWritten;
  sample.root.At("Microsoft\\Provisioning\\Diagnostics\\SCEP\\one").Number("Error", 0x80070005);
  sample.root.At("Policies\\Microsoft\\PassportForWork").Number("Enabled", 1);
  sample.root.At("Policies\\Microsoft\\PassportForWork\\Gr\xc3\xb6\xc3\x9f\x65").Number("", 2);
  return sample;
}

// ControlSet002 is current; index roots over lists of two.
HiveSample System() {
  HiveSample sample;
  sample.most_in_list = 2;
  sample.root.At("Select").Number("Current", 2);
  sample.root.At("ControlSet001\\Services\\Kdc").Number("StrongCertificateBindingEnforcement", 0);
  sample.root.At("ControlSet002\\Services\\Kdc").Number("StrongCertificateBindingEnforcement", 2);
  sample.root.At("ControlSet002\\Control\\Lsa").Number("\xe2\x82\xac", 3).Text("Text", "a text");
  for (const std::string_view service : {"A", "B", "C", "\xd0\x9a"}) {
    sample.root.At("ControlSet002\\Services").At(service);
  }
  return sample;
}

HiveSample User() {
  HiveSample sample;
  sample.lists = HiveListStyle::kIndex;
  sample.minor = 3;
  sample.user_sid = "S-1-5-21-1-2-3-1104";
  sample.file_name = "\\??\\C:\\Users\\alice\\ntuser.dat";
  sample.root.At("Environment");
  sample.root.At("Software\\Microsoft\\SystemCertificates\\My")
      .Bytes("Blob", Bytes(9, std::byte{7}));
  return sample;
}

// Data in pieces; everything else as small as it can be.
HiveSample Large() {
  HiveSample sample;
  sample.root.At("Microsoft\\Windows NT\\CurrentVersion\\ProfileList");
  sample.root.At("Policies\\Microsoft\\SystemCertificates").Bytes("Blob", Bytes(16'400));
  return sample;
}

HiveSample Security() {
  HiveSample sample;
  sample.root.At("Policy\\Secrets\\DPAPI_SYSTEM\\CurrVal").Text("", "a secret");
  sample.root.At("RXACT");
  return sample;
}

testing::AssertionResult IsInput(std::string_view name, const Bytes& bytes) {
  const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto folder = std::filesystem::path(WHFB_SOURCE_DIR) / "tests" / "golden";
  return Matches(text, folder / name, Difference::kBytes);
}

}  // namespace

TEST(GoldenHivesTest, AreWhatTheWriterMakes) {
  EXPECT_TRUE(IsInput("hive/software.in.hiv", WriteHive(Software())));
  EXPECT_TRUE(IsInput("hive/system.in.hiv", WriteHive(System())));
  EXPECT_TRUE(IsInput("hive/ntuser.in.dat", WriteHive(User())));
  EXPECT_TRUE(IsInput("hive/large_value.in.hiv", WriteHive(Large())));
  EXPECT_TRUE(IsInput("hive/security.in.hiv", WriteHive(Security())));
}

TEST(GoldenHivesTest, DirtyOnesAndLogsAreWhatTheWriterMakes) {
  const Bytes before = WriteHive(Software());
  HiveSample changed = Software();
  changed.root.At("Policies\\Microsoft\\PassportForWork").Number("RequireSecurityDevice", 1);
  const Bytes after = WriteHive(changed);
  Bytes dirty = before;
  samples::SetHiveSequence(dirty, 9, 8);
  const std::array<samples::HiveLogEntry, 2> entries = {{{before, after, 8}, {after, before, 9}}};

  EXPECT_TRUE(IsInput("hive/dirty_without_logs.in.hiv", dirty));
  EXPECT_TRUE(IsInput("hive-log/entries.in.log1", samples::WriteHiveLog(entries)));
  EXPECT_TRUE(IsInput("hive-log/vector.in.log", samples::WriteOldHiveLog(before, after)));
}

}  // namespace whfb::golden
