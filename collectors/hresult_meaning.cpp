#include "collectors/hresult_meaning.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <span>
#include <system_error>

#include "collectors/hresult_table.h"

namespace whfb::collectors {

std::string_view HresultMeaning(std::uint32_t hresult) {
  const std::span<const HresultText> table = HresultTable();
  const auto found = std::ranges::lower_bound(table, hresult, {}, &HresultText::code);
  return found == table.end() || found->code != hresult ? "not in public tables" : found->text;
}

bool ParseHresult(std::string_view text, std::uint32_t& hresult) {
  // "Result: (0x82ab0011)" and "Result: (Unknown Win32 Error code: 0x82ab0011)"
  if (const std::size_t hex = text.rfind("0x"); hex != std::string_view::npos) {
    text.remove_prefix(hex + 2);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), hresult, 16);
    return error == std::errc{};
  }
  if (const std::size_t open = text.rfind('('); open != std::string_view::npos) {
    text.remove_prefix(open + 1);
  }
  while (text.ends_with(')') || text.ends_with('.')) {
    text.remove_suffix(1);
  }
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() ||
      number < std::numeric_limits<std::int32_t>::min() ||
      number > std::numeric_limits<std::uint32_t>::max()) {
    return false;
  }
  hresult = static_cast<std::uint32_t>(number);
  return true;
}

}  // namespace whfb::collectors
