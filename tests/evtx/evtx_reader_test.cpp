#include <algorithm>
#include <charconv>
#include <fstream>
#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "collectors/readers/reader.h"
#include "scanner/core/text_pool.h"
#include "tests/evtx/evtx_files.h"

namespace whfb::readers {
namespace {

namespace fs = std::filesystem;

const ReaderSpec& EvtxReader() {
  const auto readers = AllReaders();
  return **std::ranges::find(readers, std::string_view("evtx"), &ReaderSpec::kind);
}

// "65 records [walk: 66 or 67]" of PROVENANCE.md: what libevtx and two walks of the file counted.
struct Counts {
  std::uint64_t whole = 0;
  std::set<std::uint64_t> walk{};
};

std::uint64_t NumberBefore(std::string_view text, std::size_t end) {
  std::size_t start = end;
  while (start > 0 && text[start - 1] >= '0' && text[start - 1] <= '9') {
    --start;
  }
  std::uint64_t number = 0;
  std::from_chars(text.data() + start, text.data() + end, number);
  return number;
}

Counts CountsOf(const fs::path& file) {
  std::ifstream provenance(fs::path(WHFB_SHARED_DATA) / "PROVENANCE.md");
  const std::string name = fs::relative(file, WHFB_SHARED_DATA).generic_string();
  std::string line;
  while (std::getline(provenance, line)) {
    if (!line.starts_with("| `" + name + "`")) {
      continue;
    }
    // The third cell describes what was measured; the second what the file is for.
    const std::string_view measured = std::string_view(line).substr(line.find("| format 3."));
    Counts counts{.whole = NumberBefore(measured, measured.find(" records"))};
    const std::size_t walk = measured.find("[walk:");
    const std::size_t end = walk == std::string_view::npos ? walk : measured.find(']', walk);
    for (std::size_t at = walk; walk != std::string_view::npos && at <= end; ++at) {
      if (at == end || measured[at] == ' ') {
        counts.walk.insert(NumberBefore(measured, at));
      }
    }
    counts.walk.erase(0);
    return counts;
  }
  return {};
}

class SharedLogTest : public testing::TestWithParam<fs::path> {};

TEST_P(SharedLogTest, HasTheRecordsThatOtherReadersCounted) {
  const Counts counts = CountsOf(GetParam());
  ASSERT_GT(counts.whole, 0U) << "no row in PROVENANCE.md";
  const std::vector<std::byte> bytes = ReadBytes(GetParam());
  MemorySource source(bytes);
  KeepingVisitor visitor;
  const Result<EvtxTotals> totals = WalkEvtx(source, "log", visitor);
  ASSERT_TRUE(totals) << totals.error().ToString();
  EXPECT_EQ(totals->records - totals->torn, counts.whole);
  EXPECT_EQ(visitor.events.size(), counts.whole) << "every whole record is decoded";
  if (!counts.walk.empty()) {
    EXPECT_TRUE(counts.walk.contains(totals->records)) << totals->records;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, SharedLogTest, testing::ValuesIn(SharedLogs()), [](const auto& parameter) {
      std::string name = std::to_string(parameter.index) + "_" + parameter.param.stem().string();
      std::ranges::replace_if(
          name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
      return name;
    });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SharedLogTest);

struct Read {
  TextPool pool{};
  Records records{pool};
  RecordSink sink{.records = records};
};

void ReadShared(std::string_view name, Read& read) {
  const std::vector<std::byte> bytes = ReadBytes(fs::path(WHFB_SHARED_DATA) / name);
  const EvidenceView evidence = {.number = 1, .path = name, .bytes = bytes};
  ASSERT_TRUE(EvtxReader().read(evidence, read.sink));
}

TEST(EvtxReaderTest, SummarisesAWholeLogFromItsFirstRecord) {
  if (SharedLogs().empty()) {
    GTEST_SKIP() << "no shared data";
  }
  Read read;
  ReadShared("evtx/Devicemgmt_Admin_iot_2017.evtx", read);
  ASSERT_EQ(read.records.Of<LogSummary>().size(), 1U);
  const LogSummary& log = read.records.Of<LogSummary>()[0];
  EXPECT_EQ(log.channel,
            "Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider/Admin");
  EXPECT_EQ(log.records, 128U);
  EXPECT_EQ(log.first_id, 1U);
  EXPECT_EQ(log.last_id, 128U);
  EXPECT_EQ(FormatTime(log.covered.earliest), "2016-02-13T17:23:31Z");
  EXPECT_EQ(FormatTime(log.covered.latest), "2016-02-13T17:23:39Z");
  EXPECT_TRUE(log.gaps.empty());
  EXPECT_FALSE(log.query);
  EXPECT_FALSE(log.cleared);
  EXPECT_EQ(log.damaged, 0U);
}

TEST(EvtxReaderTest, TellsTheGapsOfAFilteredExport) {
  if (SharedLogs().empty()) {
    GTEST_SKIP() << "no shared data";
  }
  Read read;
  ReadShared("evtx/Security_short_selected.evtx", read);
  const LogSummary& log = read.records.Of<LogSummary>()[0];
  EXPECT_EQ(log.records, 7U);
  EXPECT_EQ(log.first_id, 319457771U);
  EXPECT_FALSE(log.gaps.empty());
  EXPECT_TRUE(log.query);
}

// The file numbers them 1 to 1545, the log 3172 to 4716.
TEST(EvtxReaderTest, AnExportOfAllRecordsIsNoQuery) {
  if (SharedLogs().empty()) {
    GTEST_SKIP() << "no shared data";
  }
  Read read;
  ReadShared("mdmdiag/2024_notenrolled/microsoft-windows-crypto-ncrypt-operational.evtx", read);
  const LogSummary& log = read.records.Of<LogSummary>()[0];
  EXPECT_EQ(log.records, 1545U);
  EXPECT_EQ(log.first_id, 3172U);
  EXPECT_TRUE(log.gaps.empty());
  EXPECT_FALSE(log.query);
}

TEST(EvtxReaderTest, CountsEveryRecordButKeepsOnlyWhatIsWanted) {
  if (SharedLogs().empty()) {
    GTEST_SKIP() << "no shared data";
  }
  Read read;
  static constexpr EventInterest kInterest = {
      .provider = "microsoft-windows-terminalservices-remoteconnectionmanager", .id = 1149};
  read.sink.interests = {&kInterest, 1};
  ReadShared("evtx/TerminalServices-RemoteConnectionManager_Operational.evtx", read);
  EXPECT_EQ(read.records.Of<Event>().size(), 5U);
  EXPECT_EQ(read.sink.record_count, 1774U);
}

TEST(EvtxReaderTest, NamesUserDataByPath) {
  if (SharedLogs().empty()) {
    GTEST_SKIP() << "no shared data";
  }
  Read read;
  ReadShared("evtx/CAPI2_Operational.evtx", read);
  const Event& event = read.records.Of<Event>()[0];
  EXPECT_EQ(event.id, 80U);
  EXPECT_EQ(event.Field("WinVerifyTrustStart/EventAuxInfo@ProcessName"), "Setup.exe");
  EXPECT_EQ(event.Field("WinVerifyTrustStart/CorrelationAuxInfo@TaskId"),
            "{1CB1FE4B-D685-48FC-A3FA-42893E4C1717}");
}

TEST(EvtxReaderTest, RefusesWhatIsNoEventLog) {
  const std::vector<std::byte> bytes(8192);
  MemorySource source(bytes);
  KeepingVisitor visitor;
  const Result<EvtxTotals> totals = WalkEvtx(source, "x.evtx", visitor);
  ASSERT_FALSE(totals);
  EXPECT_EQ(totals.error().ToString(), "x.evtx: no event log: the signature is not ElfFile");
}

}  // namespace
}  // namespace whfb::readers
