// What is an event in a text, and what the file says about its logs.

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "collectors/readers/event_record.h"
#include "collectors/readers/reader.h"
#include "scanner/core/text_pool.h"
#include "tests/evtx/evtx_files.h"

namespace whfb::readers {
namespace {

constexpr std::string_view kNamespace =
    " xmlns='http://schemas.microsoft.com/win/2004/08/events/event'";

const ReaderSpec& XmlReader() {
  const auto readers = AllReaders();
  return **std::ranges::find(readers, std::string_view("event-xml"), &ReaderSpec::kind);
}

std::span<const std::byte> BytesOf(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

struct Reading {
  explicit Reading(std::string_view text) {
    const EvidenceView evidence = {.number = 1, .path = "x.xml", .bytes = BytesOf(text)};
    status = XmlReader().read(evidence, sink);
  }

  std::span<const Event> events() { return records.Of<Event>(); }

  std::span<const LogSummary> logs() { return records.Of<LogSummary>(); }

  TextPool pool{};
  Records records{pool};
  RecordSink sink{.records = records};
  Status status = Ok{};
};

struct Made {
  std::string record = "7";
  std::string day = "10";
  std::string channel = "Ch";
  std::string computer = "PC-1";
  std::string value = "v";
};

std::string XmlOf(const Made& made) {
  return "<Event" + std::string(kNamespace) +
         "><System><Provider Name='P'/><EventID>5</EventID><TimeCreated SystemTime='2026-02-" +
         made.day + "T00:00:00.0Z'/><EventRecordID>" + made.record + "</EventRecordID><Channel>" +
         made.channel + "</Channel><Computer>" + made.computer +
         "</Computer></System><EventData><Data Name='N'>" + made.value +
         "</Data></EventData></Event>\n";
}

int Score(std::string_view text) {
  return XmlReader().recognise({BytesOf(text), "x.xml"});
}

TEST(EventXmlTextTest, IsToldByItsNamespaceAndNotByItsPrefix) {
  EXPECT_GT(Score(XmlOf({})), 0);
  EXPECT_GT(Score("C:\\>wevtutil qe Ch /f:xml\r\n" + XmlOf({})), 0);
  EXPECT_GT(Score("<r xmlns:e='http://schemas.microsoft.com/win/2004/08/events/event'><e:Event>"),
            0);
  EXPECT_EQ(Score("<r xmlns:e='http://schemas.microsoft.com/win/2004/08/events/event'><Event>"), 0);
  EXPECT_EQ(Score("<Event xmlns='http://other/events/event'><System/></Event>"), 0);
  EXPECT_EQ(Score("<a><b/>" + XmlOf({}) + "</a>"), 0) << "another document that holds an event";
  EXPECT_EQ(Score("{\"xmlns\": \"http://schemas.microsoft.com/win/2004/08/events/event\"}"), 0);
}

TEST(EventXmlTextTest, AnEventThatDoesNotEndCostsNoOther) {
  const std::string whole = XmlOf({.record = "7"});
  Reading reading(whole.substr(0, whole.size() / 2) + XmlOf({.record = "8"}) +
                  XmlOf({.record = "9"}));
  ASSERT_TRUE(reading.status);
  EXPECT_EQ(reading.events().size(), 2U);
  EXPECT_EQ(reading.sink.record_count, 3U);
  ASSERT_EQ(reading.sink.gaps.size(), 1U);
  EXPECT_EQ(reading.sink.gaps[0].message, "line 1: an event that does not end");
}

TEST(EventXmlTextTest, MarkupInCommentsAndSectionsIsNoMarkup) {
  Reading reading("<Events><!-- " + XmlOf({.record = "1"}) + " -->" +
                  XmlOf({.record = "2", .value = "<![CDATA[</Event>]]>"}) + "</Events>");
  ASSERT_EQ(reading.events().size(), 1U);
  EXPECT_EQ(reading.events()[0].Field("N"), "</Event>");
  EXPECT_EQ(reading.sink.damaged_count, 0U);
}

TEST(EventXmlTextTest, ADocumentTypeIsRefused) {
  Reading reading("<!DOCTYPE Events [<!ENTITY a 'b'>]><Events>" + XmlOf({}) + "</Events>");
  ASSERT_FALSE(reading.status);
}

TEST(EventXmlTextTest, OctetsOfACodePageAreTextAndOthersAreDamage) {
  Reading oem(XmlOf({.value = "Ger\x84t gel\x94scht"}));
  ASSERT_EQ(oem.events().size(), 1U);
  EXPECT_EQ(oem.events()[0].Field("N"), "Ger\xc3\xa4t gel\xc3\xb6scht");
  Reading utf8("\xef\xbb\xbf" + XmlOf({.record = "1", .value = "Ger\x84t"}) +
               XmlOf({.record = "2", .value = "Ger\xc3\xa4t"}));
  ASSERT_EQ(utf8.events().size(), 1U);
  EXPECT_EQ(utf8.events()[0].record_id, 2U);
  EXPECT_EQ(utf8.sink.damaged_count, 1U);
}

// The window ends between the two halves of a pair.
TEST(EventXmlTextTest, CharactersOfTwoUnitsStayWholeAcrossWindows) {
  for (std::size_t shift = 0; shift < 2; ++shift) {
    std::string units = "\xff\xfe";
    const auto put = [&units](std::string_view ascii) {
      for (const char letter : ascii) {
        units += letter;
        units += '\0';
      }
    };
    std::string xml = XmlOf({.value = "@"});
    const std::size_t at = xml.find('@');
    put(std::string(shift, ' ') + xml.substr(0, at));
    for (int i = 0; i < 150'000; ++i) {
      units += std::string_view("\x3d\xd8\x00\xde", 4);  // U+1F600
    }
    put(xml.substr(at + 1));
    Reading reading(units);
    ASSERT_EQ(reading.events().size(), 1U);
    EXPECT_EQ(reading.events()[0].Field("N").size(), 600'000U);
  }
}

TEST(EventXmlTextTest, AnEventBeyondTheBoundIsDamageAndTheNextIsRead) {
  Reading reading(XmlOf({.record = "1", .value = std::string(3U << 20, 'x')}) +
                  XmlOf({.record = "2"}));
  ASSERT_EQ(reading.events().size(), 1U);
  EXPECT_EQ(reading.events()[0].record_id, 2U);
  ASSERT_EQ(reading.sink.gaps.size(), 1U);
  EXPECT_EQ(reading.sink.gaps[0].why, WhyUnknown::kTooLarge);
}

TEST(EventXmlTextTest, EachChannelHasNumbersOfItsOwn) {
  Reading reading(XmlOf({.record = "1"}) + XmlOf({.record = "2", .channel = "Other"}) +
                  XmlOf({.record = "3"}));
  ASSERT_EQ(reading.logs().size(), 2U);
  ASSERT_EQ(reading.logs()[0].gaps.size(), 1U) << "2 is a number of the other log";
  EXPECT_EQ(reading.logs()[0].gaps[0].after, 1U);
  EXPECT_EQ(reading.logs()[0].gaps[0].before, 3U);
  EXPECT_TRUE(reading.logs()[1].gaps.empty());
}

TEST(EventXmlTextTest, AnEventWithoutANumberLeavesItOpenWhichAreMissing) {
  Reading reading(XmlOf({.record = "1"}) + XmlOf({.record = ""}));
  ASSERT_EQ(reading.logs().size(), 1U);
  EXPECT_EQ(reading.events().size(), 2U);
  EXPECT_TRUE(reading.logs()[0].more_gaps);
}

TEST(EventXmlTextTest, OfSeveralComputersOnlyTheNewestCounts) {
  const Made first = {.record = "5", .day = "10", .computer = "PC-1"};
  const Made second = {.record = "3", .day = "12", .computer = "PC-2"};
  Reading mixed(XmlOf(first) + XmlOf(second) + XmlOf({.record = "2", .computer = "PC-1"}));
  ASSERT_EQ(mixed.events().size(), 1U);
  EXPECT_EQ(mixed.events()[0].computer, "PC-2");
  EXPECT_EQ(mixed.sink.damaged_count, 1U);
  ASSERT_EQ(mixed.logs()[0].computers.size(), 1U);
  EXPECT_EQ(mixed.logs()[0].computers[0].name, "PC-2");

  Reading renamed(XmlOf({.record = "5"}) + XmlOf({.record = "6", .computer = "PC-2"}));
  EXPECT_EQ(renamed.events().size(), 2U) << "the names of a renamed computer follow each other";
  EXPECT_EQ(renamed.sink.damaged_count, 0U);
}

TEST(EventXmlTextTest, NewestFirstRunsBackwardsOnlyWhereTheClockDid) {
  Reading honest(XmlOf({.record = "3", .day = "12"}) + XmlOf({.record = "2", .day = "11"}) +
                 XmlOf({.record = "1", .day = "10"}));
  EXPECT_EQ(honest.logs()[0].backwards, 0);
  EXPECT_TRUE(honest.logs()[0].gaps.empty());
  Reading wrong(XmlOf({.record = "3", .day = "12"}) + XmlOf({.record = "2", .day = "14"}) +
                XmlOf({.record = "1", .day = "10"}));
  EXPECT_EQ(wrong.logs()[0].backwards, 2 * kTicksPerDay);
}

// PROVENANCE.md: copied from Event Viewer, and from a support article.
TEST(EventXmlTextTest, ReadsWhatPeopleCopy) {
  const std::filesystem::path folder = std::filesystem::path(WHFB_SHARED_DATA) / "event-xml";
  if (!std::filesystem::exists(folder)) {
    GTEST_SKIP() << "no shared data";
  }
  for (const std::string name : {"kdc_event_39.xml", "kdc_event_7.xml"}) {
    const std::vector<std::byte> bytes = ReadBytes(folder / name);
    ASSERT_NE(Recognise(bytes, name), nullptr);
    EXPECT_EQ(Recognise(bytes, name)->kind, "event-xml");
    Reading reading({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    ASSERT_EQ(reading.events().size(), 1U);
    const Event& event = reading.events()[0];
    EXPECT_EQ(event.provider, "Microsoft-Windows-Kerberos-Key-Distribution-Center");
    EXPECT_EQ(event.channel, "System");
    if (event.id == 39) {
      EXPECT_EQ(event.record_id, 7146U);
      EXPECT_EQ(event.Field("Thumbprint"), "4F8BC10A30778DD3FDEECB7ECEBAF2BE66F1B2D9");
      EXPECT_EQ(event.Field("Subject"), "");
    } else {
      EXPECT_EQ(event.id, 7U);
      EXPECT_EQ(event.Field("AccountName"), "");
      EXPECT_EQ(event.Field("Binary"), "0d0000c0");
    }
  }
}

}  // namespace
}  // namespace whfb::readers
