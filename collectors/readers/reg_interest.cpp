#include "collectors/readers/reg_interest.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace whfb::readers {

namespace {

// Anywhere in the path.
constexpr std::array<std::string_view, 14> kFragments = {
    "\\passportforwork",
    "\\systemcertificates",
    "\\enterprisecertificates",
    "\\schannel\\protocols\\tls 1.3",
    "\\clouddomainjoin",
    "\\microsoft\\enrollments",
    "\\diagnostics\\scep",
    "\\terminal services",
    "\\terminal server",
    "\\windows\\credentialsdelegation",
    "\\cryptography\\mscep",
    "\\services\\kdc",
    "\\services\\certsvc\\configuration",
    "\\windows nt\\currentversion\\profilelist",
};

// The key itself only: below them lies too much.
constexpr std::array<std::string_view, 9> kEndings = {
    "\\currentversion\\policies\\system",
    "\\policymanager\\current\\device\\localpoliciessecurityoptions",
    "\\policymanager\\current\\device\\controlpolicyconflict",
    "\\windows nt\\currentversion",
    "\\control\\lsa",
    "\\control\\computername\\computername",
    "\\control\\computername\\activecomputername",
    "\\services\\tcpip\\parameters",
    "\\omadm\\logger",
};

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kHives = {{
    {"HKLM", "HKEY_LOCAL_MACHINE"},
    {"HKCU", "HKEY_CURRENT_USER"},
    {"HKU", "HKEY_USERS"},
    {"HKCR", "HKEY_CLASSES_ROOT"},
    {"HKCC", "HKEY_CURRENT_CONFIG"},
}};

// HKEY_USERS\<SID>: which hives were loaded when the export was made.
bool IsUserHive(std::string_view path) {
  constexpr std::string_view kUsers = "hkey_users\\";
  return path.starts_with(kUsers) && path.find('\\', kUsers.size()) == std::string_view::npos;
}

}  // namespace

bool IsInterestingKey(std::string_view path) {
  return IsUserHive(path) ||
         std::ranges::any_of(
             kFragments,
             [path](std::string_view part) { return path.find(part) != std::string_view::npos; }) ||
         std::ranges::any_of(kEndings,
                             [path](std::string_view end) { return path.ends_with(end); });
}

std::span<const std::string_view> InterestingParts() {
  return kFragments;
}

std::span<const std::string_view> InterestingEnds() {
  return kEndings;
}

std::string NormalisedKeyPath(std::string_view path) {
  while (path.ends_with('\\')) {
    path.remove_suffix(1);
  }
  const std::size_t slash = std::min(path.find('\\'), path.size());
  std::string hive(path.substr(0, slash));
  std::ranges::transform(hive, hive.begin(), [](unsigned char letter) {
    return static_cast<char>(std::toupper(letter));
  });
  for (const auto& [brief, full] : kHives) {
    if (hive == brief) {
      hive = full;
    }
  }
  return hive.append(path.substr(slash));
}

}  // namespace whfb::readers
