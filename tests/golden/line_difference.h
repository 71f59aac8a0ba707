// The lines in which two texts differ, as people read them in a failed test.

#ifndef WHFB_TESTS_GOLDEN_LINE_DIFFERENCE_H_
#define WHFB_TESTS_GOLDEN_LINE_DIFFERENCE_H_

#include <string>
#include <string_view>

namespace whfb::golden {

// "-" lines are expected and missing, "+" lines are there and not expected; two equal lines around
// each place. Empty when the texts are equal.
[[nodiscard]] std::string LineDifference(std::string_view expected, std::string_view actual);

}  // namespace whfb::golden

#endif  // WHFB_TESTS_GOLDEN_LINE_DIFFERENCE_H_
