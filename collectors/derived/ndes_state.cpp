// NDES servers of the evidence: which template each asks for, whether a CA issues it, and whether
// the server is the one that the SCEP profiles mean.

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "collectors/collector.h"
#include "collectors/derived/judged_certificate.h"
#include "collectors/derived/profile_service.h"
#include "collectors/readers/web_record.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/host_name.h"

namespace whfb::collectors {

namespace {

constexpr std::size_t kServiceHost = 1;  // of environment.enrolment_service

// Columns of environment.web_setting.
enum SettingColumn : unsigned { kSettingFile, kSettingLocation = 2, kSettingName, kSettingValue };

// Columns of environment.ndes_server.
enum ServerColumn : unsigned { kPlace, kHost, kSignature, kEncryption, kGeneral, kRaValidUntil };

constexpr std::array kColumns = {
    ColumnSpec{"place", ValueType::kText, "where its evidence lies", true},
    ColumnSpec{"host", ValueType::kDnsName, "name of the computer"},
    ColumnSpec{"template", ValueType::kText,
               "the template that it asks for: SignatureTemplate, EncryptionTemplate or "
               "GeneralPurposeTemplate, by the key usage of the judged SCEP profiles"},
    ColumnSpec{"template_fits", ValueType::kBool,
               "some CA issues that template, and it is not the one that set-up leaves behind"},
    ColumnSpec{"serves", ValueType::kBool, "a judged SCEP profile names it; never false"},
    ColumnSpec{"on_ca", ValueType::kBool, "a CA runs on the computer"},
    ColumnSpec{"in_forest", ValueType::kBool, "the computer is in a domain of the forest"},
    ColumnSpec{"ra_valid_until", ValueType::kTime,
               "end of validity of its registration authority certificates"},
};

constexpr std::array kFacts = {
    FactSpec{"environment.ndes_account", ValueType::kText,
             "kind of account that the application pool SCEP runs as: built-in, user or "
             "managed-service-account"},
};

constexpr std::array kTables = {
    TableSpec{"environment.ndes", "NDES servers of which evidence was collected", kColumns},
};

bool HoldsText(const Table& table, unsigned column, std::string_view text) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    const Cell& cell = table.Row(i)[column];
    if (cell.present() && SameNoCase(cell.value.text, text)) {
      return true;
    }
  }
  return false;
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

// The SCEP profiles that the servers may have to serve.
std::vector<const SubjectFacts*> ServedProfiles(const FactSpace& facts) {
  std::vector<const SubjectFacts*> found;
  for (const Subject& subject : facts.subjects()) {
    if (MayServe(subject, "intune-scep")) {
      found.push_back(&subject.facts);
    }
  }
  return found;
}

bool IsJudged(const SubjectFacts* profile) {
  return IsTrue(profile->Get("profile.judged")) == Truth::kTrue;
}

// certificates-scep-configure, "Configure the NDES service": the value that NDES reads depends on
// the key usage of the request.
std::optional<ServerColumn> ValueFor(const Cell& key_usage) {
  if (!key_usage.present()) {
    return std::nullopt;
  }
  const bool signs = Among(key_usage.value.list, "digitalSignature");
  const bool encrypts = Among(key_usage.value.list, "keyEncipherment");
  if (signs && encrypts) {
    return kGeneral;
  }
  return signs ? std::optional(kSignature) : encrypts ? std::optional(kEncryption) : std::nullopt;
}

std::optional<ServerColumn> ValueFor(std::span<const SubjectFacts* const> profiles) {
  std::optional<ServerColumn> all;
  for (const SubjectFacts* const profile : profiles) {
    const std::optional<ServerColumn> one = ValueFor(profile->Get("profile.key_usage"));
    if (!one || !IsJudged(profile) || (all && all != one)) {
      return std::nullopt;
    }
    all = one;
  }
  return all;
}

// Without the key usage only where the three values say the same.
Cell AskedTemplate(std::span<const Cell> server, std::optional<ServerColumn> value) {
  if (value) {
    return server[*value];
  }
  for (const ServerColumn column : {kSignature, kEncryption, kGeneral}) {
    const Cell& cell = server[column];
    if (cell.unknown()) {
      return Like(cell);
    }
    if (!SameAnswer(cell, server[kSignature], ValueType::kText)) {
      return Cell::Unknown(WhyUnknown::kAmbiguous, cell.source);
    }
  }
  return server[kSignature];
}

std::string_view HostOfUrl(std::string_view url) {
  constexpr std::string_view kScheme = "://";
  const std::size_t scheme = url.find(kScheme);
  url.remove_prefix(scheme == std::string_view::npos ? 0 : scheme + kScheme.size());
  return url.substr(0, url.find_first_of(":/?"));
}

// What set-up leaves in the registry: no CA issues it (then requests end with 0x80094800 and NDES
// event 31), or certificates come without Smart Card Logon.
constexpr std::string_view kOfSetUp = "IPSECIntermediateOffline";

Cell Fits(const Cell& name, const Table& issued) {
  if (!name.present()) {
    return Like(name);
  }
  return SameNoCase(name.value.text, kOfSetUp) ? Cell::Bool(false, name.source)
                                               : Holds(issued, 0, name.value.text);
}

bool IsNamed(const Cell& host, std::span<const SubjectFacts* const> profiles) {
  return host.present() && std::ranges::any_of(profiles, [&](const SubjectFacts* profile) {
           const Cell& urls = profile->Get("profile.server_urls");
           return IsJudged(profile) && urls.present() &&
                  std::ranges::any_of(urls.value.list, [&](std::string_view url) {
                    return SameNoCase(HostOfUrl(url), host.value.text);
                  });
         });
}

// As server_evidence.h names the place of a server.
std::string_view PlaceOfFile(const Cell& file) {
  return file.present() ? file.value.text.substr(0, file.value.text.rfind('/'))
                        : std::string_view{};
}

// A profile names a host in a domain of the forest that none of the servers is known to be: no
// proxy.
bool NamesAnother(std::span<const SubjectFacts* const> profiles, const SubjectFacts& environment) {
  const Table& servers = environment.TableOf("environment.ndes_server");
  const Cell& domains = environment.Get("environment.domains");
  return domains.present() && std::ranges::any_of(profiles, [&](const SubjectFacts* profile) {
           const Cell& urls = profile->Get("profile.server_urls");
           return urls.present() && std::ranges::any_of(urls.value.list, [&](std::string_view url) {
                    const std::string_view host = HostOfUrl(url);
                    return Among(domains.value.list, DomainPartOf(host)) &&
                           !HoldsText(servers, kHost, host);
                  });
         });
}

// Set-up of NDES makes the application pool SCEP. Servers that differ leave it open.
Cell AccountOf(const Table& settings, const Table& servers) {
  constexpr std::string_view kPool = "SCEP";
  std::optional<Cell> answer;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const std::span<const Cell> row = settings.Row(i);
    const Cell& value = row[kSettingValue];
    if (TextIs(row[kSettingName], readers::kPoolIdentity) != Truth::kTrue ||
        TextIs(row[kSettingLocation], kPool) != Truth::kTrue ||
        !HoldsText(servers, kPlace, PlaceOfFile(row[kSettingFile]))) {
      continue;
    }
    if (answer && !SameAnswer(*answer, value, ValueType::kText)) {
      return Cell::Unknown(WhyUnknown::kAmbiguous, value.source);
    }
    answer = value;
  }
  return answer.value_or(Cell::Unknown(WhyUnknown::kNotCollected));
}

void Derive(const DeriveInput& /*input*/, FactSpace& facts) {
  SubjectFacts& environment = facts.Environment().facts;
  environment.Put("environment.ndes_account",
                  AccountOf(environment.TableOf("environment.web_setting"),
                            environment.TableOf("environment.ndes_server")));
  const Table& servers = environment.TableOf("environment.ndes_server");
  const Table& issued = environment.TableOf("environment.issued_template");
  Table& ndes = environment.TableOf("environment.ndes");
  const std::vector<const SubjectFacts*> profiles = ServedProfiles(facts);
  const std::optional<ServerColumn> value = ValueFor(profiles);
  for (std::size_t i = 0; i < servers.size(); ++i) {
    const std::span<const Cell> server = servers.Row(i);
    const Cell wanted = AskedTemplate(server, value);
    // A proxy may stand before the one that is meant, and others need not be collected.
    const bool serves = IsNamed(server[kHost], profiles);
    ndes.Add(std::array{server[kPlace], server[kHost], wanted, Fits(wanted, issued),
                        serves ? Cell::Bool(true, server[kPlace].source)
                               : Cell::Unknown(WhyUnknown::kAmbiguous, server[kPlace].source),
                        OnCa(server[kHost], environment), InForest(server[kHost], environment),
                        server[kRaValidUntil]});
  }
  // Nothing lists all servers: those that were collected are judged, unless a profile names
  // another.
  const bool collected = servers.coverage() == Coverage::kPartial &&
                         servers.why() == WhyUnknown::kNotCollected && servers.size() != 0 &&
                         !NamesAnother(profiles, environment);
  ndes.Cover(collected ? Coverage::kComplete : servers.coverage(), servers.why(), servers.source());
}

}  // namespace

extern const DerivationSpec kNdesStateDerivation;  // declared again by the generated list

const DerivationSpec kNdesStateDerivation = {.name = "ndes_state",
                                             .scope = Scope::kEnvironment,
                                             .facts = kFacts,
                                             .tables = kTables,
                                             .derive = Derive};

}  // namespace whfb::collectors
