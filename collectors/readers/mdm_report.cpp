// mdm_report reader.

#include "collectors/readers/reader.h"

namespace whfb::readers {

namespace {

int RecogniseNothing(std::span<const std::byte> /*head*/, std::string_view /*name*/) {
  return 0;
}

Status ReadNothing(const EvidenceView& /*evidence*/, RecordSink& /*sink*/) {
  return Ok{};
}

}  // namespace

extern const ReaderSpec kMdmReportReader;  // declared again by the generated list

const ReaderSpec kMdmReportReader = {
    .kind = "mdm-report", .max_bytes = 1, .recognise = RecogniseNothing, .read = ReadNothing};

}  // namespace whfb::readers
