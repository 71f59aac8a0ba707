// The certutil listings of a WLAN report; formats.md section 1, "Embedded copies".

#include <algorithm>
#include <ctime>
#include <span>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/text/collector_run.h"
#include "tests/text/reading.h"

namespace whfb::collectors {

extern const CollectorSpec kCertificatesCollector;

}  // namespace whfb::collectors

namespace whfb::readers {

extern const ReaderSpec kCertutilStoreReader;
extern const ReaderSpec kGpresultHtmlReader;
extern const ReaderSpec kWlanReportReader;

namespace {

constexpr std::string_view kStyle =
    "<html><style>#report-wrapper { } #session-graph { }</style>\n"
    "<p>Report created: 2026-02-20T08:15:00Z</p>\n";
constexpr std::string_view kHeading =
    "<h3>Output for <em>'certutil -store -silent My &amp; certutil -store -silent -user My'</em>"
    "</h3><p>\n";

std::string Element(std::string_view digit) {
  std::string sha1;
  while (sha1.size() < 40) {
    sha1 += digit;
  }
  return "================ Certificate 0 ================\n"
         "Serial Number: 4c01\n"
         "Issuer: CN=R&amp;D CA\n"
         " NotBefore: 1/13/2025 9:00 AM\n"
         " NotAfter: 1/13/2028 9:00 AM\n"
         "Subject: CN=a\n"
         "Non-root Certificate\n"
         "Cert Hash(sha1): " +
         sha1 + "\n";
}

std::string Page(std::string_view output) {
  return std::string(kStyle).append(kHeading).append(output).append("</p><h2>Profiles</h2>\n");
}

std::string Two() {
  return "My \"Personal\"\n" + Element("1") + "\nMy \"Personal\"\n" + Element("2");
}

std::string OnOneLine(std::string text) {
  for (char& c : text) {
    c = c == '\n' ? ' ' : c;
  }
  return text;
}

TEST(WlanReportTest, TellsTheStoreOfTheMachineFromThatOfTheUser) {
  for (const std::string& output : {Two(), OnOneLine(Two())}) {
    const Reading reading = ReadWith(kWlanReportReader, Page(output), "wlan-report-latest.html");
    ASSERT_TRUE(reading.ok);
    ASSERT_EQ(reading.certificates().size(), 2U);
    EXPECT_EQ(reading.certificates()[0].scope, StoreScope::kMachine);
    EXPECT_EQ(reading.certificates()[0].fields.issuer.value, "CN=R&D CA");
    EXPECT_EQ(reading.certificates()[1].scope, StoreScope::kUser);
    EXPECT_EQ(reading.certificates()[1].fields.sha1.value, std::string(40, '2'));
    // No closing line stands in a page: no store is ever listed whole.
    ASSERT_EQ(reading.listings().size(), 2U);
    EXPECT_FALSE(reading.listings()[0].complete);
    EXPECT_FALSE(reading.listings()[1].complete);
  }
}

TEST(WlanReportTest, BlanksBeforeALineOfManyBarsTakeNoTime) {
  std::string line(200000, ' ');
  for (int bar = 0; bar < 10000; ++bar) {
    line += "================ x ";
  }
  const std::clock_t start = std::clock();
  EXPECT_TRUE(ReadWith(kWlanReportReader, Page("a" + line)).ok);
  EXPECT_TRUE(ReadWith(kWlanReportReader, Page(line + "\n")).ok);
  EXPECT_LT(std::clock() - start, 4 * CLOCKS_PER_SEC);
}

TEST(WlanReportTest, KnowsNoStoreWhereOneListingIsMissing) {
  const Reading reading = ReadWith(kWlanReportReader, Page("My \"Personal\"\n" + Element("1")));
  ASSERT_EQ(reading.certificates().size(), 1U);
  EXPECT_EQ(reading.certificates()[0].scope, StoreScope::kUnknown);
}

TEST(WlanReportTest, ReadsNothingElseOfThePage) {
  std::string page = Page(Two());
  page.append(Element("3")).append("<h3>Output for 'netsh'</h3>").append(Element("4"));
  EXPECT_EQ(ReadWith(kWlanReportReader, page).certificates().size(), 2U);
  const Reading without = ReadWith(kWlanReportReader, std::string(kStyle) + Element("3"));
  EXPECT_TRUE(without.ok);
  EXPECT_TRUE(without.certificates().empty());
  ASSERT_EQ(without.gaps.size(), 1U);
  EXPECT_EQ(without.gaps[0].message, "no output of certutil in the page");
}

TEST(WlanReportTest, APageOfAnEarlierDaySaysNothing) {
  const std::string page = Page(Two());
  for (const auto& [collected, certificates] :
       {std::pair("2026-02-20T09:00:00Z", 2U), std::pair("2026-02-23T08:15:00Z", 0U)}) {
    Reading reading;
    RecordSink sink{.records = *reading.records};
    const Ticks time = *ParseTime(collected, "test");
    const EvidenceView view{.number = 1,
                            .path = "wlan-report-latest.html",
                            .bytes = std::as_bytes(std::span(page)),
                            .context = {.collected = {time, time}}};
    ASSERT_TRUE(kWlanReportReader.read(view, sink).has_value());
    EXPECT_EQ(reading.certificates().size(), certificates) << collected;
  }
}

TEST(WlanReportTest, ReadsEveryOutputOfCertutil) {
  std::string page = Page(Two());
  page.insert(page.find("<h3>Output"),
              "<h3>Output for <em>'certutil -store Root'</em></h3><p>x</p>");
  page.append(kHeading).append(Two()).append("<h3>end</h3>");
  const Reading reading = ReadWith(kWlanReportReader, page);
  ASSERT_EQ(reading.certificates().size(), 4U);
  EXPECT_EQ(reading.certificates()[1].scope, StoreScope::kUser);
  EXPECT_EQ(reading.certificates()[3].scope, StoreScope::kUser);
  const auto place = static_cast<std::ptrdiff_t>(page.rfind("================ Certificate 0"));
  EXPECT_EQ(reading.certificates()[3].source.place,
            static_cast<std::uint64_t>(std::count(page.begin(), page.begin() + place, '\n')) + 1);
}

// Nobody knows when the bundle was collected; then the time of the scan counts.
TEST(WlanReportTest, AnOldPageOfAnUndatedBundleSaysNothing) {
  for (const auto& [now, certificates] :
       {std::pair("2026-03-21T08:15:00Z", 2U), std::pair("2026-03-25T08:15:00Z", 0U)}) {
    const Reading reading =
        ReadWith(kWlanReportReader, Page(Two()), "page.html", *ParseTime(now, "test"));
    EXPECT_EQ(reading.certificates().size(), certificates) << now;
    ASSERT_FALSE(reading.gaps.empty());
    EXPECT_EQ(reading.gaps[0].why == WhyUnknown::kStale, certificates == 0) << now;
  }
}

TEST(WlanReportTest, AnUndatedPageSaysNothingOfTheUser) {
  std::string page = Page(Two());
  page.replace(page.find("2026-02-20T"), 10, "xxxxxxxxxx");
  const Reading reading = ReadWith(kWlanReportReader, page);
  ASSERT_EQ(reading.certificates().size(), 1U);
  EXPECT_EQ(reading.certificates()[0].scope, StoreScope::kMachine);
  EXPECT_EQ(reading.listings().size(), 1U);
  ASSERT_FALSE(reading.gaps.empty());
  EXPECT_EQ(reading.gaps[0].why, WhyUnknown::kStale);
}

// The page beside a listing of the user's store that was read to its end; `listed` is what stands
// in that.
struct PageBesideListing : collectors::CollectorRun {
  PageBesideListing(std::string_view listed, std::string_view user, bool page_first) {
    declared.collected_as = user;
    const std::string listing = std::string("C:\\>certutil -user -store my\nmy \"Personal\"\n")
                                    .append(listed)
                                    .append("CertUtil: -store command completed successfully.\n");
    for (const bool page : {page_first, !page_first}) {
      Add(page ? kWlanReportReader : kCertutilStoreReader, page ? Page(Two()) : listing);
      facts.evidence.push_back({.kind = page ? "wlan-report" : "certutil-store"});
    }
    Collect(collectors::kCertificatesCollector);
  }

  [[nodiscard]] std::size_t Rows() {
    std::size_t rows = 0;
    for (Subject& subject : facts.subjects()) {
      if (subject.kind == SubjectKind::kUser) {
        rows += subject.facts.TableOf("user.certificate").size();
      }
    }
    return rows;
  }
};

TEST(WlanReportTest, APageAddsNothingToAStoreThatWasListed) {
  for (const bool page_first : {true, false}) {
    PageBesideListing empty("", "lena@nordwind.example", page_first);
    EXPECT_EQ(empty.Rows(), 0U);
    EXPECT_EQ(empty.facts.evidence[page_first ? 0 : 1].remark,
              "the store was listed and holds no such certificate");
    PageBesideListing same(Element("2"), "lena@nordwind.example", page_first);
    EXPECT_EQ(same.Rows(), 1U);
    EXPECT_EQ(same.facts.evidence[page_first ? 0 : 1].remark, "");
  }
}

TEST(WlanReportTest, TakesItsOwnPage) {
  const std::string page = Page(Two());
  const auto score = [&page](const ReaderSpec& reader) {
    return reader.recognise({std::as_bytes(std::span(page)), "page.html"});
  };
  EXPECT_GT(score(kWlanReportReader), score(kCertutilStoreReader));
  EXPECT_EQ(score(kGpresultHtmlReader), 0);
}

}  // namespace

}  // namespace whfb::readers
