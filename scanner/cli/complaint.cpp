#include "scanner/cli/complaint.h"

#include <cstdio>

#include <spdlog/fmt/fmt.h>

#include "report/safe_text.h"
#include "scanner/cli/exit_code.h"

namespace whfb::cli {

namespace {

void Say(std::string_view message) {
  fmt::print(stderr, "whfbscan: {}\n", report::PrintableLines(message));
}

// Errors of the command line have no other place than the program.
void Say(const Error& error) {
  Say(error.where == "whfbscan" ? error.message : error.ToString());
}

}  // namespace

int ComplainUsage(const std::string& message) {
  Say(message);
  return kExitUsage;
}

void Complain(const std::string& message) {
  Say(message);
}

int ComplainInput(const Error& error) {
  Say(error);
  switch (error.code) {
    case ErrorCode::kInvalidInput:
      return kExitUsage;
    case ErrorCode::kNotFound:
      return kExitNoInput;
    default:
      return kExitNoData;
  }
}

int ComplainOutput(const Error& error) {
  Say(error);
  return error.code == ErrorCode::kIo ? kExitIo : kExitCannotCreate;
}

void Warn(const std::string& message) {
  Say("warning: " + message);
}

}  // namespace whfb::cli
