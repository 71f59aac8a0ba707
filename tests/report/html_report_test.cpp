#include "report/html_report.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/html_data.h"
#include "report/safe_text.h"
#include "tests/report/sample_fleet.h"

namespace whfb::report {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string Html(const ResultSource& source) {
  StringSink sink;
  const Status status = WriteHtmlReport(source, sink);
  EXPECT_TRUE(status) << status.error().ToString();
  return sink.text();
}

std::string Between(const std::string& text, const std::string& begin, const std::string& end) {
  const std::size_t start = text.find(begin);
  EXPECT_NE(start, std::string::npos) << begin;
  const std::size_t from = start + begin.size();
  return text.substr(from, text.find(end, from) - from);
}

std::size_t CountOf(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t i = text.find(part); i != std::string::npos; i = text.find(part, i + 1)) {
    ++count;
  }
  return count;
}

TEST(HtmlReportTest, TheDecisionAndTheCausesNeedNoScript) {
  const std::string html = Html(*SampleFleet(12));
  EXPECT_THAT(html, HasSubstr("4 of 12 devices are blocked. 2 could not be judged yet."));
  EXPECT_THAT(html, HasSubstr("The user has a sign-in certificate in the Windows Hello for "
                              "Business container <code>cert.in-whfb-container</code>"));
  EXPECT_THAT(html, HasSubstr("<dt>Fix</dt><dd class=\"fix\">Enrol the user with"));
  EXPECT_THAT(html, HasSubstr("<li>user11@contoso.com on PC-00011</li>"));
  EXPECT_THAT(html,
              HasSubstr("<b>What to do next.</b></p><ol><li>settles up to 6 unknown findings"));
  EXPECT_THAT(html, HasSubstr("chunk 3 has a wrong checksum"));
}

TEST(HtmlReportTest, AsksTheNetworkForNothing) {
  const std::string html = Html(*SampleFleet(12));
  EXPECT_THAT(html, Not(HasSubstr("http:")));
  EXPECT_THAT(html, Not(HasSubstr("https:")));
  EXPECT_THAT(html, Not(HasSubstr(" src=")));
  EXPECT_THAT(html, Not(HasSubstr("url(")));
  EXPECT_THAT(html, Not(HasSubstr("@import")));
  EXPECT_THAT(html, Not(HasSubstr(" style=")));
}

TEST(HtmlReportTest, ThePolicyAllowsOnlyTheBuiltInStyleAndScript) {
  const std::string html = Html(*SampleFleet(1));
  const std::string policy =
      Between(html, "http-equiv=\"Content-Security-Policy\" content=\"", "\"");
  EXPECT_THAT(policy, testing::MatchesRegex("default-src 'none'; style-src 'sha256-[^']+='; "
                                            "script-src 'sha256-[^']+='; base-uri 'none'; "
                                            "form-action 'none'"));
  // An independent tool computes the same digests.
  const std::string file = testing::TempDir() + "asset.bin";
  for (const auto& [begin, end] : {std::pair{"<style>", "</style>"}, {"<script>", "</script>"}}) {
    std::ofstream(file, std::ios::binary) << Between(html, begin, end);
    const std::string command = "openssl dgst -sha256 -binary " + file + " | openssl base64 -A";
    FILE* const pipe = popen(command.c_str(), "r");  // NOLINT(cert-env33-c)
    ASSERT_NE(pipe, nullptr);
    std::string digest(44, '\0');
    const std::size_t size = fread(digest.data(), 1, digest.size(), pipe);
    pclose(pipe);
    if (size != digest.size()) {
      GTEST_SKIP() << "openssl is not installed";
    }
    EXPECT_THAT(policy, HasSubstr("'sha256-" + digest + "'"));
  }
}

TEST(HtmlReportTest, HostileTextStaysText) {
  const std::string html = Html(*HostileResults());
  EXPECT_EQ(CountOf(html, "<script"), 2U);
  EXPECT_EQ(CountOf(html, "</script"), 2U);
  EXPECT_THAT(html, Not(HasSubstr("<img")));
  EXPECT_THAT(html, Not(HasSubstr("<!--")));
  EXPECT_THAT(html, HasSubstr("&lt;img src=x onerror=alert(2)&gt;"));
  const std::string plain = html.substr(0, html.find("<script type="));
  for (std::size_t i = 0; i < plain.size();) {
    const CodePoint point = DecodeUtf8(plain, i);
    ASSERT_TRUE(point.valid) << i;
    ASSERT_TRUE(point.value == '\n' || !IsControl(point.value)) << i;
    i += point.size;
  }
  const std::string data = Between(html, "id=\"data\">", "</script>");
  EXPECT_EQ(nlohmann::json::parse(data).size(), 5U);
}

// The data keeps every character, so that ids stay what they are; what is shown goes one way.
TEST(HtmlReportTest, TheScriptShowsTextInOneWayOnly) {
  const std::string script = Between(Html(*SampleFleet(1)), "</script>\n<script>", "</script>");
  EXPECT_EQ(CountOf(script, "createTextNode("), 1U);
  EXPECT_THAT(script, HasSubstr("document.createTextNode(String(text).replace(HIDDEN,"));
  EXPECT_THAT(script, Not(HasSubstr("innerHTML")));
  for (const char* const shown : {"\\u202e", "\\u200f", "\\u2060-\\u206f", "\\ufeff"}) {
    EXPECT_THAT(script, HasSubstr(shown));
  }
}

TEST(HtmlReportTest, TheSameResultsGiveTheSameBytes) {
  EXPECT_EQ(Html(*SampleFleet(12)), Html(*SampleFleet(12)));
}

TEST(HtmlReportTest, AnEmptyRunIsAPage) {
  EXPECT_THAT(Html(MemorySource()), HasSubstr("Nothing was found to judge."));
}

TEST(HtmlReportTest, AnEmptyReportIsSmall) {
  EXPECT_LT(Html(MemorySource()).size(), std::size_t{60} * 1024);
}

TEST(HtmlReportTest, ALargeFleetKeepsTheBudgetAndEveryFinding) {
  const auto fleet = SampleFleet(600);
  std::string data;
  StringSink sink;
  HtmlWriter html(sink);
  ASSERT_TRUE(WriteHtmlData(*fleet, false, html));
  html.Flush();
  const std::string text = Between(sink.text(), "id=\"data\">", "</script>");
  const nlohmann::json lines = nlohmann::json::parse(text);
  std::size_t findings = 0;
  std::size_t bytes = 0;
  for (const nlohmann::json& line : lines) {
    if (line[0] == 3) {
      findings += line[2].size() / 2;
      bytes += line[2].dump().size();
    }
  }
  EXPECT_EQ(findings, fleet->findings.size());
  EXPECT_LT(bytes, findings * 16);
}

// For looking at: WHFB_KEEP_HTML names a folder.
TEST(HtmlReportTest, CanBeLookedAt) {
  const char* const folder = std::getenv("WHFB_KEEP_HTML");  // NOLINT(concurrency-mt-unsafe)
  if (folder == nullptr) {
    GTEST_SKIP() << "set WHFB_KEEP_HTML to a folder to keep the pages";
  }
  std::ofstream(std::string(folder) + "/fleet.html") << Html(*SampleFleet(12));
  std::ofstream(std::string(folder) + "/large.html") << Html(*SampleFleet(5000));
  std::ofstream(std::string(folder) + "/hostile.html") << Html(*HostileResults());
}

}  // namespace
}  // namespace whfb::report
