#include "samples/contoso_host.h"

#include <string>

#include <spdlog/fmt/fmt.h>

#include "samples/contoso_fleet.h"
#include "samples/contoso_identity.h"
#include "samples/reg_file.h"
#include "samples/store_listing.h"

namespace whfb::samples {

namespace {

std::string Machine(const std::string& tail) {
  return "HKEY_LOCAL_MACHINE\\" + tail;
}

struct Host {
  std::string name{};
  std::string domain{};
};

std::string NameExport(const Host& host) {
  const std::string key = Machine("SYSTEM\\CurrentControlSet\\Control\\ComputerName");
  return RegExport(
      {{.path = key}, {.path = key + "\\ComputerName", .values = {{"ComputerName", host.name}}}});
}

std::string ListenerExport() {
  const std::string key = Machine("SYSTEM\\CurrentControlSet\\Control\\Terminal Server");
  return RegExport({{.path = key, .values = {{"fDenyTSConnections", std::uint32_t{0}}}},
                    {.path = key + "\\WinStations"},
                    {.path = key + "\\WinStations\\RDP-Tcp",
                     .values = {{"SecurityLayer", std::uint32_t{2}},
                                {"UserAuthentication", std::uint32_t{1}}}}});
}

std::string LsaExport() {
  return RegExport({{.path = Machine("SYSTEM\\CurrentControlSet\\Control\\Lsa"),
                     .values = {{"LimitBlankPasswordUse", std::uint32_t{1}}}}});
}

std::string PoliciesExport() {
  const std::string key = Machine("SOFTWARE\\Policies");
  return RegExport({{.path = key},
                    {.path = key + "\\Microsoft"},
                    {.path = key + "\\Microsoft\\Windows NT"},
                    {.path = key + "\\Microsoft\\Windows NT\\Terminal Services",
                     .values = {{"fPromptForPassword", std::uint32_t{1}}}}});
}

// secedit lists the rights that somebody holds: nobody is denied.
std::string RightsExport() {
  return WideWithMark(
      "[Unicode]\r\nUnicode=yes\r\n[Privilege Rights]\r\n"
      "SeNetworkLogonRight = *S-1-5-11,*S-1-5-32-544\r\n"
      "SeRemoteInteractiveLogonRight = *S-1-5-32-544,*S-1-5-32-555\r\n"
      "[Version]\r\nsignature=\"$CHICAGO$\"\r\nRevision=1\r\n");
}

// Get-LocalGroupMember -SID S-1-5-32-555 | ConvertTo-Json | Out-File S-1-5-32-555.json
std::string MembersExport() {
  const Story ada = ContosoStories().front();
  const std::string sid = AdSid(ada);
  const std::string text = fmt::format(
      "{{\r\n    \"Name\":  \"CORP\\\\{}\",\r\n    \"SID\":  {{\r\n"
      "                \"BinaryLength\":  28,\r\n                \"AccountDomainSid\":  {{\r\n"
      "                                         \"BinaryLength\":  24,\r\n"
      "                                         \"AccountDomainSid\":  \"{}\",\r\n"
      "                                         \"Value\":  \"{}\"\r\n"
      "                                     }},\r\n                \"Value\":  \"{}\"\r\n"
      "            }},\r\n    \"PrincipalSource\":  2,\r\n    \"ObjectClass\":  \"User\"\r\n}}\r\n",
      ada.user, sid.substr(0, sid.rfind('-')), sid.substr(0, sid.rfind('-')), sid);
  return WideWithMark(text);
}

// dsregcmd /status of a member server.
std::string StatusExport(const Host& host) {
  return fmt::format(
      "\r\n+----------------------------------------------------------------------+\r\n"
      "| Device State                                                         |\r\n"
      "+----------------------------------------------------------------------+\r\n\r\n"
      "             AzureAdJoined : NO\r\n          EnterpriseJoined : NO\r\n"
      "              DomainJoined : YES\r\n                DomainName : {}\r\n"
      "               Device Name : {}\r\n",
      host.domain.substr(0, host.domain.find('.')), host.name + "." + host.domain);
}

std::string NetworkExport(const Host& host) {
  return RegExport({{.path = Machine("SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"),
                     .values = {{"Domain", host.domain}, {"Hostname", host.name}}}});
}

Files FilesOf(const Host& host, const std::string& root) {
  const std::string folder = host.name + "/";
  return {{folder + "S-1-5-32-555.json", MembersExport()},
          {folder + "computername.reg", NameExport(host)},
          {folder + "dsregcmd.txt", StatusExport(host)},
          {folder + "lsa.reg", LsaExport()},
          {folder + "machine_root.txt",
           StoreListing({.store = "Root",
                         .display_name = "Trusted Root Certification Authorities",
                         .certificates = {{.der = root}}})},
          {folder + "policies.reg", PoliciesExport()},
          {folder + "secedit.inf", RightsExport()},
          {folder + "tcpip.reg", NetworkExport(host)},
          {folder + "ts.reg", ListenerExport()}};
}

}  // namespace

Files HostFiles(const ContosoPki& pki) {
  return FilesOf({.name = kHost, .domain = "corp.contoso.com"}, pki.root);
}

Files ForeignHostFiles(const ContosoPki& pki) {
  const std::string root = MakeCertificate({.subject = {{"CN", "Fabrikam Root CA"}},
                                            .serial = 0x5001,
                                            .not_before = "20200101000000Z",
                                            .not_after = "20400101000000Z",
                                            .key = "dc02",
                                            .ca = true},
                                           pki.key_folder);
  return FilesOf({.name = kForeignHost, .domain = "fabrikam.example"}, root);
}

}  // namespace whfb::samples
