#include "collectors/readers/ldif_lines.h"

#include <algorithm>

#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.';
}

std::string_view WithoutBlanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  return text;
}

// "name;option:: value"
void Split(std::string_view text, LdifLine& line) {
  const std::size_t colon = text.find(':');
  const std::string_view whole = text.substr(0, colon);
  const std::size_t semicolon = whole.find(';');
  line.name = whole.substr(0, semicolon);
  line.kind = LdifLine::Kind::kOther;
  if (colon == std::string_view::npos || line.name.empty() ||
      !std::ranges::all_of(line.name, IsNameCharacter)) {
    line.value = text;
    return;
  }
  line.kind = LdifLine::Kind::kValue;
  line.options =
      semicolon == std::string_view::npos ? std::string_view{} : whole.substr(semicolon + 1);
  std::string_view value = text.substr(colon + 1);
  line.form = value.starts_with(':')   ? LdifLine::Form::kBase64
              : value.starts_with('<') ? LdifLine::Form::kUrl
                                       : LdifLine::Form::kPlain;
  value.remove_prefix(line.form == LdifLine::Form::kPlain ? 0 : 1);
  line.value = WithoutBlanks(value);
  value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
  value.remove_suffix(value.ends_with('\r') ? 1 : 0);
  line.written = value;
}

}  // namespace

std::string_view LdifLines::Unfold(LdifLine& line) {
  const std::string_view first = next_;
  line.number = lines_.number();
  line.damaged = lines_.damaged();
  more_ = lines_.Next(next_);
  // A blank line ends what is above it: there is nothing to continue.
  if (!more_ || first.empty() || !next_.starts_with(' ')) {
    return first;
  }
  buffer_ = first;
  for (; more_ && next_.starts_with(' '); more_ = lines_.Next(next_)) {
    line.damaged = line.damaged || lines_.damaged();
    if (buffer_.size() + next_.size() > kMaxLine) {
      line.cut = true;
      continue;
    }
    buffer_.append(next_.substr(1));
  }
  return buffer_;
}

bool LdifLines::Next(LdifLine& line) {
  if (!more_) {
    return false;
  }
  line = {};
  const std::string_view text = Unfold(line);
  if (text.find_first_not_of(' ') == std::string_view::npos) {
    line.kind = LdifLine::Kind::kBlank;
  } else if (text.front() == '#') {
    line.kind = LdifLine::Kind::kComment;
    line.value = WithoutBlanks(text.substr(1));
  } else {
    Split(text, line);
  }
  return true;
}

bool LooksLikeLdif(const DecodedText& decoded) {
  LdifLines lines(decoded);
  LdifLine line;
  while (lines.Next(line)) {
    if (line.kind == LdifLine::Kind::kComment &&
        (line.value == "extended LDIF" || line.value == "LDAPv3")) {
      return true;
    }
    const bool name = line.kind == LdifLine::Kind::kValue && SameNoCase(line.name, "dn");
    if (name && (line.form == LdifLine::Form::kBase64 || line.value.empty() ||
                 line.value.find('=') != std::string_view::npos)) {
      return true;
    }
  }
  return false;
}

}  // namespace whfb::readers
