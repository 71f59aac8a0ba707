#include "report/text_wrap.h"

#include <algorithm>

#include "report/safe_text.h"

namespace whfb::report {

std::string Wrapped(std::string_view label,
                    std::string_view text,
                    std::size_t indent,
                    std::size_t width) {
  constexpr std::size_t kNarrowest = 20;  // of the text, however narrow the terminal is
  const std::size_t room = std::max(width, indent + kNarrowest) - indent;
  const std::string clean = Printable(text);
  std::string out(label);
  out.append(indent - std::min(indent, DisplayWidth(label)), ' ');
  std::size_t column = 0;
  for (std::size_t start = clean.find_first_not_of(' '); start != std::string::npos;) {
    const std::size_t end = std::min(clean.find(' ', start), clean.size());
    const std::string_view word = std::string_view(clean).substr(start, end - start);
    const std::size_t size = DisplayWidth(word);
    if (column > 0 && column + 1 + size > room) {
      out += '\n';
      out.append(indent, ' ');
      column = 0;
    } else if (column > 0) {
      out += ' ';
      ++column;
    }
    out += word;
    column += size;
    start = clean.find_first_not_of(' ', end);
  }
  out += '\n';
  return out;
}

}  // namespace whfb::report
