// The user's account in Active Directory, and how the judged certificate fits it (B4, B7).
//
// Joined by SID, else by UPN, else by the UPN that every account has without being given one
// (account name and domain). Two accounts that fit are unknown (ambiguous). Facts of the account
// have provenance 0: evidence numbers of the environment mean nothing among those of the device.

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/certificate_rows.h"
#include "collectors/collector.h"
#include "collectors/derived/security_identity.h"
#include "collectors/directory_account_columns.h"
#include "collectors/directory_view.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"user.account.exists", ValueType::kBool, "the account was found in Active Directory"},
    FactSpec{"user.account.matched_by", ValueType::kText, "sid upn implicit-upn"},
    FactSpec{"user.account.sid", ValueType::kSid, "objectSid"},
    FactSpec{"user.account.sam_account_name", ValueType::kText, "sAMAccountName"},
    FactSpec{"user.account.upn", ValueType::kUpn, "userPrincipalName"},
    FactSpec{"user.account.implicit_upn", ValueType::kUpn, "account name and domain"},
    FactSpec{"user.account.dn", ValueType::kDn, "distinguished name"},
    FactSpec{"user.account.domain", ValueType::kDnsName, "DNS name of its domain"},
    FactSpec{"user.account.enabled", ValueType::kBool, "the account is not disabled"},
    FactSpec{"user.account.when_created", ValueType::kTime, "whenCreated"},
    FactSpec{"user.account.alt_security_identities", ValueType::kList, "altSecurityIdentities", "",
             ValueType::kText},
    FactSpec{"user.account.upn_suffix_is_domain", ValueType::kBool,
             "the suffix of its UPN is the DNS name of its domain"},
    FactSpec{"user.account.upn_suffix_known", ValueType::kBool,
             "the suffix of its UPN is a domain or a UPN suffix of the forest"},
    FactSpec{
        "user.rdp_certificate.sid_matches_container", ValueType::kBool,
        "the SID in it is that of the Hello container; absent where the container has an Entra "
        "SID or the certificate none"},
    FactSpec{"user.rdp_certificate.sid_matches_account", ValueType::kBool,
             "the SID in it is objectSid of the account"},
    FactSpec{"user.rdp_certificate.upn_matches_account", ValueType::kBool,
             "a SAN UPN is a UPN of the account"},
    FactSpec{"user.rdp_certificate.subject_is_account_dn", ValueType::kBool,
             "the subject is the distinguished name of the account"},
    FactSpec{"user.rdp_certificate.older_than_account", ValueType::kBool,
             "its validity begins before the account was created"},
    FactSpec{"user.rdp_certificate.alt_security_identity", ValueType::kText,
             "strong value of altSecurityIdentities that names it: issuer-serial ski none"},
};

// Facts that copy a column of the account.
struct Copy {
  std::string_view fact{};
  AccountColumn column = kAccountSid;
  ValueType type = ValueType::kText;
};

constexpr std::array kCopies = {
    Copy{"user.account.sid", kAccountSid},
    Copy{"user.account.sam_account_name", kAccountName},
    Copy{"user.account.upn", kAccountUpn},
    Copy{"user.account.implicit_upn", kAccountImplicitUpn},
    Copy{"user.account.dn", kAccountDn},
    Copy{"user.account.domain", kAccountDomain},
    Copy{"user.account.enabled", kAccountEnabled, ValueType::kBool},
    Copy{"user.account.when_created", kAccountCreated, ValueType::kTime},
    Copy{"user.account.alt_security_identities", kAccountSecurityIdentities, ValueType::kList},
};

constexpr std::string_view kEntraSid = "S-1-12-1-";

// A question that the cell does not answer: unknown for the same reason, else not applicable.
Cell Like(const Cell& cell) {
  return cell.unknown() ? Cell::Unknown(cell.why) : Cell::Absent({});
}

// The cell of another space, for this one.
Cell Imported(const Cell& cell, ValueType type, FactSpace& facts) {
  if (!cell.present()) {
    return Like(cell);
  }
  Cell copy = cell;
  copy.source = {};
  if (type == ValueType::kText) {
    return facts.TextCell(cell.value.text, {});
  }
  return type == ValueType::kList ? facts.ListCell(cell.value.list, {}) : copy;
}

struct Match {
  std::vector<std::size_t> rows{};
  std::string_view by{};
};

void AddRows(const Table& accounts, AccountColumn column, std::string_view text, Match& match) {
  for (const std::size_t row : accounts.RowsWith(column, text)) {
    if (std::ranges::find(match.rows, row) == match.rows.end()) {
      match.rows.push_back(row);
    }
  }
}

Match FindAccount(const Subject& user, const Table& accounts) {
  struct Key {
    AliasKind alias = AliasKind::kSid;
    AccountColumn column = kAccountSid;
    std::string_view name{};
  };

  constexpr std::array kKeys = {Key{AliasKind::kSid, kAccountSid, "sid"},
                                Key{AliasKind::kUpn, kAccountUpn, "upn"},
                                Key{AliasKind::kUpn, kAccountImplicitUpn, "implicit-upn"}};
  Match match;
  for (const Key& key : kKeys) {
    for (const Alias& alias : user.aliases) {
      if (alias.kind == key.alias) {
        AddRows(accounts, key.column,
                key.alias == AliasKind::kSid ? alias.value : FoldedText(alias.value), match);
      }
    }
    if (!match.rows.empty()) {
      match.by = key.name;
      return match;
    }
  }
  return match;
}

Cell ExistsCell(const Match& match, const Table& accounts) {
  if (match.rows.size() > 1) {
    return Cell::Unknown(WhyUnknown::kAmbiguous);
  }
  if (match.rows.size() == 1) {
    return Cell::Bool(true, {});
  }
  return accounts.coverage() == Coverage::kComplete ? Cell::Bool(false, {})
                                                    : Cell::Unknown(accounts.why());
}

std::string_view SuffixOf(std::string_view upn) {
  const std::size_t at = upn.rfind('@');
  return at == std::string_view::npos ? std::string_view{} : upn.substr(at + 1);
}

Cell SuffixIsDomain(const SubjectFacts& user) {
  const Cell& upn = user.Get("user.account.upn");
  const Cell& domain = user.Get("user.account.domain");
  if (!upn.present() || !domain.present()) {
    return Like(upn.present() ? domain : upn);
  }
  return Cell::Bool(SuffixOf(upn.value.text) == domain.value.text, {});
}

// Any domain of the forest, or a suffix that was added to it.
Cell SuffixKnown(const SubjectFacts& user, const SubjectFacts& environment) {
  const Cell& upn = user.Get("user.account.upn");
  if (!upn.present()) {
    return Like(upn);
  }
  const Table& domains = environment.TableOf("environment.domain");
  if (!domains.RowsWith(0, SuffixOf(upn.value.text)).empty()) {
    return Cell::Bool(true, {});
  }
  const Cell& added = environment.Get("environment.directory_upn_suffixes");
  if (added.present() &&
      std::ranges::find(added.value.list, SuffixOf(upn.value.text)) != added.value.list.end()) {
    return Cell::Bool(true, {});
  }
  if (added.unknown()) {
    return Cell::Unknown(added.why);
  }
  return domains.coverage() == Coverage::kComplete ? Cell::Bool(false, {})
                                                   : Cell::Unknown(domains.why());
}

// The SID that maps the certificate: of the extension, else of the SAN.
Cell CertificateSid(const SubjectFacts& user) {
  const Cell& extension = user.Get("user.rdp_certificate.sid_extension");
  return extension.absent() ? user.Get("user.rdp_certificate.sid_uri") : extension;
}

Cell SidMatchesContainer(const Cell& sid, const SubjectFacts& user) {
  const Cell& container = user.Get("user.rdp_certificate.container_sid");
  if (!sid.present() || !container.present()) {
    return Like(sid.present() ? container : sid);
  }
  const bool entra = container.value.text.starts_with(kEntraSid);
  return entra && !sid.value.text.starts_with(kEntraSid)
             ? Cell::Absent({})
             : Cell::Bool(SameText(sid.value.text, container.value.text), {});
}

Cell SidMatchesAccount(const Cell& sid, const SubjectFacts& user) {
  const Cell& account = user.Get("user.account.sid");
  return sid.present() && account.present()
             ? Cell::Bool(SameText(sid.value.text, account.value.text), {})
             : Like(sid.present() ? account : sid);
}

Cell UpnMatchesAccount(const SubjectFacts& user) {
  const Cell& san = user.Get("user.rdp_certificate.san_upn");
  const Cell& upn = user.Get("user.account.upn");
  const Cell& implicit = user.Get("user.account.implicit_upn");
  if (!san.present()) {
    return Like(san);
  }
  const auto fits = [&san](const Cell& name) {
    return name.present() && std::ranges::any_of(san.value.list, [&name](std::string_view one) {
             return SameText(one, name.value.text);
           });
  };
  if (fits(upn) || fits(implicit)) {
    return Cell::Bool(true, {});
  }
  if (upn.unknown() || implicit.unknown()) {
    return Cell::Unknown(upn.unknown() ? upn.why : implicit.why);
  }
  return upn.absent() && implicit.absent() ? Cell::Absent({}) : Cell::Bool(false, {});
}

Cell SubjectIsDn(const SubjectFacts& user) {
  const Cell& subject = user.Get("user.rdp_certificate.subject");
  const Cell& dn = user.Get("user.account.dn");
  return subject.present() && dn.present()
             ? Cell::Bool(SameText(subject.value.text, dn.value.text), {})
             : Like(subject.present() ? dn : subject);
}

Cell OlderThanAccount(const SubjectFacts& user) {
  const Cell& start = user.Get("user.rdp_certificate.not_before");
  const Cell& created = user.Get("user.account.when_created");
  if (!start.present() || !created.present()) {
    return Like(start.present() ? created : start);
  }
  const TimeInterval& from = start.value.time;
  const TimeInterval& since = created.value.time;
  if (from.latest < since.earliest) {
    return Cell::Bool(true, {});
  }
  return from.earliest >= since.latest ? Cell::Bool(false, {})
                                       : Cell::Unknown(WhyUnknown::kAmbiguous);
}

void PutCertificate(Subject& user) {
  SubjectFacts& facts = user.facts;
  const Cell sid = CertificateSid(facts);
  facts.Put("user.rdp_certificate.sid_matches_container", SidMatchesContainer(sid, facts));
  facts.Put("user.rdp_certificate.sid_matches_account", SidMatchesAccount(sid, facts));
  facts.Put("user.rdp_certificate.upn_matches_account", UpnMatchesAccount(facts));
  facts.Put("user.rdp_certificate.subject_is_account_dn", SubjectIsDn(facts));
  facts.Put("user.rdp_certificate.older_than_account", OlderThanAccount(facts));
  facts.Put("user.rdp_certificate.alt_security_identity", SecurityIdentityOf(facts));
}

void PutAccount(const Cell& exists,
                std::span<const Cell> row,
                std::string_view by,
                Subject& user,
                FactSpace& facts) {
  const bool found = exists.present() && exists.value.number != 0;
  user.facts.Put("user.account.exists", exists);
  user.facts.Put("user.account.matched_by", found ? Cell::Text(by, {}) : Like(exists));
  for (const Copy& copy : kCopies) {
    user.facts.Put(copy.fact, found ? Imported(row[copy.column], copy.type, facts) : Like(exists));
  }
}

void DeriveUser(const Subject* environment, Subject& user, FactSpace& facts) {
  if (environment == nullptr) {
    PutAccount(Cell::Unknown(WhyUnknown::kAmbiguous), {}, {}, user, facts);
    user.facts.Put("user.account.upn_suffix_is_domain", Cell::Unknown(WhyUnknown::kAmbiguous));
    user.facts.Put("user.account.upn_suffix_known", Cell::Unknown(WhyUnknown::kAmbiguous));
    PutCertificate(user);
    return;
  }
  const Table& accounts = environment->facts.TableOf("environment.account");
  const Match match = FindAccount(user, accounts);
  const Cell exists = ExistsCell(match, accounts);
  PutAccount(exists, match.rows.size() == 1 ? accounts.Row(match.rows[0]) : std::span<const Cell>{},
             match.by, user, facts);
  user.facts.Put("user.account.upn_suffix_is_domain", SuffixIsDomain(user.facts));
  user.facts.Put("user.account.upn_suffix_known", SuffixKnown(user.facts, environment->facts));
  PutCertificate(user);
}

void Derive(const DeriveInput& input, FactSpace& facts) {
  const Subject* const environment =
      input.environment == nullptr ? nullptr : input.environment->Find(SubjectKind::kEnvironment);
  for (Subject& subject : facts.subjects()) {
    if (subject.kind == SubjectKind::kUser) {
      DeriveUser(environment, subject, facts);
    }
  }
}

}  // namespace

extern const DerivationSpec kUserAccountDerivation;  // declared again by the generated list

const DerivationSpec kUserAccountDerivation = {
    .name = "user_account", .scope = Scope::kDevice, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors
