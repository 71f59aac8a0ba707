// BloodHound collections. Expected values: the fixtures of BloodHound (SpecterOps/BloodHound,
// cmd/api/src/test/fixtures/fixtures/v6), what SharpHound writes (SharpHoundCommon,
// LdapPropertyProcessor.cs and ACLProcessor.cs), and certutil's numbers for the same flags.

#include <algorithm>
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "tests/directory/directory_run.h"

namespace whfb::readers {
extern const ReaderSpec kBloodhoundReader;
}  // namespace whfb::readers

namespace whfb::test {

namespace {

using readers::DirectoryKind;
using readers::TemplateRecord;

// One object of a type, with "meta" behind it as SharpHound writes it.
std::string Collection(std::string_view type, std::string_view objects, int count = 1) {
  return std::string(R"({"data":[)")
      .append(objects)
      .append(R"(],"meta":{"methods":521215,"type":")")
      .append(type)
      .append(R"(","count":)")
      .append(std::to_string(count))
      .append(R"(,"version":6}})");
}

std::string Object(std::string_view properties, std::string_view more = "") {
  return std::string(R"({"Properties":{)").append(properties).append("}").append(more).append("}");
}

Export Read(std::string_view text, std::string_view path = "in.json") {
  return {readers::kBloodhoundReader, text, path};
}

std::string OfTemplate(std::string_view properties, std::string_view attribute) {
  const Export read = Read(Collection(
      "certtemplates", Object(std::string(R"("name":"USER@ESC1.LOCAL",)").append(properties))));
  const auto templates = read.records.Of<TemplateRecord>();
  return templates.size() == 1 ? Values(templates[0].attributes, attribute) : "no template";
}

std::string OfUser(std::string_view properties, std::string_view attribute) {
  const Export read = Read(Collection("users", Object(properties)));
  const auto users = read.Objects(DirectoryKind::kUser);
  return users.size() == 1 ? Values(users[0].attributes, attribute) : "no user";
}

const readers::ReaderSpec* Recognised(std::string_view text, std::string_view name) {
  return readers::Recognise(std::as_bytes(std::span(text)), name);
}

TEST(BloodHoundTest, FlagsAreNamedAsWindowsNamesThem) {
  // `certutil -v -template` prints 29 (41) and a6000000 (2785017856) for the template User.
  EXPECT_EQ(OfTemplate(R"("enrollmentflag":"INCLUDE_SYMMETRIC_ALGORITHMS, PUBLISH_TO_DS, )"
                       R"(AUTO_ENROLLMENT")",
                       "msPKI-Enrollment-Flag"),
            "41");
  EXPECT_EQ(OfTemplate(R"("certificatenameflag":"SUBJECT_ALT_REQUIRE_UPN, )"
                       R"(SUBJECT_ALT_REQUIRE_EMAIL, SUBJECT_REQUIRE_EMAIL, )"
                       R"(SUBJECT_REQUIRE_DIRECTORY_PATH")",
                       "msPKI-Certificate-Name-Flag"),
            "2785017856");
  EXPECT_EQ(OfTemplate(R"("enrollmentflag":"NONE")", "msPKI-Enrollment-Flag"),
            "(none)");  // also written where it was not shown
  // .NET prints the number where a bit has no name.
  EXPECT_EQ(OfTemplate(R"("enrollmentflag":"1048616")", "msPKI-Enrollment-Flag"), "1048616");
  EXPECT_EQ(
      OfTemplate(R"("enrollmentflag":"PUBLISH_TO_DS, NOBODY_KNOWS")", "msPKI-Enrollment-Flag"),
      "(not whole)");
}

// SharpHound writes [] for lists that are empty and for lists that it was not shown, -1 and 0 for
// times, and "enabled" of an account whose userAccountControl it did not see.
TEST(BloodHoundTest, DefaultsSayNothing) {
  EXPECT_EQ(OfTemplate(R"("ekus":[])", "pKIExtendedKeyUsage"), "(none)");
  EXPECT_EQ(OfTemplate(R"("displayname":null)", "displayName"), "(none)");
  EXPECT_EQ(OfTemplate(R"("oid":"")", "msPKI-Cert-Template-OID"), "(none)");
  EXPECT_EQ(OfTemplate(R"("schemaversion":0)", "msPKI-Template-Schema-Version"), "(none)");
  EXPECT_EQ(OfUser(R"("whencreated":0)", "whenCreated"), "(none)");
  EXPECT_EQ(OfUser(R"("whencreated":-1)", "whenCreated"), "(none)");
  EXPECT_EQ(OfUser(R"("enabled":true)", readers::kDisabledAttribute), "(none)");
  EXPECT_EQ(OfUser(R"("enabled":false)", readers::kDisabledAttribute), "TRUE");
  EXPECT_EQ(OfUser(R"("useraccountcontrol":0)", "userAccountControl"), "(none)");
  EXPECT_EQ(OfUser(R"("useraccountcontrol":66048)", "userAccountControl"), "66048");
  EXPECT_EQ(OfUser(R"("name":"ALICE@ESC1.LOCAL")", "userPrincipalName"), "(none)");
  const Export empty = Read(Collection("ntauthstores", Object(R"("certthumbprints":[])")));
  ASSERT_EQ(empty.Objects(DirectoryKind::kNtAuth).size(), 1U);
  EXPECT_TRUE(empty.Objects(DirectoryKind::kNtAuth)[0].attributes.empty());
}

TEST(BloodHoundTest, EffectiveUsagesAreThoseOfTheSchemaVersion) {
  constexpr std::string_view kUsage = R"("effectiveekus":["1.3.6.1.5.5.7.3.2"],"schemaversion":)";
  const std::string one = std::string(kUsage) + "1";
  const std::string two = std::string(kUsage) + "2";
  EXPECT_EQ(OfTemplate(one, "pKIExtendedKeyUsage"), "1.3.6.1.5.5.7.3.2");
  EXPECT_EQ(OfTemplate(one, "msPKI-Certificate-Application-Policy"), "(none)");
  EXPECT_EQ(OfTemplate(two, "pKIExtendedKeyUsage"), "(none)");
  EXPECT_EQ(OfTemplate(two, "msPKI-Certificate-Application-Policy"), "1.3.6.1.5.5.7.3.2");
  EXPECT_EQ(OfTemplate(two + R"(,"certificateapplicationpolicy":["1.2.3"])",
                       "msPKI-Certificate-Application-Policy"),
            "1.2.3");
}

TEST(BloodHoundTest, RightsAreEntriesOfAListThatIsNotWhole) {
  const Export read = Read(Collection("certtemplates", Object(R"("name":"USER@ESC1.LOCAL")", R"(,
      "Aces":[{"PrincipalSID":"S-1-5-21-1-2-3-519","RightName":"Owns","IsInherited":false},
              {"PrincipalSID":"ESC1.LOCAL-S-1-5-11","RightName":"Enroll","IsInherited":false},
              {"PrincipalSID":"S-1-5-21-1-2-3-513","RightName":"AllExtendedRights"},
              {"PrincipalSID":"S-1-5-21-1-2-3-512","RightName":"ManageCA"}])")));
  ASSERT_EQ(read.records.Of<TemplateRecord>().size(), 1U);
  EXPECT_EQ(Values(read.records.Of<TemplateRecord>()[0].attributes, "nTSecurityDescriptor"),
            "O:S-1-5-21-1-2-3-519D:(OA;;CR;0e10c968-78fb-11d2-90d4-00c04f79dc55;;S-1-5-11)"
            "(A;;CR;;;S-1-5-21-1-2-3-513)(not whole)");
  EXPECT_EQ(read.sink.damaged_count, 0U);
}

TEST(BloodHoundTest, CountsTheObjectsThatMetaCounts) {
  const std::string user =
      Object(R"("samaccountname":"a")", R"(,"ObjectIdentifier":"S-1-5-21-7-8")");
  EXPECT_EQ(Read(Collection("users", user)).sink.damaged_count, 0U);
  const Export fewer = Read(Collection("users", user, 3));
  ASSERT_EQ(fewer.sink.gaps.size(), 1U);
  EXPECT_EQ(fewer.sink.gaps[0].why, WhyUnknown::kTruncated);
  EXPECT_EQ(fewer.sink.gaps[0].place, 1U);
  EXPECT_EQ(fewer.sink.gaps[0].message, "\"meta\" counts 3 objects, 1 are here");
  EXPECT_EQ(fewer.Objects(DirectoryKind::kUser).size(), 1U);
  EXPECT_EQ(Read(R"({"data":[],"meta":{"type":"users","count":[["x"]]}})").sink.damaged_count, 1U);
}

TEST(BloodHoundTest, OtherTypesAreCountedOnly) {
  const Export read = Read(Collection("computers", Object(R"("name":"A")")));
  EXPECT_EQ(read.sink.record_count, 1U);
  EXPECT_EQ(read.sink.damaged_count, 0U);
  EXPECT_EQ(read.sink.note, "objects that no rule asks about");
  EXPECT_TRUE(read.records.Of<readers::DirectoryObject>().empty());
}

TEST(BloodHoundTest, LeavesOutWhatWasDeletedAndTellsWhatIsDamaged) {
  const std::string deleted = Object(R"("samaccountname":"a")", R"(,"IsDeleted":true)");
  const Export read = Read(Collection(
      "users", deleted + ",5,{\"ObjectIdentifier\":\"x\"}," + Object(R"("samaccountname":"b")"),
      4));
  EXPECT_EQ(read.sink.record_count, 4U);
  EXPECT_EQ(read.Objects(DirectoryKind::kUser).size(), 1U);
  ASSERT_EQ(read.sink.gaps.size(), 2U);
  EXPECT_EQ(read.sink.gaps[0].place, 2U);
  EXPECT_EQ(read.sink.gaps[1].place, 3U);
}

TEST(BloodHoundTest, TheTypeIsInMetaWhereverItStandsElseInTheName) {
  const std::string user = Object(R"("samaccountname":"a")");
  const std::string front =
      R"({"meta":{"type":"users","count":1,"version":5},"data":[)" + user + "]}";
  EXPECT_EQ(Read(front).Objects(DirectoryKind::kUser).size(), 1U);
  // Cut: the type is told by the name alone, and nothing is made up without one.
  const std::string cut = R"({"data":[)" + user + ",";
  EXPECT_EQ(Read(cut, "20240101120000_users.json").Objects(DirectoryKind::kUser).size(), 1U);
  const Export nameless = Read(cut, "x.json");
  EXPECT_TRUE(nameless.Objects(DirectoryKind::kUser).empty());
  EXPECT_EQ(nameless.sink.damaged_count, 1U);
  EXPECT_EQ(Read(R"({"data":[],"meta":{}})", "x.json").sink.damaged_count, 1U);
}

TEST(BloodHoundTest, HostileTextIsAnErrorOrAGap) {
  const std::string deep =
      R"({"data":[)" + std::string(5'000, '[') + std::string(5'000, ']') + "]}";
  const Export nested = Read(deep);
  ASSERT_FALSE(nested.status);
  EXPECT_EQ(nested.status.error().code, ErrorCode::kTooLarge);
  EXPECT_FALSE(Read(R"({"data":[{"Properties")").status);
  std::string rights = R"(,"Aces":[)";
  for (int i = 0; i < 10'001; ++i) {
    rights.append(R"({"PrincipalSID":"S-1-5-21-1-2-3-4","RightName":"Enroll"},)");
  }
  rights.back() = ']';
  const Export many = Read(Collection("certtemplates", Object(R"("name":"T@A")", rights)));
  ASSERT_EQ(many.sink.gaps.size(), 1U);
  EXPECT_EQ(many.sink.gaps[0].why, WhyUnknown::kTooLarge);
}

std::string Repeated(std::string_view part, std::size_t times) {
  std::string list = "[";
  for (std::size_t i = 0; i < times; ++i) {
    list.append(i == 0 ? "" : ",").append(part);
  }
  return list.append("]");
}

TEST(BloodHoundTest, TimeGrowsWithTheFileAlone) {
  constexpr std::size_t kMany = 400'000;
  const std::string many = Repeated("{}", kMany);
  const auto begin = std::chrono::steady_clock::now();
  for (const std::string_view member : {"Aces", "NobodyAsksForIt"}) {
    const Export read = Read(Collection(
        "certtemplates",
        Object(R"("name":"T@A")", std::string(",\"").append(member).append("\":").append(many))));
    EXPECT_EQ(read.records.Of<TemplateRecord>().size(), 1U);
    EXPECT_EQ(!read.sink.gaps.empty() && read.sink.gaps[0].why == WhyUnknown::kTooLarge,
              member == "Aces");
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(8));
}

// What was read of it would look like all that it has.
TEST(BloodHoundTest, AnObjectThatIsTooLargeIsNotTaken) {
  const std::string lists = Repeated(Repeated("1", 500), 500);
  const std::string text = '"' + std::string(std::size_t{17} << 20, 'a') + '"';
  for (const std::string_view value : {std::string_view(lists), std::string_view(text)}) {
    const std::string large =
        Object(std::string(R"("name":"LARGE@A","x":)").append(value), R"(,"Aces":[])");
    const Export read =
        Read(Collection("certtemplates", large + "," + Object(R"("name":"SMALL@A")"), 2));
    const auto templates = read.records.Of<TemplateRecord>();
    ASSERT_EQ(templates.size(), 1U);
    EXPECT_EQ(templates[0].cn, "SMALL");
    EXPECT_EQ(read.sink.record_count, 2U);
    ASSERT_EQ(read.sink.gaps.size(), 1U);
    EXPECT_EQ(read.sink.gaps[0].why, WhyUnknown::kTooLarge);
    EXPECT_EQ(read.sink.gaps[0].place, 1U);
  }
}

TEST(BloodHoundTest, KnowsItsFilesAndLeavesOthersAlone) {
  const std::string users = Collection("users", Object(R"("domainsid":"S-1-5-21-1")"));
  const std::string computers = Collection("computers", Object(R"("domainsid":"S-1-5-21-1")"));
  EXPECT_EQ(Recognised(users, "x.json"), &readers::kBloodhoundReader);
  EXPECT_EQ(Recognised("\xEF\xBB\xBF" + users, "x.json"), &readers::kBloodhoundReader);
  EXPECT_EQ(Recognised(computers, "x.json"), nullptr);
  // "meta" lies behind the head, where the name alone may tell.
  const std::string head = computers.substr(0, computers.find("meta"));
  EXPECT_EQ(Recognised(head, "20240101120000_computers.json"), nullptr);
  EXPECT_EQ(Recognised(head, "various.json"), &readers::kBloodhoundReader);
  EXPECT_EQ(Recognised(R"({"data":[{"id":1}],"meta":{"type":"users"}})", "users.json"), nullptr);
}

TEST(BloodHoundTest, ReadsAFixtureOfBloodHoundItself) {
  const std::string text = ReadAll(WHFB_SHARED_DATA "/bloodhound/ntauthstores_v6.json");
  if (text.empty()) {
    GTEST_SKIP() << "sample bloodhound/ntauthstores_v6.json is not here";
  }
  EXPECT_EQ(Recognised(text.substr(0, readers::kHeadBytes), "ntauthstores_v6.json"),
            &readers::kBloodhoundReader);
  const Export read = Read(text, "ntauthstores_v6.json");
  EXPECT_EQ(read.sink.damaged_count, 0U);
  EXPECT_EQ(read.sink.record_count, 1U);
  ASSERT_EQ(read.Objects(DirectoryKind::kNtAuth).size(), 1U);
  // PROVENANCE.md: minimal properties. No certificate is shown, which proves nothing.
  EXPECT_TRUE(read.Objects(DirectoryKind::kNtAuth)[0].attributes.empty());
  EXPECT_FALSE(read.Objects(DirectoryKind::kNtAuth)[0].visibility.ProvesAbsent("cACertificate"));
}

}  // namespace

}  // namespace whfb::test
