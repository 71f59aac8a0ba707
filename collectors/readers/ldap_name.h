// Names as LDAP writes them (RFC 4514: "CN=a\, b,DC=contoso") to the form that certificates are
// printed in (cell.h, kDn: `CN="a, b", DC=contoso`), so that both compare. Pure, thread-safe.

#ifndef WHFB_COLLECTORS_READERS_LDAP_NAME_H_
#define WHFB_COLLECTORS_READERS_LDAP_NAME_H_

#include <string>
#include <string_view>

namespace whfb::readers {

// False when `name` is no distinguished name; `text` then holds it as it was. The empty name is
// one.
bool LdapNameText(std::string_view name, std::string& text);

// `name` is `base`, or lies below it; both in the printed form. Names compare without case, as the
// directory does.
[[nodiscard]] bool IsNameWithin(std::string_view name, std::string_view base);

// The name without its first part; empty when that was the last.
[[nodiscard]] std::string_view ParentName(std::string_view name);

// "contoso.com" of "CN=..., DC=contoso, DC=com", lower case; empty without DC parts.
[[nodiscard]] std::string DomainOfName(std::string_view name);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_LDAP_NAME_H_
