// Whether the lists of revoked certificates that were collected still serve (requirements:
// crl.freshness). A list below a newer one of the same series is not judged: copies of last week
// may lie beside the one of today, also in evidence of another day.

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "collectors/collector.h"
#include "collectors/derived/issuers_in_use.h"
#include "scanner/core/time.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{
        "environment.crl_files_current", ValueType::kBool,
        "each collected CRL that none of the others replaces still serves; false: one of a CA in "
        "use does not"},
    FactSpec{"environment.crl_files_expired", ValueType::kList,
             "those that served no more when they were collected, of CAs in use, else of others: "
             "issuer and end",
             "", ValueType::kText},
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

using Series = std::tuple<std::string_view, std::string_view, bool, std::vector<std::string_view>>;

bool IsYes(const Cell& cell) {
  return cell.present() && cell.value.number != 0;
}

// CA, its key, kind and places in any order; nothing where one of them is not told.
std::optional<Series> SeriesOf(Row row) {
  for (const std::size_t column : {kIssuer, kAuthorityKeyId, kDelta, kCdp}) {
    if (row[column].unknown()) {
      return std::nullopt;
    }
  }
  const auto text = [&row](std::size_t column) {
    return row[column].present() ? row[column].value.text : std::string_view{};
  };
  Series series{text(kIssuer), text(kAuthorityKeyId), IsYes(row[kDelta]), {}};
  if (row[kCdp].present()) {
    std::vector<std::string_view>& places = std::get<3>(series);
    places.assign(row[kCdp].value.list.begin(), row[kCdp].value.list.end());
    std::ranges::sort(places);
  }
  return series;
}

// Of each series the instant at which its newest list was certainly issued.
class NewestLists {
 public:
  explicit NewestLists(const Table& lists) {
    for (std::size_t i = 0; i < lists.size(); ++i) {
      const Cell& issued = lists.Row(i)[kThisUpdate];
      const std::optional<Series> series = SeriesOf(lists.Row(i));
      if (series && issued.present()) {
        Ticks& newest = newest_.try_emplace(*series, issued.value.time.earliest).first->second;
        newest = std::max(newest, issued.value.time.earliest);
      }
    }
  }

  [[nodiscard]] bool Replace(Row row) const {
    const std::optional<Series> series = SeriesOf(row);
    const Cell& issued = row[kThisUpdate];
    return IsYes(row[kSuperseded]) ||
           (series && issued.present() && newest_.at(*series) > issued.value.time.latest);
  }

 private:
  std::map<Series, Ticks> newest_;
};

std::string Describe(Row row) {
  std::string text(row[kIssuer].present() ? row[kIssuer].value.text : "issuer not readable");
  if (IsYes(row[kDelta])) {
    text.append(" (delta)");
  }
  return text + " until " + FormatTime(row[kNextUpdate].value.time);
}

// The answer, and the lists behind it.
struct State {
  Cell current{};
  std::vector<std::string_view> expired{};  // of CAs in use
  std::vector<std::string_view> unused{};   // of others
};

void Add(Row row, const IssuersInUse& issuers, FactSpace& facts, State& state) {
  const Cell& end = row[kExpired];
  if (IsYes(end)) {
    const bool used = issuers.Contains(row[kIssuer], row[kAuthorityKeyId]);
    (used ? state.expired : state.unused).push_back(facts.pool.Intern(Describe(row)));
    if (used) {
      state.current = Cell::Bool(false, end.source);
      return;
    }
  }
  if (state.expired.empty() && (IsYes(end) || !end.present())) {
    // RFC 5280 demands an end; what a client makes of a list without one is not documented.
    state.current = Cell::Unknown(end.unknown() ? end.why : WhyUnknown::kAmbiguous, end.source);
  }
}

State Judge(const Table& lists, const IssuersInUse& issuers, FactSpace& facts) {
  State state{.current = Cell::Bool(true, lists.source())};
  const NewestLists newest(lists);
  for (std::size_t i = 0; i < lists.size(); ++i) {
    const Row row = lists.Row(i);
    if (!newest.Replace(row)) {
      Add(row, issuers, facts, state);
    }
  }
  return state;
}

void Derive(const DeriveInput& input, FactSpace& facts) {
  SubjectFacts& environment = facts.Environment().facts;
  const Table& lists = environment.TableOf("environment.crl");
  // Where the evidence is too old, what it says of a store is.
  const bool judged = lists.coverage() != Coverage::kNone && lists.size() != 0;
  State state{.current = Cell::Unknown(lists.why(), lists.source())};
  if (judged) {
    state = Judge(lists, IssuersInUse(facts, input.moment.now), facts);
  }
  std::vector<std::string_view>& told = state.expired.empty() ? state.unused : state.expired;
  std::ranges::sort(told);
  const Cell& current = state.current;
  environment.Put("environment.crl_files_current", current);
  environment.Put("environment.crl_files_expired", current.unknown() && told.empty()
                                                       ? Cell::Unknown(current.why, current.source)
                                                       : facts.ListCell(told, current.source));
}

}  // namespace

extern const DerivationSpec kCrlStateDerivation;  // declared again by the generated list

const DerivationSpec kCrlStateDerivation = {
    .name = "crl_state", .scope = Scope::kEnvironment, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors
