// IIS configuration: which files are recognised, and what damage leaves. Golden cases hold the
// rest.

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "collectors/readers/web_record.h"
#include "tests/text/reading.h"

namespace whfb::readers {

extern const ReaderSpec kWebConfigReader;

namespace {

int Recognised(std::string_view text, std::string_view name) {
  return kWebConfigReader.recognise({std::as_bytes(std::span(text)), name});
}

TEST(WebConfigReader, KnowsIisByItsRootAndSection) {
  constexpr std::string_view kIis =
      "<!-- a --><configuration>\n<system.webServer/></configuration>";
  EXPECT_GT(Recognised(kIis, "web.config"), Recognised(kIis, "copy.xml"));
  EXPECT_GT(Recognised(kIis, "copy.xml"), 0);
  EXPECT_GT(Recognised("<?xml version=\"1.0\"?><configuration >", "web.config"), 0);
  EXPECT_EQ(Recognised("<configuration><appSettings/></configuration>", "app.exe.config"), 0);
  EXPECT_EQ(Recognised("<configurations><system.webServer/></configurations>", "web.config"), 0);
  EXPECT_EQ(Recognised("<x><configuration><system.webServer/></configuration></x>", "web.config"),
            0);
  EXPECT_EQ(Recognised("<!-- <configuration> <system.webServer>", "web.config"), 0);
}

TEST(WebConfigReader, RefusesDocumentTypesAndOtherRoots) {
  EXPECT_FALSE(ReadWith(kWebConfigReader,
                        "<!DOCTYPE a [<!ENTITY b \"true\">]><configuration><system.webServer/>"
                        "</configuration>")
                   .ok);
  EXPECT_FALSE(ReadWith(kWebConfigReader, "<other/>").ok);
}

TEST(WebConfigReader, AFileThatBreaksOffClaimsNothing) {
  const Reading cut = ReadWith(kWebConfigReader,
                               "<configuration><system.webServer><security>\n<access "
                               "sslFlags=\"None\"/>\n<requestFiltering allowDoubleEscaping=\"tr");
  ASSERT_EQ(cut.records->Of<WebSetting>().size(), 1U);
  EXPECT_EQ(cut.records->Of<WebSetting>()[0].name, kSslFlags);
  EXPECT_EQ(cut.records->Of<WebSetting>()[0].source.place, 2U);
  ASSERT_EQ(cut.records->Of<WebConfigFile>().size(), 1U);
  EXPECT_FALSE(cut.records->Of<WebConfigFile>()[0].complete);
  EXPECT_EQ(cut.gaps.size(), 1U);
}

TEST(WebConfigReader, ElementsTooDeepAreAGap) {
  std::string text = "<configuration>";
  for (int i = 0; i < 100; ++i) {
    text += "<a>";
  }
  for (int i = 0; i < 100; ++i) {
    text += "</a>";
  }
  const Reading deep = ReadWith(kWebConfigReader, text + "</configuration>");
  EXPECT_TRUE(deep.ok);
  EXPECT_EQ(deep.gaps.size(), 1U);
  EXPECT_FALSE(deep.records->Of<WebConfigFile>()[0].complete);
}

}  // namespace
}  // namespace whfb::readers
