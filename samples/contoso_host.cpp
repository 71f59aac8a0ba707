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

std::string NameExport() {
  const std::string key = Machine("SYSTEM\\CurrentControlSet\\Control\\ComputerName");
  return RegExport(
      {{.path = key},
       {.path = key + "\\ComputerName", .values = {{"ComputerName", std::string(kHost)}}}});
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

}  // namespace

Files HostFiles(const ContosoPki& pki) {
  const std::string folder = std::string(kHost) + "/";
  return {{folder + "S-1-5-32-555.json", MembersExport()},
          {folder + "computername.reg", NameExport()},
          {folder + "lsa.reg", LsaExport()},
          {folder + "policies.reg", PoliciesExport()},
          {folder + "machine_root.txt",
           StoreListing({.store = "Root",
                         .display_name = "Trusted Root Certification Authorities",
                         .certificates = {{.der = pki.root}}})},
          {folder + "secedit.inf", RightsExport()},
          {folder + "ts.reg", ListenerExport()}};
}

}  // namespace whfb::samples
