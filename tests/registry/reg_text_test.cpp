#include <algorithm>

#include <gtest/gtest.h>

#include "collectors/readers/reg_lines.h"
#include "collectors/readers/registry_record.h"
#include "collectors/readers/small_records.h"
#include "tests/registry/registry_text.h"

namespace whfb::test {

namespace {

using readers::RegistryKey;
using readers::RegistryRoot;
using readers::RegistryType;
using readers::RegistryValue;

constexpr std::string_view kHeader = "Windows Registry Editor Version 5.00\n\n";
constexpr std::string_view kGpo =
    "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\PassportForWork]\n";

struct RegTextTest : testing::Test {
  Reading reading;

  void Read(std::string_view text) {
    const Status status = reading.Read(readers::kRegTextReader, text);
    ASSERT_TRUE(status) << status.error().ToString();
  }

  void ReadExport(std::string_view body) { Read(Utf16(std::string(kHeader).append(body))); }

  [[nodiscard]] const RegistryValue* Value(std::string_view name) const {
    const auto values = reading.records.Of<RegistryValue>();
    const auto found = std::ranges::find(values, name, &RegistryValue::name);
    return found == values.end() ? nullptr : &*found;
  }

  [[nodiscard]] auto Keys() const { return reading.records.Of<RegistryKey>(); }

  [[nodiscard]] auto Roots() const { return reading.records.Of<RegistryRoot>(); }
};

TEST_F(RegTextTest, ReadsEveryValueTypeOfAnExport) {
  ReadExport(
      std::string(kGpo).append("@=\"default\"\n"
                               "\"Enabled\"=dword:00000001\n"
                               "\"Text\"=\"a\\\\b \\\"c\\\"\"\n"
                               "\"Name=with]both\"=dword:ffffffff\n"
                               "\"Binary\"=hex:01,02,\\\n  03\n"
                               "\"Expand\"=hex(2):25,00,41,00,25,00,00,00\n"
                               "\"Multi\"=hex(7):61,00,00,00,62,00,00,00,00,00\n"
                               "\"Qword\"=hex(b):01,00,00,00,01,00,00,00\n"
                               "\"None\"=hex(0):\n\n"));
  EXPECT_EQ(Value("")->text, "default");
  EXPECT_EQ(Value("Enabled")->number, 1U);
  EXPECT_EQ(Value("Text")->text, "a\\b \"c\"");
  EXPECT_EQ(Value("Name=with]both")->number, 0xFFFFFFFFU);
  EXPECT_EQ(Value("Binary")->bytes.size(), 3U);
  EXPECT_EQ(Value("Expand")->text, "%A%");
  EXPECT_EQ(Value("Multi")->text, "a\nb");
  EXPECT_EQ(Value("Qword")->number, 0x100000001U);
  EXPECT_EQ(Value("None")->type, RegistryType::kOther);
  EXPECT_TRUE(std::ranges::none_of(reading.records.Of<RegistryValue>(), &RegistryValue::malformed));
  EXPECT_TRUE(reading.sink.gaps.empty());
}

TEST_F(RegTextTest, NamesTheLineAndThePathOfAValue) {
  ReadExport(std::string(kGpo).append("\"Enabled\"=dword:00000001\n\n"));
  EXPECT_EQ(Value("Enabled")->source.place, 4U);
  EXPECT_EQ(Value("Enabled")->source.key,
            "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\PassportForWork\\Enabled");
}

TEST_F(RegTextTest, AnExportProvesItsWholeSubtree) {
  ReadExport(
      "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies]\n\n"
      "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\PassportForWork]\n\n");
  ASSERT_EQ(Roots().size(), 1U);
  EXPECT_EQ(Roots()[0].path, "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies");
  EXPECT_TRUE(Roots()[0].complete);
  ASSERT_EQ(Keys().size(), 1U);
  EXPECT_TRUE(Keys()[0].complete);
}

TEST_F(RegTextTest, AnExportWithoutTheClosingEmptyLineWasCut) {
  ReadExport(std::string(kGpo).append("\"Enabled\"=dword:00000001\n"));
  EXPECT_FALSE(Roots()[0].complete);
  EXPECT_EQ(Roots()[0].why, WhyUnknown::kTruncated);
  EXPECT_FALSE(Keys()[0].complete);
  EXPECT_EQ(Value("Enabled")->number, 1U);
}

TEST_F(RegTextTest, AScriptWithCommentsProvesNoAbsence) {
  ReadExport(std::string(kGpo).append("; note\n\"Enabled\"=dword:00000001\n\n"));
  EXPECT_TRUE(Roots().empty());
  EXPECT_FALSE(Keys()[0].complete);
}

TEST_F(RegTextTest, AScriptWithDeletionsProvesNoAbsence) {
  ReadExport(std::string(kGpo).append("\"Enabled\"=-\n\n"));
  EXPECT_TRUE(Roots().empty());
  EXPECT_FALSE(Keys()[0].complete);
  EXPECT_TRUE(Value("Enabled")->deleted);
}

TEST_F(RegTextTest, AFileThatLeavesItsFirstKeyIsNoExport) {
  ReadExport(std::string(kGpo).append(
      "\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\PassportForWorkX]\n\n"));
  EXPECT_TRUE(Roots().empty());
}

TEST_F(RegTextTest, EightBitTextIsNoOriginalExport) {
  Read(
      "REGEDIT4\r\n\r\n[HKLM\\SOFTWARE\\Policies\\Microsoft\\PassportForWork]\r\n"
      "\"Enabled\"=dword:00000001\r\n\"N\"=\"Stra\xDF"
      "e\"\r\n\r\n");
  EXPECT_TRUE(Roots().empty());
  EXPECT_FALSE(Keys()[0].complete);
  EXPECT_EQ(Keys()[0].path, "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\PassportForWork");
  EXPECT_EQ(Value("Enabled")->number, 1U);
  EXPECT_FALSE(Value("N")->text.empty());
}

TEST_F(RegTextTest, JoinedExportsAreTwoRoots) {
  const std::string first = Utf16(std::string(kHeader).append(kGpo).append("\n"));
  const std::string second = Utf16(std::string(kHeader).append(
      "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System]\n"
      "\"EnableLUA\"=dword:00000001\n\n"));
  Read(first + second);
  ASSERT_EQ(Roots().size(), 2U);
  EXPECT_TRUE(Roots()[0].complete);
  EXPECT_TRUE(Roots()[1].complete);
}

TEST_F(RegTextTest, DamageMakesTheKeyAndTheRootIncomplete) {
  ReadExport(std::string(kGpo).append("\"Enabled\"=dword:0000zz01\n\n"));
  EXPECT_TRUE(Value("Enabled")->malformed);
  EXPECT_FALSE(Roots()[0].complete);
  EXPECT_EQ(Roots()[0].why, WhyUnknown::kMalformed);
  EXPECT_FALSE(Keys()[0].complete);
  EXPECT_EQ(reading.sink.gaps.size(), 1U);
}

// A name that is damaged may be that of any value: what it was is not absent.
TEST_F(RegTextTest, HalfASurrogatePairMakesItsKeyIncomplete) {
  std::string text =
      Utf16(std::string(kHeader).append(kGpo).append("\"Ena#led\"=dword:00000001\n\n"));
  text.replace(text.find('#'), 2, std::string("\x00\xD8", 2));
  Read(text);
  EXPECT_FALSE(Keys()[0].complete);
  ASSERT_EQ(reading.sink.gaps.size(), 1U);
  EXPECT_EQ(reading.sink.gaps[0].place, 4U);
}

TEST_F(RegTextTest, HalfASurrogatePairInAForeignValueIsNoDamage) {
  std::string text = Utf16(
      std::string(kHeader).append("[HKEY_LOCAL_MACHINE\\SOFTWARE\\Foreign]\n\"Name\"=\"#\"\n\n"));
  text.replace(text.find('#'), 2, std::string("\x00\xD8", 2));
  Read(text);
  EXPECT_TRUE(reading.sink.gaps.empty());
}

TEST_F(RegTextTest, KeepsLineBreaksInsideText) {
  ReadExport(std::string(kGpo).append("\"Text\"=\"one\ntwo\"\n\"Enabled\"=dword:00000001\n\n"));
  EXPECT_EQ(Value("Text")->text, "one\ntwo");
  EXPECT_EQ(Value("Enabled")->number, 1U);
}

TEST_F(RegTextTest, ReadsTheDumpDialect) {
  Read(
      "[HKEY_LOCAL_MACHINE\\software\\microsoft\\policies\\PassportForWork\\t\\Device\\Policies]"
      "\r\n"
      "    \"UsePassportForWork\"=DWORD:00000001\r\n"
      "    \"Xml\"=\"<a b=\"c\">\r\n  <d/>\r\n</a>\"\r\n"
      "    \"Big\"=QWORD:1000030\r\n"
      "    \"List\"=MULTI_SZ:\"PowerSettings\"\r\n\r\n"
      "[HKEY_LOCAL_MACHINE\\software\\microsoft\\enrollments]\r\n\r\n");
  EXPECT_EQ(Value("UsePassportForWork")->number, 1U);
  EXPECT_EQ(Value("Xml")->text, "<a b=\"c\">\n  <d/>\n</a>");
  EXPECT_EQ(Value("Big")->number, 0x1000030U);
  EXPECT_EQ(Value("List")->text, "PowerSettings");
  EXPECT_TRUE(Roots().empty());
  ASSERT_EQ(Keys().size(), 2U);
  EXPECT_TRUE(Keys()[0].complete);
  EXPECT_TRUE(Keys()[1].complete);
}

TEST_F(RegTextTest, MakesScepStatesFromTheDump) {
  Read(
      "[HKEY_LOCAL_MACHINE\\software\\microsoft\\provisioning\\Diagnostics\\SCEP\\Model_AC_1]\r\n"
      "    \"Error\"=DWORD:82ab0011\r\n"
      "    \"Metadata2\"=\"Install\"\r\n\r\n");
  const auto states = reading.records.Of<readers::ScepState>();
  ASSERT_EQ(states.size(), 1U);
  EXPECT_EQ(states[0].unique_id, "Model_AC_1");
  EXPECT_EQ(states[0].error.value, 0x82AB0011U);
  EXPECT_FALSE(states[0].status.present());
  EXPECT_TRUE(reading.records.Of<readers::ScepSection>().empty());
}

TEST_F(RegTextTest, TheErrorOfAnotherCommandIsNoneOfTheEnrolment) {
  for (const auto& [command, known] : {std::pair{"Install", true}, std::pair{"Delete", false}}) {
    Reading other;
    const std::string text =
        std::string(
            "[HKEY_LOCAL_MACHINE\\software\\microsoft\\provisioning\\Diagnostics\\SCEP\\A]"
            "\r\n    \"Error\"=DWORD:82ab0011\r\n    \"Metadata2\"=\"")
            .append(command)
            .append("\"\r\n\r\n");
    ASSERT_TRUE(other.Read(readers::kRegTextReader, text));
    const auto states = other.records.Of<readers::ScepState>();
    ASSERT_EQ(states.size(), 1U);
    EXPECT_EQ(states[0].error.present(), known) << command;
  }
}

TEST_F(RegTextTest, CountsTheRealDumpAsItsOriginSays) {
  const std::string dump =
      ReadAll(WHFB_SHARED_DATA "/mdmdiag/2020_notenrolled/MdmDiagReport_RegistryDump.reg");
  if (dump.empty()) {
    GTEST_SKIP() << "shared data is missing";
  }
  Read(dump);
  // Keys and named values as its provenance says; 122 default values were counted with grep.
  EXPECT_EQ(reading.sink.note, "8-bit, registry dump, 2139 keys");
  EXPECT_EQ(reading.sink.record_count, 10953U + 122U);
  EXPECT_EQ(reading.sink.damaged_count, 0U);
}

TEST_F(RegTextTest, ReadsTheRealUacExport) {
  const std::string text = ReadAll(WHFB_SHARED_DATA "/reg-text/UAC_utf16.reg");
  if (text.empty()) {
    GTEST_SKIP() << "shared data is missing";
  }
  Read(text);
  EXPECT_EQ(reading.sink.record_count, 6U);
  EXPECT_EQ(Value("PromptOnSecureDesktop")->number, 0U);
  EXPECT_TRUE(Roots()[0].complete);
}

TEST_F(RegTextTest, ReadsTheRealScript) {
  const std::string text = ReadAll(WHFB_SHARED_DATA "/reg-text/HKLM_ansi_comments.reg");
  if (text.empty()) {
    GTEST_SKIP() << "shared data is missing";
  }
  Read(text);
  EXPECT_EQ(reading.sink.note, "8-bit, 5 keys");
  EXPECT_EQ(reading.sink.record_count, 5U);
  EXPECT_TRUE(Roots().empty());
}

TEST(RegTextTruncationTest, NoCutFileProvesAnAbsence) {
  const std::string text = Utf16(std::string(kHeader).append(kGpo).append(
      "\"A\"=\"x\\\\\"\n\"B\"=hex:01,\\\n  02\n\"Enabled\"=dword:00000001\n\n"));
  for (std::size_t size = 0; size < text.size(); ++size) {
    Reading reading;
    (void)reading.Read(readers::kRegTextReader, std::string_view(text).substr(0, size));
    for (const RegistryRoot& root : reading.records.Of<RegistryRoot>()) {
      EXPECT_FALSE(root.complete) << size;
    }
    for (const RegistryKey& key : reading.records.Of<RegistryKey>()) {
      EXPECT_FALSE(key.complete) << size;
    }
  }
}

// What is left of "dword:00000012" looks like another number.
TEST(RegTextTruncationTest, NoCutValueIsAnotherValue) {
  const std::string body = std::string(kGpo).append(
      "\"Enabled\"=dword:00000012\n\"Blob\"=hex:01,02,03\n\"Path\"=hex(2):41,00,42,00,00,00\n\n");
  const std::string dump =
      std::string("[HKEY_LOCAL_MACHINE\\software\\policies\\microsoft\\passportforwork]\n")
          .append("    \"Enabled\"=DWORD:00000012\n    \"Blob\"=hex(3):01,02,03\n\n");
  for (const std::string& text :
       {Utf16(std::string(kHeader).append(body)), std::string("REGEDIT4\n\n").append(body), dump}) {
    for (std::size_t size = 0; size < text.size(); ++size) {
      Reading reading;
      (void)reading.Read(readers::kRegTextReader, std::string_view(text).substr(0, size));
      for (const RegistryValue& value : reading.records.Of<RegistryValue>()) {
        const bool enabled = value.name == "Enabled" && value.number == 0x12;
        const bool blob = value.name == "Blob" && value.bytes.size() == 3;
        EXPECT_TRUE(value.malformed || enabled || blob || value.name == "Path") << size;
      }
    }
  }
}

// A script without a line end at its end, as editors write it.
TEST_F(RegTextTest, TheLastValueOfAFileNeedsNoLineEnd) {
  Read(std::string("REGEDIT4\r\n\r\n").append(kGpo).append("\"A\"=\"x\"\r\n\"B\"=dword:00000007"));
  EXPECT_EQ(Value("A")->text, "x");
  EXPECT_EQ(Value("B")->number, 7U);
  EXPECT_FALSE(Value("B")->malformed);
}

// Version 4 writes texts as 8-bit octets, version 5 as UTF-16.
TEST_F(RegTextTest, OctetsOfVersionFourAreNotUtf16) {
  Read(std::string("REGEDIT4\n\n")
           .append(kGpo)
           .append("\"Expand\"=hex(2):25,77,69,6e,25,00\n\"Multi\"=hex(7):61,62,00,63,00,00\n\n"));
  EXPECT_EQ(Value("Expand")->text, "%win%");
  EXPECT_EQ(Value("Multi")->text, "ab\nc");
  EXPECT_FALSE(Value("Expand")->malformed);
}

TEST(RegTextTruncationTest, SurvivesEveryCutOfADump) {
  const std::string text =
      "[HKEY_LOCAL_MACHINE\\software\\microsoft\\enrollments]\r\n    \"Xml\"=\"<a>\r\n</a>\"\r\n"
      "    @=\"d\"\r\n    \"Q\"=QWORD:1\r\n\r\n";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    Reading reading;
    (void)reading.Read(readers::kRegTextReader, std::string_view(text).substr(0, size));
  }
}

TEST(RegTextRecogniseTest, KnowsTheDialectsByContent) {
  const auto score = [](std::string_view text, std::string_view name) {
    return readers::kRegTextReader.recognise({std::as_bytes(std::span(text)), name});
  };
  EXPECT_EQ(score(Utf16(kHeader), "export"), 100);
  EXPECT_EQ(score("REGEDIT4\r\n", "x"), 100);
  EXPECT_EQ(score("[HKEY_LOCAL_MACHINE\\software]\r\n", "x"), 90);
  EXPECT_EQ(score("[Version]\r\n", "x.inf"), 0);
}

TEST(RegLinesTest, ConvertsAcrossPieceBorders) {
  std::string plain;
  std::string wide = "\xFF\xFE";
  for (int line = 0; line < 40000; ++line) {
    wide.append("a\0", 2).append("\xE4\0", 2).append("\x3D\xD8\x00\xDE", 4).append("\n\0", 2);
  }
  readers::RegLines lines(std::as_bytes(std::span(wide)));
  std::string_view line;
  std::size_t count = 0;
  while (lines.Next(line)) {
    ASSERT_EQ(line, "a\xC3\xA4\xF0\x9F\x98\x80");
    ++count;
  }
  EXPECT_EQ(count, 40000U);
}

TEST(RegLinesTest, ShowsLoneSurrogatesAsReplacements) {
  const std::string wide("\xFF\xFE\x00\xD8\x41\x00", 6);
  readers::RegLines lines(std::as_bytes(std::span(wide)));
  std::string_view line;
  ASSERT_TRUE(lines.Next(line));
  EXPECT_EQ(line,
            "\xEF\xBF\xBD"
            "A");
  EXPECT_EQ(lines.replaced(), 1U);
}

}  // namespace

}  // namespace whfb::test
