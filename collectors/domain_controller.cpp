// Domain controllers and their certificates: store exports or certificate files of a DC.

#include <array>
#include <span>

#include "collectors/certificate_columns.h"
#include "collectors/collector.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"dc.dns_name", ValueType::kDnsName, "FQDN of the domain controller"},
    FactSpec{"dc.domain_dns_name", ValueType::kDnsName, "AD domain it serves"},
};

constexpr std::array kTables = {
    TableSpec{"dc.certificate", "LocalMachine\\My of the domain controller", kCertificateColumns},
};

void Collect(const CollectInput& /*input*/, FactSpace& /*facts*/) {}

}  // namespace

extern const CollectorSpec kDomainControllerCollector;  // declared again by the generated list

const CollectorSpec kDomainControllerCollector = {.name = "domain_controller",
                                                  .scope = Scope::kEnvironment,
                                                  .facts = kFacts,
                                                  .tables = kTables,
                                                  .collect = Collect};

}  // namespace whfb::collectors
