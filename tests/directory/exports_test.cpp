// BloodHound, Certipy and certutil's listings of templates.

#include <gtest/gtest.h>

#include "tests/directory/directory_run.h"

namespace whfb::test {

namespace {

using readers::DirectoryKind;
using readers::IssuedTemplates;
using readers::TemplateRecord;
using readers::TemplateRight;

const TemplateRecord& OnlyTemplate(const Export& read) {
  EXPECT_EQ(read.records.Of<TemplateRecord>().size(), 1U);
  return read.records.Of<TemplateRecord>()[0];
}

std::vector<std::string> Rights(const Export& read) {
  std::vector<std::string> rights;
  for (const TemplateRight& right : read.records.Of<TemplateRight>()) {
    rights.push_back(std::string(right.allow ? "" : "no ")
                         .append(right.right)
                         .append(" ")
                         .append(right.principal_sid)
                         .append(right.principal_name));
  }
  return rights;
}

TEST(BloodHoundTest, ReadsAPublicFixtureWithoutProperties) {
  const std::string text = ReadAll(WHFB_SHARED_DATA "/bloodhound/ntauthstores_v6.json");
  if (text.empty()) {
    GTEST_SKIP() << "sample bloodhound/ntauthstores_v6.json is not here";
  }
  const Export read(readers::kBloodhoundReader, text);
  const auto stores = read.Objects(DirectoryKind::kNtAuth);
  ASSERT_EQ(stores.size(), 1U);
  EXPECT_EQ(
      stores[0].dn,
      "CN=NTAUTHCERTIFICATES, CN=PUBLIC KEY SERVICES, CN=SERVICES, CN=CONFIGURATION, DC=ESC1, "
      "DC=LOCAL");
  // Not exported: unknown, not empty.
  EXPECT_EQ(stores[0].Find("cACertificate"), nullptr);
  EXPECT_FALSE(stores[0].visibility.ProvesAbsent("cACertificate"));
  EXPECT_EQ(read.sink.damaged_count, 0U);
}

TEST(BloodHoundTest, ReadsTemplatesAndTheirRights) {
  const Export read(readers::kBloodhoundReader, Golden("bloodhound/certtemplates.in.json"));
  const TemplateRecord& record = OnlyTemplate(read);
  EXPECT_EQ(record.cn, "WHFBRDP");
  EXPECT_FALSE(record.exact_name);
  EXPECT_FALSE(record.complete);
  EXPECT_EQ(Values(record.attributes, "msPKI-Certificate-Name-Flag"), "2181038080");
  EXPECT_EQ(Values(record.attributes, "msPKI-Enrollment-Flag"), "264");
  EXPECT_EQ(Values(record.attributes, "pKIExpirationPeriod"), "004039872ee1feff");
  EXPECT_EQ(Values(record.attributes, "objectGUID"), "5a8f2b10-3c4d-4e5f-8a9b-0c1d2e3f4a5b");
  EXPECT_EQ(Values(record.attributes, "whenCreated"), "20240229101112.0Z");
  EXPECT_EQ(Values(record.attributes, "pKIDefaultCSPs"), "(none)");
  const std::string domain = "S-1-5-21-3677581135-3435515867-784156431-";
  EXPECT_EQ(Rights(read), (std::vector<std::string>{
                              "owner " + domain + "519", "enroll S-1-5-11",
                              "enroll " + domain + "1105", "full-control " + domain + "519",
                              "write-dacl " + domain + "512", "write-owner " + domain + "512"}));
}

TEST(BloodHoundTest, ReadsVersionFiveWithByteOrderMark) {
  const Export read(readers::kBloodhoundReader, Golden("bloodhound/ntauthstores-v5.in.json"));
  EXPECT_EQ(Values(read.Objects(DirectoryKind::kNtAuth).at(0).attributes, "cACertificate"),
            "5f0143662a7ea16e8db90e44d0f1f1fc87b1e703");
}

TEST(BloodHoundTest, ReadsAccountsWithWhatTheyHave) {
  const Export read(readers::kBloodhoundReader, Golden("bloodhound/users-v5.in.json"));
  const auto users = read.Objects(DirectoryKind::kUser);
  ASSERT_EQ(users.size(), 2U);
  EXPECT_EQ(Values(users[0].attributes, "enabled"), "TRUE");
  EXPECT_EQ(Values(users[0].attributes, "whenCreated"), "20231102080910.0Z");
  EXPECT_EQ(Values(users[1].attributes, "whenCreated"), "(not whole)");  // -1: not known
  const Export computers(readers::kBloodhoundReader, Golden("bloodhound/computers.in.json"));
  const auto found = computers.Objects(DirectoryKind::kComputer);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(Values(found[0].attributes, "primaryGroupID"), "516");
  EXPECT_EQ(Values(found[0].attributes, "dNSHostName"), "DC1.CONTOSO.TEST");
}

TEST(BloodHoundTest, ACutFileKeepsWhatIsInFront) {
  const std::string text = Golden("bloodhound/users-v5.in.json");
  const std::string_view cut = std::string_view(text).substr(0, text.size() - 40);
  // "meta" is behind the cut: the name of the file tells the type.
  const Export read(readers::kBloodhoundReader, cut, "20240301_users.json");
  EXPECT_EQ(read.Objects(DirectoryKind::kUser).size(), 2U);
  EXPECT_EQ(read.sink.damaged_count, 1U);
  const Export nameless(readers::kBloodhoundReader, cut, "export.json");
  EXPECT_TRUE(nameless.records.Of<readers::DirectoryObject>().empty());
  EXPECT_GT(nameless.sink.damaged_count, 0U);
}

TEST(BloodHoundTest, AWrongCountIsAGap) {
  std::string text = Golden("bloodhound/users-v5.in.json");
  const std::string_view kCount = "\"count\": 2";
  text.replace(text.find(kCount), kCount.size(), "\"count\": 3");
  const Export read(readers::kBloodhoundReader, text);
  ASSERT_EQ(read.sink.gaps.size(), 1U);
  EXPECT_EQ(read.sink.gaps[0].message, "not as many objects as meta counts");
}

TEST(BloodHoundTest, ValuesOfAnyTypeDoNoHarm) {
  for (const char* const text :
       {R"({"data":[1,"a",null,[],{}],"meta":{"type":"users"}})",
        R"({"data":{"a":1},"meta":{"type":"certtemplates"}})",
        R"({"data":[{"Properties":[]}],"meta":{"type":"certtemplates"}})",
        R"({"data":[{"Properties":{"name":5,"ekus":{"a":1},"schemaversion":[1,{}]},"Aces":{}}],
            "meta":{"type":"certtemplates","count":"x"}})",
        R"({"data":[{"Properties":{"name":"A@B","ekus":[null,5],"certificatenameflag":[{}]},
            "Aces":[1,{"RightName":5,"PrincipalSID":[]}]}],"meta":{"type":"certtemplates"}})",
        R"({"data":[{"Properties":{},"ObjectIdentifier":7,"EnabledCertTemplates":[5]}],
            "meta":{"type":"enterprisecas"}})",
        R"({"meta":5,"data":[]})", R"({"data":[]})"}) {
    const Export read(readers::kBloodhoundReader, text);
    EXPECT_TRUE(read.status) << text;
  }
}

TEST(CertipyTest, ReadsTemplatesAuthoritiesAndNames) {
  const Export read(readers::kCertipyReader, Golden("certipy/find.in.json"));
  const TemplateRecord& record = OnlyTemplate(read);
  EXPECT_EQ(record.cn, "WHfBRdp");
  EXPECT_EQ(Values(record.attributes, "msPKI-Certificate-Name-Flag"), "2181038080");
  EXPECT_EQ(Values(record.attributes, "msPKI-Private-Key-Flag"), "(none)");
  EXPECT_EQ(Values(record.attributes, "pKIExtendedKeyUsage"),
            "1.3.6.1.5.5.7.3.2|1.3.6.1.4.1.311.20.2.2");
  EXPECT_EQ(Rights(read), (std::vector<std::string>{"enroll CONTOSO.TEST\\Authenticated Users",
                                                    "enroll S-1-5-21-1-2-3-1199",
                                                    "full-control CONTOSO.TEST\\Enterprise Admins",
                                                    "write-owner CONTOSO.TEST\\Domain Admins",
                                                    "owner CONTOSO.TEST\\Enterprise Admins"}));
  const auto services = read.Objects(DirectoryKind::kEnrolmentService);
  ASSERT_EQ(services.size(), 1U);
  EXPECT_EQ(Values(services[0].attributes, "cACertificateDN"),
            "CN=Contoso-Issuing, DC=contoso, DC=test");
}

TEST(CertipyTest, ATextInsteadOfAnObjectProvesNothing) {
  const Export read(readers::kCertipyReader, Golden("certipy/nothing-found.in.json"));
  EXPECT_TRUE(read.status);
  EXPECT_TRUE(read.records.Of<TemplateRecord>().empty());
  EXPECT_EQ(read.sink.note, "nothing under Certificate Templates");
  EXPECT_EQ(read.sink.damaged_count, 0U);
}

TEST(CertipyTest, AUsageThatNobodyKnowsLeavesTheListOpen) {
  const Export read(readers::kCertipyReader, Golden("certipy/version-4.in.json"));
  const TemplateRecord& record = OnlyTemplate(read);
  EXPECT_EQ(Values(record.attributes, "pKIExtendedKeyUsage"), "1.3.6.1.4.1.311.20.2.2(not whole)");
  EXPECT_EQ(Values(record.attributes, "msPKI-Enrollment-Flag"), "264");
}

TEST(TemplateListingTest, ReadsPropertiesInAnyLanguage) {
  const Export read(readers::kTemplateListingReader, Golden("template-listing/whfb.in.txt"));
  const TemplateRecord& record = OnlyTemplate(read);
  EXPECT_EQ(record.cn, "WHfBRdp");
  EXPECT_FALSE(record.complete);
  EXPECT_EQ(Values(record.attributes, "pKIDefaultCSPs"),
            "1,Microsoft Passport Key Storage Provider");
  EXPECT_EQ(Values(record.attributes, "msPKI-Certificate-Name-Flag"), "-2113929216");
  EXPECT_EQ(Values(record.attributes, "msPKI-Minimal-Key-Size"), "2048");
  EXPECT_EQ(Values(record.attributes, "pKIKeyUsage"), "80");
  EXPECT_EQ(Values(record.attributes, "pKIExpirationPeriod"), "004039872ee1feff");
  EXPECT_EQ(Values(record.attributes, "msPKI-Certificate-Application-Policy"),
            "1.3.6.1.4.1.311.20.2.2|1.3.6.1.5.5.7.3.2");
  EXPECT_EQ(read.sink.damaged_count, 0U);
}

TEST(TemplateListingTest, ACutListingLosesItsLastLine) {
  const std::string text = Golden("template-listing/whfb.in.txt");
  const std::size_t key = text.find("800 (2048)");
  const Export read(readers::kTemplateListingReader, std::string_view(text).substr(0, key + 2));
  EXPECT_EQ(Values(OnlyTemplate(read).attributes, "msPKI-Minimal-Key-Size"), "(none)");
  EXPECT_EQ(OnlyTemplate(read).why, WhyUnknown::kTruncated);
  ASSERT_EQ(read.sink.gaps.size(), 1U);
  EXPECT_EQ(read.sink.gaps[0].why, WhyUnknown::kTruncated);
}

TEST(TemplateListingTest, JoinsADescriptorThatWasBrokenWhenCopied) {
  const Export read(readers::kTemplateListingReader,
                    "  TemplatePropCommonName = A\n"
                    "  TemplatePropSecurityDescriptor = D:(A;;GA;;;S-1-5-21-3975454498-\n"
                    "3980183307-2685672490-519)(A;;GR;;;AU)\n\n"
                    "    Allow Enroll\tCORP\\Domain Admins\n"
                    "CertUtil: -Template command completed successfully.\n");
  EXPECT_EQ(Values(OnlyTemplate(read).attributes, "nTSecurityDescriptor"),
            "D:(A;;GA;;;S-1-5-21-3975454498-3980183307-2685672490-519)(A;;GR;;;AU)");
}

TEST(CaTemplatesTest, ReadsTheNamesOfALocalisedList) {
  const Export read(readers::kCaTemplatesReader, Golden("ca-templates/german.in.txt"));
  ASSERT_EQ(read.records.Of<IssuedTemplates>().size(), 1U);
  const IssuedTemplates& list = read.records.Of<IssuedTemplates>()[0];
  EXPECT_TRUE(list.complete);
  EXPECT_EQ(std::vector<std::string>(list.templates.begin(), list.templates.end()),
            (std::vector<std::string>{"WHfBRdp", "KerberosAuthentication", "User"}));
}

TEST(CaTemplatesTest, NoTemplateAtAllIsAnAnswer) {
  const Export read(readers::kCaTemplatesReader, Golden("ca-templates/none.in.txt"));
  ASSERT_EQ(read.records.Of<IssuedTemplates>().size(), 1U);
  EXPECT_TRUE(read.records.Of<IssuedTemplates>()[0].complete);
  EXPECT_TRUE(read.records.Of<IssuedTemplates>()[0].templates.empty());
}

TEST(CaTemplatesTest, AFailureOrAMissingEndIsNotComplete) {
  const Export failed(readers::kCaTemplatesReader,
                      "CertUtil: -CATemplates command FAILED: 0x80070005 (WIN32: 5)\n");
  EXPECT_FALSE(failed.records.Of<IssuedTemplates>()[0].complete);
  EXPECT_EQ(failed.records.Of<IssuedTemplates>()[0].why, WhyUnknown::kDenied);
  const Export cut(readers::kCaTemplatesReader, "User: User -- Auto-Enroll\nWebServer: We");
  EXPECT_FALSE(cut.records.Of<IssuedTemplates>()[0].complete);
  EXPECT_EQ(cut.records.Of<IssuedTemplates>()[0].templates.size(), 1U);
  EXPECT_EQ(cut.sink.gaps.size(), 1U);
}

TEST(CaTemplatesTest, PathsAndProseAreNoNames) {
  EXPECT_FALSE(Export(readers::kCaTemplatesReader,
                      "C:\\> certutil -- help\nPath: C:\\temp: a\n  indented: a -- b\n")
                   .status);
  const auto score = [](std::string_view text) {
    return readers::kCaTemplatesReader.recognise(std::as_bytes(std::span(text)), "a.txt");
  };
  EXPECT_GT(score("C:\\>certutil -catemplates\nWebServer: Web Server -- Auto-Enroll\n"), 0);
  EXPECT_GT(score(Golden("ca-templates/none.in.txt")), 0);
  EXPECT_EQ(score("Note: read this -- carefully\n"), 0);
  EXPECT_EQ(score("WebServer: a -- b\nsome\nother\ntext\n"), 0);
}

TEST(DstemplateTest, VerboseColumnsHideNoValue) {
  const Export read(readers::kDstemplateReader, Golden("dstemplate/verbose-whfb.in.txt"));
  const TemplateRecord& record = OnlyTemplate(read);
  EXPECT_TRUE(record.complete);
  EXPECT_TRUE(record.has_dump_trailer);
  EXPECT_EQ(Values(record.attributes, "pKIExtendedKeyUsage"),
            "1.3.6.1.4.1.311.20.2.2|1.3.6.1.5.5.7.3.2");
  EXPECT_EQ(Values(record.attributes, "flags"), "131642");
  EXPECT_EQ(Values(record.attributes, "msPKI-Cert-Template-OID"),
            "1.3.6.1.4.1.311.21.8.1234567.2345678.3456789.4567890.5678901.6.12345678.1234567");
  EXPECT_EQ(Rights(read).size(), 6U);
  EXPECT_EQ(Rights(read)[2], "no autoenroll CONTOSO\\Domain Guests");
}

TEST(DstemplateTest, ValuesGoOnOnTheNextLine) {
  // As [MS-CRTD] section 3 prints them.
  const Export read(readers::kDstemplateReader,
                    "[Administrator]\n objectClass = \"top\", \"pKICertificateTemplate\"\n"
                    " pKIExtendedKeyUsage = \n"
                    "     \"1.3.6.1.4.1.311.10.3.1\" Microsoft Trust List Signing, \n"
                    "     \"1.3.6.1.5.5.7.3.4\" Secure Email, \"1.3.6.1.5.5.7.3.2\" \n"
                    " pKIDefaultCSPs =\n"
                    "     \"2,Microsoft Base Cryptographic Provider v1.0\", \n"
                    "     \"1,Microsoft Enhanced Cryptographic Provider v1.0\"\n"
                    " msPKI-RA-Signature = \"0\"\n[TemplateList]\n");
  const TemplateRecord& record = OnlyTemplate(read);
  EXPECT_EQ(Values(record.attributes, "pKIExtendedKeyUsage"),
            "1.3.6.1.4.1.311.10.3.1|1.3.6.1.5.5.7.3.4|1.3.6.1.5.5.7.3.2");
  EXPECT_EQ(Values(record.attributes, "pKIDefaultCSPs"),
            "2,Microsoft Base Cryptographic Provider v1.0|"
            "1,Microsoft Enhanced Cryptographic Provider v1.0");
  EXPECT_EQ(Values(record.attributes, "msPKI-RA-Signature"), "0");
}

}  // namespace

}  // namespace whfb::test
