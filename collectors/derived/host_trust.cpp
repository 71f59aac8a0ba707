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

// A CA that is a root itself is its own chain.
Cell Trusted(const ChainNode& ca, const ChainBuilder& builder, const Table& roots) {
  if (!ca.self_issued) {
    return TrustedCell(builder.Build(ca), roots);
  }
  return InStore(roots, ca);
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

// Nobody declared which of the CAs of the forest issue for signing in: one that the host trusts may
// be it.
void Doubt(std::vector<CaRow>& rows) {
  const bool some = std::ranges::any_of(
      rows, [](const CaRow& row) { return IsTrue(row[kCaTrusted]) == Truth::kTrue; });
  for (CaRow& row : rows) {
    if (some && IsTrue(row[kCaTrusted]) == Truth::kFalse) {
      row[kCaTrusted] = Cell::Unknown(WhyUnknown::kAmbiguous, row[kCaTrusted].source);
    }
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
  const IssuingCas cas = IssuingCasOf(*environment);
  std::vector<CaRow> rows;
  for (const std::string_view sha1 : cas.sha1) {
    rows.push_back(RowOfCa(sha1, *input.environment, builder, facts));
  }
  if (ListOf(environment, "environment.issuing_cas").empty()) {
    Doubt(rows);
  }
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
