// What registry exports and store listings of a domain controller show beside its own certificate:
// its Windows build, the mapping mode of its KDC, and whom it trusts. They make no domain
// controller: the ones that other evidence names, or the intent file, have these facts.

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "collectors/certificate_rows.h"
#include "collectors/collector.h"
#include "collectors/controller_name.h"
#include "collectors/readers/small_records.h"
#include "collectors/registry_view.h"
#include "collectors/server_evidence.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/host_name.h"
#include "scanner/core/number_text.h"

namespace whfb::collectors {

namespace {

// evidence.md section 11: services\Kdc, and Windows NT\CurrentVersion for the build.
constexpr std::array kFacts = {
    FactSpec{"dc.os_build", ValueType::kInt, "Windows build, CurrentBuildNumber"},
    FactSpec{"dc.os_revision", ValueType::kInt, "revision of the build, UBR"},
    FactSpec{"dc.kdc.strong_certificate_binding", ValueType::kInt,
             "StrongCertificateBindingEnforcement: 0 off, 1 compatibility, 2 full enforcement"},
};

constexpr std::array kTables = {
    TableSpec{"dc.root_certificate", "LocalMachine\\Root of the domain controller",
              kCertificateColumns},
};

constexpr std::string_view kVersion =
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
constexpr std::string_view kKdc = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Kdc";

using readers::CertificateRecord;
using readers::StoreListing;
using readers::StoreScope;

class Controllers {
 public:
  Controllers(const readers::Records& records, FactSpace& facts)
      : folders_(records, facts), facts_(facts) {
    for (const Subject& subject : facts.subjects()) {
      if (subject.kind == SubjectKind::kDomainController) {
        names_.push_back(subject.name);
      }
    }
  }

  [[nodiscard]] bool empty() const { return names_.empty(); }

  // Null: it is of no domain controller that is known, or does not tell of which.
  [[nodiscard]] Subject* Of(std::uint32_t evidence) {
    const auto [told, computer] = folders_.ComputerOf(evidence);
    std::string host;
    if (told == ServerFolders::Told::kNothing) {
      host = HostOfPath(PathOf(facts_, evidence), names_);
    } else if (told == ServerFolders::Told::kOne) {
      host = Called(computer);
    }
    return host.empty() ? nullptr : &facts_.Named(SubjectKind::kDomainController, host);
  }

 private:
  // One of another domain is another one.
  [[nodiscard]] std::string Called(std::string_view computer) const {
    const bool full = computer.find('.') != std::string_view::npos;
    const auto called = [&](const std::string& name) {
      return full ? SameNoCase(name, computer) : SameHost(name, computer);
    };
    return std::ranges::count_if(names_, called) == 1 ? *std::ranges::find_if(names_, called)
                                                      : std::string{};
  }

  ServerFolders folders_;
  FactSpace& facts_;
  std::vector<std::string> names_{};
};

Cell BuildCell(const readers::Records& records, std::uint32_t evidence) {
  const readers::RegistryValue* const text =
      TextValue(records, evidence, kVersion, "CurrentBuildNumber");
  if (text == nullptr) {
    return Cell::Unknown(WhyUnknown::kNotCollected);
  }
  const auto build = ParseWhole<std::int64_t>(text->text);
  return build ? Cell::Int(*build, text->source)
               : Cell::Unknown(WhyUnknown::kMalformed, text->source);
}

void CollectRegistry(const readers::Records& records, Controllers& controllers) {
  for (const std::uint32_t evidence : RegistryEvidence(records)) {
    Subject* const controller = controllers.Of(evidence);
    if (controller == nullptr) {
      continue;
    }
    const RegistryView registry(records, evidence);
    controller->facts.Set("dc.os_build", BuildCell(records, evidence));
    controller->facts.Set("dc.os_revision", registry.Number(kVersion, "UBR"));
    controller->facts.Set("dc.kdc.strong_certificate_binding",
                          registry.Number(kKdc, "StrongCertificateBindingEnforcement"));
  }
}

template <typename T>
bool InRootStore(const T& place) {
  return place.store == "root" && place.scope != StoreScope::kUser;
}

void CollectRoots(const readers::Records& records, Controllers& controllers, FactSpace& facts) {
  for (const CertificateRecord& record : records.Of<CertificateRecord>()) {
    Subject* const controller =
        InRootStore(record) ? controllers.Of(record.source.evidence) : nullptr;
    if (controller != nullptr) {
      controller->facts.TableOf("dc.root_certificate").Add(FillCertificateRow(record, facts));
    }
  }
  for (const StoreListing& listing : records.Of<StoreListing>()) {
    Subject* const controller =
        InRootStore(listing) ? controllers.Of(listing.source.evidence) : nullptr;
    if (controller != nullptr) {
      controller->facts.TableOf("dc.root_certificate")
          .Cover(listing.complete ? Coverage::kComplete : Coverage::kPartial, listing.why,
                 listing.source);
    }
  }
}

void Collect(const CollectInput& input, FactSpace& facts) {
  Controllers controllers(input.records, facts);
  if (!controllers.empty()) {
    CollectRegistry(input.records, controllers);
    CollectRoots(input.records, controllers, facts);
  }
}

}  // namespace

extern const CollectorSpec kControllerStateCollector;  // declared again by the generated list

const CollectorSpec kControllerStateCollector = {.name = "controller_state",
                                                 .scope = Scope::kEnvironment,
                                                 .facts = kFacts,
                                                 .tables = kTables,
                                                 .collect = Collect};

}  // namespace whfb::collectors
