#include "db/packed.h"

#include <array>
#include <charconv>
#include <limits>

namespace whfb::db {

void AppendField(std::string& packed, std::string_view field) {
  AppendNumber(packed, field.size());
  packed.back() = ':';
  packed.append(field);
}

// A number is its digits and a comma: "12,".
void AppendNumber(std::string& packed, std::uint64_t number) {
  std::array<char, std::numeric_limits<std::uint64_t>::digits10 + 1> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  packed.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
  packed.push_back(',');
}

std::optional<std::string_view> FieldReader::Next() {
  std::size_t size = 0;
  const char* const end = rest_.data() + rest_.size();
  const auto [stop, code] = std::from_chars(rest_.data(), end, size);
  if (code != std::errc{} || stop == end || *stop != ':' ||
      size > static_cast<std::size_t>(end - stop - 1)) {
    rest_ = {};
    return std::nullopt;
  }
  const std::string_view field(stop + 1, size);
  rest_ = std::string_view(stop + 1 + size, static_cast<std::size_t>(end - stop - 1) - size);
  return field;
}

std::uint64_t FieldReader::NextNumber() {
  std::uint64_t number = 0;
  const char* const end = rest_.data() + rest_.size();
  const auto [stop, code] = std::from_chars(rest_.data(), end, number);
  if (code != std::errc{} || stop == end || *stop != ',') {
    rest_ = {};
    return 0;
  }
  rest_ = std::string_view(stop + 1, static_cast<std::size_t>(end - stop - 1));
  return number;
}

}  // namespace whfb::db
