// Chains from the collected stores, signatures checked with OpenSSL.

#include <array>
#include <span>

#include "collectors/certificate_columns.h"
#include "collectors/collector.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"user.rdp_certificate.chain_root_sha1", ValueType::kHex,
             "root that anchors the judged certificate"},
    FactSpec{"user.rdp_certificate.chain_proof", ValueType::kText,
             "weakest link: signature, key-id or name"},
    FactSpec{"user.rdp_certificate.chain_root_in_device_root", ValueType::kBool,
             "that root is in LocalMachine\\Root"},
    FactSpec{"user.rdp_certificate.chain_intermediates_in_device_ca", ValueType::kBool,
             "every intermediate is in LocalMachine\\CA"},
};

constexpr std::array kColumns0 = {
    ColumnSpec{"dc", ValueType::kDnsName, "domain controller", true},
    ColumnSpec{"root_sha1", ValueType::kHex, "root of its KDC certificate"},
    ColumnSpec{"proof", ValueType::kText, "weakest link: signature, key-id or name"},
    ColumnSpec{"trusted", ValueType::kBool, "the root is in LocalMachine\\Root"},
};

constexpr std::array kTables = {
    TableSpec{"device.dc_root", "roots of the DC certificate chains as this device sees them",
              kColumns0},
};

void Derive(const DeriveInput& /*input*/, FactSpace& /*facts*/) {}

}  // namespace

extern const DerivationSpec kChainDerivation;  // declared again by the generated list

const DerivationSpec kChainDerivation = {
    .name = "chain", .scope = Scope::kDevice, .facts = kFacts, .tables = kTables, .derive = Derive};

}  // namespace whfb::collectors
