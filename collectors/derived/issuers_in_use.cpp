#include "collectors/derived/issuers_in_use.h"

#include <cstddef>
#include <span>

#include "collectors/certificate_columns.h"
#include "collectors/derived/issuing_cas.h"
#include "collectors/derived/judged_certificate.h"

namespace whfb::collectors {

IssuersInUse::IssuersInUse(FactSpace& facts, Ticks now) {
  UseOfControllers(facts, now);
  const Subject& environment = facts.Environment();
  const Table& certificates = environment.facts.TableOf("environment.ca_certificate");
  const IssuingCas issuing = IssuingCasOf(environment, now);
  const std::set<std::string_view> meant(issuing.sha1.begin(), issuing.sha1.end());
  std::multimap<Ca, std::span<const Cell>> valid;
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    const std::span<const Cell> row = certificates.Row(i);
    if (ValidAt(row, now) != Truth::kTrue || !row[kSubject].present() ||
        !row[kSubjectKeyId].present()) {
      continue;
    }
    valid.emplace(Ca(row[kSubject].value.text, row[kSubjectKeyId].value.text), row);
    if (row[kSha1].present() && meant.contains(row[kSha1].value.text)) {
      Use(row[kSubject], row[kSubjectKeyId]);
    }
  }
  while (!open_.empty()) {
    const auto [first, last] = valid.equal_range(open_.back());
    open_.pop_back();
    for (auto entry = first; entry != last; ++entry) {
      Use(entry->second[kIssuer], entry->second[kAuthorityKeyId]);
    }
  }
}

void IssuersInUse::UseOfControllers(const FactSpace& facts, Ticks now) {
  for (const Subject& subject : facts.subjects()) {
    if (subject.kind != SubjectKind::kDomainController) {
      continue;
    }
    const Cell& end = subject.facts.Get("dc.kdc_certificate.not_after");
    if (end.present() && end.value.time.earliest >= now) {
      Use(subject.facts.Get("dc.kdc_certificate.issuer"),
          subject.facts.Get("dc.kdc_certificate.authority_key_id"));
    }
  }
}

void IssuersInUse::Use(const Cell& name, const Cell& key) {
  if (name.present() && key.present()) {
    const Ca ca(name.value.text, key.value.text);
    if (used_.insert(ca).second) {
      open_.push_back(ca);
    }
  }
}

bool IssuersInUse::Contains(const Cell& name, const Cell& key) const {
  return name.present() && key.present() && used_.contains(Ca(name.value.text, key.value.text));
}

}  // namespace whfb::collectors
