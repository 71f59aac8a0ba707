// The one certificate per DC that the dc.* rules judge (design: judged rows).

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

#include "collectors/certificate_rows.h"
#include "collectors/collector.h"
#include "collectors/derived/chain_builder.h"
#include "collectors/derived/chain_crl.h"
#include "collectors/derived/dc_domain.h"
#include "collectors/derived/issuer_in_ntauth.h"
#include "collectors/derived/judged_certificate.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"environment.invalid_kdc_certificate_seen", ValueType::kBool,
             "the evidence shows a domain controller whose certificate is not valid now"},
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
    FactSpec{"dc.kdc_certificate.issuers_have_http_cdp", ValueType::kBool,
             "each CA of its chain but the root has a plain HTTP CRL distribution point"},
    FactSpec{"dc.kdc_certificate.issuers_without_http_cdp", ValueType::kList,
             "CAs of its chain that have none", "", ValueType::kDn},
    FactSpec{"dc.kdc_certificate.chain_root_sha1", ValueType::kHex,
             "root by the collected CA certificates"},
    FactSpec{"dc.kdc_certificate.chain_proof", ValueType::kText, "weakest link"},
    FactSpec{"dc.kdc_certificate.issuer_in_ntauth", ValueType::kBool,
             "the CA that issued it is in NTAuthCertificates"},
};

constexpr std::string_view kPrefix = "dc.kdc_certificate";
constexpr std::array<std::string_view, 3> kTemplates = {
    "DomainController", "DomainControllerAuthentication", "KerberosAuthentication"};
constexpr std::array<std::string_view, 7> kDerivedNames = {
    "dc.kdc_certificate.issuer_in_ntauth",
    "dc.kdc_certificate.san_has_domain",
    "dc.kdc_certificate.cdp_has_http",
    "dc.kdc_certificate.issuers_have_http_cdp",
    "dc.kdc_certificate.issuers_without_http_cdp",
    "dc.kdc_certificate.chain_root_sha1",
    "dc.kdc_certificate.chain_proof"};

struct Judged {
  std::span<const Cell> row{};
  Truth kdc = Truth::kUnknown;
  Truth by_template = Truth::kFalse;
  Truth logon = Truth::kUnknown;
  Truth candidate = Truth::kUnknown;
  Truth key = Truth::kUnknown;
  Truth valid = Truth::kUnknown;
};

// The key is there, or at least the store names one.
Truth HasKey(std::span<const Cell> row) {
  if (row[kKeyPresent].present()) {
    return IsTrue(row[kKeyPresent]);
  }
  const Cell& provider = row[kProvider];
  return provider.unknown() ? Truth::kUnknown : provider.present() ? Truth::kTrue : Truth::kFalse;
}

Judged Judge(std::span<const Cell> row, Ticks now) {
  Judged judged = {.row = row,
                   .kdc = ListHas(row[kEku], kKdcEku),
                   .logon = ListHas(row[kEku], kSmartCardLogonEku),
                   .key = HasKey(row),
                   .valid = ValidAt(row, now)};
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

// Nothing that was not read, or not shown, takes from it that it serves.
bool Settled(const Judged& best) {
  return best.kdc == Truth::kTrue && best.valid == Truth::kTrue && best.key != Truth::kFalse;
}

// What a row does not show of itself may make it the one that is in use.
bool MayBeBetter(const Judged& row, const Judged& best) {
  const auto most = [](Truth truth) {
    return truth == Truth::kFalse ? Truth::kFalse : Truth::kTrue;
  };
  const auto least = [](Truth truth) {
    return truth == Truth::kTrue ? Truth::kTrue : Truth::kFalse;
  };
  const auto start = [](const Judged& one, Ticks otherwise) {
    const Cell& from = one.row[kNotBefore];
    return from.present() ? from.value.time.latest : otherwise;
  };
  return row.valid != Truth::kFalse &&
         std::tuple(most(row.kdc), most(row.by_template), most(row.logon), most(row.key),
                    start(row, std::numeric_limits<Ticks>::max())) >
             std::tuple(least(best.kdc), least(best.by_template), least(best.logon),
                        least(best.key), start(best, 0));
}

// The rows that are candidates, or may be.
std::vector<Judged> PossibleRows(const Table& certificates, Ticks now) {
  std::vector<Judged> possible;
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    const Judged judged = Judge(certificates.Row(i), now);
    if (judged.candidate != Truth::kFalse) {
      possible.push_back(judged);
    }
  }
  return possible;
}

// Why it is not known whether this row is the one; damage says more than "not shown".
Cell Undecided(const Judged& row) {
  const Cell& eku = row.row[kEku];
  const bool damaged = eku.unknown() && eku.why == WhyUnknown::kMalformed;
  return Cell::Unknown(damaged ? WhyUnknown::kMalformed : WhyUnknown::kAmbiguous,
                       row.row[kSha1].source);
}

struct Selection {
  Cell exists{};
  std::span<const Cell> row{};  // empty when there is none or it cannot be told
  bool only_invalid = false;    // none of the rows that may be it is known to be valid
};

// A listing that was cut, or is old, may hide a better one. Where there is only a certificate file
// that is all there is to judge.
bool MayHideRows(const Table& certificates) {
  return certificates.coverage() != Coverage::kComplete &&
         certificates.why() != WhyUnknown::kNotCollected;
}

// Why it is open whether another row is better than the best one; nothing when it is not.
std::optional<Cell> Doubt(const Table& certificates,
                          std::span<const Judged> possible,
                          const Judged& best) {
  if (Settled(best)) {
    return std::nullopt;
  }
  const auto rival = std::ranges::find_if(possible, [&](const Judged& judged) {
    return judged.row.data() != best.row.data() && MayBeBetter(judged, best);
  });
  if (rival != possible.end()) {
    return Undecided(*rival);
  }
  return MayHideRows(certificates)
             ? std::optional(Cell::Unknown(certificates.why(), certificates.source()))
             : std::nullopt;
}

Cell SelectFrom(const Table& certificates,
                std::span<const Judged> possible,
                std::span<const Cell>& row) {
  const Judged* best = nullptr;
  const Judged* undecided = nullptr;
  for (const Judged& judged : possible) {
    if (judged.candidate == Truth::kUnknown) {
      undecided = &judged;
    } else if (best == nullptr || Better(judged, *best)) {
      best = &judged;
    }
  }
  if (undecided != nullptr && (best == nullptr || best->kdc != Truth::kTrue)) {
    return Undecided(*undecided);
  }
  if (best == nullptr) {
    return certificates.coverage() == Coverage::kComplete
               ? Cell::Bool(false, certificates.source())
               : Cell::Unknown(certificates.why(), certificates.source());
  }
  if (const std::optional<Cell> open = Doubt(certificates, possible, *best)) {
    return *open;
  }
  row = best->row;
  return Cell::Bool(true, row[kSha1].source);
}

Selection Select(const Table& certificates, Ticks now) {
  const std::vector<Judged> possible = PossibleRows(certificates, now);
  Selection selection;
  selection.exists = SelectFrom(certificates, possible, selection.row);
  selection.only_invalid =
      !possible.empty() && std::ranges::none_of(possible, [](const Judged& judged) {
        return judged.valid == Truth::kTrue;
      });
  return selection;
}

void PutChain(const ChainBuilder& builder,
              std::span<const Cell> row,
              Subject& controller,
              FactSpace& facts) {
  const Chain chain = builder.Build(NodeOfRow(row, facts));
  const IssuerCrls crls =
      CrlsOfIssuers(chain, facts.Environment().facts.TableOf("environment.ca_certificate"));
  controller.facts.Put("dc.kdc_certificate.issuers_have_http_cdp", crls.all);
  controller.facts.Put("dc.kdc_certificate.issuers_without_http_cdp",
                       crls.all.unknown() ? Cell::Unknown(crls.all.why, crls.all.source)
                                          : facts.ListCell(crls.without, crls.all.source));
  Cell root = Cell::Unknown(WhyUnknown::kNotCollected);
  if (chain.complete) {
    root = chain.proof == ChainProof::kName ? Cell::Unknown(WhyUnknown::kAmbiguous)
                                            : facts.TextCell(chain.root()->sha1, {});
  }
  controller.facts.Put("dc.kdc_certificate.chain_root_sha1", root);
  controller.facts.Put("dc.kdc_certificate.chain_proof",
                       chain.complete ? Cell::Text(ToString(chain.proof), {})
                                      : Cell::Unknown(WhyUnknown::kNotCollected));
}

void DeriveController(const ChainBuilder& builder,
                      const SubjectFacts& environment,
                      const Selection& selection,
                      Subject& controller,
                      FactSpace& facts) {
  const auto& [exists, row, only_invalid] = selection;
  const Cell domain =
      DomainOfHost(controller.name, row.empty() ? Cell{} : row[kSanDns], environment);
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
  controller.facts.Put("dc.kdc_certificate.cdp_has_http", HasHttpAddress(row[kCdp]));
  controller.facts.Put("dc.kdc_certificate.issuer_in_ntauth",
                       IssuerInNtAuth(row, facts, facts.Environment(), facts));
  PutChain(builder, row, controller, facts);
}

// Whether this domain controller shows that its certificate is not valid now.
Cell SeenInvalid(const Selection& selection, Ticks now) {
  if (!selection.row.empty()) {
    const Cell& end = selection.row[kNotAfter];
    const Truth valid = ValidAt(selection.row, now);
    return valid == Truth::kUnknown ? Cell::Unknown(WhyUnknown::kAmbiguous, end.source)
                                    : Cell::Bool(valid == Truth::kFalse, end.source);
  }
  return selection.exists.unknown() && selection.only_invalid
             ? Cell::Unknown(selection.exists.why, selection.exists.source)
             : Cell::Bool(false, {});
}

void Derive(const DeriveInput& input, FactSpace& facts) {
  Subject& environment = facts.Environment();
  ChainBuilder builder;
  builder.AddTable(environment.facts.TableOf("environment.ca_certificate"), facts, false);
  Cell invalid = Cell::Bool(false, {});
  for (Subject& subject : facts.subjects()) {
    if (subject.kind != SubjectKind::kDomainController) {
      continue;
    }
    const Selection selection = Select(subject.facts.TableOf("dc.certificate"), input.moment.now);
    DeriveController(builder, environment.facts, selection, subject, facts);
    const Cell seen = SeenInvalid(selection, input.moment.now);
    const bool yes = invalid.present() && invalid.value.number != 0;
    if (!yes && (seen.unknown() || seen.value.number != 0)) {
      invalid = seen;
    }
  }
  environment.facts.Put("environment.invalid_kdc_certificate_seen", invalid);
}

}  // namespace

extern const DerivationSpec kKdcCertificateDerivation;  // declared again by the generated list

const DerivationSpec kKdcCertificateDerivation = {
    .name = "kdc_certificate", .scope = Scope::kEnvironment, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors
