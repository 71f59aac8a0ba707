// The options of `whfbscan scan`: what can be said, and what was said.

#ifndef WHFB_SCANNER_CLI_SCAN_OPTIONS_H_
#define WHFB_SCANNER_CLI_SCAN_OPTIONS_H_

#include <string>
#include <vector>

#include "scanner/cli/arguments.h"
#include "scanner/cli/rule_options.h"
#include "scanner/engine/scan.h"

namespace whfb::cli {

struct ScanRequest {
  engine::ScanOptions scan{};
  std::string db{};  // empty: a temporary database
  std::vector<OutputTarget> outputs{};
  bool default_output = false;  // no --output was given
  RuleOptions rules{};
  std::string intent{};  // also in scan.environment
  bool allow_unknown = false;
  bool help = false;
};

[[nodiscard]] std::string ScanHelp();
[[nodiscard]] Result<ScanRequest> ParseScan(const std::vector<std::string>& arguments);

}  // namespace whfb::cli

#endif  // WHFB_SCANNER_CLI_SCAN_OPTIONS_H_
