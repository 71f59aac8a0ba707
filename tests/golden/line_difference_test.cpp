#include "tests/golden/line_difference.h"

#include <gtest/gtest.h>

namespace whfb::golden {

TEST(LineDifferenceTest, IsEmptyForEqualTexts) {
  EXPECT_EQ(LineDifference("a\nb\n", "a\nb\n"), "");
}

TEST(LineDifferenceTest, ShowsWhatIsMissingAndWhatIsNewWithTheLinesAround) {
  EXPECT_EQ(LineDifference("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n10\n"),
            "     3 3\n"
            "     4 4\n"
            "-    5 5\n"
            "+    5 five\n"
            "     6 6\n"
            "     7 7\n"
            "     8 8\n"
            "     9 9\n"
            "+   10 10\n");
}

}  // namespace whfb::golden
