// How the device is joined, as one word.

#include <array>
#include <span>

#include "collectors/certificate_columns.h"
#include "collectors/collector.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"device.join_type", ValueType::kText, "entra, hybrid, domain, on-premises-drs, none"},
};

void Derive(const DeriveInput& /*input*/, FactSpace& /*facts*/) {}

}  // namespace

extern const DerivationSpec kJoinTypeDerivation;  // declared again by the generated list

const DerivationSpec kJoinTypeDerivation = {
    .name = "join_type", .scope = Scope::kDevice, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors
