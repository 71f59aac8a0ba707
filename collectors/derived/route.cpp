// How the certificate is meant to reach the user (design: route).

#include <array>
#include <span>

#include "collectors/certificate_columns.h"
#include "collectors/collector.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"user.route", ValueType::kText, "intune-scep intune-pkcs adcs third-party"},
    FactSpec{"device.route", ValueType::kText, "route of the users in scope"},
    FactSpec{"user.route_evidence", ValueType::kText, "what decided the route"},
};

void Derive(const DeriveInput& /*input*/, FactSpace& /*facts*/) {}

}  // namespace

extern const DerivationSpec kRouteDerivation;  // declared again by the generated list

const DerivationSpec kRouteDerivation = {
    .name = "route", .scope = Scope::kDevice, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors
