// Parts of names as certutil prints them ("CN=a, OU=\"b, c\", DC=d"): see
// collectors/readers/distinguished_name.h for the form.

#ifndef WHFB_COLLECTORS_DN_TEXT_H_
#define WHFB_COLLECTORS_DN_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

namespace whfb::collectors {

struct DnAttribute {
  std::string_view type{};  // "CN", into the name
  std::string value{};      // without quotes
};

// In the order of the text. What is no "type=value" is left out.
[[nodiscard]] std::vector<DnAttribute> DnAttributes(std::string_view name);

// The first value of this type; empty when there is none.
[[nodiscard]] std::string DnValue(std::string_view name, std::string_view type);

// `host` is a name below `domain` ("dc1.contoso.com" below "contoso.com"). Lower case both.
[[nodiscard]] bool IsBelowDomain(std::string_view host, std::string_view domain);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DN_TEXT_H_
