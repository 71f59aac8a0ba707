#include "collectors/server_evidence.h"

#include <algorithm>
#include <utility>

#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

using readers::RegistryKey;
using readers::RegistryRoot;
using readers::RegistryType;
using readers::RegistryValue;

constexpr std::string_view kComputerName =
    "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\ComputerName\\ComputerName";
constexpr std::string_view kTcpip =
    "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters";

template <typename T>
void AddEvidence(const readers::Records& records, std::vector<std::uint32_t>& evidence) {
  for (const T& record : records.Of<T>()) {
    if (evidence.empty() || evidence.back() != record.source.evidence) {
      evidence.push_back(record.source.evidence);
    }
  }
}

std::string ToldComputer(const readers::Records& records, std::uint32_t evidence) {
  const RegistryValue* const name = TextValue(records, evidence, kComputerName, "ComputerName");
  if (name == nullptr || name->text.empty()) {
    return {};
  }
  std::string told = LowerAscii(name->text);
  const RegistryValue* const domain = TextValue(records, evidence, kTcpip, "Domain");
  if (domain != nullptr && !domain->text.empty()) {
    told += '.' + LowerAscii(domain->text);
  }
  return told;
}

}  // namespace

std::vector<std::uint32_t> RegistryEvidence(const readers::Records& records) {
  std::vector<std::uint32_t> evidence;
  AddEvidence<RegistryRoot>(records, evidence);
  AddEvidence<RegistryKey>(records, evidence);
  AddEvidence<RegistryValue>(records, evidence);
  std::ranges::sort(evidence);
  evidence.erase(std::unique(evidence.begin(), evidence.end()), evidence.end());
  return evidence;
}

const RegistryValue* TextValue(const readers::Records& records,
                               std::uint32_t evidence,
                               std::string_view key,
                               std::string_view name) {
  const auto values = records.Of<RegistryValue>();
  const auto found = std::ranges::find_if(values, [&](const RegistryValue& value) {
    const bool text = value.type == RegistryType::kText || value.type == RegistryType::kExpandText;
    return value.source.evidence == evidence && text && !value.malformed && !value.deleted &&
           SameNoCase(value.name, name) && SameNoCase(value.key, key);
  });
  return found == values.end() ? nullptr : &*found;
}

std::string_view PathOf(const FactSpace& facts, std::uint32_t evidence) {
  return evidence == 0 || evidence > facts.evidence.size()
             ? std::string_view{}
             : std::string_view(facts.evidence[evidence - 1].file);
}

std::string_view FolderOf(const FactSpace& facts, std::uint32_t evidence) {
  const std::string_view path = PathOf(facts, evidence);
  const std::size_t end = path.rfind('/');
  return end == std::string_view::npos ? path : path.substr(0, end);
}

ServerFolders::ServerFolders(const readers::Records& records, const FactSpace& facts)
    : facts_(facts) {
  for (const std::uint32_t evidence : RegistryEvidence(records)) {
    if (std::string told = ToldComputer(records, evidence); !told.empty()) {
      computers_[FolderOf(facts, evidence)].insert(std::move(told));
    }
  }
}

ServerFolders::Answer ServerFolders::ComputerOf(std::uint32_t evidence) const {
  const auto found = computers_.find(FolderOf(facts_, evidence));
  if (found == computers_.end()) {
    return {};
  }
  return found->second.size() == 1 ? Answer{Told::kOne, *found->second.begin()}
                                   : Answer{Told::kSeveral, {}};
}

}  // namespace whfb::collectors
