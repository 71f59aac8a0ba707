// Ctrl-C and a request to end: the run stops at the next place where nothing is half done. A second
// one ends the process at once.

#ifndef WHFB_SCANNER_CLI_INTERRUPT_H_
#define WHFB_SCANNER_CLI_INTERRUPT_H_

namespace whfb::cli {

void HandleInterrupts();

[[nodiscard]] bool Interrupted();

}  // namespace whfb::cli

#endif  // WHFB_SCANNER_CLI_INTERRUPT_H_
