#include "collectors/readers/event_xml_tags.h"

#include <algorithm>
#include <array>

namespace whfb::readers {

namespace {

constexpr std::string_view kBlanks = " \t\r\n";

struct Section {
  std::string_view begin;
  std::string_view end;
  TagKind kind;
};

constexpr std::array kSections = {
    Section{"<!--", "-->", TagKind::kOther},
    Section{"<![CDATA[", "]]>", TagKind::kOther},
    Section{"<?", "?>", TagKind::kOther},
    Section{"<!DOCTYPE", ">", TagKind::kDocumentType},
};

// A name begins with a letter, "_" or something beyond ASCII.
bool BeginsName(char letter) {
  const auto octet = static_cast<unsigned char>(letter);
  const auto lower = static_cast<unsigned char>(octet | 0x20U);
  return (lower >= 'a' && lower <= 'z') || letter == '_' || octet >= 0x80;
}

std::string_view NameAt(std::string_view text, std::size_t at) {
  const std::size_t end = std::min(text.find_first_of(" \t\r\n/>", at), text.size());
  return text.substr(at, end - at);
}

Tag FindSection(std::string_view text, std::size_t begin) {
  const std::string_view rest = text.substr(begin);
  for (const Section& section : kSections) {
    if (rest.starts_with(section.begin)) {
      const std::size_t end = rest.find(section.end, section.begin.size());
      return end == std::string_view::npos ? Tag{.kind = TagKind::kCut, .begin = begin}
                                           : Tag{.kind = section.kind,
                                                 .begin = begin,
                                                 .end = begin + end + section.end.size()};
    }
    if (section.begin.starts_with(rest)) {
      return {.kind = TagKind::kCut, .begin = begin};
    }
  }
  return {.kind = TagKind::kBroken, .begin = begin, .end = begin + 1};
}

// Where the ">" of a tag is, or the "<" that stands before it.
std::size_t EndOfTag(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    at = text.find_first_of("<>\"'", at);
    if (at == std::string_view::npos || text[at] == '<' || text[at] == '>') {
      return at;
    }
    const std::array<char, 2> stops = {text[at], '<'};
    at = text.find_first_of(std::string_view(stops.data(), stops.size()), at + 1);
    if (at == std::string_view::npos || text[at] == '<') {
      return at;
    }
    ++at;
  }
  return std::string_view::npos;
}

std::string_view WithoutBlanksBehind(std::string_view text) {
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

// The name of the attribute whose value begins behind `quote`; empty: there is none.
std::string_view AttributeBefore(std::string_view tag, std::size_t quote) {
  std::string_view before = WithoutBlanksBehind(tag.substr(0, quote));
  if (!before.ends_with('=')) {
    return {};
  }
  before.remove_suffix(1);
  before = WithoutBlanksBehind(before);
  return before.substr(before.find_last_of(kBlanks) + 1);
}

// Calls visit(prefix) for each that the tag declares for events, while it returns true.
template <typename Visit>
void ForEachEventPrefix(std::string_view tag, Visit visit) {
  constexpr std::string_view kDefault = "xmlns";
  constexpr std::string_view kPrefixed = "xmlns:";
  for (std::size_t at = tag.find(kEventNamespace); at != std::string_view::npos;
       at = tag.find(kEventNamespace, at + 1)) {
    const char quote = at == 0 ? '\0' : tag[at - 1];
    const std::size_t behind = at + kEventNamespace.size();
    if ((quote != '"' && quote != '\'') || behind >= tag.size() || tag[behind] != quote) {
      continue;
    }
    const std::string_view name = AttributeBefore(tag, at - 1);
    const bool prefixed = name.starts_with(kPrefixed) && name.size() > kPrefixed.size();
    if ((name == kDefault || prefixed) &&
        !visit(prefixed ? name.substr(kPrefixed.size()) : std::string_view{})) {
      return;
    }
  }
}

}  // namespace

Tag FindTag(std::string_view text, std::size_t from) {
  const std::size_t begin = text.find('<', from);
  if (begin == std::string_view::npos) {
    return {};
  }
  if (begin + 1 == text.size()) {
    return {.kind = TagKind::kCut, .begin = begin};
  }
  const char second = text[begin + 1];
  if (second == '!' || second == '?') {
    return FindSection(text, begin);
  }
  const bool closing = second == '/';
  if (!closing && !BeginsName(second)) {
    return {.kind = TagKind::kBroken, .begin = begin, .end = begin + 1};
  }
  const std::size_t end = EndOfTag(text, begin + 1);
  if (end == std::string_view::npos) {
    return {.kind = TagKind::kCut, .begin = begin};
  }
  if (text[end] == '<') {
    return {.kind = TagKind::kBroken, .begin = begin, .end = end};
  }
  const TagKind open = text[end - 1] == '/' ? TagKind::kEmpty : TagKind::kStart;
  return {.kind = closing ? TagKind::kEnd : open,
          .begin = begin,
          .end = end + 1,
          .name = NameAt(text.substr(0, end), begin + (closing ? 2 : 1))};
}

std::string_view PrefixOf(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? std::string_view{} : name.substr(0, colon);
}

std::string_view WithoutPrefix(std::string_view name) {
  return name.substr(name.find(':') + 1);  // npos + 1 is 0
}

bool DeclaresEvents(std::string_view tag, std::string_view prefix) {
  bool declares = false;
  ForEachEventPrefix(tag, [&](std::string_view one) { return !(declares = one == prefix); });
  return declares;
}

std::vector<std::string> EventPrefixes(std::string_view tag) {
  std::vector<std::string> prefixes;
  ForEachEventPrefix(tag, [&](std::string_view one) {
    prefixes.emplace_back(one);
    return true;
  });
  std::ranges::sort(prefixes);
  return prefixes;
}

}  // namespace whfb::readers
