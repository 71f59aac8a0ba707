// The reader of Windows event logs: events that somebody wants, and the state of the logs.

#include "collectors/readers/evtx.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "collectors/readers/event_collector.h"
#include "collectors/readers/reader.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxLogBytes = std::uint64_t{4} << 30;

int RecogniseEvtx(const Head& head) {
  constexpr std::string_view kMagic{"ElfFile\0", 8};
  const std::string_view start{reinterpret_cast<const char*>(head.bytes().data()),
                               std::min(head.bytes().size(), kMagic.size())};
  return start == kMagic ? 100 : 0;
}

Status ReadEvtx(const EvidenceView& evidence, RecordSink& sink) {
  MemorySource memory(evidence.bytes);
  ByteSource& source = evidence.source == nullptr ? memory : *evidence.source;
  EventCollector collector(evidence, sink, EventCollector::Origin::kLog);
  const Result<EvtxTotals> totals = WalkEvtx(source, evidence.path, collector);
  if (!totals) {
    return totals.error();
  }
  collector.Finish(totals->records);
  if (totals->torn > 0) {
    sink.note = std::to_string(totals->torn) + " torn records";
  }
  return Ok{};
}

}  // namespace

extern const ReaderSpec kEvtxReader;  // declared again by the generated list

const ReaderSpec kEvtxReader = {.kind = "evtx",
                                .max_bytes = kMaxLogBytes,
                                .streamed = true,
                                .places = PlaceKind::kRecord,
                                .recognise = RecogniseEvtx,
                                .read = ReadEvtx};

}  // namespace whfb::readers
