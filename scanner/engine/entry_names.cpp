#include "scanner/engine/entry_names.h"

#include <algorithm>
#include <array>
#include <cstdint>

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

// Length of the UTF-8 sequence at the start of `text`; 0 when it is none.
std::size_t SequenceLength(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xc2 ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                             : lead < 0xf5 ? 4
                                           : 0;
  if (length == 0 || length > text.size()) {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) {
      return 0;
    }
  }
  const bool overlong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
  const bool surrogate = lead == 0xed && byte(1) >= 0xa0;
  const bool beyond = lead == 0xf4 && byte(1) >= 0x90;
  return overlong || surrogate || beyond ? 0 : length;
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
  for (std::size_t i = 0; i < part.size();) {
    const char c = part[i];
    const std::size_t length = SequenceLength(part.substr(i));
    const bool control = static_cast<std::uint8_t>(c) < 0x20 || c == 0x7f;
    const bool nests = c == '!' && i + 1 == part.size() && !last;
    if (length == 0 || control || nests) {
      AppendEscaped(name.text, c);
      Note(name, length == 0 ? "name is not UTF-8"
                 : control   ? "name has control characters"
                             : "name imitates a nested path");
      ++i;
    } else {
      name.text += part.substr(i, length);
      i += length;
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

std::string LowerAscii(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

std::string_view LastPart(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace whfb::engine
