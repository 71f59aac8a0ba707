// Hives in a bundle, up to the facts: what a replay changes, and what an outdated hive may not
// decide.

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "collectors/collector.h"
#include "samples/hive_writer.h"
#include "scanner/engine/bundle_facts.h"
#include "scanner/engine/file_access.h"
#include "scanner/engine/staleness.h"
#include "tests/hive/hive_files.h"

namespace whfb::test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFact = "device.uac.consent_prompt_admin";
constexpr Ticks kNow = 133'000'000'000'000'000;

samples::HiveSample Software(std::uint32_t consent) {
  samples::HiveSample sample;
  sample.root.At("Microsoft\\Windows NT\\CurrentVersion\\ProfileList");
  sample.root.At("Microsoft\\Windows\\CurrentVersion\\Policies\\System")
      .Number("ConsentPromptBehaviorAdmin", consent);
  return sample;
}

Bytes Hive(std::uint32_t consent) {
  return WriteHive(Software(consent));
}

Bytes DirtyHive(std::uint32_t consent) {
  Bytes hive = Hive(consent);
  samples::SetHiveSequence(hive, 9, 8);
  return hive;
}

const FactCatalog& Catalog() {
  static const FactCatalog catalog = collectors::MakeCatalog();
  return catalog;
}

class HiveScanTest : public testing::Test {
 protected:
  void SetUp() override {
    Result<engine::TemporaryFolder> made = engine::TemporaryFolder::Make("whfb-hive-");
    ASSERT_TRUE(made.has_value());
    folder_ = std::make_unique<engine::TemporaryFolder>(std::move(*made));
  }

  void Add(const std::string& name, std::span<const std::byte> bytes) {
    const fs::path path = fs::path(folder_->path()) / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }

  void AddReg(std::uint32_t consent) {
    const std::string text =
        "Windows Registry Editor Version 5.00\n\n"
        "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System]\n"
        "\"ConsentPromptBehaviorAdmin\"=dword:0000000" +
        std::to_string(consent) + "\n\n";
    Bytes wide = {std::byte{0xff}, std::byte{0xfe}};
    for (const std::byte octet : samples::HiveText(text)) {
      wide.push_back(octet);
    }
    Add("a.reg", wide);
  }

  // The fact after collecting and ageing.
  Cell Collect() {
    engine::EvidenceWalker walker;
    const collectors::Declared declared;
    const engine::BundleInput input{
        .place = {folder_->path(), "bundle"}, .kind = engine::InputKind::kFolder, .is_root = true};
    result_ =
        engine::CollectBundle({.input = input, .declared = declared, .now = kNow}, walker, facts_);
    engine::MarkStale(facts_, kNow, 30 * kTicksPerDay);
    return facts_.Device().facts.Get(kFact);
  }

  std::unique_ptr<engine::TemporaryFolder> folder_;
  FactSpace facts_{Catalog()};
  engine::BundleFacts result_{};
};

TEST_F(HiveScanTest, AHiveAnswersLikeAnExport) {
  Add("SOFTWARE", Hive(2));
  const Cell consent = Collect();
  ASSERT_TRUE(consent.present());
  EXPECT_EQ(consent.value.number, 2);
  // The hive was looked into, not walked: one key with a value, two without.
  ASSERT_EQ(result_.coverage.size(), 1U);
  EXPECT_EQ(result_.coverage[0].kind, "hive");
  EXPECT_EQ(result_.coverage[0].records, 4U);
}

TEST_F(HiveScanTest, AValueThatTheHiveDoesNotHoldIsAbsent) {
  Add("SOFTWARE", Hive(2));
  (void)Collect();
  EXPECT_TRUE(facts_.Device().facts.Get("device.uac.enable_lua").absent());
  EXPECT_TRUE(facts_.Device().facts.Get("device.whfb_policy.gpo.enabled").absent());
  EXPECT_TRUE(facts_.Device().facts.Get("device.mdm_enrolled").present());
}

TEST_F(HiveScanTest, ADirtyHiveDecidesNothing) {
  Add("SOFTWARE", DirtyHive(2));
  const Cell consent = Collect();
  ASSERT_TRUE(consent.unknown());
  EXPECT_EQ(consent.why, WhyUnknown::kStale);
  const Cell& absent = facts_.Device().facts.Get("device.uac.enable_lua");
  ASSERT_TRUE(absent.unknown());
  EXPECT_EQ(absent.why, WhyUnknown::kStale);
  EXPECT_TRUE(facts_.Device().facts.Get("device.mdm_enrolled").unknown());
  EXPECT_EQ(result_.coverage[0].status, CoverageStatus::kPartial);
}

TEST_F(HiveScanTest, ADirtyHiveWithItsLogsDecides) {
  const Bytes before = DirtyHive(2);
  const Bytes after = Hive(5);
  const std::array<samples::HiveLogEntry, 1> entries = {{{before, after, 8}}};
  Add("SOFTWARE", before);
  Add("SOFTWARE.LOG1", samples::WriteHiveLog(entries));
  Add("software.log2", {});
  const Cell consent = Collect();
  ASSERT_TRUE(consent.present()) << result_.coverage[0].reason;
  EXPECT_EQ(consent.value.number, 5);
}

TEST_F(HiveScanTest, ADirtyHiveYieldsToAnExport) {
  Add("SOFTWARE", DirtyHive(2));
  AddReg(5);
  const Cell consent = Collect();
  ASSERT_TRUE(consent.present());
  EXPECT_EQ(consent.value.number, 5);
}

TEST_F(HiveScanTest, OldCopiesYieldToTheHive) {
  Add("Windows.old/Windows/System32/config/SOFTWARE", Hive(1));
  Add("Windows/System32/config/RegBack/SOFTWARE", Hive(2));
  Add("Windows/System32/config/SOFTWARE", Hive(5));
  const Cell consent = Collect();
  ASSERT_TRUE(consent.present());
  EXPECT_EQ(consent.value.number, 5);
}

TEST_F(HiveScanTest, CleanSourcesThatDisagreeStayAConflict) {
  Add("SOFTWARE", Hive(2));
  AddReg(5);
  const Cell consent = Collect();
  ASSERT_TRUE(consent.unknown());
  EXPECT_EQ(consent.why, WhyUnknown::kConflicting);
}

TEST_F(HiveScanTest, ReadsALargeHiveFromItsFile) {
  samples::HiveSample sample = Software(2);
  for (int i = 0; i < 300; ++i) {
    sample.root.At("Bulk\\Key" + std::to_string(i)).Bytes("Value", Bytes(20'000, std::byte{1}));
  }
  const Bytes hive = WriteHive(sample);
  ASSERT_GT(hive.size(), engine::kWholeItemBytes);
  Add("SOFTWARE", hive);
  const Cell consent = Collect();
  ASSERT_TRUE(consent.present());
  EXPECT_EQ(consent.value.number, 2);
}

TEST(OutdatedAnswerTest, YieldsInEveryOrder) {
  const Cell old = Cell::Int(1, {.evidence = 1, .outdated = true});
  const Cell older = Cell::Int(2, {.evidence = 2, .outdated = true});
  const Cell current = Cell::Int(3, {.evidence = 3});
  std::array<const Cell*, 3> order = {&old, &older, &current};
  std::ranges::sort(order);
  do {
    Cell merged;
    for (const Cell* const cell : order) {
      merged = MergeWithinBundle(merged, *cell, ValueType::kInt);
    }
    ASSERT_TRUE(merged.present());
    EXPECT_EQ(merged.value.number, 3);
  } while (std::ranges::next_permutation(order).found);
}

}  // namespace
}  // namespace whfb::test
