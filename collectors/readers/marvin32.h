// Marvin32, the hash that guards the entries of registry logs (msuhanov, "Windows registry file
// format specification", log entries, notes 1 to 3). It detects accidents, not attackers.

#ifndef WHFB_COLLECTORS_READERS_MARVIN32_H_
#define WHFB_COLLECTORS_READERS_MARVIN32_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace whfb::readers {

class Marvin32 {
 public:
  explicit Marvin32(std::uint64_t seed)
      : low_(static_cast<std::uint32_t>(seed)), high_(static_cast<std::uint32_t>(seed >> 32U)) {}

  void Update(std::span<const std::byte> data);

  // The hash of everything so far. Nothing may follow.
  [[nodiscard]] std::uint64_t Finish();

 private:
  void Mix(std::uint32_t word);

  std::uint32_t low_;
  std::uint32_t high_;
  std::array<std::byte, 4> rest_{};  // fewer than four bytes wait for their word
  std::size_t waiting_ = 0;
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_MARVIN32_H_
