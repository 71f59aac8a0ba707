// What the directory says of the CAs that the evidence shows.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "collectors/collector.h"
#include "collectors/derived/judged_certificate.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"environment.issuing_ca_in_ntauth", ValueType::kBool,
             "a declared issuing CA is in NTAuthCertificates"},
    FactSpec{"environment.ca_takes_end_dates", ValueType::kBool,
             "each CA of the forest has EDITF_ATTRIBUTEENDDATE; false: none has"},
};

// Columns of environment.ntauth_certificate, enrolment_service and ca_policy.
enum NtAuthColumn : unsigned { kMemberSha1, kMemberSubject };

enum ServiceColumn : unsigned { kServiceName };

enum PolicyColumn : unsigned { kPolicyCa, kPolicyFlags };

constexpr std::array kCaColumns = {
    ColumnSpec{"name", ValueType::kText, "name of the CA", true},
    ColumnSpec{"edit_flags", ValueType::kInt, "EditFlags of its policy module"},
};

constexpr std::array kTables = {
    TableSpec{"environment.issuing_ca", "CAs of the directory and of registry exports", kCaColumns},
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

// Which of several CAs issues is not told, nor whether one that was not seen does.
Cell TakesEndDates(const Table& cas) {
  constexpr std::int64_t kAttributeEndDate = 0x20;  // EDITF_ATTRIBUTEENDDATE, [MS-CSRA] 3.1.1.4.2
  if (cas.coverage() != Coverage::kComplete || cas.size() == 0) {
    const bool none = cas.coverage() == Coverage::kComplete;
    return Cell::Unknown(none ? WhyUnknown::kAmbiguous : cas.why(), cas.source());
  }
  std::optional<Cell> all;
  for (std::size_t i = 0; i < cas.size(); ++i) {
    const Cell& flags = cas.Row(i)[kPolicyFlags];
    if (!flags.present()) {
      return Cell::Unknown(flags.unknown() ? flags.why : WhyUnknown::kAmbiguous, flags.source);
    }
    const bool set = (flags.value.number & kAttributeEndDate) != 0;
    if (all && (all->value.number != 0) != set) {
      return Cell::Unknown(WhyUnknown::kAmbiguous, flags.source);
    }
    all = Cell::Bool(set, flags.source);
  }
  return *all;
}

void Derive(const DeriveInput& /*input*/, FactSpace& facts) {
  SubjectFacts& environment = facts.Environment().facts;
  environment.Put("environment.issuing_ca_in_ntauth", DeclaredInNtAuth(environment));
  FillCas(environment);
  environment.Put("environment.ca_takes_end_dates",
                  TakesEndDates(environment.TableOf("environment.issuing_ca")));
}

}  // namespace

extern const DerivationSpec kForestPkiDerivation;  // declared again by the generated list

const DerivationSpec kForestPkiDerivation = {.name = "forest_pki",
                                             .scope = Scope::kEnvironment,
                                             .facts = kFacts,
                                             .tables = kTables,
                                             .derive = Derive};

}  // namespace whfb::collectors
