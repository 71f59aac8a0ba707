#include "scanner/engine/known_files.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "scanner/engine/file_access.h"

namespace whfb::engine {

namespace {

std::span<const std::byte> Bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

std::string Wide(std::string_view text) {
  std::string wide = "\xFF\xFE";
  for (const char letter : text) {
    wide.append({letter, '\0'});
  }
  return wide;
}

constexpr std::string_view kHtml =
    "MDM diagnostics as HTML: MDMDiagReport.xml says the same and is read";

TEST(KnownFilesTest, TellsAFileByItsContentWhateverItsName) {
  EXPECT_EQ(WhyNotRead(Bytes("<html><title>MDM Diagnostic Report</title>"), "x.bin"), kHtml);
  EXPECT_EQ(WhyNotRead(Bytes(Wide("\r\n[.ShellClassInfo]\r\n")), "x"),
            "how Explorer shows a folder: no evidence");
}

TEST(KnownFilesTest, EventsAsCsvAreKnownByTheNamesOfTheirColumns) {
  for (const std::string_view text :
       {// Windows PowerShell 5.1, PowerShell 7, -UseCulture, -Delimiter "`t", -UseQuotes AsNeeded
        "#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\r\n\"Message\",\"Id\",\"Version\","
        "\"Qualifiers\",\"Level\",\"TimeCreated\"\r\n",
        R"("Message";"Id";"Version";"Level";"RecordId";"ProviderName";"LogName";"TimeCreated")",
        "\"Id\"\t\"TimeCreated\"\t\"Message\"\r\n", "TimeCreated,Id,LevelDisplayName\n1,2,3",
        // Select-Object, Get-EventLog
        R"("TimeCreated","Id","Message")", R"("TimeGenerated","EventID","Source")"}) {
    for (const std::string& file :
         {std::string(text), "\xEF\xBB\xBF" + std::string(text), Wide(text)}) {
      EXPECT_EQ(WhyNotRead(Bytes(file), "x.csv"),
                "events as CSV: names of fields and zones of times are lost; export the log with "
                "wevtutil epl")
          << text;
    }
  }
}

TEST(KnownFilesTest, OtherTablesAreNoEvents) {
  for (const std::string_view text :
       {R"("Id","TimeCreated","Title")", R"("Message","Id","RecordId")",
        "Id,Name\nTimeCreated,Message", R"("Id,TimeCreated,Message")", "TimeCreated Id Message",
        "#TYPE x"}) {
    EXPECT_EQ(WhyNotRead(Bytes(text), "x.csv"), kUnknownFormat) << text;
  }
}

TEST(KnownFilesTest, ContentGoesBeforeName) {
  EXPECT_EQ(WhyNotRead(Bytes("<title>MDM Diagnostic Report"), "readme.txt"), kHtml);
}

TEST(KnownFilesTest, AMarkOfTheStartCountsOnlyThere) {
  EXPECT_TRUE(WhyNotRead(Bytes(R"({"data":[{"Aces":[{"PrincipalSID":"S-1-5-21-1"}]}]})"), "x.json")
                  .starts_with("BloodHound objects"));
  EXPECT_EQ(WhyNotRead(Bytes("see %PDF-1.7"), "x"), kUnknownFormat);
  EXPECT_EQ(WhyNotRead(Bytes("%PDF-1.7"), "x"), "PDF document: no evidence");
}

TEST(KnownFilesTest, TellsAFileByItsNameWithoutCase) {
  EXPECT_EQ(WhyNotRead({}, "a/b/MDMDiagHtmlReport.HTML"), kHtml);
  EXPECT_EQ(WhyNotRead({}, "(12) Command windir_system32_netsh_exe_winhttp_show output.log"),
            "output of netsh: network settings, which no rule judges");
  EXPECT_EQ(WhyNotRead(Bytes("x"), "DeviceHash_PC-0042.csv"),
            "hardware hash for Autopilot: as good as a secret, never used");
  EXPECT_EQ(WhyNotRead({}, "logs/trace.etl"),
            "trace (ETL): the event logs of the same components are read");
}

TEST(KnownFilesTest, NamesOfFoldersAndPartsOfNamesDoNotCount) {
  EXPECT_EQ(WhyNotRead({}, "netsh/x.bin"), kUnknownFormat);
  EXPECT_EQ(WhyNotRead({}, "trace.etl.bak"), kUnknownFormat);
  EXPECT_EQ(WhyNotRead({}, "gpt.ini2"), kUnknownFormat);
  EXPECT_EQ(WhyNotRead({}, "readme.bin"), kUnknownFormat);
}

TEST(KnownFilesTest, KindFollowsTheReason) {
  EXPECT_EQ(KindOfUnread(WhyNotRead({}, "x.bin")), "unrecognised");
  EXPECT_EQ(KindOfUnread(WhyNotRead({}, "thumbs.db")), "not-used");
}

TEST(KnownFilesTest, OnlyTwoFilesOfAHelloContainerAreOpened) {
  const std::string folder =
      "C/Windows/ServiceProfiles/LocalService/AppData/Local/Microsoft/Ngc/{1}/";
  EXPECT_FALSE(IsHelloKeyFile(folder + "1.dat"));
  EXPECT_FALSE(IsHelloKeyFile(folder + "7.dat"));
  EXPECT_TRUE(IsHelloKeyFile(folder + "Protectors/{2}/15.dat"));
  EXPECT_TRUE(IsHelloKeyFile(folder + "10.DAT"));
  EXPECT_FALSE(IsHelloKeyFile("Microsoft-Windows-NGC/15.dat"));
  // Also where only the end of the path was given as the input.
  EXPECT_TRUE(IsHelloKeyFile("Microsoft/Ngc/{1}/Protectors/{2}/15.dat"));
  EXPECT_TRUE(IsHelloKeyFile("ngc/%7B1%7D/keys"));
  EXPECT_TRUE(IsHelloKeyFile("{1}/Protectors/{2}/x"));
  EXPECT_TRUE(IsHelloKeyFile("{1}/15.dat"));
  EXPECT_FALSE(IsHelloKeyFile("{1}/7.DAT"));
  EXPECT_FALSE(IsHelloKeyFile("{1}/GptTmpl.inf"));
  EXPECT_FALSE(IsHelloKeyFile("Ngc/case/policies.reg"));
  EXPECT_EQ(WhyNotRead({}, folder + "15.dat"), kHelloKeyFile);
}

// The files that lie beside the report in a real MDM diagnostics package (PROVENANCE.md).
TEST(KnownFilesTest, KnowsTheRealFilesByContentAlone) {
  const std::string folder = WHFB_SHARED_DATA "/mdmdiag/2024_notenrolled/";
  for (const char* const name : {"MDMDiagHTMLReport.html", "MdmDiagLogMetadata.json",
                                 "MdmLogCollectorFootPrint.txt", "TpmHliInfo_Output.txt"}) {
    std::array<std::byte, readers::kHeadBytes> buffer{};
    const Result<std::span<const std::byte>> head = ReadHead(folder + name, buffer);
    if (!head) {
      GTEST_SKIP() << "shared data is missing: " << name;
    }
    EXPECT_NE(WhyNotRead(*head, "x"), kUnknownFormat) << name;
    EXPECT_EQ(WhyNotRead(*head, "x"), WhyNotRead({}, name)) << name;
  }
}

}  // namespace

}  // namespace whfb::engine
