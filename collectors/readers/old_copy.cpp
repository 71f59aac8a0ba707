#include "collectors/readers/old_copy.h"

#include <algorithm>
#include <array>
#include <string>

#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

using namespace std::string_view_literals;

constexpr std::array kFolders = {"regback"sv, "system volume information"sv, "$recycle.bin"sv};

// "Windows.old.000", "$WINDOWS.~BT", "@GMT-2026.11.18-07.00.00" (a previous version on a share).
constexpr std::array kBeginnings = {"windows.old"sv, "$windows.~"sv, "@gmt-"sv};

bool IsDigit(char letter) {
  return letter >= '0' && letter <= '9';
}

bool IsLetter(char letter) {
  return letter >= 'a' && letter <= 'z';
}

// "vss1": where collectors put what they take from the first shadow copy.
bool IsShadowFolder(std::string_view part) {
  constexpr std::string_view kVss = "vss";
  return part.starts_with(kVss) && part.size() > kVss.size() &&
         std::ranges::all_of(part.substr(kVss.size()), IsDigit);
}

bool BeginsAs(std::string_view part, std::string_view beginning) {
  const bool ends_in_word = IsLetter(beginning.back());
  return part.starts_with(beginning) &&
         !(ends_in_word && part.size() > beginning.size() && IsLetter(part[beginning.size()]));
}

// `part` in lower case. "%24": how archives write "$".
bool IsOldFolder(std::string_view part) {
  std::string plain;
  if (constexpr std::string_view kDollar = "%24"; part.starts_with(kDollar)) {
    plain = "$" + std::string(part.substr(kDollar.size()));
    part = plain;
  }
  return std::ranges::find(kFolders, part) != kFolders.end() || IsShadowFolder(part) ||
         part.find("harddiskvolumeshadowcopy") != std::string_view::npos ||
         std::ranges::any_of(kBeginnings,
                             [&](std::string_view one) { return BeginsAs(part, one); });
}

}  // namespace

bool IsOldCopy(std::string_view path) {
  std::string lower = LowerAscii(path);
  std::ranges::replace(lower, '\\', '/');
  std::string_view rest = lower;
  for (std::size_t slash = rest.find('/'); slash != std::string_view::npos;
       slash = rest.find('/')) {
    if (IsOldFolder(rest.substr(0, slash))) {
      return true;
    }
    rest.remove_prefix(slash + 1);
  }
  return false;
}

}  // namespace whfb::readers
