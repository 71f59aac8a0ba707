// Chains from the collected stores, signatures checked with OpenSSL.

#include <array>
#include <span>
#include <vector>

#include "collectors/certificate_columns.h"
#include "collectors/collector.h"
#include "collectors/derived/chain_builder.h"
#include "collectors/derived/chain_crl.h"
#include "collectors/derived/chain_trust.h"
#include "collectors/derived/issuer_in_ntauth.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"user.rdp_certificate.chain_root_sha1", ValueType::kHex,
             "root that anchors the judged certificate"},
    FactSpec{"user.rdp_certificate.chain_proof", ValueType::kText,
             "weakest link: signature, key-id or name"},
    FactSpec{"user.rdp_certificate.chain_root_in_device_root", ValueType::kBool,
             "that root is in LocalMachine\\Root"},
    FactSpec{"user.rdp_certificate.chain_intermediates_in_device_ca", ValueType::kBool,
             "every intermediate is in LocalMachine\\CA"},
    FactSpec{"user.rdp_certificate.names_revocation", ValueType::kBool,
             "it says where its revocation is published, in a CRL or by OCSP"},
    FactSpec{"user.rdp_certificate.issuers_name_revocation", ValueType::kBool,
             "each CA of its chain but the root does"},
    FactSpec{"user.rdp_certificate.issuer_in_ntauth", ValueType::kBool,
             "the CA that issued it is in NTAuthCertificates"},
};

constexpr std::array kColumns0 = {
    ColumnSpec{"dc", ValueType::kDnsName, "domain controller", true},
    ColumnSpec{"root_sha1", ValueType::kHex, "root of its KDC certificate"},
    ColumnSpec{"proof", ValueType::kText, "weakest link: signature, key-id or name"},
    ColumnSpec{"trusted", ValueType::kBool, "the root is in LocalMachine\\Root"},
};

constexpr std::array kTrustColumns = {
    ColumnSpec{"dc", ValueType::kDnsName, "domain controller", true},
    ColumnSpec{"trusted", ValueType::kBool,
               "the root of the judged certificate is in its LocalMachine\\Root"},
};

constexpr std::array kTables = {
    TableSpec{"device.dc_root", "roots of the DC certificate chains as this device sees them",
              kColumns0},
    TableSpec{"user.dc_trust", "domain controllers that trust the judged certificate or do not",
              kTrustColumns},
};

// The root, unless nothing or only names prove it.
Cell RootCell(const Chain& chain, FactSpace& facts) {
  if (!chain.complete) {
    return Cell::Unknown(WhyUnknown::kNotCollected);
  }
  return chain.proof == ChainProof::kName ? Cell::Unknown(WhyUnknown::kAmbiguous)
                                          : facts.TextCell(chain.root()->sha1, {});
}

Cell ProofCell(const Chain& chain) {
  return chain.complete ? Cell::Text(ToString(chain.proof), {})
                        : Cell::Unknown(WhyUnknown::kNotCollected);
}

// The stores of a device.
struct Stores {
  const Table& roots;
  const Table& intermediates;
};

// The issuer cell of a certificate in the stores, for its reason.
Cell IssuerOf(const ChainNode& node, std::span<const Cell> leaf, const Stores& stores) {
  if (leaf[kSha1].present() && leaf[kSha1].value.text == node.sha1) {
    return leaf[kIssuer];
  }
  for (const Table* const store : {&stores.intermediates, &stores.roots}) {
    for (std::size_t i = 0; i < store->size(); ++i) {
      const std::span<const Cell> row = store->Row(i);
      if (row[kSha1].present() && row[kSha1].value.text == node.sha1) {
        return row[kIssuer];
      }
    }
  }
  return Cell::Unknown(WhyUnknown::kNotCollected);
}

// The answer for a chain that ends before a root: false where its next CA has a known name and no
// certificate of that CA is in either store.
Cell NextIsMissing(const Chain& chain,
                   const ChainNode& leaf,
                   std::span<const Cell> row,
                   const Stores& stores) {
  const ChainNode& last = chain.issuers.empty() ? leaf : *chain.issuers.back();
  if (chain.cut || last.self_issued) {
    return Cell::Unknown(WhyUnknown::kAmbiguous);
  }
  if (last.issuer.empty()) {
    const Cell issuer = IssuerOf(last, row, stores);
    return Cell::Unknown(issuer.why, issuer.source);
  }
  const Cell root = NotInStore(stores.roots, last.issuer, last.authority_key_id);
  return root.unknown() ? root
                        : NotInStore(stores.intermediates, last.issuer, last.authority_key_id);
}

// Whether an issuer is in the intermediate store. Where it is not but is in the root store, or may
// be a root, it is not known whether it belongs there.
Cell InIntermediates(const ChainNode& issuer, std::span<const Cell> row, const Stores& stores) {
  Cell one = InStore(stores.intermediates, issuer);
  if (one.present() && one.value.number == 0 && (issuer.trusted || issuer.issuer.empty())) {
    const Cell name = IssuerOf(issuer, row, stores);
    one = Cell::Unknown(name.unknown() ? name.why : WhyUnknown::kAmbiguous, name.source);
  }
  return one;
}

// What `missing` says where it is an issuer of the chain. Names alone, or the best of the paths
// that were followed, do not say that it is needed.
Cell Needed(const Chain& chain, const Cell& missing) {
  return chain.proof == ChainProof::kName || chain.cut
             ? Cell::Unknown(WhyUnknown::kAmbiguous, missing.source)
             : missing;
}

Cell IntermediatesCell(const Chain& chain,
                       const ChainNode& leaf,
                       std::span<const Cell> row,
                       const Stores& stores) {
  if (chain.complete && chain.proof == ChainProof::kName) {
    return Cell::Unknown(WhyUnknown::kAmbiguous);
  }
  // Below the root itself there is none that has to be here.
  Cell answer = Cell::Bool(true, stores.roots.source());
  const std::size_t count = chain.issuers.size() - (chain.complete ? 1 : 0);
  for (std::size_t i = 0; i < count; ++i) {
    const Cell one = InIntermediates(*chain.issuers[i], row, stores);
    if (one.present() && one.value.number == 0) {
      return Needed(chain, one);
    }
    answer = i == 0 || one.unknown() ? one : answer;
  }
  return chain.complete ? answer : NextIsMissing(chain, leaf, row, stores);
}

constexpr std::array<std::string_view, 7> kUserFacts = {
    "user.rdp_certificate.chain_root_sha1",
    "user.rdp_certificate.chain_proof",
    "user.rdp_certificate.chain_root_in_device_root",
    "user.rdp_certificate.chain_intermediates_in_device_ca",
    "user.rdp_certificate.issuer_in_ntauth",
    "user.rdp_certificate.names_revocation",
    "user.rdp_certificate.issuers_name_revocation"};

// The judged certificate, found again in its table.
std::span<const Cell> RowOf(const Table& table, const Cell& sha1) {
  for (std::size_t i = 0; sha1.present() && i < table.size(); ++i) {
    const std::span<const Cell> row = table.Row(i);
    if (row[kSha1].present() && row[kSha1].value.text == sha1.value.text) {
      return row;
    }
  }
  return {};
}

// Each certificate that may belong to a chain. What is trusted comes first: it stays so.
ChainBuilder BuilderFor(const Table* trusted,
                        const DeriveInput& input,
                        const Subject& device,
                        const FactSpace& facts) {
  ChainBuilder builder;
  if (trusted != nullptr) {
    builder.AddTable(*trusted, *input.environment, true);
  }
  builder.AddTable(device.facts.TableOf("device.root_certificate"), facts, trusted == nullptr);
  builder.AddTable(device.facts.TableOf("device.ca_certificate"), facts, false);
  if (const Subject* const environment = input.EnvironmentSubject(); environment != nullptr) {
    builder.AddTable(environment->facts.TableOf("environment.ca_certificate"), *input.environment,
                     false);
  }
  return builder;
}

// The table holds each domain controller that there is.
void CoverControllers(const DeriveInput& input, Table& table) {
  const Subject* const environment = input.EnvironmentSubject();
  const Cell complete =
      environment == nullptr ? Cell{} : environment->facts.Get("environment.dc_list_complete");
  const bool all = complete.present() && complete.value.number != 0;
  table.Cover(all ? Coverage::kComplete : Coverage::kPartial, WhyUnknown::kNotCollected);
}

// An answer from evidence of the environment: its numbers mean other items in the space of a
// device.
Cell WithoutSource(Cell answer) {
  answer.source = {};
  return answer;
}

// Which domain controllers trust this certificate, by their own root stores.
void DeriveTrust(const DeriveInput& input,
                 const ChainNode& leaf,
                 const Subject& device,
                 Subject& user,
                 FactSpace& facts) {
  if (input.environment == nullptr) {
    return;
  }
  Table& table = user.facts.TableOf("user.dc_trust");
  for (const Subject& controller : input.environment->subjects()) {
    if (controller.kind != SubjectKind::kDomainController) {
      continue;
    }
    const Table& roots = controller.facts.TableOf("dc.root_certificate");
    Cell trusted = Cell::Unknown(roots.why(), roots.source());
    if (roots.coverage() != Coverage::kNone || roots.size() != 0) {
      trusted = TrustedCell(BuilderFor(&roots, input, device, facts).Build(leaf), roots);
    }
    table.Add(std::array{facts.TextCell(controller.name, {}), WithoutSource(trusted)});
  }
  CoverControllers(input, table);
}

Cell InNtAuth(const DeriveInput& input, std::span<const Cell> row, const FactSpace& facts) {
  const Subject* const environment = input.EnvironmentSubject();
  return environment == nullptr
             ? Cell::Unknown(WhyUnknown::kAmbiguous, row[kIssuer].source)
             : WithoutSource(IssuerInNtAuth(row, facts, *environment, *input.environment));
}

Cell IssuersRevocation(const DeriveInput& input, const Chain& chain, const Stores& stores) {
  std::vector<const Table*> tables = {&stores.roots, &stores.intermediates};
  if (const Subject* const environment = input.EnvironmentSubject(); environment != nullptr) {
    tables.push_back(&environment->facts.TableOf("environment.ca_certificate"));
  }
  return WithoutSource(IssuersNameRevocation(chain, tables));
}

void DeriveUser(const DeriveInput& input,
                const ChainBuilder& builder,
                const Subject& device,
                Subject& user,
                FactSpace& facts) {
  const Cell& sha1 = user.facts.Get("user.rdp_certificate.sha1");
  const std::span<const Cell> row = RowOf(user.facts.TableOf("user.certificate"), sha1);
  if (row.empty()) {
    for (const std::string_view fact : kUserFacts) {
      user.facts.Put(fact, sha1.absent() ? sha1 : Cell::Unknown(sha1.why, sha1.source));
    }
    return;
  }
  const ChainNode leaf = NodeOfRow(row, facts);
  const Chain chain = builder.Build(leaf);
  const Stores stores = {.roots = device.facts.TableOf("device.root_certificate"),
                         .intermediates = device.facts.TableOf("device.ca_certificate")};
  user.facts.Put(kUserFacts[0], RootCell(chain, facts));
  user.facts.Put(kUserFacts[1], ProofCell(chain));
  user.facts.Put(kUserFacts[2], TrustedCell(chain, stores.roots));
  user.facts.Put(kUserFacts[3], IntermediatesCell(chain, leaf, row, stores));
  user.facts.Put(kUserFacts[4], InNtAuth(input, row, facts));
  user.facts.Put(kUserFacts[5], NamesRevocation(row));
  user.facts.Put(kUserFacts[6], IssuersRevocation(input, chain, stores));
  DeriveTrust(input, leaf, device, user, facts);
}

void DeriveControllers(const DeriveInput& input,
                       const ChainBuilder& builder,
                       Subject& device,
                       FactSpace& facts) {
  if (input.environment == nullptr) {
    return;
  }
  Table& table = device.facts.TableOf("device.dc_root");
  for (const Subject& controller : input.environment->subjects()) {
    if (controller.kind != SubjectKind::kDomainController) {
      continue;
    }
    const std::span<const Cell> row = RowOf(controller.facts.TableOf("dc.certificate"),
                                            controller.facts.Get("dc.kdc_certificate.sha1"));
    const Chain chain = row.empty() ? Chain{} : builder.Build(NodeOfRow(row, *input.environment));
    const std::array<Cell, kColumns0.size()> cells = {
        facts.TextCell(controller.name, {}), RootCell(chain, facts), ProofCell(chain),
        TrustedCell(chain, device.facts.TableOf("device.root_certificate"))};
    table.Add(cells);
  }
  CoverControllers(input, table);
}

void Derive(const DeriveInput& input, FactSpace& facts) {
  Subject& device = facts.Device();
  const ChainBuilder builder = BuilderFor(nullptr, input, device, facts);
  for (Subject& subject : facts.subjects()) {
    if (subject.kind == SubjectKind::kUser) {
      DeriveUser(input, builder, device, subject, facts);
    }
  }
  DeriveControllers(input, builder, device, facts);
}

}  // namespace

extern const DerivationSpec kChainDerivation;  // declared again by the generated list

const DerivationSpec kChainDerivation = {
    .name = "chain", .scope = Scope::kDevice, .facts = kFacts, .tables = kTables, .derive = Derive};

}  // namespace whfb::collectors
