#include "scanner/engine/machines.h"

#include <algorithm>
#include <array>
#include <utility>

#include "scanner/engine/collection_time.h"

namespace whfb::engine {

namespace {

constexpr std::array kCertain = {AliasKind::kEntraDeviceId, AliasKind::kMachineSid};

enum class Likeness : std::uint8_t { kNotTold, kSame, kDifferent };

std::vector<std::string_view> ValuesOf(const FactSpace& facts, AliasKind kind) {
  std::vector<std::string_view> values;
  if (const Subject* const device = facts.Find(SubjectKind::kDevice)) {
    for (const Alias& alias : device->aliases) {
      if (alias.kind == kind) {
        values.emplace_back(alias.value);
      }
    }
  }
  return values;
}

// One thing in common is enough: a device that joins again gets another id and keeps its SID.
Likeness Compare(const FactSpace& a, const FactSpace& b) {
  Likeness likeness = Likeness::kNotTold;
  for (const AliasKind kind : kCertain) {
    const std::vector<std::string_view> known = ValuesOf(a, kind);
    const std::vector<std::string_view> other = ValuesOf(b, kind);
    const bool shared = std::ranges::any_of(known, [&](std::string_view value) {
      return std::ranges::find(other, value) != other.end();
    });
    if (shared) {
      return Likeness::kSame;
    }
    if (!known.empty() && !other.empty()) {
      likeness = Likeness::kDifferent;
    }
  }
  return likeness;
}

Likeness Compare(const Machine& machine, const CollectedBundle& bundle) {
  Likeness likeness = Likeness::kNotTold;
  for (const CollectedBundle& member : machine) {
    // Devices of one bundle were parted because they are not the same.
    const Likeness one =
        member.input == bundle.input ? Likeness::kDifferent : Compare(member.facts, bundle.facts);
    if (one == Likeness::kSame) {
      return one;
    }
    likeness = std::max(likeness, one);
  }
  return likeness;
}

bool ShowsWhose(const CollectedBundle& bundle) {
  return bundle.parted || std::ranges::any_of(kCertain, [&](AliasKind kind) {
           return !ValuesOf(bundle.facts, kind).empty();
         });
}

}  // namespace

std::vector<Machine> SortByMachine(std::vector<CollectedBundle> bundles, Ticks stale_before) {
  const auto place = [stale_before](const CollectedBundle& bundle) {
    return PlaceInLine(bundle.bundle.collected, stale_before);
  };
  std::ranges::stable_sort(bundles, {}, place);
  std::vector<Machine> machines;
  std::vector<CollectedBundle> open;
  for (CollectedBundle& bundle : bundles) {
    const auto own = std::ranges::find_if(machines, [&](const Machine& machine) {
      return Compare(machine, bundle) == Likeness::kSame;
    });
    const bool different = std::ranges::all_of(machines, [&](const Machine& machine) {
      return Compare(machine, bundle) == Likeness::kDifferent;
    });
    if (own != machines.end()) {
      own->push_back(std::move(bundle));
    } else if (different && ShowsWhose(bundle)) {
      machines.emplace_back().push_back(std::move(bundle));
    } else {
      open.push_back(std::move(bundle));
    }
  }
  const bool several = machines.size() > 1;
  for (CollectedBundle& bundle : open) {
    Machine& machine = several || machines.empty() ? machines.emplace_back() : machines.front();
    machine.push_back(std::move(bundle));
  }
  for (Machine& machine : machines) {
    std::ranges::stable_sort(machine, {}, place);
  }
  return machines;
}

}  // namespace whfb::engine
