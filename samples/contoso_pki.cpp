#include "samples/contoso_pki.h"

namespace whfb::samples {

namespace {

constexpr const char* kCrl = "http://pki.contoso.com/cdp/contoso-issuing-ca.crl";
constexpr const char* kRootCrl = "http://pki.contoso.com/cdp/contoso-root-ca.crl";
constexpr const char* kAia = "http://pki.contoso.com/aia/contoso-issuing-ca.crt";

std::string MakeDomainController(const ContosoPki& pki,
                                 const std::string& host,
                                 const std::string& key,
                                 std::uint64_t serial) {
  return MakeCertificate(
      {.subject = {{"CN", host}},
       .serial = serial,
       .not_before = "20260301000000Z",
       .not_after = "20270301000000Z",
       .key = key,
       .issuer = pki.issuing,
       .issuer_key = "issuing",
       .key_usage = "digitalSignature,keyEncipherment",
       .eku = {kClientAuthentication, kServerAuthentication, kSmartCardLogon, kKdcAuthentication},
       .san = {"DNS:" + host, "DNS:corp.contoso.com", "DNS:CORP"},
       .cdp = {kCrl},
       .aia = {kAia}},
      pki.key_folder);
}

}  // namespace

ContosoPki MakePki(const std::string& key_folder) {
  ContosoPki pki{.key_folder = key_folder};
  pki.root =
      MakeCertificate({.subject = {{"DC", "com"}, {"DC", "contoso"}, {"CN", "Contoso Root CA"}},
                       .serial = 0x1f01,
                       .not_before = "20200101000000Z",
                       .not_after = "20400101000000Z",
                       .key = "root",
                       .ca = true,
                       .key_usage = "keyCertSign,cRLSign"},
                      key_folder);
  pki.issuing = MakeCertificate(
      {.subject = {{"DC", "com"}, {"DC", "contoso"}, {"CN", "Contoso Issuing CA 1"}},
       .serial = 0x2a02,
       .not_before = "20220101000000Z",
       .not_after = "20320101000000Z",
       .key = "issuing",
       .issuer = pki.root,
       .issuer_key = "root",
       .ca = true,
       .key_usage = "keyCertSign,cRLSign,digitalSignature",
       .cdp = {kRootCrl},
       .aia = {"http://pki.contoso.com/aia/contoso-root-ca.crt"}},
      key_folder);
  pki.root_crl = MakeRevocationList({.issuer = pki.root,
                                     .issuer_key = "root",
                                     .this_update = "20260601000000Z",
                                     .next_update = "20270601000000Z",
                                     .number = 7},
                                    key_folder);
  pki.issuing_crl = MakeRevocationList({.issuer = pki.issuing,
                                        .issuer_key = "issuing",
                                        .this_update = "20261116000000Z",
                                        .next_update = "20261124000000Z",
                                        .number = 231},
                                       key_folder);
  pki.dc01 = MakeDomainController(pki, "dc01.corp.contoso.com", "dc01", 0x3001);
  pki.dc02 = MakeDomainController(pki, "dc02.corp.contoso.com", "dc02", 0x3002);
  return pki;
}

std::string MakeUserCertificate(const ContosoPki& pki, const UserCertificatePlan& plan) {
  CertificatePlan certificate{.serial = plan.serial,
                              .not_before = plan.not_before,
                              .not_after = plan.not_after,
                              .key = plan.key,
                              .issuer = pki.issuing,
                              .issuer_key = "issuing",
                              .key_usage = "digitalSignature",
                              .eku = plan.eku,
                              .san = {"UPN:" + plan.upn},
                              .sid = plan.ad_sid,
                              .template_oid = plan.template_oid,
                              .cdp = {kCrl},
                              .aia = {kAia},
                              .digest = plan.digest};
  if (plan.directory_subject) {
    certificate.subject = {{"DC", "com"},
                           {"DC", "contoso"},
                           {"DC", "corp"},
                           {"OU", "Staff"},
                           {"CN", plan.upn.substr(0, plan.upn.find('@'))}};
  } else {
    certificate.subject = {{"CN", plan.upn}};
  }
  return MakeCertificate(certificate, pki.key_folder);
}

std::string MakeKeyTrustCertificate(const ContosoPki& pki,
                                    const std::string& container,
                                    const std::string& key) {
  return MakeCertificate({.subject = {{"CN", container}},
                          .serial = 0x51,
                          .not_before = "20260115000000Z",
                          .not_after = "20560115000000Z",
                          .key = key,
                          .eku = {kSmartCardLogon}},
                         pki.key_folder);
}

}  // namespace whfb::samples
