#include "collectors/hello_container.h"

#include <algorithm>
#include <array>

namespace whfb::collectors {

namespace {

constexpr std::size_t kParts = 5;
constexpr std::size_t kGuidSize = 36;

bool IsGuid(std::string_view text) {
  return text.size() == kGuidSize &&
         text.find_first_not_of("0123456789abcdefABCDEF-") == std::string_view::npos;
}

}  // namespace

bool IsSid(std::string_view text) {
  constexpr std::size_t kPrefix = 4;
  return text.size() > kPrefix && (text.starts_with("S-1-") || text.starts_with("s-1-")) &&
         text.back() != '-' && text.find("--") == std::string_view::npos &&
         text.find_first_not_of("0123456789-", kPrefix) == std::string_view::npos;
}

std::optional<HelloContainer> ParseHelloContainer(std::string_view name) {
  std::array<std::string_view, kParts> parts;
  for (std::size_t i = 0; i + 1 < kParts; ++i) {
    const std::size_t slash = name.find('/');
    if (slash == std::string_view::npos) {
      return std::nullopt;
    }
    parts.at(i) = name.substr(0, slash);
    name.remove_prefix(slash + 1);
  }
  parts.back() = name;
  if (name.find('/') != std::string_view::npos || !parts[2].starts_with("login.")) {
    return std::nullopt;
  }
  HelloContainer container = {.identity_host = parts[2]};
  container.sid = IsSid(parts[0]) ? parts[0] : std::string_view{};
  container.key_guid = IsGuid(parts[1]) ? parts[1] : std::string_view{};
  container.tenant_id = IsGuid(parts[3]) ? parts[3] : std::string_view{};
  container.account = parts[4].find('@') != std::string_view::npos ? parts[4] : std::string_view{};
  if (container.sid.empty() && container.account.empty()) {
    return std::nullopt;
  }
  return container;
}

}  // namespace whfb::collectors
