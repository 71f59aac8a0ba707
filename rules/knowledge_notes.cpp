#include "rules/knowledge_notes.h"

#include <algorithm>

#include <spdlog/fmt/fmt.h>

#include "scanner/core/number_text.h"

namespace whfb::rules {

namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string Joined(std::string_view first, std::string_view second, std::string_view between) {
  return second.empty() ? std::string(first) : fmt::format("{}{}{}", first, between, second);
}

std::optional<EventRef> ReadEventRef(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    return std::nullopt;
  }
  const auto id = ParseWhole<std::uint32_t>(text.substr(slash + 1));
  return id ? std::optional(EventRef{std::string(text.substr(0, slash)), *id}) : std::nullopt;
}

// Texts, one an element.
std::vector<std::string>* ListOf(Notes& notes, std::string_view element) {
  return element == "cause"     ? &notes.causes
         : element == "confirm" ? &notes.confirm
         : element == "fix"     ? &notes.fixes
         : element == "thread"  ? &notes.threads
                                : nullptr;
}

// False: a word of it is no number or reference.
bool AddReferences(Notes& notes, std::string_view element, std::string_view text) {
  for (std::string& word : Words(text)) {
    if (element == "rules") {
      notes.rules.push_back(std::move(word));
    } else if (element == "codes") {
      const std::optional<std::uint32_t> code = ReadNumber(word);
      if (!code) {
        return false;
      }
      notes.codes.push_back(*code);
    } else {
      std::optional<EventRef> event = ReadEventRef(word);
      if (!event) {
        return false;
      }
      notes.events.push_back(std::move(*event));
    }
  }
  return true;
}

// False: no element of notes, or not as it must be.
bool AddElement(Notes& notes, const pugi::xml_node& node) {
  const std::string_view element = node.name();
  const std::string text = OneLine(node.child_value());
  if (std::vector<std::string>* const list = ListOf(notes, element)) {
    list->push_back(text);
    return !text.empty();
  }
  if (element == "rules" || element == "codes" || element == "events") {
    return AddReferences(notes, element, text);
  }
  if (element == "command") {
    const std::string_view where = node.attribute("where").value();
    notes.collect += notes.collect.empty() ? "" : "\n";
    notes.collect += where.empty() ? text : fmt::format("# {}\n{}", where, text);
    return !text.empty();
  }
  if (element == "source") {
    notes.sources.push_back(
        Joined(node.attribute("document").value(), node.attribute("section").value(), ", "));
    return !notes.sources.back().empty();
  }
  if (element == "means" || element == "unconfirmed") {
    (element == "means" ? notes.means : notes.unconfirmed) = text;
    return !text.empty();
  }
  return false;
}

template <typename Member>
void Inherit(Notes& notes,
             const Notes& from,
             const pugi::xml_node& node,
             const char* element,
             Member member) {
  if (!node.child(element)) {
    notes.*member = from.*member;
  }
}

}  // namespace

std::string OneLine(std::string_view text) {
  return fmt::format("{}", fmt::join(Words(text), " "));
}

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t start = text.find_first_not_of(kBlanks); start != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(kBlanks, start), text.size());
    words.emplace_back(text.substr(start, end - start));
    start = text.find_first_not_of(kBlanks, end);
  }
  return words;
}

std::optional<std::uint32_t> ReadNumber(std::string_view text) {
  return text.starts_with("0x") ? ParseWhole<std::uint32_t>(text.substr(2), 16)
                                : ParseWhole<std::uint32_t>(text);
}

Result<Notes> ReadNotes(const pugi::xml_node& node,
                        const Notes& inherited,
                        const std::vector<std::string_view>& own,
                        std::string_view file) {
  Notes notes;
  for (const pugi::xml_node child : node.children()) {
    const bool others = child.type() != pugi::node_element ||
                        std::ranges::find(own, std::string_view(child.name())) != own.end();
    if (!others && !AddElement(notes, child)) {
      return Error{ErrorCode::kMalformed, std::string(file),
                   fmt::format("<{}> in <{}>: not known, empty or malformed: '{}'", child.name(),
                               node.name(), OneLine(child.child_value()))};
    }
  }
  Inherit(notes, inherited, node, "means", &Notes::means);
  Inherit(notes, inherited, node, "cause", &Notes::causes);
  Inherit(notes, inherited, node, "rules", &Notes::rules);
  Inherit(notes, inherited, node, "events", &Notes::events);
  Inherit(notes, inherited, node, "command", &Notes::collect);
  Inherit(notes, inherited, node, "source", &Notes::sources);
  return notes;
}

}  // namespace whfb::rules
