// Messages that quote evidence stay short.

#include "scanner/core/short_text.h"

#include <string>

#include <gtest/gtest.h>

namespace whfb {
namespace {

TEST(ShortTextTest, EndsBetweenCharacters) {
  std::string text = "x" + std::string(1'000, 'e') + "\xC3\xA4";
  Shorten(text);
  EXPECT_EQ(text.size(), kMaxMessage + 3);
  std::string umlauts;
  for (int i = 0; i < 400; ++i) {
    umlauts += "\xC3\xA4";
  }
  umlauts.insert(0, "x");
  Shorten(umlauts);
  EXPECT_EQ(umlauts.substr(umlauts.size() - 5), "\xC3\xA4...");
  std::string whole(kMaxMessage, 'y');
  Shorten(whole);
  EXPECT_EQ(whole, std::string(kMaxMessage, 'y'));
}

}  // namespace
}  // namespace whfb
