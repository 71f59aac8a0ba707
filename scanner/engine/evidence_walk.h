// Walks one bundle and hands every file in it to a visitor, once, in canonical order (path bytes
// within each container). Every file appears: what could not be read comes with the reason.
//
// Items are whole in a reused buffer, or a ByteSource for readers that stream. Containers inside
// the bundle are opened ("!/" in the path); a container that was opened is itself an item without
// bytes, kind "container", after its entries (also the archive that is the bundle), so that its own
// damage has a place. Nothing is held back: memory is bounded by limits.h whatever the bundle. One
// walker per thread; walkers share nothing.

#ifndef WHFB_SCANNER_ENGINE_EVIDENCE_WALK_H_
#define WHFB_SCANNER_ENGINE_EVIDENCE_WALK_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "collectors/readers/reader.h"
#include "scanner/core/finding.h"
#include "scanner/core/result.h"
#include "scanner/engine/grouping.h"
#include "scanner/engine/limits.h"
#include "scanner/engine/no_results.h"

namespace whfb::engine {

// One file of the bundle. All views live until Visit returns.
struct WalkItem {
  std::string_view path{};  // relative to the scan root, with `/`, nested with `!/`
  std::uint64_t size = 0;
  std::uint32_t crc32 = 0;  // 0: not known (containers, large files of a folder)

  // Who reads it; null when nobody knows the format, or the item could not be read.
  const readers::ReaderSpec* reader = nullptr;
  std::span<const std::byte> bytes{};         // everything, unless `source` is set
  readers::ByteSource* source = nullptr;      // set for streamed readers only
  readers::Companions* companions = nullptr;  // what lies beside it; null: it stands alone

  // What to write into the coverage without asking a reader: kFailed when it could not be read
  // (`why` then says the kind of unknown), kIgnored when nobody knows the format, kPartial for a
  // damaged container. kRead: `reader` has yet to read it; without a reader (a container) it is
  // done.
  CoverageStatus status = CoverageStatus::kRead;
  WhyUnknown why = WhyUnknown::kNotCollected;
  // Why not, or, when kRead, something odd about the name or header ("name goes up: ..").
  std::string_view reason{};
  std::string_view kind{};  // reader kind, "container", "no-results", "not-used", "unrecognised"

  const NoResults* no_results = nullptr;  // set for a No Results entry (status kFailed)
};

// What is known before the first item.
struct BundleContents {
  // SYSTEM for Intune Collect diagnostics (results.xml, numbered items or the bundle's name).
  readers::Account account = readers::Account::kUnknown;
  // From the bundle's name, else the newest entry of the archive; both 0: not known.
  TimeInterval collected{};
  bool collected_from_name = false;
};

class ItemVisitor {
 public:
  ItemVisitor() = default;
  ItemVisitor(const ItemVisitor&) = delete;
  ItemVisitor& operator=(const ItemVisitor&) = delete;
  ItemVisitor(ItemVisitor&&) = delete;
  ItemVisitor& operator=(ItemVisitor&&) = delete;
  virtual ~ItemVisitor() = default;

  virtual void Begin(const BundleContents& contents) = 0;
  virtual void Visit(const WalkItem& item) = 0;
};

struct WalkSummary {
  std::uint64_t size = 0;   // of the bundle's file; for a folder the sum of its files
  std::string sha256{};     // lower-case hex; empty for a folder
  std::uint64_t items = 0;  // visited
  bool truncated = false;   // the archive had no end; what came before it was recovered
};

class EvidenceWalker {
 public:
  explicit EvidenceWalker(const Limits& limits = {});
  EvidenceWalker(const EvidenceWalker&) = delete;
  EvidenceWalker& operator=(const EvidenceWalker&) = delete;
  EvidenceWalker(EvidenceWalker&&) = delete;
  EvidenceWalker& operator=(EvidenceWalker&&) = delete;
  ~EvidenceWalker();

  // An Error only when the bundle itself cannot be opened; the caller makes the coverage entry.
  [[nodiscard]] Result<WalkSummary> Walk(const BundleInput& bundle, ItemVisitor& visitor);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_EVIDENCE_WALK_H_
