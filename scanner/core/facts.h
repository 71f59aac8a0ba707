// SubjectFacts: everything known about one subject. FactSpace: the subjects that one bundle
// (or the environment evidence) speaks about, with the text and the evidence list behind them.
//
// Everything starts as unknown (not-collected); collectors and derivations only ever add
// answers. Setting the same fact twice merges the two answers (MergeWithinBundle), so the order
// of collectors does not matter. Not thread-safe while being filled; const access is.

#ifndef WHFB_SCANNER_CORE_FACTS_H_
#define WHFB_SCANNER_CORE_FACTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "scanner/core/catalog.h"
#include "scanner/core/cell.h"
#include "scanner/core/table.h"
#include "scanner/core/text_pool.h"

namespace whfb {

class SubjectFacts {
 public:
  // The catalogue must outlive this.
  SubjectFacts(const FactCatalog& catalog, SubjectKind kind);

  [[nodiscard]] SubjectKind kind() const { return kind_; }

  // By slot, for the evaluator. Requires slot < FactCount(kind).
  [[nodiscard]] const Cell& FactAt(std::uint32_t slot) const { return facts_[slot]; }

  [[nodiscard]] Cell& FactAt(std::uint32_t slot) { return facts_[slot]; }

  [[nodiscard]] const Table& TableAt(std::uint32_t slot) const { return tables_[slot]; }

  [[nodiscard]] Table& TableAt(std::uint32_t slot) { return tables_[slot]; }

  // By id. The id must be declared for this kind: anything else is our bug and throws
  // std::logic_error (a test runs every collector, so it cannot reach a user).
  [[nodiscard]] const Cell& Get(std::string_view id) const;
  [[nodiscard]] const Table& TableOf(std::string_view id) const;
  Table& TableOf(std::string_view id);

  // Merges an answer into the fact.
  void Set(std::string_view id, const Cell& answer);

  // Replaces whatever was there. For derivations, which own their facts alone.
  void Put(std::string_view id, const Cell& answer);

  [[nodiscard]] std::size_t fact_count() const { return facts_.size(); }

  [[nodiscard]] std::size_t table_count() const { return tables_.size(); }

  [[nodiscard]] const FactCatalog& catalog() const { return *catalog_; }

 private:
  [[nodiscard]] std::uint32_t FactSlot(std::string_view id) const;
  [[nodiscard]] std::uint32_t TableSlot(std::string_view id) const;

  const FactCatalog* catalog_;
  SubjectKind kind_;
  std::vector<Cell> facts_;
  std::vector<Table> tables_;
};

enum class AliasKind : std::uint8_t {
  // Strongest first; the strongest known one identifies the subject.
  kEntraDeviceId,
  kMachineSid,
  kSid,
  kFqdn,
  kUpn,
  kName,
  kBundleName,
};

[[nodiscard]] std::string_view ToString(AliasKind kind);

struct Alias {
  AliasKind kind = AliasKind::kBundleName;
  std::string value{};    // normalised: lower case, except SIDs ("S-1-...")
  bool told = true;       // false: only a key container or gpresult says so, itself to be judged
  bool declared = false;  // only the operator says so, no evidence (--collected-as)
};

// The name a subject goes by. Names are identity and stand in every finding: one that is longer
// than any real name (DNS allows 255) keeps its beginning and a digest of all of it, so that two of
// them stay two. A name that is short enough is itself.
[[nodiscard]] std::string SubjectName(std::string_view told);

struct Subject {
  SubjectKind kind = SubjectKind::kDevice;
  std::string name{};  // "PC-0042", "S-1-12-1-...", a template's cn; never empty once named
  std::vector<Alias> aliases{};
  bool in_scope = true;  // users only: counts for readiness (design: "In scope for readiness")
  // Stands for the users of a device of whom nothing is known: what is true of the device and of
  // whoever uses it is true of them, everything else stays unknown.
  bool placeholder = false;
  SubjectFacts facts;

  // Nobody has more names; looking through them would take hours.
  static constexpr std::size_t kMaxAliases = 32;

  // What is told once stays told, and what evidence says once is no longer only declared. False:
  // there are too many.
  bool AddAlias(AliasKind alias, std::string_view value, bool told = true, bool declared = false);
};

// One evidence item of a space. Provenance::evidence is its position + 1.
struct EvidenceItem {
  std::uint32_t bundle = 0;  // run-wide number of the bundle, for the coverage list
  std::string file{};        // relative to the scan root, '/', nested with "!/"
  std::string kind{};        // reader kind: "evtx"
  PlaceKind places = PlaceKind::kLine;
  TimeInterval collected{};  // both 0: not known
  // What a collector found when it held the item against the others; for the coverage list.
  std::string remark{};
  std::uint32_t doubtful = 0;  // records in it that prove nothing
};

inline constexpr std::string_view kPlaceholderName = "unknown";

// Who a user is, as far as one piece of evidence tells. Either may be empty.
struct UserKey {
  std::string_view sid{};
  std::string_view upn{};
  bool told = true;       // false: it is the name of a key container, which is itself to be judged
  bool declared = false;  // the operator says so, not the evidence
};

class FactSpace {
 public:
  explicit FactSpace(const FactCatalog& catalog) : catalog_(&catalog) {}

  FactSpace(const FactSpace&) = delete;
  FactSpace& operator=(const FactSpace&) = delete;
  FactSpace(FactSpace&&) = default;
  FactSpace& operator=(FactSpace&&) = default;
  ~FactSpace() = default;

  [[nodiscard]] const FactCatalog& catalog() const { return *catalog_; }

  // Text that cells point to.
  TextPool pool;

  std::vector<EvidenceItem> evidence;

  // A note on an item for the coverage list; the first one stays, as what is wrong with the next
  // record in it is the same. `doubtful`: the record proves nothing. No item: no note.
  void Remark(const Provenance& source, bool doubtful, std::string text);

  // The DER of certificates that rows name by SHA-1 (lower-case hex), for derivations that verify
  // signatures. Keys and bytes live in the pool.
  std::unordered_map<std::string_view, std::span<const std::byte>> der_by_sha1;

  // The device of this bundle (made on first use) or the environment.
  Subject& Device();
  Subject& Environment();

  // More of one kind in one bundle is no device and no tenant; judging them would take hours.
  static constexpr std::size_t kMaxUsers = 1'000;
  static constexpr std::size_t kMaxNamed = 4'000;

  // The user with this SID or UPN, made on first use; a later, fuller key joins the two names.
  // SYSTEM, LOCAL SERVICE, NETWORK SERVICE, defaultuser* and an empty key give null: they
  // never make a user. Null also beyond kMaxUsers, and for a UPN alone that several SIDs carry:
  // nobody knows which of them is meant.
  Subject* User(const UserKey& key);

  // Every user with that UPN.
  [[nodiscard]] std::vector<Subject*> UsersCalled(std::string_view upn);

  // The user that stands for everybody nobody knows; made on first use.
  Subject& Placeholder();

  // The subject of this kind with this name (compared without case), made on first use. Beyond
  // kMaxNamed it is one that is not among subjects() and never judged.
  Subject& Named(SubjectKind kind, std::string_view name);

  // How often a subject was refused because there were too many, here or in a space laid over.
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

  void AddRefused(std::uint64_t count) { refused_ += count; }

  [[nodiscard]] std::deque<Subject>& subjects() { return subjects_; }

  [[nodiscard]] const std::deque<Subject>& subjects() const { return subjects_; }

  // Null when there is none.
  [[nodiscard]] const Subject* Find(SubjectKind kind) const;

  // Cells whose text the pool keeps. Unknown (too-large) when a text is longer than kMaxCellText or
  // the pool is full.
  static constexpr std::size_t kMaxCellText = std::size_t{64} << 10;

  [[nodiscard]] Cell TextCell(std::string_view text, const Provenance& source);
  [[nodiscard]] Cell ListCell(std::span<const std::string_view> list, const Provenance& source);

  void Clear();

 private:
  Subject& Make(SubjectKind kind, std::string_view name);
  [[nodiscard]] bool Full(SubjectKind kind, std::size_t most);
  [[nodiscard]] Subject* UserWithSid(std::string_view sid);

  const FactCatalog* catalog_;
  std::deque<Subject> subjects_;
  std::deque<Subject> beyond_;  // what Named() gives when there are too many; one a kind
  std::uint64_t refused_ = 0;
  std::array<std::size_t, kSubjectKinds> made_{};    // how many of each kind
  std::unordered_map<std::string, Subject*> named_;  // by kind and lower-case name
};

}  // namespace whfb

#endif  // WHFB_SCANNER_CORE_FACTS_H_
