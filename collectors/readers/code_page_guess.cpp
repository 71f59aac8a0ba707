#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>

#include "collectors/readers/code_pages.h"

namespace whfb::readers {

namespace {

constexpr std::size_t kJudgedBytes = std::size_t{64} << 10;

// What a character would be in the words of European languages and Russian.
enum class Letter { kNone, kSpace, kLower, kUpper, kPunctuation, kWrong };

// Letters that German, French, Spanish, Italian, Portuguese and the Nordic languages write
// often; the other letters of a page are possible but count less.
constexpr std::u16string_view kCommonLower = u"äöüßéèàçêùôîâñáíóúûëïåæøãõœìò";
constexpr std::u16string_view kCommonUpper = u"ÄÖÜÉÈÀÇÊÅÆØÑÁÍÓÚŒ";
constexpr std::u16string_view kCentralLower = u"ąćęłńśźżčďěňřšťůžőűăşţđ";
constexpr std::u16string_view kPunctuation = u"«»©®°§´–—‘’“”„…·€";

bool Contains(std::u16string_view set, char16_t c) {
  return set.find(c) != std::u16string_view::npos;
}

Letter Classify(char16_t c) {
  if (c == 0x00a0) {
    return Letter::kSpace;
  }
  if (Contains(kCommonLower, c) || Contains(kCentralLower, c) || (c >= 0x0430 && c <= 0x0451)) {
    return Letter::kLower;
  }
  if (Contains(kCommonUpper, c) || (c >= 0x0401 && c <= 0x042f)) {
    return Letter::kUpper;
  }
  if (Contains(kPunctuation, c)) {
    return Letter::kPunctuation;
  }
  const bool latin = c >= 0x00c0 && c < 0x0180 && c != 0x00d7 && c != 0x00f7;
  return latin ? Letter::kNone : Letter::kWrong;
}

constexpr bool IsAsciiLower(char c) {
  return c >= 'a' && c <= 'z';
}

constexpr bool IsAsciiLetter(char c) {
  return IsAsciiLower(c) || (c >= 'A' && c <= 'Z');
}

constexpr bool IsHigh(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}

char16_t Decode(const CodePage& page, char c) {
  return (*page.table)[static_cast<unsigned char>(c) - 0x80U];
}

bool IsRussian(char16_t c) {
  return c >= 0x0400 && c < 0x0460;
}

// One high octet and the octets beside it.
struct Place {
  char16_t c = 0;
  char before = ' ';
  char after = ' ';

  // Beside a letter without an accent.
  [[nodiscard]] bool InWord() const { return IsAsciiLetter(before) || IsAsciiLetter(after); }

  [[nodiscard]] bool AmongHigh() const { return IsHigh(before) && IsHigh(after); }
};

int FitLower(const Place& place) {
  if (IsRussian(place.c)) {
    if (place.InWord()) {
      return -6;  // Cyrillic next to a Latin letter is another page's accent
    }
    return IsHigh(place.before) || IsHigh(place.after) ? 3 : 0;
  }
  if (place.AmongHigh()) {
    return -2;
  }
  if (!place.InWord()) {
    return -1;
  }
  return Contains(kCommonLower, place.c) ? 4 : 3;
}

int FitUpper(const Place& place) {
  if (IsRussian(place.c)) {
    if (place.InWord() || IsHigh(place.before)) {
      return -2;
    }
    return IsHigh(place.after) ? 3 : 0;
  }
  if (IsAsciiLower(place.before) || IsHigh(place.before)) {
    return -4;
  }
  return IsAsciiLetter(place.after) ? 3 : -1;
}

// How well the octet fits between its neighbours; 0 is neutral.
int Fit(const Place& place) {
  switch (Classify(place.c)) {
    case Letter::kSpace:
      return place.after == ':' || place.after == '=' ? 4 : -1;
    case Letter::kLower:
      return FitLower(place);
    case Letter::kUpper:
      return FitUpper(place);
    case Letter::kPunctuation:
      return place.AmongHigh() ? -1 : 1;
    case Letter::kNone:
      return place.InWord() ? 1 : -2;
    case Letter::kWrong:
      return -5;
  }
  return 0;
}

// Two octets 0xFF in a row are of no page.
bool IsErased(std::string_view text, std::size_t at) {
  return text[at] == '\xff' &&
         ((at > 0 && text[at - 1] == '\xff') || (at + 1 < text.size() && text[at + 1] == '\xff'));
}

// What a neighbour of a high octet may be; Fit() asks no more of it.
constexpr std::string_view kNeighbours(" aA:=\x80", 6);

constexpr std::size_t NeighbourOf(char c) {
  const std::size_t itself = kNeighbours.find(c);
  return IsHigh(c)                          ? kNeighbours.size() - 1
         : IsAsciiLower(c)                  ? 1
         : IsAsciiLetter(c)                 ? 2
         : itself == std::string_view::npos ? 0
                                            : itself;
}

using Fits = std::array<std::int8_t, 8>;  // of each page, for one octet in one place
static_assert(kCodePages <= std::tuple_size_v<Fits>);

// Every answer of Fit(), so that a text is walked once and looked up.
class FitTable {
 public:
  FitTable() {
    for (std::size_t page = 0; page < CodePages().size(); ++page) {
      for (std::size_t place = 0; place < fits_.size(); ++place) {
        const auto octet = static_cast<char>(0x80 + place / (kSides * kSides));
        fits_[place][page] =
            static_cast<std::int8_t>(Fit({.c = Decode(CodePages()[page], octet),
                                          .before = kNeighbours[place / kSides % kSides],
                                          .after = kNeighbours[place % kSides]}));
      }
    }
  }

  [[nodiscard]] const Fits& Of(char before, char octet, char after) const {
    const std::size_t high = static_cast<unsigned char>(octet) - 0x80U;
    return fits_[(high * kSides + NeighbourOf(before)) * kSides + NeighbourOf(after)];
  }

 private:
  static constexpr std::size_t kSides = kNeighbours.size();

  std::array<Fits, 128 * kSides * kSides> fits_{};
};

using Scores = std::array<int, std::tuple_size_v<Fits>>;

Scores ScoresOf(std::string_view text) {
  static const FitTable fits;
  Scores scores{};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (IsHigh(text[i]) && !IsErased(text, i)) {
      const Fits& fit =
          fits.Of(i == 0 ? ' ' : text[i - 1], text[i], i + 1 == text.size() ? ' ' : text[i + 1]);
      for (std::size_t page = 0; page < fit.size(); ++page) {
        scores[page] += fit[page];
      }
    }
  }
  return scores;
}

}  // namespace

CodePageGuess GuessCodePage(std::string_view text) {
  const Scores scores = ScoresOf(text.substr(0, kJudgedBytes));
  const auto best = std::ranges::max_element(scores);  // the first one of equals
  return *best > 0
             ? CodePageGuess{.page = &CodePages()[static_cast<std::size_t>(best - scores.begin())],
                             .score = *best}
             : CodePageGuess{};
}

}  // namespace whfb::readers
