#include "samples/contoso_tenant.h"

#include <nlohmann/json.hpp>

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

Json ScepProfile() {
  return {{"@odata.type", "#microsoft.graph.windows81SCEPCertificateProfile"},
          {"id", kProfileId},
          {"displayName", "Contoso - Hello RDP certificate"},
          {"renewalThresholdPercentage", 20},
          {"keyStorageProvider", "usePassportForWorkKspOtherwiseFail"},
          {"subjectNameFormat", "custom"},
          {"subjectNameFormatString", "CN={{UserPrincipalName}}"},
          {"subjectAlternativeNameType", "none"},
          {"certificateValidityPeriodValue", 1},
          {"certificateValidityPeriodScale", "years"},
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
          {"assignments", Assignments()}};
}

}  // namespace

std::string GraphProfiles(const std::string& root_der, const std::string& issuing_der) {
  const Json list = {
      {"@odata.context",
       "https://graph.microsoft.com/beta/$metadata#deviceManagement/deviceConfigurations"},
      {"value",
       Json::array({ScepProfile(),
                    TrustedRoot("1f0e2d3c-4b5a-4968-8776-655443322110", "Contoso - Root CA",
                                "computerCertStoreRoot", root_der),
                    TrustedRoot("2f0e2d3c-4b5a-4968-8776-655443322110", "Contoso - Issuing CA 1",
                                "computerCertStoreIntermediate", issuing_der)})}};
  return list.dump(2) + "\n";
}

std::string TemplateDump() {
  return "[Version]\r\n"
         "Signature = \"$Windows NT$\"\r\n"
         "\r\n"
         "[ContosoHelloRdp]\r\n"
         "    objectClass = \"top\", \"pKICertificateTemplate\"\r\n"
         "    cn = \"ContosoHelloRdp\"\r\n"
         "    displayName = \"Contoso Hello RDP\"\r\n"
         "    flags = \"131616\"\r\n"
         "    pKIDefaultKeySpec = \"1\"\r\n"
         "    pKIKeyUsage = \"80\"\r\n"
         "    pKIMaxIssuingDepth = \"0\"\r\n"
         "    pKICriticalExtensions = \"2.5.29.15\"\r\n"
         "    pKIExpirationPeriod = \"1 Years\"\r\n"
         "    pKIOverlapPeriod = \"6 Weeks\"\r\n"
         "    pKIExtendedKeyUsage = \"1.3.6.1.4.1.311.20.2.2\"\r\n"
         "    pKIDefaultCSPs = \"1,Microsoft Passport Key Storage Provider\"\r\n"
         "    msPKI-RA-Signature = \"0\"\r\n"
         "    msPKI-Enrollment-Flag = \"265\"\r\n"
         "    msPKI-Private-Key-Flag = \"67371136\"\r\n"
         "    msPKI-Certificate-Name-Flag = \"-2113929216\"\r\n"
         "    msPKI-Minimal-Key-Size = \"2048\"\r\n"
         "    msPKI-Template-Schema-Version = \"4\"\r\n"
         "    msPKI-Template-Minor-Revision = \"5\"\r\n"
         "    msPKI-Cert-Template-OID = \"" +
         std::string(kTemplateOid) +
         "\"\r\n"
         "    msPKI-Certificate-Application-Policy = \"1.3.6.1.4.1.311.20.2.2\"\r\n"
         "    msPKI-RA-Application-Policies = "
         "\"msPKI-Asymmetric-Algorithm`PZPWSTR`RSA`msPKI-Hash-Algorithm`PZPWSTR`SHA256`"
         "msPKI-Key-Usage`DWORD`16777215`\"\r\n"
         "\r\n"
         "[TemplateList]\r\n"
         "    Template = \"ContosoHelloRdp\"\r\n";
}

}  // namespace whfb::samples
