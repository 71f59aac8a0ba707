#include "samples/contoso_ndes.h"

#include "samples/reg_file.h"
#include "samples/store_listing.h"

namespace whfb::samples {

namespace {

constexpr const char* kRequestAgent = "1.3.6.1.4.1.311.20.2.1";

std::string RaCertificate(const ContosoPki& pki, std::uint64_t serial, const char* key_usage) {
  return MakeCertificate({.subject = {{"CN", "NDES01-MSCEP-RA"}},
                          .serial = serial,
                          .not_before = "20260301000000Z",
                          .not_after = "20280301000000Z",
                          .key = "dc01",
                          .issuer = pki.issuing,
                          .issuer_key = "issuing",
                          .key_usage = key_usage,
                          .eku = {kRequestAgent}},
                         pki.key_folder);
}

// applicationHost.config of the server, as far as it is not that of set-up.
std::string WebServerConfig() {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<configuration>\r\n"
         "  <system.applicationHost>\r\n    <applicationPools>\r\n"
         "      <add name=\"SCEP\" managedRuntimeVersion=\"v4.0\">\r\n"
         "        <processModel identityType=\"SpecificUser\" userName=\"CORP\\svc-ndes\" />\r\n"
         "      </add>\r\n    </applicationPools>\r\n    <sites>\r\n"
         "      <site name=\"Default Web Site\" id=\"1\">\r\n        <bindings>\r\n"
         "          <binding protocol=\"https\" "
         "bindingInformation=\"*:443:ndes01.corp.contoso.com\" "
         "/>\r\n        </bindings>\r\n      </site>\r\n    </sites>\r\n"
         "  </system.applicationHost>\r\n</configuration>\r\n";
}

}  // namespace

Files NdesFiles(const ContosoPki& pki) {
  const std::string machine = "HKEY_LOCAL_MACHINE\\";
  const std::string signing = RaCertificate(pki, 0x4001, "digitalSignature");
  const std::string encrypting = RaCertificate(pki, 0x4002, "keyEncipherment");
  return {
      {"ndes01/applicationHost.config", WebServerConfig()},
      {"ndes01/certutil_-store_my.txt",
       StoreListing({.store = "my",
                     .display_name = "Personal",
                     .certificates = {{.der = signing}, {.der = encrypting}}})},
      {"ndes01/mscep.reg", RegExport({{.path = machine + "SOFTWARE\\Microsoft\\Cryptography\\MSCEP",
                                       .values = {{"EncryptionTemplate", "ContosoHelloScep"},
                                                  {"GeneralPurposeTemplate", "ContosoHelloScep"},
                                                  {"SignatureTemplate", "ContosoHelloScep"}}}})},
      {"ndes01/name.reg",
       RegExport({{.path = machine + "SYSTEM\\CurrentControlSet\\Control\\ComputerName\\"
                                     "ComputerName",
                   .values = {{"ComputerName", "NDES01"}}},
                  {.path = machine + "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters",
                   .values = {{"Domain", "corp.contoso.com"}}}})},
      {"ndes01/ra-encryption.cer", encrypting},
      {"ndes01/ra-signature.cer", signing}};
}

}  // namespace whfb::samples
