#include "samples/contoso_tenant.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "samples/contoso_directory.h"
#include "samples/contoso_identity.h"
#include "samples/contoso_pki.h"

namespace whfb::samples {

namespace {

using Json = nlohmann::ordered_json;

Json Assignments() {
  return Json::array({{{"id", "8c1d7b52_adadadad"},
                       {"target",
                        {{"@odata.type", "#microsoft.graph.groupAssignmentTarget"},
                         {"groupId", "3d5c1d2e-9f10-4b57-8f43-1c0a7b6e5d4f"}}}}});
}

Json TrustedRoot(const char* id, const char* name, const char* store, const std::string& der) {
  return {{"@odata.type", "#microsoft.graph.windows81TrustedRootCertificate"},
          {"id", id},
          {"displayName", name},
          {"certFileName", "certificate.cer"},
          {"destinationStore", store},
          {"trustedRootCertificate", Base64(der)},
          {"assignments", Assignments()}};
}

constexpr const char* kRootProfileId = "1f0e2d3c-4b5a-4968-8776-655443322110";

// A list does not show the root certificate; asked for by $expand it is an object in the profile.
Json ScepProfile() {
  return {{"@odata.type", "#microsoft.graph.windows81SCEPCertificateProfile"},
          {"id", kProfileId},
          {"displayName", "Contoso - Hello RDP certificate"},
          {"renewalThresholdPercentage", 20},
          {"keyStorageProvider", "usePassportForWorkKspOtherwiseFail"},
          {"subjectNameFormat", "custom"},
          {"subjectNameFormatString", "CN={{UserPrincipalName}}"},
          {"subjectAlternativeNameType", "none"},
          {"certificateValidityPeriodValue", 6},
          {"certificateValidityPeriodScale", "months"},
          {"extendedKeyUsages",
           Json::array(
               {{{"name", "Client Authentication"}, {"objectIdentifier", kClientAuthentication}},
                {{"name", "Smart Card Logon"}, {"objectIdentifier", kSmartCardLogon}}})},
          {"scepServerUrls", Json::array({"https://ndes.contoso.com/certsrv/mscep/mscep.dll"})},
          {"keyUsage", "digitalSignature"},
          {"keySize", "size2048"},
          {"hashAlgorithm", "sha2"},
          {"certificateStore", "user"},
          {"customSubjectAlternativeNames",
           Json::array(
               {{{"sanType", "userPrincipalName"}, {"name", "{{UserPrincipalName}}"}},
                {{"sanType", "universalResourceIdentifier"},
                 {"name", "tag:microsoft.com,2022-09-14:sid:{{OnPremisesSecurityIdentifier}}"}}})},
          {"deviceManagementApplicabilityRuleOsEdition", nullptr},
          {"deviceManagementApplicabilityRuleOsVersion", nullptr},
          {"deviceManagementApplicabilityRuleDeviceMode", nullptr},
          {"rootCertificate",
           {{"@odata.type", "#microsoft.graph.windows81TrustedRootCertificate"},
            {"id", kRootProfileId},
            {"displayName", "Contoso - Root CA"}}},
          {"assignments", Assignments()}};
}

constexpr const char* kScepTemplateOid =
    "1.3.6.1.4.1.311.21.8.4711001.8150221.1234567.2345678.3456789.13.1111111.2222222";

// What differs between the templates.
struct Template {
  std::string name{};
  std::string display_name{};
  std::string enrols{};  // who may, in SDDL
  std::string provider{};
  std::string usages{};  // quoted
  std::string name_flag{};
  std::string oid{};
};

std::string Quoted(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) {
    text += (text.empty() ? "\"" : ", \"") + value + "\"";
  }
  return text;
}

std::string TemplateDump(const Template& one) {
  std::string text = "[Version]\r\nSignature = \"$Windows NT$\"\r\n\r\n[" + one.name + "]\r\n";
  const auto line = [&text](const std::string& attribute, const std::string& values) {
    text += "    " + attribute + " = " + values + "\r\n";
  };
  line("objectClass", Quoted({"top", "pKICertificateTemplate"}));
  line("cn", Quoted({one.name}));
  line("displayName", Quoted({one.display_name}));
  line("nTSecurityDescriptor", Quoted({"D:PAI(A;;CCDCLCSWRPWPDTLOSDRCWDWO;;;DA)"
                                       "(OA;;CR;0e10c968-78fb-11d2-90d4-00c04f79dc55;;" +
                                       one.enrols + ")(A;;LCRPLORC;;;AU)"}));
  line("flags", Quoted({"131616"}));
  line("revision", Quoted({"100"}));
  line("pKIDefaultKeySpec", Quoted({"1"}));
  line("pKIKeyUsage", Quoted({"80"}));
  line("pKIMaxIssuingDepth", Quoted({"0"}));
  line("pKICriticalExtensions", Quoted({"2.5.29.15"}));
  line("pKIExpirationPeriod", Quoted({"1 Years"}));
  line("pKIOverlapPeriod", Quoted({"6 Weeks"}));
  line("pKIExtendedKeyUsage", one.usages);
  line("pKIDefaultCSPs", Quoted({"1," + one.provider}));
  line("msPKI-RA-Signature", Quoted({"0"}));
  line("msPKI-Enrollment-Flag", Quoted({"265"}));
  line("msPKI-Private-Key-Flag", Quoted({"67371136"}));
  line("msPKI-Certificate-Name-Flag", Quoted({one.name_flag}));
  line("msPKI-Minimal-Key-Size", Quoted({"2048"}));
  line("msPKI-Template-Schema-Version", Quoted({"4"}));
  line("msPKI-Template-Minor-Revision", Quoted({"5"}));
  line("msPKI-Cert-Template-OID", Quoted({one.oid}));
  line("msPKI-Certificate-Application-Policy", one.usages);
  line("msPKI-RA-Application-Policies",
       Quoted({"msPKI-Asymmetric-Algorithm`PZPWSTR`RSA`msPKI-Hash-Algorithm`PZPWSTR`SHA256`"
               "msPKI-Key-Usage`DWORD`16777215`"}));
  return text + "\r\n[TemplateList]\r\n    Template = \"" + one.name + "\"\r\n";
}

}  // namespace

std::string GraphProfiles(const std::string& root_der, const std::string& issuing_der) {
  const Json list = {
      {"@odata.context",
       "https://graph.microsoft.com/beta/$metadata#deviceManagement/deviceConfigurations"},
      {"value",
       Json::array(
           {ScepProfile(),
            TrustedRoot(kRootProfileId, "Contoso - Root CA", "computerCertStoreRoot", root_der),
            TrustedRoot("2f0e2d3c-4b5a-4968-8776-655443322110", "Contoso - Issuing CA 1",
                        "computerCertStoreIntermediate", issuing_der)})}};
  return list.dump(2) + "\n";
}

std::string RdpTemplateDump() {
  return TemplateDump({.name = "ContosoHelloRdp",
                       .display_name = "Contoso Hello RDP",
                       .enrols = "AU",
                       .provider = "Microsoft Passport Key Storage Provider",
                       .usages = Quoted({kSmartCardLogon}),
                       .name_flag = "-2113929216",
                       .oid = kTemplateOid});
}

std::string ScepTemplateDump() {
  return TemplateDump({.name = "ContosoHelloScep",
                       .display_name = "Contoso Hello SCEP",
                       .enrols = kNdesSid,
                       .provider = "Microsoft Software Key Storage Provider",
                       .usages = Quoted({kSmartCardLogon, kClientAuthentication}),
                       .name_flag = "1",
                       .oid = kScepTemplateOid});
}

std::string IssuedTemplates() {
  return "C:\\Windows\\system32>certutil -config \"ca01.corp.contoso.com\\Contoso Issuing CA 1\" "
         "-CATemplates\r\n"
         "ContosoHelloRdp: Contoso Hello RDP -- Auto-Enroll: Access is denied.\r\n"
         "ContosoHelloScep: Contoso Hello SCEP -- Access is denied.\r\n"
         "KerberosAuthentication: Kerberos Authentication -- Access is denied.\r\n"
         "CertUtil: -CATemplates command completed successfully.\r\n";
}

}  // namespace whfb::samples
