#include <gtest/gtest.h>

#include "collectors/readers/small_records.h"
#include "tests/registry/registry_text.h"

namespace whfb::test {

namespace {

using readers::ScepSection;
using readers::ScepState;

constexpr std::string_view kReport =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<MDMEnterpriseDiagnosticsReport>\n"
    "  <SCEP>\n"
    "    <MdmServerDeviceCert>\n"
    "      <Identifier>\n"
    "        <ID>ModelName_AC_1</ID>\n"
    "        <Error>-2102722543</Error>\n"
    "        <Status>16</Status>\n"
    "        <Action>\n"
    "          <CAThumbprint>0102</CAThumbprint>\n"
    "          <EKUMapping>1.3.6.1.4.1.311.20.2.2+1.3.6.1.5.5.7.3.2</EKUMapping>\n"
    "          <HashAlgorithm>SHA-2</HashAlgorithm>\n"
    "          <KeyLengh>2048</KeyLengh>\n"
    "          <KeyProtection>4</KeyProtection>\n"
    "          <KeyUsage>128</KeyUsage>\n"
    "          <RetryCount>3</RetryCount>\n"
    "          <ServerURL>https://ndes.contoso.com/certsrv/mscep/mscep.dll</ServerURL>\n"
    "        </Action>\n"
    "      </Identifier>\n"
    "    </MdmServerDeviceCert>\n"
    "  </SCEP>\n"
    "  <WAP></WAP>\n"
    "</MDMEnterpriseDiagnosticsReport>\n";

TEST(MdmReportTest, ReadsTheScepState) {
  Reading reading;
  ASSERT_TRUE(reading.Read(readers::kMdmReportReader, kReport));
  const auto states = reading.records.Of<ScepState>();
  ASSERT_EQ(states.size(), 1U);
  EXPECT_EQ(states[0].unique_id, "ModelName_AC_1");
  EXPECT_EQ(states[0].error.value, 0x82AB0011U);  // requirements A7.1: signed decimal -2102722543
  EXPECT_EQ(states[0].status.value, 16);
  EXPECT_EQ(states[0].key_protection.value, 4);
  EXPECT_EQ(states[0].key_usage.value, 128);
  EXPECT_EQ(states[0].key_length.value, 2048);
  EXPECT_EQ(states[0].retry_count.value, 3);
  ASSERT_EQ(states[0].eku.value.size(), 2U);
  EXPECT_EQ(states[0].eku.value[0], "1.3.6.1.4.1.311.20.2.2");
  EXPECT_EQ(states[0].server_url.value, "https://ndes.contoso.com/certsrv/mscep/mscep.dll");
  EXPECT_FALSE(states[0].thumbprint.present());
  EXPECT_EQ(states[0].source.place, 5U);
  ASSERT_EQ(reading.records.Of<ScepSection>().size(), 1U);
  EXPECT_TRUE(reading.records.Of<ScepSection>()[0].complete);
}

TEST(MdmReportTest, AnEmptySectionProvesThatThereIsNoRequest) {
  Reading reading;
  ASSERT_TRUE(reading.Read(readers::kMdmReportReader,
                           "<MDMEnterpriseDiagnosticsReport><SCEP></SCEP>"
                           "</MDMEnterpriseDiagnosticsReport>"));
  ASSERT_EQ(reading.records.Of<ScepSection>().size(), 1U);
  EXPECT_TRUE(reading.records.Of<ScepSection>()[0].complete);
}

TEST(MdmReportTest, ACutSectionIsNotComplete) {
  const std::size_t inside = kReport.find("<KeyUsage>");
  Reading reading;
  (void)reading.Read(readers::kMdmReportReader, kReport.substr(0, inside));
  for (const ScepSection& section : reading.records.Of<ScepSection>()) {
    EXPECT_FALSE(section.complete);
  }
  EXPECT_EQ(reading.sink.gaps.size(), 1U);
}

TEST(MdmReportTest, SurvivesEveryTruncationAndProvesNothingFromIt) {
  const std::size_t end = kReport.find("<WAP>");
  for (std::size_t size = 0; size < end; ++size) {
    Reading reading;
    (void)reading.Read(readers::kMdmReportReader, kReport.substr(0, size));
    for (const ScepSection& section : reading.records.Of<ScepSection>()) {
      EXPECT_FALSE(section.complete) << size;
    }
  }
}

// "<Error>-21" of "-2102722543" is no error code.
TEST(MdmReportTest, ACutRequestIsNoRequest) {
  for (const std::string_view part : {"Model", "-21", "</Action>"}) {
    Reading reading;
    const std::size_t cut = kReport.find(part) + part.size();
    ASSERT_TRUE(reading.Read(readers::kMdmReportReader, kReport.substr(0, cut)));
    EXPECT_TRUE(reading.records.Of<ScepState>().empty()) << part;
    EXPECT_EQ(reading.sink.gaps.size(), 1U);
  }
}

TEST(MdmReportTest, TellsTheLinesOfAReportInUtf16) {
  Reading reading;
  ASSERT_TRUE(reading.Read(readers::kMdmReportReader, Utf16(kReport)));
  EXPECT_EQ(reading.records.Of<ScepState>()[0].source.place, 5U);
  EXPECT_EQ(reading.records.Of<ScepSection>()[0].source.place, 3U);
}

TEST(MdmReportTest, ReadsTheRealReportOfAnUnmanagedPc) {
  const std::string text = ReadAll(WHFB_SHARED_DATA "/mdmdiag/2020_notenrolled/MDMDiagReport.xml");
  if (text.empty()) {
    GTEST_SKIP() << "shared data is missing";
  }
  Reading reading;
  ASSERT_TRUE(reading.Read(readers::kMdmReportReader, text));
  EXPECT_EQ(reading.records.Of<ScepState>().size(), 0U);  // provenance: 0 identifiers
  ASSERT_EQ(reading.records.Of<ScepSection>().size(), 1U);
  EXPECT_TRUE(reading.records.Of<ScepSection>()[0].complete);
  EXPECT_EQ(reading.records.Of<ScepSection>()[0].source.place, 15019U);  // as grep -n says
}

TEST(MdmReportTest, ADocumentTypeLeavesAllOfItUnknown) {
  std::string text(kReport);
  text.insert(text.find("<MDM"), "<!DOCTYPE r [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>");
  Reading reading;
  const Status status = reading.Read(readers::kMdmReportReader, text);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message,
            "the document has a document type (DOCTYPE); entities are never expanded");
  EXPECT_TRUE(reading.records.Of<ScepState>().empty());
}

}  // namespace

}  // namespace whfb::test
