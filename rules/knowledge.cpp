#include "rules/knowledge.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <pugixml.hpp>
#include <spdlog/fmt/fmt.h>

#include "rules/knowledge_notes.h"
#include "scanner/core/number_text.h"

namespace whfb::embedded {
extern const std::string_view kErrorCodes;
extern const std::string_view kEvents;
extern const std::string_view kSymptoms;
}  // namespace whfb::embedded

namespace whfb::rules {

namespace {

constexpr std::string_view kCodesFile = "error_codes.xml";
constexpr std::string_view kEventsFile = "events.xml";
constexpr std::string_view kSymptomsFile = "symptoms.xml";
constexpr std::array<std::string_view, 4> kKinds = {"hresult", "ntstatus", "kerberos", "win32"};

Error Wrong(std::string_view file, std::string message) {
  return {ErrorCode::kMalformed, std::string(file), std::move(message)};
}

// The elements of one file, with every attribute and element known.
Status Parse(pugi::xml_document& document, std::string_view text, std::string_view file) {
  const pugi::xml_parse_result parsed = document.load_buffer(text.data(), text.size());
  return parsed ? Status(Ok{}) : Wrong(file, parsed.description());
}

Status CheckAttributes(const pugi::xml_node& node,
                       const std::vector<std::string_view>& known,
                       std::string_view file) {
  for (const pugi::xml_attribute attribute : node.attributes()) {
    if (std::ranges::find(known, std::string_view(attribute.name())) == known.end()) {
      return Wrong(file, fmt::format("<{}> has no attribute {}", node.name(), attribute.name()));
    }
  }
  return Ok{};
}

Status AddCode(Knowledge& knowledge,
               const pugi::xml_node& node,
               CodeKind kind,
               const Notes& group) {
  const std::string_view written = node.attribute("value").value();
  const std::optional<std::uint32_t> value = ReadNumber(written);
  if (!value || knowledge.FindCode(*value) != nullptr) {
    return Wrong(kCodesFile, fmt::format("code '{}' is no number, or there twice", written));
  }
  if (Status known = CheckAttributes(node, {"value", "name", "short"}, kCodesFile); !known) {
    return known;
  }
  Result<Notes> notes = ReadNotes(node, group, {"also-called"}, kCodesFile);
  if (!notes) {
    return notes.error();
  }
  KnownCode code{.value = *value,
                 .kind = kind,
                 .name = node.attribute("name").value(),
                 .short_text = node.attribute("short").value(),
                 .notes = std::move(*notes)};
  for (const pugi::xml_node other : node.children("also-called")) {
    code.also_called.push_back({other.child_value(), other.attribute("document").value()});
  }
  if (code.short_text.empty() || code.notes.means.empty()) {
    return Wrong(kCodesFile, fmt::format("code '{}' does not say what it means", written));
  }
  knowledge.codes.push_back(std::move(code));
  return Ok{};
}

Status AddCodes(Knowledge& knowledge, std::string_view text) {
  pugi::xml_document document;
  if (Status parsed = Parse(document, text, kCodesFile); !parsed) {
    return parsed;
  }
  for (const pugi::xml_node group : document.child("error-codes").children()) {
    const auto* const kind =
        std::ranges::find(kKinds, std::string_view(group.attribute("kind").value()));
    if (group.name() != std::string_view("group") || kind == kKinds.end()) {
      return Wrong(kCodesFile, fmt::format("<{}> is not a group of a known kind", group.name()));
    }
    const Result<Notes> notes = ReadNotes(group, {}, {"code"}, kCodesFile);
    if (!notes) {
      return notes.error();
    }
    for (const pugi::xml_node node : group.children("code")) {
      const auto which = static_cast<CodeKind>(kind - kKinds.begin());
      if (Status added = AddCode(knowledge, node, which, *notes); !added) {
        return added;
      }
    }
  }
  return Ok{};
}

// "3045 8200-8211"; empty: not of that form.
std::vector<std::uint32_t> ReadIds(std::string_view text) {
  constexpr std::uint32_t kLongestRange = 100;
  std::vector<std::uint32_t> ids;
  for (const std::string& word : Words(text)) {
    const std::size_t dash = std::min(word.find('-'), word.size());
    const auto first = ParseWhole<std::uint32_t>(std::string_view(word).substr(0, dash));
    const auto last = dash == word.size()
                          ? first
                          : ParseWhole<std::uint32_t>(std::string_view(word).substr(dash + 1));
    if (!first || !last || *last < *first || *last - *first > kLongestRange) {
      return {};
    }
    for (std::uint32_t id = *first; id <= *last; ++id) {
      ids.push_back(id);
    }
  }
  return ids;
}

Status AddEvent(Knowledge& knowledge, const pugi::xml_node& node, const Notes& channel) {
  const std::string_view written = node.attribute("ids").value();
  KnownEvent event{.ids = ReadIds(written),
                   .channel = knowledge.channels.size() - 1,
                   .level = node.attribute("level").value(),
                   .fields = OneLine(node.child_value("fields")),
                   .title = node.attribute("title").value()};
  const std::string& key = knowledge.channels.back().key;
  if (event.ids.empty() || event.title.empty() ||
      std::ranges::any_of(event.ids, [&](std::uint32_t id) {
        return std::ranges::count(event.ids, id) > 1 || knowledge.FindEvent({key, id}) != nullptr;
      })) {
    return Wrong(kEventsFile, fmt::format("event '{}' of {} has no title, no number, or one that "
                                          "is there twice",
                                          written, key));
  }
  if (Status known = CheckAttributes(node, {"ids", "level", "title"}, kEventsFile); !known) {
    return known;
  }
  Result<Notes> notes = ReadNotes(node, channel, {"fields"}, kEventsFile);
  if (!notes) {
    return notes.error();
  }
  event.notes = std::move(*notes);
  knowledge.events.push_back(std::move(event));
  return Ok{};
}

Status AddChannel(Knowledge& knowledge, const pugi::xml_node& node) {
  const std::vector<std::string_view> attributes = {"key", "name", "provider", "aliases"};
  if (Status known = CheckAttributes(node, attributes, kEventsFile); !known) {
    return known;
  }
  knowledge.channels.push_back({.key = node.attribute("key").value(),
                                .name = node.attribute("name").value(),
                                .provider = node.attribute("provider").value(),
                                .aliases = Words(node.attribute("aliases").value()),
                                .note = OneLine(node.child_value("note"))});
  const Result<Notes> notes = ReadNotes(node, {}, {"note", "event"}, kEventsFile);
  if (!notes) {
    return notes.error();
  }
  for (const pugi::xml_node event : node.children("event")) {
    if (Status added = AddEvent(knowledge, event, *notes); !added) {
      return added;
    }
  }
  return Ok{};
}

Status AddEvents(Knowledge& knowledge, std::string_view text) {
  pugi::xml_document document;
  if (Status parsed = Parse(document, text, kEventsFile); !parsed) {
    return parsed;
  }
  for (const pugi::xml_node node : document.child("events").children("channel")) {
    if (Status added = AddChannel(knowledge, node); !added) {
      return added;
    }
  }
  return Ok{};
}

Status AddSymptoms(Knowledge& knowledge, std::string_view text) {
  pugi::xml_document document;
  if (Status parsed = Parse(document, text, kSymptomsFile); !parsed) {
    return parsed;
  }
  for (const pugi::xml_node node : document.child("symptoms").children()) {
    Result<Notes> notes = ReadNotes(node, {}, {}, kSymptomsFile);
    if (!notes) {
      return notes.error();
    }
    const std::string_view id = node.attribute("id").value();
    const std::string_view shown = node.attribute("text").value();
    if (node.name() == std::string_view("message") && !shown.empty()) {
      knowledge.messages.push_back({.text = std::string(shown),
                                    .symptoms = Words(node.attribute("symptoms").value()),
                                    .notes = std::move(*notes)});
    } else if (node.name() == std::string_view("symptom") && !id.empty() &&
               knowledge.FindSymptom(id) == nullptr) {
      knowledge.symptoms.push_back({.id = std::string(id),
                                    .stage = node.attribute("stage").value(),
                                    .title = node.attribute("title").value(),
                                    .notes = std::move(*notes)});
    } else {
      return Wrong(kSymptomsFile,
                   fmt::format("<{}> '{}{}' is neither a symptom nor a message, or there twice",
                               node.name(), id, shown));
    }
  }
  return Ok{};
}

// What does not lead anywhere; empty: everything does.
std::string LooseEnd(const Knowledge& knowledge, const Notes& notes) {
  for (const EventRef& event : notes.events) {
    if (knowledge.FindEvent(event) == nullptr) {
      return fmt::format("event {}/{}", event.channel, event.id);
    }
  }
  for (const std::uint32_t code : notes.codes) {
    if (knowledge.FindCode(code) == nullptr) {
      return fmt::format("code 0x{:X}", code);
    }
  }
  return {};
}

std::string LooseEnd(const Knowledge& knowledge) {
  std::string loose;
  const auto look = [&](const auto& entries) {
    for (const auto& entry : entries) {
      loose = loose.empty() ? LooseEnd(knowledge, entry.notes) : loose;
    }
  };
  look(knowledge.codes);
  look(knowledge.events);
  look(knowledge.symptoms);
  look(knowledge.messages);
  for (const ShownMessage& message : knowledge.messages) {
    for (const std::string& id : message.symptoms) {
      loose = knowledge.FindSymptom(id) == nullptr ? fmt::format("symptom {}", id) : loose;
    }
  }
  return loose;
}

}  // namespace

const KnownCode* Knowledge::FindCode(std::uint32_t value) const {
  const auto found = std::ranges::find(codes, value, &KnownCode::value);
  return found == codes.end() ? nullptr : &*found;
}

const KnownEvent* Knowledge::FindEvent(const EventRef& ref) const {
  const auto found = std::ranges::find_if(events, [&](const KnownEvent& event) {
    return channels[event.channel].key == ref.channel &&
           std::ranges::find(event.ids, ref.id) != event.ids.end();
  });
  return found == events.end() ? nullptr : &*found;
}

const Symptom* Knowledge::FindSymptom(std::string_view id) const {
  const auto found = std::ranges::find(symptoms, id, &Symptom::id);
  return found == symptoms.end() ? nullptr : &*found;
}

Result<Knowledge> ReadKnowledge(const KnowledgeTexts& texts) {
  Knowledge knowledge;
  if (Status added = AddCodes(knowledge, texts.error_codes); !added) {
    return added.error();
  }
  if (Status added = AddEvents(knowledge, texts.events); !added) {
    return added.error();
  }
  if (Status added = AddSymptoms(knowledge, texts.symptoms); !added) {
    return added.error();
  }
  if (const std::string loose = LooseEnd(knowledge); !loose.empty()) {
    return Wrong("rules/knowledge", loose + " is named and not there");
  }
  return knowledge;
}

Result<Knowledge> EmbeddedKnowledge() {
  return ReadKnowledge({.error_codes = embedded::kErrorCodes,
                        .events = embedded::kEvents,
                        .symptoms = embedded::kSymptoms});
}

}  // namespace whfb::rules
