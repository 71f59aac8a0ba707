#include "report/html_report.h"

#include <string>
#include <string_view>

#include "report/html_data.h"
#include "report/html_sections.h"
#include "report/html_writer.h"
#include "report/summary.h"

namespace whfb::embedded {

extern const std::string_view kReportStyle;
extern const std::string_view kReportStyleSha256;
extern const std::string_view kReportScript;
extern const std::string_view kReportScriptSha256;

}  // namespace whfb::embedded

namespace whfb::report {
namespace {

unsigned HexDigit(char c) {
  return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
}

// A content security policy wants the digest in base64. Requires 64 hex digits.
std::string Base64(std::string_view hex) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  // 3 hex digits are 12 bits, two digits of base64; the last hex digit is padded.
  std::size_t i = 0;
  for (; i + 3 <= hex.size(); i += 3) {
    const unsigned bits =
        HexDigit(hex[i]) << 8U | HexDigit(hex[i + 1]) << 4U | HexDigit(hex[i + 2]);
    out += kDigits[bits >> 6U];
    out += kDigits[bits & 63U];
  }
  out += kDigits[HexDigit(hex[i]) << 2U];
  out += '=';
  return out;
}

void WriteHead(const Summary& summary, HtmlWriter& html) {
  html.Markup(
          "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
          "style-src 'sha256-")
      .Text(Base64(embedded::kReportStyleSha256))
      .Markup("'; script-src 'sha256-")
      .Text(Base64(embedded::kReportScriptSha256))
      .Markup(
          "'; base-uri 'none'; form-action 'none'\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"referrer\" content=\"no-referrer\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n"
          "<title>Windows Hello for Business sign-in readiness</title>\n<style>")
      .BuiltIn(embedded::kReportStyle)
      .Markup(
          "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#causes\">Skip to the causes</a>\n"
          "<header class=\"top\"><div class=\"wrap\">\n"
          "<p class=\"eyebrow\">Windows Hello for Business certificates</p>\n"
          "<h1>Remote Desktop sign-in readiness</h1>\n<p class=\"run\"><span>As of <time>")
      .Text(summary.run.as_of)
      .Markup("</time></span><span>whfbscan ")
      .Text(summary.run.tool_version)
      .Markup("</span><span>Rule catalogue <code>")
      .Text(std::string_view(summary.run.catalog_sha256).substr(0, 12))
      .Markup("</code></span><span>")
      .Number(summary.bundles)
      .Markup(
          " evidence bundles</span></p>\n<nav aria-label=\"Sections\"><a href=\"#causes\">What "
          "failed</a><a href=\"#undecided\">Undecided</a><a href=\"#subjects\">Devices</a>"
          "<a href=\"#rules\">Rules</a><a href=\"#coverage\">Evidence</a></nav>\n"
          "</div></header>\n<main class=\"wrap\">\n");
}

void WriteSubjectsSection(bool full_detail, HtmlWriter& html) {
  html.Markup(
      "<section id=\"subjects\"><h2>Devices, users and environment</h2>\n"
      "<noscript><p class=\"quiet\">This list needs the script of this page. The same results "
      "are in the JSON output and in the database.</p></noscript>\n");
  if (!full_detail) {
    html.Markup(
        "<p class=\"quiet\">This is a large fleet: what passed or does not apply is listed "
        "without its reason. The JSON output and the database hold everything.</p>\n");
  }
  html.Markup(
      "<form id=\"filters\" class=\"filters\" hidden>\n"
      "<label class=\"grow\">Search<input type=\"search\" id=\"search\" "
      "placeholder=\"device, user, rule or reason\" autocomplete=\"off\"></label>\n"
      "<label>Readiness<select id=\"readiness\"><option value=\"\">any</option>"
      "<option>blocked</option><option>undetermined</option><option>ready</option></select>"
      "</label>\n<label>Verdict<select id=\"verdict\"><option value=\"\">any</option>"
      "<option value=\"1\">fail</option><option value=\"2\">unknown</option>"
      "<option value=\"0\">pass</option><option value=\"3\">not applicable</option></select>"
      "</label>\n<label>Severity<select id=\"severity\"><option value=\"0\">any</option>"
      "<option value=\"4\">critical</option><option value=\"3\">high and above</option>"
      "<option value=\"2\">medium and above</option><option value=\"1\">low and above</option>"
      "</select></label>\n</form>\n"
      "<p id=\"matches\" class=\"quiet\" role=\"status\"></p>\n<div id=\"list\"></div>\n"
      "<button type=\"button\" id=\"more\" hidden>Show more</button>\n</section>\n");
}

std::uint64_t AllFindings(const Summary& summary) {
  std::uint64_t count = summary.notes;
  for (const std::uint64_t verdict : summary.verdicts) {
    count += verdict;
  }
  return count;
}

}  // namespace

Status WriteHtmlReport(const ResultSource& source, TextSink& sink) {
  const Result<Summary> summary = Summarise(source);
  if (!summary) {
    return summary.error();
  }
  const bool full_detail = AllFindings(*summary) <= kFullDetailFindings;
  HtmlWriter html(sink);
  WriteHead(*summary, html);
  WriteDecisionSection(*summary, html);
  WriteCausesSection(*summary, html);
  WriteUndecidedSection(*summary, html);
  WriteSubjectsSection(full_detail, html);
  WriteRulesSection(*summary, html);
  Status status = WriteCoverageSection(source, *summary, html);
  html.Markup(
      "</main>\n<footer class=\"wrap quiet\">Unknown never counts as passed: it names the "
      "evidence that would settle it.</footer>\n");
  if (status) {
    status = WriteHtmlData(source, full_detail, html);
  }
  html.Markup("<script>").BuiltIn(embedded::kReportScript).Markup("</script>\n</body>\n</html>\n");
  html.Flush();
  return status;
}

}  // namespace whfb::report
