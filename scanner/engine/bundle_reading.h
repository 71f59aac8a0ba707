// The files of one bundle, read into records, each with its coverage entry. For bundle_facts.cpp.

#ifndef WHFB_SCANNER_ENGINE_BUNDLE_READING_H_
#define WHFB_SCANNER_ENGINE_BUNDLE_READING_H_

#include <cstdint>

#include "collectors/readers/reader.h"
#include "scanner/core/facts.h"
#include "scanner/core/result.h"
#include "scanner/engine/bundle_facts.h"
#include "scanner/engine/evidence_walk.h"

namespace whfb::engine {

// A file that is there and that nobody could look into was looked at in vain.
void AddLost(LostItem item, std::vector<LostItem>& lost);

// Reads the items of one bundle into records.
class ItemReader final : public ItemVisitor {
 public:
  ItemReader(const BundleRequest& request,
             readers::Records& records,
             FactSpace& facts,
             BundleFacts& result)
      : request_(request), records_(records), facts_(facts), result_(result) {}

  void Begin(const BundleContents& contents) override;
  void Visit(const WalkItem& item) override;

 private:
  std::uint32_t AddEvidence(const WalkItem& item);
  void Lose(const WalkItem& item);
  void AddNoResults(const WalkItem& item);
  void Read(const WalkItem& item, CoverageRecord& coverage);

  const BundleRequest& request_;
  readers::Records& records_;
  FactSpace& facts_;
  BundleFacts& result_;
  readers::Account account_ = readers::Account::kUnknown;
};

// What is known of the bundle once all of its items are read. Its evidence is what stands behind
// the first `first_evidence` items of the space.
void FinishReading(const BundleRequest& request,
                   const Result<WalkSummary>& walked,
                   std::size_t first_evidence,
                   readers::Records& records,
                   FactSpace& facts,
                   BundleFacts& result);

[[nodiscard]] BundleFacts ReadBundle(const BundleRequest& request,
                                     EvidenceWalker& walker,
                                     readers::Records& records,
                                     FactSpace& facts);

// A result of Group Policy says itself when it was read, which may be long before the rest was
// collected. It dates nothing but itself. One that does not tell, or tells a time that has not
// come, was read at any time before its bundle was collected.
void DateResults(const readers::Records& records, Ticks now, FactSpace& facts);

void RunCollectors(collectors::Scope scope,
                   const collectors::CollectInput& input,
                   FactSpace& facts);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_BUNDLE_READING_H_
