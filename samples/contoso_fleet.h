// The devices of Contoso and what happened to each: data only. How a story becomes files is in
// contoso_files.cpp.

#ifndef WHFB_SAMPLES_CONTOSO_FLEET_H_
#define WHFB_SAMPLES_CONTOSO_FLEET_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace whfb::samples {

enum class Join : std::uint8_t { kEntra, kHybrid };

// Which evidence there is of a device.
enum class Shape : std::uint8_t {
  kUserFolder,          // exports taken by the user, elevated for the machine part
  kDiagnostics,         // Intune Collect diagnostics alone: SYSTEM, no user store
  kDiagnosticsAndUser,  // both, as a support engineer asks for
  kOldDiagnostics,      // the numbered layout of before 2022
  kMdmPackage,          // mdmdiagnosticstool ZIP beside user exports
  kStatusOnly,          // dsregcmd and nothing else
};

struct StoredCertificate {
  std::uint64_t serial = 0;
  std::string not_before = "20260601000000Z";
  std::string not_after = "20270601000000Z";
  bool passport = true;  // false: Microsoft Software Key Storage Provider
  bool smart_card_eku = true;
  bool sid_extension = true;
  bool directory_subject = false;
  bool key_trust = false;  // the self-signed certificate of a key-trust Hello key
  bool keyset_missing = false;
  std::string digest = "SHA256";
};

// One SCEP request in the DeviceManagement Admin log, oldest first: 0 is success (39).
struct Story {
  std::string device{};
  std::string tells{};  // one line, for samples/README.md
  Join join = Join::kEntra;
  Shape shape = Shape::kUserFolder;
  std::string user{};  // sAMAccountName
  std::string upn_suffix = "corp.contoso.com";
  unsigned number = 0;  // makes SIDs and GUIDs
  std::string key = "user1";
  std::vector<StoredCertificate> certificates{{.serial = 1}};
  std::vector<std::uint32_t> scep_results{0};  // empty: no SCEP events (AD CS route)
  bool hello = true;
  bool by_gpo = false;
  bool by_mdm = true;
  std::vector<std::pair<std::string, std::uint32_t>> gpo_values{};  // below PassportForWork
  std::vector<std::pair<std::string, std::uint32_t>> mdm_values{};  // below Device\Policies
  std::vector<std::pair<std::string, std::uint32_t>> uac_values{{"ConsentPromptBehaviorAdmin", 5},
                                                                {"ConsentPromptBehaviorUser", 0},
                                                                {"EnableLUA", 1},
                                                                {"PromptOnSecureDesktop", 1}};
  bool root_missing = false;          // Contoso Root CA is not in LocalMachine\Root
  bool intermediate_missing = false;  // Contoso Issuing CA 1 is not in LocalMachine\CA
  bool tls13_off = false;
  std::string language = "en";
};

[[nodiscard]] std::vector<Story> ContosoStories();

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_CONTOSO_FLEET_H_
