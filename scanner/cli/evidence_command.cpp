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
#include "scanner/cli/complaint.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/inputs.h"
#include "scanner/cli/interrupt.h"
#include "scanner/cli/output_file.h"
#include "scanner/engine/bundle_facts.h"
#include "scanner/engine/bundle_identity.h"

namespace whfb::cli {

namespace po = boost::program_options;

namespace {

constexpr std::array<std::string_view, 2> kFormats = {"text", "json"};

po::options_description Options() {
  using Strings = std::vector<std::string>;
  po::options_description options("options");
  auto add = options.add_options();
  add("help,h", "this text");
  add("environment", po::value<Strings>()->value_name("PATH"),
      "evidence of the environment (repeatable)");
  add("output", po::value<Strings>()->value_name("FORMAT=FILE"),
      "text or json; - is standard output (repeatable; default text=-)");
  return options;
}

std::string Help() {
  return "usage: whfbscan evidence PATH... [OPTIONS]\n\n"
         "Lists every file below the paths, also inside archives, and judges nothing. PATH is what "
         "a\n"
         "scan takes: the ZIP of Intune Collect diagnostics, an MDM diagnostics package, a folder "
         "of\n"
         "exports or one export. Each line says\n\n"
         "  read, partial, failed or ignored; if not all was read, the line below says why\n"
         "  what the file is: evtx, dsregcmd, certutil-store, reg-text, x509, ..., not-used "
         "(known,\n"
         "  and the line below says why it is not read) or unrecognised\n"
         "  how many records (events, certificates, values) it gave, and how many are damaged\n\n"
         "Use it when a scan says unknown about something that you did collect.\n\n" +
         Described(Options()) +
         "\nexit codes: 0 something could be read, 64 usage, 65 nothing could be read,\n"
         "66 no such input, 70 internal, 73/74 cannot write, 130 interrupted\n\n"
         "examples:\n"
         "  whfbscan evidence DiagLogs-PC-0042-20261118T101500Z.zip\n"
         "  whfbscan evidence fleet/ --environment tenant/ --output json=files.json\n";
}

std::vector<CoverageRecord> CollectCoverage(engine::InputIndex& index) {
  engine::NumberBundles(engine::BundlesOf(index));
  const FactCatalog catalog = collectors::MakeCatalog();
  const collectors::Declared declared;
  engine::EvidenceWalker walker;
  std::vector<CoverageRecord> coverage = index.ignored;
  const auto collect = [&](const engine::BundleInput& input, collectors::Scope scope) {
    if (Interrupted()) {
      return;
    }
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
  std::ranges::stable_sort(coverage, {}, &CoverageRecord::file);
  return coverage;
}

int Write(const std::vector<CoverageRecord>& coverage, const std::vector<OutputTarget>& targets) {
  const auto write = [&](const OutputTarget& target, report::TextSink& sink) -> Status {
    if (target.format == "json") {
      report::WriteCoverageJson(coverage, sink);
    } else {
      report::WriteCoverageText(coverage, sink);
    }
    return Ok{};
  };
  if (const int code = WriteOutputs(targets, write, ComplainOutput); code != kExitOk) {
    return code;
  }
  const bool any_read = std::ranges::any_of(coverage, IsRead);
  return any_read ? kExitOk : kExitNoData;
}

}  // namespace

int RunEvidence(const std::vector<std::string>& arguments) {
  const Result<po::variables_map> values = ParseArguments(arguments, Options(), "path");
  if (!values) {
    return ComplainInput(values.error());
  }
  if (values->count("help") != 0) {
    fmt::print("{}", Help());
    return kExitOk;
  }
  const std::vector<std::string> paths = Many(*values, "path");
  const std::vector<std::string> environment = Many(*values, "environment");
  if (paths.empty() && environment.empty()) {
    return ComplainUsage("evidence needs a PATH; whfbscan evidence --help explains");
  }
  const Result<std::vector<OutputTarget>> targets = ParseOutputs(*values, kFormats);
  if (!targets) {
    return ComplainInput(targets.error());
  }
  for (const std::vector<std::string>* const inputs : {&paths, &environment}) {
    if (const Status usable = CheckInputs(*inputs); !usable) {
      return ComplainInput(usable.error());
    }
  }
  if (const Status harmless = CheckOutputs(*targets, ""); !harmless) {
    return ComplainInput(harmless.error());
  }
  Result<engine::InputIndex> index = engine::IndexInputs(paths, environment);
  if (!index) {
    return ComplainInput(index.error());
  }
  const std::vector<CoverageRecord> coverage = CollectCoverage(*index);
  return Interrupted() ? kExitInterrupted : Write(coverage, *targets);
}

}  // namespace whfb::cli
