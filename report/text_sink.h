// TextSink: where a report goes. The caller owns files and pipes, writes them atomically, and
// remembers whether a write failed; a report only hands text over, piece by piece.

#ifndef WHFB_REPORT_TEXT_SINK_H_
#define WHFB_REPORT_TEXT_SINK_H_

#include <string>
#include <string_view>
#include <utility>

namespace whfb::report {

class TextSink {
 public:
  TextSink() = default;
  TextSink(const TextSink&) = delete;
  TextSink& operator=(const TextSink&) = delete;
  TextSink(TextSink&&) = delete;
  TextSink& operator=(TextSink&&) = delete;
  virtual ~TextSink() = default;

  virtual void Write(std::string_view text) = 0;
};

class StringSink : public TextSink {
 public:
  void Write(std::string_view text) override { text_.append(text); }

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace whfb::report

#endif  // WHFB_REPORT_TEXT_SINK_H_
