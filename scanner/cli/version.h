// The version of the tool, as outputs print it. Raised together with CHANGELOG.md.

#ifndef WHFB_SCANNER_CLI_VERSION_H_
#define WHFB_SCANNER_CLI_VERSION_H_

#include <string_view>

namespace whfb::cli {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace whfb::cli

#endif  // WHFB_SCANNER_CLI_VERSION_H_
