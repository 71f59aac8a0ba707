#include "samples/contoso_servers.h"

#include <string>

#include <spdlog/fmt/fmt.h>

#include "samples/contoso_identity.h"
#include "samples/reg_file.h"

namespace whfb::samples {

namespace {

constexpr const char* kMachine = "HKEY_LOCAL_MACHINE\\";

// EDITF_ATTRIBUTEENDDATE is set, EDITF_ATTRIBUTESUBJECTALTNAME2 is not.
constexpr std::uint32_t kEditFlags = 0x11016E;

std::string CaExport() {
  const std::string root =
      std::string(kMachine) + "SYSTEM\\CurrentControlSet\\Services\\CertSvc\\Configuration";
  const std::string ca = root + "\\Contoso Issuing CA 1";
  return RegExport({{.path = root, .values = {{"Active", "Contoso Issuing CA 1"}}},
                    {.path = ca, .values = {{"CAType", std::uint32_t{1}}}},
                    {.path = ca + "\\PolicyModules\\CertificateAuthority_MicrosoftDefault.Policy",
                     .values = {{"EditFlags", kEditFlags}}}});
}

std::string ControllerVersion() {
  return RegExport(
      {{.path = std::string(kMachine) + "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion",
        .values = {{"CurrentBuildNumber", "20348"},
                   {"ProductName", "Windows Server 2022 Standard"}}}});
}

std::string Connectors() {
  return R"({
  "@odata.context": "https://graph.microsoft.com/beta/$metadata#deviceManagement/ndesConnectors",
  "value": [
    {
      "id": "5f0d3c11-7a34-4c0e-9d59-1f6f5a0b7c21",
      "lastConnectionDateTime": "2026-11-18T06:11:09Z",
      "state": "active",
      "displayName": "Contoso NDES",
      "machineName": "ndes01.corp.contoso.com",
      "enrolledDateTime": "2026-01-12T09:00:00Z",
      "roleScopeTagIds": ["0"],
      "connectorVersion": "6.2406.0.1001"
    }
  ]
}
)";
}

// IIS on the web server of the CRLs: no TLS is asked for, and file names may hold a plus sign.
constexpr const char* kWebServer = R"(<?xml version="1.0" encoding="UTF-8"?>
<configuration>
    <configSections>
        <sectionGroup name="system.webServer">
            <sectionGroup name="security">
                <section name="access" overrideModeDefault="Deny" />
                <section name="requestFiltering" overrideModeDefault="Allow" />
            </sectionGroup>
        </sectionGroup>
    </configSections>
    <system.applicationHost>
        <sites>
            <site name="Default Web Site" id="1">
                <application path="/">
                    <virtualDirectory path="/" physicalPath="%SystemDrive%\inetpub\wwwroot" />
                    <virtualDirectory path="/cdp" physicalPath="C:\cdp" />
                </application>
                <bindings>
                    <binding protocol="http" bindingInformation="*:80:pki.contoso.com" />
                </bindings>
            </site>
        </sites>
    </system.applicationHost>
    <system.webServer>
        <security>
            <access sslFlags="None" />
        </security>
    </system.webServer>
</configuration>
)";

constexpr const char* kCrlDirectory = R"(<?xml version="1.0" encoding="UTF-8"?>
<configuration>
    <system.webServer>
        <security>
            <requestFiltering allowDoubleEscaping="true" />
        </security>
    </system.webServer>
</configuration>
)";

std::string Users(const std::vector<Story>& stories) {
  std::string users;
  for (const Story& story : stories) {
    users += fmt::format(
        "{}\n    {{\"userPrincipalName\": \"{}\", \"onPremisesSyncEnabled\": true, "
        "\"onPremisesUserPrincipalName\": \"{}\",\n     \"onPremisesDomainName\": "
        "\"corp.contoso.com\", \"onPremisesSecurityIdentifier\": \"{}\"}}",
        users.empty() ? "" : ",", Upn(story), Upn(story), AdSid(story));
  }
  return "{\n  \"@odata.context\": \"https://graph.microsoft.com/v1.0/$metadata#users("
         "userPrincipalName,onPremisesSyncEnabled,onPremisesUserPrincipalName,"
         "onPremisesDomainName,onPremisesSecurityIdentifier)\",\n  \"value\": [" +
         users + "\n  ]\n}\n";
}

}  // namespace

Files ServerFiles(const std::vector<Story>& stories) {
  return {{"ca01/certsvc.reg", CaExport()},
          {"connectors.json", Connectors()},
          {"dc01/currentversion.reg", ControllerVersion()},
          {"dc02/currentversion.reg", ControllerVersion()},
          {"entra-users.json", Users(stories)},
          {"pki.contoso.com/applicationHost.config", kWebServer},
          {"pki.contoso.com/cdp/web.config", kCrlDirectory}};
}

}  // namespace whfb::samples
