// What goes wrong, on standard error, and the exit code for it.
//
// Paths, names in rules and text of databases come from elsewhere: control characters in them are
// never obeyed by a terminal.

#ifndef WHFB_SCANNER_CLI_COMPLAINT_H_
#define WHFB_SCANNER_CLI_COMPLAINT_H_

#include <string>

#include "scanner/core/result.h"

namespace whfb::cli {

// "whfbscan: message". The command line: 64.
int ComplainUsage(const std::string& message);

// The same, and the caller knows the exit code.
void Complain(const std::string& message);

// An input that was named and cannot be used: 66 when it is not there, 64 when the command line is
// at fault, else 65.
int ComplainInput(const Error& error);

// An output or the results database: 73 when it cannot be created, else 74.
int ComplainOutput(const Error& error);

// The run goes on, and its result is incomplete.
void Warn(const std::string& message);

}  // namespace whfb::cli

#endif  // WHFB_SCANNER_CLI_COMPLAINT_H_
