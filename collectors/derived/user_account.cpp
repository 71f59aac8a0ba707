// The account of the user in Active Directory, as a directory export shows it (requirements B7),
// what the judged certificate says of it, and how many Hello containers were seen. Answers from the
// environment have provenance 0 (explicit_mapping.h).

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "collectors/certificate_columns.h"
#include "collectors/collector.h"
#include "collectors/derived/explicit_mapping.h"
#include "collectors/derived/judged_certificate.h"
#include "collectors/directory_account_columns.h"
#include "collectors/dn_text.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"user.ad_account.upn", ValueType::kUpn, "userPrincipalName of the account"},
    FactSpec{"user.ad_account.domain", ValueType::kDnsName, "AD domain of the account"},
    FactSpec{"user.ad_account.enabled", ValueType::kBool, "the account is not disabled"},
    FactSpec{"user.ad_account.expires", ValueType::kTime, "accountExpires; absent: never"},
    FactSpec{"user.ad_account.locked", ValueType::kBool, "the account is locked out"},
    FactSpec{"user.ad_account.created", ValueType::kTime, "whenCreated of the account"},
    FactSpec{"user.rdp_certificate.upn_is_accounts", ValueType::kBool,
             "a SAN UPN is the userPrincipalName of the account, or its name at its domain"},
    FactSpec{"user.rdp_certificate.leads_to_other_account", ValueType::kBool,
             "its UPN, or an altSecurityIdentities value, leads to another account"},
    FactSpec{"user.ngc_containers_seen", ValueType::kInt,
             "Hello containers of the user in the Ngc folder of a copy; there may be more"},
    FactSpec{"user.hello_key_in_tpm", ValueType::kBool,
             "the Hello key of the user is in the TPM, by its creation or by its containers"},
    // hello-for-business/faq: at most 10 users of one device.
    FactSpec{"device.hello_users", ValueType::kInt,
             "users seen with a Hello container, from 10 on; below, people with a profile"},
    FactSpec{"device.in_declared_forest", ValueType::kBool,
             "the AD domain of the device is of the declared forest"},
};

struct Copied {
  std::string_view fact{};
  AccountColumn column{};
};

constexpr std::array kCopied = {
    Copied{"user.ad_account.upn", kAccountUpn},
    Copied{"user.ad_account.domain", kAccountDomain},
    Copied{"user.ad_account.enabled", kAccountEnabled},
    Copied{"user.ad_account.expires", kAccountExpires},
    Copied{"user.ad_account.locked", kAccountLocked},
    Copied{"user.ad_account.created", kAccountCreated},
};

// A copy that the device's own facts may keep.
Cell Carried(const Cell& cell, ValueType type, FactSpace& facts) {
  if (!cell.present()) {
    return cell.absent() ? Cell::Absent({}) : Cell::Unknown(cell.why);
  }
  if (type == ValueType::kBool) {
    return Cell::Bool(cell.value.number != 0, {});
  }
  return type == ValueType::kTime ? Cell::Time(cell.value.time, {})
                                  : facts.TextCell(cell.value.text, {});
}

// userPrincipalName, or what the KDC makes of account name and domain ([MS-KILE] 3.3.5.6.1).
Cell UpnIsAccounts(const Cell& upns, const DirectoryAccount& account) {
  if (upns.unknown() || account.row.empty()) {
    return Cell::Unknown(upns.unknown() ? upns.why : account.why);
  }
  const Cell& upn = account.row[kAccountUpn];
  const Cell& name = account.row[kAccountName];
  const Cell& domain = account.row[kAccountDomain];
  const auto shows = [&upns](std::string_view wanted) {
    return upns.present() && Among(upns.value.list, wanted);
  };
  if (upn.present() && shows(upn.value.text)) {
    return Cell::Bool(true, {});
  }
  const bool implicit = name.present() && domain.present();
  if (implicit && shows(std::string(name.value.text).append("@").append(domain.value.text))) {
    return Cell::Bool(true, {});
  }
  if (upns.absent() || (!upn.unknown() && implicit)) {
    return Cell::Bool(false, {});
  }
  return Cell::Unknown(upn.unknown() ? upn.why : WhyUnknown::kNotCollected);
}

// The judged certificate again as a row of its table.
std::array<Cell, kCertificateColumnCount> JudgedRow(const Subject& user) {
  std::array<Cell, kCertificateColumnCount> row{};
  for (std::size_t i = 0; i < row.size(); ++i) {
    row[i] =
        user.facts.Get(std::string("user.rdp_certificate.").append(kCertificateColumns[i].name));
  }
  return row;
}

void PutCertificate(const DirectoryAccount& account, const Subject* environment, Subject& user) {
  const Cell& exists = user.facts.Get("user.rdp_certificate.exists");
  const bool judged = IsTrue(exists) == Truth::kTrue;
  const auto row = JudgedRow(user);
  user.facts.Put("user.rdp_certificate.upn_is_accounts",
                 judged ? UpnIsAccounts(row[kSanUpn], account) : Like(exists));
  user.facts.Put(
      "user.rdp_certificate.leads_to_other_account",
      judged ? LeadsToOtherAccount(row, user.facts.Get("user.ad_sid"), environment) : Like(exists));
}

// How many were seen: none where there is no copy of the Ngc folder.
void PutContainers(Subject& user) {
  constexpr std::size_t kHardware = 2;
  const Table& table = user.facts.TableOf("user.ngc_container");
  user.facts.Put("user.ngc_containers_seen",
                 Cell::Int(static_cast<std::int64_t>(table.size()), table.source()));
  Cell in_tpm = user.facts.Get("user.hello_key_hardware");
  for (std::size_t i = 0; i < table.size(); ++i) {
    const Cell& hardware = table.Row(i)[kHardware];
    const bool open = in_tpm.unknown() && in_tpm.why == WhyUnknown::kNotCollected && i == 0;
    if (open || (in_tpm.present() && hardware.unknown())) {
      in_tpm = hardware;
    } else if (in_tpm.present() && in_tpm.value.number != hardware.value.number) {
      in_tpm = Cell::Unknown(WhyUnknown::kConflicting, hardware.source);
    }
  }
  user.facts.Put("user.hello_key_in_tpm", in_tpm);
}

// At most so many: whoever set up Hello has signed in, and so has a profile.
Cell HelloUsers(std::int64_t seen, const Cell& profiles) {
  constexpr std::int64_t kLimit = 10;
  if (seen >= kLimit) {
    return Cell::Int(seen, {});
  }
  const bool few = profiles.present() && profiles.value.number < kLimit;
  return few ? profiles
             : Cell::Unknown(profiles.unknown() ? profiles.why : WhyUnknown::kAmbiguous,
                             profiles.source);
}

// A domain below the root of the declared forest that is declared itself. Another tree of the
// forest is not told from another forest.
Cell InDeclaredForest(const Cell& domain, const Subject* environment) {
  if (!domain.present() || environment == nullptr) {
    return environment == nullptr ? Cell::Unknown(WhyUnknown::kAmbiguous) : Like(domain);
  }
  const std::string_view name = domain.value.text;
  const Cell& root = environment->facts.Get("environment.name");
  const bool declared = Among(ListOf(environment, "environment.domains"), name);
  if (declared && root.present()) {
    return name == root.value.text || IsBelowDomain(name, root.value.text)
               ? Cell::Bool(true, domain.source)
               : Cell::Unknown(WhyUnknown::kAmbiguous, domain.source);
  }
  const Cell& complete = environment->facts.Get("environment.domains_complete");
  return !declared && IsTrue(complete) == Truth::kTrue
             ? Cell::Bool(false, domain.source)
             : Cell::Unknown(WhyUnknown::kNotCollected, domain.source);
}

void Derive(const DeriveInput& input, FactSpace& facts) {
  std::int64_t with_hello = 0;
  for (Subject& user : facts.subjects()) {
    if (user.kind != SubjectKind::kUser) {
      continue;
    }
    const DirectoryAccount account = FindDirectoryAccount(user, input.EnvironmentSubject());
    for (const Copied& copied : kCopied) {
      const Cell cell =
          account.row.empty() ? Cell::Unknown(account.why) : account.row[copied.column];
      user.facts.Put(copied.fact, Carried(cell, kAccountColumns[copied.column].type, facts));
    }
    PutCertificate(account, input.EnvironmentSubject(), user);
    PutContainers(user);
    with_hello += IsTrue(user.facts.Get("user.has_hello_container")) == Truth::kTrue ? 1 : 0;
  }
  SubjectFacts& device = facts.Device().facts;
  device.Put("device.hello_users", HelloUsers(with_hello, device.Get("device.profiles")));
  device.Put("device.in_declared_forest",
             InDeclaredForest(device.Get("device.domain_dns_name"), input.EnvironmentSubject()));
}

}  // namespace

extern const DerivationSpec kUserAccountDerivation;  // declared again by the generated list

const DerivationSpec kUserAccountDerivation = {
    .name = "user_account", .scope = Scope::kDevice, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors
