// What the MDM state of the device (MDMDiagReport.xml, registry dump) adds to a SCEP request.
//
// A state with a Status speaks for the moment it was collected and wins over older events. The
// registry dump keeps only the Error of the last Install (formats.md section 6): a failure there
// is the last outcome, unless events or a Status saw a success, which it may be older than. An
// Error without the failure bit may be the answer to the command alone and tells no outcome.

#ifndef WHFB_COLLECTORS_SCEP_STATE_H_
#define WHFB_COLLECTORS_SCEP_STATE_H_

#include "collectors/readers/small_records.h"
#include "collectors/scep_history.h"

namespace whfb::collectors {

// Status of the ClientCertificateInstall CSP, also HexInt1 of event 309.
inline constexpr std::int64_t kScepFinished = 1;
inline constexpr std::int64_t kScepPending = 2;
inline constexpr std::int64_t kScepFailed = 16;

// `known`: an event or another state has told of the request. States with a Status go first.
void ApplyScepState(const readers::ScepState& state, bool known, ScepRequest& request);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_SCEP_STATE_H_
