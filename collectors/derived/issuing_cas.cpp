#include "collectors/derived/issuing_cas.h"

#include <algorithm>
#include <cstddef>
#include <span>

#include "collectors/certificate_columns.h"
#include "collectors/derived/judged_certificate.h"

namespace whfb::collectors {

namespace {

// Generations of a CA that have ended issue no more. A CA of which only such are here has another
// that was not collected.
class Generations {
 public:
  Generations(const Table& certificates, Ticks now) : certificates_(certificates), now_(now) {}

  void AddNamed(std::string_view subject, IssuingCas& cas) const {
    const std::size_t before = cas.sha1.size();
    for (std::size_t i = 0; i < certificates_.size(); ++i) {
      const std::span<const Cell> row = certificates_.Row(i);
      if (row[kSha1].present() && TextIs(row[kSubject], subject) == Truth::kTrue) {
        Add(row[kSha1].value.text, row, cas);
      }
    }
    cas.every_known = cas.every_known && cas.sha1.size() != before;
  }

  void AddListed(std::string_view sha1, IssuingCas& cas) const {
    for (std::size_t i = 0; i < certificates_.size(); ++i) {
      const std::span<const Cell> row = certificates_.Row(i);
      if (TextIs(row[kSha1], sha1) == Truth::kTrue) {
        Add(sha1, row, cas);
        return;
      }
    }
    cas.sha1.push_back(sha1);
  }

 private:
  void Add(std::string_view sha1, std::span<const Cell> row, IssuingCas& cas) const {
    if (ValidAt(row, now_) != Truth::kFalse) {
      cas.sha1.push_back(sha1);
    }
  }

  const Table& certificates_;
  Ticks now_;
};

void AddDeclared(std::span<const std::string_view> declared,
                 const Generations& generations,
                 IssuingCas& cas) {
  constexpr std::size_t kSha1Length = 40;
  for (const std::string_view one : declared) {
    const bool thumbprint = one.size() == kSha1Length && one.find('=') == std::string_view::npos;
    if (thumbprint) {
      const std::size_t before = cas.sha1.size();
      generations.AddListed(one, cas);
      cas.every_known = cas.every_known && cas.sha1.size() != before;
    } else {
      generations.AddNamed(one, cas);
    }
  }
}

void AddServices(const Table& services, const Generations& generations, IssuingCas& cas) {
  const auto column = static_cast<std::size_t>(FindColumn(services.spec(), "ca_sha1"));
  for (std::size_t i = 0; i < services.size(); ++i) {
    const Cell& own = services.Row(i)[column];
    cas.every_known = cas.every_known && own.present();
    if (own.present()) {
      std::ranges::for_each(own.value.list,
                            [&](std::string_view sha1) { generations.AddListed(sha1, cas); });
    }
  }
}

}  // namespace

IssuingCas IssuingCasOf(const Subject& environment, Ticks now) {
  const Generations generations(environment.facts.TableOf("environment.ca_certificate"), now);
  const std::span<const std::string_view> declared =
      ListOf(&environment, "environment.issuing_cas");
  const Cell& complete = environment.facts.Get("environment.issuing_cas_complete");
  IssuingCas cas{.all = !declared.empty() && IsTrue(complete) == Truth::kTrue,
                 .declared = !declared.empty()};
  if (cas.declared) {
    AddDeclared(declared, generations, cas);
  } else {
    AddServices(environment.facts.TableOf("environment.enrolment_service"), generations, cas);
  }
  return cas;
}

}  // namespace whfb::collectors
