// `whfbscan evidence PATH...`: each file of the input, what it is, how much of it was read.

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <boost/program_options.hpp>
#include <spdlog/fmt/fmt.h>

#include "collectors/collector.h"
#include "report/coverage_report.h"
#include "scanner/cli/arguments.h"
#include "scanner/cli/command.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/output_file.h"
#include "scanner/engine/bundle_facts.h"
#include "scanner/engine/bundle_identity.h"

namespace whfb::cli {

namespace po = boost::program_options;

namespace {

constexpr std::array<std::string_view, 2> kFormats = {"text", "json"};

constexpr std::string_view kHelp =
    "usage: whfbscan evidence PATH... [OPTIONS]\n\n"
    "Lists every file below the paths, also inside archives: its kind, whether it was read,\n"
    "partly read, failed or ignored and why, how many records it holds, how many are damaged.\n\n";

po::options_description Options() {
  po::options_description options("options");
  auto add = options.add_options();
  add("help,h", "this text");
  add("environment", po::value<std::vector<std::string>>(), "environment evidence (repeatable)");
  add("output", po::value<std::vector<std::string>>(),
      "FORMAT=FILE: text or json, - is standard output");
  add("path", po::value<std::vector<std::string>>(), "files and folders");
  return options;
}

std::vector<std::string> Strings(const po::variables_map& values, const char* name) {
  return values.count(name) == 0 ? std::vector<std::string>{}
                                 : values[name].as<std::vector<std::string>>();
}

std::vector<CoverageRecord> CollectCoverage(engine::InputIndex& index) {
  engine::NumberBundles(engine::BundlesOf(index));
  const FactCatalog catalog = collectors::MakeCatalog();
  const collectors::Declared declared;
  engine::EvidenceWalker walker;
  std::vector<CoverageRecord> coverage = index.ignored;
  const auto collect = [&](const engine::BundleInput& input, collectors::Scope scope) {
    FactSpace facts(catalog);
    engine::BundleFacts one = engine::CollectBundle(
        {.input = input, .scope = scope, .declared = declared, .now = Now(), .count_all = true},
        walker, facts);
    std::ranges::move(one.coverage, std::back_inserter(coverage));
  };
  for (const engine::BundleInput& input : index.environment) {
    collect(input, collectors::Scope::kEnvironment);
  }
  for (const engine::BundleGroup& group : index.groups) {
    for (const engine::BundleInput& input : group.bundles) {
      collect(input, collectors::Scope::kDevice);
    }
  }
  std::ranges::sort(coverage, {}, &CoverageRecord::file);
  return coverage;
}

int Write(const std::vector<CoverageRecord>& coverage, const std::vector<OutputTarget>& targets) {
  for (const OutputTarget& target : targets) {
    const Status written = WriteOutput(target.file, [&](report::TextSink& sink) -> Status {
      if (target.format == "json") {
        report::WriteCoverageJson(coverage, sink);
      } else {
        report::WriteCoverageText(coverage, sink);
      }
      return Ok{};
    });
    if (!written) {
      return Complain(written.error());
    }
  }
  const bool any_read = std::ranges::any_of(coverage, [](const CoverageRecord& record) {
    return record.status == CoverageStatus::kRead || record.status == CoverageStatus::kPartial;
  });
  return any_read ? kExitOk : kExitNoData;
}

}  // namespace

int RunEvidence(const std::vector<std::string>& arguments) {
  const po::options_description options = Options();
  const Result<po::variables_map> values = ParseArguments(arguments, options, "path");
  if (!values) {
    return Complain(values.error());
  }
  if (values->count("help") != 0) {
    fmt::print("{}", kHelp);
    return kExitOk;
  }
  const std::vector<std::string> paths = Strings(*values, "path");
  const std::vector<std::string> environment = Strings(*values, "environment");
  if (paths.empty() && environment.empty()) {
    return ComplainUsage("evidence needs a PATH; whfbscan evidence --help explains");
  }
  std::vector<OutputTarget> targets;
  for (const std::string& text : Strings(*values, "output")) {
    Result<OutputTarget> target = ParseOutput(text, kFormats);
    if (!target) {
      return Complain(target.error());
    }
    targets.push_back(*std::move(target));
  }
  if (targets.empty()) {
    targets.push_back({"text", "-"});
  }
  Result<engine::InputIndex> index = engine::IndexInputs(paths, environment);
  if (!index) {
    return Complain(index.error());
  }
  return Write(CollectCoverage(*index), targets);
}

}  // namespace whfb::cli
