// The one certificate that every cert.* and map.* rule judges (design: judged rows).

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "collectors/certificate_rows.h"
#include "collectors/collector.h"
#include "collectors/derived/hello_set_up.h"
#include "collectors/derived/judged_certificate.h"
#include "collectors/derived/rdp_account.h"
#include "collectors/derived/rdp_issuer.h"
#include "collectors/derived/rdp_selection.h"
#include "collectors/false_signatures.h"

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
    FactSpec{"user.rdp_certificate.template_version", ValueType::kText,
             "major.minor version of the template that it was issued by"},
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
             "sid-extension, san-uri, other-account (a SID that is not the user's), none"},
    FactSpec{"user.rdp_certificate.explicit_mapping", ValueType::kBool,
             "the account has a strong altSecurityIdentities value for it"},
    FactSpec{"user.rdp_certificate.subject_has_domain_components", ValueType::kBool,
             "the subject has DC= RDNs"},
    FactSpec{"user.rdp_certificate.upn_suffix_is_domain", ValueType::kBool,
             "the UPN suffix is the AD domain"},
    FactSpec{"user.rdp_certificate.upn_matches_user", ValueType::kBool,
             "a SAN UPN is the UPN of the user"},
    FactSpec{"user.rdp_certificate.issuer_is_declared_ca", ValueType::kBool,
             "the issuer is a declared or collected CA; absent when none is known"},
    FactSpec{"user.rdp_certificate.template_is_intended", ValueType::kBool,
             "its template is a declared one; absent when none is declared"},
    FactSpec{"user.hello_set_up", ValueType::kBool,
             "Windows Hello for Business is set up for the user"},
    FactSpec{"user.hello_set_up_by", ValueType::kText, "what shows it"},
    FactSpec{"user.upn", ValueType::kUpn, "UPN of the user"},
    FactSpec{"user.sid", ValueType::kSid, "SID of the user"},
    FactSpec{"user.ad_sid", ValueType::kSid, "SID of the user's account in Active Directory"},
};

constexpr std::array kTables = {
    TableSpec{"user.passport_certificate",
              "certificates of the MY store whose provider is the Passport KSP",
              kCertificateColumns},
};

constexpr std::string_view kPrefix = "user.rdp_certificate";

// Facts that are not columns of the row, and depend on it.
constexpr std::array<std::string_view, 12> kDerivedNames = {
    "user.rdp_certificate.renewal_from",
    "user.rdp_certificate.container_sid",
    "user.rdp_certificate.container_account",
    "user.rdp_certificate.container_matches_user",
    "user.rdp_certificate.sid_uri",
    "user.rdp_certificate.strong_mapping",
    "user.rdp_certificate.explicit_mapping",
    "user.rdp_certificate.subject_has_domain_components",
    "user.rdp_certificate.upn_suffix_is_domain",
    "user.rdp_certificate.upn_matches_user",
    "user.rdp_certificate.issuer_is_declared_ca",
    "user.rdp_certificate.template_is_intended"};

Cell RenewalFrom(std::span<const Cell> row) {
  const Cell& from = row[kNotBefore];
  const Cell& to = row[kNotAfter];
  if (!from.present() || !to.present()) {
    return Like(from.present() ? to : from);
  }
  constexpr Ticks kShare = 5;  // the last 20 %
  const TimeInterval& start = from.value.time;
  const TimeInterval& end = to.value.time;
  return Cell::Time({end.earliest - (end.earliest - start.earliest) / kShare,
                     end.latest - (end.latest - start.latest) / kShare},
                    to.source);
}

Cell OnlyAlias(const Subject& user, AliasKind kind, FactSpace& facts) {
  const std::vector<std::string_view> values = AliasesOf(user, kind);
  if (values.empty()) {
    return Cell::Unknown(WhyUnknown::kNotCollected);
  }
  return values.size() == 1 ? facts.TextCell(values[0], {})
                            : Cell::Unknown(WhyUnknown::kConflicting);
}

// Names and OIDs of the intended templates.
std::vector<std::string_view> IntendedTemplates(const DeriveInput& input) {
  const auto names = ListOf(input.EnvironmentSubject(), "environment.intended_templates");
  std::vector<std::string_view> templates(names.begin(), names.end());
  if (names.empty()) {
    return templates;
  }
  for (const Subject& subject : input.environment->subjects()) {
    if (subject.kind != SubjectKind::kCertificateTemplate || !Among(names, subject.name)) {
      continue;
    }
    const Cell& oid = subject.facts.Get("template.oid");
    if (oid.present()) {
      templates.push_back(oid.value.text);
    }
  }
  return templates;
}

// Whether a certificate of this template is of one of them. `every_oid`: the OIDs of all are among
// them, too, so that its own decides.
Cell IsAmong(const Cell& name,
             const Cell& oid,
             std::span<const std::string_view> templates,
             bool every_oid) {
  const bool by_oid = oid.present() && every_oid;
  const auto fits = [&](std::string_view one) {
    return TextIs(oid, one) == Truth::kTrue || (!by_oid && TextIs(name, one) == Truth::kTrue);
  };
  if (std::ranges::any_of(templates, fits)) {
    return Cell::Bool(true, oid.present() ? oid.source : name.source);
  }
  if (by_oid || name.present() || (name.absent() && oid.absent())) {
    return Cell::Bool(false, oid.present() ? oid.source : name.source);
  }
  return Cell::Unknown(name.unknown() && !oid.present() ? name.why : WhyUnknown::kNotCollected,
                       name.source);
}

// Whether a declared template made the certificate. One that shows its OID alone is compared with
// those of the declared templates, which exports may not show.
Cell TemplateIsIntended(std::span<const Cell> row,
                        const DeriveInput& input,
                        std::span<const std::string_view> templates) {
  const Subject* const environment = input.EnvironmentSubject();
  if (environment == nullptr) {
    return Cell::Unknown(WhyUnknown::kAmbiguous);
  }
  const Cell& declared = environment->facts.Get("environment.intended_templates");
  if (!declared.present()) {
    return declared.absent() ? Cell::Absent({}) : Cell::Unknown(declared.why);
  }
  return IsAmong(row[kTemplateName], row[kTemplateOid], templates,
                 templates.size() >= 2 * declared.value.list.size());
}

// The CAs that were collected. What bears the name and the key identifier of one and is not signed
// by it proves nothing.
FalseSignatures Signatures(const DeriveInput& input, FactSpace& facts) {
  FalseSignatures signatures;
  const auto add = [&](const Table& table, const FactSpace& space) {
    for (std::size_t i = 0; i < table.size(); ++i) {
      signatures.AddAuthority(table.Row(i), space);
    }
  };
  add(facts.Device().facts.TableOf("device.ca_certificate"), facts);
  if (const Subject* const environment = input.EnvironmentSubject(); environment != nullptr) {
    add(environment->facts.TableOf("environment.ca_certificate"), *input.environment);
  }
  return signatures;
}

// Rows of the Passport KSP, the key-trust ones among them. A listing that hides no Hello key of the
// user is complete in that, whoever else's store it may be.
void PutPassportTable(Subject& user) {
  const Table& from = user.facts.TableOf("user.certificate");
  Table& to = user.facts.TableOf("user.passport_certificate");
  bool undecided = false;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const Truth passport = TextIs(from.Row(i)[kProvider], kPassportProvider);
    undecided = undecided || passport == Truth::kUnknown;
    if (passport == Truth::kTrue) {
      to.Add(from.Row(i));
    }
  }
  const Cell& read = user.facts.Get("user.hello_certificates_read");
  const bool whole = from.coverage() == Coverage::kComplete || IsTrue(read) == Truth::kTrue;
  if (whole && undecided) {
    to.Cover(Coverage::kPartial, WhyUnknown::kAmbiguous, from.source());
  } else {
    to.Cover(whole ? Coverage::kComplete : from.coverage(), from.why(),
             whole && read.present() ? read.source : from.source());
  }
}

void PutIdentity(const DeriveInput& input,
                 std::span<const Cell> row,
                 Subject& user,
                 FactSpace& facts) {
  user.facts.Put("user.sid", OnlyAlias(user, AliasKind::kSid, facts));
  user.facts.Put("user.ad_sid",
                 DirectorySid(user, facts.Device(), input.EnvironmentSubject(), facts));
  Cell upn = OnlyAlias(user, AliasKind::kUpn, facts);
  if (!row.empty() && AliasesOf(user, AliasKind::kUpn).empty() && row[kSanUpn].present() &&
      row[kSanUpn].value.list.size() == 1) {
    upn = Cell::Text(row[kSanUpn].value.list.front(), row[kSanUpn].source);
  }
  user.facts.Put("user.upn", upn);
}

void PutNothing(const Cell& answer, Subject& user) {
  PutEveryColumn(kPrefix, answer, user.facts);
  for (const std::string_view name : kDerivedNames) {
    user.facts.Put(name, answer);
  }
}

// Of a certificate that its CA did not sign nothing is left but that there is one.
void DropFalseRows(const FalseSignatures& signatures, Subject& user, const FactSpace& facts) {
  Table& certificates = user.facts.TableOf("user.certificate");
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    const std::span<Cell> row = certificates.Row(i);
    if (signatures.Has(row, facts)) {
      std::ranges::copy(DoubtfulRow(row[kSha1]), row.begin());
    }
  }
}

void DeriveUser(const DeriveInput& input,
                const FalseSignatures& signatures,
                Subject& user,
                FactSpace& facts) {
  const Subject& device = facts.Device();
  Table& certificates = user.facts.TableOf("user.certificate");
  const Cell& as_system = device.facts.Get("device.user_store_listed_as_system");
  if (as_system.present() && certificates.coverage() == Coverage::kNone) {
    certificates.Cover(Coverage::kNone, WhyUnknown::kWrongContext, as_system.source);
  }
  DropFalseRows(signatures, user, facts);
  const RdpSelection selection =
      SelectRdpCertificate(certificates, IntendedTemplates(input), input.moment.now,
                           IsTrue(user.facts.Get("user.hello_certificates_read")));
  user.facts.Put("user.rdp_certificate.exists", selection.exists);
  user.facts.Put("user.rdp_certificate.candidates", selection.candidates);
  PutPassportTable(user);
  PutHelloSetUp(user);
  PutIdentity(input, selection.row, user, facts);
  if (selection.row.empty()) {
    PutNothing(Like(selection.exists), user);
    return;
  }
  const std::span<const Cell> row = selection.row;
  PutRow(kPrefix, row, user.facts);
  PutAccount(row, input.EnvironmentSubject(), user, facts);
  Cell renewal = RenewalFrom(row);
  if (!selection.read && renewal.present() && renewal.value.time.earliest <= input.moment.now) {
    // The renewed one may be among what was not read.
    renewal = Cell::Unknown(certificates.why(), renewal.source);
  }
  user.facts.Put("user.rdp_certificate.renewal_from", renewal);
  user.facts.Put("user.rdp_certificate.template_is_intended",
                 TemplateIsIntended(row, input, IntendedTemplates(input)));
  user.facts.Put("user.rdp_certificate.issuer_is_declared_ca",
                 IssuerIsDeclared(row, input.EnvironmentSubject()));
}

void Derive(const DeriveInput& input, FactSpace& facts) {
  const FalseSignatures signatures = Signatures(input, facts);
  for (Subject& subject : facts.subjects()) {
    if (subject.kind == SubjectKind::kUser) {
      DeriveUser(input, signatures, subject, facts);
    }
  }
}

}  // namespace

extern const DerivationSpec kRdpCertificateDerivation;  // declared again by the generated list

const DerivationSpec kRdpCertificateDerivation = {.name = "rdp_certificate",
                                                  .scope = Scope::kDevice,
                                                  .facts = kFacts,
                                                  .tables = kTables,
                                                  .derive = Derive};

}  // namespace whfb::collectors
