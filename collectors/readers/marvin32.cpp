#include "collectors/readers/marvin32.h"

#include <algorithm>
#include <bit>

#include "collectors/readers/little_endian.h"

namespace whfb::readers {

void Marvin32::Mix(std::uint32_t word) {
  low_ += word;
  high_ ^= low_;
  low_ = std::rotl(low_, 20) + high_;
  high_ = std::rotl(high_, 9) ^ low_;
  low_ = std::rotl(low_, 27) + high_;
  high_ = std::rotl(high_, 19);
}

void Marvin32::Update(std::span<const std::byte> data) {
  while (waiting_ != 0 && !data.empty()) {
    rest_.at(waiting_++) = data.front();
    data = data.subspan(1);
    if (waiting_ == rest_.size()) {
      Mix(LoadAt<std::uint32_t>(rest_, 0));
      waiting_ = 0;
    }
  }
  const std::size_t words = data.size() / 4 * 4;
  for (std::size_t at = 0; at < words; at += 4) {
    Mix(LoadAt<std::uint32_t>(data, at));
  }
  for (const std::byte octet : data.subspan(words)) {
    rest_.at(waiting_++) = octet;
  }
}

std::uint64_t Marvin32::Finish() {
  constexpr std::byte kEnd{0x80};
  rest_.at(waiting_) = kEnd;
  std::fill(rest_.begin() + static_cast<std::ptrdiff_t>(waiting_) + 1, rest_.end(), std::byte{0});
  Mix(LoadAt<std::uint32_t>(rest_, 0));
  Mix(0);
  return (std::uint64_t{high_} << 32U) | low_;
}

}  // namespace whfb::readers
