// A defect of ours costs one device, never the run. The defect is real: a collector, in a
// program whose catalogue lacks the facts that it writes, throws for every bundle.

#include <string_view>
#include <vector>

#include "rules/catalog.h"
#include "scanner/engine/guard.h"
#include "tests/scan/scan_run.h"

namespace whfb::scan_test {

namespace {

FactCatalog CatalogWithoutDelegation() {
  FactCatalog catalog;
  for (const collectors::CollectorSpec* const collector : collectors::AllCollectors()) {
    if (collector->name != "credential_delegation") {
      catalog.Add(collector->facts);
    }
    catalog.Add(collector->tables);
  }
  for (const collectors::DerivationSpec* const derivation : collectors::AllDerivations()) {
    catalog.Add(derivation->facts);
    catalog.Add(derivation->tables);
  }
  return catalog;
}

// A rule about the device that needs evidence.
constexpr std::string_view kRule = R"(<?xml version="1.0" encoding="UTF-8"?>
<rule id="test.joined" revision="1" subject="device" severity="critical">
  <title>The device is joined</title>
  <why>So that something is asked.</why>
  <source document="test" section="test"/>
  <require><is fact="device.entra_joined" value="true" when-absent="false"/></require>
  <explain on="pass">Joined.</explain>
  <explain on="fail">Not joined.</explain>
  <explain on="unknown">Joined or not: {device.entra_joined}.</explain>
  <fix>Join it.</fix>
  <collect>dsregcmd /status</collect>
  <cases>
    <case expect="pass"><fact id="device.entra_joined" value="true"/></case>
    <case expect="fail"><fact id="device.entra_joined" value="false"/></case>
    <case expect="unknown" because="not-collected"/>
  </cases>
</rule>
)";

TEST(Guarded, TurnsAnExceptionIntoAnError) {
  const Result<int> answer =
      engine::Guarded("file.evtx", []() -> Result<int> { throw std::length_error("too long"); });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kInternal);
  EXPECT_EQ(answer.error().ToString(), "file.evtx: internal failure: too long");
}

class InternalFailureTest : public ScanTest {};

TEST_F(InternalFailureTest, EndsAsAFailedBundleAndUnknownFindings) {
  const FactCatalog facts = CatalogWithoutDelegation();
  const std::vector<rules::RuleSource> sources = {{.name = "test.xml", .text = std::string(kRule)}};
  const Result<rules::RuleCatalog> catalog = rules::LoadCatalog(facts, sources);
  ASSERT_TRUE(catalog) << catalog.error().ToString();
  PutDevice(Healthy());
  const Results results = ScanWith(*catalog, facts);

  Expect(results, {.subject = DeviceOf(Healthy()),
                   .rule = "test.joined",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kInternal});
  EXPECT_EQ(results.ReadinessOf(DeviceOf(Healthy())), "undetermined");
  ASSERT_EQ(results.coverage.size(), 1U);
  EXPECT_EQ(results.coverage[0].status, CoverageStatus::kFailed);
  EXPECT_EQ(results.coverage[0].reason,
            "internal failure: no such fact here: device.credential_delegation.restricted");
}

}  // namespace

}  // namespace whfb::scan_test
