#include "collectors/derived/issuers_in_use.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <span>

#include "collectors/certificate_columns.h"
#include "collectors/derived/issuing_cas.h"
#include "collectors/derived/judged_certificate.h"

namespace whfb::collectors {

namespace {

std::string_view TextOf(const Cell& cell) {
  return cell.present() ? cell.value.text : std::string_view{};
}

}  // namespace

IssuersInUse::IssuersInUse(FactSpace& facts, Ticks now)
    : certificates_(facts.Environment().facts.TableOf("environment.ca_certificate")), now_(now) {
  for (const Subject& subject : facts.subjects()) {
    if (subject.kind != SubjectKind::kDomainController) {
      continue;
    }
    const Cell& end = subject.facts.Get("dc.kdc_certificate.not_after");
    if (!end.present() || end.value.time.latest >= now) {
      Use(subject.facts.Get("dc.kdc_certificate.issuer"),
          subject.facts.Get("dc.kdc_certificate.authority_key_id"));
    }
  }
  const IssuingCas issuing = IssuingCasOf(facts.Environment(), now);
  const std::set<std::string_view> meant(issuing.sha1.begin(), issuing.sha1.end());
  for (std::size_t i = 0; i < certificates_.size(); ++i) {
    const std::span<const Cell> row = certificates_.Row(i);
    if (meant.contains(TextOf(row[kSha1]))) {
      Use(row[kSubject], row[kSubjectKeyId]);
    }
    bool& serves = serves_[Ca(TextOf(row[kSubject]), TextOf(row[kSubjectKeyId]))];
    serves = serves || ValidAt(row, now) != Truth::kFalse;
  }
  UseThoseAbove();
}

void IssuersInUse::Use(const Cell& name, const Cell& key) {
  if (name.present() && used_[name.value.text].insert(TextOf(key)).second) {
    open_.emplace_back(name.value.text, TextOf(key));
  }
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
      if (ValidAt(row, now_) != Truth::kFalse) {
        Use(row[kIssuer], row[kAuthorityKeyId]);
      }
    }
    rows.erase(first, last);
  };
  while (!open_.empty()) {
    const std::string_view name = open_.back().first;
    const std::string_view key = open_.back().second;
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
  const auto found = name.present() ? used_.find(name.value.text) : used_.end();
  return found != used_.end() &&
         (!key.present() || found->second.contains("") || found->second.contains(key.value.text));
}

bool IssuersInUse::IsRetired(const Cell& name, const Cell& key) const {
  const auto found = serves_.find(Ca(TextOf(name), TextOf(key)));
  return key.present() && found != serves_.end() && !found->second;
}

}  // namespace whfb::collectors
