#include "collectors/readers/text_decoding.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace whfb::readers {
namespace {

using std::string_literals::operator""s;

struct Decoded {
  std::string text{};
  std::string encoding{};
  std::uint64_t replaced = 0;
};

Decoded Decode(std::string_view bytes) {
  std::string buffer;
  const DecodedText decoded =
      DecodeText({reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()}, buffer);
  return {std::string(decoded.text), std::string(decoded.encoding), decoded.replaced};
}

std::string Utf16(std::u16string_view text, bool big_endian) {
  std::string bytes;
  for (const char16_t unit : text) {
    const char low = static_cast<char>(unit & 0xff);
    const char high = static_cast<char>(unit >> 8);
    bytes += big_endian ? high : low;
    bytes += big_endian ? low : high;
  }
  return bytes;
}

struct TextCase {
  const char* name;
  std::string bytes;
  std::string text;
  std::string encoding;
  std::uint64_t replaced = 0;
};

std::vector<TextCase> Cases() {
  return {
      {"empty", "", "", "utf-8"},
      {"ascii", "Key = 1\r\n", "Key = 1\r\n", "utf-8"},
      {"utf8", "\xc3\xa4 \xf0\x9f\x98\x80", "\xc3\xa4 \xf0\x9f\x98\x80", "utf-8"},
      {"utf8 bom", "\xef\xbb\xbfname", "name", "utf-8"},
      {"utf8 bom inside",
       "a\n\xef\xbb\xbf"
       "b\n",
       "a\nb\n", "utf-8"},
      {"utf8 cut at the end", "name \xc3\xa4 \xe2\x82", "name \xc3\xa4 \xef\xbf\xbd\xef\xbf\xbd",
       "utf-8", 2},
      {"utf8 with one stray octet", "\xc3\xa4\xc3\xb6 \x84 \xc3\xbc",
       "\xc3\xa4\xc3\xb6 \xef\xbf\xbd \xc3\xbc", "utf-8", 1},
      {"surrogate in utf8", "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xed\xa0\x80",
       "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", "utf-8", 3},
      {"utf16le bom", "\xff\xfe" + Utf16(u"Windows \u00e4 \u20ac \U0001f600 end", false),
       "Windows \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80 end", "utf-16le"},
      {"utf16be bom", "\xfe\xff" + Utf16(u"Windows \u00e4 \U0001f600", true),
       "Windows \xc3\xa4 \xf0\x9f\x98\x80", "utf-16be"},
      {"utf16le without bom", Utf16(u"REGEDIT4 \u4e2d\r\n", false), "REGEDIT4 \xe4\xb8\xad\r\n",
       "utf-16le"},
      {"utf16be without bom", Utf16(u"REGEDIT4 \u4e2d\r\n", true), "REGEDIT4 \xe4\xb8\xad\r\n",
       "utf-16be"},
      {"utf16le odd length", "\xff\xfe" + Utf16(u"ab", false) + "c", "ab\xef\xbf\xbd", "utf-16le",
       1},
      {"utf16le bom inside", "\xff\xfe" + Utf16(u"first\n\ufeffsecond\n", false), "first\nsecond\n",
       "utf-16le"},
      {"utf16le lone surrogates", "\xff\xfe" + Utf16(u"a\xd800z\xdc00", false),
       "a\xef\xbf\xbdz\xef\xbf\xbd", "utf-16le", 2},
      {"utf16le surrogate at the end", "\xff\xfe" + Utf16(u"a\xd83d", false), "a\xef\xbf\xbd",
       "utf-16le", 1},
      {"8-bit text joined with utf16le", "plain\r\n\xff\xfe" + Utf16(u"wide\r\n", false),
       "plain\r\nwide\r\n", "utf-8 then utf-16le"},
      {"nul inside", "a\0b and more text"s, "a\0b and more text"s, "utf-8"},
  };
}

TEST(TextDecodingTest, KnowsUnicodeInEveryForm) {
  for (const TextCase& one : Cases()) {
    SCOPED_TRACE(one.name);
    const Decoded decoded = Decode(one.bytes);
    EXPECT_EQ(decoded.text, one.text);
    EXPECT_EQ(decoded.encoding, one.encoding);
    EXPECT_EQ(decoded.replaced, one.replaced);
  }
}

// Octets from the code page charts of unicode.org.
TEST(TextDecodingTest, GuessesTheCodePageOfWords) {
  const std::vector<TextCase> cases = {
      {"German in 1252",
       "Zertifikatspr\xfc"
       "fung, Schl\xfcssel, \xdc"
       "bergabe",
       "Zertifikatspr\xc3\xbc"
       "fung, Schl\xc3\xbcssel, \xc3\x9c"
       "bergabe",
       "windows-1252"},
      {"German in 850", "Verschl\x81sselungstest wurde durchgef\x81hrt",
       "Verschl\xc3\xbcsselungstest wurde durchgef\xc3\xbchrt", "cp850"},
      {"French in 850",
       "Num\x82ro de s\x82rie\xff: 12\r\n\x90metteur: correspond \x85 l'\x82metteur",
       "Num\xc3\xa9ro de s\xc3\xa9rie\xc2\xa0: 12\r\n\xc3\x89metteur: correspond \xc3\xa0 "
       "l'\xc3\xa9metteur",
       "cp850"},
      {"Russian in 866", "\x91\xa5\xe0\xe2\xa8\xe4\xa8\xaa\xa0\xe2",
       "\xd0\xa1\xd0\xb5\xd1\x80\xd1\x82\xd0\xb8\xd1\x84\xd0\xb8\xd0\xba\xd0\xb0\xd1\x82", "cp866"},
      {"Polish in 852",
       "za\x98wiadczenie, w\x88"
       "a\x98"
       "ciwo\x98\x86, r\xa2wnie\xbe",
       "za\xc5\x9bwiadczenie, w\xc5\x82"
       "a\xc5\x9b"
       "ciwo\xc5\x9b\xc4\x87, r\xc3\xb3wnie\xc5\xbc",
       "cp852"},
  };
  for (const TextCase& one : cases) {
    SCOPED_TRACE(one.name);
    const Decoded decoded = Decode(one.bytes);
    EXPECT_EQ(decoded.text, one.text);
    EXPECT_EQ(decoded.encoding, one.encoding);
  }
}

TEST(TextDecodingTest, DecodesLongTextAcrossBlocks) {
  std::u16string wide;
  std::string narrow;
  for (int i = 0; i < 20000; ++i) {
    wide += i % 97 == 0 ? u"\u20ac" : u"abcdefg ";
    narrow += i % 97 == 0 ? "\xe2\x82\xac" : "abcdefg ";
  }
  EXPECT_EQ(Decode("\xff\xfe" + Utf16(wide, false)).text, narrow);
  EXPECT_EQ(Decode("\xfe\xff" + Utf16(wide, true)).text, narrow);
}

std::vector<std::uint64_t> Damaged(std::string_view bytes, std::size_t most = 64) {
  std::string buffer;
  return DamagedLines(
      DecodeText({reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()}, buffer), most);
}

TEST(TextDecodingTest, TellsTheLinesThatHoldWhatCannotBeText) {
  using Lines = std::vector<std::uint64_t>;
  const std::string filler = "plain text of a line\n";
  EXPECT_EQ(Damaged(filler + "a\0b\n"s + filler), Lines{2});
  EXPECT_EQ(Damaged(filler + "a \xff\xff b\n" + filler), Lines{2});
  EXPECT_EQ(Damaged(filler + "\xef\xbf\xbf\n\xef\xbf\xbe\n" + filler), (Lines{2, 3}));
  EXPECT_EQ(Damaged("\xc3\xa4\xc3\xb6\xc3\xbc\n" + filler + "\x84\n"), Lines{3});
  EXPECT_EQ(Damaged("\xff\xfe" +
                    Utf16(u"one\ntw\xd800o\nth\xffffree\nfo\xfffeur\nfi\0ve\nsix\n"s, false)),
            (Lines{2, 3, 4, 5}));
  EXPECT_EQ(Damaged("\xfe\xff" + Utf16(u"one\n\xdc00\n", true)), Lines{2});
  EXPECT_EQ(Damaged("plain\n\x81\x81\xff\xff\n\xff\xfe" + Utf16(u"wide\n\xd800\n", false)),
            (Lines{2, 4}));
}

TEST(TextDecodingTest, HonestTextInTheWrongPageIsNotDamaged) {
  for (const std::string_view text :
       {"Schl\x81ssel\n", "Schl\xfcssel \xe9\xe8\n", "No\xff: 1\nNo\xff= 2\n", "\xd6\xa4\xca\xe9\n",
        "Schl\xef\xbf\xbdssel\n", "Schl?ssel\n",
        "\xef\xbb\xbf\xc3\xa4\n\xef\xbb\xbf"
        "b\n"}) {
    EXPECT_TRUE(Damaged(text).empty()) << text;
  }
}

// Erased storage takes nothing from the letters beside it.
TEST(TextDecodingTest, ErasedOctetsDoNotChangeTheEncoding) {
  const std::string erased(64, '\xff');
  EXPECT_EQ(Decode("\xc3\xa4\n" + erased).encoding, "utf-8");
  EXPECT_EQ(Decode("Verschl\x81sselungstest wurde durchgef\x81hrt\n" + erased + "\n").encoding,
            "cp850");
}

TEST(TextDecodingTest, BeyondTheKeptPlacesEveryLineIsDamaged) {
  std::string text = "\xc3\xa4\n";
  const std::size_t lines = DecodedText::kMaxPlaces + 8;
  for (std::size_t i = 0; i < lines; ++i) {
    text += "\xc3\xa4\xc3\xa4\x84\n";
  }
  EXPECT_EQ(Damaged(text + "fine\n", lines * 2).size(), lines + 1);
}

TEST(TextDecodingTest, SurvivesEveryTruncation) {
  for (const TextCase& one : Cases()) {
    for (std::size_t size = 0; size <= one.bytes.size(); ++size) {
      (void)Decode(std::string_view(one.bytes).substr(0, size));
    }
  }
}

TEST(TextLinesTest, KnowsTheLineEndsOfTheField) {
  TextLines lines("a\nb\r\nc\r\r\n\n d");
  std::vector<std::string> seen;
  std::string_view line;
  while (lines.Next(line)) {
    seen.push_back(std::to_string(lines.number()) + ":" + std::string(line));
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"1:a", "2:b", "3:c", "4:", "5: d"}));
}

}  // namespace
}  // namespace whfb::readers
