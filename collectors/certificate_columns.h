// Columns of every table of certificates, so that a rule written for one store reads like a
// rule for another. Filled by FillCertificateRow.

#ifndef WHFB_COLLECTORS_CERTIFICATE_COLUMNS_H_
#define WHFB_COLLECTORS_CERTIFICATE_COLUMNS_H_

#include <array>

#include "scanner/core/catalog.h"

namespace whfb::collectors {

enum CertificateColumn : unsigned {
  kSha1,
  kSerial,
  kIssuer,
  kSubject,
  kSelfIssued,
  kNotBefore,
  kNotAfter,
  kKeyAlgorithm,
  kKeyBits,
  kSignatureHash,
  kIsCa,
  kKeyUsage,
  kEku,
  kSanUpn,
  kSanDns,
  kSanUri,
  kSidExtension,
  kTemplateOid,
  kTemplateName,
  kTemplateVersion,
  kSubjectKeyId,
  kAuthorityKeyId,
  kAiaIssuers,
  kOcsp,
  kCdp,
  kArchived,
  kProvider,
  kContainer,
  kKeyPresent,
  kExportable,
  kStore,
  kCertificateColumnCount,
};

inline constexpr std::array<ColumnSpec, kCertificateColumnCount> kCertificateColumns = {
    ColumnSpec{"sha1", ValueType::kHex, "thumbprint", true},
    ColumnSpec{"serial", ValueType::kHex, "serial number"},
    ColumnSpec{"issuer", ValueType::kDn, "issuer name"},
    ColumnSpec{"subject", ValueType::kDn, "subject name"},
    ColumnSpec{"self_issued", ValueType::kBool, "issuer equals subject"},
    ColumnSpec{"not_before", ValueType::kTime, "start of validity"},
    ColumnSpec{"not_after", ValueType::kTime, "end of validity"},
    ColumnSpec{"key_algorithm", ValueType::kText, "RSA, EC or the OID"},
    ColumnSpec{"key_bits", ValueType::kInt, "public key size"},
    ColumnSpec{"signature_hash", ValueType::kText, "hash the CA signed with: sha256, sha1, ..."},
    ColumnSpec{"is_ca", ValueType::kBool, "basicConstraints cA"},
    ColumnSpec{"key_usage", ValueType::kInt,
               "keyUsage as Windows writes it, 0x80 = digitalSignature"},
    ColumnSpec{"eku", ValueType::kList, "extended key usages", false, ValueType::kOid},
    ColumnSpec{"san_upn", ValueType::kList, "UPNs in the SAN", false, ValueType::kUpn},
    ColumnSpec{"san_dns", ValueType::kList, "DNS names in the SAN", false, ValueType::kDnsName},
    ColumnSpec{"san_uri", ValueType::kList, "URIs in the SAN", false, ValueType::kText},
    ColumnSpec{"sid_extension", ValueType::kSid, "SID of extension 1.3.6.1.4.1.311.25.2"},
    ColumnSpec{"template_oid", ValueType::kOid, "template OID, extension 1.3.6.1.4.1.311.21.7"},
    ColumnSpec{"template_name", ValueType::kText, "template name"},
    ColumnSpec{"template_version", ValueType::kText,
               "major.minor version of the template that it was issued by"},
    ColumnSpec{"subject_key_id", ValueType::kHex, "SKI"},
    ColumnSpec{"authority_key_id", ValueType::kHex, "AKI"},
    ColumnSpec{"aia_issuers", ValueType::kList, "caIssuers URIs", false, ValueType::kText},
    ColumnSpec{"ocsp", ValueType::kList, "OCSP URIs", false, ValueType::kText},
    ColumnSpec{"cdp", ValueType::kList, "CRL distribution point URIs", false, ValueType::kText},
    ColumnSpec{"archived", ValueType::kBool, "archived in its store", false, ValueType::kText,
               true},
    ColumnSpec{"provider", ValueType::kText, "key storage provider", false, ValueType::kText, true},
    ColumnSpec{"container", ValueType::kText, "key container name", false, ValueType::kText, true},
    ColumnSpec{"key_present", ValueType::kBool, "the private key is there", false, ValueType::kText,
               true},
    ColumnSpec{"exportable", ValueType::kBool, "the private key is exportable", false,
               ValueType::kText, true},
    ColumnSpec{"store", ValueType::kText, "store it was found in", false, ValueType::kText, true},
};

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_CERTIFICATE_COLUMNS_H_
