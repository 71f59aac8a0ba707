// dsregcmd, dstemplate and results.xml: the samples of the data folder and cases of our own.

#include <algorithm>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "collectors/readers/small_records.h"
#include "tests/text/reading.h"

namespace whfb::readers {

extern const ReaderSpec kDsregcmdReader;
extern const ReaderSpec kDstemplateReader;
extern const ReaderSpec kResultsXmlReader;

namespace {

using std::string_literals::operator""s;

std::string ReadShared(const std::string& name) {
  std::ifstream input(std::string(WHFB_SHARED_DATA) + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(input), {}};
}

std::string_view FieldOf(const Reading& reading, std::string_view section, std::string_view name) {
  for (const DsregcmdField& field : reading.records->Of<DsregcmdField>()) {
    if (field.section == section && field.name == name) {
      return field.value;
    }
  }
  return "(none)";
}

TEST(DsregcmdReaderTest, ReadsAWorkgroupComputer) {
  const std::string text = ReadShared("dsregcmd/not_configured.txt");
  if (text.empty()) {
    GTEST_SKIP() << "sample dsregcmd/not_configured.txt is not here";
  }
  const Reading reading = ReadWith(kDsregcmdReader, text);
  ASSERT_TRUE(reading.ok);
  EXPECT_EQ(FieldOf(reading, "Device State", "AzureAdJoined"), "NO");
  EXPECT_EQ(FieldOf(reading, "Device State", "Device Name"), "lenovo-thinkpad");
  EXPECT_EQ(FieldOf(reading, "User State", "NgcSet"), "NO");
  EXPECT_EQ(FieldOf(reading, "IE Proxy Config for Current User", "Proxy Server List"), "");
  EXPECT_EQ(FieldOf(reading, "Ngc Prerequisite Check", "PreReqResult"), "WillNotProvision");
  ASSERT_EQ(reading.records->Of<DsregcmdRun>().size(), 1U);
  EXPECT_TRUE(reading.records->Of<DsregcmdRun>()[0].complete);
  EXPECT_EQ(reading.records->Of<DsregcmdRun>()[0].sections.size(), 6U);
  EXPECT_EQ(reading.records->Of<DsregcmdRun>()[0].context.account, Account::kUnknown);
}

TEST(DsregcmdReaderTest, ReadsDamagedRuns) {
  const std::string text = ReadShared("dsregcmd/error_lines_before_header.txt");
  const std::string cut = ReadShared("dsregcmd/error_header_missing_line3.txt");
  if (text.empty() || cut.empty()) {
    GTEST_SKIP() << "samples dsregcmd/error_*.txt are not here";
  }
  const Reading reading = ReadWith(kDsregcmdReader, text);
  EXPECT_EQ(FieldOf(reading, "", "AzureAdJoined"), "NO");
  EXPECT_EQ(FieldOf(reading, "User State", "WamDefaultSet"), "ERROR");
  EXPECT_FALSE(reading.records->Of<DsregcmdRun>()[0].complete);
  const Reading second = ReadWith(kDsregcmdReader, cut);
  EXPECT_EQ(FieldOf(second, "Device State", "DomainJoined"), "NO");
  EXPECT_FALSE(second.records->Of<DsregcmdRun>()[0].complete);
}

TEST(DsregcmdReaderTest, TellsWhoRanIt) {
  const auto account = [](const std::string& line) {
    const std::string text =
        "| Device State |\r\n AzureAdJoined : YES\r\n| Diagnostic Data |\r\n" + line + "\r\n";
    const Reading reading = ReadWith(kDsregcmdReader, text);
    const Context context = reading.records->Of<DsregcmdRun>()[0].context;
    return std::pair(context.account, std::string(context.user_upn));
  };
  EXPECT_EQ(account(" Executing Account Name : CONTOSO\\amanda, amanda@contoso.com"),
            std::pair(Account::kUser, std::string("amanda@contoso.com")));
  EXPECT_EQ(account(" Executing Account Name : NT AUTHORITY\\SYSTEM").first, Account::kSystem);
  EXPECT_EQ(account(" Executing Account Name : CONTOSO\\PC-0042$, pc-0042$@contoso.com").first,
            Account::kSystem);
  EXPECT_EQ(account(" Display Name Updated : YES").first, Account::kUnknown);
}

TEST(DsregcmdReaderTest, SplitsAtTheFirstColonOnly) {
  const Reading reading = ReadWith(
      kDsregcmdReader,
      "| Device Details |\n AzureAdJoined : YES\n"
      " DeviceCertificateValidity : [ 2020-11-16 18:55:24.000 UTC -- 2030-11-16 19:25 UTC ]\n");
  EXPECT_EQ(FieldOf(reading, "Device Details", "DeviceCertificateValidity"),
            "[ 2020-11-16 18:55:24.000 UTC -- 2030-11-16 19:25 UTC ]");
}

std::vector<std::string> ValuesOf(const TemplateRecord& record, std::string_view name) {
  const auto found = std::ranges::find(record.attributes, name, &TemplateAttribute::name);
  return found == record.attributes.end()
             ? std::vector<std::string>{"(none)"}
             : std::vector<std::string>(found->values.begin(), found->values.end());
}

// A run may end after its diagnostics; so does one that was cut there. Only its last line proves
// that it is whole.
TEST(DsregcmdReaderTest, OnlyTheEndOfARunProvesThatItIsWhole) {
  const std::string state = "| Device State |\r\n\r\n AzureAdJoined : YES\r\n\r\n";
  const std::string run = state + "| Diagnostic Data |\r\n\r\n KeySignTest : PASSED\r\n";
  const auto read = [](const std::string& text) {
    const Reading reading = ReadWith(kDsregcmdReader, text);
    return std::pair(reading.records->Of<DsregcmdRun>()[0].complete, reading.gaps.empty());
  };
  const std::string check = run + "\r\n| Ngc Prerequisite Check |\r\n";
  EXPECT_EQ(read(run + "\r\nsee https://www.microsoft.com/aadjerrors\r\n"), std::pair(true, true));
  EXPECT_EQ(read(check + " PreReqResult : WillProvision\r\n"), std::pair(true, true));
  EXPECT_EQ(read(run + "\r\n"), std::pair(false, true));
  EXPECT_EQ(read(run), std::pair(false, false));
  EXPECT_EQ(read(check), std::pair(false, false));
  EXPECT_EQ(read(state), std::pair(false, false));
}

TEST(DsregcmdReaderTest, ADamagedLineHidesItsFieldAndWhatMayBeInIt) {
  const auto run = [](const std::string& name, const std::string& account) {
    return "| Device State |\r\n\r\n AzureAdJoined : YES\r\n " + name +
           "\r\n TenantName : C\r\n\r\n| User State |\r\n\r\n NgcSet : NO\r\n\r\n"
           "| Diagnostic Data |\r\n\r\n " +
           account + "\r\n\r\nsee https://www.microsoft.com/aadjerrors\r\n";
  };
  const std::string user = "Executing Account Name : C\\ada, ada@c.com";
  for (const std::string& bad : {"\0\0\0"s, "\xff\xff\xff"s, "\xef\xbf\xbf"s}) {
    const Reading reading = ReadWith(kDsregcmdReader, run("DomainJoined : Y" + bad, user));
    EXPECT_EQ(FieldOf(reading, "Device State", "AzureAdJoined"), "YES");
    EXPECT_EQ(FieldOf(reading, "Device State", "DomainJoined"), "(none)");
    EXPECT_EQ(FieldOf(reading, "", "TenantName"), "C");  // a title may have stood before it
    EXPECT_EQ(FieldOf(reading, "User State", "NgcSet"), "NO");
    EXPECT_FALSE(reading.records->Of<DsregcmdRun>()[0].complete);
    ASSERT_EQ(reading.gaps.size(), 1U);
    EXPECT_EQ(reading.gaps[0].place, 4U);
    EXPECT_EQ(reading.gaps[0].message, "bytes that cannot be text");
    // Of SYSTEM or of somebody else: nobody knows any more.
    const Reading nobody = ReadWith(
        kDsregcmdReader, run("DomainJoined : NO", "Executing Account Name : NT AUTH" + bad));
    EXPECT_EQ(FieldOf(nobody, "Device State", "DomainJoined"), "NO");
    EXPECT_EQ(FieldOf(nobody, "User State", "NgcSet"), "(none)");
  }
}

TEST(DstemplateReaderTest, ADamagedLineEndsWhatIsKnownOfTheTemplate) {
  for (const std::string& bad : {"\0\0"s, "\xff\xff"s, "\xef\xbf\xbe"s}) {
    const Reading reading =
        ReadWith(kDstemplateReader,
                 "[One]\r\n objectClass = \"pKICertificateTemplate\"\r\n flags = \"" + bad +
                     "\"\r\n msPKI-RA-Signature = \"1\"\r\n"
                     "[Two]\r\n objectClass = \"pKICertificateTemplate\"\r\n[TemplateList]\r\n");
    const auto templates = reading.records->Of<TemplateRecord>();
    ASSERT_EQ(templates.size(), 2U);
    EXPECT_FALSE(templates[0].complete);
    EXPECT_EQ(ValuesOf(templates[0], "flags"), std::vector<std::string>{"(none)"});
    EXPECT_EQ(ValuesOf(templates[0], "msPKI-RA-Signature"), std::vector<std::string>{"(none)"});
    EXPECT_TRUE(templates[1].complete);
    ASSERT_FALSE(reading.gaps.empty());
    EXPECT_EQ(reading.gaps[0].place, 3U);
  }
}

TEST(DstemplateReaderTest, ReadsAnExcerpt) {
  const std::string text = ReadShared("dstemplate/VMware_excerpt.txt");
  if (text.empty()) {
    GTEST_SKIP() << "sample dstemplate/VMware_excerpt.txt is not here";
  }
  const Reading reading = ReadWith(kDstemplateReader, text);
  ASSERT_EQ(reading.records->Of<TemplateRecord>().size(), 1U);
  const TemplateRecord& record = reading.records->Of<TemplateRecord>()[0];
  EXPECT_EQ(record.cn, "VMware");
  EXPECT_TRUE(record.complete);
  EXPECT_FALSE(record.has_dump_trailer);
  EXPECT_EQ(ValuesOf(record, "msPKI-Private-Key-Flag"), std::vector<std::string>{"50593792"});
  EXPECT_EQ(ValuesOf(record, "pKIKeyUsage"), std::vector<std::string>{"e0"});
  // LDAP holds these periods as AIByDl3C/f8= and AICmCv/e//8=.
  EXPECT_EQ(ValuesOf(record, "pKIExpirationPeriod"), std::vector<std::string>{"0080720e5dc2fdff"});
  EXPECT_EQ(ValuesOf(record, "pKIOverlapPeriod"), std::vector<std::string>{"0080a60affdeffff"});
  EXPECT_EQ(ValuesOf(record, "pKIDefaultCSPs").size(), 2U);
  EXPECT_EQ(ValuesOf(record, "msPKI-RA-Application-Policies"), std::vector<std::string>{"(none)"});
}

TEST(DstemplateReaderTest, ReadsVerboseColumnsAndTheTrailer) {
  const Reading reading = ReadWith(kDstemplateReader,
                                   "[Version]\r\nSignature = \"$Windows NT$\"\r\n[RDP]\r\n"
                                   "    objectClass = \"top\", \"pKICertificateTemplate\"\r\n"
                                   "    flags = \"131642\" 0x2023a\r\n"
                                   "        CT_FLAG_AUTO_ENROLLMENT -- 20 (32)\r\n"
                                   "    Allow Enroll\tCONTOSO\\Domain Users\r\n"
                                   "[TemplateList]\r\n    Template = \"RDP\"\r\n"
                                   "CertUtil: -dsTemplate command completed successfully.\r\n");
  ASSERT_EQ(reading.records->Of<TemplateRecord>().size(), 1U);
  const TemplateRecord& record = reading.records->Of<TemplateRecord>()[0];
  EXPECT_TRUE(record.has_dump_trailer);
  EXPECT_TRUE(record.complete);
  EXPECT_EQ(ValuesOf(record, "flags"), std::vector<std::string>{"131642"});
  EXPECT_EQ(record.attributes.size(), 2U);
}

TEST(DstemplateReaderTest, AnOpenEndIsNotComplete) {
  const Reading reading =
      ReadWith(kDstemplateReader, "[RDP]\n objectClass = \"pKICertificateTemplate\"\n flags = \"1");
  ASSERT_EQ(reading.records->Of<TemplateRecord>().size(), 1U);
  EXPECT_FALSE(reading.records->Of<TemplateRecord>()[0].complete);
  EXPECT_EQ(reading.records->Of<TemplateRecord>()[0].attributes.size(), 1U);
}

TEST(ResultsXmlReaderTest, ReadsEveryItem) {
  const std::string text = ReadShared("results-xml/results_flattened_2023.xml");
  if (text.empty()) {
    GTEST_SKIP() << "sample results-xml/results_flattened_2023.xml is not here";
  }
  const Reading reading = ReadWith(kResultsXmlReader, text);
  const auto items = reading.records->Of<CollectionItem>();
  const auto count = [&items](std::string_view collector) {
    return std::ranges::count(items, collector, &CollectionItem::collector);
  };
  // Counts from PROVENANCE.md.
  EXPECT_EQ(count("RegistryKey"), 23);
  EXPECT_EQ(count("Command"), 19);
  EXPECT_EQ(count("Events"), 18);
  EXPECT_EQ(count("FoldersFiles"), 23);
  EXPECT_EQ(items[0].hresult, 0x80070003U);
  EXPECT_EQ(items[0].source.place, 4U);
  EXPECT_EQ(items[4].path, "HKLM\\SOFTWARE\\Microsoft\\Windows Advanced Threat Protection");
}

TEST(ResultsXmlReaderTest, RefusesDocumentTypesAndKeepsWhatADamagedFileHas) {
  const Reading entities = ReadWith(kResultsXmlReader,
                                    "<!DOCTYPE x [<!ENTITY a \"b\">]><Collection><Command "
                                    "HRESULT=\"0\">&a;</Command></Collection>");
  EXPECT_FALSE(entities.ok);
  const Reading cut =
      ReadWith(kResultsXmlReader, "<Collection>\n<Command HRESULT=\"-1\">a</Command>\n<Comm");
  EXPECT_EQ(cut.records->Of<CollectionItem>().size(), 1U);
  EXPECT_EQ(cut.gaps.size(), 1U);
  const Reading half =
      ReadWith(kResultsXmlReader, "<Collection>\n<Command HRESULT=\"0\">certutil -sto");
  EXPECT_TRUE(half.records->Of<CollectionItem>().empty());
  EXPECT_EQ(half.gaps.size(), 1U);
  EXPECT_FALSE(ReadWith(kResultsXmlReader, "<other/>").ok);
}

}  // namespace
}  // namespace whfb::readers
