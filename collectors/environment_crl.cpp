// Lists of revoked certificates among the environment evidence: until when each serves
// (requirements: crl.freshness), and whether a newer one of the same CA lies beside it.
//
// A file is what was published when it was copied. What the CA publishes now it does not show, nor
// which other lists there are: that none is newer is never known.

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "collectors/collector.h"
#include "collectors/known_cells.h"
#include "collectors/readers/crl.h"

namespace whfb::collectors {

namespace {

using readers::CrlRecord;
using readers::Known;

constexpr std::array kColumns = {
    ColumnSpec{"sha1", ValueType::kHex, "thumbprint of the list", true},
    ColumnSpec{"issuer", ValueType::kDn, "name of the CA"},
    ColumnSpec{"authority_key_id", ValueType::kHex, "key of the CA"},
    ColumnSpec{"number", ValueType::kHex, "number of the list"},
    ColumnSpec{"delta", ValueType::kBool, "it adds to another list"},
    ColumnSpec{"this_update", ValueType::kTime, "when it was issued"},
    ColumnSpec{"next_update", ValueType::kTime, "until when it serves"},
    ColumnSpec{"next_publish", ValueType::kTime, "when the CA means to issue the next one"},
    ColumnSpec{"cdp", ValueType::kList, "where it is published, by its own word", false,
               ValueType::kText},
    ColumnSpec{"freshest", ValueType::kList, "where its deltas are published", false,
               ValueType::kText},
    ColumnSpec{"superseded", ValueType::kBool,
               "a newer list of this CA, key, kind and place was collected too; never false"},
    ColumnSpec{"expired", ValueType::kBool,
               "it served no more when it was collected; what ended since may have been renewed"},
};

constexpr std::array kTables = {
    TableSpec{"environment.crl", "lists of revoked certificates of the environment evidence",
              kColumns},
};

template <typename T>
bool IsTold(const Known<T>& field) {
  return field.present() || field.knowledge == Knowledge::kAbsent;
}

// A delta says which list it adds to.
Cell DeltaCell(const Known<std::string_view>& base, const Provenance& source) {
  return IsTold(base) ? Cell::Bool(base.present(), source) : Cell::Unknown(base.why, source);
}

// Of lists with one of these the later one replaces the earlier: CA, its key, kind and place. A
// list that is published somewhere else may be of other certificates, or have moved. Nothing where
// one of them is not told.
using Series =
    std::tuple<std::string_view, bool, std::string_view, bool, std::vector<std::string_view>>;

std::optional<Series> SeriesOf(const CrlRecord& crl) {
  if (!crl.issuer.present() || !IsTold(crl.authority_key_id) || !IsTold(crl.base) ||
      !IsTold(crl.cdp) || !crl.this_update.present()) {
    return std::nullopt;
  }
  Series series{crl.issuer.value, crl.authority_key_id.present(), {}, crl.base.present(), {}};
  if (crl.authority_key_id.present()) {
    std::get<2>(series) = crl.authority_key_id.value;
  }
  if (crl.cdp.present()) {
    std::get<4>(series) = {crl.cdp.value.begin(), crl.cdp.value.end()};
  }
  return series;
}

// When the newest list of each series was issued.
std::map<Series, Ticks> Newest(std::span<const CrlRecord> crls) {
  std::map<Series, Ticks> newest;
  for (const CrlRecord& crl : crls) {
    if (std::optional<Series> series = SeriesOf(crl)) {
      Ticks& time = newest.try_emplace(*std::move(series), 0).first->second;
      time = std::max(time, crl.this_update.value.earliest);
    }
  }
  return newest;
}

Cell SupersededCell(const CrlRecord& crl, const std::map<Series, Ticks>& newest) {
  const std::optional<Series> series = SeriesOf(crl);
  return series && newest.at(*series) > crl.this_update.value.earliest
             ? Cell::Bool(true, crl.source)
             : Cell::Unknown(WhyUnknown::kNotCollected, crl.source);
}

// A list that ended after it was copied says nothing of what the CA publishes now. Evidence that
// nobody dated counts as that of now.
Cell ExpiredCell(const CrlRecord& crl, const Moment& moment) {
  const Known<TimeInterval>& end = crl.next_update;
  if (!end.present()) {
    return CellOf(end, crl.source);
  }
  const bool dated = moment.collected.latest != 0;
  const Ticks copied = dated ? moment.collected.earliest : moment.now;
  if (end.value.latest < copied) {
    return Cell::Bool(true, crl.source);
  }
  return end.value.earliest >= moment.now ? Cell::Bool(false, crl.source)
                                          : Cell::Unknown(WhyUnknown::kStale, crl.source);
}

void Collect(const CollectInput& input, FactSpace& facts) {
  const std::span<const CrlRecord> crls = input.records.Of<CrlRecord>();
  const std::map<Series, Ticks> newest = Newest(crls);
  for (const CrlRecord& crl : crls) {
    const Provenance& source = crl.source;
    const std::array<Cell, kColumns.size()> row = {
        CellOf(crl.sha1, source),
        CellOf(crl.issuer, source),
        CellOf(crl.authority_key_id, source),
        CellOf(crl.number, source),
        DeltaCell(crl.base, source),
        CellOf(crl.this_update, source),
        CellOf(crl.next_update, source),
        CellOf(crl.next_publish, source),
        CellOf(crl.cdp, source),
        CellOf(crl.freshest, source),
        SupersededCell(crl, newest),
        ExpiredCell(crl, input.moment),
    };
    Table& table = facts.Environment().facts.TableOf("environment.crl");
    table.Add(row);
    table.Cover(Coverage::kPartial, WhyUnknown::kNotCollected, source);
  }
}

}  // namespace

extern const CollectorSpec kEnvironmentCrlCollector;  // declared again by the generated list

const CollectorSpec kEnvironmentCrlCollector = {
    .name = "environment_crl", .scope = Scope::kEnvironment, .tables = kTables, .collect = Collect};

}  // namespace whfb::collectors
