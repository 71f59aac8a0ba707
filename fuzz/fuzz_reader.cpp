// One reader over bytes that nobody vouches for; its kind is named by the environment variable
// WHFB_READER. Whatever the bytes are: no crash, no loop, bounded memory, and every gap says what
// it is. A reader that asks for what lies beside its evidence gets the second half of the input.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "collectors/readers/reader.h"
#include "scanner/core/text_pool.h"

namespace {

using whfb::readers::ByteSource;
using whfb::readers::MemorySource;
using whfb::readers::ReaderSpec;

// Under every name, so that a hive gets both of its logs.
class SecondHalf final : public whfb::readers::Companions {
 public:
  explicit SecondHalf(std::span<const std::byte> input)
      : bytes_(input.subspan(input.size() - input.size() / 2)) {}

  [[nodiscard]] std::vector<whfb::Result<std::unique_ptr<ByteSource>>> Open(
      std::span<const std::string_view> names) override {
    std::vector<whfb::Result<std::unique_ptr<ByteSource>>> found;
    for (std::size_t i = 0; i < names.size(); ++i) {
      found.emplace_back(std::make_unique<MemorySource>(bytes_));
    }
    return found;
  }

 private:
  std::span<const std::byte> bytes_;
};

const ReaderSpec* Reader() {
  const auto all = whfb::readers::AllReaders();
  const char* const kind = std::getenv("WHFB_READER");
  const auto found =
      std::ranges::find(all, std::string_view(kind == nullptr ? "" : kind), &ReaderSpec::kind);
  return found == all.end() ? nullptr : *found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ReaderSpec* const reader = Reader();
  if (reader == nullptr) {
    std::fputs("WHFB_READER names no reader\n", stderr);
    std::abort();
  }
  const auto bytes = std::as_bytes(std::span(data, size));
  (void)reader->recognise(
      whfb::readers::Head(bytes.first(std::min(size, whfb::readers::kHeadBytes)), "input"));
  whfb::TextPool pool;
  whfb::readers::Records records(pool);
  whfb::readers::RecordSink sink{.records = records};
  MemorySource source(bytes);
  SecondHalf beside(bytes);
  const whfb::readers::EvidenceView evidence = {.number = 1,
                                                .path = "input",
                                                .bytes = bytes,
                                                .source = reader->streamed ? &source : nullptr,
                                                .companions = &beside};
  const whfb::Status status = reader->read(evidence, sink);
  const bool told = status || !status.error().message.empty();
  const bool gaps_told =
      std::ranges::all_of(sink.gaps, [](const auto& gap) { return !gap.message.empty(); });
  if (!told || !gaps_told || sink.damaged_count < sink.gaps.size()) {
    std::abort();  // damage that nobody would hear of
  }
  return 0;
}
