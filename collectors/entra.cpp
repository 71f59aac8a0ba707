// Users and certificate connectors of the tenant, from Microsoft Graph (resources user and
// ndesConnector). Who is not listed may be in a list that nobody exported.

#include <array>
#include <string_view>

#include "collectors/collector.h"
#include "collectors/known_cells.h"
#include "collectors/readers/entra_record.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

constexpr std::array kUserColumns = {
    ColumnSpec{"upn", ValueType::kUpn, "userPrincipalName", true},
    ColumnSpec{"synced", ValueType::kBool, "onPremisesSyncEnabled; absent: never"},
    ColumnSpec{"ad_upn", ValueType::kUpn, "onPremisesUserPrincipalName"},
    ColumnSpec{"ad_domain", ValueType::kDnsName, "onPremisesDomainName"},
    ColumnSpec{"ad_sid", ValueType::kSid, "onPremisesSecurityIdentifier"},
};

constexpr std::array kConnectorColumns = {
    ColumnSpec{"id", ValueType::kText, "id", true},
    ColumnSpec{"name", ValueType::kText, "displayName"},
    ColumnSpec{"state", ValueType::kText, "state: none, active, inactive"},
    ColumnSpec{"version", ValueType::kText, "connectorVersion"},
    ColumnSpec{"last_seen", ValueType::kText, "lastConnectionDateTime"},
};

constexpr std::array kTables = {
    TableSpec{"environment.entra_user", "users of the tenant", kUserColumns},
    TableSpec{"environment.connector", "certificate connectors of Intune", kConnectorColumns},
};

constexpr std::array kFacts = {
    FactSpec{"environment.active_connector", ValueType::kText,
             "a certificate connector whose state is active; absent: none of the whole list"},
};

using readers::CertificateConnector;
using readers::EntraUser;
using readers::Known;

Cell LowerCell(const Known<std::string_view>& field, const Provenance& source, FactSpace& facts) {
  return field.present() ? facts.TextCell(LowerAscii(field.value), source)
                         : NotPresent(field, source);
}

Cell TextOr(std::string_view text, const Provenance& source, FactSpace& facts) {
  return text.empty() ? Cell::Unknown(WhyUnknown::kNotCollected, source)
                      : facts.TextCell(text, source);
}

void AddUser(const EntraUser& user, FactSpace& facts) {
  Table& table = facts.Environment().facts.TableOf("environment.entra_user");
  table.Add(
      std::array{facts.TextCell(LowerAscii(user.upn), user.source),
                 CellOf(user.sync_enabled, user.source), LowerCell(user.ad_upn, user.source, facts),
                 LowerCell(user.ad_domain, user.source, facts), CellOf(user.ad_sid, user.source)});
  table.Cover(Coverage::kPartial, WhyUnknown::kNotCollected, user.source);
}

void AddConnector(const CertificateConnector& connector, FactSpace& facts) {
  SubjectFacts& environment = facts.Environment().facts;
  Table& table = environment.TableOf("environment.connector");
  table.Add(std::array{
      facts.TextCell(LowerAscii(connector.id), connector.source),
      TextOr(connector.name, connector.source, facts), CellOf(connector.state, connector.source),
      CellOf(connector.version, connector.source), CellOf(connector.last_seen, connector.source)});
  table.Cover(Coverage::kPartial, WhyUnknown::kNotCollected, connector.source);
}

// The first active one; "none" only of a whole list in which each tells its state.
Cell ActiveConnector(const Table& table, FactSpace& facts) {
  bool told = table.coverage() == Coverage::kComplete;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto row = table.Row(i);
    const Cell& state = row[2];
    if (state.present() && state.value.text == "active") {
      const Cell& name = row[row[1].present() ? 1 : 0];
      return name.present() ? facts.TextCell(name.value.text, state.source) : name;
    }
    told = told && state.present();
  }
  return told ? Cell::Absent(table.source()) : Cell::Unknown(table.why(), table.source());
}

void Collect(const CollectInput& input, FactSpace& facts) {
  for (const EntraUser& user : input.records.Of<EntraUser>()) {
    AddUser(user, facts);
  }
  for (const CertificateConnector& connector : input.records.Of<CertificateConnector>()) {
    AddConnector(connector, facts);
  }
  const auto lists = input.records.Of<readers::ConnectorList>();
  for (const readers::ConnectorList& list : lists) {
    facts.Environment()
        .facts.TableOf("environment.connector")
        .Cover(list.complete ? Coverage::kComplete : Coverage::kPartial, WhyUnknown::kTruncated,
               list.source);
  }
  if (!lists.empty() || !input.records.Of<CertificateConnector>().empty()) {
    SubjectFacts& environment = facts.Environment().facts;
    environment.Set("environment.active_connector",
                    ActiveConnector(environment.TableOf("environment.connector"), facts));
  }
}

}  // namespace

extern const CollectorSpec kEntraCollector;  // declared again by the generated list

const CollectorSpec kEntraCollector = {.name = "entra",
                                       .scope = Scope::kEnvironment,
                                       .facts = kFacts,
                                       .tables = kTables,
                                       .collect = Collect};

}  // namespace whfb::collectors
