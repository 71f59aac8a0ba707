// `Get-WinEvent | ConvertTo-Json`. The shape is that of the documentation of both cmdlets; times
// were computed with `date -u -d @N`.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/readers/event_record.h"
#include "collectors/readers/reader.h"

namespace whfb::readers {

extern const ReaderSpec kGraphJsonReader;
extern const ReaderSpec kWineventJsonReader;

namespace {

constexpr std::string_view kProvider = "Microsoft-Windows-HelloForBusiness";

std::string EventText(int id, int record, std::string_view time) {
  return "{\"Id\": " + std::to_string(id) + ", \"RecordId\": " + std::to_string(record) +
         ", \"ProviderName\": \"" + std::string(kProvider) +
         "\", \"LogName\": \"Log\", \"MachineName\": \"PC\", \"UserId\": {\"Id\": 77, \"Value\": "
         "\"S-1-5-18\"}, \"TimeCreated\": \"" +
         std::string(time) + "\", \"Properties\": [{\"Id\": 5}], \"Message\": \"text\"}";
}

struct Found {
  TextPool pool{};
  Records records{pool};
  std::vector<Gap> gaps{};
  bool ok = false;

  void Read(std::string_view text, std::span<const EventInterest> interests = {}) {
    RecordSink sink{.records = records, .interests = interests};
    const EvidenceView view{.number = 1,
                            .path = "events.json",
                            .bytes = std::as_bytes(std::span(text.data(), text.size()))};
    ok = kWineventJsonReader.read(view, sink).has_value();
    gaps = std::move(sink.gaps);
  }

  [[nodiscard]] std::span<const LogSummary> logs() const { return records.Of<LogSummary>(); }
};

Ticks At(std::string_view text) {
  return *ParseTime(text, "test");
}

TEST(WineventJsonTest, ALogWithoutAnEventThatIsAskedForIsWhole) {
  const std::array interests = {EventInterest{kProvider, 8025}};
  Found found;
  found.Read("[" + EventText(5, 8, R"(\/Date(1771574400123)\/)") + "," +
                 EventText(6, 7, "2026-02-20T09:59:59.5+02:00") + "]",
             interests);
  ASSERT_TRUE(found.ok);
  EXPECT_TRUE(found.gaps.empty());
  EXPECT_TRUE(found.records.Of<Event>().empty());
  ASSERT_EQ(found.logs().size(), 1U);
  const LogSummary& log = found.logs()[0];
  EXPECT_TRUE(log.query);
  EXPECT_EQ(log.first_id, 7U);
  EXPECT_EQ(log.last_id, 8U);
  EXPECT_EQ(log.damaged, 0U);
  EXPECT_EQ(log.covered.earliest, At("2026-02-20T07:59:59.5Z"));
  EXPECT_EQ(log.covered.latest, At("2026-02-20T08:00:00.123Z"));
  ASSERT_EQ(log.computers.size(), 1U);
  EXPECT_EQ(log.computers[0].name, "PC");
}

TEST(WineventJsonTest, AnEventThatIsAskedForCountsAsUnread) {
  const std::array interests = {EventInterest{kProvider, 8025}};
  Found found;
  found.Read(EventText(8025, 7, R"(\/Date(1771574400123)\/)"), interests);
  ASSERT_EQ(found.gaps.size(), 1U);
  EXPECT_EQ(found.gaps[0].place, 7U);
  EXPECT_EQ(found.gaps[0].why, WhyUnknown::kNotCollected);
  ASSERT_EQ(found.logs().size(), 1U);
  EXPECT_EQ(found.logs()[0].damaged, 1U);
  EXPECT_TRUE(found.records.Of<Event>().empty());
}

TEST(WineventJsonTest, ATimeWithoutItsZoneIsDamage) {
  for (const std::string_view time : {"2026-02-20T09:00:00", "2/20/2026 9:00:00 AM", "",
                                      R"(\/Date(x)\/)", R"(\/Date(999999999999999999)\/)"}) {
    Found found;
    found.Read("[" + EventText(5, 8, time) + "]");
    ASSERT_EQ(found.gaps.size(), 1U) << time;
    EXPECT_EQ(found.gaps[0].message, "an event whose time is not told with its zone") << time;
  }
}

TEST(WineventJsonTest, TellsWhereItEndsTooEarlyAndStopsInTheDeep) {
  const std::array interests = {EventInterest{kProvider, 1}};
  Found cut;
  cut.Read("[" + EventText(5, 8, R"(\/Date(1771574400123)\/)") + ",{\"Id\"", interests);
  ASSERT_EQ(cut.gaps.size(), 1U);
  EXPECT_TRUE(cut.gaps[0].message.starts_with("not JSON from offset"));
  ASSERT_EQ(cut.logs().size(), 1U);
  EXPECT_EQ(cut.logs()[0].damaged, 1U);
  Found deep;
  deep.Read("[" + EventText(5, 8, R"(\/Date(1771574400123)\/)") + "," + std::string(100'000, '['),
            interests);
  ASSERT_EQ(deep.gaps.size(), 1U);
  EXPECT_EQ(deep.gaps[0].why, WhyUnknown::kTooLarge);
}

TEST(WineventJsonTest, TakesItsOwnAndNoExportOfGraph) {
  const auto score = [](const ReaderSpec& reader, std::string_view text) {
    return reader.recognise({std::as_bytes(std::span(text.data(), text.size())), "a.json"});
  };
  const std::string events = "[" + EventText(5, 8, "x") + "]";
  EXPECT_GT(score(kWineventJsonReader, events), score(kGraphJsonReader, events));
  EXPECT_EQ(score(kWineventJsonReader, R"({"value": [{"@odata.type": "#microsoft.graph.x"}]})"), 0);
}

}  // namespace

}  // namespace whfb::readers
