// The entries of a Registry.pol file: [key;value;type;size;data] in UTF-16LE, key and value ended
// by NUL, type and size as 32-bit numbers (formats.md section 6; MS-GPREG 2.2.1). Data may hold the
// bytes of ';' and ']', so that only the size tells where it ends, and nothing tells where the next
// entry begins once a size is wrong: reading stops at the first damage.

#ifndef WHFB_COLLECTORS_READERS_POL_ENTRIES_H_
#define WHFB_COLLECTORS_READERS_POL_ENTRIES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "scanner/core/cell.h"

namespace whfb::readers {

struct PolEntry {
  std::uint64_t offset = 0;  // of its '['
  std::string key{};
  std::string name{};  // as written, with "**del." and the like
  std::uint32_t type = 0;
  std::span<const std::byte> data{};  // into the input
};

class PolEntries {
 public:
  static constexpr std::size_t kHeaderBytes = 8;

  // `file` is the whole file, header included; it must outlive this.
  explicit PolEntries(std::span<const std::byte> file) : file_(file), at_(kHeaderBytes) {}

  // False at the end, and at the first damage: damage() then says what it is.
  bool Next(PolEntry& entry);

  // Empty: none.
  [[nodiscard]] std::string_view damage() const { return damage_; }

  [[nodiscard]] WhyUnknown why() const { return why_; }

  // Of the entry that could not be read.
  [[nodiscard]] std::uint64_t damage_offset() const { return start_; }

 private:
  bool TakeUnit(char16_t unit, std::string_view missing);
  bool TakeText(std::string& text, std::string_view too_long);
  bool TakeNumber(std::uint32_t& number);
  bool TakeData(std::uint32_t size, std::span<const std::byte>& data);
  bool Damage(WhyUnknown why, std::string_view what);

  std::span<const std::byte> file_;
  std::size_t at_;
  std::uint64_t start_ = 0;
  std::string_view damage_{};
  WhyUnknown why_ = WhyUnknown::kMalformed;
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_POL_ENTRIES_H_
