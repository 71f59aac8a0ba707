// Windows Hello for Business configuration by Group Policy and by MDM. The two registry places swap
// words: SOFTWARE\Policies\Microsoft is Group Policy, SOFTWARE\Microsoft\Policies is MDM
// (evidence.md section 1).

#include <array>
#include <span>

#include "collectors/certificate_columns.h"
#include "collectors/collector.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"device.whfb_policy.gpo.configured", ValueType::kBool,
             "any WHfB policy value of this source exists"},
    FactSpec{"device.whfb_policy.gpo.enabled", ValueType::kInt,
             "Enabled / UsePassportForWork of this source"},
    FactSpec{"device.whfb_policy.gpo.use_certificate_for_on_prem_auth", ValueType::kInt,
             "UseCertificateForOnPremAuth of this source"},
    FactSpec{"device.whfb_policy.gpo.use_cloud_trust_for_on_prem_auth", ValueType::kInt,
             "UseCloudTrustForOnPremAuth of this source"},
    FactSpec{"device.whfb_policy.gpo.require_security_device", ValueType::kInt,
             "RequireSecurityDevice of this source"},
    FactSpec{"device.whfb_policy.gpo.use_hello_certificates_as_smart_card", ValueType::kInt,
             "UseHelloCertificatesAsSmartCardCertificates of this source"},
    FactSpec{"device.whfb_policy.mdm.configured", ValueType::kBool,
             "any WHfB policy value of this source exists"},
    FactSpec{"device.whfb_policy.mdm.enabled", ValueType::kInt,
             "Enabled / UsePassportForWork of this source"},
    FactSpec{"device.whfb_policy.mdm.use_certificate_for_on_prem_auth", ValueType::kInt,
             "UseCertificateForOnPremAuth of this source"},
    FactSpec{"device.whfb_policy.mdm.use_cloud_trust_for_on_prem_auth", ValueType::kInt,
             "UseCloudTrustForOnPremAuth of this source"},
    FactSpec{"device.whfb_policy.mdm.require_security_device", ValueType::kInt,
             "RequireSecurityDevice of this source"},
    FactSpec{"device.whfb_policy.mdm.use_hello_certificates_as_smart_card", ValueType::kInt,
             "UseHelloCertificatesAsSmartCardCertificates of this source"},
    FactSpec{"user.whfb_policy.gpo.configured", ValueType::kBool,
             "any WHfB policy value of this source exists"},
    FactSpec{"user.whfb_policy.gpo.enabled", ValueType::kInt,
             "Enabled / UsePassportForWork of this source"},
    FactSpec{"user.whfb_policy.gpo.use_certificate_for_on_prem_auth", ValueType::kInt,
             "UseCertificateForOnPremAuth of this source"},
    FactSpec{"user.whfb_policy.gpo.use_cloud_trust_for_on_prem_auth", ValueType::kInt,
             "UseCloudTrustForOnPremAuth of this source"},
    FactSpec{"user.whfb_policy.gpo.require_security_device", ValueType::kInt,
             "RequireSecurityDevice of this source"},
    FactSpec{"user.whfb_policy.gpo.use_hello_certificates_as_smart_card", ValueType::kInt,
             "UseHelloCertificatesAsSmartCardCertificates of this source"},
    FactSpec{"user.whfb_policy.mdm.configured", ValueType::kBool,
             "any WHfB policy value of this source exists"},
    FactSpec{"user.whfb_policy.mdm.enabled", ValueType::kInt,
             "Enabled / UsePassportForWork of this source"},
    FactSpec{"user.whfb_policy.mdm.use_certificate_for_on_prem_auth", ValueType::kInt,
             "UseCertificateForOnPremAuth of this source"},
    FactSpec{"user.whfb_policy.mdm.use_cloud_trust_for_on_prem_auth", ValueType::kInt,
             "UseCloudTrustForOnPremAuth of this source"},
    FactSpec{"user.whfb_policy.mdm.require_security_device", ValueType::kInt,
             "RequireSecurityDevice of this source"},
    FactSpec{"user.whfb_policy.mdm.use_hello_certificates_as_smart_card", ValueType::kInt,
             "UseHelloCertificatesAsSmartCardCertificates of this source"},
    FactSpec{"device.whfb_policy.gpo.disable_smart_card_node", ValueType::kInt,
             "DisableSmartCardNode: turn off smart card emulation", "0"},
    FactSpec{"device.whfb_policy.gpo.allow_all_user_access_to_smart_card_node", ValueType::kInt,
             "AllowAllUserAccessToSmartCardNode: dual enrolment", "0"},
    FactSpec{"device.whfb_policy.event_source", ValueType::kText,
             "MachinePolicySource of the newest event 358/360/361/362: gpo, mdm, none"},
    FactSpec{"device.tls13.client_enabled", ValueType::kInt, "SCHANNEL TLS 1.3 Client Enabled"},
    FactSpec{"device.tls13.client_disabled_by_default", ValueType::kInt,
             "SCHANNEL TLS 1.3 Client DisabledByDefault"},
};

void Collect(const CollectInput& /*input*/, FactSpace& /*facts*/) {}

}  // namespace

extern const CollectorSpec kWhfbPolicyCollector;  // declared again by the generated list

const CollectorSpec kWhfbPolicyCollector = {
    .name = "whfb_policy", .scope = Scope::kDevice, .facts = kFacts, .collect = Collect};

}  // namespace whfb::collectors
