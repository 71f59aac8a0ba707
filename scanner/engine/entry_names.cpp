#include "scanner/engine/entry_names.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "scanner/core/ascii_text.h"

namespace whfb::engine {

namespace {

// Nothing in the name needs a second look: one pass, the common case.
bool IsPlain(std::string_view raw) {
  char before = '/';
  for (const char c : raw) {
    const auto byte = static_cast<std::uint8_t>(c);
    const bool odd = byte < 0x20 || byte >= 0x7f || c == '\\' || c == ':' || c == '!' ||
                     (before == '/' && (c == '/' || c == '.')) || (c == '/' && before == '.') ||
                     (c == '/' && before == ' ');
    if (odd) {
      return false;
    }
    before = c;
  }
  return !raw.empty() && before != '.' && before != ' ';
}

// How long the UTF-8 sequence is that a byte begins; 0 when it begins none.
std::size_t AnnouncedLength(std::uint8_t lead) {
  if (lead < 0x80) {
    return 1;
  }
  if (lead < 0xc2 || lead > 0xf4) {
    return 0;
  }
  if (lead < 0xe0) {
    return 2;
  }
  return lead < 0xf0 ? 3 : 4;
}

// Some lead bytes narrow the second one: else the sequence would be longer than it need be, a
// surrogate, or beyond U+10FFFF (Unicode, table 3-7).
bool FitsLead(std::uint8_t lead, std::uint8_t second) {
  switch (lead) {
    case 0xe0:
      return second >= 0xa0;
    case 0xed:
      return second < 0xa0;
    case 0xf0:
      return second >= 0x90;
    case 0xf4:
      return second < 0x90;
    default:
      return true;
  }
}

// Length of the UTF-8 sequence at the start of `text`; 0 when it is none. Requires a byte.
std::size_t SequenceLength(std::string_view text) {
  const auto lead = static_cast<std::uint8_t>(text.front());
  const std::size_t length = AnnouncedLength(lead);
  if (length < 2) {
    return length;
  }
  const std::string_view rest = text.substr(1, length - 1);
  const bool whole = rest.size() == length - 1 && std::all_of(rest.begin(), rest.end(), [](char c) {
                       return (static_cast<std::uint8_t>(c) & 0xc0U) == 0x80;
                     });
  return whole && FitsLead(lead, static_cast<std::uint8_t>(rest.front())) ? length : 0;
}

void AppendEscaped(std::string& text, char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<std::uint8_t>(c);
  text += '%';
  text += kDigits[byte >> 4];
  text += kDigits[byte & 15];
}

bool IsReserved(std::string_view part) {
  static constexpr std::array<std::string_view, 4> kDevices = {"con", "prn", "aux", "nul"};
  const std::string_view spelled = part.substr(0, part.find('.'));
  if (spelled.size() < 3 || spelled.size() > 4) {
    return false;
  }
  const std::string stem = LowerAscii(spelled);
  const bool numbered = stem.size() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")) &&
                        stem[3] >= '0' && stem[3] <= '9';
  return numbered || std::ranges::find(kDevices, stem) != kDevices.end();
}

void Note(EntryName& name, std::string_view note) {
  if (name.note.empty()) {
    name.note = note;
  }
}

// What speaks against the first byte of a sequence; empty: nothing. A `!` at the end of a part that
// another follows would read as the border of a nested archive.
std::string_view OddByte(char c, std::size_t sequence_length, bool before_part) {
  if (sequence_length == 0) {
    return "name is not UTF-8";
  }
  if (static_cast<std::uint8_t>(c) < 0x20 || c == 0x7f) {
    return "name has control characters";
  }
  return c == '!' && before_part ? "name imitates a nested path" : std::string_view{};
}

void AppendPart(EntryName& name, std::string_view part, bool last) {
  if (!name.text.empty()) {
    name.text += '/';
  }
  if (part == "..") {
    name.text += "%2E%2E";
    Note(name, "name goes up (..)");
    return;
  }
  if (IsReserved(part)) {
    Note(name, "name is reserved on Windows");
  } else if (part.back() == '.' || part.back() == ' ') {
    Note(name, "name ends in a dot or blank");
  }
  while (!part.empty()) {
    const std::size_t length = SequenceLength(part);
    const std::string_view odd = OddByte(part.front(), length, part.size() == 1 && !last);
    if (odd.empty()) {
      name.text += part.substr(0, length);
      part.remove_prefix(length);
    } else {
      AppendEscaped(name.text, part.front());
      Note(name, odd);
      part.remove_prefix(1);
    }
  }
}

}  // namespace

EntryName SafeEntryName(std::string_view raw) {
  EntryName name;
  if (IsPlain(raw) && !IsReserved(LastPart(raw))) {
    name.text = raw;
    return name;
  }
  name.text.reserve(raw.size() + 8);
  if (raw.starts_with('/') || raw.starts_with('\\')) {
    Note(name, "name is absolute");
  }
  while (!raw.empty()) {
    const std::size_t end = std::min(raw.find_first_of("/\\"), raw.size());
    const std::string_view part = raw.substr(0, end);
    raw.remove_prefix(std::min(end + 1, raw.size()));
    const bool drive = name.text.empty() && part.size() >= 2 && part[1] == ':';
    if (drive) {
      name.text = std::string(1, part[0]) + "%3A";
      Note(name, "name has a drive letter");
      if (part.size() > 2) {
        AppendPart(name, part.substr(2), raw.empty());
      }
    } else if (!part.empty() && part != ".") {
      AppendPart(name, part, raw.empty());
    }
  }
  if (name.text.empty()) {
    name.text = "(no name)";
    Note(name, "name is empty");
  }
  return name;
}

std::string_view LastPart(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace whfb::engine
