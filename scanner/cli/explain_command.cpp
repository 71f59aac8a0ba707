// `whfbscan explain`: what a rule, an error code, an event or words of a symptom mean.

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/program_options.hpp>
#include <spdlog/fmt/fmt.h>

#include "collectors/collector.h"
#include "rules/knowledge.h"
#include "rules/knowledge_search.h"
#include "rules/requirements.h"
#include "scanner/cli/arguments.h"
#include "scanner/cli/command.h"
#include "scanner/cli/complaint.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/explain_text.h"
#include "scanner/cli/rule_options.h"
#include "scanner/core/ascii_text.h"

namespace whfb::cli {

namespace po = boost::program_options;

namespace {

using Strings = std::vector<std::string>;

po::options_description Options() {
  po::options_description options("options");
  options.add_options()("help,h", "this text")(
      "rules", po::value<std::string>()->value_name("PATH"),
      "your rules, a folder of them or one, instead of the built-in ones");
  return options;
}

std::string Help() {
  return "usage: whfbscan explain WHAT... [OPTIONS]\n\n"
         "Says what something in a log, on a screen or in a report means for this sign-in, which\n"
         "rules check its causes, and what to collect. Nothing is read. WHAT is\n\n"
         "  a rule       policy.gpo-with-intune-certs\n"
         "  a code       0x82ab0011, 82AB0011, -2102722543, 2192244753, NTE_PERM, 0x3E, 1326\n"
         "  an event     1149, \"AAD 1098\", HelloForBusiness/8045\n"
         "  a symptom    S27, or words of it: \"username or password is incorrect\"\n\n"
         "A number that several channels use is explained for each of them. UNCONFIRMED marks "
         "what no\n"
         "document says.\n\n" +
         Described(Options()) +
         "\nexit codes: 0 explained, 64 usage or not known, 65 a rule is wrong, 66 no such PATH,\n"
         "70 internal\n"
         "\nexamples:\n"
         "  whfbscan explain 0x82ab0011\n"
         "  whfbscan explain Kerberos-Key-Distribution-Center 39\n"
         "  whfbscan explain prompts for PIN twice\n";
}

// One thing that is asked about, and what is known of it.
struct Question {
  std::string text{};
  const rules::Rule* rule = nullptr;
  const rules::Requirement* requirement = nullptr;
  const rules::RequirementPart* part = nullptr;
  rules::Answer answer{};

  [[nodiscard]] bool known() const {
    return rule != nullptr || requirement != nullptr || !answer.empty();
  }
};

// A rule or requirement by its id, or nothing.
Question AskById(const Known& known, const std::string& text) {
  const std::string id = LowerAscii(text);
  const rules::Rule* const exact = known.catalog.Find(text);
  Question question{.text = text, .rule = exact != nullptr ? exact : known.catalog.Find(id)};
  for (const rules::RequirementPart& part : known.requirements) {
    const auto found = std::ranges::find(part.requirements, id, &rules::Requirement::id);
    if (question.rule == nullptr && found != part.requirements.end()) {
      question.requirement = &*found;
      question.part = &part;
    }
  }
  return question;
}

// A word that says by itself what it is: an id, a code, an event. Words of a symptom do not.
std::optional<Question> AskWord(const Known& known, const std::string& word) {
  Question question = AskById(known, word);
  if (!question.known()) {
    question.answer = rules::Ask(known.knowledge, word);
    const bool symptom_id =
        !question.answer.symptoms.empty() && SameNoCase(question.answer.symptoms.front()->id, word);
    const bool by_words =
        question.answer.codes.empty() && question.answer.events.empty() && !symptom_id;
    if (by_words) {
      return std::nullopt;
    }
  }
  return question;
}

// "; did you mean 'cert.eku'?", or nothing.
std::string NearName(const Known& known, std::string_view text) {
  Strings names;
  for (const rules::RequirementPart& part : known.requirements) {
    std::ranges::transform(part.requirements, std::back_inserter(names), &rules::Requirement::id);
  }
  for (const rules::Rule& rule : known.catalog.rules) {
    names.push_back(rule.info.id);
  }
  for (const rules::KnownCode& code : known.knowledge.codes) {
    names.push_back(LowerAscii(code.name));
  }
  std::erase(names, "");
  const Strings& all = names;
  const std::vector<std::string_view> views(all.begin(), all.end());
  const std::string_view near = Nearest(LowerAscii(text), views);
  const auto code = std::ranges::find_if(known.knowledge.codes, [&](const rules::KnownCode& one) {
    return SameNoCase(one.name, near);
  });
  const bool of_code = !near.empty() && code != known.knowledge.codes.end();
  return near.empty() ? std::string()
                      : fmt::format("; did you mean '{}'?", of_code ? code->name : near);
}

// All the words as one question. "cert.eke" is meant as an id or a name: no words of it are looked
// for.
Question AskTogether(const Known& known, const Strings& words) {
  Question question{.text = fmt::format("{}", fmt::join(words, " "))};
  const bool name = words.size() == 1 && question.text.find_first_of("._") != std::string::npos;
  if (!name || NearName(known, question.text).empty()) {
    question.answer = rules::Ask(known.knowledge, question.text);
  }
  return question;
}

// A number that is no event: "0x82ab0099" is asked about, whatever stands beside it.
bool IsUnknownCode(const Known& known, std::string_view word) {
  constexpr std::size_t kCodeDigits = 8;
  return (word.starts_with("0x") || word.size() >= kCodeDigits) &&
         !rules::NumbersOf(word).empty() && rules::CodesOf(known.knowledge, word).empty();
}

// Each word by itself where each says what it is; else all of them together.
std::vector<Question> Questions(const Known& known, const Strings& words) {
  std::vector<Question> questions;
  const auto unknown = std::ranges::find_if(
      words, [&](const std::string& word) { return IsUnknownCode(known, word); });
  if (unknown != words.end()) {
    return {Question{.text = *unknown}};
  }
  for (const std::string& word : words) {
    std::optional<Question> question = AskWord(known, word);
    if (!question) {
      return {AskTogether(known, words)};
    }
    questions.push_back(std::move(*question));
  }
  return questions;
}

// The codes that share most of a number that is not known.
std::string NearCodes(const rules::Knowledge& knowledge, std::string_view text) {
  constexpr std::uint32_t kSameSource = 0xffffff00U;
  Strings near;
  for (const std::uint32_t number : rules::NumbersOf(text)) {
    for (const rules::KnownCode& code : knowledge.codes) {
      if (number > ~kSameSource && (code.value & kSameSource) == (number & kSameSource)) {
        near.push_back(fmt::format("0x{:08X}", code.value));
      }
    }
  }
  return near.empty() ? std::string() : fmt::format("; known near it: {}", fmt::join(near, ", "));
}

// The events of the channels that a question names.
std::string NearEvents(const rules::Knowledge& knowledge, std::string_view text) {
  std::string near;
  for (const rules::KnownChannel* const channel : rules::ChannelsOf(knowledge, text)) {
    std::vector<std::uint32_t> ids;
    for (const rules::KnownEvent& event : knowledge.events) {
      if (&knowledge.channels[event.channel] == channel) {
        ids.insert(ids.end(), event.ids.begin(), event.ids.end());
      }
    }
    std::ranges::sort(ids);
    near += fmt::format("; known of {} ({}): {}", channel->provider, channel->name,
                        fmt::join(ids, ", "));
  }
  return near;
}

int UnknownQuestion(const Known& known, const std::string& text) {
  std::string near = NearCodes(known.knowledge, text);
  near = near.empty() ? NearEvents(known.knowledge, text) : near;
  near = near.empty() ? NearName(known, text) : near;
  return ComplainUsage(fmt::format("'{}' is not known{}", text,
                                   near.empty() ? "; whfbscan explain --help says what is" : near));
}

int Explain(const Known& known, const Strings& words) {
  const std::vector<Question> questions = Questions(known, words);
  for (const Question& question : questions) {
    if (!question.known()) {
      return UnknownQuestion(known, question.text);
    }
  }
  for (const Question& question : questions) {
    if (question.rule != nullptr) {
      ExplainRule(known, *question.rule);
    } else if (question.requirement != nullptr) {
      ExplainRequirement(known, *question.requirement, *question.part);
    } else {
      ExplainAnswer(known, question.answer);
    }
  }
  return kExitOk;
}

// Signed codes look like options: "-2102722543" is written as 0x82ab0011.
Strings WithoutSigns(Strings arguments) {
  for (std::string& argument : arguments) {
    const std::vector<std::uint32_t> numbers = rules::NumbersOf(argument);
    if (argument.starts_with('-') && !numbers.empty()) {
      argument = fmt::format("0x{:08x}", numbers.front());
    }
  }
  return arguments;
}

}  // namespace

int RunExplain(const std::vector<std::string>& arguments) {
  const Result<po::variables_map> values =
      ParseArguments(WithoutSigns(arguments), Options(), "words");
  if (!values) {
    return ComplainInput(values.error());
  }
  if (values->count("help") != 0) {
    fmt::print("{}", Help());
    return kExitOk;
  }
  const Strings words = Many(*values, "words");
  if (words.empty()) {
    return ComplainUsage("explain needs a WHAT; whfbscan explain --help explains");
  }
  const FactCatalog facts = collectors::MakeCatalog();
  const Result<rules::RuleCatalog> catalog = LoadRules(facts, {.instead = One(*values, "rules")});
  if (!catalog) {
    return ComplainInput(catalog.error());
  }
  const Result<std::vector<rules::RequirementPart>> parts = rules::EmbeddedRequirements();
  const Result<rules::Knowledge> knowledge = rules::EmbeddedKnowledge();
  if (!parts || !knowledge) {
    return ComplainInput(parts ? knowledge.error() : parts.error());
  }
  return Explain(
      {.facts = facts, .catalog = *catalog, .requirements = *parts, .knowledge = *knowledge},
      words);
}

}  // namespace whfb::cli
