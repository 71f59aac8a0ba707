// One walk over one bundle, for evidence_walk.cpp only: items and containers call each other.

#ifndef WHFB_SCANNER_ENGINE_BUNDLE_WALK_H_
#define WHFB_SCANNER_ENGINE_BUNDLE_WALK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/reader.h"
#include "scanner/core/result.h"
#include "scanner/engine/archive_reader.h"
#include "scanner/engine/companions.h"
#include "scanner/engine/evidence_walk.h"
#include "scanner/engine/limits.h"
#include "scanner/engine/zip_archive.h"

namespace whfb::engine {

// Two ways to the bytes of one item. Lives as long as its container.
class ItemAccess {
 public:
  ItemAccess() = default;
  ItemAccess(const ItemAccess&) = delete;
  ItemAccess& operator=(const ItemAccess&) = delete;
  ItemAccess(ItemAccess&&) = delete;
  ItemAccess& operator=(ItemAccess&&) = delete;
  virtual ~ItemAccess() = default;

  [[nodiscard]] virtual Status Whole(std::vector<std::byte>& bytes) = 0;
  [[nodiscard]] virtual Result<std::unique_ptr<readers::ByteSource>> Stream() = 0;

  // Allows any offset. By default a spool of Stream().
  [[nodiscard]] virtual Result<std::unique_ptr<readers::ByteSource>> Random();

  // Random() costs nothing.
  [[nodiscard]] virtual bool seekable() const { return false; }
};

// What the container says of an item before its bytes are read.
struct ItemInfo {
  std::string_view path{};
  std::uint64_t size = 0;
  std::uint32_t crc32 = 0;
  std::string_view note{};
  int depth = 0;  // of the container it lies in
  ItemPlace place{};
};

class BundleWalk {
 public:
  BundleWalk(const Limits& limits, std::vector<std::byte>& buffer, ItemVisitor& visitor)
      : limits_(limits),
        buffer_(&buffer),
        visitor_(&visitor),
        budget_{.bytes = limits.max_companion_bytes,
                .finds = limits.max_companion_finds,
                .passes = limits.max_companion_passes} {}

  // A container whose bytes allow any offset. Its entries, then the container itself. An Error
  // (nothing visited) when it cannot be opened. `begin` announces the bundle first. `place` is
  // where the container lies: what a bare compressed file holds has its neighbours there.
  [[nodiscard]] Status WalkZip(readers::ByteSource& source,
                               const std::string& path,
                               int depth,
                               const BundleInput* begin);
  [[nodiscard]] Status WalkOther(readers::ByteSource& source,
                                 const std::string& path,
                                 int depth,
                                 const ItemPlace& place);

  // One file: its bytes to the visitor, or its entries if it is a container.
  void Offer(const ItemInfo& info, ItemAccess& access);

  void Fail(const ItemInfo& info, WhyUnknown why, std::string_view reason);
  void Ignore(const ItemInfo& info, std::string_view reason);

  // No reader recognises it.
  void IgnoreFormat(const ItemInfo& info, std::span<const std::byte> head);

  [[nodiscard]] std::uint64_t items() const { return items_; }

  [[nodiscard]] bool truncated() const { return truncated_; }

 private:
  void OfferWhole(const ItemInfo& info);
  void OfferStream(const ItemInfo& info, ItemAccess& access);
  void ReadLarge(const ItemInfo& info,
                 const readers::ReaderSpec& reader,
                 ItemAccess& access,
                 readers::ByteSource& stream);
  void OfferDrained(const ArchiveEntry& entry,
                    ArchiveData& data,
                    const ItemInfo& info,
                    std::uint64_t container_size);
  void Read(const ItemInfo& info, const readers::ReaderSpec& reader, readers::ByteSource* source);
  void Nested(const ItemInfo& info, Container container, readers::ByteSource& source);
  void FailWith(const ItemInfo& info, const Error& error);
  void VisitContainer(const ItemInfo& info, WhyUnknown why, std::string_view damage);
  void Visit(const WalkItem& item);
  [[nodiscard]] bool Admit(const ItemInfo& info);

  Limits limits_;
  std::vector<std::byte>* buffer_;  // the whole item in hand
  ItemVisitor* visitor_;
  CompanionBudget budget_;
  std::uint64_t items_ = 0;
  std::uint64_t total_bytes_ = 0;
  bool truncated_ = false;
  bool full_ = false;
};

// What the names of a bundle tell: SYSTEM ran the collection when it is Intune's.
[[nodiscard]] bool IsDiagnosticsName(std::string_view path_in_bundle);

[[nodiscard]] WhyUnknown WhyOf(ErrorCode code);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_BUNDLE_WALK_H_
