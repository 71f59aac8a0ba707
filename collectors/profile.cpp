// Intune certificate profiles from Microsoft Graph (evidence.md section 8).

#include <array>
#include <span>

#include "collectors/certificate_columns.h"
#include "collectors/collector.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"profile.id", ValueType::kText, "Graph id (GUID, lower case)"},
    FactSpec{"profile.display_name", ValueType::kText, "displayName"},
    FactSpec{"profile.type", ValueType::kText, "scep, pkcs, imported-pfx, trusted-root, other"},
    FactSpec{"profile.key_storage_provider", ValueType::kText, "keyStorageProvider"},
    FactSpec{"profile.certificate_store", ValueType::kText, "certificateStore"},
    FactSpec{"profile.subject_format", ValueType::kText, "subjectNameFormatString"},
    FactSpec{"profile.san_upn", ValueType::kList,
             "names of the SAN entries of type userPrincipalName", "", ValueType::kText},
    FactSpec{"profile.san_uri", ValueType::kList,
             "names of the SAN entries of type universalResourceIdentifier", "", ValueType::kText},
    FactSpec{"profile.key_usage", ValueType::kList, "keyUsage", "", ValueType::kText},
    FactSpec{"profile.key_size", ValueType::kText, "keySize"},
    FactSpec{"profile.hash", ValueType::kList, "hashAlgorithm", "", ValueType::kText},
    FactSpec{"profile.eku", ValueType::kList, "extendedKeyUsages object identifiers", "",
             ValueType::kOid},
    FactSpec{"profile.server_urls", ValueType::kList, "scepServerUrls", "", ValueType::kText},
    FactSpec{"profile.template_name", ValueType::kText, "certificateTemplateName (PKCS)"},
    FactSpec{"profile.destination_store", ValueType::kText, "destinationStore (trusted root)"},
    FactSpec{"profile.certificate_sha1", ValueType::kHex, "thumbprint of the trusted certificate"},
    FactSpec{"profile.certificate_self_issued", ValueType::kBool,
             "the trusted certificate is self-issued"},
    FactSpec{"profile.assigned", ValueType::kBool, "assignments are not empty"},
};

void Collect(const CollectInput& /*input*/, FactSpace& /*facts*/) {}

}  // namespace

extern const CollectorSpec kProfileCollector;  // declared again by the generated list

const CollectorSpec kProfileCollector = {
    .name = "profile", .scope = Scope::kEnvironment, .facts = kFacts, .collect = Collect};

}  // namespace whfb::collectors
