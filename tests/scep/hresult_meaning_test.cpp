#include "collectors/hresult_meaning.h"

#include <gtest/gtest.h>

namespace whfb::collectors {
namespace {

std::uint32_t Parsed(std::string_view text) {
  std::uint32_t code = 0;
  EXPECT_TRUE(ParseHresult(text, code)) << text;
  return code;
}

TEST(HresultTest, ReadsTheThreeShapes) {
  EXPECT_EQ(Parsed("0x82ab0011"), 0x82ab0011U);
  EXPECT_EQ(Parsed("-2102722543"), 0x82ab0011U);
  EXPECT_EQ(Parsed("2192244753"), 0x82ab0011U);
}

TEST(HresultTest, ReadsTheCodeInsideText) {
  EXPECT_EQ(Parsed("Result: (Unknown Win32 Error code: 0x82ab0011)"), 0x82ab0011U);
  EXPECT_EQ(Parsed("Result: (-2102722543)."), 0x82ab0011U);
}

TEST(HresultTest, RefusesWhatIsNoCode) {
  std::uint32_t code = 0;
  for (const std::string_view text : {"", "Success", "0x", "4294967296", "-2147483649", "12 34"}) {
    EXPECT_FALSE(ParseHresult(text, code)) << text;
  }
}

TEST(HresultTest, NamesWhatPublicTablesName) {
  EXPECT_EQ(HresultMeaning(0x82ab0011),
            "Windows Hello for Business is configured by Group Policy while the certificate comes "
            "from Intune");
  EXPECT_EQ(HresultMeaning(0x82ab0099), "not in public tables");
}

}  // namespace
}  // namespace whfb::collectors
