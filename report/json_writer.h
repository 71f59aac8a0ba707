// JsonWriter: commas, quotes and escapes of JSON that is written from front to back. Hands its
// text to the sink in large pieces.

#ifndef WHFB_REPORT_JSON_WRITER_H_
#define WHFB_REPORT_JSON_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "report/text_sink.h"

namespace whfb::report {

class JsonWriter {
 public:
  // `sink` must outlive the writer; Flush() hands over what is left.
  explicit JsonWriter(TextSink& sink) : sink_(sink) {}

  void Open(char bracket);   // { or [
  void Close(char bracket);  // } or ]
  // A line end before the next element of the array in hand.
  void Line();
  void Key(std::string_view name);

  void Text(std::string_view text);
  void TextOrNull(std::string_view text);  // null when empty
  void Number(std::uint64_t number);
  void Null();
  void Bool(bool value);

  void Flush();

 private:
  void Comma();

  static constexpr std::size_t kPiece = std::size_t{64} * 1024;

  TextSink& sink_;
  std::string out_;
  bool needs_comma_ = false;
  bool needs_line_ = false;
};

}  // namespace whfb::report

#endif  // WHFB_REPORT_JSON_WRITER_H_
