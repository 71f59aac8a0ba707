// Inputs that were made to hurt. Each must be read or refused within its limits: no crash, no loop,
// no silent loss.

#include <gtest/gtest.h>

#include "tests/directory/directory_run.h"

namespace whfb::test {

namespace {

using readers::DirectoryKind;

constexpr std::string_view kService =
    "dn: CN=C,CN=Enrollment Services,CN=Public Key Services,CN=Services,CN=Configuration,DC=a\n"
    "objectClass: pKIEnrollmentService\ncn: C\n";

std::string Repeated(std::string_view text, std::size_t count) {
  std::string all;
  all.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) {
    all.append(text);
  }
  return all;
}

TEST(HostileLdifTest, AMillionFoldsAreOneValue) {
  const std::string text =
      std::string(kService) + "certificateTemplates: x\n" + Repeated(" y\n", 1'000'000) + "\n";
  const Export read(readers::kLdifReader, text);
  ASSERT_EQ(read.Objects(DirectoryKind::kEnrolmentService).size(), 1U);
  const auto* const attribute =
      read.records.Of<readers::DirectoryObject>()[0].Find("certificateTemplates");
  ASSERT_NE(attribute, nullptr);
  EXPECT_EQ(attribute->values[0].size(), 1'000'001U);
}

TEST(HostileLdifTest, ALineBeyondTheLimitIsTooLarge) {
  const std::string part = " " + std::string(1 << 20, 'A') + "\n";
  const std::string text = std::string(kService) + "certificateTemplates: x\n" +
                           Repeated(part, 65) + "dNSHostName: ca.a\n\n";
  const Export read(readers::kLdifReader, text);
  const auto& object = read.records.Of<readers::DirectoryObject>()[0];
  EXPECT_EQ(object.Find("certificateTemplates")->why, WhyUnknown::kTooLarge);
  EXPECT_TRUE(object.Find("certificateTemplates")->values.empty());
  EXPECT_EQ(Values(object.attributes, "dNSHostName"), "ca.a");
  EXPECT_EQ(read.sink.damaged_count, 1U);
}

TEST(HostileLdifTest, AMillionValuesAreCutAndSaySo) {
  const std::string text =
      std::string(kService) + Repeated("certificateTemplates: a\n", 1'000'000) + "\n";
  const Export read(readers::kLdifReader, text);
  const auto* const attribute =
      read.records.Of<readers::DirectoryObject>()[0].Find("certificateTemplates");
  EXPECT_FALSE(attribute->whole);
  EXPECT_EQ(attribute->why, WhyUnknown::kTooLarge);
  EXPECT_EQ(attribute->values.size(), 8192U);
}

TEST(HostileLdifTest, AMillionUnknownAttributesAreSkipped) {
  std::string text(kService);
  for (int i = 0; i < 1'000'000; ++i) {
    text.append("x").append(std::to_string(i)).append(": y\n");
  }
  const Export read(readers::kLdifReader, text + "\n");
  EXPECT_EQ(read.records.Of<readers::DirectoryObject>()[0].attributes.size(), 2U);
  EXPECT_EQ(read.sink.damaged_count, 0U);
}

TEST(HostileLdifTest, AHundredThousandAccountsAreIndexed) {
  std::string text = "version: 1\n\n";
  constexpr int kAccounts = 100'000;
  for (int i = 0; i < kAccounts; ++i) {
    const std::string number = std::to_string(i);
    text.append("dn: CN=u").append(number).append(",DC=a\nobjectClass: user\nsAMAccountName: u");
    text.append(number).append("\nobjectSid: S-1-5-21-1-2-3-").append(number).append("\n\n");
  }
  Environment environment;
  environment.Add(readers::kLdifReader, text).Finish();
  const Table& accounts = environment.TableOf("environment.account");
  EXPECT_EQ(accounts.size(), static_cast<std::size_t>(kAccounts));
  EXPECT_EQ(accounts.RowsWith(0, "S-1-5-21-1-2-3-77777"), std::vector<std::size_t>{77777});
}

TEST(HostileLdifTest, NamesMadeOfCommasAndQuotesEnd) {
  for (const std::string& name :
       {Repeated("CN=a,", 200'000) + "DC=b", std::string(500'000, '\\'),
        "CN=" + std::string(500'000, '"'), Repeated("\\2C", 200'000), std::string(500'000, '=')}) {
    const Export read(readers::kLdifReader,
                      "dn: " + name + "\nobjectClass: user\nuserAccountControl: 512\n\n");
    EXPECT_EQ(read.sink.record_count, 1U);
  }
}

TEST(HostileLdifTest, RandomOctetsAreReadOrRefused) {
  std::uint32_t state = 12345;
  for (int round = 0; round < 200; ++round) {
    std::string text = "dn: CN=a\n";
    for (int i = 0; i < 400; ++i) {
      state = state * 1'664'525U + 1'013'904'223U;
      text.push_back(static_cast<char>(state >> 24U));
    }
    const Export read(readers::kLdifReader, text);
    EXPECT_TRUE(read.sink.damaged_count > 0 || read.status);
  }
}

TEST(HostileJsonTest, DeepDocumentsAreRefused) {
  const std::string deep = R"({"data":)" + std::string(100'000, '[') + std::string(100'000, ']') +
                           R"(,"meta":{"type":"users"}})";
  const Export bloodhound(readers::kBloodhoundReader, deep);
  ASSERT_FALSE(bloodhound.status);
  EXPECT_EQ(bloodhound.status.error().code, ErrorCode::kTooLarge);
  const Export certipy(readers::kCertipyReader,
                       R"({"Certificate Templates":)" + std::string(100'000, '{'));
  EXPECT_FALSE(certipy.status);
}

TEST(HostileJsonTest, AHundredThousandObjectsAreReadOneByOne) {
  std::string text = R"({"data":[)";
  for (int i = 0; i < 100'000; ++i) {
    text.append(i == 0 ? "" : ",")
        .append(R"({"Properties":{"samaccountname":"u"},"ObjectIdentifier":"S-1-5-21-1-2-3-)")
        .append(std::to_string(i))
        .append(R"(","Aces":[{"RightName":"GenericAll","PrincipalSID":"S-1-1-0"}]})");
  }
  text.append(R"(],"meta":{"type":"users","count":100000,"version":5}})");
  const Export read(readers::kBloodhoundReader, text);
  EXPECT_EQ(read.Objects(DirectoryKind::kUser).size(), 100'000U);
  EXPECT_EQ(read.sink.damaged_count, 0U);
}

TEST(HostileTextTest, ListingsOfAnyLengthEnd) {
  const Export names(readers::kCaTemplatesReader, Repeated("A: b -- c\n", 500'000));
  EXPECT_EQ(names.records.Of<readers::IssuedTemplates>()[0].why, WhyUnknown::kTooLarge);
  EXPECT_FALSE(names.records.Of<readers::IssuedTemplates>()[0].complete);
  const Export listing(
      readers::kTemplateListingReader,
      "TemplatePropCommonName = A\nTemplatePropEKUs =\n" + Repeated("  1.2.3 x\n", 500'000));
  EXPECT_EQ(listing.records.Of<readers::TemplateRecord>().size(), 1U);
  const Export values(readers::kDstemplateReader,
                      "[A]\n msPKI-x = " + Repeated("\"a\" b, ", 500'000) + "\n[B]\n");
  EXPECT_EQ(values.records.Of<readers::TemplateRecord>().size(), 1U);
}

}  // namespace

}  // namespace whfb::test
