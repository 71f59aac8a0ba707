#include "scanner/cli/scan_options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <thread>

#include <boost/program_options.hpp>
#include <spdlog/fmt/fmt.h>

#include "scanner/cli/output_file.h"

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
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  const auto texts = [](const char* name) { return po::value<Strings>()->value_name(name); };
  add("help,h", "this text");
  add("environment", texts("PATH"),
      "evidence of the environment: Graph profiles, templates, domain controllers (repeatable)");
  add("intent", text("FILE"), "the intent file: what is meant to be (docs/intent.md)");
  add("route", text("ROUTE"),
      "how certificates reach users: intune-scep, intune-pkcs, adcs, third-party");
  add("users", text("LIST"), "users in scope, UPNs or SIDs, separated by commas");
  add("collected-as", text("USER"),
      "the user, UPN or SID, who took exports that do not tell: on the devices whose evidence "
      "names that user or nobody");
  add("as-of", text("TIME"), "judge as of this time; default: now");
  add("max-age", text("AGE")->default_value("30d"),
      "settings and logs older than this are unknown (stale)");
  add("db", text("FILE"), "keep the results in this SQLite database");
  add("output", texts("FORMAT=FILE"),
      "text, json or html; - is standard output (repeatable; default text=-)");
  add("fail-on", text("SEVERITY")->default_value("high"),
      "severity from which a finding decides the exit code: info, low, medium, high, critical");
  add("allow-unknown", "undecided findings do not change the exit code");
  AddRuleOptions(options);
  add("jobs,j", text("N"), "threads; default: one a processor");
  return options;
}

Error Usage(std::string message) {
  return {ErrorCode::kInvalidInput, "whfbscan", std::move(message)};
}

Status ReadTimes(const po::variables_map& values, engine::ScanOptions& scan) {
  scan.now = Now();
  if (values.count("as-of") != 0) {
    const Result<Ticks> time = ParseTime(One(values, "as-of"), "--as-of");
    if (!time) {
      return time.error();
    }
    scan.now = *time;
  }
  const Result<Ticks> age = ParseDuration(One(values, "max-age"), "--max-age");
  if (!age) {
    return age.error();
  }
  scan.max_age = *age;
  return Ok{};
}

// As subjects are called: a UPN in lower case, a SID in upper case.
std::string UserName(std::string user) {
  const bool sid = user.starts_with("S-1-") || user.starts_with("s-1-");
  for (char& letter : user) {
    const bool lower = letter >= 'a' && letter <= 'z';
    const bool upper = letter >= 'A' && letter <= 'Z';
    if (sid ? lower : upper) {
      letter = static_cast<char>(letter ^ 0x20);
    }
  }
  return user;
}

Status ReadDeclared(const po::variables_map& values, engine::ScanOptions& scan) {
  scan.declared.route = One(values, "route");
  scan.declared.users = SplitList(One(values, "users"));
  std::ranges::transform(scan.declared.users, scan.declared.users.begin(), UserName);
  scan.declared.collected_as = UserName(One(values, "collected-as"));
  if (!scan.declared.route.empty()) {
    return CheckChoice(scan.declared.route, "--route", kRoutes);
  }
  return Ok{};
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

Status ReadJobs(const po::variables_map& values, ScanRequest& request) {
  request.scan.jobs = std::max<std::size_t>(1, std::thread::hardware_concurrency());
  if (values.count("jobs") == 0) {
    return Ok{};
  }
  const std::string text = One(values, "jobs");
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, request.scan.jobs);
  if (error != std::errc{} || stop != end || request.scan.jobs == 0 ||
      request.scan.jobs > kMostJobs) {
    return Usage(fmt::format("--jobs={} is not a number from 1 to {}", text, kMostJobs));
  }
  return Ok{};
}

Status ReadJudging(const po::variables_map& values, ScanRequest& request) {
  const std::string fail_on = One(values, "fail-on");
  if (Status known = CheckChoice(fail_on, "--fail-on", kSeverities); !known) {
    return known;
  }
  (void)FromString(fail_on, request.scan.fail_on);  // known by now
  request.allow_unknown = values.count("allow-unknown") != 0;
  return ReadJobs(values, request);
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
  request.scan.paths = Many(*values, "path");
  request.scan.environment = Many(*values, "environment");
  if (!request.intent.empty()) {
    request.scan.environment.push_back(request.intent);
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
