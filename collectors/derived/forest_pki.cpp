// What the directory says of the CAs and the NDES servers that the evidence shows.

#include <array>
#include <span>
#include <string_view>

#include "collectors/collector.h"
#include "collectors/derived/judged_certificate.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/host_name.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"environment.issuing_ca_in_ntauth", ValueType::kBool,
             "a declared issuing CA is in NTAuthCertificates"},
};

// Columns of environment.ntauth_certificate, enrolment_service, ca_policy and ndes_server.
enum NtAuthColumn : unsigned { kMemberSha1, kMemberSubject };

enum ServiceColumn : unsigned { kServiceName, kServiceHost };

enum PolicyColumn : unsigned { kPolicyCa, kPolicyFlags };

enum ServerColumn : unsigned { kPlace, kHost, kSignatureTemplate, kRaValidUntil = 5 };

constexpr std::array kCaColumns = {
    ColumnSpec{"name", ValueType::kText, "name of the CA", true},
    ColumnSpec{"edit_flags", ValueType::kInt, "EditFlags of its policy module"},
};

constexpr std::array kNdesColumns = {
    ColumnSpec{"place", ValueType::kText, "where its evidence lies", true},
    ColumnSpec{"host", ValueType::kDnsName, "name of the computer"},
    ColumnSpec{"signature_template", ValueType::kText, "SignatureTemplate"},
    ColumnSpec{"template_issued", ValueType::kBool, "some CA issues that template"},
    ColumnSpec{"on_ca", ValueType::kBool, "a CA runs on the computer"},
    ColumnSpec{"in_forest", ValueType::kBool, "the computer is in a domain of the forest"},
    ColumnSpec{"ra_valid_until", ValueType::kTime,
               "end of validity of its registration authority certificates"},
};

constexpr std::array kTables = {
    TableSpec{"environment.issuing_ca", "CAs of the directory and of registry exports", kCaColumns},
    TableSpec{"environment.ndes", "NDES servers of which evidence was collected", kNdesColumns},
};

Cell DeclaredInNtAuth(const SubjectFacts& environment) {
  const Table& ntauth = environment.TableOf("environment.ntauth_certificate");
  const Cell& declared = environment.Get("environment.issuing_cas");
  const auto names =
      declared.present() ? std::span(declared.value.list) : std::span<const std::string_view>{};
  for (std::size_t i = 0; i < ntauth.size(); ++i) {
    for (const unsigned column : {kMemberSha1, kMemberSubject}) {
      const Cell& cell = ntauth.Row(i)[column];
      if (cell.present() && Among(names, cell.value.text)) {
        return Cell::Bool(true, cell.source);
      }
    }
  }
  // Others may be declared by another name, or not at all: only an empty store is a "no".
  if (ntauth.size() != 0) {
    return Cell::Unknown(declared.unknown() ? declared.why : WhyUnknown::kAmbiguous,
                         ntauth.source());
  }
  return ntauth.coverage() == Coverage::kComplete ? Cell::Bool(false, ntauth.source())
                                                  : Cell::Unknown(ntauth.why(), ntauth.source());
}

// Each CA of the directory, with its policy where an export shows it, and those of exports alone.
void FillCas(SubjectFacts& environment) {
  const Table& services = environment.TableOf("environment.enrolment_service");
  const Table& policies = environment.TableOf("environment.ca_policy");
  Table& cas = environment.TableOf("environment.issuing_ca");
  for (std::size_t i = 0; i < policies.size(); ++i) {
    cas.Add(policies.Row(i));
  }
  for (std::size_t i = 0; i < services.size(); ++i) {
    const Cell& name = services.Row(i)[kServiceName];
    bool known = false;
    for (std::size_t k = 0; k < policies.size() && name.present(); ++k) {
      const Cell& policy = policies.Row(k)[kPolicyCa];
      known = known || (policy.present() && SameNoCase(policy.value.text, name.value.text));
    }
    if (!known) {
      cas.Add(std::array{name, Cell::Unknown(WhyUnknown::kNotCollected)});
    }
  }
  const Coverage coverage = services.coverage() == Coverage::kNone && policies.size() != 0
                                ? Coverage::kPartial
                                : services.coverage();
  cas.Cover(coverage, services.why(), services.source());
}

// A column of a table holds the text: yes; the table is complete and holds it not: no.
Cell Holds(const Table& table, unsigned column, std::string_view text) {
  Cell open = table.coverage() == Coverage::kComplete ? Cell::Bool(false, table.source())
                                                      : Cell::Unknown(table.why(), table.source());
  for (std::size_t i = 0; i < table.size(); ++i) {
    const Cell& cell = table.Row(i)[column];
    if (cell.present() && SameNoCase(cell.value.text, text)) {
      return Cell::Bool(true, cell.source);
    }
    open = cell.unknown() && !open.unknown() ? Cell::Unknown(cell.why, cell.source) : open;
  }
  return open;
}

Cell OnCa(const Cell& host, const SubjectFacts& environment) {
  return host.present() ? Holds(environment.TableOf("environment.enrolment_service"), kServiceHost,
                                host.value.text)
                        : Like(host);
}

// Only a list of all domains shows that a computer is in none of them.
Cell InForest(const Cell& host, const SubjectFacts& environment) {
  if (!host.present()) {
    return Like(host);
  }
  const std::string_view domain = DomainPartOf(host.value.text);
  const Cell& domains = environment.Get("environment.domains");
  if (domain.empty() || !domains.present()) {
    return Cell::Unknown(WhyUnknown::kNotCollected, host.source);
  }
  if (Among(domains.value.list, domain)) {
    return Cell::Bool(true, host.source);
  }
  return IsTrue(environment.Get("environment.domains_complete")) == Truth::kTrue
             ? Cell::Bool(false, host.source)
             : Cell::Unknown(WhyUnknown::kNotCollected, host.source);
}

void FillServers(SubjectFacts& environment) {
  const Table& servers = environment.TableOf("environment.ndes_server");
  const Table& issued = environment.TableOf("environment.issued_template");
  Table& ndes = environment.TableOf("environment.ndes");
  for (std::size_t i = 0; i < servers.size(); ++i) {
    const std::span<const Cell> server = servers.Row(i);
    const Cell& wanted = server[kSignatureTemplate];
    const Cell is_issued = wanted.present() ? Holds(issued, 0, wanted.value.text) : Like(wanted);
    ndes.Add(std::array{server[kPlace], server[kHost], wanted, is_issued,
                        OnCa(server[kHost], environment), InForest(server[kHost], environment),
                        server[kRaValidUntil]});
  }
  // Nothing lists all servers: those that were collected are judged.
  const bool collected = servers.coverage() == Coverage::kPartial &&
                         servers.why() == WhyUnknown::kNotCollected && servers.size() != 0;
  ndes.Cover(collected ? Coverage::kComplete : servers.coverage(), servers.why(), servers.source());
}

void Derive(const DeriveInput& /*input*/, FactSpace& facts) {
  SubjectFacts& environment = facts.Environment().facts;
  environment.Put("environment.issuing_ca_in_ntauth", DeclaredInNtAuth(environment));
  FillCas(environment);
  FillServers(environment);
}

}  // namespace

extern const DerivationSpec kForestPkiDerivation;  // declared again by the generated list

const DerivationSpec kForestPkiDerivation = {.name = "forest_pki",
                                             .scope = Scope::kEnvironment,
                                             .facts = kFacts,
                                             .tables = kTables,
                                             .derive = Derive};

}  // namespace whfb::collectors
