#include "scanner/core/facts.h"

#include <algorithm>
#include <array>
#include <functional>
#include <stdexcept>

#include "scanner/core/ascii_text.h"

namespace whfb {

namespace {

constexpr std::array<std::string_view, 7> kAliasNames = {
    "entra-device-id", "machine-sid", "sid", "fqdn", "upn", "name", "bundle-name"};

// Well-known accounts that run services ([MS-DTYP] 2.4.2.4): never a person.
constexpr std::array<std::string_view, 3> kServiceSids = {"S-1-5-18", "S-1-5-19", "S-1-5-20"};

bool ServiceAccount(const UserKey& key) {
  return std::ranges::find(kServiceSids, key.sid) != kServiceSids.end() ||
         key.sid.starts_with("S-1-5-80-") || SameNoCase(key.upn.substr(0, 11), "defaultuser");
}

// As aliases keep it: names of one subject are many and compared often.
std::string Normalised(AliasKind kind, std::string_view given) {
  std::string value = SubjectName(given);
  if (kind != AliasKind::kSid) {
    return LowerAscii(value);
  }
  if (value.starts_with('s')) {
    value.front() = 'S';
  }
  return value;
}

bool HasAlias(const Subject& subject, AliasKind kind, std::string_view value) {
  return std::ranges::any_of(subject.aliases, [&](const Alias& alias) {
    return alias.kind == kind && alias.value == value;
  });
}

bool HasSid(const Subject& subject) {
  return std::ranges::find(subject.aliases, AliasKind::kSid, &Alias::kind) != subject.aliases.end();
}

bool IsCalled(const Subject& subject, AliasKind kind, std::string_view value) {
  return subject.kind == SubjectKind::kUser && !value.empty() && HasAlias(subject, kind, value);
}

// A UPN joins two names only while they do not carry two different SIDs.
Subject* Joinable(std::span<Subject* const> called, std::string_view sid) {
  const auto own = std::ranges::find_if(
      called, [sid](const Subject* user) { return sid.empty() || !HasSid(*user); });
  return own == called.end() ? nullptr : *own;
}

std::string NameKey(SubjectKind kind, std::string_view name) {
  return static_cast<char>(kind) + LowerAscii(name);
}

std::uint64_t Digest(std::string_view text) {  // FNV-1a
  std::uint64_t digest = 14'695'981'039'346'656'037U;
  for (const char letter : text) {
    digest = (digest ^ static_cast<unsigned char>(letter)) * 1'099'511'628'211U;
  }
  return digest;
}

}  // namespace

std::string SubjectName(std::string_view told) {
  constexpr std::size_t kLongest = 256;
  constexpr std::size_t kKept = 200;
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (told.size() <= kLongest) {
    return std::string(told);
  }
  std::size_t end = kKept;
  while (end > 0 && (static_cast<unsigned char>(told[end]) & 0xC0U) == 0x80U) {
    --end;  // not in the middle of a character
  }
  std::string name(told.substr(0, end));
  name += '~';
  const std::uint64_t digest = Digest(told);
  for (unsigned shift = 64; shift > 0; shift -= 4) {
    name += kDigits[digest >> (shift - 4) & 15U];
  }
  return name;
}

std::string_view ToString(AliasKind kind) {
  return kAliasNames.at(static_cast<std::size_t>(kind));
}

SubjectFacts::SubjectFacts(const FactCatalog& catalog, SubjectKind kind)
    : catalog_(&catalog), kind_(kind), facts_(catalog.FactCount(kind)) {
  tables_.reserve(catalog.TableCount(kind));
  for (std::uint32_t slot = 0; slot < catalog.TableCount(kind); ++slot) {
    tables_.emplace_back(catalog.Table(kind, slot));
  }
}

std::uint32_t SubjectFacts::FactSlot(std::string_view id) const {
  const FactCatalog::FactEntry* const entry = catalog_->FindFact(id);
  if (entry == nullptr || entry->kind != kind_) {
    throw std::logic_error("no such fact here: " + std::string(id));
  }
  return entry->slot;
}

std::uint32_t SubjectFacts::TableSlot(std::string_view id) const {
  const FactCatalog::TableEntry* const entry = catalog_->FindTable(id);
  if (entry == nullptr || entry->kind != kind_) {
    throw std::logic_error("no such table here: " + std::string(id));
  }
  return entry->slot;
}

const Cell& SubjectFacts::Get(std::string_view id) const {
  return facts_[FactSlot(id)];
}

const Table& SubjectFacts::TableOf(std::string_view id) const {
  return tables_[TableSlot(id)];
}

Table& SubjectFacts::TableOf(std::string_view id) {
  return tables_[TableSlot(id)];
}

void SubjectFacts::Set(std::string_view id, const Cell& answer) {
  const std::uint32_t slot = FactSlot(id);
  facts_[slot] = MergeWithinBundle(facts_[slot], answer, catalog_->Fact(kind_, slot).type);
}

void SubjectFacts::Put(std::string_view id, const Cell& answer) {
  facts_[FactSlot(id)] = answer;
}

bool Subject::AddAlias(AliasKind alias, std::string_view given, bool told, bool declared) {
  std::string value = Normalised(alias, given);
  if (value.empty()) {
    return true;
  }
  const auto known = std::ranges::find_if(
      aliases, [&](const Alias& one) { return one.kind == alias && one.value == value; });
  if (known != aliases.end()) {
    known->told = known->told || told;
    known->declared = known->declared && declared;
    return true;
  }
  if (aliases.size() >= kMaxAliases) {
    return false;
  }
  aliases.push_back({alias, std::move(value), told, declared});
  return true;
}

Subject& FactSpace::Make(SubjectKind kind, std::string_view name) {
  subjects_.push_back({.kind = kind, .name = std::string(name), .facts = {*catalog_, kind}});
  ++made_.at(static_cast<std::size_t>(kind));
  return subjects_.back();
}

bool FactSpace::Full(SubjectKind kind, std::size_t most) {
  const bool full = made_.at(static_cast<std::size_t>(kind)) >= most;
  refused_ += full ? 1U : 0U;
  return full;
}

const Subject* FactSpace::Find(SubjectKind kind) const {
  const auto found = std::ranges::find(subjects_, kind, &Subject::kind);
  return found == subjects_.end() ? nullptr : &*found;
}

Subject& FactSpace::Device() {
  const auto found = std::ranges::find(subjects_, SubjectKind::kDevice, &Subject::kind);
  return found == subjects_.end() ? Make(SubjectKind::kDevice, "") : *found;
}

Subject& FactSpace::Environment() {
  const auto found = std::ranges::find(subjects_, SubjectKind::kEnvironment, &Subject::kind);
  return found == subjects_.end() ? Make(SubjectKind::kEnvironment, "") : *found;
}

Subject* FactSpace::UserWithSid(std::string_view sid) {
  const auto own = std::ranges::find_if(subjects_, [sid](const Subject& one) {
    return !sid.empty() && IsCalled(one, AliasKind::kSid, sid);
  });
  return own == subjects_.end() ? nullptr : &*own;
}

Subject* FactSpace::User(const UserKey& key) {
  if ((key.sid.empty() && key.upn.empty()) || ServiceAccount(key)) {
    return nullptr;
  }
  const std::string sid = Normalised(AliasKind::kSid, key.sid);
  const std::string upn = Normalised(AliasKind::kUpn, key.upn);
  Subject* known = UserWithSid(sid);
  const std::vector<Subject*> called =
      known != nullptr ? std::vector<Subject*>{} : UsersCalled(upn);
  if (known == nullptr && sid.empty() && called.size() > 1) {
    return nullptr;
  }
  known = known == nullptr ? Joinable(called, sid) : known;
  if (known == nullptr && Full(SubjectKind::kUser, kMaxUsers)) {
    return nullptr;
  }
  Subject& user = known == nullptr ? Make(SubjectKind::kUser, sid.empty() ? upn : sid) : *known;
  const bool kept = user.AddAlias(AliasKind::kSid, sid, key.told, key.declared) &&
                    user.AddAlias(AliasKind::kUpn, upn, key.told, key.declared);
  refused_ += kept ? 0U : 1U;
  if (!sid.empty()) {
    user.name = sid;
  }
  return &user;
}

std::vector<Subject*> FactSpace::UsersCalled(std::string_view upn) {
  const std::string value = Normalised(AliasKind::kUpn, upn);
  std::vector<Subject*> called;
  for (Subject& subject : subjects_) {
    if (!value.empty() && IsCalled(subject, AliasKind::kUpn, value)) {
      called.push_back(&subject);
    }
  }
  return called;
}

void FactSpace::Remark(const Provenance& source, bool doubtful, std::string text) {
  if (source.evidence == 0 || source.evidence > evidence.size()) {
    return;
  }
  EvidenceItem& item = evidence[source.evidence - 1];
  item.doubtful += doubtful ? 1U : 0U;
  if (item.remark.empty()) {
    item.remark = std::move(text);
  }
}

Subject& FactSpace::Placeholder() {
  const auto found = std::ranges::find(subjects_, true, &Subject::placeholder);
  Subject& subject = found == subjects_.end() ? Make(SubjectKind::kUser, kPlaceholderName) : *found;
  subject.placeholder = true;
  return subject;
}

Subject& FactSpace::Named(SubjectKind kind, std::string_view told) {
  const std::string name = SubjectName(told);
  const std::string key = NameKey(kind, name);
  if (const auto found = named_.find(key); found != named_.end()) {
    return *found->second;
  }
  if (!Full(kind, kMaxNamed)) {
    Subject& made = Make(kind, name);
    named_.emplace(key, &made);
    return made;
  }
  const auto beyond = std::ranges::find(beyond_, kind, &Subject::kind);
  if (beyond != beyond_.end()) {
    return *beyond;
  }
  return beyond_.emplace_back(Subject{.kind = kind, .facts = {*catalog_, kind}});
}

Cell FactSpace::TextCell(std::string_view text, const Provenance& source) {
  if (text.size() > kMaxCellText) {
    return Cell::Unknown(WhyUnknown::kTooLarge, source);
  }
  const std::string_view kept = pool.Intern(text);
  return kept.data() == nullptr ? Cell::Unknown(WhyUnknown::kTooLarge, source)
                                : Cell::Text(kept, source);
}

Cell FactSpace::ListCell(std::span<const std::string_view> list, const Provenance& source) {
  std::vector<std::string_view> kept;
  kept.reserve(list.size());
  for (const std::string_view item : list) {
    if (item.size() > kMaxCellText) {
      return Cell::Unknown(WhyUnknown::kTooLarge, source);
    }
    kept.push_back(pool.Intern(item));
  }
  const std::span<const std::string_view> stable = pool.KeepList(kept);
  return pool.full() ? Cell::Unknown(WhyUnknown::kTooLarge, source) : Cell::List(stable, source);
}

void FactSpace::Clear() {
  subjects_.clear();
  beyond_.clear();
  named_.clear();
  made_ = {};
  refused_ = 0;
  evidence.clear();
  der_by_sha1.clear();
  pool.Clear();
}

}  // namespace whfb
