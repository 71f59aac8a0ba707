// Whether the lists of revoked certificates that were collected still serve (requirements:
// crl.freshness). A list below a newer one of the same series is not judged: copies of last week
// may lie beside the one of today, also in evidence of another day.

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/collector.h"
#include "scanner/core/time.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"environment.crl_files_current", ValueType::kBool,
             "each collected CRL that none of the others replaces still serves"},
    FactSpec{"environment.crl_files_expired", ValueType::kList,
             "those that served no more when they were collected: issuer and end", "",
             ValueType::kText},
};

// Columns of environment.crl, by their place.
constexpr std::size_t kIssuer = 1;
constexpr std::size_t kAuthorityKeyId = 2;
constexpr std::size_t kDelta = 4;
constexpr std::size_t kThisUpdate = 5;
constexpr std::size_t kNextUpdate = 6;
constexpr std::size_t kCdp = 8;
constexpr std::size_t kSuperseded = 10;
constexpr std::size_t kExpired = 11;

using Row = std::span<const Cell>;

bool IsYes(const Cell& cell) {
  return cell.present() && cell.value.number != 0;
}

bool SameSeries(Row a, Row b, const TableSpec& spec) {
  return std::ranges::all_of(std::array{kIssuer, kAuthorityKeyId, kDelta, kCdp},
                             [&](std::size_t column) {
                               return !a[column].unknown() && !b[column].unknown() &&
                                      SameAnswer(a[column], b[column], spec.columns[column].type);
                             });
}

bool IsReplaced(Row row, const Table& lists) {
  if (IsYes(row[kSuperseded])) {
    return true;
  }
  for (std::size_t i = 0; i < lists.size(); ++i) {
    const Row other = lists.Row(i);
    const Cell& mine = row[kThisUpdate];
    const Cell& theirs = other[kThisUpdate];
    if (mine.present() && theirs.present() && theirs.value.time.earliest > mine.value.time.latest &&
        SameSeries(row, other, lists.spec())) {
      return true;
    }
  }
  return false;
}

std::string Describe(Row row) {
  std::string text(row[kIssuer].present() ? row[kIssuer].value.text : "issuer not readable");
  if (IsYes(row[kDelta])) {
    text.append(" (delta)");
  }
  return text + " until " + FormatTime(row[kNextUpdate].value.time);
}

void Derive(const DeriveInput& /*input*/, FactSpace& facts) {
  SubjectFacts& environment = facts.Environment().facts;
  const Table& lists = environment.TableOf("environment.crl");
  std::vector<std::string_view> expired;
  Cell current = lists.coverage() == Coverage::kNone || lists.size() == 0
                     ? Cell::Unknown(lists.why(), lists.source())
                     : Cell::Bool(true, lists.source());
  // Where the evidence is too old, what it says of a store is.
  const bool judged = current.present();
  for (std::size_t i = 0; judged && i < lists.size(); ++i) {
    const Row row = lists.Row(i);
    const Cell& end = row[kExpired];
    if (IsReplaced(row, lists)) {
      continue;
    }
    if (IsYes(end)) {
      expired.push_back(facts.pool.Intern(Describe(row)));
      current = Cell::Bool(false, end.source);
    } else if (expired.empty() && !end.present()) {
      // RFC 5280 demands an end; what a client makes of a list without one is not documented.
      current = Cell::Unknown(end.absent() ? WhyUnknown::kAmbiguous : end.why, end.source);
    }
  }
  std::ranges::sort(expired);
  environment.Put("environment.crl_files_current", current);
  environment.Put("environment.crl_files_expired", current.unknown()
                                                       ? Cell::Unknown(current.why, current.source)
                                                       : facts.ListCell(expired, current.source));
}

}  // namespace

extern const DerivationSpec kCrlStateDerivation;  // declared again by the generated list

const DerivationSpec kCrlStateDerivation = {
    .name = "crl_state", .scope = Scope::kEnvironment, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors
