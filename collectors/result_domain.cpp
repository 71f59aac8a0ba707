#include "collectors/result_domain.h"

#include "collectors/readers/small_records.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/host_name.h"

namespace whfb::collectors {

namespace {

using readers::DsregcmdField;
using readers::PolicyResults;
using readers::PolicyScope;

bool IsDnsName(std::string_view name) {
  return name.find('.') != std::string_view::npos;
}

std::string_view WithoutRoot(std::string_view name) {
  return name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
}

bool Differ(std::string_view one, std::string_view other) {
  return !one.empty() && !other.empty() && !SameNoCase(WithoutRoot(one), WithoutRoot(other));
}

// Empty: no run tells it, or two runs tell two.
std::string_view ShortNameByDsregcmd(const readers::Records& records) {
  std::string_view name;
  for (const DsregcmdField& field : records.Of<DsregcmdField>()) {
    const bool state = field.section.empty() || field.section == "Device State";
    if (state && field.name == "DomainName" && !IsDnsName(field.value)) {
      if (Differ(name, field.value)) {
        return {};
      }
      name = field.value.empty() ? name : field.value;
    }
  }
  return name;
}

}  // namespace

AdDomain DomainOf(const PolicyResults& half) {
  const std::size_t slash = half.account.find('\\');
  const bool computer = half.scope == PolicyScope::kComputer;
  AdDomain domain{.dns = DomainPartOf(half.computer)};
  if (computer && slash != std::string_view::npos && half.account.ends_with('$')) {
    domain.netbios = half.account.substr(0, slash);
  }
  // A PC outside a domain shows a word there, in the language of the console.
  if (computer && IsDnsName(half.domain)) {
    domain.dns = half.domain;
  }
  return domain;
}

AdDomain DomainOf(const readers::Records& records, const SubjectFacts& device) {
  const Cell& dns = device.Get("device.domain_dns_name");
  return {.netbios = ShortNameByDsregcmd(records),
          .dns = dns.present() ? dns.value.text : std::string_view{}};
}

bool Differ(const AdDomain& one, const AdDomain& other) {
  return Differ(one.netbios, other.netbios) || Differ(one.dns, other.dns);
}

}  // namespace whfb::collectors
