// Domain controllers and their certificates, from records to judged facts.

#include <gtest/gtest.h>

#include "scene.h"

namespace whfb::collectors {

namespace {

TEST(DomainController, IsNamedAndJudgedByItsCertificate) {
  const Authority root = MakeAuthority("Root");
  const tests::Recipe recipe = {
      .subject = {},
      .not_before = kNow - 100,
      .not_after = kNow + kYear,
      .extensions = {{"extendedKeyUsage", "clientAuth,serverAuth,1.3.6.1.5.2.3.5"},
                     {"crlDistributionPoints", "URI:http://pki/ca.crl"},
                     {"authorityKeyIdentifier", "keyid"}},
      .san = {{"DNS", "DC1.contoso.com"}, {"DNS", "contoso.com"}, {"DNS", "CONTOSO"}}};
  const auto leaf =
      tests::Issue(recipe, tests::SharedKey(), root.certificate.get(), root.key.get());
  Scene run;
  run.with_environment = true;
  for (X509* const one : {leaf.get(), root.certificate.get()}) {
    run.environment_records.Add(CertificateRecord{.fields = Scene::Fields(one, run.environment)});
  }
  run.AddMachine("root", root.certificate.get());
  run.Scan();
  const Subject* const dc = run.environment.Find(SubjectKind::kDomainController);
  ASSERT_NE(dc, nullptr);
  EXPECT_EQ(dc->name, "dc1.contoso.com");
  EXPECT_EQ(dc->facts.Get("dc.domain_dns_name").value.text, "contoso.com");
  EXPECT_EQ(dc->facts.Get("dc.kdc_certificate.san_has_domain").value.number, 1);
  EXPECT_EQ(dc->facts.Get("dc.kdc_certificate.cdp_has_http").value.number, 1);
  EXPECT_EQ(dc->facts.Get("dc.kdc_certificate.chain_proof").value.text, "signature");
  EXPECT_TRUE(dc->facts.Get("dc.kdc_certificate.key_present").unknown());
  EXPECT_EQ(dc->facts.TableOf("dc.certificate").coverage(), Coverage::kPartial);
  const Table& roots = run.device.Device().facts.TableOf("device.dc_root");
  ASSERT_EQ(roots.size(), 1U);
  EXPECT_EQ(roots.Row(0)[3].value.number, 1);
}

}  // namespace

}  // namespace whfb::collectors
