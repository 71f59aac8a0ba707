// The text exports of a Contoso device: dsregcmd, registry, MDM report.

#ifndef WHFB_SAMPLES_CONTOSO_EXPORTS_H_
#define WHFB_SAMPLES_CONTOSO_EXPORTS_H_

#include <cstdint>
#include <string>

#include "samples/contoso_fleet.h"

namespace whfb::samples {

// `dsregcmd /status`, run by the user or by SYSTEM.
[[nodiscard]] std::string StatusText(const Story& story, bool as_user);

[[nodiscard]] std::string UacExport(const Story& story);          // Policies\System
[[nodiscard]] std::string PoliciesExport(const Story& story);     // HKLM\SOFTWARE\Policies
[[nodiscard]] std::string UserPoliciesExport();                   // HKCU\SOFTWARE\Policies
[[nodiscard]] std::string MdmPoliciesExport(const Story& story);  // ...\Policies\PassportForWork
[[nodiscard]] std::string SchannelExport(const Story& story);     // TLS 1.3
[[nodiscard]] std::string NetworkExport(const Story& story);      // Tcpip\Parameters
[[nodiscard]] std::string TerminalServerExport();                 // takes no connections
[[nodiscard]] std::string WindowsVersionExport();                 // Windows NT\CurrentVersion

// MDMDiagReport.xml with its SCEP section.
[[nodiscard]] std::string MdmReport(const Story& story);

// "ModelName_AC_..._LogicalName_..._Hash_...": the UniqueId of the story's SCEP request.
[[nodiscard]] std::string ScepUniqueId(const Story& story);

// KeyProtection of that request: 4 is the Hello container, 3 the software provider.
[[nodiscard]] std::uint32_t ScepKeyProtection(const Story& story);

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_CONTOSO_EXPORTS_H_
