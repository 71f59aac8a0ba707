#include "collectors/declared_user.h"

#include <string_view>

#include "collectors/certificate_rows.h"
#include "collectors/hello_container.h"
#include "collectors/readers/certificate_record.h"
#include "collectors/readers/small_records.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

// Holds a name against those of the evidence.
class Comparison {
 public:
  explicit Comparison(std::string_view name) : name_(name), sid_(IsSid(name)) {}

  void Take(std::string_view sid, std::string_view upn) {
    const std::string_view told = sid_ ? sid : upn;
    others_ = others_ || !told.empty();
    found_ = found_ || (!told.empty() && SameNoCase(told, name_));
  }

  [[nodiscard]] bool fits() const { return found_ || !others_; }

 private:
  std::string_view name_;
  bool sid_ = false;
  bool found_ = false;
  bool others_ = false;
};

void TakeContainer(std::string_view name, Comparison& comparison) {
  if (const auto container = ParseHelloContainer(name)) {
    comparison.Take(container->sid, container->account);
  }
}

void TakeCertificate(const readers::CertificateRecord& record, Comparison& comparison) {
  comparison.Take(record.context.user_sid, record.context.user_upn);
  if (record.container.present()) {
    TakeContainer(record.container.value, comparison);
  }
  const bool hello = record.provider.present() && record.provider.value == kPassportProvider;
  if (hello && record.fields.san_upn.present()) {
    for (const std::string_view upn : record.fields.san_upn.value) {
      comparison.Take({}, upn);
    }
  }
}

}  // namespace

bool DeclaredUserFits(const Declared& declared, const readers::Records& records) {
  Comparison comparison(declared.collected_as);
  for (const readers::CertificateRecord& record : records.Of<readers::CertificateRecord>()) {
    TakeCertificate(record, comparison);
  }
  for (const readers::ListedKey& key : records.Of<readers::ListedKey>()) {
    TakeContainer(key.name, comparison);
  }
  for (const readers::StoreListing& listing : records.Of<readers::StoreListing>()) {
    comparison.Take(listing.context.user_sid, listing.context.user_upn);
  }
  for (const readers::DsregcmdRun& run : records.Of<readers::DsregcmdRun>()) {
    comparison.Take(run.context.user_sid, run.context.user_upn);
  }
  return comparison.fits();
}

}  // namespace whfb::collectors
