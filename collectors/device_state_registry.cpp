#include <algorithm>
#include <string>

#include "collectors/device_state_sources.h"
#include "collectors/old_evidence.h"
#include "collectors/readers/event_record.h"
#include "collectors/readers/registry_record.h"
#include "collectors/registry_view.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/number_text.h"

namespace whfb::collectors {

namespace {

using readers::RegistryKey;
using readers::RegistryRoot;
using readers::RegistryType;
using readers::RegistryValue;

constexpr std::string_view kJoinInfo =
    "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\CloudDomainJoin\\JoinInfo";
constexpr std::string_view kTenantInfo =
    "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\CloudDomainJoin\\TenantInfo";
constexpr std::string_view kCurrentVersion =
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
constexpr std::string_view kProfileList =
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList";
constexpr std::string_view kEnrollments = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Enrollments";
constexpr std::string_view kComputerName =
    "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\ComputerName\\ComputerName";
constexpr std::string_view kTcpip =
    "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters";

// The part of `path` below `parent`, without the backslash; empty when it does not lie below.
std::string_view Below(std::string_view path, std::string_view parent) {
  const bool below = path.size() > parent.size() + 1 && path[parent.size()] == '\\' &&
                     SameNoCase(path.substr(0, parent.size()), parent);
  return below ? path.substr(parent.size() + 1) : std::string_view{};
}

// A subkey that sits directly below.
bool IsChild(std::string_view path, std::string_view parent) {
  const std::string_view rest = Below(path, parent);
  return !rest.empty() && rest.find('\\') == std::string_view::npos;
}

// Some source exported the subtree whole, so that what it does not list does not exist.
const RegistryRoot* WholeRoot(const readers::Records& records, std::string_view path) {
  for (const RegistryRoot& root : records.Of<RegistryRoot>()) {
    const bool covers = SameNoCase(root.path, path) || !Below(path, root.path).empty();
    if (root.complete && covers) {
      return &root;
    }
  }
  return nullptr;
}

bool IsText(const RegistryValue& value) {
  return (value.type == RegistryType::kText || value.type == RegistryType::kExpandText) &&
         !value.malformed && !value.deleted;
}

// The hive that a name is from, the surest last.
enum class NameKind : std::uint8_t { kOldCopy, kOutdated, kCurrent };

class DeviceRegistry {
 public:
  DeviceRegistry(const CollectInput& input, FactSpace& facts, DeviceNames& names)
      : records_(input.records), facts_(facts), names_(names) {}

  void Collect() {
    for (const RegistryValue& value : records_.Of<RegistryValue>()) {
      CollectJoin(value);
      CollectVersion(value);
      CollectEnrolment(value);
      CollectName(value);
    }
    CollectJoinKeys();
    CollectMissing();
    CollectProfiles();
    ChooseName();
  }

 private:
  void Set(std::string_view fact, const Cell& cell) { facts_.Device().facts.Set(fact, cell); }

  void CollectJoin(const RegistryValue& value) {
    if (IsChild(value.key, kJoinInfo) && IsText(value) && SameNoCase(value.name, "TenantId")) {
      Set("device.tenant_id", LowerCell(value.text, value.source, facts_));
    }
    if (IsChild(value.key, kTenantInfo) && IsText(value) && SameNoCase(value.name, "DisplayName")) {
      Set("device.tenant_name", facts_.TextCell(value.text, value.source));
    }
  }

  void CollectJoinKeys() {
    for (const RegistryKey& key : records_.Of<RegistryKey>()) {
      if (IsChild(key.path, kJoinInfo) && !key.deleted) {
        joined_ = true;
        Set("device.entra_joined", Cell::Bool(true, key.source));
      }
    }
  }

  void CollectVersion(const RegistryValue& value) {
    if (!SameNoCase(value.key, kCurrentVersion)) {
      return;
    }
    if (SameNoCase(value.name, "UBR") && !value.deleted) {
      const bool fits = value.type == RegistryType::kDword && !value.malformed;
      Set("device.os_revision",
          fits ? Cell::Int(static_cast<std::int64_t>(value.number), value.source)
               : Cell::Unknown(WhyUnknown::kMalformed, value.source));
    }
    if (!IsText(value)) {
      return;
    }
    if (SameNoCase(value.name, "CurrentBuildNumber")) {
      const auto build = ParseWhole<std::int64_t>(value.text);
      Set("device.os_build", build ? Cell::Int(*build, value.source)
                                   : Cell::Unknown(WhyUnknown::kMalformed, value.source));
    } else if (SameNoCase(value.name, "ProductName")) {
      Set("device.os_product_name", facts_.TextCell(value.text, value.source));
    } else if (SameNoCase(value.name, "EditionID")) {
      Set("device.os_edition", facts_.TextCell(value.text, value.source));
    }
  }

  void CollectEnrolment(const RegistryValue& value) {
    if (IsChild(value.key, kEnrollments) && IsText(value) && SameNoCase(value.name, "ProviderID") &&
        SameNoCase(value.text, "MS DM Server")) {
      enrolled_ = true;
      Set("device.mdm_enrolled", Cell::Bool(true, value.source));
      CollectEnrolledUser(value.key);
    }
  }

  // UPN beside the ProviderID of the MDM enrolment: the user who enrolled the device.
  void CollectEnrolledUser(std::string_view enrolment) {
    for (const RegistryValue& value : records_.Of<RegistryValue>()) {
      const bool upn = SameNoCase(value.key, enrolment) && SameNoCase(value.name, "UPN") &&
                       IsText(value) && value.text.find('@') != std::string_view::npos;
      Subject* const user = upn ? facts_.User({.upn = value.text}) : nullptr;
      if (user != nullptr) {
        user->facts.Set("user.mdm_enrolled", Cell::Bool(true, value.source));
      }
    }
  }

  void CollectName(const RegistryValue& value) {
    if (!IsText(value) || value.text.empty()) {
      return;
    }
    if (SameNoCase(value.key, kComputerName) && SameNoCase(value.name, "ComputerName")) {
      TakeName(value);
    }
    // The primary DNS suffix is the domain only of a device that is in one.
    const Cell& joined = facts_.Device().facts.Get("device.domain_joined");
    const bool in_domain = joined.present() && joined.value.number != 0;
    if (in_domain && SameNoCase(value.key, kTcpip) && SameNoCase(value.name, "Domain")) {
      Set("device.domain_dns_name", LowerCell(value.text, value.source, facts_));
    }
  }

  // The last of the surest kind.
  void TakeName(const RegistryValue& value) {
    const bool copy = value.source.outdated && IsOfOldCopy(value.source, facts_.evidence);
    const NameKind kind = copy                    ? NameKind::kOldCopy
                          : value.source.outdated ? NameKind::kOutdated
                                                  : NameKind::kCurrent;
    if (kind >= name_kind_) {
      name_kind_ = kind;
      names_.registry = value.text;
    }
  }

  // What an old copy of the hive says is a former name where events tell one.
  void ChooseName() {
    const bool told = std::ranges::any_of(
        records_.Of<readers::Event>(), [](const auto& event) { return !event.computer.empty(); });
    if (name_kind_ == NameKind::kOldCopy && told) {
      names_.registry = {};
    }
  }

  // Subtrees that were exported whole and do not list the thing.
  void CollectMissing() {
    const RegistryRoot* const join = WholeRoot(records_, kJoinInfo);
    if (join != nullptr && !joined_) {
      Set("device.entra_joined", Cell::Bool(false, join->source));
    }
    const RegistryRoot* const enrollments = WholeRoot(records_, kEnrollments);
    if (enrollments != nullptr && !enrolled_) {
      Set("device.mdm_enrolled", Cell::Bool(false, enrollments->source));
    }
  }

  // SIDs of a domain, of this computer and of Entra; those of services stand beside them.
  void CollectProfiles() {
    const RegistryView registry(records_);
    const RegistryRoot* const root = WholeRoot(records_, kProfileList);
    if (root == nullptr) {
      return;
    }
    const auto names = registry.SubkeyNames(kProfileList);
    const auto people = std::ranges::count_if(names, [](std::string_view name) {
      return name.starts_with("S-1-5-21-") || name.starts_with("S-1-12-1-");
    });
    // Whoever made the export has a profile: with none, the key was left out of it.
    if (people > 0) {
      Set("device.profiles", Cell::Int(people, root->source));
    }
  }

  const readers::Records& records_;
  FactSpace& facts_;
  DeviceNames& names_;
  NameKind name_kind_ = NameKind::kOldCopy;
  bool joined_ = false;
  bool enrolled_ = false;
};

}  // namespace

void CollectDeviceRegistry(const CollectInput& input, FactSpace& facts, DeviceNames& names) {
  DeviceRegistry(input, facts, names).Collect();
}

}  // namespace whfb::collectors
