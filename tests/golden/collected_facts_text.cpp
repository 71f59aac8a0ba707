// How collected facts are laid out, and how those of cut evidence are held against the whole.

#include <algorithm>
#include <array>

#include <spdlog/fmt/fmt.h>

#include "tests/golden/collected_facts.h"

namespace whfb::golden {

namespace {

constexpr std::size_t kLineWidth = 100;

// What less evidence may change: how far a log reaches, what its newest event of a kind says, and
// the lists of declared CAs and hosts, which are empty (not unknown) where no intent file is left.
constexpr std::array<std::string_view, 7> kFree = {
    "device.mdm_log.oldest",           "device.mdm_log.newest",      "device.mdm_log.complete",
    "device.whfb_policy.event_source", "user.session_is_not_remote", "environment.issuing_cas",
    "environment.remote_hosts"};

// A row is the last known state of something that goes on: without the newest evidence an older
// state is the last one known, and the coverage says that rows may be out of date.
constexpr std::array<std::string_view, 1> kHistories = {"device.scep_enrolment"};

bool IsNotCollected(const PrintedCell& cell) {
  return cell.knowledge == Knowledge::kUnknown && cell.why == WhyUnknown::kNotCollected;
}

std::string Answer(const PrintedCell& cell) {
  switch (cell.knowledge) {
    case Knowledge::kPresent:
      return cell.text;
    case Knowledge::kAbsent:
      return "absent";
    case Knowledge::kUnknown:
      break;
  }
  return fmt::format("unknown ({})", ToString(cell.why));
}

// "not collected: a, b, c", broken where the line gets long.
std::string NotCollected(const std::vector<PrintedCell>& cells, std::string_view indent) {
  std::string text;
  std::string line = fmt::format("{}not collected:", indent);
  bool any = false;
  for (const PrintedCell& cell : cells) {
    if (!IsNotCollected(cell)) {
      continue;
    }
    line += any ? "," : "";
    if (line.size() + cell.name.size() + 2 > kLineWidth) {
      text += line + "\n";
      line = fmt::format("{} ", indent);
    }
    line += " " + cell.name;
    any = true;
  }
  return any ? text + line + "\n" : std::string{};
}

// Cells that somebody looked at, then the names of the others.
std::string Layout(const std::vector<PrintedCell>& cells,
                   std::string_view indent,
                   const std::string& usual_source) {
  std::string text;
  for (const PrintedCell& cell : cells) {
    if (!IsNotCollected(cell)) {
      const bool usual = cell.source.empty() || cell.source == usual_source;
      text += fmt::format("{}{} = {}{}\n", indent, cell.name, Answer(cell),
                          usual ? "" : "  # " + cell.source);
    }
  }
  return text + NotCollected(cells, indent);
}

std::string Layout(const PrintedTable& table) {
  const bool complete = table.coverage == Coverage::kComplete;
  const std::string reason = complete ? "" : fmt::format(" ({})", ToString(table.why));
  std::string text =
      fmt::format("table {}: {}{}, {} rows{}\n", table.name, ToString(table.coverage), reason,
                  table.rows.size(), table.source.empty() ? "" : "  # " + table.source);
  for (const PrintedRow& row : table.rows) {
    const std::string source = row.cells.empty() ? "" : row.cells.front().source;
    text += fmt::format("  row  # {}\n{}", source, Layout(row.cells, "    ", source));
  }
  return text;
}

std::string Layout(const PrintedSubject& subject) {
  std::string text = fmt::format("\n[{}] {}\n", ToString(subject.kind),
                                 subject.name.empty() ? "(no name)" : subject.name);
  for (const std::string& alias : subject.aliases) {
    text += fmt::format("alias {}\n", alias);
  }
  text += Layout(subject.facts, "", "");
  for (const PrintedTable& table : subject.tables) {
    text += Layout(table);
  }
  return text;
}

// The same answer or a weaker one. What was torn between two sources may be settled when one of
// them is lost.
bool IsWeaker(const PrintedCell& cut, const PrintedCell& whole) {
  const bool torn = whole.knowledge == Knowledge::kUnknown && whole.why == WhyUnknown::kConflicting;
  if (cut.knowledge == Knowledge::kUnknown || torn) {
    return true;
  }
  const bool wider = cut.type == ValueType::kTime && cut.time.earliest <= whole.time.earliest &&
                     cut.time.latest >= whole.time.latest;
  return cut.knowledge == whole.knowledge && (cut.text == whole.text || wider);
}

std::string CompareCells(const std::vector<PrintedCell>& whole,
                         const std::vector<PrintedCell>& cut,
                         std::string_view where) {
  for (std::size_t i = 0; i < cut.size(); ++i) {
    const bool free = std::ranges::find(kFree, cut[i].name) != kFree.end();
    if (!free && !IsWeaker(cut[i], whole[i])) {
      return fmt::format("{} {} = {}, the whole evidence says {}", where, cut[i].name,
                         Answer(cut[i]), Answer(whole[i]));
    }
  }
  return {};
}

std::string CompareTables(const PrintedTable& whole, const PrintedTable& cut) {
  std::size_t missing = whole.rows.size();
  for (const PrintedRow& row : cut.rows) {
    const auto same = std::ranges::find(whole.rows, row.key, &PrintedRow::key);
    if (same == whole.rows.end()) {
      return fmt::format("{} has a new row {}", cut.name, row.key);
    }
    --missing;
    const bool older = cut.coverage != Coverage::kComplete &&
                       std::ranges::find(kHistories, cut.name) != kHistories.end();
    std::string wrong = older ? "" : CompareCells(same->cells, row.cells, cut.name);
    if (!wrong.empty()) {
      return wrong;
    }
  }
  const bool claims = cut.coverage == Coverage::kComplete &&
                      (missing != 0 || whole.coverage != Coverage::kComplete);
  return claims ? fmt::format("{} claims to be complete, with {} rows missing", cut.name, missing)
                : std::string{};
}

// A device is the only one of its kind; all others have a name or an alias in common.
const PrintedSubject* Same(const CollectedFacts& whole, const PrintedSubject& subject) {
  const auto found = std::ranges::find_if(whole.subjects, [&](const PrintedSubject& one) {
    const bool alone =
        subject.kind == SubjectKind::kDevice || subject.kind == SubjectKind::kEnvironment;
    const bool alias = std::ranges::any_of(subject.aliases, [&](const std::string& name) {
      return std::ranges::find(one.aliases, name) != one.aliases.end();
    });
    return one.kind == subject.kind && (alone || alias || one.name == subject.name);
  });
  return found == whole.subjects.end() ? nullptr : &*found;
}

// Some formats have places where nobody can tell a cut from an end: between two keys of a registry
// export, behind a line that closes a listing. What their readers say there is the reader tests'
// matter.
bool DamageIsTold(const CollectedFacts& whole, const CollectedFacts& cut) {
  return whole.coverage.size() != cut.coverage.size() ||
         !std::ranges::equal(whole.coverage, cut.coverage,
                             [](const CoverageRecord& a, const CoverageRecord& b) {
                               return a.status == b.status && a.damaged == b.damaged;
                             });
}

}  // namespace

std::string Layout(const CollectedFacts& facts) {
  std::string text = facts.failure.empty() ? "" : fmt::format("failed: {}\n", facts.failure);
  for (const CoverageRecord& one : facts.coverage) {
    const std::string reason = one.reason.empty() ? "" : fmt::format(": {}", one.reason);
    text += fmt::format("{} is {}, {}{}\n", one.file, one.kind, ToString(one.status), reason);
  }
  for (const PrintedSubject& subject : facts.subjects) {
    text += Layout(subject);
  }
  return text;
}

std::string DishonestyOfCut(const CollectedFacts& whole, const CollectedFacts& cut) {
  if (!DamageIsTold(whole, cut)) {
    return {};
  }
  for (const PrintedSubject& subject : cut.subjects) {
    const PrintedSubject* const same = Same(whole, subject);
    if (same == nullptr) {
      return fmt::format("{} {} is new", ToString(subject.kind), subject.name);
    }
    std::string wrong = CompareCells(same->facts, subject.facts, subject.name);
    for (std::size_t i = 0; i < subject.tables.size() && wrong.empty(); ++i) {
      wrong = CompareTables(same->tables[i], subject.tables[i]);
    }
    if (!wrong.empty()) {
      return wrong;
    }
  }
  return {};
}

}  // namespace whfb::golden
