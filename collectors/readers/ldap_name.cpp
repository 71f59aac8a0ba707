#include "collectors/readers/ldap_name.h"

#include <algorithm>
#include <array>
#include <optional>

#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::string_view kSpecials = ",+=\"\n<>#;";

std::optional<unsigned> HexDigit(char c) {
  if (c >= '0' && c <= '9') {
    return static_cast<unsigned>(c - '0');
  }
  const char lower = LowerLetter(c);
  return lower >= 'a' && lower <= 'f' ? std::optional(static_cast<unsigned>(lower - 'a') + 10U)
                                      : std::nullopt;
}

void SkipBlanks(std::string_view& rest) {
  while (rest.starts_with(' ')) {
    rest.remove_prefix(1);
  }
}

// What a backslash stands for: a pair of hex digits, or the next character.
bool TakeEscape(std::string_view& rest, std::string& value) {
  rest.remove_prefix(1);
  if (rest.empty()) {
    return false;
  }
  if (rest.size() > 1) {
    const auto high = HexDigit(rest[0]);
    const auto low = HexDigit(rest[1]);
    if (high && low) {
      value.push_back(static_cast<char>((*high << 4U) | *low));
      rest.remove_prefix(2);
      return true;
    }
  }
  value.push_back(rest.front());
  rest.remove_prefix(1);
  return true;
}

bool TakeQuoted(std::string_view& rest, std::string& value) {
  rest.remove_prefix(1);
  while (!rest.empty() && rest.front() != '"') {
    if (rest.front() == '\\') {
      if (!TakeEscape(rest, value)) {
        return false;
      }
      continue;
    }
    value.push_back(rest.front());
    rest.remove_prefix(1);
  }
  if (rest.empty()) {
    return false;
  }
  rest.remove_prefix(1);
  SkipBlanks(rest);
  return true;
}

// Up to a separator. Blanks at the end count only when they are escaped.
bool TakeValue(std::string_view& rest, std::string& value) {
  SkipBlanks(rest);
  if (rest.starts_with('"')) {
    return TakeQuoted(rest, value);
  }
  std::size_t kept = 0;
  while (!rest.empty() && rest.front() != ',' && rest.front() != '+' && rest.front() != ';') {
    if (rest.front() == '\\') {
      if (!TakeEscape(rest, value)) {
        return false;
      }
      kept = value.size();
      continue;
    }
    value.push_back(rest.front());
    kept = rest.front() == ' ' ? kept : value.size();
    rest.remove_prefix(1);
  }
  value.resize(kept);
  return true;
}

// certutil's names of the few types that LDAP calls otherwise.
void AppendType(std::string_view type, std::string& text) {
  struct Alias {
    std::string_view ldap{};
    std::string_view printed{};
  };

  constexpr std::array kAliases = {Alias{"ST", "S"}, Alias{"EMAILADDRESS", "E"},
                                   Alias{"TITLE", "T"}, Alias{"GIVENNAME", "G"}};
  std::string upper(type);
  std::ranges::transform(upper, upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  });
  const auto* const alias = std::ranges::find(kAliases, upper, &Alias::ldap);
  text.append(alias == kAliases.end() ? std::string_view(upper) : alias->printed).push_back('=');
}

void AppendValue(std::string_view value, std::string& text) {
  const bool quotes = value.empty() || value.front() == ' ' || value.back() == ' ' ||
                      value.find_first_of(kSpecials) != std::string_view::npos;
  if (!quotes) {
    text.append(value);
    return;
  }
  text.push_back('"');
  for (const char c : value) {
    text.append(c == '"' ? 2 : 1, c);
  }
  text.push_back('"');
}

bool TakeAttribute(std::string_view& rest, std::string& text) {
  SkipBlanks(rest);
  const std::size_t equals = rest.find('=');
  if (equals == 0 || equals == std::string_view::npos) {
    return false;
  }
  std::string_view type = rest.substr(0, equals);
  while (type.ends_with(' ')) {
    type.remove_suffix(1);
  }
  const bool letters = !type.empty() && std::ranges::all_of(type, [](char c) {
    const char lower = LowerLetter(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  });
  rest.remove_prefix(equals + 1);
  std::string value;
  if (!letters || !TakeValue(rest, value)) {
    return false;
  }
  AppendType(type, text);
  AppendValue(value, text);
  return true;
}

// The place of the next "," outside quotes.
std::size_t NextComma(std::string_view name) {
  bool quoted = false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    quoted = name[i] == '"' ? !quoted : quoted;
    if (!quoted && name[i] == ',') {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace

bool LdapNameText(std::string_view name, std::string& text) {
  text.clear();
  for (std::string_view rest = name; !rest.empty();) {
    if (!TakeAttribute(rest, text)) {
      text = name;
      return false;
    }
    if (rest.empty()) {
      break;
    }
    const bool same_part = rest.front() == '+';
    rest.remove_prefix(1);
    if (rest.empty()) {
      text = name;
      return false;
    }
    text.append(same_part ? " + " : ", ");
  }
  return true;
}

bool IsNameWithin(std::string_view name, std::string_view base) {
  if (base.empty()) {
    return true;
  }
  if (name.size() == base.size()) {
    return SameNoCase(name, base);
  }
  constexpr std::string_view kSeparator = ", ";
  if (name.size() < base.size() + kSeparator.size()) {
    return false;
  }
  const std::string_view end = name.substr(name.size() - base.size() - kSeparator.size());
  return end.starts_with(kSeparator) && SameNoCase(end.substr(kSeparator.size()), base);
}

std::string_view ParentName(std::string_view name) {
  const std::size_t comma = NextComma(name);
  if (comma == std::string_view::npos) {
    return {};
  }
  name.remove_prefix(comma + 1);
  SkipBlanks(name);
  return name;
}

std::string DomainOfName(std::string_view name) {
  std::string domain;
  for (; !name.empty(); name = ParentName(name)) {
    const std::string_view part = name.substr(0, NextComma(name));
    if (part.size() > 3 && SameNoCase(part.substr(0, 3), "DC=")) {
      domain.append(domain.empty() ? "" : ".").append(part.substr(3));
    }
  }
  return LowerAscii(domain);
}

}  // namespace whfb::readers
