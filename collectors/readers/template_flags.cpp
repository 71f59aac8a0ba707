#include "collectors/readers/template_flags.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "collectors/readers/certutil_lines.h"

namespace whfb::readers {

namespace {

// Names without "_", as both tools' spellings reduce to them.
struct FlagName {
  std::string_view name{};
  std::uint32_t bit = 0;
};

// msPKI-Certificate-Name-Flag ([MS-CRTD] 2.28).
constexpr std::array kNameFlags = {
    FlagName{"ENROLLEESUPPLIESSUBJECT", 0x1},
    FlagName{"ADDEMAIL", 0x2},
    FlagName{"ADDOBJGUID", 0x4},
    FlagName{"OLDCERTSUPPLIESSUBJECTANDALTNAME", 0x8},
    FlagName{"ADDDIRECTORYPATH", 0x100},
    FlagName{"ENROLLEESUPPLIESSUBJECTALTNAME", 0x10000},
    FlagName{"SUBJECTALTREQUIREDOMAINDNS", 0x400000},
    FlagName{"SUBJECTALTREQUIRESPN", 0x800000},
    FlagName{"SUBJECTALTREQUIREDIRECTORYGUID", 0x1000000},
    FlagName{"SUBJECTALTREQUIREUPN", 0x2000000},
    FlagName{"SUBJECTALTREQUIREEMAIL", 0x4000000},
    FlagName{"SUBJECTALTREQUIREDNS", 0x8000000},
    FlagName{"SUBJECTREQUIREDNSASCN", 0x10000000},
    FlagName{"SUBJECTREQUIREEMAIL", 0x20000000},
    FlagName{"SUBJECTREQUIRECOMMONNAME", 0x40000000},
    FlagName{"SUBJECTREQUIREDIRECTORYPATH", 0x80000000},
};

// msPKI-Enrollment-Flag ([MS-CRTD] 2.26).
constexpr std::array kEnrolmentFlags = {
    FlagName{"INCLUDESYMMETRICALGORITHMS", 0x1},
    FlagName{"PENDALLREQUESTS", 0x2},
    FlagName{"PUBLISHTOKRACONTAINER", 0x4},
    FlagName{"PUBLISHTODS", 0x8},
    FlagName{"AUTOENROLLMENTCHECKUSERDSCERTIFICATE", 0x10},
    FlagName{"AUTOENROLLMENT", 0x20},
    FlagName{"PREVIOUSAPPROVALVALIDATEREENROLLMENT", 0x40},
    FlagName{"DOMAINAUTHENTICATIONNOTREQUIRED", 0x80},
    FlagName{"USERINTERACTIONREQUIRED", 0x100},
    FlagName{"ADDTEMPLATENAME", 0x200},
    FlagName{"REMOVEINVALIDCERTIFICATEFROMPERSONALSTORE", 0x400},
    FlagName{"ALLOWENROLLONBEHALFOF", 0x800},
    FlagName{"ADDOCSPNOCHECK", 0x1000},
    FlagName{"ENABLEKEYREUSEONNTTOKENKEYSETSTORAGEFULL", 0x2000},
    FlagName{"NOREVOCATIONINFOINISSUEDCERTS", 0x4000},
    FlagName{"NOREVOCATIONINFOINCERTS", 0x4000},
    FlagName{"INCLUDEBASICCONSTRAINTSFOREECERTS", 0x8000},
    FlagName{"ALLOWPREVIOUSAPPROVALKEYBASEDRENEWALVALIDATEREENROLLMENT", 0x10000},
    FlagName{"ISSUANCEPOLICIESFROMREQUEST", 0x20000},
    FlagName{"SKIPAUTORENEWAL", 0x40000},
    FlagName{"NOSECURITYEXTENSION", 0x80000},
};

struct UsageName {
  std::string_view name{};
  std::string_view oid{};
};

// The names that Certipy prints in every language (OID_TO_STR_MAP of its constants.py; one lacks
// its last letter there).
constexpr std::array kUsages = {
    UsageName{"Any Purpose", "2.5.29.37.0"},
    UsageName{"Attestation Identity Key Certificate", "2.23.133.8.3"},
    UsageName{"CTL Usage", "1.3.6.1.4.1.311.20.1"},
    UsageName{"Certificate Request Agent", "1.3.6.1.4.1.311.20.2.1"},
    UsageName{"Client Authentication", "1.3.6.1.5.5.7.3.2"},
    UsageName{"Code Signing", "1.3.6.1.5.5.7.3.3"},
    UsageName{"Digital Rights", "1.3.6.1.4.1.311.10.5.1"},
    UsageName{"Directory Service Email Replication", "1.3.6.1.4.1.311.21.19"},
    UsageName{"Document Encryption", "1.3.6.1.4.1.311.80.1"},
    UsageName{"Document Signing", "1.3.6.1.4.1.311.10.3.12"},
    UsageName{"Encrypting File System", "1.3.6.1.4.1.311.10.3.4"},
    UsageName{"Endorsement Key Certificate", "2.23.133.8.1"},
    UsageName{"File Recovery", "1.3.6.1.4.1.311.10.3.4.1"},
    UsageName{"IP security IKE intermediate", "1.3.6.1.5.5.8.2.2"},
    UsageName{"IP security end system", "1.3.6.1.5.5.7.3.5"},
    UsageName{"IP security tunnel termination", "1.3.6.1.5.5.7.3.6"},
    UsageName{"IP security use", "1.3.6.1.5.5.7.3.7"},
    UsageName{"IP security user", "1.3.6.1.5.5.7.3.7"},
    UsageName{"KDC Authentication", "1.3.6.1.5.2.3.5"},
    UsageName{"Kernel Mode Code Signing", "1.3.6.1.4.1.311.61.1.1"},
    UsageName{"Key Pack Licenses", "1.3.6.1.4.1.311.10.6.1"},
    UsageName{"Key Recovery", "1.3.6.1.4.1.311.10.3.11"},
    UsageName{"Key Recovery Agent", "1.3.6.1.4.1.311.21.6"},
    UsageName{"License Server Verification", "1.3.6.1.4.1.311.10.6.2"},
    UsageName{"Lifetime Signing", "1.3.6.1.4.1.311.10.3.13"},
    UsageName{"Microsoft Time Stamping", "1.3.6.1.4.1.311.10.3.2"},
    UsageName{"Microsoft Trust List Signing", "1.3.6.1.4.1.311.10.3.1"},
    UsageName{"OCSP Signing", "1.3.6.1.5.5.7.3.9"},
    UsageName{"PKINIT Client Authentication", "1.3.6.1.5.2.3.4"},
    UsageName{"Platform Certificate", "2.23.133.8.2"},
    UsageName{"Private Key Archival", "1.3.6.1.4.1.311.21.5"},
    UsageName{"Qualified Subordination", "1.3.6.1.4.1.311.10.3.10"},
    UsageName{"Secure Email", "1.3.6.1.5.5.7.3.4"},
    UsageName{"Server Authentication", "1.3.6.1.5.5.7.3.1"},
    UsageName{"Server Trust", "1.3.6.1.4.1.311.64.1.1"},
    UsageName{"Smart Card Logon", "1.3.6.1.4.1.311.20.2.2"},
    UsageName{"Time Stamping", "1.3.6.1.5.5.7.3.8"},
};

std::string Reduced(std::string_view name) {
  constexpr std::string_view kPrefix = "CT_FLAG_";
  name = name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : name;
  std::string reduced;
  for (const char c : name) {
    if (c != '_' && c != ' ' && c != '-') {
      reduced.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c);
    }
  }
  return reduced;
}

template <typename Table>
std::optional<std::uint32_t> Find(const Table& table, std::string_view reduced) {
  const auto found = std::ranges::find(table, reduced, &FlagName::name);
  return found == table.end() ? std::nullopt : std::optional(found->bit);
}

}  // namespace

std::optional<std::uint32_t> FlagBit(TemplateFlags flags, std::string_view name) {
  name = TrimBlanks(name);
  std::int64_t number = 0;
  const auto parsed = std::from_chars(name.data(), name.data() + name.size(), number);
  if (!name.empty() && parsed.ec == std::errc{} && parsed.ptr == name.data() + name.size()) {
    const bool fits = number >= INT32_MIN && number <= UINT32_MAX;
    return fits ? std::optional(static_cast<std::uint32_t>(number)) : std::nullopt;
  }
  const std::string reduced = Reduced(name);
  if (reduced == "NONE") {
    return 0;
  }
  return flags == TemplateFlags::kName ? Find(kNameFlags, reduced) : Find(kEnrolmentFlags, reduced);
}

std::optional<std::uint32_t> FlagsOf(TemplateFlags flags, std::string_view names) {
  std::uint32_t bits = 0;
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(','), names.size());
    const auto bit = FlagBit(flags, names.substr(0, end));
    if (!bit) {
      return std::nullopt;
    }
    bits |= *bit;
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return bits;
}

std::string UsageOid(std::string_view name) {
  name = TrimBlanks(name);
  if (LooksLikeOid(name)) {
    return std::string(name);
  }
  const auto* const known = std::ranges::find(kUsages, name, &UsageName::name);
  return known == kUsages.end() ? std::string{} : std::string(known->oid);
}

}  // namespace whfb::readers
