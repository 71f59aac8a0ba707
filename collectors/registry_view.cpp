#include "collectors/registry_view.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

using readers::RegistryKey;
using readers::RegistryRoot;
using readers::RegistryType;
using readers::RegistryValue;

constexpr std::string_view kUsers = "HKEY_USERS";

// "HKEY_USERS\\S-1-5-21-..." of a path below HKEY_USERS; empty for any other.
std::string_view HiveOf(std::string_view path) {
  return path.size() > kUsers.size() && IsAtOrBelow(path, kUsers)
             ? path.substr(0, path.find('\\', kUsers.size() + 1))
             : std::string_view{};
}

bool Holds(const std::vector<const RegistryValue*>& values,
           std::uint32_t evidence,
           std::string_view name) {
  return std::ranges::any_of(values, [&](const RegistryValue* value) {
    return value->source.evidence == evidence && SameNoCase(value->name, name);
  });
}

Cell NumberCell(const RegistryValue& value) {
  const bool number = value.type == RegistryType::kDword || value.type == RegistryType::kQword;
  return number && !value.malformed
             ? Cell::Int(static_cast<std::int64_t>(value.number), value.source)
             : Cell::Unknown(WhyUnknown::kMalformed, value.source);
}

// What values say about whether anything is set.
struct Signs {
  const RegistryValue* proof = nullptr;  // the first; what may be outdated comes last
  const RegistryValue* open = nullptr;   // the last that proves nothing

  void Take(const RegistryValue& value, std::span<const std::string_view> proves_nothing) {
    if (value.deleted) {
      return;
    }
    const bool nothing = std::ranges::any_of(
        proves_nothing, [&](std::string_view name) { return SameNoCase(value.name, name); });
    if (nothing) {
      open = open == nullptr ? &value : std::max(open, &value);
    } else if (proof == nullptr || IsBetter(value)) {
      proof = &value;
    }
  }

 private:
  [[nodiscard]] bool IsBetter(const RegistryValue& value) const {
    return value.source.outdated == proof->source.outdated ? &value < proof
                                                           : proof->source.outdated;
  }
};

// Evidence is read one piece after the other, so the records of each stand together.
template <typename T>
std::span<const T> OfEvidence(std::span<const T> records, std::uint32_t evidence) {
  const auto of_it = [evidence](const T& one) { return one.source.evidence == evidence; };
  const auto first = std::ranges::find_if(records, of_it);
  return {first, std::find_if_not(first, records.end(), of_it)};
}

}  // namespace

bool IsAtOrBelow(std::string_view path, std::string_view root) {
  return path.size() >= root.size() && SameNoCase(path.substr(0, root.size()), root) &&
         (path.size() == root.size() || path[root.size()] == '\\');
}

RegistryView::RegistryView(const readers::Records& records, std::uint32_t evidence)
    : keys_(OfEvidence(records.Of<RegistryKey>(), evidence)),
      roots_(OfEvidence(records.Of<RegistryRoot>(), evidence)),
      values_(OfEvidence(records.Of<RegistryValue>(), evidence)) {
  Index();
}

RegistryView::RegistryView(const readers::Records& records)
    : keys_(records.Of<RegistryKey>()),
      roots_(records.Of<RegistryRoot>()),
      values_(records.Of<RegistryValue>()) {
  Index();
}

void RegistryView::Index() {
  for (const RegistryKey& key : keys_) {
    places_[LowerAscii(key.path)].keys.push_back(&key);
    if (const std::string_view hive = HiveOf(key.path); !hive.empty()) {
      hives_.emplace(key.source.evidence, LowerAscii(hive));
    }
  }
  for (const RegistryValue& value : values_) {
    places_[LowerAscii(value.key)].values.push_back(&value);
  }
}

const RegistryView::Place* RegistryView::At(std::string_view key) const {
  const auto found = places_.find(LowerAscii(key));
  return found == places_.end() ? nullptr : &found->second;
}

RegistryView::Below RegistryView::AtOrBelow(std::string_view key) const {
  const std::string lower = LowerAscii(key);
  const auto own = places_.find(lower);
  // ']' follows the backslash: everything between the two begins with "key\\".
  return {.own = own,
          .own_end = own == places_.end() ? own : std::next(own),
          .first = places_.lower_bound(lower + '\\'),
          .last = places_.lower_bound(lower + ']')};
}

bool RegistryView::Lists(std::uint32_t evidence, std::string_view key) const {
  const Place* const place = At(key);
  return place != nullptr && std::ranges::any_of(place->keys, [evidence](const RegistryKey* one) {
           return one->source.evidence == evidence;
         });
}

// The subtree holds the key, and what it does not list there does not exist.
bool RegistryView::Covers(const RegistryRoot& root, std::string_view key) const {
  if (!IsAtOrBelow(key, root.path)) {
    return false;
  }
  const std::string_view hive = HiveOf(key);
  return !SameNoCase(root.path, kUsers) || hive.empty() ||
         hives_.contains({root.source.evidence, LowerAscii(hive)});
}

// What the listed keys say about a value that they do not show.
Cell RegistryView::FromKeys(std::string_view key, std::string_view name) const {
  const Place* const place = At(key);
  if (place == nullptr) {
    return {};
  }
  Cell answer;
  std::optional<std::uint32_t> evidence;
  bool held = false;  // by `evidence`: keys of one piece of evidence stand together
  for (const RegistryKey* const one : place->keys) {
    if (evidence != one->source.evidence) {
      evidence = one->source.evidence;
      held = Holds(place->values, *evidence, name);
    }
    if (!held) {
      const Cell said =
          one->complete ? Cell::Absent(one->source) : Cell::Unknown(one->why, one->source);
      answer = MergeWithinBundle(answer, said, ValueType::kInt);
    }
  }
  return answer;
}

// What the exported subtrees say about a key that they do not list.
Cell RegistryView::FromRoots(std::string_view key) const {
  Cell answer;
  for (const RegistryRoot& root : roots_) {
    if (!Covers(root, key) || Lists(root.source.evidence, key)) {
      continue;
    }
    const Cell said =
        root.complete ? Cell::Absent(root.source) : Cell::Unknown(root.why, root.source);
    answer = MergeWithinBundle(answer, said, ValueType::kInt);
  }
  return answer;
}

Cell RegistryView::Number(std::string_view key, std::string_view name) const {
  Cell answer = MergeWithinBundle(FromKeys(key, name), FromRoots(key), ValueType::kInt);
  if (const Place* const place = At(key)) {
    for (const RegistryValue* value : place->values) {
      // A script that deletes a value says nothing about the device.
      if (!value->deleted && SameNoCase(value->name, name)) {
        answer = MergeWithinBundle(answer, NumberCell(*value), ValueType::kInt);
      }
    }
  }
  return answer;
}

bool RegistryView::ReadWhole(std::string_view key) const {
  return std::ranges::any_of(
      roots_, [&](const RegistryRoot& root) { return root.complete && Covers(root, key); });
}

// What the exported subtrees say that show no value at or below `key`.
Cell RegistryView::NoneBelow(std::string_view key) const {
  std::set<std::uint32_t> with_values;
  const Below below = AtOrBelow(key);
  const auto note = [&with_values](const auto& place) {
    for (const RegistryValue* value : place.second.values) {
      with_values.insert(value->source.evidence);
    }
  };
  std::for_each(below.own, below.own_end, note);
  std::for_each(below.first, below.last, note);
  Cell answer;
  for (const RegistryRoot& root : roots_) {
    if (Covers(root, key) && !with_values.contains(root.source.evidence)) {
      const Cell none =
          root.complete ? Cell::Bool(false, root.source) : Cell::Unknown(root.why, root.source);
      answer = MergeWithinBundle(answer, none, ValueType::kBool);
    }
  }
  return answer;
}

Cell RegistryView::AnyValueBelow(std::string_view key,
                                 std::span<const std::string_view> proves_nothing) const {
  Signs signs;
  const auto look = [&](const auto& place) {
    for (const RegistryValue* value : place.second.values) {
      signs.Take(*value, proves_nothing);
    }
  };
  const Below below = AtOrBelow(key);
  std::for_each(below.own, below.own_end, look);
  std::for_each(below.first, below.last, look);
  // Values that prove nothing leave it open, whatever the exports around them say.
  if (signs.proof == nullptr && signs.open != nullptr) {
    return Cell::Unknown(WhyUnknown::kAmbiguous, signs.open->source);
  }
  const Cell found = signs.proof == nullptr ? Cell{} : Cell::Bool(true, signs.proof->source);
  return MergeWithinBundle(NoneBelow(key), found, ValueType::kBool);
}

std::vector<std::string_view> RegistryView::SubkeyNames(std::string_view parent) const {
  // Each name with the place where the evidence spells it first: keys before values.
  std::map<std::string, std::pair<std::size_t, std::string_view>> names;
  const auto take = [&](std::string_view path, std::size_t rank) {
    const std::string_view rest = path.substr(parent.size() + 1);
    const std::string_view name = rest.substr(0, rest.find('\\'));
    const auto [found, made] = names.try_emplace(LowerAscii(name), rank, name);
    if (!made && rank < found->second.first) {
      found->second = {rank, name};
    }
  };
  const Below below = AtOrBelow(parent);
  for (auto place = below.first; place != below.last; ++place) {
    for (const RegistryKey* key : place->second.keys) {
      if (!key->deleted) {
        take(key->path, static_cast<std::size_t>(key - keys_.data()));
      }
    }
    for (const RegistryValue* value : place->second.values) {
      take(value->key, keys_.size() + static_cast<std::size_t>(value - values_.data()));
    }
  }
  std::vector<std::pair<std::size_t, std::string_view>> ranked;
  for (const auto& [lower, name] : names) {
    if (!name.second.empty()) {
      ranked.push_back(name);
    }
  }
  std::ranges::sort(ranked);
  std::vector<std::string_view> ordered;
  ordered.reserve(ranked.size());
  for (const auto& [rank, name] : ranked) {
    ordered.push_back(name);
  }
  return ordered;
}

}  // namespace whfb::collectors
