// How the device is joined, as one word.

#include <array>
#include <span>

#include "collectors/collector.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"device.join_type", ValueType::kText, "entra, hybrid, domain, on-premises-drs, none"},
};

// The most telling reason why the answer is open.
Cell Open(const Cell& a, const Cell& b) {
  const Cell& told = a.unknown() && (!b.unknown() || a.why >= b.why) ? a : b;
  return Cell::Unknown(told.why, told.source);
}

// evidence.md section 2: AzureAdJoined and DomainJoined decide; EnterpriseJoined only tells
// domain joined devices with an on-premises registration service from the others.
Cell JoinType(const Cell& entra, const Cell& domain, const Cell& enterprise) {
  if (!entra.present()) {
    return Open(entra, domain);
  }
  if (!domain.present()) {
    return Open(domain, domain);
  }
  const bool in_domain = domain.value.number != 0;
  if (entra.value.number != 0) {
    return Cell::Text(in_domain ? "hybrid" : "entra", entra.source);
  }
  if (!in_domain) {
    return Cell::Text("none", entra.source);
  }
  const bool registered = enterprise.present() && enterprise.value.number != 0;
  return Cell::Text(registered ? "on-premises-drs" : "domain", domain.source);
}

void Derive(const DeriveInput& /*input*/, FactSpace& facts) {
  SubjectFacts& device = facts.Device().facts;
  device.Put("device.join_type",
             JoinType(device.Get("device.entra_joined"), device.Get("device.domain_joined"),
                      device.Get("device.enterprise_joined")));
}

}  // namespace

extern const DerivationSpec kJoinTypeDerivation;  // declared again by the generated list

const DerivationSpec kJoinTypeDerivation = {
    .name = "join_type", .scope = Scope::kDevice, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors
