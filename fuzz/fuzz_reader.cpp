// One reader (WHFB_READER, its kind) over bytes that nobody vouches for. Whatever they are: no
// crash, no loop, bounded memory, and every gap says what it is.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "collectors/readers/reader.h"
#include "scanner/core/text_pool.h"

namespace {

using whfb::readers::ReaderSpec;

const ReaderSpec* Reader() {
  const auto all = whfb::readers::AllReaders();
  const auto found = std::ranges::find(all, std::string_view(WHFB_READER), &ReaderSpec::kind);
  return found == all.end() ? nullptr : *found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ReaderSpec* const reader = Reader();
  if (reader == nullptr) {
    std::abort();  // the build names a reader that does not exist
  }
  const auto bytes = std::as_bytes(std::span(data, size));
  (void)reader->recognise(bytes.first(std::min(size, whfb::readers::kHeadBytes)), "input");
  whfb::TextPool pool;
  whfb::readers::Records records(pool);
  whfb::readers::RecordSink sink{.records = records};
  whfb::readers::MemorySource source(bytes);
  const whfb::readers::EvidenceView evidence = {
      .number = 1, .path = "input", .bytes = bytes, .source = reader->streamed ? &source : nullptr};
  const whfb::Status status = reader->read(evidence, sink);
  const bool told = status || !status.error().message.empty();
  const bool gaps_told =
      std::ranges::all_of(sink.gaps, [](const auto& gap) { return !gap.message.empty(); });
  if (!told || !gaps_told || sink.damaged_count < sink.gaps.size()) {
    std::abort();  // damage that nobody would hear of
  }
  return 0;
}
