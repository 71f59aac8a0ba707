#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "collectors/applied_policy.h"
#include "collectors/device_state_sources.h"
#include "collectors/readers/policy_record.h"
#include "collectors/result_domain.h"

namespace whfb::collectors {

namespace {

using readers::PolicyResults;

// The longest name of the one computer that logged results tell; empty when they tell two, also two
// of one name in two domains, or one of them tells none: it may be of another.
std::string_view OnlyComputer(std::span<const PolicyResults> halves) {
  std::string_view computer;
  AdDomain domain;
  for (const PolicyResults& half : halves) {
    if (half.origin != readers::PolicyOrigin::kLogged) {
      continue;
    }
    const std::string_view name = ComputerOf(half);
    const AdDomain own = DomainOf(half);
    if (name.empty() || (!computer.empty() && !SameHost(name, computer)) || Differ(own, domain)) {
      return {};
    }
    computer = name.size() > computer.size() ? name : computer;
    domain.netbios = own.netbios.empty() ? domain.netbios : own.netbios;
    domain.dns = own.dns.empty() ? domain.dns : own.dns;
  }
  return computer;
}

// In the coverage: what the result holds is used for nobody here.
void TellUnused(const PolicyResults& half, std::string why, FactSpace& facts) {
  facts.Remark(half.source, false, std::move(why.append("; not used")));
}

void TellForeign(const PolicyResults& half,
                 std::string_view made,
                 std::string_view device,
                 FactSpace& facts) {
  std::string why = std::string("made ").append(made);
  TellUnused(half, why.append(", while this is evidence of ").append(device), facts);
}

// "CONTOSO (corp.contoso.com)".
std::string Called(const AdDomain& domain) {
  if (domain.netbios.empty() || domain.dns.empty()) {
    return std::string(domain.netbios).append(domain.dns);
  }
  return std::string(domain.netbios).append(" (").append(domain.dns).append(")");
}

// Of the halves of one kind in one file: AppliedPolicy takes none.
void TellTwice(const PolicyResults& half, FactSpace& facts) {
  const bool computer = half.scope == readers::PolicyScope::kComputer;
  TellUnused(half,
             std::string("holds two results of a ")
                 .append(computer ? "computer" : "user")
                 .append(", and nothing tells of which a setting is"),
             facts);
}

// Whether a logged half was made on this device. Where it does not count, the coverage says why.
bool IsOwn(const PolicyResults& half,
           std::string_view device,
           const AdDomain& domain,
           FactSpace& facts) {
  const std::string_view computer = ComputerOf(half);
  if (computer.empty()) {
    TellUnused(half, "does not tell the computer it was made on", facts);
    return false;
  }
  if (device.empty()) {
    TellUnused(half,
               std::string("made on the computer ")
                   .append(computer)
                   .append(", and nothing tells whether that is this one"),
               facts);
    return false;
  }
  if (!SameHost(computer, device)) {
    TellForeign(half, std::string("on the computer ").append(computer), device, facts);
    return false;
  }
  const AdDomain own = DomainOf(half);
  if (Differ(own, domain)) {
    TellForeign(half, "in the domain " + Called(own),
                std::string(device).append(" in ").append(Called(domain)), facts);
    return false;
  }
  return true;
}

}  // namespace

// A logged result names the computer it was made on, and its computer half the domain. One of
// another computer than the device, or of another domain, says nothing; where nothing else names
// the device, results of two computers name neither.
void CollectDeviceGpresult(const CollectInput& input, FactSpace& facts, DeviceNames& names) {
  const std::span<const PolicyResults> halves = input.records.Of<PolicyResults>();
  if (halves.empty()) {
    return;
  }
  const AdDomain domain = DomainOf(input.records, facts.Device().facts);
  names.gpresult = OnlyComputer(halves);
  std::string_view device = names.gpresult;
  for (const std::string_view surer : {names.events, names.registry, names.dsregcmd}) {
    device = surer.empty() ? device : surer;
  }
  std::set<std::pair<std::uint32_t, readers::PolicyScope>> seen;
  for (const PolicyResults& half : halves) {
    if (half.origin != readers::PolicyOrigin::kLogged) {
      continue;
    }
    if (!seen.emplace(half.source.evidence, half.scope).second) {
      TellTwice(half, facts);
    }
    const bool own = IsOwn(half, device, domain, facts);
    const bool computer = half.scope == readers::PolicyScope::kComputer;
    if (own && computer && half.domain.find('.') != std::string_view::npos) {
      facts.Device().facts.Set("device.domain_dns_name",
                               LowerCell(half.domain, half.source, facts));
    }
  }
}

}  // namespace whfb::collectors
