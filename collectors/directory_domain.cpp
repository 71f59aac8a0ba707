// Domains, UPN suffixes and domain controllers that directory exports show.

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "collectors/collector.h"
#include "collectors/directory_view.h"
#include "collectors/forest_domains.h"
#include "collectors/readers/ldap_name.h"

namespace whfb::collectors {

namespace {

using readers::DirectoryKind;
using readers::DirectoryObject;

constexpr std::array kFacts = {
    FactSpec{"environment.directory_upn_suffixes", ValueType::kList,
             "uPNSuffixes of the Partitions container", "", ValueType::kDnsName},
    FactSpec{"dc.sid", ValueType::kSid, "SID of the computer account"},
    FactSpec{"dc.read_only", ValueType::kBool, "a read-only domain controller"},
    FactSpec{"dc.operating_system", ValueType::kText, "operatingSystem of the computer account"},
    FactSpec{"dc.operating_system_version", ValueType::kText,
             "operatingSystemVersion of the computer account: 10.0 (17763)"},
};

constexpr std::array kDomainColumns = {
    ColumnSpec{"dns_name", ValueType::kDnsName, "DNS name", true},
    ColumnSpec{"sid", ValueType::kSid, "domain SID"},
    ColumnSpec{"netbios_name", ValueType::kText, "NetBIOS name"},
    ColumnSpec{"is_root", ValueType::kBool, "the forest root"},
};

enum ControllerColumn : unsigned {
  kDnsName,
  kIsController,
  kSid,
  kDomain,
  kReadOnly,
  kSystem,
  kSystemVersion,
};

constexpr std::array kControllerColumns = {
    ColumnSpec{"dns_name", ValueType::kDnsName, "FQDN", true},
    ColumnSpec{"is_controller", ValueType::kBool,
               "true: it is a DC now; a server of a site can be what is left of one"},
    ColumnSpec{"sid", ValueType::kSid, "SID of the computer account"},
    ColumnSpec{"domain", ValueType::kDnsName, "domain of the computer account"},
    ColumnSpec{"read_only", ValueType::kBool, "a read-only domain controller"},
    ColumnSpec{"operating_system", ValueType::kText, "operatingSystem"},
    ColumnSpec{"operating_system_version", ValueType::kText, "operatingSystemVersion"},
};

constexpr std::array kTables = {
    TableSpec{"environment.domain", "domains of the forest", kDomainColumns},
    TableSpec{"environment.domain_controller", "domain controllers that the directory lists",
              kControllerColumns},
};

// userAccountControl ([MS-ADTS] 2.2.16) and well-known groups.
constexpr std::int64_t kServerTrust = 0x2000;
constexpr std::int64_t kPartialSecrets = 0x4000000;
constexpr std::int64_t kControllers = 516;
constexpr std::int64_t kReadOnlyControllers = 521;

// What holds for every such object.
constexpr std::array<std::string_view, 2> kServers = {"objectclass=server",
                                                      "objectcategory=server"};
// A read-only DC has a category of its own.
constexpr std::array<std::string_view, 1> kServices = {"objectclass=ntdsdsa"};
constexpr std::array<std::string_view, 6> kComputers = {
    "objectclass=computer",    "objectclass=user",
    "objectclass=person",      "objectclass=organizationalperson",
    "objectcategory=computer", "samaccounttype=805306369"};
// More are in the table, but are no subjects.
constexpr std::size_t kMaxControllers = 5'000;
constexpr std::string_view kSites = "CN=Sites, CN=Configuration";

using ControllerRow = std::array<Cell, kControllerColumns.size()>;

class Controllers {
 public:
  Controllers(const readers::Records& records, FactSpace& facts)
      : objects_(records.Of<DirectoryObject>()), searches_(records), facts_(facts) {
    for (const DirectoryObject& object : objects_) {
      if (object.kind == DirectoryKind::kServer) {
        servers_.insert(FoldedText(object.dn));
      } else if (object.kind == DirectoryKind::kDirectoryService) {
        services_.insert(FoldedText(readers::ParentName(object.dn)));
      }
    }
  }

  void Fill(const ForestDomains& forest) {
    for (const DirectoryObject& object : objects_) {
      if (object.kind == DirectoryKind::kComputer) {
        TakeComputer(object);
      } else if (object.kind == DirectoryKind::kServer) {
        TakeServer(object);
      } else if (object.kind == DirectoryKind::kDirectoryService) {
        TakeService(object);
      }
    }
    if (any_) {
      Rows().Cover(Coverage::kPartial, WhyUnknown::kNotCollected);
    }
    Cover(forest);
    NameSubjects();
  }

 private:
  Table& Rows() { return facts_.Environment().facts.TableOf("environment.domain_controller"); }

  void Add(const ControllerRow& row) {
    Rows().Add(row);
    any_ = true;
  }

  // Whether the account is that of a DC; unknown when nothing tells.
  Cell IsController(const DirectoryObject& object, Cell& read_only) {
    const Cell control = DirectoryCell(object, "userAccountControl", ValueType::kInt, facts_);
    const Cell group = DirectoryCell(object, "primaryGroupID", ValueType::kInt, facts_);
    const Cell said = DirectoryCell(object, "isDomainController", ValueType::kText, facts_);
    if (control.present()) {
      const bool partial = (control.value.number & kPartialSecrets) != 0;
      read_only = Cell::Bool(partial, control.source);
      return Cell::Bool(partial || (control.value.number & kServerTrust) != 0, control.source);
    }
    if (group.present()) {
      const bool partial = group.value.number == kReadOnlyControllers;
      read_only = Cell::Bool(partial, group.source);
      return Cell::Bool(partial || group.value.number == kControllers, group.source);
    }
    return said.present() ? Cell::Bool(said.value.text == "TRUE", said.source)
                          : Cell::Unknown(control.why, object.source);
  }

  void TakeComputer(const DirectoryObject& object) {
    ControllerRow row{};
    row[kIsController] = IsController(object, row[kReadOnly]);
    if (!row[kIsController].present() || row[kIsController].value.number == 0) {
      return;  // any computer
    }
    row[kDnsName] = MandatoryCell(object, "dNSHostName", ValueType::kDnsName, facts_);
    row[kSid] = MandatoryCell(object, "objectSid", ValueType::kSid, facts_);
    const std::string domain = readers::DomainOfName(object.dn);
    row[kDomain] = domain.empty() ? Cell::Unknown(WhyUnknown::kNotCollected, object.source)
                                  : facts_.TextCell(domain, object.source);
    row[kSystem] = DirectoryCell(object, "operatingSystem", ValueType::kText, facts_);
    row[kSystemVersion] = DirectoryCell(object, "operatingSystemVersion", ValueType::kText, facts_);
    Add(row);
  }

  // A server is a DC as long as NTDS Settings lie below it.
  void TakeServer(const DirectoryObject& object) {
    ControllerRow row{};
    row[kDnsName] = MandatoryCell(object, "dNSHostName", ValueType::kDnsName, facts_);
    const bool service = services_.contains(FoldedText(object.dn));
    if (!service && searches_.Within(kSites, kServices) != nullptr) {
      return;
    }
    row[kIsController] = service ? Cell::Bool(true, object.source)
                                 : Cell::Unknown(WhyUnknown::kNotCollected, object.source);
    Add(row);
  }

  // NTDS Settings whose server is not shown.
  void TakeService(const DirectoryObject& object) {
    if (!servers_.contains(FoldedText(readers::ParentName(object.dn)))) {
      ControllerRow row{};
      row[kIsController] = Cell::Bool(true, object.source);
      Add(row);
    }
  }

  // Whole only by a search that shows every server of every site, or every computer of every
  // domain.
  void Cover(const ForestDomains& forest) {
    const readers::DirectorySearch* search = searches_.Within(kSites, kServers);
    search = search == nullptr ? searches_.Within(kSites, kServices) : search;
    if (search != nullptr) {
      Rows().Cover(Coverage::kComplete, WhyUnknown::kNotCollected, search->source);
      return;
    }
    const bool every =
        forest.complete && std::ranges::all_of(forest.domains, [this](const ForestDomain& domain) {
          return searches_.OfDomain(domain.dns_name, kComputers) != nullptr;
        });
    if (every) {
      Rows().Cover(Coverage::kComplete, WhyUnknown::kNotCollected, forest.source);
    }
  }

  // Each DC is a subject, so that rules ask for its certificate.
  void NameSubjects() {
    Table& table = Rows();
    if (table.size() > kMaxControllers) {
      table.OverrideCoverage(Coverage::kPartial, WhyUnknown::kTooLarge);
    }
    for (std::size_t i = 0; i < std::min(table.size(), kMaxControllers); ++i) {
      const std::span<const Cell> row = table.Row(i);
      const Cell& controller = row[kIsController];
      if (!controller.present() || controller.value.number == 0 || !row[kDnsName].present()) {
        continue;
      }
      Subject& subject = facts_.Named(SubjectKind::kDomainController, row[kDnsName].value.text);
      subject.AddAlias(AliasKind::kFqdn, row[kDnsName].value.text);
      subject.facts.Set("dc.dns_name", row[kDnsName]);
      subject.facts.Set("dc.sid", row[kSid]);
      subject.facts.Set("dc.read_only", row[kReadOnly]);
      subject.facts.Set("dc.operating_system", row[kSystem]);
      subject.facts.Set("dc.operating_system_version", row[kSystemVersion]);
    }
  }

  std::span<const DirectoryObject> objects_;
  std::set<std::string> servers_{};   // names
  std::set<std::string> services_{};  // names of the servers that have NTDS Settings
  DirectorySearches searches_;
  FactSpace& facts_;
  bool any_ = false;
};

void FillDomains(const ForestDomains& forest, FactSpace& facts) {
  if (forest.domains.empty()) {
    return;
  }
  Table& table = facts.Environment().facts.TableOf("environment.domain");
  const auto text = [&facts](const std::string& value, const Provenance& source) {
    return value.empty() ? Cell::Unknown(WhyUnknown::kNotCollected, source)
                         : facts.TextCell(value, source);
  };
  for (const ForestDomain& domain : forest.domains) {
    const std::array row = {
        facts.TextCell(domain.dns_name, domain.source), text(domain.sid, domain.source),
        text(domain.netbios_name, domain.source),
        forest.root.empty() ? Cell::Unknown(WhyUnknown::kNotCollected, domain.source)
                            : Cell::Bool(domain.dns_name == forest.root, domain.source)};
    table.Add(row);
  }
  table.Cover(forest.complete ? Coverage::kComplete : Coverage::kPartial, WhyUnknown::kNotCollected,
              forest.complete ? forest.source : forest.domains[0].source);
}

void FillSuffixes(const readers::Records& records, FactSpace& facts) {
  for (const DirectoryObject& object : records.Of<DirectoryObject>()) {
    if (object.kind != DirectoryKind::kPartitions) {
      continue;
    }
    Cell cell = DirectoryCell(object, "uPNSuffixes", ValueType::kList, facts);
    if (cell.present()) {
      std::vector<std::string_view> names;
      for (const std::string_view name : cell.value.list) {
        names.push_back(facts.pool.Intern(FoldedText(name)));
      }
      std::ranges::sort(names);
      cell = facts.ListCell(names, cell.source);
    }
    facts.Environment().facts.Set("environment.directory_upn_suffixes", cell);
  }
}

// The name of the environment is that of its forest, unless the operator gave another.
void NameEnvironment(const ForestDomains& forest, FactSpace& facts) {
  if (forest.root.empty()) {
    return;
  }
  SubjectFacts& environment = facts.Environment().facts;
  if (environment.Get("environment.name").unknown()) {
    environment.Set("environment.name", facts.TextCell(forest.root, forest.source));
  }
}

void Collect(const CollectInput& input, FactSpace& facts) {
  const ForestDomains forest = FindForestDomains(input.records);
  NameEnvironment(forest, facts);
  FillDomains(forest, facts);
  FillSuffixes(input.records, facts);
  if (!input.records.Of<DirectoryObject>().empty()) {
    Controllers(input.records, facts).Fill(forest);
  }
}

}  // namespace

extern const CollectorSpec kDirectoryDomainCollector;  // declared again by the generated list

const CollectorSpec kDirectoryDomainCollector = {.name = "directory_domain",
                                                 .scope = Scope::kEnvironment,
                                                 .facts = kFacts,
                                                 .tables = kTables,
                                                 .collect = Collect};

}  // namespace whfb::collectors
