#include "collectors/derived/rdp_issuer.h"

#include <algorithm>
#include <string_view>

#include "collectors/certificate_rows.h"
#include "collectors/derived/judged_certificate.h"
#include "collectors/readers/certificate_hash.h"

namespace whfb::collectors {

namespace {

// The CA of this row issued the certificate, as far as names and key identifiers tell.
bool Issued(std::span<const Cell> ca, std::span<const Cell> row) {
  const bool same_name = ca[kSubject].present() && row[kIssuer].present() &&
                         ca[kSubject].value.text == row[kIssuer].value.text;
  const bool other_key = ca[kSubjectKeyId].present() && row[kAuthorityKeyId].present() &&
                         ca[kSubjectKeyId].value.text != row[kAuthorityKeyId].value.text;
  return same_name && !other_key;
}

// The answer where the list of CAs is known; empty: none is declared. Only of a list that says
// that it is complete (`all`) is a CA that is not in it none of the organisation's.
Cell CompareWith(std::span<const std::string_view> declared,
                 bool all,
                 const Table& collected,
                 std::span<const Cell> row) {
  const Cell& issuer = row[kIssuer];
  if (Among(declared, issuer.value.text)) {
    return Cell::Bool(true, issuer.source);
  }
  auto resolved = declared.size() -
                  static_cast<std::size_t>(std::ranges::count_if(declared, readers::IsThumbprint));
  for (std::size_t i = 0; i < collected.size(); ++i) {
    const std::span<const Cell> ca = collected.Row(i);
    const bool named = ca[kSha1].present() && Among(declared, ca[kSha1].value.text);
    resolved += named ? 1U : 0U;
    if ((named || declared.empty()) && Issued(ca, row)) {
      return Cell::Bool(true, issuer.source);
    }
  }
  if (declared.empty()) {
    return Cell::Absent(issuer.source);
  }
  // A thumbprint whose certificate nobody collected may be the issuer.
  return all && resolved >= declared.size()
             ? Cell::Bool(false, issuer.source)
             : Cell::Unknown(WhyUnknown::kNotCollected, issuer.source);
}

}  // namespace

Cell IssuerIsDeclared(std::span<const Cell> row, const Subject* environment) {
  const Cell& issuer = row[kIssuer];
  if (!issuer.present()) {
    return Like(issuer);
  }
  if (environment == nullptr) {
    return Cell::Unknown(WhyUnknown::kAmbiguous, issuer.source);
  }
  const Cell& list = environment->facts.Get("environment.issuing_cas");
  if (list.unknown()) {
    return Cell::Unknown(list.why, issuer.source);
  }
  const Cell& complete = environment->facts.Get("environment.issuing_cas_complete");
  return CompareWith(ListOf(environment, "environment.issuing_cas"),
                     IsTrue(complete) == Truth::kTrue,
                     environment->facts.TableOf("environment.ca_certificate"), row);
}

}  // namespace whfb::collectors
