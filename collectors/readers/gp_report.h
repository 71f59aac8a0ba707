// Group Policy reports in XML: results of a device (root Rsop, `gpresult /x`) and what GPOs hold
// (root GPO, or several below one root; Get-GPOReport, gpreport.xml of a backup). Namespaces
// decide, never prefixes; localised names decide nothing (formats.md section 7).

#ifndef WHFB_COLLECTORS_READERS_GP_REPORT_H_
#define WHFB_COLLECTORS_READERS_GP_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "collectors/readers/reader.h"

namespace whfb::readers {

enum class GpRoot : std::uint8_t { kOther, kResults, kGpo };

// By the first bytes.
[[nodiscard]] GpRoot GpRootOf(const Head& head);

[[nodiscard]] Status ReadGpResults(const EvidenceView& evidence, RecordSink& sink);
[[nodiscard]] Status ReadGpoReport(const EvidenceView& evidence, RecordSink& sink);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_GP_REPORT_H_
