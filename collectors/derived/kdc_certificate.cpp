// The one certificate per DC that the dc.* rules judge (design: judged rows).

#include <array>
#include <span>

#include "collectors/certificate_columns.h"
#include "collectors/collector.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"dc.domain_dns_name", ValueType::kDnsName, "AD domain it serves"},
    FactSpec{"dc.kdc_certificate.exists", ValueType::kBool, "a certificate was selected"},
    FactSpec{"dc.kdc_certificate.sha1", ValueType::kHex, "thumbprint"},
    FactSpec{"dc.kdc_certificate.serial", ValueType::kHex, "serial number"},
    FactSpec{"dc.kdc_certificate.issuer", ValueType::kDn, "issuer name"},
    FactSpec{"dc.kdc_certificate.subject", ValueType::kDn, "subject name"},
    FactSpec{"dc.kdc_certificate.self_issued", ValueType::kBool, "issuer equals subject"},
    FactSpec{"dc.kdc_certificate.not_before", ValueType::kTime, "start of validity"},
    FactSpec{"dc.kdc_certificate.not_after", ValueType::kTime, "end of validity"},
    FactSpec{"dc.kdc_certificate.key_algorithm", ValueType::kText, "RSA, EC or the OID"},
    FactSpec{"dc.kdc_certificate.key_bits", ValueType::kInt, "public key size"},
    FactSpec{"dc.kdc_certificate.signature_hash", ValueType::kText,
             "hash the CA signed with: sha256, sha1, ..."},
    FactSpec{"dc.kdc_certificate.is_ca", ValueType::kBool, "basicConstraints cA"},
    FactSpec{"dc.kdc_certificate.key_usage", ValueType::kInt,
             "keyUsage as Windows writes it, 0x80 = digitalSignature"},
    FactSpec{"dc.kdc_certificate.eku", ValueType::kList, "extended key usages", "",
             ValueType::kOid},
    FactSpec{"dc.kdc_certificate.san_upn", ValueType::kList, "UPNs in the SAN", "",
             ValueType::kUpn},
    FactSpec{"dc.kdc_certificate.san_dns", ValueType::kList, "DNS names in the SAN", "",
             ValueType::kDnsName},
    FactSpec{"dc.kdc_certificate.san_uri", ValueType::kList, "URIs in the SAN", "",
             ValueType::kText},
    FactSpec{"dc.kdc_certificate.sid_extension", ValueType::kSid,
             "SID of extension 1.3.6.1.4.1.311.25.2"},
    FactSpec{"dc.kdc_certificate.template_oid", ValueType::kOid,
             "template OID, extension 1.3.6.1.4.1.311.21.7"},
    FactSpec{"dc.kdc_certificate.template_name", ValueType::kText, "template name"},
    FactSpec{"dc.kdc_certificate.subject_key_id", ValueType::kHex, "SKI"},
    FactSpec{"dc.kdc_certificate.authority_key_id", ValueType::kHex, "AKI"},
    FactSpec{"dc.kdc_certificate.aia_issuers", ValueType::kList, "caIssuers URIs", "",
             ValueType::kText},
    FactSpec{"dc.kdc_certificate.ocsp", ValueType::kList, "OCSP URIs", "", ValueType::kText},
    FactSpec{"dc.kdc_certificate.cdp", ValueType::kList, "CRL distribution point URIs", "",
             ValueType::kText},
    FactSpec{"dc.kdc_certificate.archived", ValueType::kBool, "archived in its store"},
    FactSpec{"dc.kdc_certificate.provider", ValueType::kText, "key storage provider"},
    FactSpec{"dc.kdc_certificate.container", ValueType::kText, "key container name"},
    FactSpec{"dc.kdc_certificate.key_present", ValueType::kBool, "the private key is there"},
    FactSpec{"dc.kdc_certificate.exportable", ValueType::kBool, "the private key is exportable"},
    FactSpec{"dc.kdc_certificate.store", ValueType::kText, "store it was found in"},
    FactSpec{"dc.kdc_certificate.san_has_domain", ValueType::kBool,
             "a SAN dNSName is the AD domain name"},
    FactSpec{"dc.kdc_certificate.cdp_has_http", ValueType::kBool,
             "a CRL distribution point is plain HTTP"},
    FactSpec{"dc.kdc_certificate.chain_root_sha1", ValueType::kHex,
             "root by the collected CA certificates"},
    FactSpec{"dc.kdc_certificate.chain_proof", ValueType::kText, "weakest link"},
};

void Derive(const DeriveInput& /*input*/, FactSpace& /*facts*/) {}

}  // namespace

extern const DerivationSpec kKdcCertificateDerivation;  // declared again by the generated list

const DerivationSpec kKdcCertificateDerivation = {
    .name = "kdc_certificate", .scope = Scope::kEnvironment, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors
