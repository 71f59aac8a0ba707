// LDIF: what a directory server really sends (tests/golden/ldif: exports of a throw-away Samba
// forest), ldifde's form, and damage. Expected values: RFC 2849, [MS-ADTS] 3.1.1.3.1.3.3
// (ranges), formats.md section 3, and PROVENANCE.md for the file of others.

#include <gtest/gtest.h>

#include "tests/directory/directory_run.h"

namespace whfb::test {

namespace {

using readers::DirectoryKind;
using readers::DirectorySearch;
using readers::Shown;
using readers::TemplateRecord;

constexpr std::string_view kTemplate =
    "dn: CN=T,CN=Certificate Templates,CN=Public Key Services,CN=Services,CN=Configuration,DC=a\n"
    "objectClass: pKICertificateTemplate\ncn: T\n";

Export Read(std::string_view text) {
  return {readers::kLdifReader, text};
}

const TemplateRecord& OnlyTemplate(const Export& read) {
  EXPECT_EQ(read.records.Of<TemplateRecord>().size(), 1U);
  return read.records.Of<TemplateRecord>()[0];
}

TEST(LdifTest, ReadsAPublicWriteUpsTemplate) {
  const std::string text = ReadAll(WHFB_SHARED_DATA "/ldif/ldapsearch_template_WebServer.ldif");
  if (text.empty()) {
    GTEST_SKIP() << "sample ldif/ldapsearch_template_WebServer.ldif is not here";
  }
  const Export read = Read(text);
  const TemplateRecord& record = OnlyTemplate(read);
  EXPECT_EQ(record.cn, "WebServer");
  EXPECT_TRUE(record.complete);
  EXPECT_TRUE(record.requested.empty());
  EXPECT_EQ(Values(record.attributes, "pKIKeyUsage"), "a000");
  // Two years and six weeks of negative 100 ns (formats.md section 3).
  EXPECT_EQ(Values(record.attributes, "pKIExpirationPeriod"), "0080720e5dc2fdff");
  EXPECT_EQ(Values(record.attributes, "pKIOverlapPeriod"), "0080a60affdeffff");
  EXPECT_EQ(Values(record.attributes, "pKIDefaultCSPs"),
            "2,Microsoft DH SChannel Cryptographic Provider|"
            "1,Microsoft RSA SChannel Cryptographic Provider");
  ASSERT_EQ(read.records.Of<DirectorySearch>().size(), 1U);
  EXPECT_TRUE(read.records.Of<DirectorySearch>()[0].complete);
  EXPECT_EQ(read.sink.damaged_count, 0U);
}

TEST(LdifTest, JoinsThePagesOfOneSearch) {
  const Export read = Read(Golden("ldif/pages.in.ldif"));
  ASSERT_EQ(read.records.Of<DirectorySearch>().size(), 1U);
  EXPECT_TRUE(read.records.Of<DirectorySearch>()[0].complete);
  EXPECT_EQ(read.sink.record_count, 9U);
}

TEST(LdifTest, ASearchThatWasCutIsNotWhole) {
  std::string text = Golden("ldif/pages.in.ldif");
  // Without the last page the cookie of the one before says that there is more.
  const Export cut = Read(text.substr(0, text.rfind("# extended LDIF")));
  ASSERT_EQ(cut.records.Of<DirectorySearch>().size(), 1U);
  EXPECT_FALSE(cut.records.Of<DirectorySearch>()[0].complete);
  // With fewer entries than the server sent.
  const std::size_t first = text.find("dn: ");
  const std::size_t second = text.find("dn: ", first + 1);
  const Export less = Read(text.erase(first, second - first));
  EXPECT_FALSE(less.records.Of<DirectorySearch>()[0].complete);
}

TEST(LdifTest, AFailedSearchIsNotWhole) {
  const Export read = Read(Golden("ldif/no-such-object.in.ldif"));
  ASSERT_TRUE(read.status);
  ASSERT_EQ(read.records.Of<DirectorySearch>().size(), 1U);
  EXPECT_FALSE(read.records.Of<DirectorySearch>()[0].complete);
  std::string limited = Golden("ldif/pages.in.ldif");
  const std::string_view kSuccess = "result: 0 Success";
  limited.replace(limited.rfind(kSuccess), kSuccess.size(), "result: 4 Size limit exceeded");
  EXPECT_FALSE(Read(limited).records.Of<DirectorySearch>()[0].complete);
}

// ldifde -l objectClass,instanceType,... or -o ATTRIBUTE writes the same as without.
TEST(LdifTest, WithoutAHeaderNoAttributeIsKnownToBeMissing) {
  std::string text(kTemplate);
  text.append("changetype: add\nflags: 1\ninstanceType: 4\nname: T\nobjectCategory: CN=a,DC=b\n\n");
  const Export some = Read(text);
  EXPECT_FALSE(OnlyTemplate(some).complete);
  EXPECT_EQ(OnlyTemplate(some).why, WhyUnknown::kNotCollected);
  EXPECT_EQ(Values(OnlyTemplate(some).attributes, "flags"), "1");
  // Nor with the header of a search that was cut, in front of an export of ldifde.
  const Export behind = Read(
      "# extended LDIF\n# base <DC=a> with scope subtree\n# filter: (objectClass=*)\n"
      "# requesting: ALL\n\n" +
      text);
  EXPECT_FALSE(OnlyTemplate(behind).complete);
}

TEST(LdifTest, AListedAttributeOfEveryObjectThatIsMissingWasHidden) {
  const std::string text =
      "# extended LDIF\n# base <DC=a> with scope subtree\n# filter: (cn=*)\n"
      "# requesting: objectClass userPrincipalName altSecurityIdentities \n\n"
      "dn: CN=a,DC=a\nuserPrincipalName: a@a\n\n";
  const Export read = Read(text);
  const auto users = read.Objects(DirectoryKind::kUser);
  ASSERT_EQ(users.size(), 1U);
  EXPECT_FALSE(users[0].visibility.ProvesAbsent("altSecurityIdentities"));
  EXPECT_EQ(users[0].visibility.why, WhyUnknown::kDenied);
}

TEST(LdifTest, AnEntryThatHidesCommonAttributesWasNotShownWhole) {
  const std::string text =
      "# extended LDIF\n# base <DC=a> with scope subtree\n"
      "# filter: (objectClass=*)\n# requesting: ALL\n\n" +
      std::string(kTemplate) + "\n";
  const Export read = Read(text);
  EXPECT_FALSE(OnlyTemplate(read).complete);
  EXPECT_EQ(OnlyTemplate(read).why, WhyUnknown::kDenied);
}

TEST(LdifTest, TellsWhichAttributesASearchAskedFor) {
  const Export listed = Read(Golden("ldif/pages.in.ldif"));
  const auto some = listed.Objects(DirectoryKind::kUser);
  ASSERT_EQ(some.size(), 7U);  // neither the domain controller nor the computer
  EXPECT_TRUE(some[0].visibility.ProvesAbsent("useraccountcontrol"));
  EXPECT_FALSE(some[0].visibility.ProvesAbsent("userPrincipalName"));
  const Export all = Read(Golden("ldif/accounts.in.ldif"));
  const auto users = all.Objects(DirectoryKind::kUser);
  ASSERT_FALSE(users.empty());
  EXPECT_TRUE(users[0].visibility.ProvesAbsent("altSecurityIdentities"));
}

constexpr std::string_view kSearch =
    "# extended LDIF\n# base <DC=a> with scope subtree\n# filter: (objectClass=user)\n"
    "# requesting: userPrincipalName altSecurityIdentities \n\n";
constexpr std::string_view kResult =
    "# search result\nsearch: 2\nresult: 0 Success\n\n# numEntries: 1\n\n";

std::string Person(std::string_view name) {
  return std::string("dn: CN=").append(name).append(",DC=a\nuserAccountControl: 512\n\n");
}

TEST(LdifTest, TheHeaderOfAnAnsweredSearchSaysNothingOfEntriesBehindIt) {
  const Export read = Read(std::string(kSearch) + Person("a") + std::string(kResult) + Person("b"));
  const auto users = read.Objects(DirectoryKind::kUser);
  ASSERT_EQ(users.size(), 2U);
  EXPECT_TRUE(users[0].visibility.ProvesAbsent("altSecurityIdentities"));
  EXPECT_FALSE(users[1].visibility.ProvesAbsent("altSecurityIdentities"));
  // Nor does such an entry stand in for one that the search lost.
  const Export lost = Read(std::string(kSearch) + std::string(kResult) + Person("b"));
  ASSERT_EQ(lost.records.Of<DirectorySearch>().size(), 1U);
  EXPECT_FALSE(lost.records.Of<DirectorySearch>()[0].complete);
}

TEST(LdifTest, ALineThatIsLostBetweenEntriesMayBeAnotherHeader) {
  const std::string begun = std::string(kSearch) + Person("a");
  const Export read = Read(begun + "objectClass: user\n\n" + Person("b"));
  const auto users = read.Objects(DirectoryKind::kUser);
  ASSERT_EQ(users.size(), 2U);
  EXPECT_TRUE(users[0].visibility.ProvesAbsent("altSecurityIdentities"));
  EXPECT_FALSE(users[1].visibility.ProvesAbsent("altSecurityIdentities"));
}

TEST(LdifTest, APageShowsWhatItsOwnHeaderAskedFor) {
  std::string page(kSearch);
  const Export read = Read(page + Person("a") + "# search result\nresult: 0 Success\n" +
                           "# pagedresults: cookie=MQA=\npagedresults: estimate=2 cookie=MQA=\n" +
                           page.substr(0, page.find("# requesting")) + "\n" + Person("b"));
  const auto users = read.Objects(DirectoryKind::kUser);
  ASSERT_EQ(users.size(), 2U);
  EXPECT_FALSE(users[1].visibility.ProvesAbsent("altSecurityIdentities"));
}

// ldapsearch writes the name of each entry above it, as a comment.
TEST(LdifTest, ANameOfAnEntryIsNoHeader) {
  const std::string asked = "# requesting: userPrincipalName \n";
  const std::string search =
      "# extended LDIF\n# base <DC=a> with scope subtree\n"
      "# filter: (objectClass=user)\n" +
      asked + "\n";
  const Export read = Read(search + "# requesting: ALL b, Users, a\n" + Person("a"));
  const auto users = read.Objects(DirectoryKind::kUser);
  ASSERT_EQ(users.size(), 1U);
  EXPECT_FALSE(users[0].visibility.ProvesAbsent("altSecurityIdentities"));
  EXPECT_TRUE(users[0].visibility.ProvesAbsent("userPrincipalName"));
}

TEST(LdifTest, AnotherExportBehindACutOneHasNotItsHeader) {
  const std::string cut = std::string(kSearch) + Person("a");
  for (const std::string other : {"version: 1\n\n", "#\n# LDAPv3\n\n", "a line of nobody\n\n",
                                  "dn: CN=x,DC=a\na line of nobody\n\n"}) {
    const Export read = Read(cut + other + Person("b"));
    const auto users = read.Objects(DirectoryKind::kUser);
    ASSERT_EQ(users.size(), 2U) << other;
    EXPECT_TRUE(users[0].visibility.ProvesAbsent("altSecurityIdentities")) << other;
    EXPECT_FALSE(users[1].visibility.ProvesAbsent("altSecurityIdentities")) << other;
  }
}

// The end of one export, cut within a line, and another one put behind it.
TEST(LdifTest, TwoEntriesInOneAreDamage) {
  const Export read = Read(std::string(kSearch) +
                           "dn: CN=a,DC=a\nuserAccountControl: 512\nname: a\ndisplayName: Anndn: "
                           "CN=b,DC=a\nname: b\nuserPrincipalName: b@a\n\n" +
                           Person("c"));
  const auto users = read.Objects(DirectoryKind::kUser);
  ASSERT_EQ(users.size(), 1U);
  EXPECT_EQ(users[0].dn, "CN=c, DC=a");
  EXPECT_FALSE(users[0].visibility.ProvesAbsent("altSecurityIdentities"));
  ASSERT_FALSE(read.sink.gaps.empty());
  EXPECT_EQ(read.sink.gaps[0].place, 10U);
}

TEST(LdifTest, AnEntryThatTheNextOneInterruptsIsNotWhole) {
  const Export read =
      Read(std::string(kSearch) + "dn: CN=a,DC=a\nuserAccountControl: 512\n" + Person("b"));
  const auto users = read.Objects(DirectoryKind::kUser);
  ASSERT_EQ(users.size(), 1U);
  EXPECT_EQ(users[0].dn, "CN=b, DC=a");
  ASSERT_EQ(read.sink.gaps.size(), 2U);
  EXPECT_EQ(read.sink.gaps[0].why, WhyUnknown::kTruncated);
}

TEST(LdifTest, ABlankLineIsNotContinued) {
  const Export read =
      Read(std::string(kSearch) + Person("a") + " altSecurityIdentities: X509:<SKI>00\n\n");
  const auto users = read.Objects(DirectoryKind::kUser);
  ASSERT_EQ(users.size(), 1U);
  EXPECT_EQ(Values(users[0].attributes, "altSecurityIdentities"), "(none)");
  ASSERT_FALSE(read.sink.gaps.empty());
  EXPECT_EQ(read.sink.gaps[0].message, "a line that is no LDIF");
}

TEST(LdifTest, ASearchWithoutItsScopeIsNone) {
  std::string text = Golden("ldif/pages.in.ldif");
  constexpr std::string_view kScope = " with scope subtree";
  for (std::size_t at = text.find(kScope); at != std::string::npos; at = text.find(kScope)) {
    text.erase(at, kScope.size());
  }
  EXPECT_TRUE(Read(text).records.Of<DirectorySearch>().empty());
}

// [MS-ADTS] 3.1.1.5.5.1.1; as ldapsearch -E '!1.2.840.113556.1.4.417' shows them.
TEST(LdifTest, DeletedObjectsAreNone) {
  const Export read = Read(std::string(kSearch) +
                           "dn: CN=a\\0ADEL:5a8f2b10-3c4d-4e5f-8a9b-0c1d2e3f4a5b,"
                           "CN=Deleted Objects,DC=a\nobjectClass: user\n"
                           "userPrincipalName: a@a\n\n" +
                           Person("b"));
  const auto users = read.Objects(DirectoryKind::kUser);
  ASSERT_EQ(users.size(), 1U);
  EXPECT_EQ(users[0].dn, "CN=b, DC=a");
}

TEST(LdifTest, NamesWithoutValuesShowNothing) {
  const Export read = Read(Golden("ldif/names-only.in.ldif"));
  const auto services = read.Objects(DirectoryKind::kEnrolmentService);  // recognised by name
  ASSERT_EQ(services.size(), 1U);
  EXPECT_EQ(Values(services[0].attributes, "certificateTemplates"), "(not whole)");
}

TEST(LdifTest, ReadsUnicodeAndBase64Names) {
  for (const char* const name : {"ldif/ldifde.in.ldf", "ldif/ldifde-unicode.in.ldf"}) {
    const Export read = Read(Golden(name));
    const auto users = read.Objects(DirectoryKind::kUser);
    ASSERT_EQ(users.size(), 2U) << name;
    EXPECT_EQ(users[1].dn, "CN=Jörg Müller, OU=Büro, DC=contoso, DC=test");
    EXPECT_EQ(Values(users[0].attributes, "altSecurityIdentities"),
              "X509:<I>DC=test,DC=contoso,CN=Contoso Root CA<SR>1200000000AC11000000002B");
    EXPECT_EQ(Values(users[0].attributes, "objectSid"),
              "S-1-5-21-3677581135-3435515867-784156431-1103");
  }
}

TEST(LdifTest, AChangeScriptShowsNoObject) {
  const Export read = Read(Golden("ldif/change-script.in.ldif"));
  EXPECT_TRUE(read.status);
  EXPECT_TRUE(read.records.Of<readers::DirectoryObject>().empty());
  EXPECT_EQ(read.sink.note, "utf-8, 1 change records, which show no object");
  EXPECT_EQ(read.sink.damaged_count, 0U);
}

TEST(LdifTest, AValueRangeIsWholeOnlyWithItsEnd) {
  const Export read = Read(Golden("ldif/range.in.ldif"));
  const auto services = read.Objects(DirectoryKind::kEnrolmentService);
  ASSERT_EQ(services.size(), 2U);
  EXPECT_EQ(Values(services[0].attributes, "certificateTemplates"), "A|B(not whole)");
  EXPECT_EQ(Values(services[1].attributes, "certificateTemplates"), "A|B|C");
  const Export gap = Read(
      "dn: CN=C,CN=Enrollment Services,CN=Public Key Services,CN=Services,CN=Configuration,DC=a\n"
      "certificateTemplates;range=5-*: F\n\n");
  EXPECT_EQ(Values(gap.Objects(DirectoryKind::kEnrolmentService).at(0).attributes,
                   "certificateTemplates"),
            "F(not whole)");
}

TEST(LdifTest, DamageIsAGapWithItsLine) {
  const Export read = Read(Golden("ldif/damaged.in.ldif"));
  const auto templates = read.records.Of<TemplateRecord>();
  ASSERT_EQ(templates.size(), 2U);
  EXPECT_EQ(Values(templates[0].attributes, "pKIKeyUsage"), "(not whole)");
  EXPECT_EQ(Values(templates[0].attributes, "nTSecurityDescriptor"), "(not whole)");
  // Behind a line that could not be read any attribute may have one more value.
  EXPECT_EQ(Values(templates[0].attributes, "msPKI-Minimal-Key-Size"), "2048(not whole)");
  EXPECT_EQ(templates[0].why, WhyUnknown::kMalformed);
  // "flags: 1316" at the end of the file may be the beginning of 131642.
  EXPECT_EQ(Values(templates[1].attributes, "flags"), "(not whole)");
  EXPECT_FALSE(templates[1].complete);
  ASSERT_EQ(read.sink.gaps.size(), 4U);
  EXPECT_EQ(read.sink.gaps[0].place, 8U);
  EXPECT_EQ(read.sink.gaps[0].message, "a value of pKIKeyUsage cannot be read");
  EXPECT_EQ(read.sink.gaps[2].message, "a line that is no LDIF");
  EXPECT_EQ(read.sink.gaps[3].why, WhyUnknown::kTruncated);
}

TEST(LdifTest, NoLengthOfARealExportGivesMoreThanTheWholeOne) {
  const std::string text = Golden("ldif/template-whfb.in.ldif");
  const Export whole = Read(text);
  const TemplateRecord& all = OnlyTemplate(whole);
  for (std::size_t size = 0; size < text.size(); ++size) {
    const Export cut = Read(std::string_view(text).substr(0, size));
    for (const TemplateRecord& record : cut.records.Of<TemplateRecord>()) {
      for (const auto& attribute : record.attributes) {
        for (std::size_t i = 0; i < attribute.values.size(); ++i) {
          const auto full =
              std::ranges::find(all.attributes, attribute.name, &readers::DirectoryAttribute::name);
          ASSERT_LT(i, full->values.size());
          ASSERT_EQ(attribute.values[i], full->values[i]) << "cut at " << size;
        }
      }
    }
  }
}

TEST(LdifTest, ALineThatIsNoTextLeavesItsEntryIncomplete) {
  std::string text(kTemplate);
  text.append("instanceType: 4\nname: T\nobjectCategory: CN=a,DC=b\nflags: 1\n");
  text.append(1, '\0').append("SPKI-Enrollment-Flag: 2\n\n");
  const Export read = Read(text);
  EXPECT_FALSE(OnlyTemplate(read).complete);
  EXPECT_EQ(OnlyTemplate(read).why, WhyUnknown::kMalformed);
  ASSERT_EQ(read.sink.gaps.size(), 1U);
  EXPECT_EQ(read.sink.gaps[0].place, 8U);
}

TEST(LdifTest, OfKeyMaterialNothingIsKept) {
  const Export read = Read(
      "dn: CN=A,DC=a\nobjectClass: user\nuserPrincipalName: a@a\n"
      "msDS-KeyCredentialLink: B:8:00020000:CN=A,DC=a\n"
      "msDS-KeyCredentialLink:: Qjo4OjAwMDIwMDAwOkNOPUEsREM9YQ==\n\n");
  ASSERT_EQ(read.records.Of<readers::DirectoryObject>().size(), 1U);
  const readers::DirectoryAttribute* const keys =
      read.records.Of<readers::DirectoryObject>()[0].Find("msds-keycredentiallink");
  ASSERT_NE(keys, nullptr);
  for (const std::string_view value : keys->values) {
    EXPECT_EQ(value, "present");
  }
  EXPECT_FALSE(keys->values.empty());
}

TEST(LdifTest, APlaceholderIsNoCertificate) {
  const Export read = Read(
      "dn: CN=NTAuthCertificates,CN=Public Key Services,CN=Services,CN=Configuration,DC=a\n"
      "objectClass: certificationAuthority\ncACertificate:: AA==\n\n");
  const auto stores = read.Objects(DirectoryKind::kNtAuth);
  ASSERT_EQ(stores.size(), 1U);
  EXPECT_EQ(Values(stores[0].attributes, "cACertificate"), "");
  EXPECT_EQ(read.sink.damaged_count, 0U);
}

TEST(LdifTest, CertificatesBecomeRecordsOfTheirStore) {
  const Export read = Read(Golden("ldif/public-key-services.in.ldif"));
  std::vector<std::string> stores;
  for (const auto& record : read.records.Of<readers::CertificateRecord>()) {
    EXPECT_TRUE(record.fields.is_ca.present() && record.fields.is_ca.value);
    stores.emplace_back(record.store);
  }
  std::ranges::sort(stores);
  EXPECT_EQ(stores, (std::vector<std::string>{"ca", "ca", "ntauth", "root"}));
}

TEST(LdifTest, IsRecognisedByContent) {
  const auto score = [](std::string_view text) {
    return readers::kLdifReader.recognise({std::as_bytes(std::span(text)), "export.txt"});
  };
  EXPECT_GT(score(Golden("ldif/pages.in.ldif")), 0);
  EXPECT_GT(score(Golden("ldif/ldifde-unicode.in.ldf")), 0);
  EXPECT_GT(score("dn:: Q049YQ==\nobjectClass: top\n"), 0);
  EXPECT_EQ(score("dns: 10.0.0.1\nname: a\n"), 0);
  EXPECT_EQ(score(""), 0);
  EXPECT_FALSE(Read("nothing here").status);
}

}  // namespace

}  // namespace whfb::test
