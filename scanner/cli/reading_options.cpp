#include "scanner/cli/reading_options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <spdlog/fmt/fmt.h>

#include "scanner/cli/arguments.h"

namespace whfb::cli {

namespace po = boost::program_options;

namespace {

constexpr std::array<std::string_view, 4> kRoutes = {"intune-scep", "intune-pkcs", "adcs",
                                                     "third-party"};
constexpr std::size_t kMostJobs = 256;

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

Status ReadJobs(const po::variables_map& values, engine::ScanOptions& scan) {
  scan.jobs = std::max<std::size_t>(1, std::thread::hardware_concurrency());
  if (values.count("jobs") == 0) {
    return Ok{};
  }
  const std::string text = One(values, "jobs");
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, scan.jobs);
  if (error != std::errc{} || stop != end || scan.jobs == 0 || scan.jobs > kMostJobs) {
    return Usage(fmt::format("--jobs={} is not a number from 1 to {}", text, kMostJobs));
  }
  return Ok{};
}

}  // namespace

void AddReadingOptions(po::options_description& options) {
  auto add = options.add_options();
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  add("environment", po::value<std::vector<std::string>>()->value_name("PATH"),
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
  add("jobs,j", text("N"), "threads; default: one a processor");
}

Status ReadReadingOptions(const po::variables_map& values, engine::ScanOptions& scan) {
  scan.paths = Many(values, "path");
  scan.environment = Many(values, "environment");
  if (std::string intent = One(values, "intent"); !intent.empty()) {
    scan.environment.push_back(std::move(intent));
  }
  for (const auto read : {ReadTimes, ReadDeclared, ReadJobs}) {
    if (Status status = read(values, scan); !status) {
      return status;
    }
  }
  return Ok{};
}

}  // namespace whfb::cli
