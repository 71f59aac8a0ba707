#include "report/terminal_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/safe_text.h"
#include "report/text_wrap.h"
#include "tests/report/sample_fleet.h"

namespace whfb::report {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string Text(const ResultSource& source, const TerminalStyle& style = {}) {
  StringSink sink;
  const Status status = WriteTerminalReport(source, style, sink);
  EXPECT_TRUE(status) << status.error().ToString();
  return sink.text();
}

TEST(TerminalReportTest, SaysWhoIsReadyAndWhatToDo) {
  const std::string text = Text(*SampleFleet(12));
  EXPECT_THAT(text, HasSubstr("whfbscan 0.1.0, as of 2026-11-25T00:00:00Z\n"
                              "12 devices, 12 users, 1 environment, 2 domain controllers\n"));
  EXPECT_THAT(text, HasSubstr("                         ready       blocked  undetermined\n"
                              "  devices                    6             4             2\n"));
  EXPECT_THAT(text, HasSubstr("  critical cert.in-whfb-container: 2 users\n"));
  EXPECT_THAT(text, HasSubstr("    fix    Enrol the user with the certificate profile or template "
                              "that names the Passport KSP as\n           its provider.\n"));
  EXPECT_THAT(text, HasSubstr("What to do next\n  1. settles up to 6 unknown findings, 6 critical\n"
                              "     certutil -v -user -store My > user-my.txt   (as the signed-in "
                              "user)\n"));
  // One reason that leaves several rules open is told once.
  EXPECT_THAT(text, HasSubstr("  critical cert.in-whfb-container, cert.upn-matches-account, "
                              "cert.valid-now: 2 users, e.g.\n"));
  EXPECT_THAT(text, HasSubstr("chunk 3 has a wrong checksum"));
  EXPECT_THAT(text, HasSubstr("12 notes apply"));
  EXPECT_THAT(text,
              HasSubstr("Notes that apply\n  rdp.key-trust-note: 12 devices, e.g. PC-00001: "));
}

TEST(TerminalReportTest, PlainTextHasNoEscapes) {
  EXPECT_THAT(Text(*SampleFleet(12)), Not(HasSubstr("\x1B")));
  EXPECT_THAT(Text(*SampleFleet(12), {.colour = true}), HasSubstr("\x1B[1;31mcritical\x1B[0m"));
}

TEST(TerminalReportTest, HostileTextCannotDriveTheTerminal) {
  const std::string text = Text(*HostileResults());
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint point = DecodeUtf8(text, i);
    ASSERT_TRUE(point.valid) << i;
    ASSERT_TRUE(point.value == '\n' || !IsControl(point.value)) << i << ": " << point.value;
    i += point.size;
  }
}

TEST(TerminalReportTest, LinesKeepTheWidthUnlessAWordIsLonger) {
  for (const std::size_t width : {60U, 80U, 120U}) {
    const std::string text = Text(*SampleFleet(12), {.width = width});
    for (std::size_t start = 0; start < text.size();) {
      const std::size_t end = text.find('\n', start);
      EXPECT_LE(DisplayWidth(text.substr(start, end - start)), std::max<std::size_t>(width, 80U))
          << text.substr(start, end - start);
      start = end + 1;
    }
  }
}

TEST(TextWrapTest, KeepsLongWordsAndCountsWideCharacters) {
  EXPECT_EQ(Wrapped("  a", "one two three", 4, 24), "  a one two three\n");
  EXPECT_EQ(Wrapped("", "12345678901234567890123 x", 0, 20), "12345678901234567890123\nx\n");
  EXPECT_EQ(DisplayWidth("\xE6\xBC\xA2\xE5\xAD\x97"), 4U);
  EXPECT_EQ(Wrapped("", "", 0, 20), "\n");
}

TEST(SafeTextTest, DecodesOnlyShortestFormsOfScalarValues) {
  EXPECT_EQ(Printable("a\xC0\x80z"), "a\xEF\xBF\xBD\xEF\xBF\xBDz");
  EXPECT_EQ(Printable("\xED\xA0\x80").size(), 9U);
  EXPECT_EQ(Printable("\xF4\x90\x80\x80").size(), 12U);
  EXPECT_EQ(Printable("\xF0\x9F\x94\x92"), "\xF0\x9F\x94\x92");
  EXPECT_EQ(Printable("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(Printable("a\r\n\tb"), "a   b");
}

}  // namespace
}  // namespace whfb::report
