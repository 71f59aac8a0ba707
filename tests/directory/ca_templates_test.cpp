// `certutil -CATemplates`. Expected values: listings in public write-ups (English), the same with
// the words of other languages, and 0x80070490 (ERROR_NOT_FOUND) where a CA issues nothing.

#include <string>

#include <gtest/gtest.h>

#include "tests/directory/directory_run.h"

namespace whfb::readers {
extern const ReaderSpec kCaTemplatesReader;
}  // namespace whfb::readers

namespace whfb::test {

namespace {

using readers::IssuedTemplates;

constexpr std::string_view kDone = "CertUtil: -CATemplates command completed successfully.\r\n";
constexpr std::string_view kUser = "User: User -- Auto-Enroll: Access is denied.\r\n";

Export Read(const std::string& text) {
  return {readers::kCaTemplatesReader, text};
}

std::string Joined(const IssuedTemplates& issued) {
  std::string names;
  for (const std::string_view name : issued.templates) {
    names.append(names.empty() ? "" : "|").append(name);
  }
  return names;
}

TEST(CaTemplatesTest, LanguageDoesNotMatter) {
  const Export german = Read(
      "Benutzer1: Benutzer -- Automatische Registrierung: Zugriff verweigert\n"
      "CertUtil: -CATemplates-Befehl wurde erfolgreich ausgeführt.\n");
  ASSERT_EQ(german.records.Of<IssuedTemplates>().size(), 1U);
  EXPECT_EQ(Joined(german.records.Of<IssuedTemplates>()[0]), "Benutzer1");
  EXPECT_TRUE(german.records.Of<IssuedTemplates>()[0].complete);
}

TEST(CaTemplatesTest, ASetThatIsNotClosedMayHaveMore) {
  const Export read = Read(std::string(kUser).append("Web"));
  ASSERT_EQ(read.records.Of<IssuedTemplates>().size(), 1U);
  EXPECT_FALSE(read.records.Of<IssuedTemplates>()[0].complete);
  EXPECT_EQ(read.records.Of<IssuedTemplates>()[0].why, WhyUnknown::kTruncated);
  EXPECT_EQ(Joined(read.records.Of<IssuedTemplates>()[0]), "User");
  EXPECT_EQ(read.sink.gaps.size(), 1U);
}

TEST(CaTemplatesTest, DamageIsTold) {
  const Export read = Read(std::string(kUser).append("W\xff\xff: W -- x\r\n").append(kDone));
  ASSERT_EQ(read.records.Of<IssuedTemplates>().size(), 1U);
  EXPECT_FALSE(read.records.Of<IssuedTemplates>()[0].complete);
  ASSERT_EQ(read.sink.gaps.size(), 1U);
  EXPECT_EQ(read.sink.gaps[0].place, 2U);
  EXPECT_FALSE(Read("nothing here\n").status);
}

TEST(CaTemplatesTest, TheCommandTellsTheAuthority) {
  for (const std::string_view command :
       {R"(C:\>certutil -CATemplates -config "ca1.contoso.test\Issuing 1")",
        R"(PS C:\> certutil -config "ca1.contoso.test\Issuing 1" -catemplates)"}) {
    const Export read = Read(std::string(command).append("\r\n").append(kUser).append(kDone));
    ASSERT_EQ(read.records.Of<IssuedTemplates>().size(), 1U);
    EXPECT_EQ(read.records.Of<IssuedTemplates>()[0].ca, "Issuing 1");
    EXPECT_EQ(read.sink.damaged_count, 0U);
  }
}

TEST(CaTemplatesTest, AnotherCommandEndsAListThatIsNotClosed) {
  const Export read = Read(std::string("C:\\>certutil -config \"H1\\CA A\" -CATemplates\r\n")
                               .append(kUser)
                               .append("C:\\>certutil -config \"H2\\CA B\" -CATemplates\r\n")
                               .append("WebServer: Web Server -- Auto-Enroll\r\n")
                               .append(kDone));
  const auto lists = read.records.Of<IssuedTemplates>();
  ASSERT_EQ(lists.size(), 2U);
  EXPECT_EQ(lists[0].ca, "CA A");
  EXPECT_EQ(Joined(lists[0]), "User");
  EXPECT_FALSE(lists[0].complete);
  EXPECT_EQ(lists[0].why, WhyUnknown::kTruncated);
  EXPECT_EQ(lists[1].ca, "CA B");
  EXPECT_EQ(Joined(lists[1]), "WebServer");
  EXPECT_TRUE(lists[1].complete);
  ASSERT_EQ(read.sink.gaps.size(), 1U);
  EXPECT_EQ(read.sink.gaps[0].place, 3U);
}

TEST(CaTemplatesTest, IsKnownByItsFormWhereTheClosingLineWasDeleted) {
  const auto recognised = [](std::string_view text) {
    return readers::Recognise(std::as_bytes(std::span(text)), "x.txt");
  };
  constexpr std::string_view kTwo =
      "SubCA: Subordonnée -- Accès refusé\nEFS: EFS basique -- Inscription automatique\n";
  EXPECT_EQ(recognised(kUser), nullptr);
  EXPECT_EQ(recognised(std::string(kUser).append(kTwo)), &readers::kCaTemplatesReader);
  EXPECT_EQ(recognised(std::string(kTwo).append("a\nb\nc\n")), nullptr);
}

TEST(CaTemplatesTest, LogsAreNoLists) {
  const auto recognised = [](std::string_view text) {
    return readers::Recognise(std::as_bytes(std::span(text)), "app.log");
  };
  EXPECT_EQ(recognised("Machine: disk full -- retry\nWebserver: a -- b\n"), nullptr);
  EXPECT_EQ(recognised("Machine: disk full -- retry\nMachine: disk full -- again\n"), nullptr);
  EXPECT_EQ(recognised("Machine: x -- y\nWebServer: x -- y\nthe disk: full -- retry\n"), nullptr);
}

}  // namespace

}  // namespace whfb::test
