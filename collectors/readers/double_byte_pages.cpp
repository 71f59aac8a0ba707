#include "collectors/readers/double_byte_pages.h"

#include <algorithm>

namespace whfb::readers {

namespace {

constexpr std::size_t kJudgedBytes = std::size_t{64} << 10;
constexpr int kNoCharacter = -5;
constexpr int kAlone = -3;
constexpr unsigned kErased = 0xff;  // of no page

unsigned Octet(char c) {
  return static_cast<unsigned char>(c);
}

bool Within(unsigned value, unsigned first, unsigned last) {
  return value >= first && value <= last;
}

// Points and brackets of East Asian text, and the wide colon.
bool IsPunctuation(char16_t c) {
  return Within(c, 0x3000, 0x3011) || c == 0xff08 || c == 0xff09 || c == 0xff0c || c == 0xff1a;
}

// JIS X 0208: the ideographs of level 1 are the common ones.
int FitJapanese(char16_t c, unsigned lead, unsigned trail) {
  if (Within(c, 0x3041, 0x30fe)) {
    return 5;  // in another page half of a kana is an accent beside a letter
  }
  const bool common = Within(lead, 0x88, 0x97) || (lead == 0x98 && trail <= 0x72);
  if (common) {
    return 2;
  }
  return IsPunctuation(c)            ? 1
         : Within(c, 0xff61, 0xff9f) ? -2
         : Within(c, 0x4e00, 0x9fff) ? -1
                                     : -4;
}

// GB 2312: level 1 is what nearly all texts need.
int FitSimplified(char16_t c, unsigned lead, unsigned trail) {
  if (trail >= 0xa1 && Within(lead, 0xb0, 0xd7)) {
    return 2;
  }
  const bool second = trail >= 0xa1 && Within(lead, 0xd8, 0xf7);
  return IsPunctuation(c) ? 1 : second ? 0 : -3;
}

// KS X 1001: Hangul; today's texts hold no ideographs.
int FitKorean(char16_t c, unsigned lead, unsigned trail) {
  if (trail >= 0xa1 && Within(lead, 0xb0, 0xc8)) {
    return 3;
  }
  return IsPunctuation(c) ? 1 : -4;
}

// Big5: the first block holds the common ideographs.
int FitTraditional(char16_t c, unsigned lead, unsigned /*trail*/) {
  if (Within(lead, 0xa4, 0xc6)) {
    return 2;
  }
  return IsPunctuation(c) ? 1 : Within(lead, 0xc9, 0xf9) ? -1 : -3;
}

// Adds up what the characters of a text say for a page.
class Scorer {
 public:
  Scorer(const DoubleBytePage& page, std::string_view text) : page_(page), text_(text) {}

  int Score() {
    while (at_ < text_.size()) {
      if (IsHigh(at_)) {
        Take(FirstCharacter(page_, text_.substr(at_)));
      } else {
        ++at_;
        after_pair_ = false;
      }
    }
    return score_;
  }

 private:
  [[nodiscard]] bool IsHigh(std::size_t at) const {
    return at < text_.size() && Octet(text_[at]) >= 0x80;
  }

  // One alone between ASCII is the accent of another page; these languages write several.
  void Take(const DoubleByteCharacter& next) {
    if (Octet(text_[at_]) == kErased) {
      ++at_;
      return;
    }
    // The same octet twice is a line that somebody drew in another page, or says little.
    const bool drawn = next.length == 2 && text_[at_] == text_[at_ + 1];
    const bool alone = !after_pair_ && !IsHigh(at_ + next.length);
    const unsigned trail = next.length == 2 ? Octet(text_[at_ + 1]) : 0;
    score_ += next.c == 0 ? kNoCharacter
              : drawn     ? 0
              : alone     ? kAlone
                          : page_.fit(next.c, Octet(text_[at_]), trail);
    at_ += next.length;
    after_pair_ = next.c != 0;
  }

  const DoubleBytePage& page_;
  std::string_view text_;
  std::size_t at_ = 0;
  bool after_pair_ = false;
  int score_ = 0;
};

}  // namespace

std::span<const DoubleBytePage> DoubleBytePages() {
  static const std::array<DoubleBytePage, 4> pages = {{
      {.name = "cp932",
       .table = &TableOfCP932(),
       .first_single = 0xa1,
       .last_single = 0xdf,
       .single = 0xff61,
       .fit = FitJapanese},
      {.name = "cp936",
       .table = &TableOfCP936(),
       .first_single = 0x80,
       .last_single = 0x80,
       .single = 0x20ac,
       .fit = FitSimplified},
      {.name = "cp949", .table = &TableOfCP949(), .fit = FitKorean},
      {.name = "cp950", .table = &TableOfCP950(), .fit = FitTraditional},
  }};
  return pages;
}

DoubleByteCharacter FirstCharacter(const DoubleBytePage& page, std::string_view text) {
  const unsigned lead = Octet(text[0]);
  if (page.first_single != 0 && Within(lead, page.first_single, page.last_single)) {
    return {.c = static_cast<char16_t>(page.single + (lead - page.first_single))};
  }
  const unsigned trail = text.size() > 1 ? Octet(text[1]) : 0;
  if (!Within(lead, kFirstLead, 0xfe) || !Within(trail, kFirstTrail, 0xfe)) {
    return {};
  }
  const char16_t c = (*page.table)[(lead - kFirstLead) * kTrails + (trail - kFirstTrail)];
  return c == 0 ? DoubleByteCharacter{} : DoubleByteCharacter{.c = c, .length = 2};
}

DoubleByteGuess GuessDoubleBytePage(std::string_view text) {
  DoubleByteGuess best;
  for (const DoubleBytePage& page : DoubleBytePages()) {
    const int score = Scorer(page, text.substr(0, kJudgedBytes)).Score();
    if (score > best.score) {
      best = {.page = &page, .score = score};
    }
  }
  return best;
}

}  // namespace whfb::readers
