// The account of a user in Entra ID, and whether one in Active Directory stands behind it
// (requirements B7).

#include <array>
#include <span>
#include <string_view>

#include "collectors/collector.h"
#include "collectors/derived/judged_certificate.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"user.synced", ValueType::kBool,
             "an account in Active Directory stands behind the user"},
    FactSpec{"user.synced_by", ValueType::kText, "what shows it"},
    FactSpec{"user.entra.ad_upn", ValueType::kUpn, "onPremisesUserPrincipalName"},
    FactSpec{"user.entra.upn_is_ad_upn", ValueType::kBool,
             "onPremisesUserPrincipalName is the UPN of the user"},
};

enum Column : unsigned { kUpn, kSynced, kAdUpn, kAdDomain, kAdSid, kColumnCount };

// The row of the user's UPN; empty without one.
std::span<const Cell> RowOf(const Cell& upn, const Subject* environment) {
  if (environment == nullptr || !upn.present()) {
    return {};
  }
  const Table& users = environment->facts.TableOf("environment.entra_user");
  std::array<Cell, kColumnCount> key{};
  key[kUpn] = upn;
  const std::size_t row = users.Find(key);
  return row == users.size() ? std::span<const Cell>{} : users.Row(row);
}

bool IsAdSid(const Cell& sid) {
  return sid.present() && sid.value.text.starts_with("S-1-5-21-");
}

struct Shown {
  Cell synced{};
  std::string_view by{};  // a literal
};

// onPremisesSyncEnabled: null for a user that was never synchronised, false for one that no longer
// is. A SID of Active Directory in the certificate was filled in by Intune from the synchronised
// account, or by the CA from the account itself.
Shown Synced(std::span<const Cell> row, const SubjectFacts& user) {
  const bool has_sid = IsAdSid(user.Get("user.ad_sid")) ||
                       IsAdSid(user.Get("user.rdp_certificate.sid_uri")) ||
                       IsAdSid(user.Get("user.rdp_certificate.sid_extension"));
  if (!row.empty() && !row[kSynced].unknown()) {
    const bool synced = IsTrue(row[kSynced]) == Truth::kTrue;
    if (synced || !has_sid) {
      return {Cell::Bool(synced, {}), "onPremisesSyncEnabled"};
    }
    return {Cell::Unknown(WhyUnknown::kConflicting), {}};
  }
  if (has_sid) {
    return {Cell::Bool(true, {}), "its SID in Active Directory"};
  }
  return {Cell::Unknown(row.empty() ? WhyUnknown::kNotCollected : row[kSynced].why), {}};
}

void Derive(const DeriveInput& input, FactSpace& facts) {
  for (Subject& subject : facts.subjects()) {
    if (subject.kind != SubjectKind::kUser) {
      continue;
    }
    const Cell& upn = subject.facts.Get("user.upn");
    const std::span<const Cell> row = RowOf(upn, input.EnvironmentSubject());
    const Shown shown = Synced(row, subject.facts);
    subject.facts.Put("user.synced", shown.synced);
    subject.facts.Put("user.synced_by", shown.by.empty() ? Cell::Unknown(shown.synced.why)
                                                         : Cell::Text(shown.by, {}));
    if (row.empty()) {
      continue;
    }
    // Evidence numbers are those of the environment, not of this space.
    Cell ad_upn = row[kAdUpn];
    ad_upn.source = {};
    subject.facts.Put("user.entra.ad_upn",
                      ad_upn.present() ? facts.TextCell(ad_upn.value.text, {}) : ad_upn);
    subject.facts.Put(
        "user.entra.upn_is_ad_upn",
        ad_upn.present() ? Cell::Bool(SameNoCase(ad_upn.value.text, upn.value.text), {}) : ad_upn);
  }
}

}  // namespace

extern const DerivationSpec kEntraAccountDerivation;  // declared again by the generated list

const DerivationSpec kEntraAccountDerivation = {
    .name = "entra_account", .scope = Scope::kDevice, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors
