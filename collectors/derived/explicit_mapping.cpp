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
#include "collectors/dn_text.h"
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
  return LowerAscii(reversed);
}

bool IsOctets(std::string_view hex) {
  return !hex.empty() && hex.size() % 2 == 0 && std::ranges::all_of(hex, [](char c) {
    const char lower = LowerLetter(c);
    return (lower >= '0' && lower <= '9') || (lower >= 'a' && lower <= 'f');
  });
}

// The issuer of the certificate as a value writes it: "DC=com,DC=contoso,CN=CA", the most general
// part first, no blanks between. Empty where a part has to be quoted or escaped: there is no one
// way to do that.
std::string WrittenIssuer(std::string_view name) {
  constexpr std::string_view kBetween = ", ";
  if (name.find_first_of("\"\\+;<>#\n") != std::string_view::npos) {
    return {};
  }
  std::string written;
  for (bool more = true; more;) {
    const std::size_t end = name.find(kBetween);
    more = end != std::string_view::npos;
    written.insert(0, written.empty() ? "" : ",").insert(0, name.substr(0, end));
    name.remove_prefix(more ? end + kBetween.size() : 0);
  }
  return written;
}

// A value is "X509:" and parts like "<SR>1200". Takes what is behind this tag at the front.
bool TakePart(std::string_view& rest, std::string_view tag, std::string_view& text) {
  if (!rest.starts_with(tag)) {
    return false;
  }
  const std::size_t end = std::min(rest.find('<', tag.size()), rest.size());
  text = rest.substr(tag.size(), end - tag.size());
  rest.remove_prefix(end);
  const bool bare = !text.empty() && text.front() != ' ' && text.back() != ' ';
  return bare && text.find('>') == std::string_view::npos;
}

// The value holds the octets of the number in reverse. A number that fits beside an issuer that
// does not, or the other way round, may still be meant for this certificate. Whether zeros in front
// are written, sources do not agree on: such a number, also one that DER writes with a zero in
// front, is none that fits for certain.
Truth SerialFits(std::string_view issuer,
                 std::string_view written,
                 std::span<const Cell> certificate) {
  if (!certificate[kSerial].present() || !certificate[kIssuer].present()) {
    return Truth::kUnknown;
  }
  const std::string serial = LowerAscii(certificate[kSerial].value.text);
  const std::string reversed = ReversedOctets(written);
  const bool plain = serial.starts_with('0') ? !serial.starts_with("00") : serial < "8";
  if (plain && reversed == serial &&
      SameNoCase(issuer, WrittenIssuer(certificate[kIssuer].value.text))) {
    return Truth::kTrue;
  }
  const std::string number = Significant(serial);
  return Significant(reversed) == number || Significant(written) == number ? Truth::kUnknown
                                                                           : Truth::kFalse;
}

// Only the two strong forms that hold no hash decide, and the two that are never strong. Issuer and
// subject may be made strong by policy of the domain controllers ("Allow name-based strong mappings
// for certificates"), issuer and SID are strong on some of them, and what else may stand there
// nobody knows.
Truth ValueNames(std::string_view value, std::span<const Cell> certificate) {
  constexpr std::string_view kPrefix = "X509:";
  if (value.starts_with("Kerberos:")) {
    return Truth::kFalse;  // names no certificate
  }
  if (!value.starts_with(kPrefix)) {
    return Truth::kUnknown;
  }
  std::string_view rest = value.substr(kPrefix.size());
  std::string_view first;
  std::string_view second;
  if (TakePart(rest, "<I>", first)) {
    const bool serial = TakePart(rest, "<SR>", second) && rest.empty() && IsOctets(second);
    return serial ? SerialFits(first, second, certificate) : Truth::kUnknown;
  }
  if (TakePart(rest, "<SKI>", first)) {
    const bool key = rest.empty() && IsOctets(first) && certificate[kSubjectKeyId].present();
    return key ? TextIs(certificate[kSubjectKeyId], first) : Truth::kUnknown;
  }
  const bool weak = TakePart(rest, "<S>", first) || TakePart(rest, "<RFC822>", first);
  return weak && rest.empty() ? Truth::kFalse : Truth::kUnknown;
}

// Whether one of the values names the certificate strongly.
Truth Names(const Cell& values, std::span<const Cell> certificate) {
  if (!values.present()) {
    return values.absent() ? Truth::kFalse : Truth::kUnknown;
  }
  Truth answer = Truth::kFalse;
  for (const std::string_view value : values.value.list) {
    answer = std::max(answer, ValueNames(value, certificate));
  }
  return answer;
}

// The intent file declares that accounts are not mapped. An account that shows a value which may
// name the certificate contradicts that; what it shows and nobody can read may do so.
Cell ByDeclaration(const Cell& values, Truth named) {
  if (values.present() && named != Truth::kFalse) {
    return Cell::Unknown(WhyUnknown::kConflicting);
  }
  const bool lost = values.unknown() &&
                    (values.why == WhyUnknown::kMalformed || values.why == WhyUnknown::kTooLarge ||
                     values.why == WhyUnknown::kTruncated);
  return lost ? Cell::Unknown(values.why) : Cell::Bool(false, {});
}

// The domain of the account is a declared one, or lies below one. Where none is declared, or the
// account does not show its domain, nothing speaks against it.
bool InDeclaredDomain(std::span<const Cell> account, const Subject& environment) {
  const auto domains = ListOf(&environment, "environment.domains");
  const Cell& domain = account[kAccountDomain];
  return domains.empty() || !domain.present() || Among(domains, domain.value.text) ||
         std::ranges::any_of(domains, [&](std::string_view declared) {
           return IsBelowDomain(domain.value.text, declared);
         });
}

// What the UPNs of the user lead to.
struct NamedAccounts {
  std::vector<std::string_view> sids{};
  bool ambiguous = false;    // somebody else has the name as well, or in a forest of nobody
  bool contradicts = false;  // evidence tells another SID in Active Directory of the user
};

NamedAccounts FindByName(const Subject& user, const Subject& environment) {
  const Table& accounts = environment.facts.TableOf(kAccountTable);
  const Table& names = environment.facts.TableOf(kAccountNameTable);
  // Also one that only the name of a key container tells.
  std::vector<std::string_view> own = AliasesOf(user, AliasKind::kSid);
  std::erase_if(own, [](std::string_view sid) { return !sid.starts_with("S-1-5-21-"); });
  NamedAccounts found;
  for (const std::string_view upn : ToldAliasesOf(user, AliasKind::kUpn)) {
    const Cell sid = SidOfUpn(names, upn);
    found.ambiguous = found.ambiguous || (sid.unknown() && sid.why == WhyUnknown::kConflicting);
    if (!sid.present()) {
      continue;
    }
    const std::string_view text = sid.value.text;
    found.contradicts = found.contradicts || (!own.empty() && !Among(own, text));
    const auto row = RowOfSid(accounts, text);
    found.ambiguous = found.ambiguous || (!row.empty() && !InDeclaredDomain(row, environment));
    if (!Among(found.sids, text)) {
      found.sids.push_back(text);
    }
  }
  return found;
}

// The strong values that would name the certificate, in lower case. Without those whose spelling
// sources do not agree on.
std::vector<std::string> StrongIdentities(std::span<const Cell> certificate) {
  std::vector<std::string> identities;
  const Cell& serial = certificate[kSerial];
  const Cell& issuer = certificate[kIssuer];
  if (serial.present() && issuer.present()) {
    const std::string written = WrittenIssuer(issuer.value.text);
    const std::string reversed = ReversedOctets(serial.value.text);
    const std::string value =
        std::string("X509:<I>").append(written).append("<SR>").append(reversed);
    if (!written.empty() && SerialFits(written, reversed, certificate) == Truth::kTrue) {
      identities.push_back(LowerAscii(value));
    }
  }
  if (certificate[kSubjectKeyId].present()) {
    identities.push_back(
        LowerAscii(std::string("X509:<SKI>").append(certificate[kSubjectKeyId].value.text)));
  }
  return identities;
}

Cell SidOfIdentity(const Table& identities, std::string_view identity) {
  const std::array wanted = {Cell::Text(identity, {}), Cell{}};
  const std::size_t row = identities.Find(wanted);
  return row == identities.size() ? Cell{} : identities.Row(row)[1];
}

// One that two accounts show is also that of another.
bool NamedByOther(std::span<const Cell> certificate,
                  const Cell& own_sid,
                  const Subject& environment) {
  const Table& identities = environment.facts.TableOf(kAccountIdentityTable);
  return std::ranges::any_of(StrongIdentities(certificate), [&](const std::string& identity) {
    const Cell sid = SidOfIdentity(identities, identity);
    return sid.present() ? !SameNoCase(sid.value.text, own_sid.value.text)
                         : sid.unknown() && sid.why == WhyUnknown::kConflicting;
  });
}

// What the UPNs of a certificate lead to.
struct NamesFound {
  bool own = false;  // every one, to the account itself
  bool elsewhere = false;
  bool conflicting = false;
};

NamesFound FindNames(const Cell& upns, const Cell& own_sid, const Subject& environment) {
  const Table& names = environment.facts.TableOf(kAccountNameTable);
  if (!upns.present() || upns.value.list.empty()) {
    return {};
  }
  NamesFound found{.own = true};
  for (const std::string_view upn : upns.value.list) {
    const Cell sid = SidOfUpn(names, upn);
    const bool own = sid.present() && SameNoCase(sid.value.text, own_sid.value.text);
    found.own = found.own && own;
    found.elsewhere = found.elsewhere || (sid.present() && !own);
    found.conflicting = found.conflicting || (sid.unknown() && sid.why == WhyUnknown::kConflicting);
  }
  return found;
}

}  // namespace

DirectoryAccount FindDirectoryAccount(const Subject& user, const Subject* environment) {
  if (environment == nullptr) {
    return {.why = WhyUnknown::kAmbiguous};
  }
  const Table& accounts = environment->facts.TableOf(kAccountTable);
  std::vector<std::string_view> sids = ToldAliasesOf(user, AliasKind::kSid);
  std::erase_if(sids, [&](std::string_view sid) { return RowOfSid(accounts, sid).empty(); });
  const NamedAccounts named = FindByName(user, *environment);
  if (named.contradicts) {
    return {.why = WhyUnknown::kConflicting};
  }
  if (sids.empty()) {
    if (named.ambiguous) {
      return {.why = WhyUnknown::kAmbiguous};
    }
    sids = named.sids;
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
  const Cell used =
      environment == nullptr ? Cell{} : environment->facts.Get("environment.explicit_mappings");
  if (used.present() && used.value.number == 0) {
    return ByDeclaration(values, named);
  }
  if (named == Truth::kUnknown) {
    return Cell::Unknown(values.unknown() ? values.why : WhyUnknown::kAmbiguous);
  }
  return Cell::Bool(named == Truth::kTrue, {});
}

Cell LeadsToOtherAccount(std::span<const Cell> certificate,
                         const Cell& own_sid,
                         const Subject* environment) {
  if (environment == nullptr || !own_sid.present()) {
    const WhyUnknown why = own_sid.absent() ? WhyUnknown::kNotCollected : own_sid.why;
    return Cell::Unknown(environment == nullptr ? WhyUnknown::kAmbiguous : why);
  }
  if (NamedByOther(certificate, own_sid, *environment)) {
    return Cell::Bool(true, {});
  }
  const Cell& upns = certificate[kSanUpn];
  const NamesFound found = FindNames(upns, own_sid, *environment);
  if (found.conflicting || found.elsewhere) {
    return found.conflicting ? Cell::Unknown(WhyUnknown::kConflicting) : Cell::Bool(true, {});
  }
  const Cell& used = environment->facts.Get("environment.explicit_mappings");
  return found.own && used.present() && used.value.number == 0
             ? Cell::Bool(false, {})
             : Cell::Unknown(upns.unknown() ? upns.why : WhyUnknown::kNotCollected);
}

}  // namespace whfb::collectors
