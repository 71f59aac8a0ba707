// What HRESULTs mean, in a few words. Codes and sources: rules/knowledge/error_codes.xml.

#ifndef WHFB_COLLECTORS_HRESULT_MEANING_H_
#define WHFB_COLLECTORS_HRESULT_MEANING_H_

#include <cstdint>
#include <string_view>

namespace whfb::collectors {

// Never empty: a code without public meaning says so.
[[nodiscard]] std::string_view HresultMeaning(std::uint32_t hresult);

// The three shapes in which logs print one HRESULT: "0x82ab0011", "2192244753" and the signed
// "-2102722543". Parentheses and text before them are passed over. False for anything else.
[[nodiscard]] bool ParseHresult(std::string_view text, std::uint32_t& hresult);

[[nodiscard]] constexpr bool IsFailure(std::uint32_t hresult) {
  return (hresult & 0x80000000U) != 0;
}

// 0x82ab00xx: only a request for the Hello container ends like that, whatever key
// protection it shows (events.md section 1).
[[nodiscard]] constexpr bool IsHelloError(std::uint32_t hresult) {
  return (hresult & 0xffffff00U) == 0x82ab0000U;
}

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_HRESULT_MEANING_H_
