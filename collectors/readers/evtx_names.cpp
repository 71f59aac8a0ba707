#include "collectors/readers/evtx_names.h"

#include <algorithm>
#include <array>
#include <functional>

#include "collectors/readers/evtx_value.h"

namespace whfb::readers::evtx {

namespace {

constexpr std::size_t kSlots = NameTable::kMaxNames * 2;  // a power of two

struct KnownName {
  std::string_view text;
  NameRole role;
};

constexpr std::array kKnownNames = {
    KnownName{"Event", NameRole::kEvent},
    KnownName{"System", NameRole::kSystem},
    KnownName{"EventData", NameRole::kEventData},
    KnownName{"UserData", NameRole::kUserData},
    KnownName{"Data", NameRole::kData},
    KnownName{"Name", NameRole::kName},
    KnownName{"Provider", NameRole::kProvider},
    KnownName{"EventID", NameRole::kEventId},
    KnownName{"Level", NameRole::kLevel},
    KnownName{"TimeCreated", NameRole::kTimeCreated},
    KnownName{"SystemTime", NameRole::kSystemTime},
    KnownName{"Channel", NameRole::kChannel},
    KnownName{"Computer", NameRole::kComputer},
    KnownName{"Security", NameRole::kSecurity},
    KnownName{"UserID", NameRole::kUserId},
    KnownName{"EventRecordID", NameRole::kRecordId},
    KnownName{"xmlns", NameRole::kNamespace},
};

NameRole RoleOf(std::string_view text) {
  const auto* const found = std::ranges::find(kKnownNames, text, &KnownName::text);
  if (found != kKnownNames.end()) {
    return found->role;
  }
  return text.starts_with("xmlns:") ? NameRole::kNamespace : NameRole::kOther;
}

}  // namespace

NameTable::NameTable() : slots_(kSlots, kNoName) {}

NameTable::Id NameTable::Find(std::span<const std::byte> utf16) {
  const std::string_view key{reinterpret_cast<const char*>(utf16.data()), utf16.size()};
  std::size_t slot = std::hash<std::string_view>{}(key) & (kSlots - 1);
  while (slots_[slot] != kNoName) {
    if (entries_[slots_[slot]].key == key) {
      return slots_[slot];
    }
    slot = (slot + 1) & (kSlots - 1);
  }
  const std::size_t units = utf16.size() / 2;
  if (units > kMaxUnits || entries_.size() >= kMaxNames) {
    return kNoName;
  }
  std::array<char, kMaxUnits * 3> text{};
  const std::size_t length = Utf16ToUtf8(utf16.data(), units, text.data());
  Entry& entry = entries_.emplace_back();
  entry.key = key;
  entry.text.assign(text.data(), length);
  entry.role = RoleOf(entry.text);
  slots_[slot] = static_cast<Id>(entries_.size() - 1);
  return slots_[slot];
}

void NameTable::Trim() {
  if (entries_.size() > kMaxNames / 2) {
    entries_.clear();
    std::ranges::fill(slots_, kNoName);
  }
}

}  // namespace whfb::readers::evtx
