// Joining and parting of bundle groups by what bundles say about their device.

#include <algorithm>
#include <iterator>
#include <numeric>
#include <span>
#include <string_view>
#include <utility>

#include "scanner/engine/bundle_identity.h"

namespace whfb::engine {

namespace {

// Bundles that certainly belong together; joined with others as a whole.
struct Part {
  BundleGroup group{};
  std::string_view device_id{};  // of its identities; empty: not told
  std::vector<std::string_view> other_ids{};
  std::string_view host{};  // the same
  bool silent = false;      // told nothing, and its name stands for several devices
};

using Identities = std::span<const DeviceIdentity>;

// The one answer of all who told; empty when nobody did. False: two answers.
bool OneAnswer(Identities identities,
               std::string DeviceIdentity::*member,
               std::string_view& answer) {
  for (const DeviceIdentity& identity : identities) {
    const std::string_view told = identity.*member;
    if (!told.empty() && !answer.empty() && told != answer) {
      return false;
    }
    answer = told.empty() ? answer : told;
  }
  return true;
}

// One group of bundles that are called alike: one part, unless they tell of several devices.
// Then nobody knows whose the silent ones are: each stands alone.
void AddParts(BundleGroup group, Identities identities, std::vector<Part>& parts) {
  Part whole;
  if (OneAnswer(identities, &DeviceIdentity::device_id, whole.device_id) &&
      OneAnswer(identities, &DeviceIdentity::host, whole.host)) {
    whole.group = std::move(group);
    for (const DeviceIdentity& identity : identities) {
      whole.other_ids.insert(whole.other_ids.end(), identity.other_ids.begin(),
                             identity.other_ids.end());
    }
    parts.push_back(std::move(whole));
    return;
  }
  for (std::size_t i = 0; i < group.bundles.size(); ++i) {
    const DeviceIdentity& told = identities[i];
    Part& part = parts.emplace_back(Part{.device_id = told.device_id, .host = told.host});
    part.other_ids.assign(told.other_ids.begin(), told.other_ids.end());
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

// Parts that have such a text, by it and then by number. A sorted list, as tables of a large
// fleet would outlive their use as holes in the memory.
template <typename TextOf>
std::vector<std::uint32_t> Sorted(const std::vector<Part>& parts, const TextOf& text_of) {
  std::vector<std::uint32_t> order;
  order.reserve(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!text_of(parts[i]).empty()) {
      order.push_back(static_cast<std::uint32_t>(i));
    }
  }
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    const int compared = text_of(parts[a]).compare(text_of(parts[b]));
    return compared != 0 ? compared < 0 : a < b;
  });
  return order;
}

void JoinById(const std::vector<Part>& parts, Sets& sets) {
  const std::vector<std::uint32_t> order =
      Sorted(parts, [](const Part& part) { return part.device_id; });
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (parts[order[i]].device_id == parts[order[i - 1]].device_id) {
      sets.Join(order[i - 1], order[i]);
    }
  }
  // Bundles of several devices come with the others of each; they are parted once they are read.
  const auto id_of = [&parts](std::uint32_t i) { return parts[i].device_id; };
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (const std::string_view id : parts[i].other_ids) {
      const auto found = std::ranges::lower_bound(order, id, {}, id_of);
      if (found != order.end() && id_of(*found) == id) {
        sets.Join(*found, i);
      }
    }
  }
}

// What a device says of itself counts more than what somebody called the bundle.
std::string_view NameOf(const Part& part) {
  if (part.silent) {
    return {};
  }
  return part.host.empty() ? std::string_view(part.group.key) : part.host;
}

// More than one device id among parts of one name.
bool SeveralIds(const std::vector<Part>& parts, std::span<const std::uint32_t> alike) {
  std::string_view id;
  for (const std::uint32_t i : alike) {
    const std::string_view own = parts[i].device_id;
    if (!own.empty() && !id.empty() && own != id) {
      return true;
    }
    id = own.empty() ? id : own;
  }
  return false;
}

void JoinByName(const std::vector<Part>& parts, Sets& sets) {
  const std::vector<std::uint32_t> order = Sorted(parts, NameOf);
  for (auto first = order.begin(); first != order.end();) {
    const std::string_view name = NameOf(parts[*first]);
    const auto last =
        std::find_if(first, order.end(), [&](std::uint32_t i) { return NameOf(parts[i]) != name; });
    const std::span<const std::uint32_t> alike(first, last);
    if (!SeveralIds(parts, alike)) {
      for (const std::uint32_t i : alike) {
        sets.Join(alike.front(), i);
      }
    }
    first = last;
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
  std::ranges::stable_sort(
      bundles, [](const BundleInput* a, const BundleInput* b) { return a->place < b->place; });
  std::uint32_t number = 0;
  for (BundleInput* const input : bundles) {
    input->number = ++number;
  }
  return bundles.size();
}

void JoinByIdentity(std::span<const DeviceIdentity> identities, std::vector<BundleGroup>& groups) {
  std::vector<Part> parts;
  parts.reserve(identities.size());
  for (BundleGroup& group : groups) {
    const std::size_t count = group.bundles.size();
    AddParts(std::move(group), identities.first(count), parts);
    identities = identities.subspan(count);
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
