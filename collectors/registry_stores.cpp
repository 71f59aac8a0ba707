#include "collectors/registry_stores.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>

#include "collectors/certificate_rows.h"
#include "collectors/hello_container.h"
#include "collectors/old_evidence.h"
#include "collectors/readers/certificate_blob.h"
#include "collectors/readers/registry_record.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

using readers::CertificateRecord;
using readers::RegistryRoot;
using readers::RegistryValue;
using readers::StoreScope;

constexpr std::string_view kMachineHive = "HKEY_LOCAL_MACHINE";
constexpr std::string_view kUserHive = "HKEY_CURRENT_USER";
constexpr std::string_view kUsersHive = "HKEY_USERS";

// The physical places that the logical machine stores show (CERT_SYSTEM_STORE_LOCAL_MACHINE).
struct PhysicalPlace {
  std::string_view store;
  std::string_view key;
};

constexpr std::array kPlaces = {
    PhysicalPlace{"my", "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates\\MY"},
    PhysicalPlace{"root", "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates\\ROOT"},
    PhysicalPlace{"root", "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates\\AuthRoot"},
    PhysicalPlace{"root",
                  "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\SystemCertificates\\Root"},
    PhysicalPlace{"root", "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\EnterpriseCertificates\\Root"},
    PhysicalPlace{"ca", "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates\\CA"},
    PhysicalPlace{"ca",
                  "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\SystemCertificates\\CA"},
    PhysicalPlace{"ca", "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\EnterpriseCertificates\\CA"},
};

constexpr std::array<std::string_view, 5> kStores = {"my", "root", "authroot", "ca", "ntauth"};

struct KeyParts {
  std::string_view store{};  // the canonical lower-case spelling
  StoreScope scope = StoreScope::kUnknown;
  std::string_view sid{};  // HKEY_USERS\<SID>
};

// The last part of the path, which is removed with its separator.
std::string_view PopPart(std::string_view& path) {
  const std::size_t slash = path.rfind('\\');
  const std::string_view part = slash == std::string_view::npos ? path : path.substr(slash + 1);
  path = slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
  return part;
}

StoreScope ScopeOf(std::string_view path, std::string_view& sid) {
  if (path.starts_with(kMachineHive)) {
    return StoreScope::kMachine;
  }
  if (path.starts_with(kUsersHive)) {
    path.remove_prefix(std::min(path.size(), kUsersHive.size() + 1));
    const std::string_view name = path.substr(0, path.find('\\'));
    sid = IsSid(name) ? name : std::string_view{};
    return StoreScope::kUser;
  }
  return path.starts_with(kUserHive) ? StoreScope::kUser : StoreScope::kUnknown;
}

// ...\SystemCertificates\<store>\Certificates\<thumbprint>; nothing for any other key.
std::optional<KeyParts> SplitKey(std::string_view path) {
  KeyParts parts;
  parts.scope = ScopeOf(path, parts.sid);
  PopPart(path);  // thumbprint; the blob's own is checked by the reader
  if (!SameNoCase(PopPart(path), "Certificates")) {
    return std::nullopt;
  }
  const std::string_view store = PopPart(path);
  const std::string_view family = PopPart(path);
  const auto* const known =
      std::ranges::find_if(kStores, [&](std::string_view name) { return SameNoCase(name, store); });
  if (known == kStores.end() || parts.scope == StoreScope::kUnknown ||
      (!SameNoCase(family, "SystemCertificates") &&
       !SameNoCase(family, "EnterpriseCertificates"))) {
    return std::nullopt;
  }
  parts.store = *known;
  return parts;
}

bool Covers(const RegistryRoot& root, std::string_view key) {
  return root.complete && root.path.size() <= key.size() &&
         SameNoCase(root.path, key.substr(0, root.path.size())) &&
         (root.path.size() == key.size() || key[root.path.size()] == '\\');
}

// How much of a store the exported subtrees show.
struct StoreCover {
  const RegistryRoot* root = nullptr;  // one that covers a place of the store; null: none does
  bool every_place = true;
};

StoreCover CoverOf(std::span<const RegistryRoot> roots, std::string_view store) {
  StoreCover cover;
  for (const PhysicalPlace& place : kPlaces) {
    if (place.store != store) {
      continue;
    }
    const auto covering = std::ranges::find_if(
        roots, [&](const RegistryRoot& root) { return Covers(root, place.key); });
    cover.every_place = cover.every_place && covering != roots.end();
    cover.root = covering == roots.end() ? cover.root : &*covering;
  }
  return cover;
}

readers::StoreListing Listing(std::string_view store, const StoreCover& cover, bool whole) {
  return {.scope = StoreScope::kMachine,
          .store = store,
          .complete = cover.every_place && whole,
          .why = whole ? WhyUnknown::kNotCollected : WhyUnknown::kMalformed,
          .context = cover.root->context,
          .source = cover.root->source};
}

// Where the certificate stands that a value holds; nothing for any other value.
std::optional<KeyParts> BlobPlace(const RegistryValue& value) {
  return SameNoCase(value.name, "Blob") && !value.deleted ? SplitKey(value.key) : std::nullopt;
}

CertificateRecord InPlace(CertificateRecord record,
                          const KeyParts& parts,
                          const RegistryValue& value) {
  record.scope = parts.scope;
  record.store = parts.store == "authroot" ? "root" : parts.store;
  record.context = value.context;
  if (!parts.sid.empty()) {
    record.context.account = readers::Account::kUser;
    record.context.user_sid = parts.sid;
  }
  record.source = value.source;
  return record;
}

}  // namespace

RegistryStores ReadRegistryStores(const readers::Records& records,
                                  std::span<const EvidenceItem> evidence) {
  RegistryStores stores;
  std::set<std::string_view> damaged;
  for (const RegistryValue& value : records.Of<RegistryValue>()) {
    const std::optional<KeyParts> parts = BlobPlace(value);
    if (!parts || (value.source.outdated && IsOfOldCopy(value.source, evidence))) {
      continue;
    }
    Result<CertificateRecord> record =
        readers::ParseCertificateBlob(value.bytes, records.pool(), value.key);
    if (record && !value.malformed) {
      stores.certificates.push_back(InPlace(*record, *parts, value));
    } else {
      damaged.insert(parts->store == "authroot" ? "root" : parts->store);
    }
  }
  for (const std::string_view store : {"my", "root", "ca"}) {
    const StoreCover cover = CoverOf(records.Of<RegistryRoot>(), store);
    if (cover.root != nullptr) {
      stores.listings.push_back(Listing(store, cover, !damaged.contains(store)));
    }
  }
  return stores;
}

}  // namespace whfb::collectors
