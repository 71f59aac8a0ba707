#include "scanner/core/host_name.h"

#include <algorithm>

#include "scanner/core/ascii_text.h"

namespace whfb {

std::string HostOf(std::string_view name) {
  std::string host(name.substr(0, name.find('.')));
  std::ranges::transform(host, host.begin(), LowerLetter);
  return host;
}

std::string_view DomainPartOf(std::string_view name) {
  const std::size_t dot = name.find('.');
  return dot == std::string_view::npos ? std::string_view{} : name.substr(dot + 1);
}

bool SameHost(std::string_view a, std::string_view b) {
  a = a.substr(0, a.find('.'));
  b = b.substr(0, b.find('.'));
  if (a.size() == kNetbiosLength || b.size() == kNetbiosLength) {
    a = a.substr(0, kNetbiosLength);
    b = b.substr(0, kNetbiosLength);
  }
  return !a.empty() && std::ranges::equal(a, b, {}, LowerLetter, LowerLetter);
}

}  // namespace whfb
