#include "scanner/engine/lost_evidence.h"

#include <algorithm>
#include <string_view>

#include "scanner/core/ascii_text.h"
#include "scanner/engine/later_answer.h"

namespace whfb::engine {

namespace {

// Takes the last part off a path; of "(12) file.reg", as Intune numbers what it collects, the name.
std::string_view TakeLast(std::string_view& path) {
  const std::size_t slash = path.rfind('/');
  std::string_view last = slash == std::string_view::npos ? path : path.substr(slash + 1);
  path = slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
  if (last.starts_with('(')) {
    const std::size_t end = last.find(") ");
    last = end == std::string_view::npos ? last : last.substr(end + 2);
  }
  return last;
}

// How many parts of two paths are the same, from the end.
std::size_t CommonTail(std::string_view one, std::string_view other) {
  std::size_t count = 0;
  while (!one.empty() && !other.empty() && SameNoCase(TakeLast(one), TakeLast(other))) {
    ++count;
  }
  return count;
}

// A part of the path of `file` is a container that is called like `container`, or it is one itself.
bool LiesIn(std::string_view file, std::string_view container) {
  const std::string_view name = TakeLast(container);
  while (!file.empty()) {
    std::string_view part = TakeLast(file);
    part.remove_suffix(part.ends_with('!') ? 1 : 0);
    if (SameNoCase(part, name)) {
      return true;
    }
  }
  return false;
}

std::string_view ExtensionOf(std::string_view path) {
  const std::string_view name = TakeLast(path);
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view{} : name.substr(dot);
}

bool OfOneKind(const EvidenceItem& one, const EvidenceItem& other) {
  return one.kind == "unrecognised" ? SameNoCase(ExtensionOf(one.file), ExtensionOf(other.file))
                                    : one.kind == other.kind;
}

// How surely an item is what was lost; 0: it is not.
std::size_t Likeness(const LostItem& lost, const EvidenceItem& gone, const EvidenceItem& item) {
  if (item.kind == "intent") {
    return 0;  // what is declared does not come with the bundles
  }
  if (lost.container) {
    return LiesIn(item.file, gone.file) ? 2 : 1;
  }
  const std::size_t named = CommonTail(gone.file, item.file);
  if (named != 0) {
    return named + 1;
  }
  return OfOneKind(gone, item) ? 1 : 0;
}

// By evidence number: the loss that an item is taken for. Null: none.
using Losses = std::vector<const LostItem*>;

class Forgetting {
 public:
  Forgetting(std::size_t older, Ticks stale_before, FactSpace& facts)
      : older_(older),
        readings_(facts.evidence, stale_before),
        facts_(facts),
        losses_(facts.evidence.size() + 1, nullptr) {}

  void Add(const LostItem& lost) {
    const bool newer = lost.evidence > older_;
    const std::size_t first = newer ? 1 : older_ + 1;
    const std::size_t last = newer ? older_ : facts_.evidence.size();
    const EvidenceItem& gone = facts_.evidence.at(lost.evidence - 1);
    std::size_t most = 1;
    for (std::size_t i = first; i <= last; ++i) {
      most = std::max(most, Likeness(lost, gone, facts_.evidence[i - 1]));
    }
    for (std::size_t i = first; i <= last; ++i) {
      const auto number = static_cast<std::uint32_t>(i);
      if (Likeness(lost, gone, facts_.evidence[i - 1]) == most &&
          readings_.Between(lost.evidence, number) != Order::kLater) {
        losses_[i] = &lost;
      }
    }
  }

  void Apply() {
    for (Subject& subject : facts_.subjects()) {
      for (std::uint32_t slot = 0; slot < subject.facts.fact_count(); ++slot) {
        if (!facts_.catalog().Fact(subject.kind, slot).lasting) {
          Forget(subject.facts.FactAt(slot));
        }
      }
      for (std::uint32_t slot = 0; slot < subject.facts.table_count(); ++slot) {
        Forget(subject.facts.TableAt(slot));
      }
    }
  }

 private:
  [[nodiscard]] const LostItem* LossOf(const Provenance& source) const {
    return losses_.at(source.evidence);
  }

  void Forget(Cell& cell) const {
    if (const LostItem* const lost = LossOf(cell.source); lost != nullptr && !cell.unknown()) {
      cell = Cell::Unknown(lost->why, {.evidence = lost->evidence});
    }
  }

  // What happened has happened; whether more did is not known.
  void Forget(Table& table) const {
    const LostItem* const place = LossOf(table.source());
    const LostItem* const rows = table.spec().windowed ? nullptr : ForgetRows(table);
    if (place != nullptr) {
      table.OverrideCoverage(Coverage::kNone, place->why, {.evidence = place->evidence});
    } else if (rows != nullptr) {
      table.OverrideCoverage(std::min(table.coverage(), Coverage::kPartial), rows->why,
                             {.evidence = rows->evidence});
    }
  }

  // Which loss took rows; null: none did.
  [[nodiscard]] const LostItem* ForgetRows(Table& table) const {
    const LostItem* taken = nullptr;
    Table kept(table.spec());
    for (std::size_t number = 0; number < table.size(); ++number) {
      const std::span<Cell> row = table.Row(number);
      const LostItem* const lost = LossOfRow(table.spec(), row);
      taken = lost != nullptr ? lost : taken;
      if (lost == nullptr) {
        ForgetCells(table.spec(), row);
        kept.Add(row);
      }
    }
    if (taken != nullptr) {
      kept.OverrideCoverage(table.coverage(), table.why(), table.source());
      table = std::move(kept);
    }
    return taken;
  }

  // The keys come from the reading that showed the row last.
  [[nodiscard]] const LostItem* LossOfRow(const TableSpec& spec, std::span<const Cell> row) const {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (spec.columns[i].key && LossOf(row[i].source) != nullptr) {
        return LossOf(row[i].source);
      }
    }
    return nullptr;
  }

  // What a certificate says lasts.
  void ForgetCells(const TableSpec& spec, std::span<Cell> row) const {
    const bool certificate = HoldsCertificates(spec);
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (!certificate || spec.columns[i].of_store) {
        Forget(row[i]);
      }
    }
  }

  std::size_t older_;
  Readings readings_;
  FactSpace& facts_;
  Losses losses_;
};

}  // namespace

void ForgetLost(std::span<const LostItem> lost,
                std::size_t older,
                Ticks stale_before,
                FactSpace& facts) {
  if (lost.empty()) {
    return;
  }
  Forgetting forgetting(older, stale_before, facts);
  for (const LostItem& item : lost) {
    forgetting.Add(item);
  }
  forgetting.Apply();
}

}  // namespace whfb::engine
