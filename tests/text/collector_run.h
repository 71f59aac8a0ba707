// Runs one collector over the records of one or more texts.

#ifndef WHFB_TESTS_TEXT_COLLECTOR_RUN_H_
#define WHFB_TESTS_TEXT_COLLECTOR_RUN_H_

#include <memory>
#include <string_view>

#include "collectors/collector.h"

namespace whfb::collectors {

struct CollectorRun {
  FactCatalog catalog = MakeCatalog();
  FactSpace facts{catalog};
  readers::Records records{facts.pool};
  Declared declared{};
  Moment moment{};
  std::uint32_t evidence = 0;

  CollectorRun() = default;
  CollectorRun(const CollectorRun&) = delete;
  CollectorRun& operator=(const CollectorRun&) = delete;

  void Add(const readers::ReaderSpec& reader,
           std::string_view text,
           readers::Context context = {}) {
    readers::RecordSink sink{.records = records};
    const readers::EvidenceView view{
        .number = ++evidence,
        .path = "evidence.txt",
        .bytes = {reinterpret_cast<const std::byte*>(text.data()), text.size()},
        .context = context};
    (void)reader.read(view, sink);
  }

  void Collect(const CollectorSpec& collector) {
    collector.collect({.records = records, .moment = moment, .declared = declared}, facts);
  }

  void Derive(const DerivationSpec& derivation) {
    derivation.derive({.moment = moment, .declared = declared}, facts);
  }
};

}  // namespace whfb::collectors

#endif  // WHFB_TESTS_TEXT_COLLECTOR_RUN_H_
