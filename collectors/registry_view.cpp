#include "collectors/registry_view.h"

#include <algorithm>

namespace whfb::collectors {

namespace {

using readers::RegistryKey;
using readers::RegistryRoot;
using readers::RegistryType;
using readers::RegistryValue;

char Lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

Cell NumberCell(const RegistryValue& value) {
  const bool number = value.type == RegistryType::kDword || value.type == RegistryType::kQword;
  return number && !value.malformed
             ? Cell::Int(static_cast<std::int64_t>(value.number), value.source)
             : Cell::Unknown(WhyUnknown::kMalformed, value.source);
}

}  // namespace

bool SameNoCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::ranges::equal(a, b, [](char x, char y) { return Lower(x) == Lower(y); });
}

bool IsAtOrBelow(std::string_view path, std::string_view root) {
  return path.size() >= root.size() && SameNoCase(path.substr(0, root.size()), root) &&
         (path.size() == root.size() || path[root.size()] == '\\');
}

RegistryView::RegistryView(const readers::Records& records)
    : keys_(records.Of<RegistryKey>()),
      roots_(records.Of<RegistryRoot>()),
      values_(records.Of<RegistryValue>()) {}

bool RegistryView::HasValue(std::uint32_t evidence,
                            std::string_view key,
                            std::string_view name) const {
  return std::ranges::any_of(values_, [&](const RegistryValue& value) {
    return value.source.evidence == evidence && SameNoCase(value.name, name) &&
           SameNoCase(value.key, key);
  });
}

bool RegistryView::Lists(std::uint32_t evidence, std::string_view key) const {
  return std::ranges::any_of(keys_, [&](const RegistryKey& one) {
    return one.source.evidence == evidence && SameNoCase(one.path, key);
  });
}

// What the listed keys say about a value that they do not show.
Cell RegistryView::FromKeys(std::string_view key, std::string_view name) const {
  Cell answer;
  for (const RegistryKey& one : keys_) {
    if (!SameNoCase(one.path, key) || HasValue(one.source.evidence, key, name)) {
      continue;
    }
    const Cell said =
        one.complete ? Cell::Absent(one.source) : Cell::Unknown(one.why, one.source);
    answer = MergeWithinBundle(answer, said, ValueType::kInt);
  }
  return answer;
}

// What the exported subtrees say about a key that they do not list.
Cell RegistryView::FromRoots(std::string_view key) const {
  Cell answer;
  for (const RegistryRoot& root : roots_) {
    if (!IsAtOrBelow(key, root.path) || Lists(root.source.evidence, key)) {
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
  for (const RegistryValue& value : values_) {
    // A script that deletes a value says nothing about the device.
    if (!value.deleted && SameNoCase(value.name, name) && SameNoCase(value.key, key)) {
      answer = MergeWithinBundle(answer, NumberCell(value), ValueType::kInt);
    }
  }
  return answer;
}

bool RegistryView::ReadWhole(std::string_view key) const {
  return std::ranges::any_of(roots_, [&](const RegistryRoot& root) {
    return root.complete && IsAtOrBelow(key, root.path);
  });
}

Cell RegistryView::AnyValueBelow(std::string_view key,
                                 std::span<const std::string_view> proves_nothing) const {
  Cell answer;
  for (const RegistryRoot& root : roots_) {
    if (IsAtOrBelow(key, root.path)) {
      const bool some = std::ranges::any_of(values_, [&](const RegistryValue& value) {
        return value.source.evidence == root.source.evidence && IsAtOrBelow(value.key, key);
      });
      const Cell none =
          root.complete ? Cell::Bool(false, root.source) : Cell::Unknown(root.why, root.source);
      answer = some ? answer : MergeWithinBundle(answer, none, ValueType::kBool);
    }
  }
  Cell some;
  for (const RegistryValue& value : values_) {
    if (value.deleted || !IsAtOrBelow(value.key, key)) {
      continue;
    }
    const bool proof = std::ranges::none_of(
        proves_nothing, [&](std::string_view name) { return SameNoCase(value.name, name); });
    if (proof) {
      some = Cell::Bool(true, value.source);
      break;
    }
    some = Cell::Unknown(WhyUnknown::kAmbiguous, value.source);
  }
  // Values that prove nothing leave it open, whatever the exports around them say.
  return some.unknown() && some.source.evidence != 0
             ? some
             : MergeWithinBundle(answer, some, ValueType::kBool);
}

std::vector<std::string_view> RegistryView::SubkeyNames(std::string_view parent) const {
  std::vector<std::string_view> names;
  const auto take = [&](std::string_view path) {
    if (path.size() <= parent.size() || !IsAtOrBelow(path, parent)) {
      return;
    }
    const std::string_view rest = path.substr(parent.size() + 1);
    const std::string_view name = rest.substr(0, rest.find('\\'));
    const bool known =
        std::ranges::any_of(names, [name](std::string_view one) { return SameNoCase(one, name); });
    if (!known && !name.empty()) {
      names.push_back(name);
    }
  };
  for (const RegistryKey& key : keys_) {
    if (!key.deleted) {
      take(key.path);
    }
  }
  for (const RegistryValue& value : values_) {
    take(value.key);
  }
  return names;
}

}  // namespace whfb::collectors
