#include "samples/contoso_exports.h"

#include <algorithm>

#include <spdlog/fmt/fmt.h>

#include "samples/contoso_identity.h"
#include "samples/reg_file.h"

namespace whfb::samples {

namespace {

constexpr const char* kRule =
    "+----------------------------------------------------------------------+\r\n";

std::string Section(const std::string& title) {
  return fmt::format("{}| {:<69}|\r\n{}\r\n", kRule, title, kRule);
}

std::string Line(const std::string& name, const std::string& value) {
  return fmt::format("{:>26} : {}\r\n", name, value);
}

std::string UserState(const Story& story) {
  std::string text = Section("User State");
  text += Line("NgcSet", story.hello ? "YES" : "NO");
  if (story.hello) {
    text += Line("NgcKeyId", "{" + HelloKeyId(story) + "}");
    text += Line("CanReset", "DestructiveAndNonDestructive");
  }
  text += Line("WorkplaceJoined", "NO");
  text += Line("WamDefaultSet", "YES") + "\r\n";
  text += Section("SSO State");
  text += Line("AzureAdPrt", "YES");
  return text + Line("OnPremTgt", "YES") + Line("CloudTgt", "YES") + "\r\n";
}

std::string Prerequisites(const Story& story) {
  const bool gpo = story.by_gpo;
  std::string text = Section("Ngc Prerequisite Check");
  text += Line("IsDeviceJoined", "YES") + Line("IsUserAzureAD", "YES");
  text += Line("PolicyEnabled", gpo || story.by_mdm ? "YES" : "NO");
  text += Line("PostLogonEnabled", "YES") + Line("DeviceEligible", "YES");
  text += Line("SessionIsNotRemote", "YES");
  text += Line("CertEnrollment", gpo ? "enrollment authority" : "mobile device management");
  return text + Line("PreReqResult", "WillProvision") + "\r\n";
}

std::string Key(const std::string& tail) {
  return "HKEY_LOCAL_MACHINE\\SOFTWARE\\" + tail;
}

std::vector<std::pair<std::string, RegValue>> AsRegValues(
    const std::vector<std::pair<std::string, std::uint32_t>>& values) {
  return {values.begin(), values.end()};
}

}  // namespace

std::string StatusText(const Story& story, bool as_user) {
  std::string text = "\r\n" + Section("Device State");
  text += Line("AzureAdJoined", "YES") + Line("EnterpriseJoined", "NO");
  text += Line("DomainJoined", story.join == Join::kHybrid ? "YES" : "NO");
  if (story.join == Join::kHybrid) {
    text += Line("DomainName", "CORP");
  }
  text += Line("Device Name", story.device) + "\r\n" + Section("Device Details");
  text += Line("DeviceId", DeviceId(story));
  text += Line("TpmProtected", "YES") + Line("DeviceAuthStatus", "SUCCESS") + "\r\n";
  text += Section("Tenant Details") + Line("TenantName", "Contoso") + Line("TenantId", kTenant);
  text += Line("MdmUrl", "https://enrollment.manage.microsoft.com/enrollmentserver/discovery.svc");
  text += "\r\n";
  if (as_user) {
    text += UserState(story);
  } else {
    text += Section("User State") + Line("NgcSet", "NO") + Line("WorkplaceJoined", "NO") +
            Line("WamDefaultSet", "ERROR (0x80070520)") + "\r\n" + Section("SSO State") +
            Line("AzureAdPrt", "NO") + "\r\n";
  }
  text += Section("Diagnostic Data");
  text += Line("AadRecoveryEnabled", "NO");
  text += Line("Executing Account Name",
               as_user ? fmt::format("CORP\\{}, {}", story.user, Upn(story))
                       : fmt::format("NT AUTHORITY\\SYSTEM, {}$@{}", story.device, kDomain));
  text += Line("KeySignTest", "PASSED") + "\r\n";
  return as_user && !story.hello ? text + Prerequisites(story) : text;
}

std::string UacExport(const Story& story) {
  return RegExport({{.path = Key("Microsoft\\Windows\\CurrentVersion\\Policies\\System"),
                     .values = AsRegValues(story.uac_values)}});
}

std::string PoliciesExport(const Story& story) {
  std::vector<RegKey> keys = {{.path = Key("Policies")}, {.path = Key("Policies\\Microsoft")}};
  auto values = AsRegValues(story.gpo_values);
  if (story.by_gpo) {
    values.insert(values.begin(), {"Enabled", std::uint32_t{1}});
  }
  if (!values.empty()) {
    keys.push_back({.path = Key("Policies\\Microsoft\\PassportForWork"), .values = values});
  }
  keys.push_back({.path = Key("Policies\\Microsoft\\Windows")});
  return RegExport(keys);
}

std::string UserPoliciesExport() {
  return RegExport({{.path = "HKEY_CURRENT_USER\\SOFTWARE\\Policies"},
                    {.path = "HKEY_CURRENT_USER\\SOFTWARE\\Policies\\Microsoft"}});
}

std::string MdmPoliciesExport(const Story& story) {
  const std::string root = Key("Microsoft\\Policies");
  std::vector<RegKey> keys = {{.path = root}};
  if (story.by_mdm) {
    const std::string passport = root + "\\PassportForWork";
    keys.push_back({.path = passport});
    keys.push_back({.path = passport + "\\" + kTenant});
    keys.push_back({.path = passport + "\\" + kTenant + "\\Device"});
    auto values = AsRegValues(story.mdm_values);
    values.insert(values.begin(), {{"UsePassportForWork", std::uint32_t{1}},
                                   {"UseCloudTrustForOnPremAuth", std::uint32_t{1}}});
    keys.push_back({.path = passport + "\\" + kTenant + "\\Device\\Policies", .values = values});
  }
  return RegExport(keys);
}

std::string SchannelExport(const Story& story) {
  const std::string root =
      "HKEY_LOCAL_"
      "MACHINE\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols";
  std::vector<RegKey> keys = {{.path = root}};
  if (story.tls13_off) {
    keys.push_back({.path = root + "\\TLS 1.3"});
    keys.push_back(
        {.path = root + "\\TLS 1.3\\Client",
         .values = {{"Enabled", std::uint32_t{0}}, {"DisabledByDefault", std::uint32_t{1}}}});
  }
  return RegExport(keys);
}

std::string NetworkExport(const Story& story) {
  const bool hybrid = story.join == Join::kHybrid;
  return RegExport(
      {{.path = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters",
        .values = {{"Domain", std::string(hybrid ? "corp.contoso.com" : "")},
                   {"Hostname", story.device},
                   {"NV Hostname", story.device}}}});
}

std::string TerminalServerExport() {
  return RegExport(
      {{.path = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server",
        .values = {{"fDenyTSConnections", std::uint32_t{1}}}}});
}

std::string WindowsVersionExport() {
  return RegExport({{.path = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion",
                     .values = {{"CurrentBuildNumber", std::string("22631")},
                                {"EditionID", std::string("Enterprise")},
                                {"ProductName", std::string("Windows 10 Enterprise")},
                                {"UBR", std::uint32_t{4317}}}}});
}

std::string ScepUniqueId(const Story& story) {
  std::string profile = kProfileId;
  std::ranges::replace(profile, '-', '_');
  return fmt::format("ModelName_AC_1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d_LogicalName_{}_Hash_{}",
                     profile, 100'000 + story.number);
}

std::uint32_t ScepKeyProtection(const Story& story) {
  const bool elsewhere = !story.certificates.empty() &&
                         std::ranges::none_of(story.certificates, &StoredCertificate::passport);
  return elsewhere ? 3 : 4;
}

std::string MdmReport(const Story& story) {
  std::string text =
      "<MDMEnterpriseDiagnosticsReport>\r\n  <DiagnosticsReport>\r\n  </DiagnosticsReport>\r\n";
  if (story.scep_results.empty()) {
    return text + "  <SCEP />\r\n</MDMEnterpriseDiagnosticsReport>\r\n";
  }
  const std::uint32_t last = story.scep_results.back();
  text += fmt::format(
      "  <SCEP>\r\n    <MdmServerDeviceCert>\r\n      <Identifier>\r\n        <ID>{}</ID>\r\n"
      "        <Error>{}</Error>\r\n        <Status>{}</Status>\r\n        <Action>\r\n"
      "          <EKUMapping>1.3.6.1.5.5.7.3.2+1.3.6.1.4.1.311.20.2.2</EKUMapping>\r\n"
      "          <HashAlgorithm>SHA-2</HashAlgorithm>\r\n          <KeyLengh>2048</KeyLengh>\r\n"
      "          <KeyProtection>{}</KeyProtection>\r\n          <KeyUsage>128</KeyUsage>\r\n"
      "          <RetryCount>3</RetryCount>\r\n"
      "          "
      "<ServerURL>https://ndes.contoso.com/certsrv/mscep/mscep.dll/pkiclient.exe</ServerURL>\r\n"
      "        </Action>\r\n      </Identifier>\r\n    </MdmServerDeviceCert>\r\n  </SCEP>\r\n"
      "</MDMEnterpriseDiagnosticsReport>\r\n",
      ScepUniqueId(story), static_cast<std::int32_t>(last), last == 0 ? 1 : 16,
      ScepKeyProtection(story));
  return text;
}

}  // namespace whfb::samples
