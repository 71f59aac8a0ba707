// `whfbscan rules`: the catalogue, for people.

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <boost/program_options.hpp>
#include <spdlog/fmt/fmt.h>

#include "collectors/collector.h"
#include "rules/catalog.h"
#include "scanner/cli/arguments.h"
#include "scanner/cli/command.h"
#include "scanner/cli/complaint.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/rule_options.h"
#include "scanner/cli/rules_verbs.h"

namespace whfb::cli {

namespace po = boost::program_options;

namespace {

using Strings = std::vector<std::string>;

constexpr std::array<std::string_view, 5> kVerbs = {"list", "show", "test", "lint", "coverage"};
constexpr std::array<std::string_view, 2> kFormats = {"text", "markdown"};

po::options_description Options() {
  po::options_description options("options");
  options.add_options()("help,h", "this text")(
      "output", po::value<Strings>()->value_name("FORMAT=FILE"),
      "of coverage: text or markdown; - is standard output (repeatable; default text=-)");
  AddRuleOptions(options);
  return options;
}

std::string Help() {
  return "usage: whfbscan rules list | show ID... | test [ID...] | lint [ID...] | coverage "
         "[OPTIONS]\n\n"
         "list      every rule: id, subject, severity, title\n"
         "show      when a rule applies, what it requires, why, from which document, how to fix "
         "it\n"
         "test      run the cases inside the rules\n"
         "lint      what rules lack: changes of a condition that no case notices, explanations\n"
         "coverage  which documented requirement which rule holds\n\n" +
         Described(Options()) +
         "\nexit codes: 0 done, 1 a case is broken or something is lacking, 64 usage, 65 a "
         "rule\nis wrong, 66 no such PATH, 70 internal, 73/74 cannot write\n"
         "\nexamples:\n"
         "  whfbscan rules show cert.eku\n"
         "  whfbscan rules list --profile audit\n"
         "  whfbscan rules test --rules my-rules/policy.my-own.xml\n"
         "  whfbscan rules coverage --output markdown=coverage.md\n";
}

int UnknownRule(const rules::RuleCatalog& catalog, const std::string& id) {
  for (const RuleChange& change : catalog.rule_set.changes) {
    if (change.rule == id && change.kind == RuleChange::Kind::kDisabled) {
      return ComplainUsage(fmt::format("'{}' is disabled by the settings: {}", id, change.reason));
    }
    if (change.rule == id && change.kind == RuleChange::Kind::kNotInProfile) {
      return ComplainUsage(
          fmt::format("'{}' is not in the profile {}", id, catalog.rule_set.profile));
    }
  }
  std::vector<std::string_view> ids;
  for (const rules::Rule& rule : catalog.rules) {
    ids.push_back(rule.info.id);
  }
  const std::string_view near = Nearest(id, ids);
  return ComplainUsage(near.empty()
                           ? fmt::format("'{}' is not a rule; whfbscan rules list shows them", id)
                           : fmt::format("'{}' is not a rule; did you mean '{}'?", id, near));
}

// What is wrong with the words of the command line, or nothing.
std::string WrongWords(const Strings& words) {
  const std::string& verb = words.front();
  if (std::ranges::find(kVerbs, verb) == kVerbs.end()) {
    const std::string_view near = Nearest(verb, kVerbs);
    return near.empty()
               ? fmt::format(
                     "'{}' is not known to rules; choose from: list, show, test, lint, coverage",
                     verb)
               : fmt::format("'{}' is not known to rules; did you mean '{}'?", verb, near);
  }
  if ((verb == "list" || verb == "coverage") && words.size() > 1) {
    return fmt::format("rules {} shows them all; whfbscan rules show {} shows one", verb, words[1]);
  }
  return verb == "show" && words.size() == 1
             ? "rules show needs an ID; whfbscan rules list shows them"
             : "";
}

int Do(const Strings& words,
       rules::RuleCatalog& catalog,
       const FactCatalog& facts,
       const std::vector<OutputTarget>& targets) {
  const RuleIds ids(words.begin() + 1, words.end());
  for (const std::string& id : ids) {
    if (catalog.Find(id) == nullptr) {
      return UnknownRule(catalog, id);
    }
  }
  const std::string& verb = words.front();
  if (verb == "list") {
    return ListRules(catalog);
  }
  if (verb == "show") {
    return ShowRules(catalog, facts, ids);
  }
  if (verb == "coverage") {
    return CoverRules(catalog, targets);
  }
  return verb == "lint" ? LintRules(catalog, facts, ids) : TestRules(catalog, facts, ids);
}

int Run(const Strings& words, const po::variables_map& values) {
  if (const std::string wrong = WrongWords(words); !wrong.empty()) {
    return ComplainUsage(wrong);
  }
  const Result<std::vector<OutputTarget>> targets = ParseOutputs(values, kFormats);
  if (!targets) {
    return ComplainInput(targets.error());
  }
  if (values.count("output") != 0 && words.front() != "coverage") {
    return ComplainUsage("--output is an option of rules coverage");
  }
  const Result<RuleOptions> options = ReadRuleOptions(values);
  if (!options) {
    return ComplainInput(options.error());
  }
  const bool as_set = !options->settings.empty() || !options->profile.empty();
  if (as_set && words.front() != "list" && words.front() != "show") {
    return ComplainUsage(
        fmt::format("rules {} speaks of the rules as they are written; --rule-settings and "
                    "--profile are options "
                    "of rules list, rules show and scan",
                    words.front()));
  }
  const FactCatalog facts = collectors::MakeCatalog();
  Result<rules::RuleCatalog> catalog = LoadRules(facts, *options);
  return catalog ? Do(words, *catalog, facts, *targets) : ComplainInput(catalog.error());
}

}  // namespace

int RunRules(const std::vector<std::string>& arguments) {
  const Result<po::variables_map> values = ParseArguments(arguments, Options(), "words");
  if (!values) {
    return ComplainInput(values.error());
  }
  if (values->count("help") != 0) {
    fmt::print("{}", Help());
    return kExitOk;
  }
  const Strings words = Many(*values, "words");
  return words.empty()
             ? ComplainUsage(
                   "rules needs list, show, test, lint or coverage; whfbscan rules --help explains")
             : Run(words, *values);
}

}  // namespace whfb::cli
