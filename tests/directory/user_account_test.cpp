// A user's account in the directory, and how the judged certificate fits it.

#include <gtest/gtest.h>

#include "tests/directory/directory_run.h"

namespace whfb::collectors {
extern const DerivationSpec kUserAccountDerivation;
}

namespace whfb::test {

namespace {

constexpr std::string_view kAlice = "S-1-5-21-3677581135-3435515867-784156431-1103";

// A user of a device, and an environment to find the account in.
struct Scene {
  Environment environment{};
  FactSpace device{Catalog()};
  Subject* user = nullptr;

  explicit Scene(UserKey key,
                 std::initializer_list<std::string_view> files = {"ldif/ldifde.in.ldf"}) {
    for (const std::string_view file : files) {
      const bool ldif = file.starts_with("ldif");
      environment.Add(ldif ? readers::kLdifReader : readers::kBloodhoundReader, Golden(file));
    }
    environment.Finish();
    device.Device();
    user = device.User(key);
  }

  void Text(std::string_view fact, std::string_view value) {
    user->facts.Put(std::string("user.rdp_certificate.").append(fact), device.TextCell(value, {}));
  }

  void List(std::string_view fact, std::string_view value) {
    const std::array one = {value};
    user->facts.Put(std::string("user.rdp_certificate.").append(fact), device.ListCell(one, {}));
  }

  void Absent(std::string_view fact) {
    user->facts.Put(std::string("user.rdp_certificate.").append(fact), Cell::Absent({}));
  }

  Scene& Derive() {
    collectors::kUserAccountDerivation.derive(
        {.declared = environment.declared, .environment = &environment.facts}, device);
    return *this;
  }

  [[nodiscard]] std::string Account(std::string_view fact) const {
    return Answer(user->facts, std::string("user.account.").append(fact));
  }

  [[nodiscard]] std::string Certificate(std::string_view fact) const {
    return Answer(user->facts, std::string("user.rdp_certificate.").append(fact));
  }
};

TEST(UserAccountTest, IsJoinedBySid) {
  Scene scene({.sid = kAlice, .upn = "somebody.else@contoso.com"});
  scene.Derive();
  EXPECT_EQ(scene.Account("exists"), "true");
  EXPECT_EQ(scene.Account("matched_by"), "sid");
  EXPECT_EQ(scene.Account("sam_account_name"), "alice");
  EXPECT_EQ(scene.Account("upn"), "alice@contoso.example");
  EXPECT_EQ(scene.Account("domain"), "contoso.test");
  EXPECT_EQ(scene.Account("enabled"), "true");
  EXPECT_EQ(scene.Account("when_created"), "2023-11-02T08:09:10Z");
  EXPECT_EQ(scene.Account("upn_suffix_is_domain"), "false");
  EXPECT_EQ(scene.Account("dn"), "CN=Alice Example, OU=Staff, DC=contoso, DC=test");
}

TEST(UserAccountTest, IsJoinedByUpnWhenTheSidIsAnEntraOne) {
  Scene scene({.sid = "S-1-12-1-1-2-3-4", .upn = "ALICE@contoso.example"});
  scene.Derive();
  EXPECT_EQ(scene.Account("matched_by"), "upn");
  EXPECT_EQ(scene.Account("sid"), kAlice);
}

TEST(UserAccountTest, AnAccountHasAUpnWithoutBeingGivenOne) {
  Scene scene({.upn = "joerg@contoso.test"});
  scene.Derive();
  EXPECT_EQ(scene.Account("matched_by"), "implicit-upn");
  EXPECT_EQ(scene.Account("enabled"), "false");
  EXPECT_EQ(scene.Account("upn"), "absent");
  EXPECT_EQ(scene.Account("upn_suffix_is_domain"), "absent");
}

TEST(UserAccountTest, TwoAccountsThatFitAreAmbiguous) {
  std::string text = Golden("ldif/ldifde.in.ldf");
  const std::string_view kName = "sAMAccountName: joerg\r\n";
  text.insert(text.find(kName), "userPrincipalName: alice@contoso.example\r\n");
  Scene scene({.upn = "alice@contoso.example"}, {});
  scene.environment.Add(readers::kLdifReader, text).Finish();
  scene.Derive();
  EXPECT_EQ(scene.Account("exists"), "unknown (ambiguous)");
  EXPECT_EQ(scene.Account("sid"), "unknown (ambiguous)");
}

TEST(UserAccountTest, NotFoundIsAnAnswerOnlyInAWholeListing) {
  Scene part({.upn = "nobody@contoso.test"});
  EXPECT_EQ(part.Derive().Account("exists"), "unknown (not-collected)");
  Scene whole({.upn = "nobody@contoso.test"}, {"ldif/accounts.in.ldif", "ldif/partitions.in.ldif"});
  EXPECT_EQ(whole.Derive().Account("exists"), "false");
  EXPECT_EQ(whole.Account("enabled"), "absent");
  Scene nothing({.upn = "nobody@contoso.test"}, {});
  EXPECT_EQ(nothing.Derive().Account("exists"), "unknown (not-collected)");
}

TEST(UserAccountTest, KnowsTheSuffixesOfTheForest) {
  Scene added({.sid = kAlice}, {"ldif/accounts.in.ldif", "ldif/partitions.in.ldif"});
  EXPECT_EQ(added.Derive().Account("upn"), "alice@contoso.example");
  EXPECT_EQ(added.Account("upn_suffix_known"), "true");
  EXPECT_EQ(added.Account("upn_suffix_is_domain"), "false");
  Scene alone({.sid = kAlice});
  EXPECT_EQ(alone.Derive().Account("upn_suffix_known"), "unknown (not-collected)");
}

TEST(UserAccountTest, TwoEnvironmentsThatFitAreAmbiguous) {
  Scene scene({.sid = kAlice});
  collectors::kUserAccountDerivation.derive({.declared = scene.environment.declared}, scene.device);
  EXPECT_EQ(scene.Account("exists"), "unknown (ambiguous)");
}

TEST(UserAccountTest, HoldsTheSidOfTheCertificateAgainstBoth) {
  Scene good({.sid = kAlice});
  good.Text("sid_extension", kAlice);
  good.Text("container_sid", kAlice);
  good.Derive();
  EXPECT_EQ(good.Certificate("sid_matches_account"), "true");
  EXPECT_EQ(good.Certificate("sid_matches_container"), "true");

  Scene other({.sid = kAlice});
  other.Text("sid_extension", "S-1-5-21-3677581135-3435515867-784156431-9999");
  other.Text("container_sid", kAlice);
  other.Derive();
  EXPECT_EQ(other.Certificate("sid_matches_account"), "false");
  EXPECT_EQ(other.Certificate("sid_matches_container"), "false");

  // In an Entra container the certificate still has the SID of the directory.
  Scene entra({.upn = "alice@contoso.example"});
  entra.Absent("sid_extension");
  entra.Text("sid_uri", kAlice);
  entra.Text("container_sid", "S-1-12-1-1-2-3-4");
  entra.Derive();
  EXPECT_EQ(entra.Certificate("sid_matches_account"), "true");
  EXPECT_EQ(entra.Certificate("sid_matches_container"), "absent");

  Scene none({.sid = kAlice});
  none.Absent("sid_extension");
  none.Absent("sid_uri");
  EXPECT_EQ(none.Derive().Certificate("sid_matches_account"), "absent");
  Scene unread({.sid = kAlice});
  EXPECT_EQ(unread.Derive().Certificate("sid_matches_account"), "unknown (not-collected)");
}

TEST(UserAccountTest, HoldsUpnSubjectAndStartAgainstTheAccount) {
  Scene scene({.sid = kAlice});
  scene.List("san_upn", "Alice@Contoso.Example");
  scene.Text("subject", "CN=Alice Example, OU=Staff, DC=contoso, DC=test");
  const Ticks early = *ParseTime("2023-11-02T08:09:09Z", "test");
  scene.user->facts.Put("user.rdp_certificate.not_before", Cell::Time({early, early}, {}));
  scene.Derive();
  EXPECT_EQ(scene.Certificate("upn_matches_account"), "true");
  EXPECT_EQ(scene.Certificate("subject_is_account_dn"), "true");
  EXPECT_EQ(scene.Certificate("older_than_account"), "true");

  Scene other({.sid = kAlice});
  other.List("san_upn", "bob@contoso.example");
  other.Text("subject", "CN=alice@contoso.example");
  const Ticks late = *ParseTime("2024-11-02T08:09:10Z", "test");
  other.user->facts.Put("user.rdp_certificate.not_before", Cell::Time({late, late}, {}));
  other.Derive();
  EXPECT_EQ(other.Certificate("upn_matches_account"), "false");
  EXPECT_EQ(other.Certificate("subject_is_account_dn"), "false");
  EXPECT_EQ(other.Certificate("older_than_account"), "false");
}

TEST(SecurityIdentityTest, FindsIssuerAndSerialInReverse) {
  // The example of KB5014754: 2B0000000011AC0000000012 is written 1200000000AC11000000002B.
  Scene scene({.sid = kAlice});
  scene.Text("issuer", "CN=Contoso Root CA, DC=contoso, DC=test");
  scene.Text("serial", "2b0000000011ac0000000012");
  EXPECT_EQ(scene.Derive().Certificate("alt_security_identity"), "issuer-serial");
  scene.Text("serial", "1200000000ac11000000002b");
  EXPECT_EQ(scene.Derive().Certificate("alt_security_identity"), "none");
  Scene joerg({.upn = "joerg@contoso.test"});
  joerg.Text("serial", "01");
  EXPECT_EQ(joerg.Derive().Certificate("alt_security_identity"), "none");
}

TEST(SecurityIdentityTest, FindsKeyIdentifiersAndLeavesHashesOpen) {
  // alice of the Samba forest has <I><SR> and <SKI>123456789abcdef.
  Scene scene({.sid = kAlice}, {"ldif/accounts.in.ldif"});
  scene.Text("serial", "01");
  scene.Text("subject_key_id", "123456789abcdef");
  EXPECT_EQ(scene.Derive().Certificate("alt_security_identity"), "ski");
  std::string text = Golden("ldif/ldifde.in.ldf");
  const std::string_view kValue = "X509:<I>DC=test,DC=contoso,CN=Contoso Root CA<SR>120000";
  text.replace(text.find(kValue), kValue.size(), "X509:<SHA1-PUKEY>120000");
  Scene hash({.sid = kAlice}, {});
  hash.environment.Add(readers::kLdifReader, text).Finish();
  hash.Text("serial", "01");
  EXPECT_EQ(hash.Derive().Certificate("alt_security_identity"), "unknown (not-collected)");
}

}  // namespace

}  // namespace whfb::test
