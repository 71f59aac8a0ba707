// `whfbscan report DATABASE`: outputs again, without the evidence.

#include <memory>
#include <string>
#include <vector>

#include <boost/program_options.hpp>
#include <spdlog/fmt/fmt.h>

#include "db/store.h"
#include "scanner/cli/arguments.h"
#include "scanner/cli/command.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/output_file.h"

namespace whfb::cli {

namespace po = boost::program_options;

namespace {

constexpr std::string_view kHelp =
    "usage: whfbscan report DATABASE [--output FORMAT=FILE]...\n\n"
    "Writes the newest run of the database: text (default, on standard output), json or html.\n";

int WriteFrom(const std::string& database, const std::vector<OutputTarget>& targets) {
  const Result<std::unique_ptr<db::Store>> store = db::Store::Open(database, db::Access::kRead);
  if (!store) {
    return Complain(store.error());
  }
  const Status written = WriteReports(**store, targets);
  return written ? kExitOk : Complain(written.error());
}

}  // namespace

int RunReport(const std::vector<std::string>& arguments) {
  using Strings = std::vector<std::string>;
  po::options_description options("options");
  options.add_options()("help,h", "this text")("output", po::value<Strings>(), "FORMAT=FILE")(
      "database", po::value<Strings>(), "a database of whfbscan scan --db");
  const Result<po::variables_map> values = ParseArguments(arguments, options, "database");
  if (!values) {
    return Complain(values.error());
  }
  if (values->count("help") != 0) {
    fmt::print("{}", kHelp);
    return kExitOk;
  }
  if (values->count("database") == 0 || (*values)["database"].as<Strings>().size() != 1) {
    return ComplainUsage("report needs one DATABASE; whfbscan report --help explains");
  }
  std::vector<OutputTarget> targets;
  if (values->count("output") != 0) {
    for (const std::string& text : (*values)["output"].as<Strings>()) {
      Result<OutputTarget> target = ParseOutput(text, ReportFormats());
      if (!target) {
        return Complain(target.error());
      }
      targets.push_back(*std::move(target));
    }
  }
  if (targets.empty()) {
    targets.push_back({"text", "-"});
  }
  return WriteFrom((*values)["database"].as<Strings>().front(), targets);
}

}  // namespace whfb::cli
