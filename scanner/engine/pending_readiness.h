// What is kept of every device until the environment is judged: whom its readiness belongs to and
// what its own findings come to. About a hundred bytes a user, so that a fleet stays small.
// Not thread-safe.

#ifndef WHFB_SCANNER_ENGINE_PENDING_READINESS_H_
#define WHFB_SCANNER_ENGINE_PENDING_READINESS_H_

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scanner/core/finding.h"
#include "scanner/engine/device_scan.h"
#include "scanner/engine/environment_scan.h"

namespace whfb::engine {

// By the name of the environment.
using AffectedByEnvironment = std::map<std::string, AffectedCounts>;

struct EnvironmentVerdicts {
  std::vector<SharedItem> items{};
  SharedVerdicts verdicts{};
};

using VerdictsByEnvironment = std::map<std::string, EnvironmentVerdicts>;

class PendingReadiness {
 public:
  // Requires the final name of the device.
  void Add(const DeviceResult& device);

  // Who is concerned by what, over everything added.
  [[nodiscard]] const AffectedByEnvironment& affected() const { return affected_; }

  // Gives every user and device its readiness. `verdicts` has every environment of affected().
  [[nodiscard]] Status Settle(const VerdictsByEnvironment& verdicts, ResultSink& sink) const;

 private:
  struct Standing {
    std::uint32_t group = 0;  // users of one environment that the same shared rules concern
    std::uint32_t id_size = 0;
    std::uint32_t device_size = 0;  // of the device's name inside the id
    Verdict verdict = Verdict::kUnknown;
    Severity severity = Severity::kInfo;
    bool in_scope = false;
    bool placeholder = false;
    bool last_of_device = false;
    bool host = false;  // not a user: a device that is judged by its own findings
  };

  using Group = std::pair<const EnvironmentVerdicts*, const Affected*>;

  [[nodiscard]] static Readiness ReadinessOf(const Standing& user,
                                             const std::vector<Group>& groups);
  [[nodiscard]] std::uint32_t GroupOf(const std::string& environment, const Affected& affected);
  void Keep(std::string_view id);

  std::deque<Standing> standings_;
  std::deque<std::string> ids_;  // texts one after the other, in chunks: no growth by copying
  std::map<std::pair<std::string, Affected>, std::uint32_t> groups_;
  AffectedByEnvironment affected_;
};

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_PENDING_READINESS_H_
