// RecordDecoder: the BinXml of one record through its programs into a FlatBuilder.

#ifndef WHFB_COLLECTORS_READERS_EVTX_BINXML_H_
#define WHFB_COLLECTORS_READERS_EVTX_BINXML_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "collectors/readers/evtx.h"
#include "collectors/readers/evtx_flat.h"
#include "collectors/readers/evtx_template.h"

namespace whfb::readers::evtx {

class RecordDecoder {
 public:
  RecordDecoder() : builder_(programs_.names()) {}

  // Begins a chunk of kEvtxChunkBytes, which must stay valid until the next call.
  void BeginChunk(const std::byte* chunk);

  struct Record {
    std::uint64_t id = 0;
    Ticks time = 0;
    std::uint32_t begin = 0;  // of the BinXml, in the chunk
    std::uint32_t end = 0;
  };

  enum class Outcome : std::uint8_t { kRead, kMalformed, kTooLarge };

  // Asks the visitor after the System section, and shows it the event if it wants to.
  [[nodiscard]] Outcome Decode(const Record& record, EvtxVisitor& visitor);

 private:
  // Whether the record goes on.
  enum class Step : std::uint8_t { kGoOn, kEnough, kBroken, kTooMuch };

  // Values of one instance, in values_.
  struct Arguments {
    std::size_t first = 0;
    std::size_t count = 0;
  };

  [[nodiscard]] Step RunFragment(std::uint32_t begin, std::uint32_t end, Dependency dependency);
  [[nodiscard]] Step RunInstance(std::uint32_t offset, std::uint32_t end);
  [[nodiscard]] Step Run(Program program, Arguments arguments);
  [[nodiscard]] Step RunOp(const Op& op, Arguments arguments);
  [[nodiscard]] Step Close();
  [[nodiscard]] Step Substitute(const Op& op, Arguments arguments);

  ChunkPrograms programs_;
  FlatBuilder builder_;
  EvtxVisitor* visitor_ = nullptr;
  std::vector<Value> values_;
  std::uint32_t depth_ = 0;
  std::uint64_t work_ = 0;  // operations run in this chunk
  bool asked_ = false;
};

}  // namespace whfb::readers::evtx

#endif  // WHFB_COLLECTORS_READERS_EVTX_BINXML_H_
