#include "report/json_writer.h"

#include <array>
#include <charconv>
#include <limits>

#include "report/safe_text.h"

namespace whfb::report {

void JsonWriter::Comma() {
  if (needs_comma_) {
    out_ += ',';
  }
  if (needs_line_) {
    out_ += '\n';
  }
  needs_comma_ = true;
  needs_line_ = false;
  if (out_.size() >= kPiece) {
    Flush();
  }
}

void JsonWriter::Open(char bracket) {
  Comma();
  out_ += bracket;
  needs_comma_ = false;
}

void JsonWriter::Close(char bracket) {
  out_ += bracket;
  needs_comma_ = true;
}

void JsonWriter::Line() {
  needs_line_ = true;
}

void JsonWriter::Key(std::string_view name) {
  Comma();
  AppendJsonString(out_, name);
  out_ += ':';
  needs_comma_ = false;
}

void JsonWriter::Text(std::string_view text) {
  Comma();
  AppendJsonString(out_, text);
}

void JsonWriter::TextOrNull(std::string_view text) {
  if (text.empty()) {
    Null();
  } else {
    Text(text);
  }
}

void JsonWriter::Number(std::uint64_t number) {
  Comma();
  std::array<char, std::numeric_limits<std::uint64_t>::digits10 + 1> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out_.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

void JsonWriter::Null() {
  Comma();
  out_ += "null";
}

void JsonWriter::Bool(bool value) {
  Comma();
  out_ += value ? "true" : "false";
}

void JsonWriter::Flush() {
  sink_.Write(out_);
  out_.clear();
}

}  // namespace whfb::report
