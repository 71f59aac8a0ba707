// What may be known: declarations of facts and tables, and the catalogue that numbers them.
//
// A fact or table belongs to exactly one subject kind, the first word of its id. Declarations
// are constexpr arrays beside the collector or derivation that fills them; FactCatalog gathers
// them once at start-up and is then const and shared between threads.

#ifndef WHFB_SCANNER_CORE_CATALOG_H_
#define WHFB_SCANNER_CORE_CATALOG_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "scanner/core/cell.h"

namespace whfb {

// The order is the canonical order of printing. Parents: a user's is its device; every other
// kind's is the environment.
enum class SubjectKind : std::uint8_t {
  kEnvironment,
  kDomainController,
  kCertificateTemplate,
  kCertificateProfile,
  kRemoteHost,
  kDevice,
  kUser,
};

inline constexpr std::size_t kSubjectKinds = 7;

// "domain_controller": the spelling of rules, JSON and printed ids.
[[nodiscard]] std::string_view ToString(SubjectKind kind);
[[nodiscard]] bool FromString(std::string_view text, SubjectKind& kind);

// The first word of fact ids: environment dc template profile host device user.
[[nodiscard]] std::string_view FactPrefix(SubjectKind kind);

struct FactSpec {
  std::string_view id;  // "device.entra_joined"
  ValueType type = ValueType::kText;
  std::string_view meaning;
  // The documented Windows default as text ("3"), with its source in the comment beside it;
  // empty: none documented. Only `when-absent="default"` uses it.
  std::string_view windows_default{};
  ValueType element = ValueType::kText;  // for kList
  // Says who somebody is, not how he is set up: it does not age with its evidence.
  bool lasting = false;
};

struct ColumnSpec {
  std::string_view name;  // "eku"; rules write ".eku"
  ValueType type = ValueType::kText;
  std::string_view meaning;
  bool key = false;  // rows with equal keys are one row, merged cell by cell
  ValueType element = ValueType::kText;
  bool of_store = false;  // certificates: what their store says of them, which may change
};

struct TableSpec {
  std::string_view id;  // "user.certificate"
  std::string_view meaning;
  std::span<const ColumnSpec> columns;
  // Rows come from a window of time that ends when the evidence was collected: of two bundles the
  // coverage of the later one that looked counts, since neither window vouches for the gap.
  bool windowed = false;
};

using FactIndex = std::uint32_t;   // over all kinds
using TableIndex = std::uint32_t;  // over all kinds

class FactCatalog {
 public:
  // Ids must be unique and begin with a subject prefix; a violation is our bug and throws
  // std::logic_error at start-up. The specs must outlive the catalogue (they are static).
  void Add(std::span<const FactSpec> facts);
  void Add(std::span<const TableSpec> tables);

  struct FactEntry {
    const FactSpec* spec = nullptr;
    SubjectKind kind = SubjectKind::kEnvironment;
    std::uint32_t slot = 0;  // position in a SubjectFacts of that kind
  };

  struct TableEntry {
    const TableSpec* spec = nullptr;
    SubjectKind kind = SubjectKind::kEnvironment;
    std::uint32_t slot = 0;
  };

  // Null when there is none.
  [[nodiscard]] const FactEntry* FindFact(std::string_view id) const;
  [[nodiscard]] const TableEntry* FindTable(std::string_view id) const;

  [[nodiscard]] std::span<const FactEntry> facts() const { return facts_; }

  [[nodiscard]] std::span<const TableEntry> tables() const { return tables_; }

  // How many facts or tables a subject of this kind has.
  [[nodiscard]] std::uint32_t FactCount(SubjectKind kind) const;
  [[nodiscard]] std::uint32_t TableCount(SubjectKind kind) const;

  // The declaration of a slot. Requires slot < count.
  [[nodiscard]] const FactSpec& Fact(SubjectKind kind, std::uint32_t slot) const;
  [[nodiscard]] const TableSpec& Table(SubjectKind kind, std::uint32_t slot) const;

 private:
  struct Kind {
    std::vector<const FactSpec*> facts{};
    std::vector<const TableSpec*> tables{};
  };

  std::vector<FactEntry> facts_;
  std::vector<TableEntry> tables_;
  std::vector<Kind> kinds_ = std::vector<Kind>(kSubjectKinds);
  std::unordered_map<std::string_view, FactIndex> fact_by_id_;
  std::unordered_map<std::string_view, TableIndex> table_by_id_;
};

// The column's position, or -1.
[[nodiscard]] int FindColumn(const TableSpec& table, std::string_view name);

}  // namespace whfb

#endif  // WHFB_SCANNER_CORE_CATALOG_H_
