#include "scanner/engine/no_results.h"

#include <gtest/gtest.h>

namespace whfb::engine {
namespace {

TEST(NoResults, GivesCollectorPathAndCode) {
  const auto found = ParseNoResults(
      "PC.zip!/(3) No Results - Error [0x80070002] RegistryKey HKLM_SOFTWARE_Policies");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->collector, "RegistryKey");
  EXPECT_EQ(found->path, "HKLM_SOFTWARE_Policies");
  EXPECT_EQ(found->hresult, 0x80070002U);
}

TEST(NoResults, KeepsBlanksAndSeparatorsOfThePath) {
  const auto found = ParseNoResults("(71) No Results - Error [0x80070005] FoldersFiles a b/c.log");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->path, "a b/c.log");
}

TEST(NoResults, IsNotFoundInOrdinaryNames) {
  EXPECT_FALSE(ParseNoResults("(3) RegistryKey HKLM export.reg").has_value());
  EXPECT_FALSE(ParseNoResults("No Results - Error [0x80070002] Command x").has_value());
  EXPECT_FALSE(ParseNoResults("(3) No Results - Error [0xZZ] Command x").has_value());
  EXPECT_FALSE(ParseNoResults("(3) No Results - Error [0x80070002").has_value());
  EXPECT_FALSE(ParseNoResults("").has_value());
}

TEST(NoResults, AccessDeniedIsDeniedAndAnythingElseNotCollected) {
  EXPECT_EQ(WhyNoResults(0x80070005), WhyUnknown::kDenied);
  EXPECT_EQ(WhyNoResults(0x80070002), WhyUnknown::kNotCollected);
}

TEST(DiagnosticsItem, IsKnownByNumberAndCollector) {
  EXPECT_TRUE(IsDiagnosticsItem("(12) Command windir_system32_dsregcmd_exe__status output.log"));
  EXPECT_TRUE(IsDiagnosticsItem("(74) FoldersFiles temp_mdmlogs_cab/mdmlogs.cab"));
  EXPECT_FALSE(IsDiagnosticsItem("Command output.log"));
  EXPECT_FALSE(IsDiagnosticsItem("(a) Command output.log"));
}

}  // namespace
}  // namespace whfb::engine
