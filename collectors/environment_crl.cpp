// Lists of revoked certificates among the environment evidence: until when each serves
// (requirements: crl.freshness), and whether a newer one of the same CA lies beside it.
//
// A file is what was published when it was copied. What the CA publishes now it does not show, nor
// which other lists there are: that none is newer is never known.

#include <algorithm>
#include <array>
#include <span>

#include "collectors/collector.h"
#include "collectors/readers/crl.h"
#include "scanner/core/truth.h"

namespace whfb::collectors {

namespace {

using readers::CrlRecord;
using readers::Known;
using readers::TextList;

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
};

constexpr std::array kTables = {
    TableSpec{"environment.crl", "lists of revoked certificates of the environment evidence",
              kColumns},
};

template <typename T>
Cell NotPresent(const Known<T>& field, const Provenance& source) {
  return field.knowledge == Knowledge::kAbsent ? Cell::Absent(source)
                                               : Cell::Unknown(field.why, source);
}

Cell TextCell(const Known<std::string_view>& field, const Provenance& source) {
  return field.present() ? Cell::Text(field.value, source) : NotPresent(field, source);
}

Cell TimeCell(const Known<TimeInterval>& field, const Provenance& source) {
  return field.present() ? Cell::Time(field.value, source) : NotPresent(field, source);
}

Cell ListCell(const Known<TextList>& field, const Provenance& source) {
  return field.present() ? Cell::List(field.value, source) : NotPresent(field, source);
}

// A delta says which list it adds to.
Cell DeltaCell(const Known<std::string_view>& base, const Provenance& source) {
  const bool told = base.present() || base.knowledge == Knowledge::kAbsent;
  return told ? Cell::Bool(base.present(), source) : Cell::Unknown(base.why, source);
}

Truth Told(bool answer) {
  return answer ? Truth::kTrue : Truth::kFalse;
}

template <typename T>
bool IsTold(const Known<T>& field) {
  return field.present() || field.knowledge == Knowledge::kAbsent;
}

Truth Same(const Known<std::string_view>& a, const Known<std::string_view>& b) {
  return !IsTold(a) || !IsTold(b)
             ? Truth::kUnknown
             : Told(a.present() == b.present() && (!a.present() || a.value == b.value));
}

// A list that is published somewhere else may be of other certificates, or have moved.
Truth SamePlace(const Known<TextList>& a, const Known<TextList>& b) {
  const bool same = IsTold(a) && IsTold(b) && a.present() == b.present() &&
                    (!a.present() || std::ranges::equal(a.value, b.value));
  return same ? Truth::kTrue : Truth::kUnknown;
}

Truth IsNewer(const CrlRecord& other, const CrlRecord& crl) {
  return other.this_update.present() && crl.this_update.present()
             ? Told(other.this_update.value.earliest > crl.this_update.value.earliest)
             : Truth::kUnknown;
}

Truth Supersedes(const CrlRecord& other, const CrlRecord& crl) {
  const Truth kind = IsTold(other.base) && IsTold(crl.base)
                         ? Told(other.base.present() == crl.base.present())
                         : Truth::kUnknown;
  const Truth ca =
      And(Same(other.issuer, crl.issuer), Same(other.authority_key_id, crl.authority_key_id));
  return And(And(ca, kind), And(SamePlace(other.cdp, crl.cdp), IsNewer(other, crl)));
}

Cell SupersededCell(const CrlRecord& crl, std::span<const CrlRecord> all) {
  const bool superseded = std::ranges::any_of(
      all, [&crl](const CrlRecord& other) { return Supersedes(other, crl) == Truth::kTrue; });
  return superseded ? Cell::Bool(true, crl.source)
                    : Cell::Unknown(WhyUnknown::kNotCollected, crl.source);
}

void Collect(const CollectInput& input, FactSpace& facts) {
  const std::span<const CrlRecord> crls = input.records.Of<CrlRecord>();
  for (const CrlRecord& crl : crls) {
    const Provenance& source = crl.source;
    const std::array<Cell, kColumns.size()> row = {
        TextCell(crl.sha1, source),
        TextCell(crl.issuer, source),
        TextCell(crl.authority_key_id, source),
        TextCell(crl.number, source),
        DeltaCell(crl.base, source),
        TimeCell(crl.this_update, source),
        TimeCell(crl.next_update, source),
        TimeCell(crl.next_publish, source),
        ListCell(crl.cdp, source),
        ListCell(crl.freshest, source),
        SupersededCell(crl, crls),
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
