#include "collectors/dn_text.h"

#include "collectors/certificate_rows.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

// Takes a value from the front of `rest`: quoted with doubled quotes, or up to ", " or " + ".
std::string TakeValue(std::string_view& rest) {
  std::string value;
  if (!rest.starts_with('"')) {
    const std::size_t end = std::min(rest.find(", "), rest.find(" + "));
    value = rest.substr(0, end);
    rest.remove_prefix(value.size());
    return value;
  }
  rest.remove_prefix(1);
  while (!rest.empty()) {
    const char character = rest.front();
    rest.remove_prefix(1);
    if (character == '"' && !rest.starts_with('"')) {
      break;
    }
    if (character == '"') {
      rest.remove_prefix(1);
    }
    value.push_back(character);
  }
  return value;
}

}  // namespace

std::vector<DnAttribute> DnAttributes(std::string_view name) {
  std::vector<DnAttribute> attributes;
  while (!name.empty()) {
    const std::size_t equals = name.find('=');
    if (equals == std::string_view::npos) {
      break;
    }
    DnAttribute attribute{.type = name.substr(0, equals)};
    name.remove_prefix(equals + 1);
    attribute.value = TakeValue(name);
    attributes.push_back(std::move(attribute));
    const std::size_t next = name.find_first_not_of(", +");
    name.remove_prefix(next == std::string_view::npos ? name.size() : next);
  }
  return attributes;
}

std::string DnValue(std::string_view name, std::string_view type) {
  for (const DnAttribute& attribute : DnAttributes(name)) {
    if (SameNoCase(attribute.type, type)) {
      return attribute.value;
    }
  }
  return {};
}

bool IsBelowDomain(std::string_view host, std::string_view domain) {
  return !domain.empty() && host.size() > domain.size() + 1 && host.ends_with(domain) &&
         host[host.size() - domain.size() - 1] == '.';
}

}  // namespace whfb::collectors
