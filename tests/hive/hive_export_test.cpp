// Raw hives as collectors take them, and `reg export` of the same keys: the same facts. What a
// dirty hive without its logs says decides nothing, be it there or not.

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include "collectors/collector.h"
#include "samples/hive_writer.h"
#include "scanner/engine/bundle_facts.h"
#include "scanner/engine/file_access.h"
#include "scanner/engine/staleness.h"
#include "tests/hive/hive_files.h"

namespace whfb::test {
namespace {

namespace fs = std::filesystem;

using samples::HiveSample;
using samples::HiveSampleKey;

constexpr Ticks kNow = 133'000'000'000'000'000;
constexpr std::string_view kSid = "S-1-5-21-1004336348-1177238915-682003330-1104";
constexpr std::string_view kThumbprint = "50CA2F6EE0ABDF28CABCC15834A10404AFA09838";  // of rdp.cer
constexpr std::string_view kTenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";

// Where collectors put the hives of a machine.
struct Layout {
  std::string_view config;
  std::string_view profile;
};

constexpr Layout kKape = {"C/Windows/System32/config/", "C/Users/alice/"};
constexpr Layout kVelociraptor = {"uploads/auto/C%3A/Windows/System32/config/",
                                  "uploads/auto/C%3A/Users/alice/"};

// One of the certificates of the golden cases, as a store in the registry keeps it.
Bytes Blob() {
  const Bytes der = ReadBytes(fs::path(WHFB_SOURCE_DIR) /
                              "tests/golden/certificates/ticket_of_a_user.in/rdp.cer");
  constexpr std::uint32_t kCertificate = 32;
  Bytes blob;
  for (const std::uint32_t number : {kCertificate, 1U, static_cast<std::uint32_t>(der.size())}) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
      blob.push_back(static_cast<std::byte>(number >> shift & 0xffU));
    }
  }
  blob.insert(blob.end(), der.begin(), der.end());
  return blob;
}

HiveSample Software() {
  HiveSample sample;
  HiveSampleKey& root = sample.root;
  root.At("Microsoft\\Windows NT\\CurrentVersion\\ProfileList");
  root.At("Microsoft\\Windows NT\\CurrentVersion")
      .Text("CurrentBuildNumber", "22631")
      .Text("ProductName", "Windows 11 Pro");
  root.At("Microsoft\\Windows\\CurrentVersion\\Policies\\System")
      .Number("ConsentPromptBehaviorAdmin", 2)
      .Number("EnableLUA", 1);
  root.At("Policies\\Microsoft\\PassportForWork").Number("Enabled", 1);
  const std::string tenant = std::string("Microsoft\\Policies\\PassportForWork\\").append(kTenant);
  root.At(tenant + "\\Device\\Policies").Number("UseCertificateForOnPremAuth", 1);
  root.At("Policies\\Microsoft\\Windows\\CredentialsDelegation").Number("AllowProtectedCreds", 1);
  root.At("Microsoft\\Enrollments\\{1}")
      .Text("ProviderID", "MS DM Server")
      .Text("UPN", "alice@contoso.com");
  root.At("Microsoft\\Provisioning\\Diagnostics\\SCEP\\one").Number("Error", 0x80070005);
  root.At("Microsoft\\SystemCertificates\\CA\\Certificates").At(kThumbprint).Bytes("Blob", Blob());
  root.At("Wow6432Node\\Policies\\Microsoft\\PassportForWork").Number("Enabled", 0);
  return sample;
}

HiveSample System() {
  HiveSample sample;
  sample.root.At("Select").Number("Current", 1);
  HiveSampleKey& set = sample.root.At("ControlSet001");
  set.At("Control\\Lsa").Number("DisableRestrictedAdmin", 0).Text("Text", "a \"text\" with \\");
  set.At("Control\\ComputerName\\ComputerName").Text("ComputerName", "PC-0042");
  set.At("Control\\CloudDomainJoin\\JoinInfo\\{2}").Text("TenantId", kTenant);
  set.At("Control\\Terminal Server").Number("fDenyTSConnections", 0);
  set.At("Services\\Tcpip\\Parameters").Text("Domain", "corp.contoso.com");
  set.At("Services\\Kdc").Number("StrongCertificateBindingEnforcement", 2);
  return sample;
}

HiveSample User() {
  HiveSample sample;
  sample.user_sid = kSid;
  sample.file_name = "\\??\\C:\\Users\\alice\\ntuser.dat";
  sample.root.At("Environment");
  sample.root.At("Software\\Policies\\Microsoft\\PassportForWork").Number("Enabled", 1);
  sample.root.At("Software\\Microsoft\\SystemCertificates\\My\\Certificates")
      .At(kThumbprint)
      .Bytes("Blob", Blob());
  return sample;
}

std::string ExportedData(const samples::HiveSampleValue& value) {
  std::string text = value.type == 3 ? "hex:" : fmt::format("hex({:x}):", value.type);
  for (const std::byte octet : value.data) {
    text += fmt::format("{:02x},", std::to_integer<unsigned>(octet));
  }
  if (!value.data.empty()) {
    text.pop_back();
  }
  return text;
}

// All numbers and texts in hexadecimal digits, which `reg export` writes for some types only and
// `reg import` takes for all.
std::string ExportedKey(const std::string& path, const HiveSampleKey& key) {
  std::string text = "[" + path + "]\r\n";
  for (const samples::HiveSampleValue& value : key.values) {
    text += "\"" + value.name + "\"=" + ExportedData(value) + "\r\n";
  }
  text += "\r\n";
  for (const HiveSampleKey& below : key.keys) {
    text += ExportedKey(path + "\\" + below.name, below);
  }
  return text;
}

Bytes Export(const std::string& path, const HiveSampleKey& key) {
  Bytes wide = {std::byte{0xff}, std::byte{0xfe}};
  const Bytes text =
      samples::HiveText("Windows Registry Editor Version 5.00\r\n\r\n" + ExportedKey(path, key));
  wide.insert(wide.end(), text.begin(), text.end());
  return wide;
}

const FactCatalog& Catalog() {
  static const FactCatalog catalog = collectors::MakeCatalog();
  return catalog;
}

std::string CellLine(std::string_view name, const Cell& cell, ValueType type) {
  return fmt::format("{} = {}{}{}", name, ToString(cell.knowledge),
                     cell.unknown() ? std::string(" ").append(ToString(cell.why)) : "",
                     cell.present() ? " " + ValueText(cell, type) : "");
}

// A folder of evidence, and every fact and row of it after ageing.
class Evidence {
 public:
  Evidence() : folder_(*engine::TemporaryFolder::Make("whfb-hive-")) {}

  void Add(const std::string& name, const Bytes& bytes) {
    const fs::path path = fs::path(folder_.path()) / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }

  void AddHives(const Layout& layout, bool dirty = false) {
    const std::string config(layout.config);
    for (auto [name, bytes] :
         {std::pair(config + "SOFTWARE", WriteHive(Software())),
          std::pair(config + "SYSTEM", WriteHive(System())),
          std::pair(std::string(layout.profile) + "NTUSER.DAT", WriteHive(User()))}) {
      if (dirty) {
        samples::SetHiveSequence(bytes, 9, 8);
      }
      Add(name, bytes);
    }
  }

  void AddExports() {
    HiveSample system = System();
    Add("software.reg", Export("HKEY_LOCAL_MACHINE\\SOFTWARE", Software().root));
    Add("system.reg",
        Export("HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet", system.root.At("ControlSet001")));
    Add("user.reg", Export(std::string("HKEY_USERS\\").append(kSid), User().root));
  }

  void Collect() {
    engine::EvidenceWalker walker;
    const collectors::Declared declared;
    const engine::BundleInput input{
        .place = {folder_.path(), "bundle"}, .kind = engine::InputKind::kFolder, .is_root = true};
    const engine::BundleFacts result =
        engine::CollectBundle({.input = input, .declared = declared, .now = kNow}, walker, facts_);
    EXPECT_EQ(result.coverage.size(), 3U);
    engine::MarkStale(facts_, kNow, 30 * kTicksPerDay);
  }

  [[nodiscard]] std::vector<std::string> Lines() const {
    std::vector<std::string> lines;
    for (const Subject& subject : facts_.subjects()) {
      for (std::uint32_t slot = 0; slot < subject.facts.fact_count(); ++slot) {
        const FactSpec& spec = Catalog().Fact(subject.kind, slot);
        lines.push_back(CellLine(subject.name + " " + std::string(spec.id),
                                 subject.facts.FactAt(slot), spec.type));
      }
      for (std::uint32_t slot = 0; slot < subject.facts.table_count(); ++slot) {
        AddTable(subject.name, subject.facts.TableAt(slot), lines);
      }
    }
    std::ranges::sort(lines);
    return lines;
  }

  [[nodiscard]] FactSpace& facts() { return facts_; }

 private:
  static void AddTable(const std::string& subject,
                       const Table& table,
                       std::vector<std::string>& lines) {
    lines.push_back(fmt::format("{} {}: {} {}", subject, table.spec().id,
                                ToString(table.coverage()), ToString(table.why())));
    for (std::size_t row = 0; row < table.size(); ++row) {
      std::string line = subject + " " + std::string(table.spec().id) + " row";
      for (std::size_t column = 0; column < table.spec().columns.size(); ++column) {
        const ColumnSpec& spec = table.spec().columns[column];
        line += "; " + CellLine(spec.name, table.Row(row)[column], spec.type);
      }
      lines.push_back(line);
    }
  }

  engine::TemporaryFolder folder_;
  FactSpace facts_{Catalog()};
};

std::vector<std::string> LinesOf(const Layout& layout) {
  Evidence hives;
  hives.AddHives(layout);
  hives.Collect();
  return hives.Lines();
}

TEST(HiveExportTest, HivesAndExportsAreTheSameFacts) {
  Evidence exports;
  exports.AddExports();
  exports.Collect();
  const std::vector<std::string> lines = exports.Lines();
  EXPECT_EQ(LinesOf(kKape), lines);
  EXPECT_EQ(LinesOf(kVelociraptor), lines);

  // What was written above, so that two empty answers are not equal by accident.
  Subject& device = exports.facts().Device();
  EXPECT_EQ(device.facts.Get("device.uac.consent_prompt_admin").value.number, 2);
  EXPECT_TRUE(device.facts.Get("device.uac.prompt_on_secure_desktop").absent());
  EXPECT_EQ(device.facts.Get("device.os_build").value.number, 22'631);
  EXPECT_EQ(device.facts.Get("device.whfb_policy.gpo.enabled").value.number, 1);
  EXPECT_EQ(device.facts.Get("device.tenant_id").value.text, kTenant);
  EXPECT_EQ(device.facts.Get("device.mdm_enrolled").value.number, 1);
  const Subject* const user = exports.facts().User({.sid = kSid});
  ASSERT_NE(user, nullptr);
  EXPECT_EQ(user->facts.Get("user.whfb_policy.gpo.enabled").value.number, 1);
  EXPECT_EQ(user->facts.TableOf("user.certificate").size(), 1U);
}

TEST(HiveExportTest, DirtyHivesWithoutLogsDecideNothing) {
  Evidence dirty;
  dirty.AddHives(kKape, true);
  dirty.Collect();
  std::size_t stale = 0;
  for (const Subject& subject : dirty.facts().subjects()) {
    for (std::uint32_t slot = 0; slot < subject.facts.fact_count(); ++slot) {
      const FactSpec& spec = Catalog().Fact(subject.kind, slot);
      const Cell& cell = subject.facts.FactAt(slot);
      // Who somebody is does not age; that he is nobody was not seen.
      EXPECT_TRUE(cell.unknown() || (spec.lasting && cell.present())) << spec.id;
      stale += cell.unknown() && cell.why == WhyUnknown::kStale ? 1U : 0U;
    }
    for (std::uint32_t slot = 0; slot < subject.facts.table_count(); ++slot) {
      EXPECT_NE(subject.facts.TableAt(slot).coverage(), Coverage::kComplete)
          << subject.facts.TableAt(slot).spec().id;
    }
  }
  EXPECT_GT(stale, 20U);
  // What the hives hold and what they do not.
  Subject& device = dirty.facts().Device();
  for (const std::string_view fact :
       {"device.uac.consent_prompt_admin", "device.uac.prompt_on_secure_desktop",
        "device.mdm_enrolled", "device.entra_joined", "device.whfb_policy.gpo.enabled",
        "device.whfb_policy.gpo.require_security_device"}) {
    EXPECT_EQ(device.facts.Get(fact).why, WhyUnknown::kStale) << fact;
  }
}

// Either order of evidence: an export beside the dirty hives decides, be it by a value or by none.
TEST(HiveExportTest, DirtyHivesYieldToExports) {
  HiveSample other = Software();
  other.root.At("Microsoft\\Windows\\CurrentVersion\\Policies\\System")
      .Number("PromptOnSecureDesktop", 0);
  other.root.At("Microsoft\\Windows\\CurrentVersion\\Policies\\System").values[0].data[0] =
      std::byte{5};
  Bytes bytes = WriteHive(other);
  samples::SetHiveSequence(bytes, 9, 8);
  for (const std::string_view folder : {"a/", "z/"}) {
    Evidence both;
    both.Add(std::string(folder) + "SOFTWARE", bytes);
    both.Add("m/software.reg", Export("HKEY_LOCAL_MACHINE\\SOFTWARE", Software().root));
    both.Add("m/system.reg", Export("HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet",
                                    System().root.At("ControlSet001")));
    both.Collect();
    Subject& device = both.facts().Device();
    EXPECT_EQ(device.facts.Get("device.uac.consent_prompt_admin").value.number, 2);
    EXPECT_TRUE(device.facts.Get("device.uac.prompt_on_secure_desktop").absent());
    EXPECT_TRUE(device.facts.Get("device.whfb_policy.gpo.configured").present());
    EXPECT_TRUE(device.facts.Get("device.mdm_enrolled").present());
    EXPECT_TRUE(device.facts.Get("device.os_build").present());
  }
}

}  // namespace
}  // namespace whfb::test
