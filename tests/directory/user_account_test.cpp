// What a directory export says of the account of the user, and of the certificate in the light of
// it. Forms of altSecurityIdentities: KB5014754; the implicit UPN: [MS-KILE] 3.3.5.6.1.

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "collectors/readers/small_records.h"
#include "scene.h"

namespace whfb::readers {
extern const ReaderSpec kLdifReader;
}  // namespace whfb::readers

namespace whfb::collectors {

namespace {

// Serial number 0x684ee14e.
constexpr long kStart = kNow - 50;
constexpr const char* kKeyId = "0102030405060708090a0b0c0d0e0f1011121314";

// S-1-5-21-1-2-3-1102, and with another last number.
constexpr const char* kOwn = "AQUAAAAAAAUVAAAAAQAAAAIAAAADAAAATgQAAA==";
constexpr const char* kOther = "AQUAAAAAAAUVAAAAAQAAAAIAAAADAAAATwQAAA==";

struct Entry {
  std::string sid{};
  std::string upn{};
  std::string name = "amanda";
  std::string identity{};
};

// A device whose user amanda@contoso.com has one certificate in the Hello container.
struct Person : Scene {
  Authority ca = MakeAuthority("CA");
  std::string ldif =
      "# extended LDIF\n#\n# LDAPv3\n# base <DC=contoso,DC=com> with scope subtree\n"
      "# filter: (objectClass=user)\n# requesting: ALL\n#\n\n";

  Person() {
    with_environment = true;
    List(StoreScope::kUser, "my", true);
    tests::Recipe recipe = UserRecipe(kStart, true);
    recipe.extensions.push_back({"subjectKeyIdentifier", kKeyId});
    const auto leaf = tests::Issue(recipe, tests::SharedKey(), ca.certificate.get(), ca.key.get());
    AddUser(leaf.get(), kPassportProvider);
    device.User({.sid = kEntraSid, .upn = "amanda@contoso.com"})
        ->AddAlias(AliasKind::kSid, "S-1-5-21-1-2-3-1102", true);
  }

  void Export(const Entry& entry) {
    ldif.append("dn: CN=x,CN=Users,DC=contoso,DC=com\nobjectClass: user\nname: x\n")
        .append("instanceType: 4\nobjectCategory: CN=Person,DC=contoso,DC=com\n")
        .append("userAccountControl: 514\nwhenCreated: 20210301080000.0Z\naccountExpires: 0\n")
        .append("msDS-User-Account-Control-Computed: 16\nsAMAccountName: ")
        .append(entry.name)
        .append("\nobjectSid:: ")
        .append(entry.sid)
        .append("\nuserPrincipalName: ")
        .append(entry.upn)
        .append(entry.identity.empty() ? "" : "\naltSecurityIdentities: ")
        .append(entry.identity)
        .append("\n\n");
  }

  void Declare(std::string_view path, std::string_view value) {
    environment_records.Add(readers::IntentItem{.path = path, .value = value});
  }

  void Run() {
    readers::RecordSink sink{.records = environment_records};
    EXPECT_TRUE(readers::kLdifReader.read(
        {.number = 1, .path = "x.ldif", .bytes = std::as_bytes(std::span(ldif))}, sink));
    Scan();
  }

  std::string Told(std::string_view fact) {
    const bool of_device = fact.starts_with("device.");
    const Cell& cell = (of_device ? device.Device() : User()).facts.Get(fact);
    if (cell.absent()) {
      return "absent";
    }
    return cell.unknown() ? std::string(ToString(cell.why))
                          : ValueText(cell, catalog.FindFact(fact)->spec->type);
  }
};

constexpr const char* kUpnFits = "user.rdp_certificate.upn_is_accounts";
constexpr const char* kElsewhere = "user.rdp_certificate.leads_to_other_account";

TEST(UserAccountTest, CopiesWhatTheExportShows) {
  Person run;
  run.Export({.sid = kOwn, .upn = "amanda@contoso.com"});
  run.Run();
  EXPECT_EQ(run.Told("user.ad_account.upn"), "amanda@contoso.com");
  EXPECT_EQ(run.Told("user.ad_account.domain"), "contoso.com");
  EXPECT_EQ(run.Told("user.ad_account.enabled"), "false");
  EXPECT_EQ(run.Told("user.ad_account.expires"), "absent");
  EXPECT_EQ(run.Told("user.ad_account.locked"), "true");
  EXPECT_EQ(run.Told("user.ad_account.created"), "2021-03-01T08:00:00Z");
}

TEST(UserAccountTest, OneThatWasNotExportedIsNotKnown) {
  Person run;
  run.Export({.sid = kOther, .upn = "somebody@contoso.com"});
  run.Run();
  for (const char* const fact : {"user.ad_account.upn", "user.ad_account.enabled", kUpnFits}) {
    EXPECT_EQ(run.Told(fact), "not-collected") << fact;
  }
}

TEST(UserAccountTest, TheUpnOfTheCertificateIsGivenOrMadeOfNameAndDomain) {
  Person given;
  given.Export({.sid = kOwn, .upn = "Amanda@contoso.com", .name = "a0815"});
  given.Run();
  EXPECT_EQ(given.Told(kUpnFits), "true");
  Person made;
  made.Export({.sid = kOwn, .upn = "renamed@contoso.com", .name = "Amanda"});
  made.Run();
  EXPECT_EQ(made.Told(kUpnFits), "true");
  Person neither;
  neither.Export({.sid = kOwn, .upn = "renamed@contoso.com", .name = "a0815"});
  neither.Run();
  EXPECT_EQ(neither.Told(kUpnFits), "false");
}

TEST(UserAccountTest, ThatNobodyElseIsMeantTakesADeclaration) {
  Person open;
  open.Export({.sid = kOwn, .upn = "amanda@contoso.com"});
  open.Run();
  EXPECT_EQ(open.Told(kElsewhere), "not-collected");
  Person declared;
  declared.Export({.sid = kOwn, .upn = "amanda@contoso.com"});
  declared.Declare("explicit-mappings@used", "false");
  declared.Run();
  EXPECT_EQ(declared.Told(kElsewhere), "false");
  Person unseen;
  unseen.Export({.sid = kOwn, .upn = "renamed@contoso.com"});
  unseen.Declare("explicit-mappings@used", "false");
  unseen.Run();
  EXPECT_EQ(unseen.Told(kElsewhere), "not-collected");
}

TEST(UserAccountTest, AnotherAccountMayNameTheCertificate) {
  for (const std::string& identity :
       {std::string("X509:<SKI>").append(kKeyId), std::string("X509:<I>CN=CA<SR>4EE14E68")}) {
    Person run;
    run.Export({.sid = kOwn, .upn = "amanda@contoso.com"});
    run.Export({.sid = kOther, .upn = "other@contoso.com", .name = "o", .identity = identity});
    run.Declare("explicit-mappings@used", "false");
    run.Run();
    EXPECT_EQ(run.Told(kElsewhere), "true") << identity;
    Person own;
    own.Export({.sid = kOwn, .upn = "amanda@contoso.com", .identity = identity});
    own.Run();
    EXPECT_EQ(own.Told(kElsewhere), "not-collected") << identity;
  }
}

TEST(UserAccountTest, TheTemplateIsHeldAgainstTheDeclaredOnes) {
  Person none;
  none.Declare("@version", "1");
  none.Run();
  EXPECT_EQ(none.Told("user.rdp_certificate.template_is_intended"), "absent");
  Person another;
  another.Declare("@version", "1");
  another.Declare("template@name", "Hello");
  another.Run();
  EXPECT_EQ(another.Told("user.rdp_certificate.template_is_intended"), "false");
}

TEST(UserAccountTest, AHostBelowTheRootOfTheForestIsOfIt) {
  const auto told = [](std::string_view domain, bool complete) {
    Person run;
    run.Declare("forest@name", "contoso.com");
    run.Declare("forest@domains-complete", complete ? "true" : "false");
    run.Declare("forest/domain@name", "emea.contoso.com");
    run.Declare("forest/domain@name", "fabrikam.com");
    run.device.Device().facts.Set("device.domain_dns_name", Cell::Text(domain, {}));
    run.Run();
    return run.Told("device.in_declared_forest");
  };
  EXPECT_EQ(told("contoso.com", false), "true");
  EXPECT_EQ(told("emea.contoso.com", false), "true");
  EXPECT_EQ(told("fabrikam.com", true), "ambiguous");
  EXPECT_EQ(told("nordwind.example", false), "not-collected");
  EXPECT_EQ(told("nordwind.example", true), "false");
}

TEST(UserAccountTest, TenPeopleAreTheLimitOfADevice) {
  const auto told = [](int people, std::int64_t profiles) {
    Person run;
    for (int i = 1; i < people; ++i) {
      run.device.User({.sid = "S-1-12-1-9-9-9-" + std::to_string(i)})
          ->facts.Set("user.has_hello_container", Cell::Bool(true, {}));
    }
    if (profiles > 0) {
      run.device.Device().facts.Set("device.profiles", Cell::Int(profiles, {}));
    }
    run.Run();
    return run.Told("device.hello_users");
  };
  EXPECT_EQ(told(9, 0), "not-collected");
  EXPECT_EQ(told(10, 0), "10");
  EXPECT_EQ(told(2, 9), "9");
  EXPECT_EQ(told(2, 10), "ambiguous");
}

TEST(UserAccountTest, ContainersAndEventsTellWhereTheKeyIs) {
  const auto told = [](const Cell& event, const Cell& container) {
    Person run;
    Subject& user = *run.device.User({.sid = kEntraSid});
    user.facts.Set("user.hello_key_hardware", event);
    if (!container.absent()) {
      user.facts.TableOf("user.ngc_container")
          .Add(std::array{Cell::Text("{1}", {}), Cell::Text("p", {}), container});
    }
    run.Run();
    return run.Told("user.hello_key_in_tpm") + " " + run.Told("user.ngc_containers_seen");
  };
  const Cell yes = Cell::Bool(true, {});
  const Cell no = Cell::Bool(false, {});
  const Cell open = Cell::Unknown(WhyUnknown::kNotCollected);
  EXPECT_EQ(told(open, Cell::Absent({})), "not-collected 0");
  EXPECT_EQ(told(yes, Cell::Absent({})), "true 0");
  EXPECT_EQ(told(open, no), "false 1");
  EXPECT_EQ(told(open, yes), "true 1");
  EXPECT_EQ(told(yes, yes), "true 1");
  EXPECT_EQ(told(yes, no), "conflicting 1");
  EXPECT_EQ(told(yes, Cell::Unknown(WhyUnknown::kAmbiguous)), "ambiguous 1");
}

}  // namespace

}  // namespace whfb::collectors
