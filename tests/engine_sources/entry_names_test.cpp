#include "scanner/engine/entry_names.h"

#include <string>

#include <gtest/gtest.h>

namespace whfb::engine {
namespace {

struct Case {
  std::string raw{};
  std::string text{};
  std::string note{};
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.text;
}

class SafeName : public testing::TestWithParam<Case> {};

TEST_P(SafeName, ShowsAndNotes) {
  const EntryName name = SafeEntryName(GetParam().raw);
  EXPECT_EQ(name.text, GetParam().text);
  EXPECT_EQ(name.note, GetParam().note);
}

INSTANTIATE_TEST_SUITE_P(
    EntryNames,
    SafeName,
    testing::Values(Case{"a/b c.txt", "a/b c.txt", ""},
                    Case{"a\\b.txt", "a/b.txt", ""},
                    Case{"./a//b", "a/b", ""},
                    Case{".hidden", ".hidden", ""},
                    Case{"../../etc/passwd", "%2E%2E/%2E%2E/etc/passwd", "name goes up (..)"},
                    Case{"..\\x", "%2E%2E/x", "name goes up (..)"},
                    Case{"/abs", "abs", "name is absolute"},
                    Case{"\\\\host\\share", "host/share", "name is absolute"},
                    Case{"C:\\Windows\\x", "C%3A/Windows/x", "name has a drive letter"},
                    Case{"C:x", "C%3A/x", "name has a drive letter"},
                    Case{std::string("a\0b", 3), "a%00b", "name has control characters"},
                    Case{"a\x1b[31m", "a%1B[31m", "name has control characters"},
                    Case{"a!/b", "a%21/b", "name imitates a nested path"},
                    Case{"done!", "done!", ""},
                    Case{"Gr\xc3\xb6\xc3\x9f"
                         "e",
                         "Gr\xc3\xb6\xc3\x9f"
                         "e",
                         ""},
                    Case{"Gr\x94", "Gr%94", "name is not UTF-8"},
                    Case{"\xc0\xaf", "%C0%AF", "name is not UTF-8"},
                    Case{"\xed\xa0\x80", "%ED%A0%80", "name is not UTF-8"},
                    Case{"NUL.txt", "NUL.txt", "name is reserved on Windows"},
                    Case{"com1", "com1", "name is reserved on Windows"},
                    Case{"console", "console", ""},
                    Case{"a./b", "a./b", "name ends in a dot or blank"},
                    Case{"", "(no name)", "name is empty"},
                    Case{"/", "(no name)", "name is absolute"}));

}  // namespace
}  // namespace whfb::engine
