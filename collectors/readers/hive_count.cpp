#include "collectors/readers/hive_count.h"

#include <vector>

namespace whfb::readers {

namespace {

class Counter {
 public:
  Counter(HiveTree& tree, HiveDamage& damage, bool touch_values)
      : tree_(tree), damage_(damage), touch_values_(touch_values) {}

  HiveCounts Count(const HiveKey& root) {
    CountKey(root, 1);
    while (!stack_.empty()) {
      const Pending at = stack_.back();
      stack_.pop_back();
      // Only what the walk down needs of the parent is kept.
      if (const std::optional<HiveKey> key = tree_.TakeKey(at.cell, {.cell = at.parent})) {
        ++counts_.keys;
        CountKey(*key, at.depth);
      }
    }
    return counts_;
  }

 private:
  struct Pending {
    std::uint32_t cell = 0;
    std::uint32_t parent = 0;
    std::uint32_t depth = 0;
  };

  void CountKey(const HiveKey& key, std::uint32_t depth) {
    CountValues(key);
    cells_.clear();
    tree_.ListSubkeys(key, cells_);
    if (!cells_.empty() && depth > HiveTree::kMaxDepth) {
      damage_.Add(key.cell, "is nested deeper than the limit", WhyUnknown::kTooLarge);
      return;
    }
    if (stack_.size() + cells_.size() > kMaxHiveKeys) {
      damage_.Add(key.cell, "is beyond the limit of keys", WhyUnknown::kTooLarge);
      return;
    }
    for (const std::uint32_t cell : cells_) {
      stack_.push_back({.cell = cell, .parent = key.cell, .depth = depth + 1});
    }
  }

  void CountValues(const HiveKey& key) {
    if (!touch_values_) {
      counts_.values += key.values;
      return;
    }
    cells_.clear();
    tree_.TakeValues(key, cells_);
    for (const std::uint32_t cell : cells_) {
      if (const std::optional<HiveValue> value = tree_.Value(cell)) {
        ++counts_.values;
        tree_.CheckData(*value);
      }
    }
  }

  HiveTree& tree_;
  HiveDamage& damage_;
  bool touch_values_;
  HiveCounts counts_{};
  std::vector<Pending> stack_{};
  std::vector<std::uint32_t> cells_{};
};

}  // namespace

HiveCounts CountHive(HiveTree& tree, HiveDamage& damage, const HiveKey& root, bool touch_values) {
  return Counter(tree, damage, touch_values).Count(root);
}

}  // namespace whfb::readers
