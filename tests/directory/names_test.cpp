// SIDs, GUIDs, names and security descriptors. Expected values: [MS-DTYP], RFC 4514,
// and the descriptors that certutil prints.

#include <gtest/gtest.h>

#include "collectors/directory_view.h"
#include "collectors/readers/ldap_name.h"
#include "collectors/readers/security_descriptor.h"
#include "collectors/readers/sid_text.h"

namespace whfb::readers {

namespace {

std::vector<std::byte> Bytes(std::initializer_list<int> octets) {
  std::vector<std::byte> bytes;
  for (const int octet : octets) {
    bytes.push_back(static_cast<std::byte>(octet));
  }
  return bytes;
}

TEST(SidTextTest, PrintsTheExampleOfTheSpecification) {
  // [MS-DTYP] 2.4.2.1: S-1-5-32-544.
  std::string text;
  const auto sid = Bytes({1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0});
  EXPECT_TRUE(SidText(sid, text));
  EXPECT_EQ(text, "S-1-5-32-544");
  EXPECT_FALSE(SidText(std::span(sid).first(15), text));
  EXPECT_FALSE(SidText(Bytes({1, 16, 0, 0, 0, 0, 0, 5}), text));
  EXPECT_FALSE(SidText(Bytes({2, 0, 0, 0, 0, 0, 0, 5}), text));
}

TEST(SidTextTest, PrintsGuidsWithTheirFirstGroupsTurned) {
  std::string text;
  EXPECT_TRUE(GuidText(Bytes({0x68, 0xc9, 0x10, 0x0e, 0xfb, 0x78, 0xd2, 0x11, 0x90, 0xd4, 0x00,
                              0xc0, 0x4f, 0x79, 0xdc, 0x55}),
                       text));
  EXPECT_EQ(text, "0e10c968-78fb-11d2-90d4-00c04f79dc55");
  EXPECT_EQ(PlainGuid("{0E10C968-78FB-11D2-90D4-00C04F79DC55}"), text);
  EXPECT_EQ(PlainGuid("0e10c968-78fb-11d2-90d4-00c04f79dc5"), "");
  EXPECT_TRUE(LooksLikeSid("S-1-5-21-1-2-3-4"));
  EXPECT_FALSE(LooksLikeSid("S-1-5-21-1-2-3-"));
  EXPECT_FALSE(LooksLikeSid("CONTOSO\\S-1-5"));
}

TEST(SddlTest, ReadsWhatCertutilPrints) {
  // From dstemplate/VMware_excerpt.txt.
  const auto descriptor = ParseSddl(
      "D:PAI(OA;;RPWPCR;0e10c968-78fb-11d2-90d4-00c04f79dc55;;DA)(A;;CCDCLCSWRPWPDTLOSDRCWDWO;;;LA)"
      "(A;;LCRPLORC;;;AU)");
  ASSERT_TRUE(descriptor);
  ASSERT_EQ(descriptor->entries.size(), 3U);
  EXPECT_EQ(descriptor->entries[0].principal, "DA");
  EXPECT_EQ(descriptor->entries[0].mask, 0x130U);
  EXPECT_EQ(descriptor->entries[1].mask, 0xF00FFU);
  EXPECT_EQ(descriptor->entries[2].principal, "S-1-5-11");
  EXPECT_EQ(descriptor->entries[2].mask, 0x20094U);
  EXPECT_TRUE(descriptor->owner.empty());
}

TEST(SddlTest, ReadsOwnersNumbersAndConditions) {
  const auto descriptor = ParseSddl(
      "O:S-1-5-21-1-2-3-500G:DUD:AI(D;CIIO;0x100;;;S-1-1-0)(XA;;GR;;;WD;(@User.A==\")\"))"
      "S:(AU;SAFA;GA;;;WD)");
  ASSERT_TRUE(descriptor);
  EXPECT_EQ(descriptor->owner, "S-1-5-21-1-2-3-500");
  ASSERT_EQ(descriptor->entries.size(), 1U);
  EXPECT_FALSE(descriptor->entries[0].allow);
  EXPECT_EQ(descriptor->entries[0].flags, 0xAU);
  EXPECT_FALSE(descriptor->complete);  // the conditional entry
}

TEST(SddlTest, RefusesDamage) {
  for (const char* const text : {"", "D", "D:(A;;GA;;;ZZ)", "D:(A;;QQ;;;AU)", "D:(A;;GA;;AU)",
                                 "D:(A;;GA;;;AU", "D:(A;;GA;not-a-guid;;AU)", "X:(A;;GA;;;AU)",
                                 "O:S-1-D:", "D:(A;;G;;;AU)", "Deny everything"}) {
    EXPECT_FALSE(ParseSddl(text)) << text;
  }
  EXPECT_EQ(ParseSddl("O:BAG:BA")->dacl, SecurityDescriptor::Dacl::kNotShown);
  EXPECT_EQ(ParseSddl("D:NO_ACCESS_CONTROL")->dacl, SecurityDescriptor::Dacl::kNull);
  EXPECT_EQ(ParseSddl("D:P")->dacl, SecurityDescriptor::Dacl::kShown);
}

TEST(SddlTest, EveryCutAndEveryChangedOctetIsReadOrRefused) {
  // O:BA D:(A;;CR;;;AU): an owner, one entry.
  const auto bytes =
      Bytes({1, 0, 4,  0x80, 20, 0, 0,  0, 0, 0, 0,    0, 0, 0, 0, 0, 36, 0, 0, 0, 1, 2,
             0, 0, 0,  0,    0,  5, 32, 0, 0, 0, 0x20, 2, 0, 0, 2, 0, 28, 0, 1, 0, 0, 0,
             0, 0, 20, 0,    0,  1, 0,  0, 1, 1, 0,    0, 0, 0, 0, 5, 11, 0, 0, 0});
  const auto whole = ParseSecurityDescriptor(bytes);
  ASSERT_TRUE(whole);
  EXPECT_EQ(ToSddl(*whole), "O:S-1-5-32-544D:(A;;CR;;;S-1-5-11)");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(ParseSecurityDescriptor(std::span(bytes).first(size))) << size;
  }
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const int octet : {0, 1, 0x7F, 0xFF}) {
      auto changed = bytes;
      changed[at] = static_cast<std::byte>(octet);
      const auto read = ParseSecurityDescriptor(changed);
      EXPECT_TRUE(!read || read->entries.size() <= 1U);
    }
  }
}

TEST(SddlTest, MapsGenericRightsToThoseOfTheDirectory) {
  EXPECT_EQ(MappedMask(0x10000000), 0xF01FFU);
  EXPECT_EQ(MappedMask(0x80000000), 0x20094U);
  EXPECT_EQ(MappedMask(0x40000100), 0x20128U);
  EXPECT_EQ(DomainRid("DU"), 513U);
  EXPECT_TRUE(IsForestAlias("EA"));
  EXPECT_EQ(WellKnownSid("AU"), "S-1-5-11");
}

TEST(LdapNameTest, PrintsNamesAsCertificatesDo) {
  const auto printed = [](std::string_view name) {
    std::string text;
    return LdapNameText(name, text) ? text : "(damaged)";
  };
  EXPECT_EQ(printed("CN=a,DC=b"), "CN=a, DC=b");
  EXPECT_EQ(printed("cn=Smith\\, John,ou=A\\+B,st=X"), "CN=\"Smith, John\", OU=\"A+B\", S=X");
  EXPECT_EQ(printed("CN=J\\C3\\B6rg"), "CN=Jörg");
  EXPECT_EQ(printed("CN=\"a, b\",DC=c"), "CN=\"a, b\", DC=c");
  EXPECT_EQ(printed("CN=a+OU=b, DC=c"), "CN=a + OU=b, DC=c");
  EXPECT_EQ(printed(""), "");
  EXPECT_EQ(printed("CN=a,"), "(damaged)");
  EXPECT_EQ(printed("no name"), "(damaged)");
  EXPECT_EQ(printed("CN=a\\"), "(damaged)");
}

TEST(LdapNameTest, KnowsWhatLiesBelowWhat) {
  EXPECT_TRUE(IsNameWithin("CN=a, DC=B", "dc=b"));
  EXPECT_TRUE(IsNameWithin("DC=b", "DC=b"));
  EXPECT_FALSE(IsNameWithin("CN=ab, DC=b", "CN=b, DC=b"));
  EXPECT_EQ(ParentName("CN=\"a, b\", DC=c"), "DC=c");
  EXPECT_EQ(DomainOfName("CN=x, DC=Contoso, DC=com"), "contoso.com");
  EXPECT_EQ(DomainOfName("CN=x"), "");
}

TEST(FilterTest, ShowsEveryObjectOnlyWhenNoPartKeepsOneBack) {
  constexpr std::array<std::string_view, 2> kUsers = {"objectclass=user", "objectcategory=person"};
  const auto shows = [&](std::string_view filter) {
    return collectors::FilterShows(filter, kUsers);
  };
  EXPECT_TRUE(shows("(objectClass=*)"));
  EXPECT_TRUE(shows("(&(objectCategory=person)(objectClass=user))"));
  EXPECT_TRUE(shows("(|(objectClass=user)(objectClass=computer))"));
  EXPECT_TRUE(shows("( & (objectClass=user) (name=*) )"));
  EXPECT_FALSE(shows("(&(objectClass=user)(department=IT))"));
  EXPECT_FALSE(shows("(!(objectClass=user))"));
  EXPECT_FALSE(shows("(|(sn=a)(sn=b))"));
  EXPECT_FALSE(shows("(&)"));
  EXPECT_FALSE(shows("(&(objectClass=user)"));
  EXPECT_FALSE(shows(""));
  EXPECT_FALSE(shows(std::string(100000, '(')));
}

}  // namespace

}  // namespace whfb::readers
