#include "samples/contoso_fleet.h"

namespace whfb::samples {

namespace {

using Values = std::vector<std::pair<std::string, std::uint32_t>>;

const Values kSecureDesktop = {{"ConsentPromptBehaviorAdmin", 1},
                               {"ConsentPromptBehaviorUser", 1},
                               {"EnableLUA", 1},
                               {"PromptOnSecureDesktop", 1}};

std::vector<Story> Healthy() {
  return {
      {.device = "PC-0001",
       .tells = "Entra joined, Intune SCEP, everything right",
       .user = "ada",
       .number = 1},
      {.device = "PC-0002",
       .tells = "Entra hybrid joined, AD CS template with the Passport KSP, everything right",
       .join = Join::kHybrid,
       .user = "bo",
       .number = 2,
       .key = "user2",
       .certificates = {{.serial = 2, .directory_subject = true}},
       .scep_results = {},
       .by_gpo = true,
       .by_mdm = false},
      {.device = "PC-0003",
       .tells = "renewed: the expired certificate is still in the store beside the new one",
       .shape = Shape::kDiagnosticsAndUser,
       .user = "cleo",
       .number = 3,
       .key = "user3",
       .certificates =
           {{.serial = 30, .not_before = "20250601000000Z", .not_after = "20260601000000Z"},
            {.serial = 31, .not_before = "20260520000000Z", .not_after = "20270520000000Z"}}},
      {.device = "PC-0004",
       .tells =
           "0x82ab0011 at first, then the Group Policy was removed and the next request succeeded",
       .user = "dana",
       .number = 4,
       .key = "user4",
       .certificates = {{.serial = 4}},
       .scep_results = {0x82ab0011, 0}},
      {.device = "PC-0005",
       .tells = "the same as PC-0001 on a French Windows",
       .user = "elise",
       .number = 5,
       .certificates = {{.serial = 5}},
       .language = "fr"},
  };
}

std::vector<Story> Cautions() {
  return {
      {.device = "PC-0101",
       .tells =
           "caution: WHfB by Group Policy with Intune certificates, 0x82ab0011, no certificate",
       .user = "finn",
       .number = 101,
       .certificates = {{.serial = 101, .smart_card_eku = true, .key_trust = true}},
       .scep_results = {0x82ab0011, 0x82ab0011},
       .by_gpo = true,
       .by_mdm = false},
      {.device = "PC-0102",
       .tells = "caution: UAC prompts for credentials on the secure desktop, run as fails",
       .user = "gil",
       .number = 102,
       .key = "user2",
       .certificates = {{.serial = 102}},
       .uac_values = kSecureDesktop},
      {.device = "PC-0103",
       .tells = "caution: dual enrolment is on, biometrics do not work for RDP; whether its Group "
                "Policy value alone keeps Intune certificates away is not documented",
       .user = "hana",
       .number = 103,
       .key = "user3",
       .certificates = {{.serial = 103}},
       .by_gpo = false,
       .gpo_values = {{"AllowAllUserAccessToSmartCardNode", 1}}},
      {.device = "PC-0104",
       .tells = "Hello certificates are smart card certificates by Group Policy, so two sources "
                "configure WHfB; TLS 1.3 is off",
       .user = "ivo",
       .number = 104,
       .key = "user4",
       .certificates = {{.serial = 104}},
       .gpo_values = {{"UseHelloCertificatesAsSmartCardCertificates", 1}},
       .tls13_off = true},
      {.device = "PC-0105",
       .tells = "smart card emulation is turned off by Group Policy",
       .join = Join::kHybrid,
       .user = "jo",
       .number = 105,
       .certificates = {{.serial = 105, .directory_subject = true}},
       .scep_results = {},
       .by_gpo = true,
       .by_mdm = false,
       .gpo_values = {{"DisableSmartCardNode", 1}}},
      {.device = "PC-0106",
       .tells = "caution: MDM makes Hello certificates smart card certificates, so that face and "
                "fingerprint no longer open them",
       .user = "lou",
       .number = 106,
       .key = "user2",
       .certificates = {{.serial = 106}},
       .mdm_values = {{"UseHelloCertificatesAsSmartCardCertificates", 1}}},
  };
}

std::vector<Story> BrokenCertificates() {
  return {
      {.device = "PC-0201",
       .tells = "the certificate expired and nothing renewed it",
       .user = "kim",
       .number = 201,
       .key = "user2",
       .certificates = {{.serial = 201,
                         .not_before = "20250901000000Z",
                         .not_after = "20260901000000Z"}},
       .scep_results = {0x800b0101}},
      {.device = "PC-0202",
       .tells =
           "the profile chose the software KSP: the certificate is outside the Hello container",
       .user = "lea",
       .number = 202,
       .key = "user3",
       .certificates = {{.serial = 202, .passport = false}}},
      {.device = "PC-0203",
       .tells = "no SID in the certificate: weakly mapped, refused by KDCs in full enforcement",
       .user = "max",
       .number = 203,
       .key = "user4",
       .certificates = {{.serial = 203, .sid_extension = false}}},
      {.device = "PC-0204",
       .tells = "alternate UPN suffix, but the subject does not carry the DN of the AD account",
       .user = "nia",
       .upn_suffix = "contoso.com",
       .number = 204,
       .certificates = {{.serial = 204}}},
      {.device = "PC-0205",
       .tells = "a certificate without the Smart Card Logon EKU, signed with SHA-1, key deleted",
       .shape = Shape::kMdmPackage,
       .user = "otto",
       .number = 205,
       .key = "user2",
       .certificates =
           {{.serial = 205, .smart_card_eku = false, .keyset_missing = true, .digest = "SHA1"}}},
      {.device = "PC-0206",
       .tells = "the root of the domain controllers is not trusted by the device",
       .user = "pia",
       .number = 206,
       .key = "user3",
       .certificates = {{.serial = 206}},
       .root_missing = true,
       .intermediate_missing = true},
  };
}

std::vector<Story> Undecided() {
  return {
      {.device = "PC-0301",
       .tells = "Intune Collect diagnostics alone: the user's store was never looked at",
       .shape = Shape::kDiagnostics,
       .user = "quin",
       .number = 301},
      {.device = "PC-0302",
       .tells = "the same in the numbered layout of before 2022",
       .shape = Shape::kOldDiagnostics,
       .user = "rae",
       .number = 302},
      {.device = "PC-0303",
       .tells = "dsregcmd and nothing else",
       .shape = Shape::kStatusOnly,
       .user = "sam",
       .number = 303},
      {.device = "PC-0304",
       .tells = "Hello was never set up",
       .user = "tess",
       .number = 304,
       .certificates = {},
       .scep_results = {},
       .hello = false},
  };
}

}  // namespace

std::vector<Story> ContosoStories() {
  std::vector<Story> all = Healthy();
  for (const std::vector<Story>& more : {Cautions(), BrokenCertificates(), Undecided()}) {
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

}  // namespace whfb::samples
