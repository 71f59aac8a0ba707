#include "scanner/cli/explain_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <spdlog/fmt/fmt.h>

#include "report/safe_text.h"
#include "scanner/cli/labelled_text.h"

namespace whfb::cli {

namespace {

using report::Printable;
using rules::CodeKind;
using rules::EventRef;
using rules::Knowledge;
using rules::KnownChannel;
using rules::KnownCode;
using rules::KnownEvent;
using rules::Notes;
using rules::ShownMessage;
using rules::Symptom;
using Strings = std::vector<std::string>;

template <typename T>
bool Holds(const std::vector<T>& list, const T& item) {
  return std::ranges::find(list, item) != list.end();
}

std::string_view Short(std::string_view name) {
  constexpr std::string_view kVendor = "Microsoft-Windows-";
  return name.starts_with(kVendor) ? name.substr(kVendor.size()) : name;
}

// "HelloForBusiness/Operational", "Security-Kerberos (System)"
std::string ChannelText(const KnownChannel& channel) {
  return channel.name.find('/') != std::string::npos
             ? std::string(Short(channel.name))
             : fmt::format("{} ({})", Short(channel.provider), channel.name);
}

std::string NumberText(const KnownCode& code) {
  switch (code.kind) {
    case CodeKind::kKerberos:
      return fmt::format("0x{:X}", code.value);
    case CodeKind::kWin32:
      return fmt::format("{}", code.value);
    default:
      return fmt::format("0x{:08X}", code.value);
  }
}

// "0x82AB0011 (-2102722543, 2192244753)"
std::string CodeHeader(const KnownCode& code) {
  switch (code.kind) {
    case CodeKind::kKerberos:
      return fmt::format("0x{:X} ({}), Kerberos error of a domain controller", code.value,
                         code.value);
    case CodeKind::kWin32:
      return fmt::format("{} (0x{:X}, as HRESULT 0x8007{:04X}), Win32", code.value, code.value,
                         code.value);
    default:
      return fmt::format("0x{:08X} ({}, {}), {}", code.value, static_cast<std::int32_t>(code.value),
                         code.value, code.kind == CodeKind::kNtstatus ? "NTSTATUS" : "HRESULT");
  }
}

std::string CodeLine(const KnownCode& code) {
  return NumberText(code) + (code.name.empty() ? "" : " " + code.name);
}

// The name of the header and those of other documents: never one of them alone.
std::string CalledText(const KnownCode& code) {
  if (code.name.empty()) {
    return "no public header names it; go by the number";
  }
  std::string text = code.name;
  for (const rules::OtherName& other : code.also_called) {
    text += fmt::format("; in {}: {}", other.document, other.name);
  }
  return code.also_called.empty() ? text : text + ". Names differ: go by the number";
}

// "Security-Kerberos (System) 8, 9; HelloForBusiness/Operational 7066"
std::string EventsText(const Knowledge& knowledge, const std::vector<EventRef>& events) {
  std::string text;
  std::string_view last;
  for (const EventRef& ref : events) {
    const KnownEvent& event = *knowledge.FindEvent(ref);  // references were checked
    const bool same = ref.channel == last;
    text += same ? ", " : text.empty() ? "" : "; ";
    text += same ? "" : ChannelText(knowledge.channels[event.channel]) + " ";
    text += fmt::format("{}", ref.id);
    last = ref.channel;
  }
  return text;
}

std::string SymptomLine(const Symptom& symptom) {
  return symptom.id + " " + symptom.title;
}

std::string RuleLine(const Known& known, const std::string& id) {
  const rules::Rule* const rule = known.catalog.Find(id);
  return rule == nullptr
             ? id + ": a documented requirement that no rule of this catalogue checks"
             : fmt::format("{}: {} ({})", id, rule->info.title, ToString(rule->info.severity));
}

void PrintRules(const Known& known, const Strings& ids) {
  Strings lines;
  for (const std::string& id : ids) {
    lines.push_back(RuleLine(known, id));
  }
  PrintEach("rule", lines);
}

// What stands before the references of an entry, and what behind them.
void PrintCauses(const Known& known, const Notes& notes) {
  PrintText("means", notes.means);
  PrintEach("cause", notes.causes);
  PrintEach("confirm", notes.confirm);
  PrintEach("fix", notes.fixes);
  PrintRules(known, notes.rules);
  PrintLines("collect", notes.collect);
}

void PrintSources(const Notes& notes) {
  PrintEach("source", notes.sources);
  PrintEach("reports", notes.threads);
  PrintText("doubt", notes.unconfirmed.empty() ? "" : "UNCONFIRMED: " + notes.unconfirmed);
  fmt::print("\n");
}

void PrintCodes(const Knowledge& knowledge, const std::vector<std::uint32_t>& values) {
  Strings texts;
  for (const std::uint32_t value : values) {
    texts.push_back(CodeLine(*knowledge.FindCode(value)));  // references were checked
  }
  PrintText("codes", fmt::format("{}", fmt::join(texts, ", ")));
}

template <typename Fits>
void PrintSymptoms(const Knowledge& knowledge, const Fits& fits) {
  Strings lines;
  for (const Symptom& symptom : knowledge.symptoms) {
    if (fits(symptom)) {
      lines.push_back(SymptomLine(symptom));
    }
  }
  PrintEach("symptom", lines);
}

// The events that an entry names, and those that name it.
template <typename Fits>
std::vector<EventRef> EventsWith(const Knowledge& knowledge,
                                 std::vector<EventRef> events,
                                 const Fits& fits) {
  for (const KnownEvent& event : knowledge.events) {
    const EventRef ref{knowledge.channels[event.channel].key, event.ids.front()};
    const bool there = std::ranges::any_of(
        events, [&](const EventRef& one) { return knowledge.FindEvent(one) == &event; });
    if (!there && fits(event)) {
      events.push_back(ref);
    }
  }
  std::ranges::stable_sort(events, {},
                           [&](const EventRef& ref) { return knowledge.FindEvent(ref)->channel; });
  return events;
}

void ExplainCode(const Known& known, const KnownCode& code) {
  const Knowledge& knowledge = known.knowledge;
  fmt::print("{}\n\n  {}\n\n", CodeHeader(code), Printable(code.short_text));
  PrintText("called", CalledText(code));
  PrintCauses(known, code.notes);
  PrintText(
      "events",
      EventsText(knowledge, EventsWith(knowledge, code.notes.events, [&](const KnownEvent& event) {
                   return Holds(event.notes.codes, code.value);
                 })));
  PrintSymptoms(knowledge,
                [&](const Symptom& symptom) { return Holds(symptom.notes.codes, code.value); });
  PrintSources(code.notes);
}

void ExplainEvent(const Known& known, const KnownEvent& event) {
  const Knowledge& knowledge = known.knowledge;
  const KnownChannel& channel = knowledge.channels[event.channel];
  fmt::print("{} {}{}\n\n  {}\n\n", Printable(ChannelText(channel)), fmt::join(event.ids, ", "),
             event.level.empty() ? "" : " (" + event.level + ")", Printable(event.title));
  PrintText("log", fmt::format("{}, provider {}", channel.name, channel.provider));
  PrintText("fields", event.fields);
  PrintCauses(known, event.notes);
  PrintCodes(knowledge, event.notes.codes);
  PrintSymptoms(knowledge, [&](const Symptom& symptom) {
    return std::ranges::any_of(symptom.notes.events, [&](const EventRef& ref) {
      return knowledge.FindEvent(ref) == &event;
    });
  });
  PrintText("note", channel.note);
  PrintSources(event.notes);
}

void ExplainSymptom(const Known& known, const Symptom& symptom) {
  fmt::print("{} ({})\n\n  {}\n\n", symptom.id, Printable(symptom.stage), Printable(symptom.title));
  PrintCauses(known, symptom.notes);
  PrintCodes(known.knowledge, symptom.notes.codes);
  PrintText("events", EventsText(known.knowledge, symptom.notes.events));
  PrintSources(symptom.notes);
}

void ExplainMessage(const Known& known, const ShownMessage& message) {
  fmt::print("\"{}\"\n\n", Printable(message.text));
  PrintCauses(known, message.notes);
  PrintCodes(known.knowledge, message.notes.codes);
  PrintSymptoms(known.knowledge,
                [&](const Symptom& symptom) { return Holds(message.symptoms, symptom.id); });
  PrintSources(message.notes);
}

// Codes, events and symptoms that a requirement is named with.
void PrintRelated(const Knowledge& knowledge, const std::string& id) {
  std::vector<std::uint32_t> codes;
  for (const KnownCode& code : knowledge.codes) {
    if (Holds(code.notes.rules, id)) {
      codes.push_back(code.value);
    }
  }
  PrintCodes(knowledge, codes);
  const auto named = [&](const KnownEvent& event) { return Holds(event.notes.rules, id); };
  PrintText("events", EventsText(knowledge, EventsWith(knowledge, {}, named)));
  PrintSymptoms(knowledge, [&](const Symptom& symptom) { return Holds(symptom.notes.rules, id); });
}

}  // namespace

void ExplainRule(const Known& known, const rules::Rule& rule) {
  const RuleInfo& info = rule.info;
  fmt::print("{} ({}, {}, {})\n\n  {}\n\n", info.id, ToString(info.subject),
             ToString(info.severity), ToString(info.decidable), Printable(info.title));
  PrintText("why", info.why);
  PrintCondition("applies", rule.applies, known.facts);
  PrintCondition("needs", rule.require, known.facts);
  PrintText("fix", info.fix);
  PrintLines("collect", info.collect);
  PrintRelated(known.knowledge, info.id);
  PrintLines("source", info.source);
  fmt::print("\n");
}

void ExplainRequirement(const Known& known,
                        const rules::Requirement& requirement,
                        const rules::RequirementPart& part) {
  fmt::print("{} (documented requirement)\n\n  {}\n\n", Printable(requirement.id),
             Printable(part.title));
  PrintText("rule", "no rule of this catalogue checks it");
  PrintText("why", requirement.not_checkable);
  PrintRelated(known.knowledge, requirement.id);
  fmt::print("\n");
}

void ExplainAnswer(const Known& known, const rules::Answer& answer) {
  for (const KnownCode* const code : answer.codes) {
    ExplainCode(known, *code);
  }
  for (const KnownEvent* const event : answer.events) {
    ExplainEvent(known, *event);
  }
  for (const ShownMessage* const message : answer.messages) {
    ExplainMessage(known, *message);
  }
  if (answer.symptoms.empty()) {
    return;
  }
  ExplainSymptom(known, *answer.symptoms.front());
  Strings others;
  for (const Symptom* const symptom : answer.symptoms) {
    if (symptom != answer.symptoms.front()) {
      others.push_back(SymptomLine(*symptom));
    }
  }
  PrintEach("or", others);
}

}  // namespace whfb::cli
