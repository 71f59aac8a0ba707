// Chains from the collected stores, signatures checked with OpenSSL.

#include <array>
#include <span>

#include "collectors/certificate_columns.h"
#include "collectors/collector.h"
#include "collectors/derived/chain_builder.h"
#include "collectors/derived/ntauth_issuer.h"

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
    FactSpec{"user.rdp_certificate.issuer_in_ntauth", ValueType::kBool,
             "the CA that issued it is in NTAuthCertificates"},
};

constexpr std::array kColumns0 = {
    ColumnSpec{"dc", ValueType::kDnsName, "domain controller", true},
    ColumnSpec{"root_sha1", ValueType::kHex, "root of its KDC certificate"},
    ColumnSpec{"proof", ValueType::kText, "weakest link: signature, key-id or name"},
    ColumnSpec{"trusted", ValueType::kBool, "the root is in LocalMachine\\Root"},
};

constexpr std::array kTables = {
    TableSpec{"device.dc_root", "roots of the DC certificate chains as this device sees them",
              kColumns0},
};

// Facts and tables of the environment as this device sees it; null when it has none.
const Subject* EnvironmentOf(const DeriveInput& input) {
  return input.environment == nullptr ? nullptr
                                      : input.environment->Find(SubjectKind::kEnvironment);
}

// Whether a store holds this certificate; unknown when rows may be missing.
Cell InStore(const Table& store, std::string_view sha1) {
  for (std::size_t i = 0; i < store.size(); ++i) {
    const Cell& cell = store.Row(i)[kSha1];
    if (cell.present() && cell.value.text == sha1) {
      return Cell::Bool(true, cell.source);
    }
  }
  return store.coverage() == Coverage::kComplete ? Cell::Bool(false, store.source())
                                                 : Cell::Unknown(store.why(), store.source());
}

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

Cell TrustedCell(const Chain& chain, const Table& roots) {
  if (!chain.complete) {
    return Cell::Unknown(WhyUnknown::kNotCollected);
  }
  return chain.proof == ChainProof::kName ? Cell::Unknown(WhyUnknown::kAmbiguous)
                                          : InStore(roots, chain.root()->sha1);
}

Cell IntermediatesCell(const Chain& chain, const Table& roots, const Table& intermediates) {
  if (chain.complete && chain.proof == ChainProof::kName) {
    return Cell::Unknown(WhyUnknown::kAmbiguous);
  }
  Cell answer = Cell::Bool(true, {});
  const std::size_t count = chain.issuers.size() - (chain.complete ? 1 : 0);
  for (std::size_t i = 0; i < count; ++i) {
    const Cell one = InStore(intermediates, chain.issuers[i]->sha1);
    if (one.present() && one.value.number == 0) {
      return one;
    }
    answer = one.unknown() ? one : answer;
  }
  if (chain.complete) {
    return answer;
  }
  // The next issuer is in none of the stores; that is certain only when both were read whole.
  const bool whole = chain.issuers.size() < kMaxChainDepth &&
                     roots.coverage() == Coverage::kComplete &&
                     intermediates.coverage() == Coverage::kComplete;
  return whole ? Cell::Bool(false, intermediates.source())
               : Cell::Unknown(WhyUnknown::kNotCollected);
}

constexpr std::array<std::string_view, 5> kUserFacts = {
    "user.rdp_certificate.chain_root_sha1", "user.rdp_certificate.chain_proof",
    "user.rdp_certificate.chain_root_in_device_root",
    "user.rdp_certificate.chain_intermediates_in_device_ca",
    "user.rdp_certificate.issuer_in_ntauth"};

// The row of the selected certificate, or an empty span.
std::span<const Cell> SelectedRow(const Subject& user) {
  const Cell& sha1 = user.facts.Get("user.rdp_certificate.sha1");
  const Table& table = user.facts.TableOf("user.certificate");
  for (std::size_t i = 0; sha1.present() && i < table.size(); ++i) {
    const std::span<const Cell> row = table.Row(i);
    if (row[kSha1].present() && row[kSha1].value.text == sha1.value.text) {
      return row;
    }
  }
  return {};
}

void DeriveUser(const ChainBuilder& builder,
                const Subject& device,
                const Subject* environment,
                Subject& user,
                FactSpace& facts) {
  const std::span<const Cell> row = SelectedRow(user);
  const Cell& sha1 = user.facts.Get("user.rdp_certificate.sha1");
  if (row.empty()) {
    for (const std::string_view fact : kUserFacts) {
      user.facts.Put(fact, sha1.absent() ? sha1 : Cell::Unknown(sha1.why, sha1.source));
    }
    return;
  }
  const ChainNode leaf = NodeOfRow(row, facts);
  const Chain chain = builder.Build(leaf);
  const Table& roots = device.facts.TableOf("device.root_certificate");
  user.facts.Put(kUserFacts[0], RootCell(chain, facts));
  user.facts.Put(kUserFacts[1], ProofCell(chain));
  user.facts.Put(kUserFacts[2], TrustedCell(chain, roots));
  user.facts.Put(kUserFacts[3],
                 IntermediatesCell(chain, roots, device.facts.TableOf("device.ca_certificate")));
  user.facts.Put(
      kUserFacts[4],
      environment == nullptr
          ? Cell::Unknown(WhyUnknown::kAmbiguous)
          : IssuerInNtAuth(builder, leaf,
                           environment->facts.TableOf("environment.ntauth_certificate")));
}

// The judged certificate of a DC, found again in its table.
std::span<const Cell> KdcRow(const Subject& controller) {
  const Cell& sha1 = controller.facts.Get("dc.kdc_certificate.sha1");
  const Table& table = controller.facts.TableOf("dc.certificate");
  for (std::size_t i = 0; sha1.present() && i < table.size(); ++i) {
    const std::span<const Cell> row = table.Row(i);
    if (row[kSha1].present() && row[kSha1].value.text == sha1.value.text) {
      return row;
    }
  }
  return {};
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
    const std::span<const Cell> row = KdcRow(controller);
    const Chain chain = row.empty() ? Chain{} : builder.Build(NodeOfRow(row, *input.environment));
    const std::array<Cell, kColumns0.size()> cells = {
        facts.TextCell(controller.name, {}), RootCell(chain, facts), ProofCell(chain),
        TrustedCell(chain, device.facts.TableOf("device.root_certificate"))};
    table.Add(cells);
  }
  const Subject* const environment = EnvironmentOf(input);
  const Cell complete =
      environment == nullptr ? Cell{} : environment->facts.Get("environment.dc_list_complete");
  const bool all = complete.present() && complete.value.number != 0;
  table.Cover(all ? Coverage::kComplete : Coverage::kPartial, WhyUnknown::kNotCollected);
}

void Derive(const DeriveInput& input, FactSpace& facts) {
  Subject& device = facts.Device();
  ChainBuilder builder;
  builder.AddTable(device.facts.TableOf("device.root_certificate"), facts, true);
  builder.AddTable(device.facts.TableOf("device.ca_certificate"), facts, false);
  const Subject* const environment = EnvironmentOf(input);
  if (environment != nullptr) {
    builder.AddTable(environment->facts.TableOf("environment.ca_certificate"), *input.environment,
                     false);
  }
  for (Subject& subject : facts.subjects()) {
    if (subject.kind == SubjectKind::kUser) {
      DeriveUser(builder, device, environment, subject, facts);
    }
  }
  DeriveControllers(input, builder, device, facts);
}

}  // namespace

extern const DerivationSpec kChainDerivation;  // declared again by the generated list

const DerivationSpec kChainDerivation = {
    .name = "chain", .scope = Scope::kDevice, .facts = kFacts, .tables = kTables, .derive = Derive};

}  // namespace whfb::collectors
