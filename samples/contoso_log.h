// The event logs of a story.

#ifndef WHFB_SAMPLES_CONTOSO_LOG_H_
#define WHFB_SAMPLES_CONTOSO_LOG_H_

#include <string>

#include "samples/contoso_fleet.h"

namespace whfb::samples {

// 45 days of routine events with the SCEP requests of the story among the last ones, so that the
// log is complete for the window of 30 days. Ends on 2026-11-18.
[[nodiscard]] std::string AdminLog(const Story& story);

// HelloForBusiness/Operational: the Hello key was made in the TPM, if there is one.
[[nodiscard]] std::string HelloLog(const Story& story);

// System: 45 days in which the clock ran and Kerberos complained of nothing.
[[nodiscard]] std::string SystemLog(const Story& story);

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_CONTOSO_LOG_H_
