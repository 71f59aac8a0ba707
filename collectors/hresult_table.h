// HRESULTs and statuses with a few words, from rules/knowledge/error_codes.xml (generated).

#ifndef WHFB_COLLECTORS_HRESULT_TABLE_H_
#define WHFB_COLLECTORS_HRESULT_TABLE_H_

#include <cstdint>
#include <span>
#include <string_view>

namespace whfb::collectors {

struct HresultText {
  std::uint32_t code = 0;
  std::string_view text{};
};

// By code.
[[nodiscard]] std::span<const HresultText> HresultTable();

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_HRESULT_TABLE_H_
