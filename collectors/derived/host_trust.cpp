// Whether a Remote Desktop host trusts the CAs that issue certificates for signing in.

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "collectors/certificate_columns.h"
#include "collectors/collector.h"
#include "collectors/derived/chain_builder.h"
#include "collectors/derived/chain_trust.h"
#include "collectors/derived/issuing_cas.h"
#include "collectors/derived/judged_certificate.h"

namespace whfb::collectors {

namespace {

enum CaColumn : unsigned { kCaSha1, kCaSubject, kCaTrusted };

constexpr std::array kColumns = {
    ColumnSpec{"sha1", ValueType::kHex, "thumbprint of the CA certificate", true},
    ColumnSpec{"subject", ValueType::kDn, "name of the CA"},
    ColumnSpec{"trusted", ValueType::kBool, "its root is in LocalMachine\\Root of the host"},
};

constexpr std::array kTables = {
    TableSpec{"device.issuing_ca", "CAs that issue, as a Remote Desktop host sees them", kColumns},
};

// A CA that is a root itself is its own chain; a cross certificate of one root for the next key of
// the same is not.
Cell Trusted(const ChainNode& ca, const ChainBuilder& builder, const Table& roots) {
  if (!ca.self_issued) {
    return TrustedCell(builder.Build(ca), roots);
  }
  const bool own_key = ca.authority_key_id.empty() || ca.subject_key_id.empty() ||
                       ca.authority_key_id == ca.subject_key_id;
  return own_key ? InStore(roots, ca) : Cell::Unknown(WhyUnknown::kAmbiguous, roots.source());
}

using CaRow = std::array<Cell, kColumns.size()>;

CaRow RowOfCa(std::string_view sha1,
              const FactSpace& environment,
              const ChainBuilder& builder,
              FactSpace& facts) {
  const Table& known =
      environment.Find(SubjectKind::kEnvironment)->facts.TableOf("environment.ca_certificate");
  CaRow cells = {facts.TextCell(sha1, {})};
  for (std::size_t i = 0; i < known.size(); ++i) {
    const std::span<const Cell> row = known.Row(i);
    if (TextIs(row[kSha1], sha1) == Truth::kTrue) {
      const ChainNode node = NodeOfRow(row, environment);
      cells[kCaSubject] = facts.TextCell(node.subject, {});
      cells[kCaTrusted] =
          Trusted(node, builder, facts.Device().facts.TableOf("device.root_certificate"));
    }
  }
  return cells;
}

// Which of the CAs of a forest issue for signing in, only a declaration tells; and of the
// generations of one CA that are valid beside each other, the newest does.
void Doubt(bool declared, std::vector<CaRow>& rows) {
  const auto trusts_another = [&rows](const CaRow& row) {
    return std::ranges::any_of(rows, [&row](const CaRow& other) {
      return &other != &row && IsTrue(other[kCaTrusted]) != Truth::kFalse &&
             SameAnswer(other[kCaSubject], row[kCaSubject], ValueType::kDn);
    });
  };
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (IsTrue(rows[i][kCaTrusted]) == Truth::kFalse && (!declared || trusts_another(rows[i]))) {
      open.push_back(i);
    }
  }
  for (const std::size_t i : open) {
    rows[i][kCaTrusted] = Cell::Unknown(WhyUnknown::kAmbiguous, rows[i][kCaTrusted].source);
  }
}

void Derive(const DeriveInput& input, FactSpace& facts) {
  const Subject* const environment = input.EnvironmentSubject();
  SubjectFacts& device = facts.Device().facts;
  if (environment == nullptr || IsTrue(device.Get("device.is_remote_host")) != Truth::kTrue) {
    return;
  }
  ChainBuilder builder;
  builder.AddTable(device.TableOf("device.root_certificate"), facts, true);
  builder.AddTable(device.TableOf("device.ca_certificate"), facts, false);
  builder.AddTable(environment->facts.TableOf("environment.ca_certificate"), *input.environment,
                   false);
  const IssuingCas cas = IssuingCasOf(*environment, input.moment.now);
  std::vector<CaRow> rows;
  for (const std::string_view sha1 : cas.sha1) {
    rows.push_back(RowOfCa(sha1, *input.environment, builder, facts));
  }
  Doubt(cas.declared, rows);
  Table& table = device.TableOf("device.issuing_ca");
  for (const CaRow& row : rows) {
    table.Add(row);
  }
  table.Cover(cas.all && cas.every_known ? Coverage::kComplete : Coverage::kPartial,
              WhyUnknown::kNotCollected);
}

}  // namespace

extern const DerivationSpec kHostTrustDerivation;  // declared again by the generated list

const DerivationSpec kHostTrustDerivation = {
    .name = "host_trust", .scope = Scope::kDevice, .tables = kTables, .derive = Derive};

}  // namespace whfb::collectors
