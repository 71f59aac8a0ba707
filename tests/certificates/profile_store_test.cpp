// Certificate files in profile folders: whose they are.

#include <gtest/gtest.h>

#include "collectors/collector.h"
#include "collectors/readers/certificate_record.h"
#include "collectors/readers/connection_record.h"
#include "collectors/readers/crl.h"
#include "collectors/readers/registry_record.h"
#include "scene.h"

namespace whfb::collectors {

namespace {

constexpr std::string_view kLena = "S-1-12-1-1-2-3-4";
constexpr std::string_view kBerta = "S-1-5-21-1-2-3-1107";
constexpr std::string_view kList =
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\";

// A certificate in the store of profile C/Users/lena.maier.
struct Profiles : Scene {
  Profiles() {
    AddFile("C/Users/lena.maier/certificate");
    device_records.Add(
        CertificateRecord{.fields = {.sha1 = readers::Known<std::string_view>::Present(kSha1Text)},
                          .scope = StoreScope::kUser,
                          .store = "my",
                          .profile = "C/Users/lena.maier",
                          .source = {.evidence = 1}});
    device_records.Add(StoreListing{.scope = StoreScope::kUser,
                                    .store = "my",
                                    .profile = "C/Users/lena.maier",
                                    .why = WhyUnknown::kNotCollected,
                                    .source = {.evidence = 1}});
  }

  std::uint32_t AddFile(std::string file) {
    device.evidence.push_back({.file = std::move(file)});
    return static_cast<std::uint32_t>(device.evidence.size());
  }

  void AddHive(std::string file, std::string_view sid) {
    const std::uint32_t number = AddFile(std::move(file));
    device_records.Add(
        readers::RegistryRoot{.path = device.pool.Intern("HKEY_USERS\\" + std::string(sid)),
                              .complete = true,
                              .source = {.evidence = number}});
  }

  void AddListed(std::string_view sid, std::string_view folder, std::string file = "SOFTWARE") {
    device_records.Add(
        readers::RegistryValue{.key = device.pool.Intern(std::string(kList) + std::string(sid)),
                               .name = "ProfileImagePath",
                               .type = readers::RegistryType::kExpandText,
                               .text = folder,
                               .source = {.evidence = AddFile(std::move(file))}});
  }

  // The SIDs of those that have the certificate in their store.
  std::string Owners() {
    Collect(Scope::kDevice, device_records, device);
    std::string owners;
    for (const Subject& subject : device.subjects()) {
      if (subject.kind == SubjectKind::kUser &&
          subject.facts.TableOf("user.certificate").size() != 0) {
        owners += subject.name + " ";
        EXPECT_EQ(subject.facts.TableOf("user.certificate").coverage(), Coverage::kPartial);
      }
    }
    return owners;
  }

  static constexpr std::string_view kSha1Text = "0123456789012345678901234567890123456789";
};

TEST(ProfileStore, IsOfTheUserWhomProfileListNames) {
  Profiles profiles;
  profiles.AddListed(kBerta, "C:\\Users\\berta");
  profiles.AddListed(kLena, "%SystemDrive%\\Users\\Lena.Maier");
  EXPECT_EQ(profiles.Owners(), std::string(kLena) + " ");
}

TEST(ProfileStore, IsOfTheUserWhoseHiveLiesInTheProfile) {
  Profiles profiles;
  profiles.AddHive("C/Users/lena.maier/NTUSER.DAT", kLena);
  profiles.AddHive("C/Users/berta/NTUSER.DAT", kBerta);
  EXPECT_EQ(profiles.Owners(), std::string(kLena) + " ");
}

TEST(ProfileStore, IsNobodysWhereNothingTells) {
  Profiles profiles;
  profiles.declared.collected_as = kBerta;
  profiles.AddHive("C/Users/lena.maier/AppData/Local/NTUSER.DAT", kLena);
  EXPECT_EQ(profiles.Owners(), "");
  EXPECT_FALSE(profiles.device.evidence[0].remark.empty());
}

TEST(ProfileStore, IsNobodysWhereTwoAreTold) {
  Profiles one;
  one.AddListed(kLena, "C:\\Users\\lena.maier");
  one.AddHive("C/Users/lena.maier/ntuser.dat", kBerta);
  EXPECT_EQ(one.Owners(), "");
  Profiles two;
  two.AddListed(kLena, "C:\\Users\\lena.maier");
  two.AddListed(kBerta, "%SystemDrive%\\Users\\lena.maier\\");
  EXPECT_EQ(two.Owners(), "");
}

TEST(ProfileStore, IsNotOfTheUserOfAFolderElsewhereThatIsCalledAlike) {
  for (const std::string_view elsewhere :
       {"C:\\Old\\lena.maier", "D:\\Users\\lena.maier", "C:\\lena.maier",
        "\\\\srv\\Users\\lena.maier", "C:\\Profiles\\Users\\lena.maier"}) {
    SCOPED_TRACE(elsewhere);
    Profiles alone;
    alone.AddListed(kBerta, elsewhere);
    EXPECT_EQ(alone.Owners(), "");
    Profiles both;
    both.AddListed(kBerta, elsewhere);
    both.AddListed(kLena, "C:\\Users\\lena.maier");
    EXPECT_EQ(both.Owners(), std::string(kLena) + " ");
  }
}

TEST(ProfileStore, IsNotOfTheUserWhomAnOldProfileListNames) {
  Profiles profiles;
  profiles.AddListed(kBerta, "C:\\Users\\lena.maier",
                     "Windows.old/Windows/System32/config/SOFTWARE");
  EXPECT_EQ(profiles.Owners(), "");
}

TEST(NgcFolders, ThatDisagreeAreOfNobody) {
  constexpr std::string_view kFile = "/Microsoft/Ngc/{A1B2C3D4-0001-4000-8000-000000000001}/1.dat";
  Profiles profiles;
  std::uint32_t last = 0;
  for (const std::string drive : {"C", "D"}) {
    last = profiles.AddFile(drive + std::string(kFile));
    profiles.device_records.Add(readers::NgcMetadata{
        .path = profiles.device.pool.Intern(profiles.device.evidence[last - 1].file),
        .text = readers::NgcText::kUserSid,
        .value = drive == "C" ? kLena : kBerta,
        .source = {.evidence = last}});
  }
  EXPECT_EQ(profiles.Owners(), "");
  EXPECT_EQ(profiles.device.Find(SubjectKind::kUser), nullptr);
  EXPECT_NE(profiles.device.evidence[last - 1].remark.find("says otherwise"), std::string::npos);
}

TEST(DeviceCertificates, ListsOfRevokedOnesAreSaidNotToCount) {
  Profiles profiles;
  const std::uint32_t bag = profiles.AddFile("chain.p7b");
  profiles.device_records.Add(readers::CrlRecord{.source = {.evidence = bag}});
  EXPECT_EQ(profiles.Owners(), "");
  EXPECT_NE(profiles.device.evidence[bag - 1].remark.find("--environment"), std::string::npos);
}

}  // namespace

}  // namespace whfb::collectors
