// The DeviceManagement-Enterprise-Diagnostics-Provider Admin log of a story.

#ifndef WHFB_SAMPLES_CONTOSO_LOG_H_
#define WHFB_SAMPLES_CONTOSO_LOG_H_

#include <string>

#include "samples/contoso_fleet.h"

namespace whfb::samples {

// 45 days of routine events with the SCEP requests of the story among the last ones, so that the
// log is complete for the window of 30 days. Ends on 2026-11-18.
[[nodiscard]] std::string AdminLog(const Story& story);

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_CONTOSO_LOG_H_
