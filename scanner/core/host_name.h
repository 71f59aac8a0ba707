// Names of computers, as evidence gives them: "PC-0042", "pc-0042.corp.contoso.com", or the NetBIOS
// name, which ends after 15 characters (MS-NBTE 2.2.1).

#ifndef WHFB_SCANNER_CORE_HOST_NAME_H_
#define WHFB_SCANNER_CORE_HOST_NAME_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace whfb {

inline constexpr std::size_t kNetbiosLength = 15;

// The host part in lower case (ASCII).
[[nodiscard]] std::string HostOf(std::string_view name);

// "corp.contoso.com" of "PC-0042.corp.contoso.com"; empty where there is no dot.
[[nodiscard]] std::string_view DomainPartOf(std::string_view name);

// Two such names may be of one computer: without case and domain, and as far as a NetBIOS name
// goes. An empty name is of none.
[[nodiscard]] bool SameHost(std::string_view a, std::string_view b);

}  // namespace whfb

#endif  // WHFB_SCANNER_CORE_HOST_NAME_H_
