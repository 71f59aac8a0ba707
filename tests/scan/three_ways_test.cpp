// One device, collected in three ways: as the ZIP of Intune Collect diagnostics, as the raw folder
// that a forensic collector leaves, and as plain exports. Where two of them know a fact they must
// know the same, and they must overlap in enough to mean something.

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <openssl/sha.h>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <spdlog/fmt/fmt.h>

#include "collectors/collector.h"
#include "samples/contoso_exports.h"
#include "samples/contoso_files.h"
#include "samples/contoso_identity.h"
#include "samples/contoso_log.h"
#include "samples/hive_writer.h"
#include "scanner/engine/bundle_facts.h"
#include "scanner/engine/bundle_identity.h"
#include "tests/scan/scan_run.h"

namespace whfb::scan_test {

namespace {

using samples::HiveSample;
using samples::Story;

const FactCatalog& Catalog() {
  static const FactCatalog catalog = collectors::MakeCatalog();
  return catalog;
}

std::string Text(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string Thumbprint(const std::string& der) {
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(der.data()), der.size(), digest.data());
  std::string text;
  for (const unsigned char octet : digest) {
    text += fmt::format("{:02X}", octet);
  }
  return text;
}

std::string Number(std::uint32_t number) {
  std::string octets;
  for (unsigned i = 0; i < 4; ++i) {
    octets += static_cast<char>(number >> (8 * i));
  }
  return octets;
}

// A property of a stored certificate: id, encoding, length, value (formats.md section 12).
std::string Property(std::uint32_t id, const std::string& value) {
  return Number(id) + Number(1) + Number(static_cast<std::uint32_t>(value.size())) + value;
}

std::string Wide(std::string_view text) {
  return Text(samples::HiveText(text)) + std::string(2, '\0');
}

std::string StoredCertificate(const std::string& der,
                              const std::string& container,
                              const std::string& provider) {
  constexpr std::uint32_t kHead = 28;
  constexpr std::uint32_t kKeyProviderInfo = 2;
  constexpr std::uint32_t kCertificate = 32;
  const std::string first = Wide(container);
  const std::string info = Number(kHead) +
                           Number(kHead + static_cast<std::uint32_t>(first.size())) +
                           std::string(20, '\0') + first + Wide(provider);
  return (container.empty() ? "" : Property(kKeyProviderInfo, info)) + Property(kCertificate, der);
}

void AddStoreCertificate(HiveSample& software, const char* store, const std::string& der) {
  const std::string blob = StoredCertificate(der, "", "");
  software.root
      .At(fmt::format("Microsoft\\SystemCertificates\\{}\\Certificates\\{}", store,
                      Thumbprint(der)))
      .Bytes("Blob", std::as_bytes(std::span(blob)));
}

std::string Software(const Story& story, const std::string& profile) {
  HiveSample hive{.file_name = R"(\SystemRoot\System32\Config\SOFTWARE)"};
  hive.root.At("Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\" + samples::LogonSid(story))
      .Text("ProfileImagePath", "C:\\Users\\" + profile);
  hive.root.At("Policies\\Microsoft\\Windows");
  hive.root.At("Microsoft\\Windows NT\\CurrentVersion")
      .Text("CurrentBuildNumber", "22631")
      .Text("EditionID", "Enterprise")
      .Number("UBR", 4317);
  auto& uac = hive.root.At("Microsoft\\Windows\\CurrentVersion\\Policies\\System");
  for (const auto& [name, value] : story.uac_values) {
    uac.Number(name, value);
  }
  hive.root
      .At(fmt::format("Microsoft\\Policies\\PassportForWork\\{}\\Device\\Policies",
                      samples::kTenant))
      .Number("UsePassportForWork", 1)
      .Number("UseCloudTrustForOnPremAuth", 1);
  AddStoreCertificate(hive, "ROOT", Pki().root);
  AddStoreCertificate(hive, "CA", Pki().issuing);
  return Text(samples::WriteHive(hive));
}

std::string System(const Story& story) {
  HiveSample hive{.file_name = "SYSTEM"};
  hive.root.At("Select").Number("Current", 1);
  hive.root.At("ControlSet001\\Control\\ComputerName\\ComputerName")
      .Text("ComputerName", story.device);
  hive.root.At("ControlSet001\\Control\\SecurityProviders\\SCHANNEL\\Protocols");
  hive.root.At("ControlSet001\\Control\\Terminal Server").Number("fDenyTSConnections", 1);
  hive.root.At("ControlSet001\\Services\\Tcpip\\Parameters")
      .Text("Hostname", story.device)
      .Text("NV Hostname", story.device);
  hive.root.At("ControlSet001\\Control\\CloudDomainJoin\\JoinInfo\\" + std::string(40, 'A'))
      .Text("TenantId", samples::kTenant)
      .Text("UserEmail", samples::Upn(story));
  return Text(samples::WriteHive(hive));
}

std::string UserHive() {
  HiveSample hive{.file_name = R"(\??\C:\Users\ada\ntuser.dat)"};
  hive.root.At("SOFTWARE\\Policies\\Microsoft");
  return Text(samples::WriteHive(hive));
}

samples::Files RawFolder(const Story& story) {
  const samples::Files exports = samples::DeviceFiles(story, Pki());
  const auto certificate =
      std::ranges::find_if(exports, [](const auto& file) { return file.first.ends_with(".cer"); });
  const std::string profile = story.user;
  const std::string& der = certificate->second;
  return {{"C/Windows/System32/config/SOFTWARE", Software(story, profile)},
          {"C/Windows/System32/config/SYSTEM", System(story)},
          {"C/Users/" + profile + "/NTUSER.DAT", UserHive()},
          {fmt::format("C/Users/{}/AppData/Roaming/Microsoft/SystemCertificates/My/Certificates/{}",
                       profile, Thumbprint(der)),
           StoredCertificate(der, samples::Container(story),
                             "Microsoft Passport Key Storage Provider")},
          {"C/Windows/System32/winevt/Logs/"
           "Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider%4Admin.evtx",
           samples::AdminLog(story)}};
}

struct Answer {
  Cell cell{};
  ValueType type = ValueType::kText;
};

// What is known, by name: facts, and the cells of rows by what identifies the row.
using Answers = std::map<std::string, Answer>;

void AddRows(const std::string& subject, const Table& table, Answers& answers) {
  const auto columns = table.spec().columns;
  for (std::size_t row = 0; row < table.size(); ++row) {
    const auto cells = table.Row(row);
    std::string name = fmt::format("{} {}", subject, table.spec().id);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      name += columns[i].key ? " " + ValueText(cells[i], columns[i].type) : "";
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!cells[i].unknown()) {
        answers[fmt::format("{} {}", name, columns[i].name)] = {cells[i], columns[i].type};
      }
    }
  }
}

Answers AnswersOf(const FactSpace& facts) {
  Answers answers;
  for (const Subject& subject : facts.subjects()) {
    const std::string name = subject.kind == SubjectKind::kUser ? "user " + subject.name : "device";
    for (std::uint32_t slot = 0; slot < subject.facts.fact_count(); ++slot) {
      const FactSpec& spec = Catalog().Fact(subject.kind, slot);
      if (const Cell& cell = subject.facts.FactAt(slot); !cell.unknown()) {
        answers[fmt::format("{} {}", name, spec.id)] = {cell, spec.type};
      }
    }
    for (std::uint32_t slot = 0; slot < subject.facts.table_count(); ++slot) {
      const Table& table = subject.facts.TableAt(slot);
      AddRows(name, table, answers);
      if (table.coverage() == Coverage::kComplete) {
        // Two that are complete have the same rows, so as many.
        answers[fmt::format("{} {} rows", name, table.spec().id)] = {
            Cell::Int(static_cast<std::int64_t>(table.size()), {}), ValueType::kInt};
      }
    }
  }
  return answers;
}

class ThreeWaysTest : public ScanTest {
 protected:
  // The text of the pool must live as long as the answers.
  Answers Collect(const std::string& name, const samples::Files& files) {
    PutFiles(name, files);
    Result<engine::InputIndex> index = engine::IndexInputs({(folder() / name).string()}, {});
    EXPECT_TRUE(index.has_value());
    engine::NumberBundles(engine::BundlesOf(*index));
    engine::EvidenceWalker walker;
    const collectors::Declared declared;
    FactSpace& facts = spaces_.emplace_back(Catalog());
    for (const engine::BundleGroup& group : index->groups) {
      for (const engine::BundleInput& input : group.bundles) {
        (void)engine::CollectBundle({.input = input, .declared = declared, .now = DefaultNow()},
                                    walker, facts);
      }
    }
    return AnswersOf(facts);
  }

 private:
  std::deque<FactSpace> spaces_;
};

// Names of what both know; a failure for each that they know otherwise.
std::set<std::string> Compare(const Answers& a, const Answers& b) {
  std::set<std::string> both;
  for (const auto& [name, answer] : a) {
    const auto other = b.find(name);
    if (other == b.end()) {
      continue;
    }
    both.insert(name);
    // Printed times are coarser than those in the certificate: overlapping ones are equal.
    const Cell merged = MergeWithinBundle(answer.cell, other->second.cell, answer.type);
    EXPECT_FALSE(merged.unknown()) << name << ": " << ValueText(answer.cell, answer.type) << " and "
                                   << ValueText(other->second.cell, answer.type);
  }
  return both;
}

bool HasAll(const std::set<std::string>& names, const std::vector<std::string>& wanted) {
  for (const std::string& one : wanted) {
    if (std::ranges::none_of(names,
                             [&](const auto& name) { return name.find(one) != name.npos; })) {
      ADD_FAILURE() << one << " is not known to both";
      return false;
    }
  }
  return true;
}

TEST_F(ThreeWaysTest, TheSameDeviceTellsTheSameFacts) {
  Story story = Healthy();
  const Answers exports = Collect("exports", samples::DeviceFiles(story, Pki()));
  const Answers raw = Collect("raw", RawFolder(story));
  story.shape = samples::Shape::kDiagnostics;
  const Answers zip = Collect("zip", samples::DeviceFiles(story, Pki()));

  const std::set<std::string> raw_and_exports = Compare(raw, exports);
  const std::set<std::string> zip_and_exports = Compare(zip, exports);
  const std::set<std::string> zip_and_raw = Compare(zip, raw);
  EXPECT_TRUE(
      HasAll(raw_and_exports,
             {"user.certificate", " eku", "not_after", "container", "device.root_certificate",
              "device.ca_certificate", "device.uac.consent_prompt_admin", "whfb_policy.mdm",
              "whfb_policy.gpo.configured", "device.scep_enrolment", "tls13"}));
  EXPECT_TRUE(HasAll(zip_and_exports, {"device.entra_device_id", "device.ca_certificate",
                                       "whfb_policy.gpo.configured", "device.scep_enrolment",
                                       "device.mdm_log.newest"}));
  EXPECT_TRUE(HasAll(zip_and_raw, {"device.ca_certificate", "whfb_policy.gpo.configured",
                                   "device.scep_enrolment", "device.mdm_log.newest"}));
  fmt::print(
      "facts known to both and equal: raw and exports {}, ZIP and exports {}, ZIP and raw {}\n",
      raw_and_exports.size(), zip_and_exports.size(), zip_and_raw.size());
  EXPECT_GT(raw_and_exports.size(), 60U);
  EXPECT_GT(zip_and_exports.size(), 40U);
  EXPECT_GT(zip_and_raw.size(), 40U);
}

}  // namespace
}  // namespace whfb::scan_test
