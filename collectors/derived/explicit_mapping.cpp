#include "collectors/derived/explicit_mapping.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/certificate_columns.h"
#include "collectors/derived/judged_certificate.h"
#include "collectors/derived/rdp_account.h"
#include "collectors/directory_account_columns.h"
#include "collectors/readers/ldap_name.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

std::span<const Cell> RowOfSid(const Table& accounts, std::string_view sid) {
  std::array<Cell, kAccountColumnCount> wanted{};
  wanted[kAccountSid] = Cell::Text(sid, {});
  const std::size_t row = accounts.Find(wanted);
  return row == accounts.size() ? std::span<const Cell>{} : accounts.Row(row);
}

// The SID of the account with this UPN; not present without one.
Cell SidOfUpn(const Table& names, std::string_view upn) {
  const std::string lower = LowerAscii(upn);
  const std::array wanted = {Cell::Text(lower, {}), Cell{}};
  const std::size_t row = names.Find(wanted);
  return row == names.size() ? Cell{} : names.Row(row)[1];
}

// The octets of a serial number without zeros in front.
std::string Significant(std::string_view hex) {
  while (hex.size() > 2 && hex.starts_with("00")) {
    hex.remove_prefix(2);
  }
  return LowerAscii(hex);
}

std::string ReversedOctets(std::string_view hex) {
  std::string reversed;
  for (std::size_t i = hex.size(); i >= 2; i -= 2) {
    reversed.append(hex.substr(i - 2, 2));
  }
  return reversed;
}

// "DC=com,DC=contoso,CN=CA", the most general part first, to the form of certificates.
std::string IssuerName(std::string_view text) {
  std::string name;
  if (!readers::LdapNameText(text, name)) {
    return {};
  }
  std::string reversed;
  for (std::string_view rest = name; !rest.empty();) {
    const std::string_view parent = readers::ParentName(rest);
    const std::string_view part =
        parent.empty() ? rest : rest.substr(0, rest.size() - parent.size() - 2);
    reversed.insert(0, reversed.empty() ? "" : ", ").insert(0, part);
    rest = parent;
  }
  return reversed;
}

// What is behind a tag, up to the next one.
std::string_view Part(std::string_view value, std::string_view tag) {
  const std::size_t at = value.find(tag);
  if (at == std::string_view::npos) {
    return {};
  }
  const std::string_view rest = value.substr(at + tag.size());
  return rest.substr(0, rest.find('<'));
}

// The value holds the octets of the number in reverse. A number that fits beside an issuer that
// does not, or the other way round, may still be meant for this certificate.
Truth SerialFits(std::string_view value, std::span<const Cell> certificate) {
  const std::string_view written = Part(value, "<SR>");
  if (written.empty()) {
    return Truth::kFalse;
  }
  if (!certificate[kSerial].present() || !certificate[kIssuer].present()) {
    return Truth::kUnknown;
  }
  const std::string serial = Significant(certificate[kSerial].value.text);
  const bool exact = Significant(ReversedOctets(written)) == serial;
  if (exact && SameNoCase(IssuerName(Part(value, "<I>")), certificate[kIssuer].value.text)) {
    return Truth::kTrue;
  }
  return exact || Significant(written) == serial ? Truth::kUnknown : Truth::kFalse;
}

Truth KeyFits(std::string_view value, std::span<const Cell> certificate) {
  if (value.find("<SHA1-PUKEY>") != std::string_view::npos) {
    return Truth::kUnknown;
  }
  const std::string_view written = Part(value, "<SKI>");
  if (written.empty()) {
    return Truth::kFalse;
  }
  return certificate[kSubjectKeyId].present() ? TextIs(certificate[kSubjectKeyId], written)
                                              : Truth::kUnknown;
}

// Whether one of the values names the certificate strongly.
Truth Names(const Cell& values, std::span<const Cell> certificate) {
  constexpr std::string_view kPrefix = "X509:";  // others are of Kerberos
  if (!values.present()) {
    return values.absent() ? Truth::kFalse : Truth::kUnknown;
  }
  Truth answer = Truth::kFalse;
  for (const std::string_view value : values.value.list) {
    if (SameNoCase(value.substr(0, kPrefix.size()), kPrefix)) {
      answer = std::max({answer, SerialFits(value, certificate), KeyFits(value, certificate)});
    }
  }
  return answer;
}

}  // namespace

DirectoryAccount FindDirectoryAccount(const Subject& user, const Subject* environment) {
  if (environment == nullptr) {
    return {.why = WhyUnknown::kAmbiguous};
  }
  const Table& accounts = environment->facts.TableOf(kAccountTable);
  std::vector<std::string_view> sids = ToldAliasesOf(user, AliasKind::kSid);
  std::erase_if(sids, [&](std::string_view sid) { return RowOfSid(accounts, sid).empty(); });
  if (sids.empty()) {
    const Table& names = environment->facts.TableOf(kAccountNameTable);
    for (const std::string_view upn : ToldAliasesOf(user, AliasKind::kUpn)) {
      const Cell sid = SidOfUpn(names, upn);
      if (sid.unknown() && sid.why == WhyUnknown::kConflicting) {
        return {.why = WhyUnknown::kAmbiguous};
      }
      if (sid.present() && !Among(sids, sid.value.text)) {
        sids.push_back(sid.value.text);
      }
    }
  }
  if (sids.size() != 1) {
    return {.why = sids.empty() ? accounts.why() : WhyUnknown::kAmbiguous};
  }
  return {.row = RowOfSid(accounts, sids.front()), .why = accounts.why()};
}

Cell ExplicitMapping(std::span<const Cell> certificate,
                     const Subject& user,
                     const Subject* environment) {
  const DirectoryAccount account = FindDirectoryAccount(user, environment);
  const Cell values =
      account.row.empty() ? Cell::Unknown(account.why) : account.row[kAccountSecurityIdentities];
  const Truth named = Names(values, certificate);
  if (environment != nullptr) {
    const Cell& used = environment->facts.Get("environment.explicit_mappings");
    const bool never = used.present() && used.value.number == 0;
    if (never) {
      return named == Truth::kTrue ? Cell::Unknown(WhyUnknown::kConflicting)
                                   : Cell::Bool(false, {});
    }
  }
  if (named == Truth::kUnknown) {
    return Cell::Unknown(values.unknown() ? values.why : WhyUnknown::kAmbiguous);
  }
  return Cell::Bool(named == Truth::kTrue, {});
}

}  // namespace whfb::collectors
