#include "samples/contoso_files.h"

#include <utility>

#include <spdlog/fmt/fmt.h>

#include "samples/contoso_accounts.h"
#include "samples/contoso_directory.h"
#include "samples/contoso_exports.h"
#include "samples/contoso_identity.h"
#include "samples/contoso_log.h"
#include "samples/contoso_ndes.h"
#include "samples/contoso_servers.h"
#include "samples/contoso_tenant.h"
#include "samples/store_listing.h"

namespace whfb::samples {

namespace {

constexpr const char* kPassport = "Microsoft Passport Key Storage Provider";
constexpr const char* kSoftware = "Microsoft Software Key Storage Provider";
constexpr std::int64_t kCollected = 1'794'995'700;  // 2026-11-18T09:55:00Z

std::string CertificateOf(const Story& story,
                          const StoredCertificate& stored,
                          const ContosoPki& pki) {
  if (stored.key_trust) {
    return MakeKeyTrustCertificate(pki, Container(story), story.key);
  }
  UserCertificatePlan plan{.serial = 0x5000 + stored.serial,
                           .upn = Upn(story),
                           .ad_sid = stored.sid_extension ? AdSid(story) : "",
                           .key = story.key,
                           .not_before = stored.not_before,
                           .not_after = stored.not_after,
                           .directory_subject = stored.directory_subject,
                           .digest = stored.digest};
  if (story.scep_results.empty()) {
    plan.template_oid = kTemplateOid;  // AD CS enrolled it from the template itself
  }
  if (!stored.smart_card_eku) {
    plan.eku = {kClientAuthentication};
  }
  return MakeUserCertificate(pki, plan);
}

Files UserExports(const Story& story, const ContosoPki& pki) {
  Files files{{"dsregcmd.txt", StatusText(story, true)},
              {"policies_user.reg", UserPoliciesExport()}};
  StoreListingPlan plan{.store = "my", .display_name = "Personal", .language = story.language};
  if (story.language == "fr") {
    plan.display_name = "Personnel";
  }
  for (const StoredCertificate& stored : story.certificates) {
    const std::string der = CertificateOf(story, stored, pki);
    plan.certificates.push_back(
        {.der = der,
         .container = stored.passport ? Container(story) : "te-" + HelloKeyId(story),
         .provider = stored.passport ? kPassport : kSoftware,
         .keyset_missing = stored.keyset_missing});
    files.emplace_back(fmt::format("user_certificate_{:04x}.cer", stored.serial), der);
  }
  files.emplace_back("certutil_-user_-store_my.txt", StoreListing(plan));
  return files;
}

// LocalMachine\CA, as it is typed or as certutil names it by itself.
std::string IntermediateStore(const Story& story, const ContosoPki& pki, const char* typed) {
  StoreListingPlan plan{.store = typed, .display_name = "Intermediate Certification Authorities"};
  if (!story.intermediate_missing) {
    plan.certificates.push_back({.der = pki.issuing});
  }
  return StoreListing(plan);
}

Files MachineExports(const Story& story, const ContosoPki& pki) {
  StoreListingPlan root{.store = "root", .display_name = "Trusted Root Certification Authorities"};
  if (!story.root_missing) {
    root.certificates.push_back({.der = pki.root});
  }
  return {{"certutil_-store_ca.txt", IntermediateStore(story, pki, "ca")},
          {"certutil_-store_root.txt", StoreListing(root)},
          {"policies.reg", PoliciesExport(story)},
          {"policies_mdm.reg", MdmPoliciesExport(story)},
          {"policies_uac.reg", UacExport(story)},
          {"schannel.reg", SchannelExport(story)},
          {"currentversion.reg", WindowsVersionExport()},
          {"hello.evtx", HelloLog(story)},
          {"tcpip.reg", NetworkExport(story)},
          {"ts.reg", TerminalServerExport()},
          {"system.evtx", SystemLog(story)}};
}

// The flattened layout of 2022 and later; n is never the same twice in the field.
Files Diagnostics(const Story& story, const ContosoPki& pki, bool numbered) {
  const std::string admin = AdminLog(story);
  const StoreListingPlan nothing{.store = "my", .display_name = "Personal"};
  if (numbered) {
    return {{"results.xml",
             "<Collection HRESULT=\"0\"><ID>3f2b8a60-5a3c-4a74-9c39-8a8f4c2e1d00</ID>"
             "<RegistryKey HRESULT=\"0\">HKLM\\SOFTWARE\\Policies</RegistryKey>"
             "<Command HRESULT=\"0\">%windir%\\system32\\certutil.exe -store -user my</Command>"
             "<Command HRESULT=\"0\">%windir%\\system32\\Dsregcmd.exe /status</Command>"
             "</Collection>"},
            {"1/export.reg", PoliciesExport(story)},
            {"2/output.log", StoreListing(nothing)},
            {"3/output.log", StatusText(story, false)}};
  }
  const Files packed = {
      {"MDMDiagReport.xml", MdmReport(story)},
      {"microsoft-windows-devicemanagement-enterprise-diagnostics-provider-admin.evtx", admin}};
  return {{"(12) Command windir_system32_Dsregcmd_exe_status output.log", StatusText(story, false)},
          {"(26) Command windir_system32_certutil_exe_-store output.log",
           IntermediateStore(story, pki, "CA")},
          {"(27) Command windir_system32_certutil_exe_-store_-user_my output.log",
           StoreListing(nothing)},
          {"(4) RegistryKey HKLM_SOFTWARE_Policies export.reg", PoliciesExport(story)},
          {"(58) No Results - Error [0x80070002] FoldersFiles temp_SmsClientLogs_zip", ""},
          {"(74) FoldersFiles temp_MDMDiagnostics_mdmlogs-2026-11-18-09-55-00_cab/mdmlogs.zip",
           MakeZip(packed, kCollected)},
          {"results.xml",
           "<Collection HRESULT=\"0\"><ID>3f2b8a60-5a3c-4a74-9c39-8a8f4c2e1d01</ID>"
           "<RegistryKey HRESULT=\"-2147024893\">HKLM\\SOFTWARE\\Policies</RegistryKey>"
           "<Command HRESULT=\"0\">%windir%\\system32\\certutil.exe -store -user my</Command>"
           "<OutputFileFormat>flattened</OutputFileFormat></Collection>"}};
}

void AddBelow(const std::string& folder, const Files& files, Files& all) {
  for (const auto& [path, content] : files) {
    all.emplace_back(fmt::format("{}/{}", folder, path), content);
  }
}

void AddExports(const Story& story, const ContosoPki& pki, Files& all) {
  AddBelow(story.device, UserExports(story, pki), all);
  AddBelow(story.device, MachineExports(story, pki), all);
}

std::string IntentText() {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
         "<intent version=\"1\" issuing-cas-complete=\"true\">\n"
         "  <join-type>entra</join-type>\n  <join-type>hybrid</join-type>\n"
         "  <tenant id=\"" +
         std::string(kTenant) +
         "\"/>\n"
         "  <forest name=\"corp.contoso.com\" domains-complete=\"true\">\n    <domain "
         "name=\"corp.contoso.com\"/>\n"
         "    <upn-suffix name=\"contoso.com\"/>\n"
         "    <domain-controllers complete=\"true\">\n"
         "      <domain-controller name=\"dc01.corp.contoso.com\"/>\n"
         "      <domain-controller name=\"dc02.corp.contoso.com\"/>\n"
         "    </domain-controllers>\n  </forest>\n"
         "  <issuing-ca subject=\"CN=Contoso Issuing CA 1, DC=contoso, DC=com\"/>\n"
         "  <template name=\"ContosoHelloRdp\"/>\n"
         "  <template name=\"ContosoHelloScep\"/>\n"
         "  <profile name=\"Contoso - Hello RDP certificate\"/>\n"
         "  <enrolment-identity sid=\"" +
         std::string(kNdesSid) +
         "\"/>\n"
         "  <remote-host name=\"srv-rdp01.corp.contoso.com\"/>\n"
         "  <remote-host name=\"srv-rdp02.fabrikam.example\"/>\n"
         "  <expected-user upn=\"ada@corp.contoso.com\"/>\n"
         "  <kdc-enforcement date=\"2025-02-11\"/>\n"
         "  <explicit-mappings used=\"false\"/>\n"
         "</intent>\n";
}

}  // namespace

Files DeviceFiles(const Story& story, const ContosoPki& pki) {
  Files all;
  const std::string zip = "DiagLogs-" + story.device + "-20261118T095500Z.zip";
  switch (story.shape) {
    case Shape::kUserFolder:
      AddExports(story, pki, all);
      all.emplace_back(story.device + "/DeviceManagement-Admin.evtx", AdminLog(story));
      break;
    case Shape::kDiagnosticsAndUser:
      AddExports(story, pki, all);
      all.emplace_back(zip, MakeZip(Diagnostics(story, pki, false), kCollected));
      break;
    case Shape::kDiagnostics:
    case Shape::kOldDiagnostics:
      all.emplace_back(
          zip, MakeZip(Diagnostics(story, pki, story.shape == Shape::kOldDiagnostics), kCollected));
      break;
    case Shape::kMdmPackage:
      AddExports(story, pki, all);
      all.emplace_back(story.device + "/mdm.zip",
                       MakeZip({{"MDMDiagReport.xml", MdmReport(story)},
                                {"microsoft-windows-devicemanagement-enterprise-diagnostics-"
                                 "provider-admin.evtx",
                                 AdminLog(story)}},
                               kCollected));
      break;
    case Shape::kStatusOnly:
      all.emplace_back(story.device + "/dsregcmd.txt", StatusText(story, true));
      break;
  }
  return all;
}

Files EnvironmentFiles(const ContosoPki& pki) {
  const auto listing = [](const std::string& der, const std::string& container) {
    return StoreListing(
        {.store = "my",
         .display_name = "Personal",
         .certificates = {{.der = der, .container = container, .provider = kSoftware}}});
  };
  Files files = {
      {"catemplates.txt", IssuedTemplates()},
      {"contoso-intent.xml", IntentText()},
      {"accounts.ldf", AccountsExport(ContosoStories())},
      {"contoso-issuing-ca.cer", pki.issuing},
      {"contoso-issuing-ca.crl", pki.issuing_crl},
      {"contoso-root-ca.cer", pki.root},
      {"contoso-root-ca.crl", pki.root_crl},
      {"dc01/certutil_-store_my.txt", listing(pki.dc01, "te-KerberosAuthentication-0001")},
      {"dc01/dc01.cer", pki.dc01},
      {"dc02/certutil_-store_my.txt", listing(pki.dc02, "te-KerberosAuthentication-0002")},
      {"dc02/dc02.cer", pki.dc02},
      {"intune-profiles.json", GraphProfiles(pki.root, pki.issuing)},
      {"template-ContosoHelloRdp.txt", RdpTemplateDump()},
      {"template-ContosoHelloScep.txt", ScepTemplateDump()}};
  // Each folder is a server's own.
  const std::string roots = StoreListing({.store = "root",
                                          .display_name = "Trusted Root Certification Authorities",
                                          .certificates = {{.der = pki.root}}});
  files.emplace_back("dc01/certutil_-store_root.txt", roots);
  files.emplace_back("dc02/certutil_-store_root.txt", roots);
  files.emplace_back("public-key-services.ldif", PublicKeyServices(pki));
  for (auto& file : NdesFiles(pki)) {
    files.push_back(std::move(file));
  }
  for (auto& file : ServerFiles(ContosoStories())) {
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace whfb::samples
