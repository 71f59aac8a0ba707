// Reports of `certipy find -json`. Expected values: certipy/commands/find.py and constants.py of
// ly4k/Certipy, [MS-CRTD] 2.26 to 2.28 for flags.

#include <string>

#include <gtest/gtest.h>

#include "tests/directory/directory_run.h"

namespace whfb::readers {
extern const ReaderSpec kCertipyReader;
}  // namespace whfb::readers

namespace whfb::test {

namespace {

using readers::DirectoryKind;
using readers::TemplateRecord;

Export Read(std::string_view text) {
  return {readers::kCertipyReader, text};
}

std::string Report(std::string_view members) {
  return std::string(R"({"Certificate Authorities":"[!] Could not find any CAs",)")
      .append(R"("Certificate Templates":{"0":{"Template Name":"T",)")
      .append(members)
      .append("}}}");
}

std::string OfTemplate(std::string_view members, std::string_view attribute) {
  const Export read = Read(Report(members));
  const auto templates = read.records.Of<TemplateRecord>();
  return templates.size() == 1 ? Values(templates[0].attributes, attribute) : "no template";
}

TEST(CertipyTest, FlagsAreNumbersOrNames) {
  constexpr std::string_view kFlags = "msPKI-Enrollment-Flag";
  EXPECT_EQ(OfTemplate(R"("Enrollment Flag":[1,8,32])", kFlags), "41");
  EXPECT_EQ(
      OfTemplate(R"("Enrollment Flag":["NoSecurityExtension","AutoEnrollment","PublishToDs"])",
                 kFlags),
      "524328");
  EXPECT_EQ(
      OfTemplate(R"("Certificate Name Flag":[2147483648,33554432])", "msPKI-Certificate-Name-Flag"),
      "2181038080");
  EXPECT_EQ(OfTemplate(R"("Enrollment Flag":["NobodyKnows"])", kFlags), "(not whole)");
}

// 0, 1 and [] are printed for attributes that were not shown.
TEST(CertipyTest, DefaultsSayNothing) {
  EXPECT_EQ(OfTemplate(R"("Enrollment Flag":[])", "msPKI-Enrollment-Flag"), "(none)");
  EXPECT_EQ(OfTemplate(R"("Extended Key Usage":[])", "pKIExtendedKeyUsage"), "(none)");
  EXPECT_EQ(OfTemplate(R"("Validity Period":0)", "pKIExpirationPeriod"), "(none)");
  EXPECT_EQ(OfTemplate(R"("Schema Version":1)", "msPKI-Template-Schema-Version"), "(none)");
  EXPECT_EQ(OfTemplate(R"("Schema Version":2)", "msPKI-Template-Schema-Version"), "2");
  EXPECT_EQ(OfTemplate(R"("Schema Version":1,"Template Schema Version":1)",
                       "msPKI-Template-Schema-Version"),
            "1");
  EXPECT_EQ(OfTemplate(R"("Private Key Flag":[16])", "msPKI-Private-Key-Flag"), "(none)");
}

TEST(CertipyTest, UsagesAreNamesOrOids) {
  constexpr std::string_view kUsages = "pKIExtendedKeyUsage";
  EXPECT_EQ(
      OfTemplate(R"("Extended Key Usage":["Smart Card Logon","1.3.6.1.4.1.99999.1"])", kUsages),
      "1.3.6.1.4.1.311.20.2.2|1.3.6.1.4.1.99999.1");
  const Export unknown = Read(Report(R"("Extended Key Usage":["Smart Card Logon","What"])"));
  ASSERT_EQ(unknown.sink.gaps.size(), 1U);
  EXPECT_EQ(unknown.sink.gaps[0].message, "T: a value of Extended Key Usage cannot be read");
}

// A name is that of anybody; Certipy names the two that mean the same everywhere itself.
TEST(CertipyTest, EnrollingIsForWhomItsSidTells) {
  const Export read = Read(Report(R"("Permissions":{"Enrollment Permissions":{
      "Enrollment Rights":["CONTOSO.TEST\\Domain Users","CONTOSO.TEST\\Authenticated Users"],
      "All Extended Rights":["S-1-5-21-1-2-3-1199"]},
      "Object Control Permissions":{"Full Control Principals":["S-1-5-21-1-2-3-512"]}})"));
  ASSERT_EQ(read.records.Of<TemplateRecord>().size(), 1U);
  EXPECT_EQ(Values(read.records.Of<TemplateRecord>()[0].attributes, "nTSecurityDescriptor"),
            "D:(OA;;CR;0e10c968-78fb-11d2-90d4-00c04f79dc55;;S-1-5-11)"
            "(OA;;CR;0e10c968-78fb-11d2-90d4-00c04f79dc55;;S-1-5-21-1-2-3-1199)(not whole)");
  EXPECT_EQ(read.sink.note,
            "nothing under Certificate Authorities, 1 principals told by their names only");
}

TEST(CertipyTest, TemplatesNameTheirAuthorities) {
  const Export read =
      Read(R"({"Certificate Authorities":{"0":{"CA Name":"Issuing","DNS Name":"ca"}},
      "Certificate Templates":{"0":{"Template Name":"A","Certificate Authorities":["Issuing"]},
                               "1":{"Template Name":"B","Certificate Authorities":["Issuing","Two"]},
                               "2":{"Template Name":"C"}}})");
  const auto services = read.Objects(DirectoryKind::kEnrolmentService);
  ASSERT_EQ(services.size(), 2U);
  EXPECT_EQ(Values(services[0].attributes, "cn"), "Issuing");
  EXPECT_EQ(Values(services[0].attributes, "certificateTemplates"), "A|B(not whole)");
  EXPECT_EQ(Values(services[1].attributes, "cn"), "Two");
  EXPECT_EQ(Values(services[1].attributes, "certificateTemplates"), "B(not whole)");
  EXPECT_EQ(read.sink.record_count, 4U);
  EXPECT_EQ(read.sink.damaged_count, 0U);
}

TEST(CertipyTest, NothingFoundIsText) {
  const Export read = Read(R"({"Certificate Authorities":"[!] Could not find any CAs",
                               "Certificate Templates":"[!] Could not find any certificate templates"})");
  EXPECT_TRUE(read.status);
  EXPECT_EQ(read.sink.record_count, 0U);
  EXPECT_EQ(read.sink.damaged_count, 0U);
  EXPECT_EQ(read.sink.note,
            "nothing under Certificate Templates, nothing under Certificate Authorities");
}

TEST(CertipyTest, DamageIsTold) {
  EXPECT_EQ(Read(R"({"Certificate Templates":{"0":5,"1":{}}})").sink.damaged_count, 2U);
  EXPECT_FALSE(Read(R"({"Certificate Templates":{"0":)").status);
  const Export deep = Read(R"({"Certificate Templates":)" + std::string(5'000, '[') +
                           std::string(5'000, ']') + "}");
  ASSERT_FALSE(deep.status);
  EXPECT_EQ(deep.status.error().code, ErrorCode::kTooLarge);
}

}  // namespace

}  // namespace whfb::test
