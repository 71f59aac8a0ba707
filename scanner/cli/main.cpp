// whfbscan: picks the subcommand. Everything else is in the commands.

#include <algorithm>
#include <array>
#include <exception>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <spdlog/fmt/fmt.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "scanner/cli/arguments.h"
#include "scanner/cli/command.h"
#include "scanner/cli/complaint.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/interrupt.h"
#include "scanner/cli/version.h"

namespace whfb::cli {

namespace {

constexpr std::array kCommands = {
    Command{"scan", "judge evidence of devices and of their environment", RunScan},
    Command{"evidence", "list each file of the input: what it is, how much of it was read",
            RunEvidence},
    Command{"report", "write reports again from a database, without the evidence", RunReport},
    Command{"explain", "what a rule, an error code, an event or a symptom means", RunExplain},
    Command{"rules", "list, show and test the rules", RunRules},
};

std::string Help() {
  std::string text =
      "whfbscan " + std::string(kVersion) +
      " - will Remote Desktop sign-in with Windows Hello for Business certificates work?\n\n"
      "usage: whfbscan COMMAND [OPTIONS]\n\n";
  for (const Command& command : kCommands) {
    text += fmt::format("  {:<10} {}\n", command.name, command.summary);
  }
  text +=
      "\nwhfbscan COMMAND --help explains a command. A first scan:\n\n"
      "  whfbscan scan DiagLogs-PC-0042-20261118T101500Z.zip --output html=report.html\n";
  return text;
}

int UnknownCommand(const std::string& name) {
  std::vector<std::string_view> names = {"--help", "--version"};
  std::ranges::transform(kCommands, std::back_inserter(names), &Command::name);
  const std::string_view near = Nearest(name, names);
  return ComplainUsage(near.empty()
                           ? fmt::format("'{}' is not a command; whfbscan --help lists them", name)
                           : fmt::format("'{}' is not a command; did you mean '{}'?", name, near));
}

int Dispatch(std::vector<std::string> arguments) {
  if (arguments.empty()) {
    fmt::print(stderr, "{}", Help());
    return kExitUsage;
  }
  if (arguments.front() == "help" && arguments.size() > 1) {
    arguments = {arguments[1], "--help"};
  }
  const std::string& name = arguments.front();
  if (name == "--help" || name == "-h" || name == "help") {
    fmt::print("{}", Help());
    return kExitOk;
  }
  if (name == "--version") {
    fmt::print("whfbscan {}\n", kVersion);
    return kExitOk;
  }
  const auto* const command = std::ranges::find(kCommands, name, &Command::name);
  if (command == kCommands.end()) {
    return UnknownCommand(name);
  }
  HandleInterrupts();
  return command->run({arguments.begin() + 1, arguments.end()});
}

}  // namespace

}  // namespace whfb::cli

int main(int count, char** values) {
  try {
    const auto log = spdlog::stderr_logger_mt("whfbscan");
    log->set_pattern("%l %v");
    spdlog::set_default_logger(log);
    return whfb::cli::Dispatch({values + 1, values + count});
  } catch (const std::exception& error) {
    fmt::print(stderr, "whfbscan: internal failure: {}\n", error.what());
    return whfb::cli::kExitInternal;
  }
}
