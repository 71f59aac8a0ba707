#include <string_view>

#include "collectors/readers/text_decoding.h"

namespace whfb::readers {

bool HoldsNoncharacter(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    return true;
  }
  constexpr std::string_view kLastBlock = "\xef\xbf";  // U+FFC0 to U+FFFF
  for (std::size_t at = text.find(kLastBlock); at != std::string_view::npos;
       at = text.find(kLastBlock, at + 1)) {
    if (at + 2 < text.size() && static_cast<unsigned char>(text[at + 2]) >= 0xbe) {
      return true;
    }
  }
  return false;
}

bool TextLines::Replaced(std::size_t begin, std::size_t end) {
  const std::vector<std::size_t>& places = decoded_->replaced_at;
  while (next_place_ < places.size() && places[next_place_] < begin) {
    ++next_place_;
  }
  if (next_place_ == places.size()) {
    return decoded_->replaced > places.size();
  }
  return places[next_place_] < end;
}

bool TextLines::Next(std::string_view& line) {
  if (rest_.empty()) {
    return false;
  }
  const std::size_t end = rest_.find('\n');
  line = rest_.substr(0, end);
  damaged_ = HoldsNoncharacter(line);
  if (decoded_ != nullptr && decoded_->replaced > 0) {
    const auto begin = static_cast<std::size_t>(line.data() - decoded_->text.data());
    damaged_ = Replaced(begin, begin + line.size()) || damaged_;
  }
  rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
  for (int i = 0; i < 2 && line.ends_with('\r'); ++i) {
    line.remove_suffix(1);
  }
  ++number_;
  return true;
}

std::vector<std::uint64_t> DamagedLines(const DecodedText& decoded, std::size_t most) {
  std::vector<std::uint64_t> numbers;
  TextLines lines(decoded);
  std::string_view line;
  while (numbers.size() < most && lines.Next(line)) {
    if (lines.damaged()) {
      numbers.push_back(lines.number());
    }
  }
  return numbers;
}

}  // namespace whfb::readers
