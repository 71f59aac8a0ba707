// The one certificate per DC that the dc.* rules judge (design: judged rows).

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <tuple>

#include "collectors/certificate_rows.h"
#include "collectors/collector.h"
#include "collectors/derived/chain_builder.h"
#include "collectors/derived/judged_certificate.h"
#include "collectors/derived/ntauth_issuer.h"
#include "collectors/dn_text.h"

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
    FactSpec{"dc.kdc_certificate.issuer_in_ntauth", ValueType::kBool,
             "the CA that issued it is in NTAuthCertificates"},
};

constexpr std::string_view kPrefix = "dc.kdc_certificate";
constexpr std::array<std::string_view, 3> kTemplates = {
    "DomainController", "DomainControllerAuthentication", "KerberosAuthentication"};
constexpr std::array<std::string_view, 5> kDerivedNames = {
    "dc.kdc_certificate.san_has_domain", "dc.kdc_certificate.cdp_has_http",
    "dc.kdc_certificate.chain_root_sha1", "dc.kdc_certificate.chain_proof",
    "dc.kdc_certificate.issuer_in_ntauth"};

struct Judged {
  std::span<const Cell> row{};
  Truth kdc = Truth::kUnknown;
  Truth by_template = Truth::kFalse;
  Truth logon = Truth::kUnknown;
  Truth candidate = Truth::kUnknown;
  Truth key = Truth::kUnknown;
};

// The key is there, or at least the store names one.
Truth HasKey(std::span<const Cell> row) {
  if (row[kKeyPresent].present()) {
    return IsTrue(row[kKeyPresent]);
  }
  const Cell& provider = row[kProvider];
  return provider.unknown() ? Truth::kUnknown : provider.present() ? Truth::kTrue : Truth::kFalse;
}

Judged Judge(std::span<const Cell> row) {
  Judged judged = {.row = row,
                   .kdc = ListHas(row[kEku], kKdcEku),
                   .logon = ListHas(row[kEku], kSmartCardLogonEku),
                   .key = HasKey(row)};
  for (const std::string_view name : kTemplates) {
    judged.by_template = Or(judged.by_template, TextIs(row[kTemplateName], name));
  }
  // A loose file does not tell whether its store has it archived; only a "yes" counts.
  const Truth archived = IsTrue(row[kArchived]) == Truth::kTrue ? Truth::kTrue : Truth::kFalse;
  judged.candidate = And(Not(archived), Or(Or(judged.kdc, judged.by_template), judged.logon));
  return judged;
}

bool Better(const Judged& a, const Judged& b) {
  const auto rank = [](const Judged& one) {
    const Cell& start = one.row[kNotBefore];
    return std::tuple(one.kdc, one.by_template, one.logon, one.key,
                      start.present() ? start.value.time.latest : 0);
  };
  if (rank(a) != rank(b)) {
    return rank(a) > rank(b);
  }
  return a.row[kSha1].value.text < b.row[kSha1].value.text;
}

// The selected row in `row`; empty when there is none or it cannot be told.
Cell Select(const Table& certificates, std::span<const Cell>& row) {
  Judged best;
  bool found = false;
  const Cell* undecided = nullptr;
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    const Judged judged = Judge(certificates.Row(i));
    if (judged.candidate == Truth::kUnknown) {
      undecided = &judged.row[kSha1];
    }
    if (judged.candidate == Truth::kTrue && (!found || Better(judged, best))) {
      best = judged;
      found = true;
    }
  }
  if (undecided != nullptr && (!found || best.kdc != Truth::kTrue)) {
    return Cell::Unknown(WhyUnknown::kAmbiguous, undecided->source);
  }
  if (found) {
    row = best.row;
    return Cell::Bool(true, row[kSha1].source);
  }
  return certificates.coverage() == Coverage::kComplete
             ? Cell::Bool(false, certificates.source())
             : Cell::Unknown(certificates.why(), certificates.source());
}

// The AD domain: the declared one that the host is in, else a SAN entry above the host.
Cell DomainOf(std::string_view host,
              std::span<const Cell> row,
              std::span<const std::string_view> declared) {
  std::string_view best;
  for (const std::string_view domain : declared) {
    best = IsBelowDomain(host, domain) && domain.size() > best.size() ? domain : best;
  }
  if (!best.empty()) {
    return Cell::Text(best, {});
  }
  if (row.empty() || !row[kSanDns].present()) {
    return Cell::Unknown(WhyUnknown::kNotCollected);
  }
  for (const std::string_view name : row[kSanDns].value.list) {
    best = IsBelowDomain(host, name) && name.size() > best.size() ? name : best;
  }
  return best.empty() ? Cell::Unknown(WhyUnknown::kNotCollected)
                      : Cell::Text(best, row[kSanDns].source);
}

// Without a known domain the answer is still "no" when no entry could be one: only the host
// itself and names without a dot are there.
Cell SanHasDomain(std::string_view host, const Cell& san, const Cell& domain) {
  if (san.unknown()) {
    return Cell::Unknown(san.why, san.source);
  }
  if (san.absent()) {
    return Cell::Bool(false, san.source);
  }
  if (domain.present()) {
    return Cell::Bool(ListHas(san, domain.value.text) == Truth::kTrue, san.source);
  }
  const bool possible = std::ranges::any_of(san.value.list, [&](std::string_view name) {
    return name != host && name.find('.') != std::string_view::npos;
  });
  return possible ? Cell::Unknown(WhyUnknown::kAmbiguous, san.source)
                  : Cell::Bool(false, san.source);
}

Cell CdpHasHttp(const Cell& cdp) {
  if (!cdp.present()) {
    return cdp.absent() ? Cell::Bool(false, cdp.source) : Cell::Unknown(cdp.why, cdp.source);
  }
  constexpr std::string_view kHttp = "http://";
  return Cell::Bool(std::ranges::any_of(cdp.value.list,
                                        [&](std::string_view uri) {
                                          return SameText(uri.substr(0, kHttp.size()), kHttp);
                                        }),
                    cdp.source);
}

void PutChain(const ChainBuilder& builder,
              std::span<const Cell> row,
              Subject& controller,
              FactSpace& facts) {
  const ChainNode leaf = NodeOfRow(row, facts);
  const Chain chain = builder.Build(leaf);
  Cell root = Cell::Unknown(WhyUnknown::kNotCollected);
  if (chain.complete) {
    root = chain.proof == ChainProof::kName ? Cell::Unknown(WhyUnknown::kAmbiguous)
                                            : facts.TextCell(chain.root()->sha1, {});
  }
  controller.facts.Put("dc.kdc_certificate.chain_root_sha1", root);
  controller.facts.Put("dc.kdc_certificate.chain_proof",
                       chain.complete ? Cell::Text(ToString(chain.proof), {})
                                      : Cell::Unknown(WhyUnknown::kNotCollected));
  const SubjectFacts& environment = facts.Environment().facts;
  controller.facts.Put(
      "dc.kdc_certificate.issuer_in_ntauth",
      IssuerInNtAuth(builder, leaf, environment.TableOf("environment.ntauth_certificate")));
}

void DeriveController(const ChainBuilder& builder,
                      std::span<const std::string_view> domains,
                      Subject& controller,
                      FactSpace& facts) {
  std::span<const Cell> row;
  const Cell exists = Select(controller.facts.TableOf("dc.certificate"), row);
  const Cell domain = DomainOf(controller.name, row, domains);
  controller.facts.Put("dc.kdc_certificate.exists", exists);
  controller.facts.Put("dc.domain_dns_name", domain);
  if (row.empty()) {
    const Cell answer =
        exists.unknown() ? Cell::Unknown(exists.why, exists.source) : Cell::Absent(exists.source);
    PutEveryColumn(kPrefix, answer, controller.facts);
    for (const std::string_view name : kDerivedNames) {
      controller.facts.Put(name, answer);
    }
    return;
  }
  PutRow(kPrefix, row, controller.facts);
  controller.facts.Put("dc.kdc_certificate.san_has_domain",
                       SanHasDomain(controller.name, row[kSanDns], domain));
  controller.facts.Put("dc.kdc_certificate.cdp_has_http", CdpHasHttp(row[kCdp]));
  PutChain(builder, row, controller, facts);
}

void Derive(const DeriveInput& /*input*/, FactSpace& facts) {
  const Subject& environment = facts.Environment();
  ChainBuilder builder;
  builder.AddTable(environment.facts.TableOf("environment.ca_certificate"), facts, false);
  const Cell& domains = environment.facts.Get("environment.domains");
  for (Subject& subject : facts.subjects()) {
    if (subject.kind == SubjectKind::kDomainController) {
      DeriveController(builder,
                       domains.present() ? domains.value.list : std::span<const std::string_view>{},
                       subject, facts);
    }
  }
}

}  // namespace

extern const DerivationSpec kKdcCertificateDerivation;  // declared again by the generated list

const DerivationSpec kKdcCertificateDerivation = {
    .name = "kdc_certificate", .scope = Scope::kEnvironment, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors
