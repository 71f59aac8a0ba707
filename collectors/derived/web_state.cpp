// Whether web servers serve revocation lists as clients ask for them (requirements:
// crl.delta-double-escaping, crl.no-require-ssl). Judged are the directories of the HTTP addresses
// that collected certificates and lists name, as far as a collected configuration is proven to be
// of one; the others may be on any kind of server.

#include <array>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/collector.h"
#include "collectors/derived/web_directory.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"environment.crl_plus_served", ValueType::kBool,
             "IIS serves names with '+' in each CRL directory of which the configuration was "
             "collected; false only where the name of a delta CRL there holds one"},
    FactSpec{"environment.crl_plus_refused_at", ValueType::kList,
             "the directories where it does not", "", ValueType::kText},
    FactSpec{"environment.crl_needs_tls", ValueType::kBool,
             "IIS refuses plain HTTP in such a directory"},
    FactSpec{"environment.crl_needs_tls_at", ValueType::kList, "those directories", "",
             ValueType::kText},
    FactSpec{"environment.crl_web_directories", ValueType::kList,
             "CRL directories of which the configuration was collected", "", ValueType::kText},
};

// CRL directories by host and path; whether a name with '+' is asked for there.
using Directories = std::map<std::pair<std::string, std::string>, bool>;

void AddAddresses(const Table& table, std::string_view column, Directories& directories) {
  for (std::size_t c = 0; c < table.spec().columns.size(); ++c) {
    for (std::size_t i = 0; table.spec().columns[c].name == column && i < table.size(); ++i) {
      const Cell& cell = table.Row(i)[c];
      for (std::size_t n = 0; cell.present() && n < cell.value.list.size(); ++n) {
        const std::string_view address = cell.value.list[n];
        WebDirectory directory;
        if (ParseHttpAddress(address, directory)) {
          const std::string_view file = address.substr(address.rfind('/'));
          const bool plus = file.find('+') != std::string_view::npos ||
                            file.find("%2B") != std::string_view::npos ||
                            file.find("%2b") != std::string_view::npos;
          directories[{directory.host, directory.path}] |= plus;
        }
      }
    }
  }
}

// Yes where one directory says it; no where all that are judged deny it.
class Answer {
 public:
  void Take(const WebVerdict& verdict, std::string_view directory) {
    if (verdict.answer == WebAnswer::kYes) {
      at_.push_back(directory);
      cell_ = Cell::Bool(true, verdict.source);
    } else if (at_.empty() && verdict.answer == WebAnswer::kUnknown) {
      cell_ = Cell::Unknown(verdict.why, verdict.source);
      open_ = true;
    } else if (at_.empty() && !open_ && verdict.answer == WebAnswer::kNo) {
      cell_ = Cell::Bool(false, verdict.source);
    }
  }

  [[nodiscard]] const Cell& cell() const { return cell_; }

  [[nodiscard]] Cell Places(FactSpace& facts) const {
    return cell_.unknown() ? Cell::Unknown(cell_.why, cell_.source)
                           : facts.ListCell(at_, cell_.source);
  }

 private:
  Cell cell_ = Cell::Unknown(WhyUnknown::kNotCollected, {});
  bool open_ = false;
  std::vector<std::string_view> at_{};
};

// That a name with '+' is refused matters only where one is asked for.
WebVerdict PlusRefused(WebVerdict verdict, bool asked) {
  if (verdict.answer == WebAnswer::kYes) {
    verdict.answer = WebAnswer::kNo;
  } else if (verdict.answer == WebAnswer::kNo) {
    verdict.answer = asked ? WebAnswer::kYes : WebAnswer::kUnknown;
    verdict.why = WhyUnknown::kNotCollected;
  }
  return verdict;
}

Cell Inverted(const Cell& cell) {
  return cell.present() ? Cell::Bool(cell.value.number == 0, cell.source) : cell;
}

void Derive(const DeriveInput& /*input*/, FactSpace& facts) {
  SubjectFacts& environment = facts.Environment().facts;
  const Table& settings = environment.TableOf("environment.web_setting");
  Directories directories;
  AddAddresses(environment.TableOf("environment.crl"), "cdp", directories);
  AddAddresses(environment.TableOf("environment.crl"), "freshest", directories);
  AddAddresses(environment.TableOf("environment.ca_certificate"), "cdp", directories);
  for (const Subject& subject : facts.subjects()) {
    if (subject.kind == SubjectKind::kDomainController) {
      AddAddresses(subject.facts.TableOf("dc.certificate"), "cdp", directories);
    }
  }
  Answer plus;
  Answer tls;
  std::vector<std::string_view> judged;
  Provenance source = settings.source();
  for (const auto& [place, asked] : directories) {
    const WebDirectory directory{place.first, place.second};
    const std::string_view name = facts.pool.Intern("http://" + place.first + "/" + place.second);
    const WebVerdict serves = ServesPlus(settings, directory);
    const WebVerdict refuses = RefusesHttp(settings, directory);
    if (serves.answer != WebAnswer::kNoFile || refuses.answer != WebAnswer::kNoFile) {
      judged.push_back(name);
    }
    plus.Take(PlusRefused(serves, asked), name);
    tls.Take(refuses, name);
  }
  environment.Put("environment.crl_plus_served", Inverted(plus.cell()));
  environment.Put("environment.crl_plus_refused_at", plus.Places(facts));
  environment.Put("environment.crl_needs_tls", tls.cell());
  environment.Put("environment.crl_needs_tls_at", tls.Places(facts));
  environment.Put("environment.crl_web_directories", judged.empty()
                                                         ? Cell::Unknown(settings.why(), source)
                                                         : facts.ListCell(judged, source));
}

}  // namespace

extern const DerivationSpec kWebStateDerivation;  // declared again by the generated list

const DerivationSpec kWebStateDerivation = {
    .name = "web_state", .scope = Scope::kEnvironment, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors
