// Certificate template objects (evidence.md section 9).

#include <array>
#include <span>

#include "collectors/certificate_columns.h"
#include "collectors/collector.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"template.cn", ValueType::kText, "template name"},
    FactSpec{"template.display_name", ValueType::kText, "display name"},
    FactSpec{"template.schema_version", ValueType::kInt, "msPKI-Template-Schema-Version"},
    FactSpec{"template.flags", ValueType::kInt, "flags"},
    FactSpec{"template.certificate_name_flag", ValueType::kInt,
             "msPKI-Certificate-Name-Flag as unsigned 32 bit"},
    FactSpec{"template.enrollment_flag", ValueType::kInt, "msPKI-Enrollment-Flag"},
    FactSpec{"template.private_key_flag", ValueType::kInt, "msPKI-Private-Key-Flag"},
    FactSpec{"template.providers", ValueType::kList, "pKIDefaultCSPs without the order numbers", "",
             ValueType::kText},
    FactSpec{"template.application_policies", ValueType::kList,
             "msPKI-Certificate-Application-Policy", "", ValueType::kOid},
    FactSpec{"template.eku", ValueType::kList, "pKIExtendedKeyUsage", "", ValueType::kOid},
    FactSpec{"template.minimal_key_size", ValueType::kInt, "msPKI-Minimal-Key-Size"},
    FactSpec{"template.oid", ValueType::kOid, "msPKI-Cert-Template-OID"},
    FactSpec{"template.algorithm", ValueType::kText,
             "msPKI-Asymmetric-Algorithm of msPKI-RA-Application-Policies"},
    FactSpec{"template.hash", ValueType::kText,
             "msPKI-Hash-Algorithm of msPKI-RA-Application-Policies"},
    FactSpec{"template.key_usage", ValueType::kHex, "pKIKeyUsage"},
    FactSpec{"template.security_descriptor", ValueType::kText, "nTSecurityDescriptor as SDDL"},
};

void Collect(const CollectInput& /*input*/, FactSpace& /*facts*/) {}

}  // namespace

extern const CollectorSpec kTemplateCollector;  // declared again by the generated list

const CollectorSpec kTemplateCollector = {
    .name = "template", .scope = Scope::kEnvironment, .facts = kFacts, .collect = Collect};

}  // namespace whfb::collectors
