// Registry records of a hive: the keys of hive_places.h, looked up by path. Each place is a root of
// its own: only what was looked at can be said to hold nothing else.

#ifndef WHFB_COLLECTORS_READERS_HIVE_RECORDS_H_
#define WHFB_COLLECTORS_READERS_HIVE_RECORDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/hive_identity.h"
#include "collectors/readers/hive_places.h"
#include "collectors/readers/hive_tree.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/registry_record.h"

namespace whfb::readers {

// The control set that is current, by Select\Current; nothing when that cannot be read.
[[nodiscard]] std::optional<std::string> CurrentControlSet(HiveTree& tree, const HiveKey& root);

class HiveRecords {
 public:
  // `outdated`: newer data existed and is not here; nothing may be decided by what is found. All
  // must outlive this.
  HiveRecords(const EvidenceView& evidence,
              RecordSink& sink,
              HiveTree& tree,
              HiveDamage& damage,
              bool outdated)
      : evidence_(evidence), sink_(sink), tree_(tree), damage_(damage), outdated_(outdated) {}

  // Adds the records of every place of `part`. `start` is the key that `path` names.
  void AddPlaces(const HiveIdentity& identity,
                 HivePart part,
                 const HiveKey& start,
                 const std::string& path);

  // The places are there and could not be looked at.
  void AddUnknown(const HiveIdentity& identity, HivePart part, const std::string& path);

  [[nodiscard]] std::uint64_t keys() const { return keys_; }

  [[nodiscard]] std::uint64_t values() const { return values_; }

 private:
  void AddPlace(const HivePlace& place, const HiveTree::Found& found, std::string_view path);
  void AddSubtree(const HiveKey& top, std::string_view path);
  void AddKey(const HiveKey& key, std::string_view path);
  bool AddValue(std::uint32_t cell, std::string_view key_path);
  void AddRoot(std::string_view path, bool complete, WhyUnknown why, std::uint32_t cell);
  [[nodiscard]] Provenance At(std::uint32_t cell, std::string_view key) const;

  const EvidenceView& evidence_;
  RecordSink& sink_;
  HiveTree& tree_;
  HiveDamage& damage_;
  bool outdated_;
  bool by_content_ = true;
  bool sure_ = true;  // that the place in hand is the right one; else `unsure_` says why not
  WhyUnknown unsure_ = WhyUnknown::kMalformed;
  Context context_{};
  std::uint64_t keys_ = 0;
  std::uint64_t values_ = 0;
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_HIVE_RECORDS_H_
