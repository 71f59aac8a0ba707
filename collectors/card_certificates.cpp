#include "collectors/card_certificates.h"

#include "collectors/certificate_rows.h"
#include "collectors/store_owner.h"

namespace whfb::collectors {

namespace {

using readers::CertificateRecord;

bool ListedWhole(const Subject& user, const Table& table) {
  const Cell& read = user.facts.Get("user.hello_certificates_read");
  return table.coverage() == Coverage::kComplete || (read.present() && read.value.number != 0);
}

// What a certificate says of itself is true whoever has it: that completes rows that are there.
bool CompleteRows(const CertificateRow& row, FactSpace& facts) {
  bool found = false;
  for (Subject& subject : facts.subjects()) {
    if (subject.kind != SubjectKind::kUser) {
      continue;
    }
    Table& table = subject.facts.TableOf("user.certificate");
    if (table.Find(row) != table.size()) {
      table.Add(row);
      found = true;
    }
  }
  return found;
}

void AddCardCertificate(const CertificateRecord& record,
                        const Declared& declared,
                        FactSpace& facts) {
  if (record.context.account == readers::Account::kSystem) {
    facts.Remark(record.source, false, "the cards that SYSTEM sees are no user's");
    return;
  }
  const CertificateRow row = FillCertificateRow(record, facts);
  if (CompleteRows(row, facts)) {
    return;
  }
  Subject* const user = UserOf(record, declared, facts);
  if (user == nullptr) {
    facts.Remark(
        record.source, false,
        "nothing tells whose Hello card this is; say who ran certutil with --collected-as");
    return;
  }
  Table& table = user->facts.TableOf("user.certificate");
  if (ListedWhole(*user, table)) {
    facts.Remark(record.source, false,
                 "the store of the user was listed and holds no such certificate: the card may be "
                 "that of the computer that the session came from");
    return;
  }
  table.Add(row);
  table.Cover(Coverage::kPartial, WhyUnknown::kNotCollected, record.source);
}

}  // namespace

void AddCardCertificates(std::span<const CertificateRecord> records,
                         const Declared& declared,
                         FactSpace& facts) {
  for (const CertificateRecord& record : records) {
    if (record.on_card) {
      AddCardCertificate(record, declared, facts);
    }
  }
}

}  // namespace whfb::collectors
