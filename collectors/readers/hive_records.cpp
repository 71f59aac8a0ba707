#include "collectors/readers/hive_records.h"

#include <utility>

#include <spdlog/fmt/fmt.h>

#include "collectors/readers/hive_header.h"
#include "collectors/readers/reg_value.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::size_t kMaxPath = 8192;  // bytes; the longest key path of Windows is far shorter

// The part of a place's path below the key that the hive's root is; nothing when it lies beside it.
std::optional<std::string_view> BelowRoot(std::string_view place, std::string_view below) {
  if (below.empty()) {
    return place;
  }
  const bool inside = place.size() > below.size() && place[below.size()] == '\\' &&
                      SameNoCase(place.substr(0, below.size()), below);
  return inside ? std::optional(place.substr(below.size() + 1)) : std::nullopt;
}

Context ContextOf(const EvidenceView& evidence, const HiveIdentity& identity, TextPool& pool) {
  Context context = evidence.context;
  if (identity.kind == HiveKind::kUser) {
    // Whoever collected the file: it speaks about the user whose hive it is.
    context.account = identity.user_sid.empty() ? Account::kUnknown : Account::kUser;
    context.user_sid = pool.Intern(identity.user_sid);
    context.user_upn = {};
  }
  return context;
}

struct Pending {
  HiveKey key{};
  std::string path{};
  std::size_t depth = 0;
};

}  // namespace

std::optional<std::string> CurrentControlSet(HiveTree& tree, const HiveKey& root) {
  constexpr std::uint32_t kDword = 4;
  const HiveTree::Found select = tree.FindPath(root, "Select");
  std::vector<std::uint32_t> cells;
  if (select.key) {
    tree.TakeValues(*select.key, cells);
  }
  for (const std::uint32_t cell : cells) {
    const std::optional<HiveValue> value = tree.Value(cell);
    const bool number = value && value->resident && value->type == kDword && value->size == 4;
    if (number && value->data < 1000 && SameNoCase(tree.Text(value->name), "Current")) {
      return fmt::format("ControlSet{:03}", value->data);
    }
  }
  return std::nullopt;
}

Provenance HiveRecords::At(std::uint32_t cell, std::string_view key) const {
  Provenance source = evidence_.At(kHiveHeaderBytes + std::uint64_t{cell}, key);
  source.outdated = outdated_;
  return source;
}

void HiveRecords::AddPlaces(const HiveIdentity& identity,
                            HivePart part,
                            const HiveKey& start,
                            const std::string& path) {
  context_ = ContextOf(evidence_, identity, sink_.records.pool());
  by_content_ = identity.by_content;
  for (const HivePlace& place : HivePlaces()) {
    const auto below = BelowRoot(place.path, identity.below);
    if (place.part == part && below) {
      AddPlace(place, tree_.FindPath(start, *below), path + "\\" + std::string(*below));
    }
  }
}

void HiveRecords::AddUnknown(const HiveIdentity& identity, HivePart part, const std::string& path) {
  context_ = ContextOf(evidence_, identity, sink_.records.pool());
  for (const HivePlace& place : HivePlaces()) {
    if (place.part == part) {
      AddRoot(path + "\\" + std::string(place.path), false, WhyUnknown::kMalformed, 0);
    }
  }
}

void HiveRecords::AddPlace(const HivePlace& place,
                           const HiveTree::Found& found,
                           std::string_view path) {
  const std::uint64_t before = damage_.met();
  sure_ = found.sure;
  unsure_ = found.why;
  if (found.key && place.subtree) {
    AddSubtree(*found.key, path);
  } else if (found.key) {
    AddKey(*found.key, path);
    return;  // what lies below was not looked at
  }
  if (sink_.records.pool().full()) {
    damage_.Add(found.key ? found.key->cell : 0, "is more text than a bundle may hold",
                WhyUnknown::kTooLarge);
  }
  const bool whole = found.sure && damage_.met() == before;
  const WhyUnknown why = found.sure ? damage_.why() : found.why;
  AddRoot(path, whole, why, found.key ? found.key->cell : 0);
}

void HiveRecords::AddRoot(std::string_view path,
                          bool complete,
                          WhyUnknown why,
                          std::uint32_t cell) {
  const std::string_view kept = sink_.Keep(path);
  if (complete && outdated_) {
    why = WhyUnknown::kStale;
  } else if (complete && !by_content_) {
    why = WhyUnknown::kAmbiguous;
  }
  sink_.records.Add(RegistryRoot{.path = kept,
                                 .complete = complete && !outdated_ && by_content_,
                                 .why = why,
                                 .context = context_,
                                 .source = At(cell, kept)});
}

void HiveRecords::AddSubtree(const HiveKey& top, std::string_view path) {
  std::vector<Pending> stack;
  stack.push_back({.key = top, .path = std::string(path), .depth = 1});
  std::vector<std::uint32_t> cells;
  while (!stack.empty() && !sink_.records.pool().full()) {
    const Pending at = std::move(stack.back());
    stack.pop_back();
    AddKey(at.key, at.path);
    cells.clear();
    if (at.key.is_link()) {
      damage_.Add(at.key.cell, kHiveLink, WhyUnknown::kAmbiguous);
      continue;
    }
    tree_.CheckSubkeys(at.key);
    tree_.ListSubkeys(at.key, cells);
    if (!cells.empty() && at.depth == HiveTree::kMaxDepth) {
      damage_.Add(at.key.cell, "is nested deeper than the limit", WhyUnknown::kTooLarge);
      continue;
    }
    // Backwards, so that they come off the stack in the order of the list.
    for (std::size_t i = cells.size(); i > 0; --i) {
      const std::optional<HiveKey> key = tree_.TakeKey(cells[i - 1], at.key);
      if (!key) {
        continue;
      }
      std::string below = at.path + "\\" + tree_.Text(key->name);
      if (below.size() > kMaxPath) {
        damage_.Add(key->cell, "has a path beyond the limit", WhyUnknown::kTooLarge);
        continue;
      }
      stack.push_back({.key = *key, .path = std::move(below), .depth = at.depth + 1});
    }
  }
}

void HiveRecords::AddKey(const HiveKey& key, std::string_view path) {
  ++keys_;
  const std::uint64_t before = damage_.met();
  const std::string_view kept = sink_.Keep(path);
  std::vector<std::uint32_t> cells;
  tree_.TakeValues(key, cells);
  bool whole = true;
  for (const std::uint32_t cell : cells) {
    whole = AddValue(cell, kept) && whole;
  }
  whole = whole && damage_.met() == before;
  WhyUnknown why = whole ? WhyUnknown::kStale : damage_.why();
  if (whole && !sure_) {
    why = unsure_;
  }
  sink_.records.Add(RegistryKey{.path = kept,
                                .complete = whole && sure_ && !outdated_,
                                .why = why,
                                .last_written = key.last_written,
                                .context = context_,
                                .source = At(key.cell, kept)});
}

// False: it could not be read as a value; a value that is there and does not parse is one.
bool HiveRecords::AddValue(std::uint32_t cell, std::string_view key_path) {
  const std::optional<HiveValue> found = tree_.Value(cell);
  if (!found) {
    return false;
  }
  ++values_;
  TextPool& pool = sink_.records.pool();
  RegistryValue value{.key = key_path, .name = pool.Intern(tree_.Text(found->name))};
  const std::string place = std::string(key_path).append("\\").append(value.name);
  value.context = context_;
  value.source = At(cell, pool.Intern(place));
  const HiveData data = tree_.TakeData(*found);
  FillRegistryData(found->type, data.bytes, pool, value);
  value.malformed = value.malformed || !data.whole;
  sink_.records.Add(value);
  return true;
}

}  // namespace whfb::readers
