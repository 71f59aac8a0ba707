// Names of Passport KSP containers: <SID>/<GUID>/<identity host>/<tenant or empty>/<account>
// (formats.md section 1).

#ifndef WHFB_COLLECTORS_HELLO_CONTAINER_H_
#define WHFB_COLLECTORS_HELLO_CONTAINER_H_

#include <optional>
#include <string_view>

#include "scanner/core/facts.h"

namespace whfb::collectors {

// Parts are views into the name; a part that does not have its shape (documents shorten them to
// "..") is empty.
struct HelloContainer {
  std::string_view sid{};
  std::string_view key_guid{};
  std::string_view identity_host{};
  std::string_view tenant_id{};
  std::string_view account{};  // only when it is an account name: it holds '@'

  // A key of the work account, not of a consumer one.
  [[nodiscard]] bool work() const { return identity_host != "login.live.com"; }

  [[nodiscard]] UserKey user() const { return {.sid = sid, .upn = account, .told = false}; }
};

// "S-1-" and numbers.
[[nodiscard]] bool IsSid(std::string_view text);

// Nothing unless the name has the five parts, and names a user by SID or account.
[[nodiscard]] std::optional<HelloContainer> ParseHelloContainer(std::string_view name);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_HELLO_CONTAINER_H_
