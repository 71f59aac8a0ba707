// `certutil -v -template`. Expected values: listings in public write-ups, the enumeration
// EnrollmentTemplateProperty (certenroll.h), and the attributes that LDAP shows of such templates.

#include <string>

#include <gtest/gtest.h>

#include "tests/directory/directory_run.h"

namespace whfb::readers {
extern const ReaderSpec kTemplateListingReader;
}  // namespace whfb::readers

namespace whfb::test {

namespace {

using readers::TemplateRecord;

constexpr std::string_view kEnd = "CertUtil: -Template command completed successfully.\n";

Export Read(const std::string& text) {
  return {readers::kTemplateListingReader, text};
}

std::string OfTemplate(std::string_view lines, std::string_view attribute) {
  const Export read =
      Read(std::string("  TemplatePropCommonName = A\n").append(lines).append(kEnd));
  const auto templates = read.records.Of<TemplateRecord>();
  return templates.size() == 1 ? Values(templates[0].attributes, attribute) : "no template";
}

TEST(TemplateListingTest, ReadsPropertiesInAnyLanguage) {
  const Export read = Read(Golden("template-listing/whfb.in.txt"));
  ASSERT_EQ(read.records.Of<TemplateRecord>().size(), 1U);
  const TemplateRecord& record = read.records.Of<TemplateRecord>()[0];
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
  EXPECT_EQ(OfTemplate("  TemplatePropEKUs =\n2 Objektkennungen:\n    1.3.6.1.5.5.7.3.2 "
                       "Clientauthentifizierung\n    1.3.6.1.4.1.311.20.2.2 Smartcard-Anmeldung\n",
                       "pKIExtendedKeyUsage"),
            "1.3.6.1.5.5.7.3.2|1.3.6.1.4.1.311.20.2.2");
}

TEST(TemplateListingTest, AListThatLacksSomethingIsNotWhole) {
  constexpr std::string_view kUsage = "pKIExtendedKeyUsage";
  EXPECT_EQ(OfTemplate("  TemplatePropEKUs =\n2 ObjectIds:\n    1.3.6.1.5.5.7.3.2 x\n", kUsage),
            "(not whole)");
  EXPECT_EQ(OfTemplate("  TemplatePropEKUs =\n1 ObjectIds:\n    1.3.6.1.5.5.7.3.2 x\n", kUsage),
            "1.3.6.1.5.5.7.3.2");
  EXPECT_EQ(OfTemplate("  TemplatePropCryptoProviders =\n    1: B\n", "pKIDefaultCSPs"),
            "(not whole)");
  EXPECT_EQ(OfTemplate("  TemplatePropCryptoProviders =\n    0: A\n    1: B\n", "pKIDefaultCSPs"),
            "1,A|2,B");
  EXPECT_EQ(OfTemplate("  TemplatePropCryptoProviders =\n\n", "pKIDefaultCSPs"), "(none)");
}

TEST(TemplateListingTest, ACutListingLosesItsLastProperty) {
  const std::string text = Golden("template-listing/whfb.in.txt");
  const Export read = Read(text.substr(0, text.find("    1.3.6.1.5.5.7.3.2")));
  ASSERT_EQ(read.records.Of<TemplateRecord>().size(), 1U);
  const TemplateRecord& record = read.records.Of<TemplateRecord>()[0];
  EXPECT_EQ(Values(record.attributes, "pKIExtendedKeyUsage"), "(not whole)");
  EXPECT_EQ(record.why, WhyUnknown::kTruncated);
  ASSERT_EQ(read.sink.gaps.size(), 1U);
  EXPECT_EQ(read.sink.gaps[0].why, WhyUnknown::kTruncated);
}

TEST(TemplateListingTest, JoinsADescriptorThatWasBrokenWhenCopied) {
  EXPECT_EQ(OfTemplate("  TemplatePropSecurityDescriptor = D:(A;;GA;;;S-1-5-21-3975454498-\n"
                       "3980183307-2685672490-519)(A;;GR;;;AU)\n\n"
                       "    Allow Enroll\tCORP\\Domain Admins\n",
                       "nTSecurityDescriptor"),
            "D:(A;;GA;;;S-1-5-21-3975454498-3980183307-2685672490-519)(A;;GR;;;AU)");
}

// What stands behind damage is nobody's until the next name.
TEST(TemplateListingTest, DamageEndsATemplate) {
  const Export read = Read(
      "  TemplatePropCommonName = A\n  TemplatePropMinimumKeySize = 800 (2048)\n  \xff\xff\n"
      "  TemplatePropSchemaVersion = 4\n  TemplatePropCommonName = B\n"
      "  TemplatePropSchemaVersion = 2\n" +
      std::string(kEnd));
  const auto templates = read.records.Of<TemplateRecord>();
  ASSERT_EQ(templates.size(), 2U);
  EXPECT_EQ(Values(templates[0].attributes, "msPKI-Minimal-Key-Size"), "(not whole)");
  EXPECT_EQ(Values(templates[0].attributes, "msPKI-Template-Schema-Version"), "(none)");
  EXPECT_EQ(Values(templates[1].attributes, "msPKI-Template-Schema-Version"), "2");
  ASSERT_EQ(read.sink.gaps.size(), 1U);
  EXPECT_EQ(read.sink.gaps[0].place, 3U);
}

TEST(TemplateListingTest, ALostNameDoesNotMixTwoTemplates) {
  const Export read = Read(
      "  TemplatePropCommonName = A\n  TemplatePropSchemaVersion = 4\n"
      "  TemplatePropSchemaVersion = 2\n  TemplatePropMinimumKeySize = 1\n" +
      std::string(kEnd));
  ASSERT_EQ(read.records.Of<TemplateRecord>().size(), 1U);
  const TemplateRecord& record = read.records.Of<TemplateRecord>()[0];
  EXPECT_EQ(Values(record.attributes, "msPKI-Template-Schema-Version"), "4");
  EXPECT_EQ(Values(record.attributes, "msPKI-Minimal-Key-Size"), "(none)");
  EXPECT_EQ(read.sink.damaged_count, 1U);
}

TEST(TemplateListingTest, NamesOfTemplatesOfWindowsAreTranslated) {
  EXPECT_EQ(OfTemplate("  TemplatePropFriendlyName = Benutzer\n  TemplatePropSchemaVersion = 1\n",
                       "displayName"),
            "(none)");
  EXPECT_EQ(OfTemplate("  TemplatePropFriendlyName = Benutzer\n  TemplatePropSchemaVersion = 2\n",
                       "displayName"),
            "Benutzer");
}

TEST(TemplateListingTest, AFailureIsTold) {
  const Export read =
      Read("CertUtil: -Template command FAILED: 0x80070005 (WIN32: 5 ERROR_ACCESS_DENIED)\n");
  EXPECT_TRUE(read.status);
  ASSERT_EQ(read.sink.gaps.size(), 1U);
  EXPECT_EQ(read.sink.gaps[0].why, WhyUnknown::kDenied);
}

}  // namespace

}  // namespace whfb::test
