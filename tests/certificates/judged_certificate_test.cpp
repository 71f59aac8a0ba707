// From certificates to judged facts: the certificate for Remote Desktop and chains.

#include <ostream>

#include <gtest/gtest.h>

#include "scene.h"

namespace whfb::collectors {

namespace {

TEST(RdpCertificate, TakesContainerAndEkuFromOneCertificate) {
  // The decoy: the EKU is on B, the Hello container on A. A is judged, and lacks the EKU.
  const Authority ca = MakeAuthority("CA");
  const auto a = tests::Issue(UserRecipe(kNow - 100, false), tests::SharedKey(),
                              ca.certificate.get(), ca.key.get());
  const auto b = tests::Issue(UserRecipe(kNow - 50, true), tests::SharedKey(), ca.certificate.get(),
                              ca.key.get());
  Scene run;
  run.AddUser(b.get(), "Microsoft Software Key Storage Provider");
  CertificateRecord& judged = run.AddUser(a.get(), kPassportProvider);
  judged.context.user_upn = "amanda@contoso.com";
  const auto sha1 = judged.fields.sha1.value;
  run.List(StoreScope::kUser, "my", true);
  run.Scan();
  EXPECT_EQ(run.Fact("sha1").value.text, sha1);
  EXPECT_EQ(run.Fact("eku").value.list.size(), 1U);
  EXPECT_EQ(run.Fact("candidates").value.number, 2);
  EXPECT_EQ(run.Fact("container_sid").value.text, kEntraSid);
  EXPECT_EQ(run.Fact("container_matches_user").value.number, 1);
  EXPECT_EQ(run.Fact("upn_matches_user").value.number, 1);
  EXPECT_EQ(run.Fact("strong_mapping").value.text, "none");
  EXPECT_EQ(run.User().facts.Get("user.upn").value.text, "amanda@contoso.com");
}

TEST(RdpCertificate, TakesTheRenewedOneBesideTheExpired) {
  const Authority ca = MakeAuthority("CA");
  const auto old = tests::Issue(UserRecipe(kNow - 2 * kYear, true), tests::SharedKey(),
                                ca.certificate.get(), ca.key.get());
  const auto renewed = tests::Issue(UserRecipe(kNow - 100, true), tests::SharedKey(),
                                    ca.certificate.get(), ca.key.get());
  Scene run;
  const auto sha1 = run.AddUser(renewed.get(), kPassportProvider).fields.sha1.value;
  run.AddUser(old.get(), kPassportProvider);
  run.List(StoreScope::kUser, "my", true);
  run.Scan();
  EXPECT_EQ(run.Fact("sha1").value.text, sha1);
  EXPECT_EQ(run.Fact("renewal_from").value.time.earliest, TicksOf(kNow - 100 + kYear / 5 * 4));
}

TEST(RdpCertificate, IsUnknownWhereTheExpiredOneMayHaveBeenRenewed) {
  // Of the other row the dates, or the provider, could not be read.
  const Authority ca = MakeAuthority("CA");
  const auto old = tests::Issue(UserRecipe(kNow - 2 * kYear, true), tests::SharedKey(),
                                ca.certificate.get(), ca.key.get());
  const auto other = tests::Issue(UserRecipe(kNow - 100, true), tests::SharedKey(),
                                  ca.certificate.get(), ca.key.get());
  for (const bool dates : {true, false}) {
    Scene run;
    run.AddUser(old.get(), kPassportProvider);
    CertificateRecord& damaged = run.AddUser(other.get(), kPassportProvider);
    if (dates) {
      damaged.fields.not_after = readers::Known<TimeInterval>::Unknown(WhyUnknown::kMalformed);
    } else {
      damaged.provider = readers::Known<std::string_view>::Unknown(WhyUnknown::kMalformed);
    }
    run.List(StoreScope::kUser, "my", true);
    run.Scan();
    // The one without a date is judged, and its validity is not known.
    EXPECT_EQ(run.Fact("exists").present(), dates);
    EXPECT_TRUE(run.Fact("not_after").unknown());
    EXPECT_EQ(run.Fact("not_after").why, dates ? WhyUnknown::kMalformed : WhyUnknown::kAmbiguous);
  }
}

TEST(RdpCertificate, AHelloKeyOfNobodyKnownLeavesTheExpiredOneOpen) {
  // Nobody told whose listing it is, and of the renewed one the container could not be read.
  const Authority ca = MakeAuthority("CA");
  const auto old = tests::Issue(UserRecipe(kNow - 2 * kYear, true), tests::SharedKey(),
                                ca.certificate.get(), ca.key.get());
  const auto renewed = tests::Issue(UserRecipe(kNow - 100, true), tests::SharedKey(),
                                    ca.certificate.get(), ca.key.get());
  for (const bool readable : {true, false}) {
    Scene run;
    run.AddUser(old.get(), kPassportProvider).context = {};
    CertificateRecord& other = run.AddUser(
        renewed.get(), readable ? std::string_view("Another provider") : kPassportProvider);
    other.context = {};
    other.container = readers::Known<std::string_view>::Unknown(WhyUnknown::kMalformed);
    run.List(StoreScope::kUser, "my", true, readers::Account::kUnknown);
    run.Scan();
    EXPECT_EQ(run.Fact("exists").present(), readable);
  }
}

TEST(RdpCertificate, DoesNotExistWhenOnlyKeyTrustIsThere) {
  Scene run;
  const auto key_trust =
      tests::Issue(UserRecipe(kNow - 100, true), tests::SharedKey(), nullptr, nullptr);
  run.AddUser(key_trust.get(), kPassportProvider);
  run.List(StoreScope::kUser, "my", true);
  run.Scan();
  EXPECT_TRUE(run.Fact("exists").present());
  EXPECT_EQ(run.Fact("exists").value.number, 0);
  EXPECT_TRUE(run.Fact("sha1").absent());
  const Table& passport = run.User().facts.TableOf("user.passport_certificate");
  EXPECT_EQ(passport.size(), 1U);
  EXPECT_EQ(passport.coverage(), Coverage::kComplete);
}

TEST(RdpCertificate, IsUnknownWhenAPartOfTheStoreShowsNoHelloKey) {
  const Authority ca = MakeAuthority("CA");
  const auto other = tests::Issue(UserRecipe(kNow - 50, true), tests::SharedKey(),
                                  ca.certificate.get(), ca.key.get());
  Scene run;
  run.AddUser(other.get(), "Microsoft Software Key Storage Provider");
  run.List(StoreScope::kUser, "my", false);
  run.Scan();
  EXPECT_TRUE(run.Fact("exists").unknown());
  EXPECT_EQ(run.Fact("exists").why, WhyUnknown::kTruncated);
}

TEST(RdpCertificate, IsUnknownWhenSystemListedTheStore) {
  const Authority ca = MakeAuthority("CA");
  const auto one = tests::Issue(UserRecipe(kNow - 50, true), tests::SharedKey(),
                                ca.certificate.get(), ca.key.get());
  Scene run;
  run.AddUser(one.get(), kPassportProvider).context = {.account = readers::Account::kSystem};
  run.List(StoreScope::kUser, "my", true, readers::Account::kSystem);
  run.device.User({.sid = "S-1-5-21-1-2-3-1001"});
  run.Scan();
  EXPECT_EQ(run.device.subjects().size(), 2U);  // the device and the user known from elsewhere
  EXPECT_EQ(run.Fact("exists").why, WhyUnknown::kWrongContext);
}

TEST(RdpCertificate, CountsRowsOfAnUntoldAccountByTheirContainer) {
  const Authority ca = MakeAuthority("CA");
  const auto one = tests::Issue(UserRecipe(kNow - 50, true), tests::SharedKey(),
                                ca.certificate.get(), ca.key.get());
  Scene run;
  run.AddUser(one.get(), kPassportProvider).context = {};
  run.List(StoreScope::kUser, "my", true, readers::Account::kUnknown);
  run.Scan();
  EXPECT_EQ(run.Fact("exists").value.number, 1);
  EXPECT_EQ(run.User().facts.TableOf("user.certificate").coverage(), Coverage::kPartial);

  Scene settled;
  settled.declared.collected_as = kEntraSid;
  settled.AddUser(one.get(), kPassportProvider).context = {};
  settled.List(StoreScope::kUser, "my", true, readers::Account::kUnknown);
  settled.Scan();
  EXPECT_EQ(settled.User().facts.TableOf("user.certificate").coverage(), Coverage::kComplete);
}

TEST(Chain, IsProvenBySignatureThroughAnIntermediate) {
  const Authority root = MakeAuthority("Root");
  const Authority issuing = MakeAuthority("Issuing", &root);
  const auto leaf = tests::Issue(UserRecipe(kNow - 50, true), tests::SharedKey(),
                                 issuing.certificate.get(), issuing.key.get());
  Scene run;
  run.AddUser(leaf.get(), kPassportProvider);
  run.List(StoreScope::kUser, "my", true);
  run.AddMachine("root", root.certificate.get());
  run.AddMachine("ca", issuing.certificate.get());
  run.Scan();
  EXPECT_EQ(run.Fact("chain_proof").value.text, "signature");
  EXPECT_EQ(run.Fact("chain_root_in_device_root").value.number, 1);
  EXPECT_EQ(run.Fact("chain_intermediates_in_device_ca").value.number, 1);
}

TEST(Chain, TellsThatTheIntermediateIsMissing) {
  const Authority root = MakeAuthority("Root");
  const Authority issuing = MakeAuthority("Issuing", &root);
  const auto leaf = tests::Issue(UserRecipe(kNow - 50, true), tests::SharedKey(),
                                 issuing.certificate.get(), issuing.key.get());
  for (const bool complete : {true, false}) {
    Scene run;
    run.AddUser(leaf.get(), kPassportProvider);
    run.List(StoreScope::kUser, "my", true);
    run.AddMachine("root", root.certificate.get());
    run.List(StoreScope::kMachine, "root", complete);
    run.List(StoreScope::kMachine, "ca", complete);
    run.Scan();
    EXPECT_TRUE(run.Fact("chain_root_sha1").unknown());
    EXPECT_EQ(run.Fact("chain_intermediates_in_device_ca").present(), complete);
    EXPECT_EQ(run.Fact("chain_intermediates_in_device_ca").value.number, 0);
  }
}

// What is damaged in the stores of a device that holds root and intermediate.
enum class Damage { kRootIssuer, kIntermediateIssuer, kIntermediateSubject, kIntermediateSha1 };

void PrintTo(Damage damage, std::ostream* out) {
  *out << static_cast<int>(damage);
}

class DamagedStoreTest : public testing::TestWithParam<Damage> {};

TEST_P(DamagedStoreTest, TellsOfNoMissingIntermediate) {
  const Authority root = MakeAuthority("Root");
  const Authority issuing = MakeAuthority("Issuing", &root);
  const auto leaf = tests::Issue(UserRecipe(kNow - 50, true), tests::SharedKey(),
                                 issuing.certificate.get(), issuing.key.get());
  Scene run;
  run.AddUser(leaf.get(), kPassportProvider);
  run.List(StoreScope::kUser, "my", true);
  const auto lost = readers::Known<std::string_view>::Unknown(WhyUnknown::kMalformed);
  readers::CertificateFields& top = run.AddMachine("root", root.certificate.get()).fields;
  if (GetParam() == Damage::kRootIssuer) {
    top.issuer = lost;
    top.self_issued = {};
  }
  readers::CertificateFields& middle = run.AddMachine("ca", issuing.certificate.get()).fields;
  if (GetParam() == Damage::kIntermediateIssuer) {
    middle.issuer = lost;
    middle.self_issued = {};
  } else if (GetParam() == Damage::kIntermediateSubject) {
    middle.subject = lost;
  } else if (GetParam() == Damage::kIntermediateSha1) {
    middle.sha1 = lost;
  }
  run.List(StoreScope::kMachine, "root", true);
  run.List(StoreScope::kMachine, "ca", true);
  run.Scan();
  const Cell& answer = run.Fact("chain_intermediates_in_device_ca");
  EXPECT_TRUE(answer.unknown());
  EXPECT_EQ(answer.why, WhyUnknown::kMalformed);
  EXPECT_TRUE(run.Fact("chain_root_in_device_root").unknown());
}

INSTANTIATE_TEST_SUITE_P(Damages,
                         DamagedStoreTest,
                         testing::Values(Damage::kRootIssuer,
                                         Damage::kIntermediateIssuer,
                                         Damage::kIntermediateSubject,
                                         Damage::kIntermediateSha1));

TEST(Chain, ARootRenewedWithItsKeyIsNotMissingWhereTheOldOneIsTrusted) {
  // The environment shows the new certificate of the root, the device holds the old one.
  const Authority root = MakeAuthority("Root");
  tests::Recipe again = CaRecipe("Root");
  again.serial = 7;
  const auto renewed = tests::Issue(again, root.key.get(), nullptr, nullptr);
  const auto leaf = tests::Issue(UserRecipe(kNow - 50, true), tests::SharedKey(),
                                 root.certificate.get(), root.key.get());
  Scene run;
  run.with_environment = true;
  run.environment_records.Add(
      CertificateRecord{.fields = Scene::Fields(renewed.get(), run.environment)});
  run.AddUser(leaf.get(), kPassportProvider);
  run.List(StoreScope::kUser, "my", true);
  readers::CertificateFields& old = run.AddMachine("root", root.certificate.get()).fields;
  old.der = {};  // certutil text: names and thumbprint only
  old.subject_key_id = {};
  run.List(StoreScope::kMachine, "root", true);
  run.Scan();
  EXPECT_TRUE(run.Fact("chain_root_in_device_root").unknown());
  EXPECT_EQ(run.Fact("chain_root_in_device_root").why, WhyUnknown::kAmbiguous);
}

TEST(Chain, PrefersTheTrustedRootOfACrossSignedCa) {
  const Authority trusted = MakeAuthority("New Root");
  const Authority other = MakeAuthority("Old Root");
  Authority issuing = MakeAuthority("Issuing", &other);
  const auto cross = tests::Issue(CaRecipe("Issuing"), issuing.key.get(), trusted.certificate.get(),
                                  trusted.key.get());
  const auto leaf = tests::Issue(UserRecipe(kNow - 50, true), tests::SharedKey(),
                                 issuing.certificate.get(), issuing.key.get());
  Scene run;
  run.AddUser(leaf.get(), kPassportProvider);
  run.List(StoreScope::kUser, "my", true);
  run.AddMachine("ca", other.certificate.get());
  run.AddMachine("ca", issuing.certificate.get());
  run.AddMachine("ca", cross.get());
  run.AddMachine("root", trusted.certificate.get());
  run.Scan();
  EXPECT_EQ(run.Fact("chain_root_in_device_root").value.number, 1);
  EXPECT_EQ(run.Fact("chain_proof").value.text, "signature");
}

TEST(Chain, NamesAloneProveNothing) {
  const Authority root = MakeAuthority("Root");
  const auto leaf = tests::Issue(UserRecipe(kNow - 50, true), tests::SharedKey(),
                                 root.certificate.get(), root.key.get());
  Scene run;
  readers::CertificateFields& text = run.AddUser(leaf.get(), kPassportProvider).fields;
  text.der = {};  // certutil text: names and thumbprint only
  text.authority_key_id = {};
  run.List(StoreScope::kUser, "my", true);
  run.AddMachine("root", root.certificate.get());
  run.Scan();
  EXPECT_EQ(run.Fact("chain_proof").value.text, "name");
  EXPECT_EQ(run.Fact("chain_root_in_device_root").why, WhyUnknown::kAmbiguous);
}

}  // namespace

}  // namespace whfb::collectors
