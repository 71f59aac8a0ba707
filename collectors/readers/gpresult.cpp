// `gpresult /x`: what Group Policy a device applied, or would apply.

#include "collectors/readers/gp_report.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{64} << 20;

int RecogniseGpresult(const Head& head) {
  constexpr int kSure = 95;
  return GpRootOf(head) == GpRoot::kResults ? kSure : 0;
}

}  // namespace

extern const ReaderSpec kGpresultReader;  // declared again by the generated list

const ReaderSpec kGpresultReader = {.kind = "gpresult",
                                    .max_bytes = kMaxBytes,
                                    .recognise = RecogniseGpresult,
                                    .read = ReadGpResults};

}  // namespace whfb::readers
