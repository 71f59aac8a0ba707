// `whfbscan rules list|show|test`: the catalogue, for people.

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <boost/program_options.hpp>
#include <spdlog/fmt/fmt.h>

#include "collectors/collector.h"
#include "report/safe_text.h"
#include "report/text_wrap.h"
#include "rules/case_runner.h"
#include "rules/condition_text.h"
#include "scanner/cli/arguments.h"
#include "scanner/cli/catalog_source.h"
#include "scanner/cli/command.h"
#include "scanner/cli/complaint.h"
#include "scanner/cli/exit_code.h"

namespace whfb::cli {

namespace po = boost::program_options;

namespace {

using report::Printable;
using Strings = std::vector<std::string>;

constexpr std::array<std::string_view, 3> kVerbs = {"list", "show", "test"};

po::options_description Options() {
  po::options_description options("options");
  options.add_options()("help,h", "this text")(
      "rules", po::value<std::string>()->value_name("PATH"),
      "your rules, a folder of them or one, instead of the built-in ones");
  return options;
}

std::string Help() {
  return "usage: whfbscan rules list | show ID... | test [ID...] [OPTIONS]\n\n"
         "list   every rule: id, subject, severity, title\n"
         "show   when a rule applies, what it requires, why, from which document, how to fix it\n"
         "test   run the cases inside the rules\n\n" +
         Described(Options()) +
         "\nexit codes: 0 done, 1 a case is broken, 64 usage, 65 a rule is wrong, 66 no such "
         "PATH,\n"
         "70 internal\n"
         "\nexamples:\n"
         "  whfbscan rules show cert.eku\n"
         "  whfbscan rules test --rules my-rules/policy.my-own.xml\n";
}

int List(const rules::RuleCatalog& catalog) {
  for (const rules::Rule& rule : catalog.rules) {
    fmt::print("{:<42} {:<20} {:<8} {}\n", rule.info.id, ToString(rule.info.subject),
               ToString(rule.info.severity), Printable(rule.info.title));
  }
  fmt::print("\n{} rules, catalogue sha256:{}\n", catalog.rules.size(), catalog.sha256);
  return kExitOk;
}

int UnknownRule(const rules::RuleCatalog& catalog, const std::string& id) {
  std::vector<std::string_view> ids;
  for (const rules::Rule& rule : catalog.rules) {
    ids.push_back(rule.info.id);
  }
  const std::string_view near = Nearest(id, ids);
  return ComplainUsage(near.empty()
                           ? fmt::format("'{}' is not a rule; whfbscan rules list shows them", id)
                           : fmt::format("'{}' is not a rule; did you mean '{}'?", id, near));
}

// One line a command, so that it can be copied.
void PrintCollect(std::string_view collect) {
  for (std::string_view label = "collect"; !collect.empty(); label = "") {
    const std::size_t end = std::min(collect.find('\n'), collect.size());
    fmt::print("{:<8} {}\n", label, Printable(collect.substr(0, end)));
    collect.remove_prefix(std::min(end + 1, collect.size()));
  }
}

constexpr std::size_t kIndent = 9;  // behind the label
constexpr std::size_t kWidth = 100;

void PrintText(std::string_view label, std::string_view text) {
  fmt::print("{}", report::Wrapped(label, text, kIndent, kWidth));
}

void PrintCondition(std::string_view label,
                    const rules::Program& program,
                    const FactCatalog& facts) {
  const std::string text = rules::ConditionText(program, facts, kIndent);
  if (!text.empty()) {
    fmt::print("{:<8} {}", label, report::PrintableLines(std::string_view(text).substr(kIndent)));
  }
}

int Show(const rules::RuleCatalog& catalog, const FactCatalog& facts, const Strings& ids) {
  for (const std::string& id : ids) {
    const rules::Rule* const rule = catalog.Find(id);  // every id is known by now
    const RuleInfo& info = rule->info;
    fmt::print("{} (revision {}, {}, {}, {})\n\n  {}\n\n", info.id, info.revision,
               ToString(info.subject), ToString(info.severity), ToString(info.decidable),
               Printable(info.title));
    PrintText("why", info.why);
    PrintText("source", fmt::format("{}, {}", info.source_document, info.source_section));
    PrintCondition("applies", rule->applies, facts);
    PrintCondition("require", rule->require, facts);
    PrintCondition("affects", rule->affects, facts);
    PrintText("fix", info.fix);
    PrintCollect(info.collect);
    fmt::print("cases    {}\n\n", rule->cases.size());
  }
  return kExitOk;
}

int Test(const rules::RuleCatalog& catalog, const FactCatalog& facts, const Strings& ids) {
  std::size_t cases = 0;
  std::size_t broken = 0;
  for (const rules::Rule& rule : catalog.rules) {
    if (!ids.empty() && std::ranges::find(ids, rule.info.id) == ids.end()) {
      continue;
    }
    for (const rules::Case& one : rule.cases) {
      const rules::CaseResult result = rules::RunCase(rule, one, facts);
      ++cases;
      broken += result.held ? 0 : 1;
      if (!result.held) {
        fmt::print("{}\n", Printable(result.difference));
      }
    }
  }
  fmt::print("{} cases, {} broken\n", cases, broken);
  return broken == 0 ? kExitOk : kExitFailed;
}

// What is wrong with the words of the command line, or nothing.
std::string WrongWords(const Strings& words) {
  const std::string& verb = words.front();
  if (std::ranges::find(kVerbs, verb) == kVerbs.end()) {
    const std::string_view near = Nearest(verb, kVerbs);
    return near.empty()
               ? fmt::format("'{}' is not known to rules; choose from: list, show, test", verb)
               : fmt::format("'{}' is not known to rules; did you mean '{}'?", verb, near);
  }
  if (verb == "list" && words.size() > 1) {
    return fmt::format("rules list shows them all; whfbscan rules show {} shows one", words[1]);
  }
  return verb == "show" && words.size() == 1
             ? "rules show needs an ID; whfbscan rules list shows them"
             : "";
}

int Run(const Strings& words, const std::string& folder) {
  if (const std::string wrong = WrongWords(words); !wrong.empty()) {
    return ComplainUsage(wrong);
  }
  const FactCatalog facts = collectors::MakeCatalog();
  const Result<rules::RuleCatalog> catalog = LoadRules(facts, folder);
  if (!catalog) {
    return ComplainInput(catalog.error());
  }
  const Strings ids(words.begin() + 1, words.end());
  for (const std::string& id : ids) {
    if (catalog->Find(id) == nullptr) {
      return UnknownRule(*catalog, id);
    }
  }
  if (words.front() == "list") {
    return List(*catalog);
  }
  return words.front() == "show" ? Show(*catalog, facts, ids) : Test(*catalog, facts, ids);
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
             ? ComplainUsage("rules needs list, show or test; whfbscan rules --help explains")
             : Run(words, One(*values, "rules"));
}

}  // namespace whfb::cli
