// A subcommand of whfbscan: a name, one line of help, and a function that runs it.

#ifndef WHFB_SCANNER_CLI_COMMAND_H_
#define WHFB_SCANNER_CLI_COMMAND_H_

#include <string>
#include <string_view>
#include <vector>

namespace whfb::cli {

struct Command {
  std::string_view name;
  std::string_view summary;
  int (*run)(const std::vector<std::string>& arguments) = nullptr;  // an exit code
};

int RunScan(const std::vector<std::string>& arguments);
int RunEvidence(const std::vector<std::string>& arguments);
int RunReport(const std::vector<std::string>& arguments);
int RunExplain(const std::vector<std::string>& arguments);
int RunRules(const std::vector<std::string>& arguments);

}  // namespace whfb::cli

#endif  // WHFB_SCANNER_CLI_COMMAND_H_
