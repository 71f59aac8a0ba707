#include "collectors/derived/chain_crl.h"

#include <algorithm>
#include <span>

#include "collectors/certificate_rows.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

// A certificate of this CA key: a CA that was renewed with its key has several, and a device may
// build the chain through any of them.
bool SameCa(const ChainNode& node, std::span<const Cell> row) {
  const Cell& key_id = row[kSubjectKeyId];
  const bool other_key =
      key_id.present() && !node.subject_key_id.empty() && key_id.value.text != node.subject_key_id;
  return row[kSubject].present() && row[kSubject].value.text == node.subject && !other_key;
}

Cell HasHttpAddress(const ChainNode& issuer, const Table& cas) {
  Cell answer;
  bool first = true;
  for (std::size_t i = 0; i < cas.size(); ++i) {
    if (!SameCa(issuer, cas.Row(i))) {
      continue;
    }
    const Cell one = collectors::HasHttpAddress(cas.Row(i)[kCdp]);
    if (first) {
      answer = one;
      first = false;
    } else if (!SameAnswer(answer, one, ValueType::kBool)) {
      return Cell::Unknown(WhyUnknown::kAmbiguous, one.source);
    }
  }
  return answer;
}

// One issuer: its own rows, which may be listed here and there, and others of its key, which must
// not say anything else.
Cell NamesRevocation(const ChainNode& issuer, std::span<const Table* const> stores) {
  Cell answer = Cell::Unknown(WhyUnknown::kNotCollected);
  for (const Table* const store : stores) {
    for (std::size_t i = 0; i < store->size(); ++i) {
      const std::span<const Cell> row = store->Row(i);
      const Cell one = collectors::NamesRevocation(row);
      if (!SameCa(issuer, row) || one.unknown()) {
        continue;
      }
      if (answer.present() && !SameAnswer(answer, one, ValueType::kBool)) {
        return Cell::Unknown(WhyUnknown::kAmbiguous, one.source);
      }
      answer = one;
    }
  }
  return answer;
}

}  // namespace

Cell HasHttpAddress(const Cell& cdp) {
  if (!cdp.present()) {
    return cdp.absent() ? Cell::Bool(false, cdp.source) : Cell::Unknown(cdp.why, cdp.source);
  }
  constexpr std::string_view kHttp = "http://";
  return Cell::Bool(std::ranges::any_of(cdp.value.list,
                                        [&](std::string_view uri) {
                                          return SameNoCase(uri.substr(0, kHttp.size()), kHttp);
                                        }),
                    cdp.source);
}

IssuerCrls CrlsOfIssuers(const Chain& chain, const Table& cas) {
  IssuerCrls crls;
  if (chain.proof == ChainProof::kName) {
    crls.all = Cell::Unknown(WhyUnknown::kAmbiguous);
    return crls;
  }
  Cell open = Cell::Bool(true, {});
  const std::size_t count = chain.issuers.size() - (chain.complete ? 1 : 0);
  for (std::size_t i = 0; i < count; ++i) {
    const Cell one = HasHttpAddress(*chain.issuers[i], cas);
    if (one.present() && one.value.number == 0) {
      crls.without.push_back(chain.issuers[i]->subject);
    }
    open = one.unknown() ? one : open;
  }
  if (!crls.without.empty()) {
    crls.all = Cell::Bool(false, cas.source());
    return crls;
  }
  crls.all = open.unknown() || chain.complete ? open : Cell::Unknown(WhyUnknown::kNotCollected);
  return crls;
}

Cell NamesRevocation(std::span<const Cell> row) {
  for (const CertificateColumn column : {kCdp, kOcsp}) {
    if (row[column].present() && !row[column].value.list.empty()) {
      return Cell::Bool(true, row[column].source);
    }
  }
  for (const CertificateColumn column : {kCdp, kOcsp}) {
    if (row[column].unknown()) {
      return Cell::Unknown(row[column].why, row[column].source);
    }
  }
  return Cell::Bool(false, row[kCdp].source);
}

Cell IssuersNameRevocation(const Chain& chain, std::span<const Table* const> stores) {
  if (!chain.complete) {
    return Cell::Unknown(WhyUnknown::kNotCollected);
  }
  if (chain.proof == ChainProof::kName) {
    return Cell::Unknown(WhyUnknown::kAmbiguous);
  }
  Cell answer = Cell::Bool(true, {});
  for (std::size_t i = 0; i + 1 < chain.issuers.size(); ++i) {
    const Cell one = NamesRevocation(*chain.issuers[i], stores);
    if (one.present() && one.value.number == 0) {
      // Another path may go around this CA.
      return chain.cut ? Cell::Unknown(WhyUnknown::kAmbiguous, one.source) : one;
    }
    answer = one.unknown() ? one : answer;
  }
  return answer;
}

}  // namespace whfb::collectors
