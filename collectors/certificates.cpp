// Certificate stores of the machine and of its users.

#include <array>
#include <span>

#include "collectors/certificate_columns.h"
#include "collectors/collector.h"

namespace whfb::collectors {

namespace {

constexpr std::array kTables = {
    TableSpec{"user.certificate", "the MY store of the user", kCertificateColumns},
    TableSpec{"device.my_certificate", "LocalMachine\\My", kCertificateColumns},
    TableSpec{"device.root_certificate", "LocalMachine\\Root with its policy and enterprise copies",
              kCertificateColumns},
    TableSpec{"device.ca_certificate", "LocalMachine\\CA with its policy and enterprise copies",
              kCertificateColumns},
};

void Collect(const CollectInput& /*input*/, FactSpace& /*facts*/) {}

}  // namespace

extern const CollectorSpec kCertificatesCollector;  // declared again by the generated list

const CollectorSpec kCertificatesCollector = {
    .name = "certificates", .scope = Scope::kDevice, .tables = kTables, .collect = Collect};

}  // namespace whfb::collectors
