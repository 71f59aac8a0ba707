#include "collectors/readers/text_decoding.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "collectors/readers/code_pages.h"
#include "collectors/readers/double_byte_pages.h"
#include "collectors/readers/utf16_text.h"
#include "collectors/readers/utf8_text.h"

namespace whfb::readers {

namespace {

constexpr std::string_view kUtf8Bom = "\xef\xbb\xbf";
constexpr std::string_view kUtf16LeBom = "\xff\xfe";
constexpr std::string_view kUtf16BeBom = "\xfe\xff";
constexpr std::string_view kErased = "\xff\xff";  // of no code page; what erased storage holds
constexpr std::size_t kHead = 4096;

bool IsContinuation(std::string_view text, std::size_t at) {
  return at < text.size() && (Octet(text[at]) & 0xc0) == 0x80;
}

// Length of the well-formed sequence at `at` (Unicode, table 3-7); 0 when there is none.
std::size_t SequenceLength(std::string_view text, std::size_t at) {
  const unsigned first = Octet(text[at]);
  if (first < 0x80) {
    return 1;
  }
  if (first < 0xc2 || first > 0xf4 || !IsContinuation(text, at + 1)) {
    return 0;
  }
  if (first < 0xe0) {
    return 2;
  }
  const unsigned second = Octet(text[at + 1]);
  const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool beyond = (first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f);
  if (overlong || beyond || !IsContinuation(text, at + 2)) {
    return 0;
  }
  if (first < 0xf0) {
    return 3;
  }
  return IsContinuation(text, at + 3) ? 4 : 0;
}

std::size_t SkipAscii(std::string_view text, std::size_t at) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  while (text.size() - at >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, 8);
    if ((word & kHighBits) != 0) {
      break;
    }
    at += 8;
  }
  while (at < text.size() && Octet(text[at]) < 0x80) {
    ++at;
  }
  return at;
}

struct Utf8Survey {
  std::uint64_t sequences = 0;  // well-formed ones of two octets or more
  std::uint64_t bad = 0;        // octets outside any, but for erased ones
  bool erased = false;          // octets 0xFF in a row
  bool cut = false;             // the only bad octets begin a sequence that the end cuts
};

// How many octets 0xFF begin at `at`, when they are two or more.
std::size_t ErasedLength(std::string_view text, std::size_t at) {
  if (text.substr(at, kErased.size()) != kErased) {
    return 0;
  }
  const std::size_t end = text.find_first_not_of(kErased.front(), at);
  return std::min(end, text.size()) - at;
}

Utf8Survey SurveyUtf8(std::string_view text) {
  Utf8Survey survey;
  std::size_t at = SkipAscii(text, 0);
  while (at < text.size()) {
    if (const std::size_t erased = ErasedLength(text, at); erased > 0) {
      survey.erased = true;
      at = SkipAscii(text, at + erased);
      continue;
    }
    const std::size_t length = SequenceLength(text, at);
    survey.sequences += length > 1 ? 1 : 0;
    if (length == 0) {
      survey.cut = survey.bad == 0 && Octet(text[at]) >= 0xc2 && text.size() - at < 4;
      ++survey.bad;
      for (std::size_t i = at + 1; survey.cut && i < text.size(); ++i) {
        survey.cut = IsContinuation(text, i);
      }
      if (survey.cut) {
        break;
      }
    }
    at = SkipAscii(text, at + std::max<std::size_t>(length, 1));
  }
  return survey;
}

// UTF-8 with its bad octets and inner byte order marks taken out.
void AppendRepaired(std::string_view text, std::string& out, DecodedText& decoded) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t plain = SkipAscii(text, at);
    out.append(text.substr(at, plain - at));
    at = plain;
    if (at == text.size()) {
      break;
    }
    const std::size_t length = SequenceLength(text, at);
    if (length == 0) {
      NoteReplaced(out.size(), decoded);
      AppendUtf8(kReplacement, out);
    } else if (text.substr(at, length) != kUtf8Bom) {
      out.append(text.substr(at, length));
    }
    at += std::max<std::size_t>(length, 1);
  }
}

void AppendPage(std::string_view text,
                const CodePage* page,
                std::string& out,
                DecodedText& decoded) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t plain = SkipAscii(text, at);
    out.append(text.substr(at, plain - at));
    at = plain;
    if (const std::size_t erased = ErasedLength(text, at); erased > 0) {
      NoteReplaced(out.size(), decoded);
      AppendUtf8(kReplacement, out);
      at += erased - 1;
    } else if (at < text.size()) {
      const unsigned octet = Octet(text[at]);
      AppendUtf8(page == nullptr ? octet : (*page->table)[octet - 0x80], out);
    }
  }
}

void AppendDoubleByte(std::string_view text,
                      const DoubleBytePage& page,
                      std::string& out,
                      DecodedText& decoded) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t plain = SkipAscii(text, at);
    out.append(text.substr(at, plain - at));
    at = plain;
    if (at == text.size()) {
      break;
    }
    const DoubleByteCharacter next = FirstCharacter(page, text.substr(at));
    if (next.c == 0) {
      NoteReplaced(out.size(), decoded);
    }
    AppendUtf8(next.c == 0 ? kReplacement : next.c, out);
    at += std::max(next.length, ErasedLength(text, at));
  }
}

// Text of a code page that nothing names.
void AppendGuessed(std::string_view text, std::string& out, DecodedText& decoded) {
  const CodePageGuess single = GuessCodePage(text);
  // What holds a NUL is no text; half the files of a fleet are none, and looking costs.
  const bool is_text = text.find('\0') == std::string_view::npos;
  const DoubleByteGuess pairs = is_text ? GuessDoubleBytePage(text) : DoubleByteGuess{};
  if (pairs.score > single.score) {
    AppendDoubleByte(text, *pairs.page, out, decoded);
    decoded.encoding = pairs.page->name;
  } else {
    AppendPage(text, single.page, out, decoded);
    decoded.encoding = single.page == nullptr ? "latin-1" : single.page->name;
  }
}

// Where a UTF-16 part begins inside an 8-bit text (files joined with `type >>`), or npos.
std::size_t FindInnerUtf16(std::string_view text) {
  for (std::size_t at = text.find(kUtf16LeBom); at != std::string_view::npos;
       at = text.find(kUtf16LeBom, at + 1)) {
    if (text.size() - at >= 4 && text[at + 2] != 0 && text[at + 3] == 0) {
      return at;
    }
  }
  return std::string_view::npos;
}

// Text in 8-bit units. May return a view into `text`; otherwise `buffer` holds it.
DecodedText DecodeOctets(std::string_view text, std::string& buffer) {
  const Utf8Survey survey = SurveyUtf8(text);
  const bool inner_bom = text.find(kUtf8Bom) != std::string_view::npos;
  if (survey.bad == 0 && !survey.erased && !inner_bom) {
    return {.text = text, .encoding = "utf-8"};
  }
  DecodedText decoded{.encoding = "utf-8"};
  if (survey.bad == 0 || survey.cut || survey.sequences > survey.bad) {
    AppendRepaired(text, buffer, decoded);
  } else {
    AppendGuessed(text, buffer, decoded);
  }
  decoded.text = buffer;
  return decoded;
}

// Appends to what `decoded` and `buffer` hold already.
DecodedText DecodeUtf16(std::string_view bytes,
                        bool big_endian,
                        std::string& buffer,
                        DecodedText decoded = {}) {
  AppendUtf16(bytes, big_endian, buffer, decoded);
  decoded.text = buffer;
  decoded.encoding = big_endian ? "utf-16be" : "utf-16le";
  return decoded;
}

enum class Utf16Guess { kNo, kLittle, kBig };

// ASCII in UTF-16 has a zero in every second octet; 8-bit text has no zeros.
Utf16Guess GuessUtf16(std::string_view bytes) {
  const std::string_view head = bytes.substr(0, kHead);
  const std::size_t pairs = head.size() / 2;
  if (pairs < 2) {
    return Utf16Guess::kNo;
  }
  std::size_t first_zero = 0;
  std::size_t second_zero = 0;
  for (std::size_t i = 0; i < pairs; ++i) {
    first_zero += head[2 * i] == 0 ? 1U : 0U;
    second_zero += head[2 * i + 1] == 0 ? 1U : 0U;
  }
  if (second_zero * 4 >= pairs && first_zero * 8 < second_zero) {
    return Utf16Guess::kLittle;
  }
  return first_zero * 4 >= pairs && second_zero * 8 < first_zero ? Utf16Guess::kBig
                                                                 : Utf16Guess::kNo;
}

}  // namespace

DecodedText DecodeText(std::span<const std::byte> bytes, std::string& buffer) {
  buffer.clear();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with(kUtf16LeBom)) {
    return DecodeUtf16(text.substr(2), false, buffer);
  }
  if (text.starts_with(kUtf16BeBom)) {
    return DecodeUtf16(text.substr(2), true, buffer);
  }
  if (text.starts_with(kUtf8Bom)) {
    return DecodeOctets(text.substr(3), buffer);
  }
  const std::size_t inner = FindInnerUtf16(text);
  const Utf16Guess guess = GuessUtf16(text.substr(0, inner));
  if (guess != Utf16Guess::kNo) {
    return DecodeUtf16(text, guess == Utf16Guess::kBig, buffer);
  }
  if (inner == std::string_view::npos) {
    return DecodeOctets(text, buffer);
  }
  DecodedText decoded = DecodeOctets(text.substr(0, inner), buffer);
  if (decoded.text.data() != buffer.data()) {
    buffer.assign(decoded.text);
  }
  decoded = DecodeUtf16(text.substr(inner + 2), false, buffer, std::move(decoded));
  decoded.encoding = "utf-8 then utf-16le";
  return decoded;
}

char FirstLetter(std::span<const std::byte> head) {
  constexpr std::string_view kSkipped("\xff\xfe\xef\xbb\xbf \t\r\n\0", 10);
  for (const std::byte octet : head) {
    const char letter = static_cast<char>(octet);
    if (kSkipped.find(letter) == std::string_view::npos) {
      return letter;
    }
  }
  return '\0';
}

}  // namespace whfb::readers
