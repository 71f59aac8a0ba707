#include "scanner/cli/scan_options.h"

#include <array>

#include <boost/program_options.hpp>

#include "scanner/cli/output_file.h"
#include "scanner/cli/reading_options.h"

namespace whfb::cli {

namespace po = boost::program_options;

namespace {

using Strings = std::vector<std::string>;

constexpr std::array<std::string_view, 5> kSeverities = {"info", "low", "medium", "high",
                                                         "critical"};

po::options_description Options() {
  po::options_description options("options");
  auto add = options.add_options();
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  const auto texts = [](const char* name) { return po::value<Strings>()->value_name(name); };
  add("help,h", "this text");
  AddReadingOptions(options);
  add("db", text("FILE"), "keep the results in this SQLite database");
  add("output", texts("FORMAT=FILE"),
      "text, json or html; - is standard output (repeatable; default text=-)");
  add("fail-on", text("SEVERITY")->default_value("high"),
      "severity from which a finding decides the exit code: info, low, medium, high, critical");
  add("allow-unknown", "undecided findings do not change the exit code");
  AddRuleOptions(options);
  return options;
}

Status ReadOutputs(const po::variables_map& values, ScanRequest& request) {
  Result<std::vector<OutputTarget>> targets = ParseOutputs(values, ReportFormats());
  if (!targets) {
    return targets.error();
  }
  request.outputs = *std::move(targets);
  request.default_output = values.count("output") == 0;
  return Ok{};
}

Status ReadJudging(const po::variables_map& values, ScanRequest& request) {
  const std::string fail_on = One(values, "fail-on");
  if (Status known = CheckChoice(fail_on, "--fail-on", kSeverities); !known) {
    return known;
  }
  (void)FromString(fail_on, request.scan.fail_on);  // known by now
  request.allow_unknown = values.count("allow-unknown") != 0;
  return Ok{};
}

}  // namespace

std::string ScanHelp() {
  return "usage: whfbscan scan PATH... [OPTIONS]\n\n"
         "Judges evidence of devices: Intune Collect diagnostics ZIPs, MDM packages, folders of\n"
         "exports. Environment evidence is recognised wherever it lies. Nothing is changed "
         "anywhere.\n\n" +
         Described(Options()) +
         "\nexit codes: 0 nothing failed or undecided, 1 failed, 3 undecided, 64 usage,\n"
         "65 nothing could be read, 66 no such input, 70 internal, 73/74 cannot write,\n"
         "130 interrupted\n\n"
         "examples:\n"
         "  whfbscan scan DiagLogs-PC-0042-20261118T101500Z.zip\n"
         "  whfbscan scan fleet/ --environment tenant/ --db health.db --output html=report.html\n";
}

Result<ScanRequest> ParseScan(const std::vector<std::string>& arguments) {
  const po::options_description options = Options();
  const Result<po::variables_map> values = ParseArguments(arguments, options, "path");
  if (!values) {
    return values.error();
  }
  ScanRequest request;
  request.help = values->count("help") != 0;
  request.db = One(*values, "db");
  Result<RuleOptions> rules = ReadRuleOptions(*values);
  if (!rules) {
    return rules.error();
  }
  request.rules = *std::move(rules);
  request.intent = One(*values, "intent");
  if (const Status status = ReadReadingOptions(*values, request.scan); !status) {
    return status.error();
  }
  if (!request.help && request.scan.paths.empty() && request.scan.environment.empty()) {
    return Error{ErrorCode::kInvalidInput, "whfbscan",
                 "scan needs a PATH; whfbscan scan --help explains"};
  }
  for (const auto read : {ReadOutputs, ReadJudging}) {
    if (const Status status = read(*values, request); !status) {
      return status.error();
    }
  }
  return request;
}

}  // namespace whfb::cli
