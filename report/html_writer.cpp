#include "report/html_writer.h"

#include "report/safe_text.h"

namespace whfb::report {
namespace {

std::string_view Entity(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

}  // namespace

HtmlWriter& HtmlWriter::Append(std::string_view html) {
  html_.append(html);
  if (html_.size() >= kPiece) {
    Flush();
  }
  return *this;
}

HtmlWriter& HtmlWriter::Text(std::string_view text) {
  for (const char c : Printable(text)) {
    const std::string_view entity = Entity(c);
    if (entity.empty()) {
      html_ += c;
    } else {
      html_ += entity;
    }
  }
  return Append({});
}

HtmlWriter& HtmlWriter::Lines(std::string_view text) {
  while (true) {
    const std::size_t end = text.find('\n');
    Text(text.substr(0, end));
    if (end == std::string_view::npos) {
      return *this;
    }
    Markup("<br>");
    text.remove_prefix(end + 1);
  }
}

HtmlWriter& HtmlWriter::Number(std::uint64_t number) {
  return Append(std::to_string(number));
}

HtmlWriter& HtmlWriter::Json(std::string_view json) {
  for (const char c : json) {
    if (c == '<') {
      html_ += "\\u003c";
    } else {
      html_ += c;
    }
  }
  return Append({});
}

void HtmlWriter::Flush() {
  sink_.Write(html_);
  html_.clear();
}

}  // namespace whfb::report
