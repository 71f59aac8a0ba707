// `whfbscan report DATABASE`: outputs again, without the evidence.

#include <memory>
#include <string>
#include <vector>

#include <boost/program_options.hpp>
#include <spdlog/fmt/fmt.h>

#include "db/store.h"
#include "scanner/cli/arguments.h"
#include "scanner/cli/command.h"
#include "scanner/cli/complaint.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/inputs.h"
#include "scanner/cli/output_file.h"
#include "scanner/engine/file_access.h"

namespace whfb::cli {

namespace po = boost::program_options;

namespace {

po::options_description Options() {
  po::options_description options("options");
  auto add = options.add_options();
  add("help,h", "this text");
  add("output", po::value<std::vector<std::string>>()->value_name("FORMAT=FILE"),
      "text, json or html; - is standard output (repeatable; default text=-)");
  return options;
}

std::string Help() {
  return "usage: whfbscan report DATABASE [OPTIONS]\n\n"
         "Writes the outputs of a scan again, byte for byte, without its evidence. DATABASE is a "
         "file\n"
         "that whfbscan scan --db DATABASE made; of several runs in it the newest finished one is\n"
         "taken. Nothing is judged again: another --as-of or other rules need another scan.\n\n" +
         Described(Options()) +
         "\nexit codes: 0 written (whatever the findings are), 64 usage, 65 not a database with a\n"
         "finished run, 66 no such file, 70 internal, 73/74 cannot write, 130 interrupted\n\n"
         "examples:\n"
         "  whfbscan scan fleet/ --db health.db                         (makes the database)\n"
         "  whfbscan report health.db                                   (text, on the terminal)\n"
         "  whfbscan report health.db --output html=report.html --output json=report.json\n";
}

int WriteFrom(const std::string& database, const std::vector<OutputTarget>& targets) {
  const Result<engine::PathInfo> info = engine::Inspect(database);
  if (!info) {
    return ComplainInput(info.error());
  }
  if (info->kind == engine::PathKind::kFolder) {
    return ComplainInput({ErrorCode::kMalformed, database, "is a folder, not a database"});
  }
  const Result<std::unique_ptr<db::Store>> store = db::Store::Open(database, db::Access::kRead);
  return store ? WriteReports(**store, targets, ComplainInput) : ComplainInput(store.error());
}

}  // namespace

int RunReport(const std::vector<std::string>& arguments) {
  const Result<po::variables_map> values = ParseArguments(arguments, Options(), "database");
  if (!values) {
    return ComplainInput(values.error());
  }
  if (values->count("help") != 0) {
    fmt::print("{}", Help());
    return kExitOk;
  }
  const std::vector<std::string> databases = Many(*values, "database");
  if (databases.size() != 1) {
    return ComplainUsage("report needs one DATABASE; whfbscan report --help explains");
  }
  const Result<std::vector<OutputTarget>> targets = ParseOutputs(*values, ReportFormats());
  if (!targets) {
    return ComplainInput(targets.error());
  }
  const Status harmless = CheckOutputs(*targets, databases.front());
  return harmless ? WriteFrom(databases.front(), *targets) : ComplainInput(harmless.error());
}

}  // namespace whfb::cli
