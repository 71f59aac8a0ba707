// Domain controllers that `certutil -dcinfo` names in short, and what its broken sections hide.

#include <ctime>
#include <utility>

#include <gtest/gtest.h>

#include "forest.h"

namespace whfb::collectors {

namespace {

// Certificates that `certutil -dcinfo` shows of DC1, each in a capture of a domain of its own.
struct ShownByDcinfo : Forest {
  std::uint32_t Show(const Plan& plan, const char* path) {
    const auto leaf =
        tests::Issue(RecipeOf(plan), tests::SharedKey(), root.certificate.get(), root.key.get());
    const std::uint32_t file = AddFile(path);
    environment_records.Add(CertificateRecord{.fields = Fields(leaf.get(), environment),
                                              .computer = "DC1",
                                              .source = {.evidence = file}});
    return file;
  }

  // One that names nothing, for which the rest of the capture speaks.
  void ShowNameless(std::uint32_t file) {
    CertificateRecord record{.computer = "DC1", .source = {.evidence = file}};
    record.fields.sha1 = readers::Known<std::string_view>::Present("aa01");
    environment_records.Add(record);
  }

  void EndSection(std::uint32_t file, bool complete, WhyUnknown why = WhyUnknown::kTruncated) {
    environment_records.Add(readers::KdcSection{
        .computer = "DC1", .complete = complete, .why = why, .source = {.evidence = file}});
  }

  [[nodiscard]] std::size_t RowsOf(std::string_view host) const {
    const Subject* const controller = Controller(host);
    return controller == nullptr ? 0 : controller->facts.TableOf("dc.certificate").size();
  }
};

TEST(DomainController, OnlyAWholeSectionShowsThatNothingElseIsInUse) {
  for (const auto& [complete, why] :
       {std::pair(true, WhyUnknown::kTruncated), std::pair(false, WhyUnknown::kTruncated),
        std::pair(false, WhyUnknown::kMalformed), std::pair(false, WhyUnknown::kDenied)}) {
    ShownByDcinfo forest;
    const Plan expired = {.dns = {"dc1.lab.com", "lab.com"}, .to = kNow - 50};
    forest.EndSection(forest.Show(expired, "dcinfo.txt"), complete, why);
    forest.Scan();
    const SubjectFacts& facts = forest.Controller("dc1.lab.com")->facts;
    const Cell& exists = facts.Get("dc.kdc_certificate.exists");
    EXPECT_EQ(exists.present(), complete);
    EXPECT_TRUE(complete || exists.why == why);
  }
}

TEST(DomainController, ASectionThatLostItsOnlyCertificateLeavesAFileOpen) {
  for (const bool complete : {true, false}) {
    ShownByDcinfo forest;
    forest.AddController({.dns = {"dc1.lab.com", "lab.com"}, .to = kNow - 50},
                         forest.AddFile("dc1.cer"));
    forest.environment_records.Edit<CertificateRecord>().back().store = {};
    forest.EndSection(forest.AddFile("dcinfo.txt"), complete, WhyUnknown::kMalformed);
    forest.Scan();
    EXPECT_EQ(forest.Controller("dc1.lab.com")->facts.Get("dc.kdc_certificate.exists").present(),
              complete);
  }
}

TEST(DomainController, OneShortNameInTwoDomainsIsTwo) {
  ShownByDcinfo forest;
  forest.Declare("forest/domain-controllers/domain-controller@name", "dc1.a.lab.com");
  forest.Show({.dns = {"dc1.a.lab.com", "a.lab.com"}}, "a.txt");
  forest.ShowNameless(forest.Show({.dns = {"dc1.b.lab.com", "b.lab.com"}}, "b.txt"));
  const std::uint32_t other = forest.AddFile("c.txt");
  forest.ShowNameless(other);
  forest.Scan();
  EXPECT_EQ(forest.Controllers(), 2U);
  EXPECT_EQ(forest.RowsOf("dc1.a.lab.com"), 1U);
  EXPECT_EQ(forest.RowsOf("dc1.b.lab.com"), 2U);
  EXPECT_EQ(forest.environment.evidence[other - 1].remark,
            "nothing tells the DNS name of the domain controller DC1");
}

TEST(DomainController, TwoOfOneShortNameInOneCaptureTellNothingOfAThirdCertificate) {
  ShownByDcinfo forest;
  const std::uint32_t file = forest.Show({.dns = {"dc1.a.lab.com", "a.lab.com"}}, "both.txt");
  forest.Show({.dns = {"dc1.b.lab.com", "b.lab.com"}}, "both.txt");
  forest.environment_records.Edit<CertificateRecord>().back().source.evidence = file;
  forest.ShowNameless(file);
  forest.Scan();
  EXPECT_EQ(forest.RowsOf("dc1.a.lab.com"), 1U);
  EXPECT_EQ(forest.RowsOf("dc1.b.lab.com"), 1U);
}

// Each listing with each certificate takes many seconds.
TEST(DomainController, ManyListingsBesideManyCertificatesTakeNoTime) {
  constexpr int kMany = 60000;
  Forest forest;
  const std::uint32_t headers = forest.AddFile("headers.txt");
  const std::uint32_t certificates = forest.AddFile("certificates.txt");
  for (int i = 0; i < kMany; ++i) {
    forest.ListStore(headers);
    CertificateRecord record{.source = {.evidence = certificates}};
    record.fields.sha1 = readers::Known<std::string_view>::Present("aa01");
    forest.environment_records.Add(record);
  }
  const std::clock_t start = std::clock();
  forest.Scan();
  EXPECT_LT(std::clock() - start, 2 * CLOCKS_PER_SEC);
  EXPECT_EQ(forest.Controllers(), 0U);
}

}  // namespace

}  // namespace whfb::collectors
