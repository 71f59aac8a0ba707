// What the operator declares (intent file) and which CAs, roots and domain names the evidence
// shows.

#include <array>
#include <span>

#include "collectors/certificate_columns.h"
#include "collectors/collector.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"environment.name", ValueType::kDnsName, "forest root DNS name"},
    FactSpec{"environment.tenant_id", ValueType::kText, "Entra tenant id"},
    FactSpec{"environment.route", ValueType::kText,
             "declared route: intune-scep intune-pkcs adcs third-party"},
    FactSpec{"environment.join_types", ValueType::kList,
             "declared join types in scope: entra hybrid", "", ValueType::kText},
    FactSpec{"environment.domains", ValueType::kList, "AD domain DNS names", "",
             ValueType::kDnsName},
    FactSpec{"environment.upn_suffixes", ValueType::kList, "declared UPN suffixes", "",
             ValueType::kDnsName},
    FactSpec{"environment.domain_controllers", ValueType::kList,
             "declared domain controllers, complete list", "", ValueType::kDnsName},
    FactSpec{"environment.enforcement_date", ValueType::kTime,
             "declared date of KDC full enforcement"},
    FactSpec{"environment.intended_templates", ValueType::kList, "declared template names", "",
             ValueType::kText},
    FactSpec{"environment.intended_profiles", ValueType::kList, "declared profile names or ids", "",
             ValueType::kText},
    FactSpec{"environment.issuing_cas", ValueType::kList,
             "declared issuing CAs: thumbprint or subject", "", ValueType::kText},
};

void Collect(const CollectInput& /*input*/, FactSpace& /*facts*/) {}

}  // namespace

extern const CollectorSpec kEnvironmentCollector;  // declared again by the generated list

const CollectorSpec kEnvironmentCollector = {
    .name = "environment", .scope = Scope::kEnvironment, .facts = kFacts, .collect = Collect};

}  // namespace whfb::collectors
