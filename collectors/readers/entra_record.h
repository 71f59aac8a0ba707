// Records of the tenant itself, from Microsoft Graph: its people and the connectors of its PKI.

#ifndef WHFB_COLLECTORS_READERS_ENTRA_RECORD_H_
#define WHFB_COLLECTORS_READERS_ENTRA_RECORD_H_

#include <string_view>

#include "collectors/readers/known.h"
#include "scanner/core/cell.h"

namespace whfb::readers {

// A user of Entra ID. A property that was not asked for is unknown, null is absent.
struct EntraUser {
  std::string_view upn{};               // userPrincipalName
  Known<bool> sync_enabled{};           // onPremisesSyncEnabled; absent: never synchronised
  Known<std::string_view> ad_upn{};     // onPremisesUserPrincipalName
  Known<std::string_view> ad_domain{};  // onPremisesDomainName
  Known<std::string_view> ad_sid{};     // onPremisesSecurityIdentifier
  Provenance source{};
};

// A certificate connector of Intune (ndesConnector; also those for PKCS are called so).
struct CertificateConnector {
  std::string_view id{};
  std::string_view name{};              // displayName
  Known<std::string_view> state{};      // "none", "active", "inactive"
  Known<std::string_view> version{};    // connectorVersion
  Known<std::string_view> last_seen{};  // lastConnectionDateTime
  Provenance source{};
};

// A list of connectors that was read.
struct ConnectorList {
  bool complete = false;  // no further page, nothing in it was damaged
  Provenance source{};
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_ENTRA_RECORD_H_
