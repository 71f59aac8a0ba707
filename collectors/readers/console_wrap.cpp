#include "collectors/readers/console_wrap.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

#include "collectors/readers/certificate_hash.h"
#include "collectors/readers/certutil_capture.h"
#include "collectors/readers/certutil_chain.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::array<std::size_t, 2> kWidths = {80, 120};
constexpr std::size_t kNarrowest = 60;
constexpr std::size_t kLongestJoined = 8192;  // longer than any line of certutil that is read

bool IsUsual(std::size_t width) {
  return std::ranges::find(kWidths, width) != kWidths.end();
}

// Columns of a line; a character of East Asia takes two (Unicode, UAX #11). Such characters take
// three octets of UTF-8 and begin with E2 BA or more; those of Hangul Jamo with E1 84 or E1 85.
bool TakesTwoColumns(std::string_view at) {
  const auto octet = [at](std::size_t i) {
    return i < at.size() ? static_cast<unsigned char>(at[i]) : 0U;
  };
  const unsigned pair = octet(0) << 8U | octet(1);
  return (pair >= 0xe2ba && pair < 0xeea0) || (pair >= 0xefa4 && pair <= 0xefab) ||
         (pair >= 0xefbc && pair <= 0xefbd) || pair == 0xe184 || pair == 0xe185;
}

std::size_t Columns(std::string_view line) {
  std::size_t columns = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(line[i]) & 0xc0U) != 0x80U;
    columns += begins ? (TakesTwoColumns(line.substr(i)) ? 2U : 1U) : 0U;
  }
  return columns;
}

// "Hach. cert. (sha1) : 73 85 ..." has 80 columns by itself.
bool IsWholeHash(std::string_view line) {
  const auto pair = SplitAtColon(line);
  const std::size_t digits = pair ? HexOf(pair->value).size() : 0;
  return digits == kSha1Digits || digits == 2 * std::tuple_size_v<Sha256Digest>;
}

// Only what begins a line has a label, stands below another or is a mark of certutil.
bool BeginsALine(std::string_view line) {
  const std::size_t colon = line.find(':');
  const bool address = colon != std::string_view::npos && line.substr(colon).starts_with("://");
  return line.starts_with("  ") || line.starts_with('\t') || line.starts_with("==") ||
         line.starts_with("--") || IsToolLine(line) || IsStoreHeader(line) || IsChainLine(line) ||
         (SplitAtColon(line) && !address) || line.find(" = ") != std::string_view::npos;
}

// Parts of names, paths, numbers and OIDs, or one word: no sentence looks like that.
bool IsRestOfAValue(std::string_view line) {
  const bool one_word =
      line.find(' ') == std::string_view::npos &&
      std::ranges::all_of(line, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  const bool number =
      !line.empty() && std::string_view("0123456789.").find(line[0]) != std::string_view::npos;
  return one_word || number || line.find_first_of("=/@\\%") != std::string_view::npos;
}

enum class Next : std::uint8_t { kAnother, kRest, kEither };

Next Classify(const TextLine& next) {
  if (next.damaged || BeginsALine(next.text)) {
    return Next::kAnother;
  }
  return IsRestOfAValue(next.text) ? Next::kRest : Next::kEither;
}

// How the next line of a console goes on with a line: nothing stands between the two, or the blank
// that was in the last column and was not copied.
enum class Fill : std::uint8_t { kNo, kWhole, kWithoutBlank };

class Joiner {
 public:
  Joiner(std::vector<TextLine>& lines, TextPool& pool) : lines_(lines), pool_(pool) {
    for (const TextLine& line : lines) {
      widest_ = std::max(widest_, Columns(line.text));
    }
  }

  void Join() {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < lines_.size(); ++kept) {
      TextLine line = lines_[i];
      i = Gather(i, line);
      lines_[kept] = line;
    }
    lines_.resize(kept);
  }

 private:
  // The first line that does not belong to the one at `first`.
  std::size_t Gather(std::size_t first, TextLine& line) {
    std::string joined;
    std::size_t last = first;
    for (Fill fill = FillOf(line.text); fill != Fill::kNo; fill = FillOf(lines_[last].text)) {
      const Next next = NextOf(last);
      line.damaged = line.damaged || joined.size() > kLongestJoined ||
                     (next == Next::kEither && FillsAll(lines_[last].text));
      if (next != Next::kRest || joined.size() > kLongestJoined) {
        break;
      }
      joined.append(last == first ? line.text : "").append(fill == Fill::kWithoutBlank ? " " : "");
      joined.append(lines_[++last].text);
    }
    if (last > first) {
      line.text = pool_.Intern(joined);
      line.damaged = line.damaged || line.text.empty();
    }
    return last + 1;
  }

  // A line of one of the usual widths, or the widest of all, which a console of any width leaves.
  [[nodiscard]] Fill FillOf(std::string_view line) const {
    const std::size_t columns = Columns(line);
    const auto fills = [this](std::size_t width) {
      return IsUsual(width) || (width == widest_ && width >= kNarrowest);
    };
    if (fills(columns)) {
      return IsWholeHash(line) ? Fill::kNo : Fill::kWhole;
    }
    return IsUsual(columns + 1) || (line.ends_with(',') && fills(columns + 1)) ? Fill::kWithoutBlank
                                                                               : Fill::kNo;
  }

  // A sentence stands behind many honest lines; behind the widest of a capture, which is as wide as
  // consoles are, it may be the rest of a name.
  [[nodiscard]] bool FillsAll(std::string_view line) const {
    return IsUsual(Columns(line)) && Columns(line) == widest_;
  }

  [[nodiscard]] Next NextOf(std::size_t i) const {
    const bool adjacent = i + 1 < lines_.size() && lines_[i + 1].number == lines_[i].number + 1;
    return adjacent ? Classify(lines_[i + 1]) : Next::kAnother;
  }

  std::vector<TextLine>& lines_;
  TextPool& pool_;
  std::size_t widest_ = 0;
};

}  // namespace

void JoinWrappedLines(std::vector<TextLine>& lines, TextPool& pool) {
  Joiner(lines, pool).Join();
}

}  // namespace whfb::readers
