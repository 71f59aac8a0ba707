#include "collectors/derived/chain_trust.h"

#include <cstddef>
#include <span>

#include "collectors/certificate_columns.h"

namespace whfb::collectors {

namespace {

// The first row that does not tell which certificate it is; it may be any.
const Cell* Unreadable(const Table& store) {
  for (std::size_t i = 0; i < store.size(); ++i) {
    for (const CertificateColumn column : {kSha1, kSubject}) {
      if (!store.Row(i)[column].present()) {
        return &store.Row(i)[column];
      }
    }
  }
  return nullptr;
}

// A certificate of the CA `name`, of this key as far as both tell (empty: not known).
bool HoldsCa(const Table& store, std::string_view name, std::string_view key_id) {
  for (std::size_t i = 0; i < store.size(); ++i) {
    const std::span<const Cell> row = store.Row(i);
    const bool other_key =
        !key_id.empty() && row[kSubjectKeyId].present() && row[kSubjectKeyId].value.text != key_id;
    if (row[kSubject].present() && row[kSubject].value.text == name && !other_key) {
      return true;
    }
  }
  return false;
}

}  // namespace

Cell NotInStore(const Table& store, std::string_view ca, std::string_view key_id) {
  if (store.coverage() != Coverage::kComplete) {
    return Cell::Unknown(store.why(), store.source());
  }
  if (const Cell* const row = Unreadable(store); row != nullptr) {
    return Cell::Unknown(row->why, row->source);
  }
  return HoldsCa(store, ca, key_id) ? Cell::Unknown(WhyUnknown::kAmbiguous, store.source())
                                    : Cell::Bool(false, store.source());
}

Cell InStore(const Table& store, const ChainNode& node) {
  for (std::size_t i = 0; i < store.size(); ++i) {
    const Cell& cell = store.Row(i)[kSha1];
    if (cell.present() && cell.value.text == node.sha1) {
      return Cell::Bool(true, cell.source);
    }
  }
  return NotInStore(store, node.subject, node.subject_key_id);
}

Cell TrustedCell(const Chain& chain, const Table& roots) {
  if (!chain.complete) {
    return Cell::Unknown(WhyUnknown::kNotCollected);
  }
  if (chain.proof == ChainProof::kName) {
    return Cell::Unknown(WhyUnknown::kAmbiguous);
  }
  const Cell answer = InStore(roots, *chain.root());
  const bool no = answer.present() && answer.value.number == 0;
  // Another path may lead to a root that is there.
  return no && (chain.may_be_trusted || chain.cut)
             ? Cell::Unknown(WhyUnknown::kAmbiguous, answer.source)
             : answer;
}

}  // namespace whfb::collectors
