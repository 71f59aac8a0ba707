#include "samples/evtx_writer.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "collectors/readers/event_record.h"
#include "collectors/readers/reader.h"
#include "tests/evtx/evtx_files.h"

namespace whfb::samples {
namespace {

namespace fs = std::filesystem;

SampleEvent Event306(std::uint32_t number) {
  return {.channel = "Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider/Admin",
          .provider = "Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider",
          .provider_guid = "{3da494e4-0fe2-415c-b895-fb5265c5c83b}",
          .computer = "PC-0042",
          .user_sid = "S-1-5-18",
          .id = 306,
          .level = 4,
          .time = kUnixEpochTicks + Ticks{number} * kTicksPerSecond,
          .fields = {{.name = "Message1", .text = "ModelName_Zo\xc3\xab"},
                     {.name = "HexInt1", .type = SampleType::kHexInt32, .number = 4},
                     {.name = "HexInt3", .type = SampleType::kHexInt32, .number = 0x82ab0011},
                     {.name = "Count", .type = SampleType::kUInt32, .number = number}}};
}

const readers::ReaderSpec& EvtxReader() {
  const auto all = readers::AllReaders();
  const auto found = std::ranges::find_if(
      all, [](const readers::ReaderSpec* reader) { return reader->kind == "evtx"; });
  return **found;
}

// Of a log that holds one channel.
readers::LogSummary SummaryOf(const std::vector<SampleEvent>& events,
                              readers::Records& records,
                              Ticks now = 0) {
  const auto log = WriteEvtx(events);
  EXPECT_TRUE(log) << log.error().ToString();
  readers::RecordSink sink{.records = records};
  const readers::EvidenceView evidence = {.number = 1, .path = "log", .bytes = *log, .now = now};
  EXPECT_TRUE(EvtxReader().read(evidence, sink));
  EXPECT_EQ(records.Of<readers::LogSummary>().size(), 1U);
  return records.Of<readers::LogSummary>()[0];
}

std::vector<SampleEvent> Many(std::uint32_t count) {
  std::vector<SampleEvent> events;
  for (std::uint32_t i = 0; i < count; ++i) {
    events.push_back(Event306(i));
  }
  return events;
}

// As "Save Selected Events" numbers anew what it keeps of a log.
TEST(EvtxWriterTest, AFilteredExportIsWhatAQueryFound) {
  for (const bool filtered : {false, true}) {
    std::vector<SampleEvent> events = Many(10);
    for (std::size_t i = 0; i < events.size(); ++i) {
      events[i].file_number = i + 1;
      events[i].record_id = 500 + i * (filtered ? 2 : 1);
    }
    TextPool pool;
    readers::Records records(pool);
    const readers::LogSummary summary = SummaryOf(events, records);
    EXPECT_EQ(summary.first_id, 500U);
    EXPECT_EQ(summary.gaps.empty(), !filtered);
    EXPECT_EQ(summary.query, filtered);
  }
}

TEST(EvtxWriterTest, OurReaderSeesWhatWasWritten) {
  const auto log = WriteEvtx(Many(1000));
  ASSERT_TRUE(log) << log.error().ToString();
  readers::MemorySource source(*log);
  readers::KeepingVisitor visitor;
  const auto totals = readers::WalkEvtx(source, "log", visitor);
  ASSERT_TRUE(totals) << totals.error().ToString();
  EXPECT_TRUE(visitor.gaps.empty()) << visitor.gaps[0].message;
  EXPECT_GT(totals->chunks, 1U);
  ASSERT_EQ(visitor.events.size(), 1000U);
  const readers::SeenEvent& last = visitor.events.back();
  EXPECT_EQ(last.record_id, 1000U);
  EXPECT_EQ(last.id, 306U);
  EXPECT_EQ(last.computer, "PC-0042");
  EXPECT_EQ(last.user_sid, "S-1-5-18");
  EXPECT_EQ(FormatTime(last.time), "1970-01-01T00:16:39Z");
  const std::vector<std::pair<std::string, std::string>> fields = {
      {"Message1", "ModelName_Zo\xc3\xab"},
      {"HexInt1", "0x4"},
      {"HexInt3", "0x82ab0011"},
      {"Count", "999"}};
  EXPECT_EQ(last.fields, fields);
}

// A clock that was wrong for one record does not make the log reach further, nor end later.
TEST(EvtxWriterTest, ALogReachesFromItsFirstToItsLastRecordByNumber) {
  constexpr std::uint32_t kDay = 86'400;
  for (const bool past : {false, true}) {
    std::vector<SampleEvent> events;
    for (std::uint32_t day = 0; day < 20; ++day) {
      events.push_back(Event306((1000 + day) * kDay));
    }
    events.front().record_id = 500;
    events.at(10).time += (past ? -500 : 500) * kTicksPerDay;
    TextPool pool;
    readers::Records records(pool);
    const readers::LogSummary summary = SummaryOf(events, records);
    EXPECT_EQ(summary.first_id, 500U);
    EXPECT_EQ(summary.covered.earliest, events.front().time);
    EXPECT_EQ(summary.covered.latest, events.back().time);
    // From the ninth day back to the tenth less 500, or from the tenth and 500 to the eleventh.
    EXPECT_EQ(summary.backwards, 499 * kTicksPerDay);
  }
}

TEST(EvtxWriterTest, ARecordAfterTheRunDoesNotTellWhereTheLogEnds) {
  std::vector<SampleEvent> events = Many(20);
  events.back().time += 1000 * kTicksPerDay;
  TextPool pool;
  readers::Records records(pool);
  const readers::LogSummary summary = SummaryOf(events, records, kUnixEpochTicks + kTicksPerDay);
  EXPECT_EQ(summary.last_id, 20U);
  EXPECT_EQ(summary.covered.latest, events.at(18).time);
}

TEST(EvtxWriterTest, AnEmptyLogIsALogWithoutRecords) {
  const auto log = WriteEvtx({});
  ASSERT_TRUE(log);
  EXPECT_EQ(log->size(), readers::kEvtxHeaderBytes + readers::kEvtxChunkBytes);
  readers::MemorySource source(*log);
  readers::KeepingVisitor visitor;
  const auto totals = readers::WalkEvtx(source, "log", visitor);
  ASSERT_TRUE(totals);
  EXPECT_EQ(totals->records, 0U);
  EXPECT_TRUE(visitor.gaps.empty());
}

TEST(EvtxWriterTest, RefusesAnEventThatIsLargerThanAChunk) {
  std::vector<SampleEvent> events = Many(2);
  events[1].fields[0].text.assign(40'000, 'x');
  const auto log = WriteEvtx(events);
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().ToString(), "event 2: does not fit into a chunk of an event log");
}

TEST(EvtxWriterTest, LibevtxSeesWhatWasWritten) {
  const auto log = WriteEvtx(Many(300));
  ASSERT_TRUE(log);
  const fs::path path = fs::path(testing::TempDir()) / "evtx_writer_test.evtx";
  const fs::path text_path = fs::path(testing::TempDir()) / "evtx_writer_test.txt";
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(log->data()), static_cast<std::streamsize>(log->size()));
  const std::string command =
      "evtxexport -f xml \"" + path.string() + "\" > \"" + text_path.string() + "\" 2>&1";
  const int status = std::system(command.c_str());  // NOLINT(cert-env33-c): fixed arguments
  std::ifstream file(text_path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  fs::remove(path);
  fs::remove(text_path);
  if (status != 0 && !text.starts_with("evtxexport")) {
    GTEST_SKIP() << "evtxexport is not installed";
  }
  std::size_t events = 0;
  for (std::size_t at = text.find("<EventID>306</EventID>"); at != std::string::npos;
       at = text.find("<EventID>306</EventID>", at + 1)) {
    ++events;
  }
  EXPECT_EQ(events, 300U) << text.substr(0, 2000);
  EXPECT_NE(text.find("<Data Name=\"HexInt3\">0x82ab0011</Data>"), std::string::npos);
  EXPECT_NE(text.find("<Data Name=\"Count\">299</Data>"), std::string::npos);
  EXPECT_NE(text.find("<Security UserID=\"S-1-5-18\"/>"), std::string::npos);
  EXPECT_EQ(text.find("corrupted"), std::string::npos);
}

}  // namespace
}  // namespace whfb::samples
