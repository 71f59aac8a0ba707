// How computers are called, and which of the logs of a bundle its own computer wrote.
//
// The name of a bundle's computer is told by dsregcmd and the registry; where they do not, by the
// newest event of all logs. A log belongs to the computer whose name its newest record carries: a
// renamed computer has its old names in older records, of this log and of others, and in hives that
// may be outdated (Provenance): old copies of one, and dirty ones beside a name of now.

#ifndef WHFB_SCANNER_ENGINE_DEVICE_NAMES_H_
#define WHFB_SCANNER_ENGINE_DEVICE_NAMES_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/reader.h"
#include "scanner/core/facts.h"
#include "scanner/core/finding.h"
#include "scanner/core/host_name.h"

namespace whfb::engine {

// Equal for hosts that may be the same.
[[nodiscard]] std::string HostKey(std::string_view host);

// What a file says its computer is: an Entra device id in lower case, a host name, or both.
struct DeviceClaim {
  std::uint32_t evidence = 0;
  std::string id{};    // empty: not told
  std::string host{};  // in lower case; empty: not told
  std::string name{};  // the host as it was spelled; empty: not told
  bool outdated = false;
  bool former = false;  // what the computer was called once: nothing goes by it
};

// One for each run of dsregcmd and each ComputerName in a registry export that tells anything;
// where none of them tells a name, also for logs that contradict each other: a computer does not
// have two names at once.
[[nodiscard]] std::vector<DeviceClaim> ClaimsOf(const readers::Records& records,
                                                std::span<const EvidenceItem> evidence);

// Logs that another computer wrote are marked, their events forgotten; their coverage says so.
void SetAsideForeignLogs(std::span<const EvidenceItem> evidence,
                         readers::Records& records,
                         std::vector<CoverageRecord>& coverage);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_DEVICE_NAMES_H_
