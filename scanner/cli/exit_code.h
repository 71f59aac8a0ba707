// Exit codes of the public contract (docs/design.md section 6). They never depend on the output
// format or on the terminal.

#ifndef WHFB_SCANNER_CLI_EXIT_CODE_H_
#define WHFB_SCANNER_CLI_EXIT_CODE_H_

namespace whfb::cli {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;         // a counted finding failed
inline constexpr int kExitUndecided = 3;      // none failed, but some are unknown
inline constexpr int kExitUsage = 64;         // the command line
inline constexpr int kExitNoData = 65;        // nothing in the input could be read
inline constexpr int kExitNoInput = 66;       // an input does not exist
inline constexpr int kExitInternal = 70;      // our own failure
inline constexpr int kExitCannotCreate = 73;  // an output could not be created
inline constexpr int kExitIo = 74;            // an output could not be written
inline constexpr int kExitInterrupted = 130;

}  // namespace whfb::cli

#endif  // WHFB_SCANNER_CLI_EXIT_CODE_H_
