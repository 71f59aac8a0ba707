// Joining and parting of bundle groups by what bundles say about their device.

#include <algorithm>
#include <iterator>
#include <numeric>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "scanner/engine/bundle_identity.h"

namespace whfb::engine {

namespace {

// Bundles that certainly belong together; joined with others as a whole.
struct Part {
  BundleGroup group{};
  std::string device_id{};  // empty: not told
  std::string host{};       // empty: not told
  bool silent = false;      // told nothing, and its name stands for several devices
};

using Identities = std::vector<DeviceIdentity>;

// The one answer of all who told; empty when nobody did. False: two answers.
bool OneAnswer(const Identities& identities,
               std::string DeviceIdentity::*member,
               std::string& answer) {
  for (const DeviceIdentity& identity : identities) {
    const std::string& told = identity.*member;
    if (!told.empty() && !answer.empty() && told != answer) {
      return false;
    }
    answer = told.empty() ? answer : told;
  }
  return true;
}

// One group of bundles that are called alike: one part, unless they tell of several devices.
// Then nobody knows whose the silent ones are: each stands alone.
void AddParts(BundleGroup group, const Identities& identities, std::vector<Part>& parts) {
  Part whole;
  if (OneAnswer(identities, &DeviceIdentity::device_id, whole.device_id) &&
      OneAnswer(identities, &DeviceIdentity::host, whole.host)) {
    whole.group = std::move(group);
    parts.push_back(std::move(whole));
    return;
  }
  for (std::size_t i = 0; i < group.bundles.size(); ++i) {
    const DeviceIdentity& told = identities[i];
    Part& part = parts.emplace_back(Part{.device_id = told.device_id, .host = told.host});
    part.silent = told == DeviceIdentity{};
    part.group.key = group.key;
    part.group.bundles.push_back(std::move(group.bundles[i]));
  }
}

// Which parts are one device: a union-find.
class Sets {
 public:
  explicit Sets(std::size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), 0);
  }

  std::size_t Find(std::size_t i) {
    while (parent_[i] != i) {
      parent_[i] = parent_[parent_[i]];
      i = parent_[i];
    }
    return i;
  }

  // The smaller number stays the root, so that the outcome does not depend on the order.
  void Join(std::size_t a, std::size_t b) {
    a = Find(a);
    b = Find(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> parent_;
};

void JoinById(const std::vector<Part>& parts, Sets& sets) {
  std::unordered_map<std::string_view, std::size_t> first;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].device_id.empty()) {
      sets.Join(first.emplace(parts[i].device_id, i).first->second, i);
    }
  }
}

struct Named {
  std::vector<std::size_t> parts{};
  std::string_view id{};
  bool several = false;  // more than one id bears the name
};

void JoinByName(const std::vector<Part>& parts, Sets& sets) {
  std::unordered_map<std::string_view, Named> by_name;
  const auto add = [&](std::string_view name, std::size_t i) {
    if (name.empty()) {
      return;
    }
    Named& named = by_name[name];
    named.parts.push_back(i);
    const std::string_view id = parts[i].device_id;
    named.several = named.several || (!id.empty() && !named.id.empty() && named.id != id);
    named.id = id.empty() ? named.id : id;
  };
  for (std::size_t i = 0; i < parts.size(); ++i) {
    // What a device says of itself counts more than what somebody called the bundle.
    if (!parts[i].silent) {
      add(parts[i].host.empty() ? std::string_view(parts[i].group.key) : parts[i].host, i);
    }
  }
  for (const auto& [name, named] : by_name) {
    for (const std::size_t i : named.parts) {
      if (!named.several) {
        sets.Join(named.parts.front(), i);
      }
    }
  }
}

}  // namespace

void AppendBundles(std::vector<BundleInput>& inputs, std::vector<BundleInput*>& bundles) {
  std::ranges::transform(inputs, std::back_inserter(bundles),
                         [](BundleInput& input) { return &input; });
}

std::vector<BundleInput*> BundlesOf(InputIndex& index) {
  std::vector<BundleInput*> bundles;
  AppendBundles(index.environment, bundles);
  for (BundleGroup& group : index.groups) {
    AppendBundles(group.bundles, bundles);
  }
  return bundles;
}

std::size_t NumberBundles(std::vector<BundleInput*> bundles) {
  std::ranges::stable_sort(bundles, {}, [](const BundleInput* input) {
    return std::pair(std::string_view(input->file), std::string_view(input->path));
  });
  std::uint32_t number = 0;
  for (BundleInput* const input : bundles) {
    input->number = ++number;
  }
  return bundles.size();
}

void JoinByIdentity(const std::vector<Identities>& identities, std::vector<BundleGroup>& groups) {
  std::vector<Part> parts;
  parts.reserve(groups.size());
  for (std::size_t i = 0; i < groups.size(); ++i) {
    AddParts(std::move(groups[i]), identities[i], parts);
  }
  groups.clear();
  Sets sets(parts.size());
  JoinById(parts, sets);
  JoinByName(parts, sets);
  // A root comes before what joins it.
  std::vector<std::size_t> place(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t root = sets.Find(i);
    if (root == i) {
      place[i] = groups.size();
      groups.push_back(std::move(parts[i].group));
    } else {
      std::ranges::move(parts[i].group.bundles, std::back_inserter(groups[place[root]].bundles));
    }
  }
  SortGroups(groups);
}

}  // namespace whfb::engine
