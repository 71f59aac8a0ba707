// Get-GPOReport -ReportType Xml, and gpreport.xml of a GPO backup: what GPOs hold.

#include "collectors/readers/gp_report.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{64} << 20;

int RecogniseGpoReport(const Head& head) {
  constexpr int kSure = 95;
  return GpRootOf(head) == GpRoot::kGpo ? kSure : 0;
}

}  // namespace

extern const ReaderSpec kGpoReportReader;  // declared again by the generated list

const ReaderSpec kGpoReportReader = {.kind = "gpo-report",
                                     .max_bytes = kMaxBytes,
                                     .recognise = RecogniseGpoReport,
                                     .read = ReadGpoReport,
                                     .environment = true};

}  // namespace whfb::readers
