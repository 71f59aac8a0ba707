// Names and numbers of a Contoso device and its user, all derived from the story's number.

#ifndef WHFB_SAMPLES_CONTOSO_IDENTITY_H_
#define WHFB_SAMPLES_CONTOSO_IDENTITY_H_

#include <string>

#include "samples/contoso_fleet.h"

namespace whfb::samples {

inline constexpr const char* kTenant = "5f3a1c9e-0b42-4d7a-9c55-7e1b2a9d4c10";
inline constexpr const char* kDomain = "corp.contoso.com";
inline constexpr const char* kNdesSid = "S-1-5-21-1004336348-1177238915-682003330-1155";
inline constexpr const char* kProfileId = "8c1d7b52-64fe-4b0f-9a3d-2f6e5d4c3b2a";

[[nodiscard]] std::string Upn(const Story& story);
[[nodiscard]] std::string AdSid(const Story& story);     // S-1-5-21-...
[[nodiscard]] std::string LogonSid(const Story& story);  // S-1-12-1-... on an Entra joined device
[[nodiscard]] std::string DeviceId(const Story& story);
[[nodiscard]] std::string HelloKeyId(const Story& story);

// "<SID>/<GUID>/login.windows.net/<tenant>/<UPN>".
[[nodiscard]] std::string Container(const Story& story);

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_CONTOSO_IDENTITY_H_
