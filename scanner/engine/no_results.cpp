#include "scanner/engine/no_results.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace whfb::engine {

namespace {

constexpr std::string_view kMarker = "No Results - Error [0x";

// "(12) rest" -> "rest"; empty when the text does not begin with a number in parentheses.
std::string_view AfterNumber(std::string_view text) {
  constexpr std::size_t kMaxDigits = 6;
  std::size_t digits = 0;
  while (digits <= kMaxDigits && digits + 1 < text.size() && text[digits + 1] >= '0' &&
         text[digits + 1] <= '9') {
    ++digits;
  }
  const bool fits = text.starts_with('(') && digits > 0 && digits <= kMaxDigits &&
                    text.substr(digits + 1).starts_with(") ");
  return fits ? text.substr(digits + 3) : std::string_view{};
}

std::optional<NoResults> ParseFrom(std::string_view text) {
  std::string_view rest = AfterNumber(text);
  if (!rest.starts_with(kMarker)) {
    return std::nullopt;
  }
  rest.remove_prefix(kMarker.size());
  NoResults found;
  const char* const end = rest.data() + rest.size();
  const auto [next, error] = std::from_chars(rest.data(), end, found.hresult, 16);
  if (error != std::errc{} || next == end || *next != ']') {
    return std::nullopt;
  }
  rest.remove_prefix(static_cast<std::size_t>(next - rest.data()) + 1);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  const std::size_t blank = std::min(rest.find(' '), rest.size());
  found.collector = rest.substr(0, blank);
  found.path = rest.substr(std::min(blank + 1, rest.size()));
  return found;
}

}  // namespace

std::optional<NoResults> ParseNoResults(std::string_view path) {
  for (std::size_t start = 0; start < path.size();) {
    if (auto found = ParseFrom(path.substr(start))) {
      return found;
    }
    const std::size_t slash = path.find('/', start);
    start = slash == std::string_view::npos ? path.size() : slash + 1;
  }
  return std::nullopt;
}

bool IsDiagnosticsItem(std::string_view path) {
  static constexpr std::array<std::string_view, 5> kCollectors = {
      "RegistryKey ", "Command ", "Events ", "FoldersFiles ", kMarker};
  for (std::size_t start = 0; start < path.size();) {
    const std::string_view rest = AfterNumber(path.substr(start));
    if (std::ranges::any_of(kCollectors, [rest](auto name) { return rest.starts_with(name); })) {
      return true;
    }
    const std::size_t slash = path.find('/', start);
    start = slash == std::string_view::npos ? path.size() : slash + 1;
  }
  return false;
}

WhyUnknown WhyNoResults(std::uint32_t hresult) {
  constexpr std::uint32_t kAccessDenied = 0x80070005;      // ERROR_ACCESS_DENIED
  constexpr std::uint32_t kPrivilegeNotHeld = 0x80070522;  // ERROR_PRIVILEGE_NOT_HELD
  constexpr std::uint32_t kSharingViolation = 0x80070020;  // ERROR_SHARING_VIOLATION
  const bool denied =
      hresult == kAccessDenied || hresult == kPrivilegeNotHeld || hresult == kSharingViolation;
  return denied ? WhyUnknown::kDenied : WhyUnknown::kNotCollected;
}

}  // namespace whfb::engine
