#include "collectors/derived/issuers_in_use.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <span>

#include "collectors/certificate_columns.h"
#include "collectors/derived/judged_certificate.h"
#include "collectors/dn_text.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

constexpr std::size_t kServiceName = 0;  // of environment.enrolment_service

std::string_view TextOf(const Cell& cell) {
  return cell.present() ? cell.value.text : std::string_view{};
}

}  // namespace

IssuersInUse::IssuersInUse(FactSpace& facts, Ticks now)
    : certificates_(facts.Environment().facts.TableOf("environment.ca_certificate")) {
  const Subject& environment = facts.Environment();
  for (const std::string_view declared : ListOf(&environment, "environment.issuing_cas")) {
    named_.insert(LowerAscii(declared));
  }
  const Table& services = environment.facts.TableOf("environment.enrolment_service");
  for (std::size_t i = 0; i < services.size(); ++i) {
    named_.insert(LowerAscii(TextOf(services.Row(i)[kServiceName])));
  }
  named_.erase("");
  for (const Subject& subject : facts.subjects()) {
    if (subject.kind == SubjectKind::kDomainController) {
      Use(subject.facts.Get("dc.kdc_certificate.issuer"),
          subject.facts.Get("dc.kdc_certificate.authority_key_id"));
    }
  }
  for (std::size_t i = 0; i < certificates_.size(); ++i) {
    const std::span<const Cell> row = certificates_.Row(i);
    has_certificate_.insert(TextOf(row[kSubject]));
    const bool meant = IsNamed(TextOf(row[kSubject])) || named_.contains(TextOf(row[kSha1]));
    if (meant && ValidAt(row, now) != Truth::kFalse) {
      Use(row[kSubject], row[kSubjectKeyId]);
    }
  }
  UseThoseAbove();
}

void IssuersInUse::Use(const Cell& name, const Cell& key) {
  if (name.present() && used_[name.value.text].insert(TextOf(key)).second) {
    open_.emplace_back(name.value.text, TextOf(key));
  }
}

bool IssuersInUse::IsNamed(std::string_view name) const {
  return !name.empty() &&
         (named_.contains(LowerAscii(name)) || named_.contains(LowerAscii(DnValue(name, "CN"))));
}

// Each certificate is gone through once, whatever chains they make.
void IssuersInUse::UseThoseAbove() {
  std::multimap<Ca, std::size_t> rows;
  for (std::size_t i = 0; i < certificates_.size(); ++i) {
    const std::span<const Cell> row = certificates_.Row(i);
    rows.emplace(Ca(TextOf(row[kSubject]), TextOf(row[kSubjectKeyId])), i);
  }
  const auto take = [&](auto first, auto last) {
    for (auto entry = first; entry != last; ++entry) {
      const std::span<const Cell> row = certificates_.Row(entry->second);
      Use(row[kIssuer], row[kAuthorityKeyId]);
    }
    rows.erase(first, last);
  };
  while (!open_.empty()) {
    const auto [name, key] = open_.back();
    open_.pop_back();
    if (key.empty()) {
      const auto last = std::find_if(rows.lower_bound({name, {}}), rows.end(),
                                     [&](const auto& row) { return row.first.first != name; });
      take(rows.lower_bound({name, {}}), last);
    } else {
      take(rows.lower_bound({name, key}), rows.upper_bound({name, key}));
      take(rows.lower_bound({name, {}}), rows.upper_bound({name, {}}));
    }
  }
}

bool IssuersInUse::Contains(const Cell& name, const Cell& key) const {
  if (!name.present()) {
    return false;
  }
  const auto found = used_.find(name.value.text);
  if (found == used_.end()) {
    // Without its certificate the key is not known.
    return IsNamed(name.value.text) && !has_certificate_.contains(name.value.text);
  }
  return !key.present() || found->second.contains("") || found->second.contains(key.value.text);
}

}  // namespace whfb::collectors
