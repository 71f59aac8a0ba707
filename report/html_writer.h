// HtmlWriter: the only way to produce HTML. Text is escaped unless a caller asks for Markup(),
// and Markup() takes literals only, so that evidence cannot reach it. What is not valid UTF-8 or
// would reorder or hide its neighbours becomes U+FFFD.

#ifndef WHFB_REPORT_HTML_WRITER_H_
#define WHFB_REPORT_HTML_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "report/text_sink.h"

namespace whfb::report {

class HtmlWriter {
 public:
  // `sink` must outlive the writer; Flush() hands over what is left.
  explicit HtmlWriter(TextSink& sink) : sink_(sink) {}

  template <std::size_t N>
  HtmlWriter& Markup(const char (&literal)[N]) {  // NOLINT(modernize-avoid-c-arrays)
    return Append({literal, N - 1});
  }

  // Safe inside elements and inside double-quoted attributes. One line; Lines() keeps line ends.
  HtmlWriter& Text(std::string_view text);
  HtmlWriter& Lines(std::string_view text);
  HtmlWriter& Number(std::uint64_t number);

  // JSON inside a script element of a data type. A `<` can only stand in its strings.
  HtmlWriter& Json(std::string_view json);

  // Text of the program itself, built in (style and script).
  HtmlWriter& BuiltIn(std::string_view asset) { return Append(asset); }

  void Flush();

 private:
  HtmlWriter& Append(std::string_view html);

  static constexpr std::size_t kPiece = std::size_t{64} * 1024;

  TextSink& sink_;
  std::string html_;
};

}  // namespace whfb::report

#endif  // WHFB_REPORT_HTML_WRITER_H_
