// The one certificate that every cert.* and map.* rule judges (design: judged rows).

#include <array>
#include <span>

#include "collectors/certificate_columns.h"
#include "collectors/collector.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"user.rdp_certificate.exists", ValueType::kBool, "a certificate was selected"},
    FactSpec{"user.rdp_certificate.candidates", ValueType::kInt, "how many candidates there were"},
    FactSpec{"user.rdp_certificate.sha1", ValueType::kHex, "thumbprint"},
    FactSpec{"user.rdp_certificate.serial", ValueType::kHex, "serial number"},
    FactSpec{"user.rdp_certificate.issuer", ValueType::kDn, "issuer name"},
    FactSpec{"user.rdp_certificate.subject", ValueType::kDn, "subject name"},
    FactSpec{"user.rdp_certificate.self_issued", ValueType::kBool, "issuer equals subject"},
    FactSpec{"user.rdp_certificate.not_before", ValueType::kTime, "start of validity"},
    FactSpec{"user.rdp_certificate.not_after", ValueType::kTime, "end of validity"},
    FactSpec{"user.rdp_certificate.key_algorithm", ValueType::kText, "RSA, EC or the OID"},
    FactSpec{"user.rdp_certificate.key_bits", ValueType::kInt, "public key size"},
    FactSpec{"user.rdp_certificate.signature_hash", ValueType::kText,
             "hash the CA signed with: sha256, sha1, ..."},
    FactSpec{"user.rdp_certificate.is_ca", ValueType::kBool, "basicConstraints cA"},
    FactSpec{"user.rdp_certificate.key_usage", ValueType::kInt,
             "keyUsage as Windows writes it, 0x80 = digitalSignature"},
    FactSpec{"user.rdp_certificate.eku", ValueType::kList, "extended key usages", "",
             ValueType::kOid},
    FactSpec{"user.rdp_certificate.san_upn", ValueType::kList, "UPNs in the SAN", "",
             ValueType::kUpn},
    FactSpec{"user.rdp_certificate.san_dns", ValueType::kList, "DNS names in the SAN", "",
             ValueType::kDnsName},
    FactSpec{"user.rdp_certificate.san_uri", ValueType::kList, "URIs in the SAN", "",
             ValueType::kText},
    FactSpec{"user.rdp_certificate.sid_extension", ValueType::kSid,
             "SID of extension 1.3.6.1.4.1.311.25.2"},
    FactSpec{"user.rdp_certificate.template_oid", ValueType::kOid,
             "template OID, extension 1.3.6.1.4.1.311.21.7"},
    FactSpec{"user.rdp_certificate.template_name", ValueType::kText, "template name"},
    FactSpec{"user.rdp_certificate.subject_key_id", ValueType::kHex, "SKI"},
    FactSpec{"user.rdp_certificate.authority_key_id", ValueType::kHex, "AKI"},
    FactSpec{"user.rdp_certificate.aia_issuers", ValueType::kList, "caIssuers URIs", "",
             ValueType::kText},
    FactSpec{"user.rdp_certificate.ocsp", ValueType::kList, "OCSP URIs", "", ValueType::kText},
    FactSpec{"user.rdp_certificate.cdp", ValueType::kList, "CRL distribution point URIs", "",
             ValueType::kText},
    FactSpec{"user.rdp_certificate.archived", ValueType::kBool, "archived in its store"},
    FactSpec{"user.rdp_certificate.provider", ValueType::kText, "key storage provider"},
    FactSpec{"user.rdp_certificate.container", ValueType::kText, "key container name"},
    FactSpec{"user.rdp_certificate.key_present", ValueType::kBool, "the private key is there"},
    FactSpec{"user.rdp_certificate.exportable", ValueType::kBool, "the private key is exportable"},
    FactSpec{"user.rdp_certificate.store", ValueType::kText, "store it was found in"},
    FactSpec{"user.rdp_certificate.renewal_from", ValueType::kTime,
             "start of the last 20 % of its life"},
    FactSpec{"user.rdp_certificate.container_sid", ValueType::kSid, "SID in the container name"},
    FactSpec{"user.rdp_certificate.container_account", ValueType::kUpn,
             "account in the container name"},
    FactSpec{"user.rdp_certificate.container_matches_user", ValueType::kBool,
             "SID and account of the container name are those of the user"},
    FactSpec{"user.rdp_certificate.sid_uri", ValueType::kSid,
             "SID of a SAN URI tag:microsoft.com,2022-09-14:sid:"},
    FactSpec{"user.rdp_certificate.strong_mapping", ValueType::kText,
             "sid-extension, san-uri, none"},
    FactSpec{"user.rdp_certificate.subject_has_domain_components", ValueType::kBool,
             "the subject has DC= RDNs"},
    FactSpec{"user.rdp_certificate.upn_suffix_is_domain", ValueType::kBool,
             "the UPN suffix is the AD domain"},
    FactSpec{"user.rdp_certificate.upn_matches_user", ValueType::kBool,
             "a SAN UPN is the UPN of the user"},
    FactSpec{"user.rdp_certificate.issuer_is_declared_ca", ValueType::kBool,
             "the issuer is a declared or collected CA; absent when none is known"},
    FactSpec{"user.upn", ValueType::kUpn, "UPN of the user"},
    FactSpec{"user.sid", ValueType::kSid, "SID of the user"},
};

constexpr std::array kTables = {
    TableSpec{"user.passport_certificate",
              "certificates of the MY store whose provider is the Passport KSP",
              kCertificateColumns},
};

void Derive(const DeriveInput& /*input*/, FactSpace& /*facts*/) {}

}  // namespace

extern const DerivationSpec kRdpCertificateDerivation;  // declared again by the generated list

const DerivationSpec kRdpCertificateDerivation = {.name = "rdp_certificate",
                                                  .scope = Scope::kDevice,
                                                  .facts = kFacts,
                                                  .tables = kTables,
                                                  .derive = Derive};

}  // namespace whfb::collectors
