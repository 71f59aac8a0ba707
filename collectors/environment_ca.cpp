// CA certificates of the environment evidence, for chains and for "issued by one of our CAs".

#include <array>
#include <span>

#include "collectors/certificate_rows.h"
#include "collectors/collector.h"
#include "collectors/readers/small_records.h"

namespace whfb::collectors {

namespace {

constexpr std::array kTables = {
    TableSpec{"environment.ca_certificate", "CA certificates of the environment evidence",
              kCertificateColumns},
};

// A CA: basicConstraints says so, or (roots of version 1 have no extensions) it issued itself
// and lies in a store of CAs.
bool IsCa(const readers::CertificateRecord& record) {
  if (record.fields.is_ca.present()) {
    return record.fields.is_ca.value;
  }
  return record.fields.self_issued.present() && record.fields.self_issued.value &&
         (record.store == "root" || record.store == "ca" || record.store == "ntauth");
}

void Add(const readers::CertificateRecord& record, FactSpace& facts) {
  Table& table = facts.Environment().facts.TableOf("environment.ca_certificate");
  table.Add(FillCertificateRow(record, facts));
  table.Cover(Coverage::kPartial, WhyUnknown::kNotCollected, record.source);
}

void Collect(const CollectInput& input, FactSpace& facts) {
  for (const readers::CertificateRecord& record : input.records.Of<readers::CertificateRecord>()) {
    if (IsCa(record)) {
      Add(record, facts);
    }
  }
  for (const readers::ProfileRecord& profile : input.records.Of<readers::ProfileRecord>()) {
    if (profile.has_certificate && profile.certificate.is_ca.present() &&
        profile.certificate.is_ca.value) {
      Add({.fields = profile.certificate, .source = profile.source}, facts);
    }
  }
}

}  // namespace

extern const CollectorSpec kEnvironmentCaCollector;  // declared again by the generated list

const CollectorSpec kEnvironmentCaCollector = {
    .name = "environment_ca", .scope = Scope::kEnvironment, .tables = kTables, .collect = Collect};

}  // namespace whfb::collectors
