#include "scanner/cli/scan_options.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <thread>

#include <boost/program_options.hpp>
#include <spdlog/fmt/fmt.h>

#include "scanner/cli/output_file.h"
#include "scanner/engine/environment_index.h"

namespace whfb::cli {

namespace po = boost::program_options;

namespace {

using Strings = std::vector<std::string>;

constexpr std::array<std::string_view, 4> kRoutes = {"intune-scep", "intune-pkcs", "adcs",
                                                     "third-party"};
constexpr std::array<std::string_view, 5> kSeverities = {"info", "low", "medium", "high",
                                                         "critical"};
constexpr std::size_t kMostJobs = 256;

po::options_description Options() {
  po::options_description options("options");
  auto add = options.add_options();
  add("help,h", "this text");
  add("environment", po::value<Strings>(),
      "evidence of the environment: Graph profiles, templates, domain controllers (repeatable)");
  add("intent", po::value<std::string>(), "the intent file: what is meant to be (docs/intent.md)");
  add("route", po::value<std::string>(),
      "how certificates reach users: intune-scep, intune-pkcs, adcs, third-party");
  add("users", po::value<std::string>(), "users in scope, UPNs or SIDs, separated by commas");
  add("collected-as", po::value<std::string>(),
      "the user, UPN or SID, who took exports that do not tell");
  add("as-of", po::value<std::string>(), "judge as of this time; default: now");
  add("max-age", po::value<std::string>()->default_value("30d"),
      "settings and logs older than this are unknown (stale)");
  add("db", po::value<std::string>(), "keep the results in this SQLite database");
  add("output", po::value<Strings>(),
      "FORMAT=FILE: text, json or html; - is standard output (repeatable; default text=-)");
  add("fail-on", po::value<std::string>()->default_value("high"),
      "severity from which a finding decides the exit code");
  add("allow-unknown", "undecided findings do not change the exit code");
  add("rules", po::value<std::string>(), "a folder of rules instead of the built-in catalogue");
  add("jobs,j", po::value<std::size_t>(), "threads; default: one a processor");
  add("path", po::value<Strings>(), "bundles: archives, folders, files");
  return options;
}

std::string Text(const po::variables_map& values, const char* name) {
  return values.count(name) == 0 ? "" : values[name].as<std::string>();
}

Strings Many(const po::variables_map& values, const char* name) {
  return values.count(name) == 0 ? Strings{} : values[name].as<Strings>();
}

Error Usage(std::string message) {
  return {ErrorCode::kInvalidInput, "whfbscan", std::move(message)};
}

Status ReadTimes(const po::variables_map& values, engine::ScanOptions& scan) {
  scan.now = Now();
  if (values.count("as-of") != 0) {
    const Result<Ticks> time = ParseTime(Text(values, "as-of"), "--as-of");
    if (!time) {
      return time.error();
    }
    scan.now = *time;
  }
  const Result<Ticks> age = ParseDuration(Text(values, "max-age"), "--max-age");
  if (!age) {
    return age.error();
  }
  scan.max_age = *age;
  return Ok{};
}

Status ReadDeclared(const po::variables_map& values, engine::ScanOptions& scan) {
  scan.declared.route = Text(values, "route");
  scan.declared.users = SplitList(Text(values, "users"));
  scan.declared.collected_as = Text(values, "collected-as");
  if (!scan.declared.route.empty()) {
    return CheckChoice(scan.declared.route, "--route", kRoutes);
  }
  return Ok{};
}

Status ReadOutputs(const po::variables_map& values, ScanRequest& request) {
  std::size_t on_standard_output = 0;
  for (const std::string& text : Many(values, "output")) {
    Result<OutputTarget> target = ParseOutput(text, ReportFormats());
    if (!target) {
      return target.error();
    }
    on_standard_output += target->file == "-" ? std::size_t{1} : 0;
    request.outputs.push_back(*std::move(target));
  }
  if (on_standard_output > 1) {
    return Usage("only one --output can go to standard output");
  }
  if (request.outputs.empty()) {
    request.outputs.push_back({"text", "-"});
  }
  return Ok{};
}

Status ReadJudging(const po::variables_map& values, ScanRequest& request) {
  const std::string fail_on = Text(values, "fail-on");
  if (const Status known = CheckChoice(fail_on, "--fail-on", kSeverities); !known) {
    return known;
  }
  (void)FromString(fail_on, request.scan.fail_on);  // known by now
  request.allow_unknown = values.count("allow-unknown") != 0;
  request.scan.jobs = values.count("jobs") != 0
                          ? values["jobs"].as<std::size_t>()
                          : std::max<std::size_t>(1, std::thread::hardware_concurrency());
  if (request.scan.jobs == 0 || request.scan.jobs > kMostJobs) {
    return Usage(fmt::format("--jobs={} is not between 1 and {}", request.scan.jobs, kMostJobs));
  }
  return Ok{};
}

}  // namespace

std::string ScanHelp() {
  std::ostringstream text;
  text << "usage: whfbscan scan PATH... [OPTIONS]\n\n"
          "Judges evidence of devices: Intune Collect diagnostics ZIPs, MDM packages, folders of\n"
          "exports. Environment evidence is recognised wherever it lies. Nothing is changed "
          "anywhere.\n\n"
       << Options()
       << "\nexit codes: 0 nothing failed or undecided, 1 failed, 3 undecided, 64 usage,\n"
          "65 nothing could be read, 66 no such input, 70 internal, 73/74 cannot write\n\n"
          "examples:\n"
          "  whfbscan scan DiagLogs-PC-0042-20261118T101500Z.zip\n"
          "  whfbscan scan fleet/ --environment tenant/ --db health.db --output html=report.html\n";
  return text.str();
}

Result<ScanRequest> ParseScan(const std::vector<std::string>& arguments) {
  const po::options_description options = Options();
  const Result<po::variables_map> values = ParseArguments(arguments, options, "path");
  if (!values) {
    return values.error();
  }
  ScanRequest request;
  request.help = values->count("help") != 0;
  request.db = Text(*values, "db");
  request.rules_folder = Text(*values, "rules");
  request.scan.paths = Many(*values, "path");
  request.scan.environment = Many(*values, "environment");
  if (const std::string intent = Text(*values, "intent"); !intent.empty()) {
    if (const Status usable = engine::CheckIntent(intent); !usable && !request.help) {
      return usable.error();
    }
    request.scan.environment.push_back(intent);
  }
  if (!request.help && request.scan.paths.empty() && request.scan.environment.empty()) {
    return Usage("scan needs a PATH; whfbscan scan --help explains");
  }
  for (const auto read : {ReadTimes, ReadDeclared}) {
    if (const Status status = read(*values, request.scan); !status) {
      return status.error();
    }
  }
  for (const auto read : {ReadOutputs, ReadJudging}) {
    if (const Status status = read(*values, request); !status) {
      return status.error();
    }
  }
  return request;
}

}  // namespace whfb::cli
