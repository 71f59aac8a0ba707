// What directory exports tell of the environment: NTAuth, CAs, issued templates, accounts, domains
// and domain controllers; above all when a list may be called complete.

#include <gtest/gtest.h>

#include "tests/directory/directory_run.h"

namespace whfb::test {

namespace {

// SHA-1 of the CA certificate in public-key-services.in.ldif, by openssl x509 -fingerprint.
constexpr std::string_view kRoot = "cf8ffc8938d6772338da1d06aea5508fce416d28";

std::string WithoutHeader(std::string text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const std::string line = text.substr(at, end - at + 1);
    plain.append(line.starts_with('#') ? "" : line);
    at = end + 1;
  }
  return plain;
}

TEST(DirectoryPkiTest, ReadsTheServicesOfARealForest) {
  Environment environment;
  environment.Add(readers::kLdifReader, Golden("ldif/public-key-services.in.ldif")).Finish();
  const Table& ntauth = environment.TableOf("environment.ntauth_certificate");
  ASSERT_EQ(ntauth.size(), 1U);
  EXPECT_EQ(ntauth.Row(0)[0].value.text, kRoot);
  EXPECT_EQ(ntauth.Row(0)[1].value.text, "CN=Contoso Root CA, DC=contoso, DC=test");
  EXPECT_EQ(ntauth.coverage(), Coverage::kComplete);
  EXPECT_EQ(environment.TableOf("environment.directory_root_ca").coverage(), Coverage::kComplete);
  EXPECT_EQ(environment.TableOf("environment.directory_aia_ca").size(), 1U);
  EXPECT_EQ(Rows(environment.TableOf("environment.enrolment_service")),
            std::vector<std::string>{"Contoso Root CA|dc1.contoso.test|" + std::string(kRoot) +
                                     "|CN=Contoso Root CA, DC=contoso, DC=test|"
                                     "DCKerberos, WHFBAuthentication"});
  EXPECT_EQ(environment.TableOf("environment.issued_template").coverage(), Coverage::kComplete);
  EXPECT_EQ(Answer(environment.Template("WHFBAuthentication"), "template.issued"), "true");
  EXPECT_EQ(Answer(environment.Template("WHFBAuthentication"), "template.issuing_cas"),
            "Contoso Root CA");
  EXPECT_EQ(Answer(environment.Template("WHFBBroken"), "template.issued"), "false");
  // The CA certificates are there for chains.
  EXPECT_EQ(environment.TableOf("environment.ca_certificate").size(), 1U);
  EXPECT_TRUE(environment.facts.der_by_sha1.contains(kRoot));
  EXPECT_EQ(Answer(environment.Own(), "environment.name"), "contoso.test");
}

TEST(DirectoryPkiTest, WithoutTheSearchOnlyNtAuthIsWhole) {
  Environment environment;
  environment.Add(readers::kLdifReader, WithoutHeader(Golden("ldif/public-key-services.in.ldif")))
      .Finish();
  EXPECT_EQ(environment.TableOf("environment.ntauth_certificate").coverage(), Coverage::kComplete);
  EXPECT_EQ(environment.TableOf("environment.directory_root_ca").coverage(), Coverage::kPartial);
  EXPECT_EQ(environment.TableOf("environment.enrolment_service").coverage(), Coverage::kPartial);
  EXPECT_EQ(Answer(environment.Template("WHFBAuthentication"), "template.issued"), "true");
  EXPECT_EQ(Answer(environment.Template("WHFBBroken"), "template.issued"),
            "unknown (not-collected)");
}

TEST(DirectoryPkiTest, AWholeSearchWithoutNtAuthShowsThatThereIsNone) {
  std::string text = Golden("ldif/public-key-services.in.ldif");
  const std::size_t begin = text.find("# NTAuthCertificates");
  const std::size_t end = text.find("\n\n", begin) + 2;
  text.erase(begin, end - begin);
  // One entry less than the server counted: not whole.
  Environment less;
  less.Add(readers::kLdifReader, text).Finish();
  EXPECT_EQ(less.TableOf("environment.ntauth_certificate").coverage(), Coverage::kNone);
  const std::string_view kCount = "# numEntries: 17";
  text.replace(text.find(kCount), kCount.size(), "# numEntries: 16");
  Environment none;
  none.Add(readers::kLdifReader, text).Finish();
  EXPECT_EQ(none.TableOf("environment.ntauth_certificate").size(), 0U);
  EXPECT_EQ(none.TableOf("environment.ntauth_certificate").coverage(), Coverage::kComplete);
}

TEST(DirectoryPkiTest, BloodHoundNamesCertificatesByThumbprint) {
  Environment environment;
  environment.Add(readers::kBloodhoundReader, Golden("bloodhound/ntauthstores-v5.in.json"))
      .Add(readers::kBloodhoundReader, Golden("bloodhound/enterprisecas.in.json"))
      .Add(readers::kBloodhoundReader, Golden("bloodhound/certtemplates.in.json"))
      .Finish();
  EXPECT_EQ(Rows(environment.TableOf("environment.ntauth_certificate")),
            std::vector<std::string>{"5f0143662a7ea16e8db90e44d0f1f1fc87b1e703|"
                                     "unknown (not-collected)|unknown (not-collected)"});
  EXPECT_EQ(environment.TableOf("environment.ntauth_certificate").coverage(), Coverage::kComplete);
  // Templates by GUID.
  EXPECT_EQ(Rows(environment.TableOf("environment.issued_template")),
            std::vector<std::string>{"Contoso-Issuing|WHFBRDP"});
  EXPECT_EQ(Answer(environment.Template("WHfBRdp"), "template.issued"), "true");
  Environment alone;
  alone.Add(readers::kBloodhoundReader, Golden("bloodhound/enterprisecas.in.json")).Finish();
  EXPECT_EQ(Rows(alone.TableOf("environment.enrolment_service")),
            std::vector<std::string>{"Contoso-Issuing|ca1.contoso.test|"
                                     "5f0143662a7ea16e8db90e44d0f1f1fc87b1e703|"
                                     "unknown (not-collected)|unknown (not-collected)"});
}

TEST(DirectoryPkiTest, APropertyThatIsNotExportedIsNoEmptyStore) {
  const std::string text = ReadAll(WHFB_SHARED_DATA "/bloodhound/ntauthstores_v6.json");
  if (text.empty()) {
    GTEST_SKIP() << "sample bloodhound/ntauthstores_v6.json is not here";
  }
  Environment environment;
  environment.Add(readers::kBloodhoundReader, text).Finish();
  EXPECT_NE(environment.TableOf("environment.ntauth_certificate").coverage(), Coverage::kComplete);
}

TEST(DirectoryPkiTest, ACasOwnListShowsWhatItIssues) {
  Environment environment;
  environment.Add(readers::kCaTemplatesReader, Golden("ca-templates/german.in.txt"))
      .Add(readers::kDstemplateReader, Golden("dstemplate/verbose-whfb.in.txt"))
      .Finish();
  EXPECT_EQ(Answer(environment.Template("WHfBRdp"), "template.issued"), "true");
  EXPECT_EQ(Answer(environment.Template("WHfBRdp"), "template.issuing_cas"),
            "unknown (not-collected)");
  // Another CA may issue what this one does not.
  Environment none;
  none.Add(readers::kCaTemplatesReader, Golden("ca-templates/none.in.txt"))
      .Add(readers::kDstemplateReader, Golden("dstemplate/verbose-whfb.in.txt"))
      .Finish();
  EXPECT_EQ(Answer(none.Template("WHfBRdp"), "template.issued"), "unknown (not-collected)");
}

TEST(DirectoryAccountTest, ReadsPeopleAndNotComputers) {
  Environment environment;
  environment.Add(readers::kLdifReader, Golden("ldif/ldifde.in.ldf")).Finish();
  const std::string domain = "S-1-5-21-3677581135-3435515867-784156431-";
  EXPECT_EQ(
      Rows(environment.TableOf("environment.account")),
      (std::vector<std::string>{
          domain + "1103|alice|alice@contoso.example|alice@contoso.test|"
                   "CN=Alice Example, OU=Staff, DC=contoso, DC=test|contoso.test|true|"
                   "2023-11-02T08:09:10Z|"
                   "X509:<I>DC=test,DC=contoso,CN=Contoso Root CA<SR>1200000000AC11000000002B",
          domain + "1104|joerg|absent|joerg@contoso.test|"
                   "CN=Jörg Müller, OU=Büro, DC=contoso, DC=test|contoso.test|false|"
                   "2023-11-02T08:09:11Z|absent"}));
  EXPECT_EQ(environment.TableOf("environment.account").coverage(), Coverage::kPartial);
}

TEST(DirectoryAccountTest, IsCompleteOnlyWithEveryDomainOfTheForest) {
  Environment half;
  half.Add(readers::kLdifReader, Golden("ldif/accounts.in.ldif")).Finish();
  EXPECT_EQ(half.TableOf("environment.account").coverage(), Coverage::kPartial);
  Environment whole;
  whole.Add(readers::kLdifReader, Golden("ldif/accounts.in.ldif"))
      .Add(readers::kLdifReader, Golden("ldif/partitions.in.ldif"))
      .Finish();
  EXPECT_EQ(whole.TableOf("environment.account").coverage(), Coverage::kComplete);
  EXPECT_EQ(whole.TableOf("environment.account").size(), 7U);  // nine, two of them computers
}

TEST(DirectoryAccountTest, TheSameAccountInTwoExportsIsOneRow) {
  Environment environment;
  environment.Add(readers::kBloodhoundReader, Golden("bloodhound/users-v5.in.json"))
      .Add(readers::kLdifReader, Golden("ldif/ldifde.in.ldf"))
      .Finish();
  const Table& accounts = environment.TableOf("environment.account");
  ASSERT_EQ(accounts.size(), 2U);
  EXPECT_EQ(Answer(accounts.Row(0)[4], ValueType::kDn),
            "CN=Alice Example, OU=Staff, DC=contoso, DC=test");
  EXPECT_EQ(Answer(accounts.Row(0)[6], ValueType::kBool), "true");
}

TEST(DirectoryDomainTest, ReadsDomainsAndSuffixes) {
  Environment environment;
  environment.Add(readers::kLdifReader, Golden("ldif/partitions.in.ldif")).Finish();
  EXPECT_EQ(Rows(environment.TableOf("environment.domain")),
            std::vector<std::string>{"contoso.test|unknown (not-collected)|CONTOSO|true"});
  EXPECT_EQ(environment.TableOf("environment.domain").coverage(), Coverage::kComplete);
  EXPECT_EQ(Answer(environment.Own(), "environment.directory_upn_suffixes"),
            "contoso.example, corp.example");
  EXPECT_EQ(Answer(environment.Own(), "environment.domains"), "contoso.test");
}

TEST(DirectoryDomainTest, NamesOnlyTellNothing) {
  Environment environment;
  environment.Add(readers::kLdifReader, Golden("ldif/names-only.in.ldif")).Finish();
  EXPECT_EQ(environment.TableOf("environment.domain").size(), 0U);
  EXPECT_EQ(Answer(environment.Own(), "environment.directory_upn_suffixes"),
            "unknown (not-collected)");
}

TEST(DirectoryDomainTest, BloodHoundShowsTheDomainButNotThatThereIsNoOther) {
  Environment environment;
  environment.Add(readers::kBloodhoundReader, Golden("bloodhound/domains.in.json")).Finish();
  EXPECT_EQ(Rows(environment.TableOf("environment.domain")),
            std::vector<std::string>{"contoso.test|S-1-5-21-3677581135-3435515867-784156431|"
                                     "unknown (not-collected)|unknown (not-collected)"});
  EXPECT_EQ(environment.TableOf("environment.domain").coverage(), Coverage::kPartial);
  EXPECT_EQ(Answer(environment.Own(), "environment.domains"), "unknown (not-collected)");
}

struct Listing {
  std::string_view name{};
  std::vector<std::string_view> files{};
  Coverage coverage = Coverage::kNone;
};

TEST(DomainControllerTest, TheListIsCompleteOnlyByAWholeSearch) {
  for (const Listing& listing : {
           Listing{"every server of every site", {"ldif/servers.in.ldif"}, Coverage::kComplete},
           // 8192 leaves read-only DCs out.
           Listing{"by userAccountControl",
                   {"ldif/controllers.in.ldif", "ldif/partitions.in.ldif"},
                   Coverage::kPartial},
           Listing{"every computer of one domain", {"ldif/accounts.in.ldif"}, Coverage::kPartial},
           Listing{"every computer of every domain",
                   {"ldif/accounts.in.ldif", "ldif/partitions.in.ldif"},
                   Coverage::kComplete},
           Listing{"a failed search", {"ldif/no-such-object.in.ldif"}, Coverage::kNone},
       }) {
    Environment environment;
    for (const std::string_view file : listing.files) {
      environment.Add(readers::kLdifReader, Golden(file));
    }
    environment.Finish();
    EXPECT_EQ(environment.TableOf("environment.domain_controller").coverage(), listing.coverage)
        << listing.name;
  }
}

TEST(DomainControllerTest, EachIsASubjectWhoseCertificateNobodyHasSeen) {
  Environment environment;
  environment.Add(readers::kLdifReader, Golden("ldif/accounts.in.ldif"))
      .Add(readers::kLdifReader, Golden("ldif/partitions.in.ldif"))
      .Finish();
  const SubjectFacts& controller =
      environment.facts.Named(SubjectKind::kDomainController, "dc1.contoso.test").facts;
  EXPECT_EQ(Answer(controller, "dc.dns_name"), "dc1.contoso.test");
  EXPECT_EQ(Answer(controller, "dc.sid"), "S-1-5-21-3677581135-3435515867-784156431-1000");
  EXPECT_EQ(Answer(controller, "dc.read_only"), "false");
  EXPECT_EQ(Answer(controller, "dc.kdc_certificate.exists"), "unknown (not-collected)");
  EXPECT_EQ(Answer(environment.Own(), "environment.dc_list_complete"), "true");
}

TEST(DomainControllerTest, AServerWithoutNtdsSettingsMayBeWhatIsLeftOfOne) {
  Environment environment;
  environment.Add(readers::kLdifReader, Golden("ldif/servers.in.ldif")).Finish();
  EXPECT_EQ(Rows(environment.TableOf("environment.domain_controller")).at(0).substr(0, 40),
            "dc1.contoso.test|unknown (not-collected)");
  EXPECT_EQ(Answer(environment.Own(), "environment.dc_list_complete"), "false");
  EXPECT_EQ(environment.facts.Find(SubjectKind::kDomainController), nullptr);
}

TEST(DomainControllerTest, BloodHoundTellsByTheGroup) {
  Environment environment;
  environment.Add(readers::kBloodhoundReader, Golden("bloodhound/computers.in.json")).Finish();
  const Table& table = environment.TableOf("environment.domain_controller");
  ASSERT_EQ(table.size(), 1U);
  EXPECT_EQ(Answer(table.Row(0)[0], ValueType::kDnsName), "dc1.contoso.test");
  EXPECT_EQ(Answer(table.Row(0)[5], ValueType::kText), "Windows Server 2019 Standard");
  EXPECT_EQ(table.coverage(), Coverage::kPartial);
  EXPECT_EQ(Answer(environment.Own(), "environment.dc_list_complete"), "false");
}

}  // namespace

}  // namespace whfb::test
