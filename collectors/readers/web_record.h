// Records of IIS configuration files: flat, one value each.

#ifndef WHFB_COLLECTORS_READERS_WEB_RECORD_H_
#define WHFB_COLLECTORS_READERS_WEB_RECORD_H_

#include <string_view>

#include "collectors/readers/known.h"
#include "scanner/core/cell.h"

namespace whfb::readers {

// Names of what is kept. `location` is of the kind that stands behind each.
inline constexpr std::string_view kSslFlags = "access/@sslFlags";  // <location path>, "" the file's
inline constexpr std::string_view kDoubleEscaping = "requestFiltering/@allowDoubleEscaping";
inline constexpr std::string_view kAccessLock = "access/@overrideMode";  // likewise
inline constexpr std::string_view kFilteringLock = "requestFiltering/@overrideMode";
inline constexpr std::string_view kBinding = "site/binding";  // site
// What kind of account an application pool runs as, never which: one of the three below.
inline constexpr std::string_view kPoolIdentity = "applicationPool/identity";  // pool
inline constexpr std::string_view kBuiltInIdentity = "built-in";
inline constexpr std::string_view kUserIdentity = "user";
inline constexpr std::string_view kManagedIdentity = "managed-service-account";

// A value that a configuration file sets. What it does not set is inherited.
struct WebSetting {
  std::string_view location{};  // without '/' at its ends
  std::string_view name{};
  Known<std::string_view> value{};  // unknown: kept in another file, or encrypted
  Provenance source{};
};

struct WebConfigFile {
  bool server = false;    // applicationHost.config: it has sites
  bool complete = false;  // it sets nothing else
  Provenance source{};
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_WEB_RECORD_H_
