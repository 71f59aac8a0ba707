#include "samples/contoso_directory.h"

#include <algorithm>
#include <openssl/evp.h>

namespace whfb::samples {

namespace {

constexpr const char* kServices =
    "CN=Public Key Services,CN=Services,CN=Configuration,DC=corp,DC=contoso,DC=com";

// A line of LDIF, folded after 76 characters as ldapsearch does (RFC 2849).
std::string Line(const std::string& text) {
  constexpr std::size_t kFirst = 76;
  std::string folded = text.substr(0, kFirst);
  for (std::size_t at = kFirst; at < text.size(); at += kFirst - 1) {
    folded += "\n " + text.substr(at, std::min(kFirst - 1, text.size() - at));
  }
  return folded + '\n';
}

}  // namespace

std::string PublicKeyServices(const ContosoPki& pki) {
  const std::string services = kServices;
  const std::string issuing = "cACertificate:: " + Base64(pki.issuing);
  std::string text = "# extended LDIF\n#\n# LDAPv3\n";
  text += "# base <" + services + "> with scope subtree\n";
  text += "# filter: (objectClass=*)\n# requesting: ALL\n#\n\n";
  text += Line("dn: CN=Contoso Issuing CA 1,CN=Enrollment Services," + services);
  text += "objectClass: top\nobjectClass: pKIEnrollmentService\ncn: Contoso Issuing CA 1\n";
  text += Line(issuing);
  text += "name: Contoso Issuing CA 1\ndNSHostName: ca01.corp.contoso.com\n";
  text += "certificateTemplates: ContosoHelloRdp\ncertificateTemplates: ContosoHelloScep\n";
  text += "certificateTemplates: KerberosAuthentication\n\n";
  text += Line("dn: CN=NTAuthCertificates," + services);
  text += "objectClass: top\nobjectClass: certificationAuthority\ncn: NTAuthCertificates\n";
  text += Line(issuing);
  text += "authorityRevocationList:: AA==\ncertificateRevocationList:: AA==\n";
  text += "name: NTAuthCertificates\n\n";
  return text +
         "# search result\nsearch: 2\nresult: 0 Success\n\n# numResponses: 3\n"
         "# numEntries: 2\n";
}

std::string Base64(const std::string& bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

}  // namespace whfb::samples
