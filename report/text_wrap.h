// Wraps text to a width in terminal columns, with a hanging indent.

#ifndef WHFB_REPORT_TEXT_WRAP_H_
#define WHFB_REPORT_TEXT_WRAP_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace whfb::report {

// The lines of `text` (made printable), each behind `indent` spaces and ended by a line end.
// `label` stands in the indent of the first line. Words longer than a line are kept whole:
// commands and paths must stay copyable.
[[nodiscard]] std::string Wrapped(std::string_view label,
                                  std::string_view text,
                                  std::size_t indent,
                                  std::size_t width);

}  // namespace whfb::report

#endif  // WHFB_REPORT_TEXT_WRAP_H_
