// Logs of registry hives (NAME.LOG, .LOG1, .LOG2). What they hold takes effect through the hive
// that they lie beside; here their entries are counted, so that each has its line in the coverage.

#include <string>

#include <spdlog/fmt/fmt.h>

#include "collectors/readers/hive_header.h"
#include "collectors/readers/hive_transactions.h"
#include "collectors/readers/reader.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 30;

int RecogniseHiveLog(const Head& head) {
  return RecogniseHiveFile(head.bytes()) == HiveFile::kLog ? 100 : 0;
}

Status ReadHiveLogFile(const EvidenceView& evidence, RecordSink& sink) {
  const Result<HiveLog> log = ReadHiveLog(*evidence.source, evidence.path);
  if (!log) {
    return log.error();
  }
  sink.record_count += log->transactions.size();
  if (!log->header.checksum_ok) {
    sink.AddGap({.why = WhyUnknown::kMalformed, .message = "the checksum of the header is wrong"});
  }
  if (log->vector && log->transactions.empty()) {
    sink.AddGap({.why = WhyUnknown::kTruncated, .message = std::string(log->stopped)});
  }
  sink.note = log->vector ? "log of a hive, old format"
                          : fmt::format("log of a hive, {} entries", log->transactions.size());
  return Ok{};
}

}  // namespace

extern const ReaderSpec kHiveLogReader;  // declared again by the generated list

const ReaderSpec kHiveLogReader = {.kind = "hive-log",
                                   .max_bytes = kMaxBytes,
                                   .streamed = true,
                                   .random_access = true,
                                   .places = PlaceKind::kOffset,
                                   .recognise = RecogniseHiveLog,
                                   .read = ReadHiveLogFile};

}  // namespace whfb::readers
