// The life of each SCEP request on a device, out of the MDM Admin log and the state that the
// device keeps (events.md section 1).
//
// Events 306 and 309 name their request; 36, 32, 39 do not and are attributed by order in the log:
// to the request that is open (accepted and not settled); if none is open, to the only one that
// failed after it was accepted (a retry has no 306 of its own). A request that its 306 refused was
// never generated: no nameless event speaks of it. A 36 also shows its key protection; where no
// request fits that, it opens a nameless one, and the end of that may be meant from then on.
// Where several fit, the outcome of each of them becomes ambiguous until an event that names it;
// so does a decided outcome that the end of a nameless request contradicts and may speak of. The
// last outcome wins. What the state of the device adds: scep_state.h.
//
// Records in, values out; views point to the records.

#ifndef WHFB_COLLECTORS_SCEP_HISTORY_H_
#define WHFB_COLLECTORS_SCEP_HISTORY_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "collectors/readers/event_record.h"
#include "collectors/readers/small_records.h"

namespace whfb::collectors {

enum class ScepOutcome : std::uint8_t { kPending, kSuccess, kFailed, kAmbiguous };

struct ScepRequest {
  std::string_view unique_id{};
  std::string_view user_sid{};  // empty: not told
  readers::Known<bool> user_store{};
  readers::Known<std::int64_t> key_protection{};
  ScepOutcome outcome = ScepOutcome::kPending;
  bool refused = false;  // by the synchronous call of its last 306
  readers::Known<std::uint32_t> hresult{};
  std::int64_t attempts = 0;  // that failed
  readers::Known<bool> retries_left{};
  TimeInterval time{};  // both 0: not known
  std::string_view thumbprint{};
  std::string_view server{};
  bool from_state = false;  // the outcome is that of the state
  Provenance source{};
};

// In the order of first mention. `events` may be in any order and hold other providers' events.
[[nodiscard]] std::vector<ScepRequest> FollowScepRequests(
    std::span<const readers::Event> events, std::span<const readers::ScepState> states);

// Key protection of the ClientCertificateInstall CSP: Windows Hello for Business, else fail.
inline constexpr std::int64_t kHelloKey = 4;

inline constexpr std::string_view kMdmProvider =
    "Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider";

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_SCEP_HISTORY_H_
