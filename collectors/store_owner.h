// Whose certificates are shown: by a listing of a store, a profile, or a card.

#ifndef WHFB_COLLECTORS_STORE_OWNER_H_
#define WHFB_COLLECTORS_STORE_OWNER_H_

#include "collectors/collector.h"
#include "collectors/readers/certificate_record.h"

namespace whfb::collectors {

// Nobody's (SYSTEM), a known account's, or not told.
struct StoreOwner {
  bool system = false;
  UserKey key{};  // into the record or `declared`

  [[nodiscard]] bool known() const { return !key.sid.empty() || !key.upn.empty(); }
};

// The account that the evidence names, else the one that --collected-as does. What lies in a
// profile is its owner's, whoever collected it.
[[nodiscard]] StoreOwner OwnerOf(const readers::CertificateRecord& record,
                                 const Declared& declared);
[[nodiscard]] StoreOwner OwnerOf(const readers::StoreListing& listing, const Declared& declared);

// The user that the certificate is of, made on first use. Null for SYSTEM's, and for those that no
// account and no container names. Where the name of the account is one of several users, the
// container tells which.
[[nodiscard]] Subject* UserOf(const readers::CertificateRecord& record,
                              const Declared& declared,
                              FactSpace& facts);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_STORE_OWNER_H_
