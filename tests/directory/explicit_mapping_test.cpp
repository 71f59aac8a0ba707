// Whether the account of the user names the judged certificate: a made certificate, and LDIF as
// ldapsearch writes it. The forms and which of them are strong: KB5014754, "Certificate mappings";
// issuer and subject may be by policy ("Allow name-based strong mappings for certificates").

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/readers/small_records.h"
#include "scene.h"

namespace whfb::readers {
extern const ReaderSpec kLdifReader;
}  // namespace whfb::readers

namespace whfb::collectors {

namespace {

// Serial number 0x684ee14e, as the recipe sets it.
constexpr long kStart = kNow - 50;
constexpr std::string_view kReversedSerial = "4EE14E68";
constexpr std::string_view kAccountSidText = "S-1-5-21-1-2-3-1102";

// S-1-5-21-1-2-3-1102, and with another last number.
constexpr std::string_view kSid1102 = "AQUAAAAAAAUVAAAAAQAAAAIAAAADAAAATgQAAA==";
constexpr std::string_view kSid1103 = "AQUAAAAAAAUVAAAAAQAAAAIAAAADAAAATwQAAA==";

std::string Entry(std::string_view sid,
                  std::string_view upn,
                  const std::vector<std::string>& identities) {
  std::string text = "dn: CN=amanda,CN=Users,DC=contoso,DC=com\nobjectClass: user\ncn: amanda\n";
  text.append("instanceType: 4\nname: amanda\nobjectCategory: CN=Person,DC=contoso,DC=com\n");
  text.append("userAccountControl: 512\nsAMAccountName: amanda\nobjectSid:: ").append(sid);
  text.append("\n");
  if (!upn.empty()) {
    text.append("userPrincipalName: ").append(upn).append("\n");
  }
  for (const std::string& identity : identities) {
    text.append("altSecurityIdentities: ").append(identity).append("\n");
  }
  return text.append("\n");
}

constexpr std::string_view kEverything =
    "# extended LDIF\n#\n# LDAPv3\n# base <DC=contoso,DC=com> with scope subtree\n"
    "# filter: (objectClass=user)\n# requesting: ALL\n#\n\n";

// A device whose user amanda@contoso.com has one certificate in the Hello container.
struct Mapped : Scene {
  Authority ca = MakeAuthority("CA");
  std::string_view header = kEverything;
  std::string ldif{};

  explicit Mapped(long serial = kStart) {
    with_environment = true;
    List(StoreScope::kUser, "my", true);
    tests::Recipe recipe = UserRecipe(kStart, true);
    recipe.serial = serial;
    recipe.extensions.push_back(
        {"subjectKeyIdentifier", "0102030405060708090a0b0c0d0e0f1011121314"});
    const auto leaf = tests::Issue(recipe, tests::SharedKey(), ca.certificate.get(), ca.key.get());
    AddUser(leaf.get(), kPassportProvider);
    // As dsregcmd tells it.
    device.User({.sid = kEntraSid, .upn = "amanda@contoso.com"});
  }

  // Evidence of the device tells the SID of the account, or only the name of a key container does.
  void Tell(bool told) {
    Subject* const user = device.User({.sid = kEntraSid});
    ASSERT_NE(user, nullptr);
    user->AddAlias(AliasKind::kSid, kAccountSidText, told);
  }

  const Cell& Run() {
    ldif.insert(0, header);
    readers::RecordSink sink{.records = environment_records};
    const Status status = readers::kLdifReader.read(
        {.number = 1, .path = "x.ldif", .bytes = std::as_bytes(std::span(ldif))}, sink);
    EXPECT_TRUE(status);
    Scan();
    return Fact("explicit_mapping");
  }
};

std::string Told(const Cell& cell) {
  return cell.unknown() ? std::string(ToString(cell.why)) : ValueText(cell, ValueType::kBool);
}

struct IdentityCase {
  const char* name = nullptr;
  std::vector<std::string> identities{};
  const char* answer = nullptr;
};

void PrintTo(const IdentityCase& one, std::ostream* out) {
  *out << one.name;
}

class SecurityIdentityTest : public testing::TestWithParam<IdentityCase> {};

TEST_P(SecurityIdentityTest, IsHeldAgainstTheCertificate) {
  Mapped run;
  run.ldif = Entry(kSid1102, "amanda@contoso.com", GetParam().identities);
  EXPECT_EQ(Told(run.Run()), GetParam().answer);
}

// NOLINTNEXTLINE(modernize-avoid-c-arrays): for ValuesIn
const IdentityCase kIdentityCases[] = {
    {"NoneAtAll", {}, "false"},
    {"IssuerAndSerial", {std::string("X509:<I>CN=CA<SR>").append(kReversedSerial)}, "true"},
    {"InSmallLetters", {"X509:<I>cn=ca<SR>4ee14e68"}, "true"},
    {"ZerosInFront",
     {std::string("X509:<I>CN=CA<SR>").append(kReversedSerial).append("00")},
     "ambiguous"},
    {"AnotherSerialOfAnotherIssuer", {"X509:<I>DC=com,CN=CA<SR>4FE14E68"}, "false"},
    {"BlankInTheIssuer", {"X509:<I>CN= CA<SR>4EE14E68"}, "ambiguous"},
    {"QuotedIssuer", {"X509:<I>CN=\"CA\"<SR>4EE14E68"}, "ambiguous"},
    {"EscapedIssuer", {"X509:<I>CN=C\\A<SR>4EE14E68"}, "ambiguous"},
    {"BlankBehindTheIssuer", {"X509:<I>CN=CA <SR>4EE14E68"}, "ambiguous"},
    {"BlankInFront", {"X509: <I>CN=CA<SR>4EE14E68"}, "ambiguous"},
    {"BlankAtTheEnd", {"X509:<I>CN=CA<SR>4EE14E68 "}, "ambiguous"},
    {"BlankInTheSerial", {"X509:<I>CN=CA<SR>4E E1 4E 68"}, "ambiguous"},
    {"OddSerial", {"X509:<I>CN=CA<SR>4EE14E6"}, "ambiguous"},
    {"SubjectBetween", {"X509:<I>CN=CA<S>CN=amanda@contoso.com<SR>4EE14E68"}, "ambiguous"},
    {"SerialTwice", {"X509:<I>CN=CA<SR>4EE14E68<SR>00"}, "ambiguous"},
    {"AnotherSerialAndMore", {"X509:<I>CN=CA<SR>4FE14E68<X>1"}, "ambiguous"},
    {"SerialInFront", {"X509:<SR>4EE14E68<I>CN=CA"}, "ambiguous"},
    {"NoIssuer", {"X509:<I><SR>4EE14E68"}, "ambiguous"},
    {"IssuerAndSid", {"X509:<I>CN=CA<SID>S-1-5-21-1-2-3-1102"}, "ambiguous"},
    {"IssuerAndSubject", {"X509:<I>CN=CA<S>CN=amanda@contoso.com"}, "ambiguous"},
    {"UnknownTag", {"X509:<NEW>4EE14E68"}, "ambiguous"},
    {"UnknownPrefix", {"X510:<SKI>ff"}, "ambiguous"},
    {"PrefixInSmallLetters", {"x509:<SKI>ff"}, "ambiguous"},
    {"UnknownBesideAStrongOne", {"X509:<NEW>1", "X509:<I>CN=CA<SR>4EE14E68"}, "true"},
    {"AnotherSerial", {"X509:<I>CN=CA<SR>4FE14E68"}, "false"},
    {"SerialNotReversed", {"X509:<I>CN=CA<SR>684ee14e"}, "ambiguous"},
    {"AnotherIssuer",
     {std::string("X509:<I>DC=com,CN=CA<SR>").append(kReversedSerial)},
     "ambiguous"},
    {"KeyIdentifier", {"X509:<SKI>0102030405060708090A0B0C0D0E0F1011121314"}, "true"},
    {"KeyIdentifierAndMore",
     {"X509:<SKI>0102030405060708090A0B0C0D0E0F1011121314<SR>00"},
     "ambiguous"},
    {"AnotherKeyIdentifierAndMore", {"X509:<SKI>ff<SR>00"}, "ambiguous"},
    {"NoKeyIdentifier", {"X509:<SKI>"}, "ambiguous"},
    {"AnotherKeyIdentifier", {"X509:<SKI>ff02030405060708090a0b0c0d0e0f1011121314"}, "false"},
    {"HashOfTheKey", {"X509:<SHA1-PUKEY>50bf88e67522ab8ce093ce51830ab0bcf8ba7824"}, "ambiguous"},
    {"HashBesideAStrongOne",
     {"X509:<SHA1-PUKEY>50bf88e67522ab8ce093ce51830ab0bcf8ba7824",
      std::string("X509:<I>CN=CA<SR>").append(kReversedSerial)},
     "true"},
    {"WeakOnes",
     {"X509:<S>CN=amanda@contoso.com", "X509:<RFC822>amanda@contoso.com",
      "Kerberos:amanda@OTHER.COM"},
     "false"},
};

INSTANTIATE_TEST_SUITE_P(Identities,
                         SecurityIdentityTest,
                         testing::ValuesIn(kIdentityCases),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(ExplicitMappingTest, AnAccountThatWasNotExportedIsNotCollected) {
  Mapped run;
  run.ldif = Entry(kSid1102, "somebody@contoso.com", {});
  EXPECT_EQ(Told(run.Run()), "not-collected");
  EXPECT_TRUE(run.User().facts.Get("user.ad_sid").unknown());
}

// ldifde, ldapsearch -LLL: nobody knows which attributes were asked for.
TEST(ExplicitMappingTest, WithoutAHeaderOnlyWhatIsThereIsKnown) {
  Mapped silent;
  silent.header = {};
  silent.ldif = Entry(kSid1102, "amanda@contoso.com", {});
  EXPECT_EQ(Told(silent.Run()), "not-collected");
  Mapped shown;
  shown.header = {};
  shown.ldif = Entry(kSid1102, "amanda@contoso.com",
                     {std::string("X509:<I>CN=CA<SR>").append(kReversedSerial)});
  EXPECT_EQ(Told(shown.Run()), "true");
}

TEST(ExplicitMappingTest, AnAccountShownInPartIsDenied) {
  Mapped run;
  run.ldif = "dn: CN=a,DC=contoso,DC=com\nobjectClass: user\nobjectSid:: ";
  run.ldif.append(kSid1102).append("\nuserPrincipalName: amanda@contoso.com\n\n");
  EXPECT_EQ(Told(run.Run()), "denied");
}

TEST(ExplicitMappingTest, TwoAccountsOfOneNameAreAmbiguous) {
  Mapped run;
  run.ldif = Entry(kSid1102, "amanda@contoso.com", {}) + Entry(kSid1103, "AMANDA@contoso.com", {});
  EXPECT_EQ(Told(run.Run()), "ambiguous");
}

// Two accounts may make the same name of account name and domain, and another may be given it.
TEST(ExplicitMappingTest, TheNameThatIsMadeOfTheAccountNameFindsNobody) {
  for (const std::string_view upn : {"amanda@elsewhere.com", ""}) {
    Mapped run;
    run.ldif = Entry(kSid1102, upn, {std::string("X509:<I>CN=CA<SR>").append(kReversedSerial)});
    EXPECT_EQ(Told(run.Run()), "not-collected") << upn;
    EXPECT_TRUE(run.User().facts.Get("user.ad_sid").unknown()) << upn;
  }
}

// A serial number whose first bit is set has a zero octet in front in the certificate; whether the
// value has one as well is not known.
TEST(ExplicitMappingTest, ASerialNumberWithAZeroInFrontFitsNeverForCertain) {
  for (const char* const written : {"X509:<I>CN=CA<SR>4EE14EE8", "X509:<I>CN=CA<SR>4EE14EE800"}) {
    Mapped run(0xe84ee14eL);
    run.ldif = Entry(kSid1102, "amanda@contoso.com", {written});
    EXPECT_EQ(Told(run.Run()), "ambiguous") << written;
  }
}

// The lines between two entries are lost.
TEST(ExplicitMappingTest, TwoEntriesInOneAreNoAccount) {
  Mapped run;
  std::string second = Entry(kSid1103, "amanda@contoso.com", {});
  second.erase(0, second.find('\n') + 1);
  run.ldif = Entry(kSid1102, {}, {"X509:<I>CN=CA<SR>4EE14E68"});
  run.ldif.pop_back();
  run.ldif.append(second);
  EXPECT_EQ(Told(run.Run()), "not-collected");
  EXPECT_TRUE(run.User().facts.Get("user.ad_sid").unknown());
}

TEST(ExplicitMappingTest, ADeclarationThatTheDirectoryContradictsDecidesNothing) {
  for (const char* const value : {"X509:<I>CN=CA<SR>4EE14E68", "X509:<NEW>1"}) {
    Mapped run;
    run.environment_records.Add(
        readers::IntentItem{.path = "explicit-mappings@used", .value = "false"});
    run.ldif = Entry(kSid1102, "amanda@contoso.com", {value});
    EXPECT_EQ(Told(run.Run()), "conflicting") << value;
  }
  Mapped lost;
  lost.environment_records.Add(
      readers::IntentItem{.path = "explicit-mappings@used", .value = "false"});
  lost.ldif = Entry(kSid1102, "amanda@contoso.com", {});
  lost.ldif.insert(lost.ldif.size() - 1, "altSecurityIdentities:: WDUwO%\n");
  EXPECT_EQ(Told(lost.Run()), "malformed");
}

// The evidence of the device tells S-1-5-21-1-2-3-1102; the export shows the name at another SID.
TEST(ExplicitMappingTest, AnAccountOfTheNameWithAnotherSidIsNotTheUsers) {
  for (const bool told : {true, false}) {
    for (const bool both : {true, false}) {
      Mapped run;
      run.Tell(told);
      run.ldif = Entry(kSid1103, "amanda@contoso.com", {"X509:<I>CN=CA<SR>4EE14E68"});
      run.ldif.append(both ? Entry(kSid1102, "renamed@contoso.com", {}) : std::string{});
      EXPECT_EQ(Told(run.Run()), "conflicting") << told << both;
      EXPECT_TRUE(run.User().facts.Get("user.ad_sid").unknown()) << told << both;
    }
  }
}

TEST(ExplicitMappingTest, TheSidFindsAnAccountThatHasAnotherNameNow) {
  Mapped run;
  run.Tell(true);
  run.ldif = Entry(kSid1102, "renamed@contoso.com", {"X509:<I>CN=CA<SR>4EE14E68"});
  EXPECT_EQ(Told(run.Run()), "true");
}

// A laboratory may have an account of the same name.
TEST(ExplicitMappingTest, AnAccountOutsideOfTheDeclaredDomainsIsNotTheUsers) {
  struct Case {
    const char* declared = nullptr;
    const char* answer = nullptr;
  };

  for (const Case& one : {Case{"contoso.com", "true"}, Case{"com", "true"},
                          Case{"corp.contoso.com", "ambiguous"}, Case{"oso.com", "ambiguous"}}) {
    Mapped run;
    run.environment_records.Add(
        readers::IntentItem{.path = "forest/domain@name", .value = one.declared});
    run.ldif = Entry(kSid1102, "amanda@contoso.com", {"X509:<I>CN=CA<SR>4EE14E68"});
    EXPECT_EQ(Told(run.Run()), one.answer) << one.declared;
    EXPECT_EQ(run.User().facts.Get("user.ad_sid").present(), std::string(one.answer) == "true");
  }
}

TEST(ExplicitMappingTest, TwoAccountsOfOneNameOneWithoutSidAreAmbiguous) {
  std::string other = Entry(kSid1103, "amanda@contoso.com", {});
  other.replace(other.find("CN=amanda"), 9, "CN=another");
  const std::size_t sid = other.find("objectSid");
  other.erase(sid, other.find('\n', sid) + 1 - sid);
  const std::string one = Entry(kSid1102, "amanda@contoso.com", {});
  for (const std::string& both : {one + other, other + one}) {
    Mapped run;
    run.ldif = both;
    EXPECT_EQ(Told(run.Run()), "ambiguous");
  }
}

TEST(ExplicitMappingTest, TheAccountTellsItsSid) {
  Mapped run;
  run.ldif = Entry(kSid1102, "amanda@contoso.com", {});
  run.Run();
  EXPECT_EQ(run.User().facts.Get("user.ad_sid").value.text, kAccountSidText);
}

}  // namespace

}  // namespace whfb::collectors
