#include "collectors/derived/issuing_cas.h"

#include <cstddef>

#include "collectors/certificate_columns.h"
#include "collectors/derived/judged_certificate.h"

namespace whfb::collectors {

namespace {

void AddNamed(const Table& certificates, std::string_view subject, IssuingCas& cas) {
  const std::size_t before = cas.sha1.size();
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    const auto row = certificates.Row(i);
    if (row[kSha1].present() && TextIs(row[kSubject], subject) == Truth::kTrue) {
      cas.sha1.push_back(row[kSha1].value.text);
    }
  }
  cas.every_known = cas.every_known && cas.sha1.size() != before;
}

}  // namespace

IssuingCas IssuingCasOf(const Subject& environment) {
  constexpr std::size_t kSha1Length = 40;
  const Table& certificates = environment.facts.TableOf("environment.ca_certificate");
  IssuingCas cas{.all = IsTrue(environment.facts.Get("environment.issuing_cas_complete")) ==
                        Truth::kTrue};
  for (const std::string_view declared : ListOf(&environment, "environment.issuing_cas")) {
    const bool thumbprint =
        declared.size() == kSha1Length && declared.find('=') == std::string_view::npos;
    if (thumbprint) {
      cas.sha1.push_back(declared);
    } else {
      AddNamed(certificates, declared, cas);
    }
  }
  const Table& services = environment.facts.TableOf("environment.enrolment_service");
  const int column = FindColumn(services.spec(), "ca_sha1");
  for (std::size_t i = 0; cas.sha1.empty() && cas.every_known && i < services.size(); ++i) {
    const Cell& own = services.Row(i)[static_cast<std::size_t>(column)];
    if (own.present()) {
      cas.sha1.insert(cas.sha1.end(), own.value.list.begin(), own.value.list.end());
    }
  }
  return cas;
}

}  // namespace whfb::collectors
