#include <gtest/gtest.h>

#include "tests/group_policy/policy_facts.h"

namespace whfb::test {

namespace {

struct DeviceNameTest : testing::Test {
  PolicyFacts bundle;

  void Read(std::string_view account, std::string_view domain) {
    const std::string half = std::string("<Name>")
                                 .append(account)
                                 .append("</Name><Domain>")
                                 .append(domain)
                                 .append("</Domain>");
    ASSERT_TRUE(bundle.reading.Read(readers::kGpresultReader, Rsop("ComputerResults", half)));
  }

  void Run() { bundle.Collect(collectors::kDeviceStateCollector); }
};

TEST_F(DeviceNameTest, AResultNamesTheComputerAndItsDomain) {
  Read("CONTOSO\\PC-0042$", "Contoso.com");
  Run();
  EXPECT_EQ(bundle.facts.Device().name, "PC-0042");
  EXPECT_EQ(bundle.Device("device.domain_dns_name").value.text, "contoso.com");
}

TEST_F(DeviceNameTest, ANameThatOnlyAResultTellsIsItselfToBeJudged) {
  Read("CONTOSO\\PC-0042$", "contoso.com");
  Run();
  EXPECT_FALSE(bundle.facts.Device().aliases.at(0).told);
  bundle.ReadName("PC-0042");
  Run();
  EXPECT_TRUE(bundle.facts.Device().aliases.at(0).told);
}

TEST_F(DeviceNameTest, ResultsOfOneNameInTwoDomainsNameNeither) {
  Read("CONTOSO\\PC-0042$", "contoso.com");
  Read("FABRIKAM\\PC-0042$", "");
  Run();
  EXPECT_EQ(bundle.facts.Device().name, "");
}

TEST_F(DeviceNameTest, AResultOfAnotherDnsDomainTellsNone) {
  bundle.ReadName("PC-0042");
  bundle.facts.Device().facts.Set("device.domain_dns_name",
                                  Cell::Text("corp.contoso.com", {.evidence = 1}));
  Read("CONTOSO\\PC-0042$", "fabrikam.com");
  Run();
  EXPECT_EQ(bundle.Device("device.domain_dns_name").value.text, "corp.contoso.com");
}

TEST_F(DeviceNameTest, AWordThatIsNoDnsNameIsNoDomain) {
  Read("WORKGROUP\\PC-0042$", "Lokal");
  Run();
  EXPECT_TRUE(bundle.Device("device.domain_dns_name").unknown());
}

TEST_F(DeviceNameTest, ResultsOfTwoComputersNameNeither) {
  Read("CONTOSO\\PC-0042$", "contoso.com");
  Read("CONTOSO\\PC-0043$", "contoso.com");
  bundle.facts.evidence.resize(2);
  Run();
  EXPECT_EQ(bundle.facts.Device().name, "");
  EXPECT_EQ(bundle.facts.evidence[1].remark,
            "made on the computer PC-0043, and nothing tells whether that is this one; not used");
}

TEST_F(DeviceNameTest, AResultOfAnotherComputerTellsNoDomain) {
  bundle.ReadName("PC-0042");
  Read("CONTOSO\\PC-0043$", "fabrikam.com");
  Run();
  EXPECT_EQ(bundle.facts.Device().name, "PC-0042");
  EXPECT_TRUE(bundle.Device("device.domain_dns_name").unknown());
}

TEST_F(DeviceNameTest, TheEventsOfAUserHalfNameTheComputer) {
  ASSERT_TRUE(bundle.reading.Read(
      readers::kGpresultReader,
      Rsop("UserResults",
           "<EventsDetails><SinglePassEventsDetails><EventRecord><EventXml>&lt;Computer&gt;"
           "PC-0042.contoso.com&lt;/Computer&gt;</EventXml></EventRecord>"
           "</SinglePassEventsDetails></EventsDetails>")));
  Run();
  EXPECT_EQ(bundle.facts.Device().name, "PC-0042");
}

}  // namespace

}  // namespace whfb::test
