// `whfbscan evidence PATH...`: each file of the input, what it is, how much of it was read.

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <boost/program_options.hpp>
#include <spdlog/fmt/fmt.h>

#include "collectors/collector.h"
#include "report/advice.h"
#include "report/coverage_report.h"
#include "scanner/cli/arguments.h"
#include "scanner/cli/command.h"
#include "scanner/cli/complaint.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/inputs.h"
#include "scanner/cli/interrupt.h"
#include "scanner/cli/output_file.h"
#include "scanner/cli/reading_options.h"
#include "scanner/cli/rule_options.h"
#include "scanner/cli/version.h"
#include "scanner/engine/scan.h"

namespace whfb::cli {

namespace po = boost::program_options;

namespace {

constexpr std::array<std::string_view, 2> kFormats = {"text", "json"};

po::options_description Options() {
  using Strings = std::vector<std::string>;
  po::options_description options("options");
  auto add = options.add_options();
  add("help,h", "this text");
  AddReadingOptions(options);
  add("output", po::value<Strings>()->value_name("FORMAT=FILE"),
      "text or json; - is standard output (repeatable; default text=-)");
  AddRuleOptions(options);
  return options;
}

std::string Help() {
  return "usage: whfbscan evidence PATH... [OPTIONS]\n\n"
         "Lists every file below the paths, also inside archives, and judges nothing. PATH is what "
         "a\n"
         "scan takes: the ZIP of Intune Collect diagnostics, an MDM diagnostics package, a folder "
         "of\n"
         "exports or one export. Each line says\n\n"
         "  read, partial, failed or ignored; if not all was read, or used, the line below says "
         "why\n"
         "  what the file is: evtx, dsregcmd, certutil-store, reg-text, x509, ..., not-used "
         "(known,\n"
         "  and the line below says why it is not read) or unrecognised\n"
         "  how many records (events, certificates, values) it gave, and how many are damaged\n"
         "  which facts and tables rest on it: what rules ask about\n\n"
         "The end says what to collect next: the smallest set of commands that settles most.\n"
         "Use it when a scan says unknown about something that you did collect.\n\n" +
         Described(Options()) +
         "\nexit codes: 0 something could be read, 64 usage, 65 nothing could be read,\n"
         "66 no such input, 70 internal, 73/74 cannot write, 130 interrupted\n\n"
         "examples:\n"
         "  whfbscan evidence DiagLogs-PC-0042-20261118T101500Z.zip\n"
         "  whfbscan evidence fleet/ --environment tenant/ --output json=files.json\n";
}

// Keeps what a scan says of the input, and forgets what it says of people and machines.
class EvidenceSink final : public ResultSink {
 public:
  Status Begin(const RunRecord& /*run*/, const std::vector<RuleInfo>& rules) override {
    for (const RuleInfo& rule : rules) {
      rules_.emplace(rule.id, rule);
    }
    return Ok{};
  }

  Status Add(const SubjectResult& result) override {
    for (const CoverageRecord& record : result.coverage) {
      list_.coverage.push_back(record);
      // The reason says why it is not used; this list is about reading.
      list_.coverage.back().status = record.read_as.value_or(record.status);
    }
    for (const Finding& finding : result.findings) {
      const auto rule = rules_.find(finding.rule);
      if (rule != rules_.end()) {
        advice_.Count(rule->second, finding);
      }
    }
    return Ok{};
  }

  Status SetReadiness(std::string_view /*subject_id*/, Readiness /*readiness*/) override {
    return Ok{};
  }

  Status Finish() override {
    std::ranges::stable_sort(list_.coverage, {}, &CoverageRecord::file);
    if (std::ranges::any_of(list_.coverage, IsRead)) {
      list_.steps = advice_.Steps();  // else nobody knows what the input was meant to be
    }
    return Ok{};
  }

  [[nodiscard]] const report::EvidenceList& list() const { return list_; }

 private:
  std::map<std::string, RuleInfo, std::less<>> rules_;
  report::AdviceCounter advice_;
  report::EvidenceList list_;
};

int Write(const report::EvidenceList& list, const std::vector<OutputTarget>& targets) {
  const auto write = [&](const OutputTarget& target, report::TextSink& sink) -> Status {
    if (target.format == "json") {
      report::WriteCoverageJson(list, sink);
    } else {
      report::WriteCoverageText(list, sink);
    }
    return Ok{};
  };
  if (const int code = WriteOutputs(targets, write, ComplainOutput); code != kExitOk) {
    return code;
  }
  if (std::ranges::any_of(list.coverage, IsRead)) {
    return kExitOk;
  }
  Complain(list.coverage.empty() ? "no file is there" : "nothing in the input could be read");
  return kExitNoData;
}

// Read as by a scan with the same options, so that the two do not disagree.
int List(const engine::ScanOptions& options,
         const RuleOptions& rules,
         const std::vector<OutputTarget>& targets) {
  const FactCatalog facts = collectors::MakeCatalog();
  const Result<rules::RuleCatalog> catalog = LoadRules(facts, rules);
  if (!catalog) {
    return ComplainInput(catalog.error());
  }
  EvidenceSink sink;
  const Result<engine::ScanTotals> totals = engine::Scan(options, *catalog, facts, sink);
  if (!totals) {
    return ComplainInput(totals.error());
  }
  return totals->interrupted || Interrupted() ? kExitInterrupted : Write(sink.list(), targets);
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
  engine::ScanOptions options{.tool_version = std::string(kVersion),
                              .detailed = true,
                              .progress = [](std::size_t, std::size_t) { return !Interrupted(); }};
  if (const Status read = ReadReadingOptions(*values, options); !read) {
    return ComplainInput(read.error());
  }
  if (options.paths.empty() && options.environment.empty()) {
    return ComplainUsage("evidence needs a PATH; whfbscan evidence --help explains");
  }
  const Result<RuleOptions> rules = ReadRuleOptions(*values);
  if (!rules) {
    return ComplainInput(rules.error());
  }
  const Result<std::vector<OutputTarget>> targets = ParseOutputs(*values, kFormats);
  if (!targets) {
    return ComplainInput(targets.error());
  }
  for (const std::vector<std::string>* const inputs : {&options.paths, &options.environment}) {
    if (const Status usable = CheckInputs(*inputs); !usable) {
      return ComplainInput(usable.error());
    }
  }
  if (const std::string intent = One(*values, "intent"); !intent.empty()) {
    if (const Status usable = CheckIntent(intent); !usable) {
      return ComplainInput(usable.error());
    }
  }
  if (const Status harmless = CheckOutputs(*targets, ""); !harmless) {
    return ComplainInput(harmless.error());
  }
  return List(options, *rules, *targets);
}

}  // namespace whfb::cli
