// Windows event logs (.evtx), low level: every live record of a log as a flat Event, without a
// FactSpace. The reader kEvtxReader, the benchmark and the tests stand on this.
//
// [MS-EVEN6] 2.2.12 (BinXml) and what real logs do beyond it: a log copied while in use has a
// stale header, torn records and remnants of older records. Chunks are counted from the file
// size; a chunk is walked while record signatures hold and either its free-space offset has not
// been reached or the record numbers go on without a jump (appended after the header was
// written), so that remnants in the slack never count as events.
//
// Memory is bounded: one window of 1 MiB, one chunk's programs, one record's text. No globals;
// any thread, one walk each.

#ifndef WHFB_COLLECTORS_READERS_EVTX_H_
#define WHFB_COLLECTORS_READERS_EVTX_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "collectors/readers/event_record.h"
#include "collectors/readers/reader.h"
#include "scanner/core/result.h"

namespace whfb::readers {

class EvtxVisitor {
 public:
  EvtxVisitor() = default;
  EvtxVisitor(const EvtxVisitor&) = delete;
  EvtxVisitor& operator=(const EvtxVisitor&) = delete;
  EvtxVisitor(EvtxVisitor&&) = delete;
  EvtxVisitor& operator=(EvtxVisitor&&) = delete;
  virtual ~EvtxVisitor() = default;

  // Every whole record, once its System section is read: provider, channel, computer, id, level,
  // record id and time are set. True: its fields are decoded and Visit follows.
  virtual bool Wants(const Event& head) = 0;

  // The whole event. Every view is valid during the call only.
  virtual void Visit(const Event& event) = 0;

  // A record or chunk that could not be read; `place` is the record id, or 0 for a chunk.
  virtual void Damage(Gap gap) = 0;
};

struct EvtxTotals {
  std::uint64_t records = 0;  // live records, also those that are torn or do not parse
  std::uint64_t torn = 0;     // of them, cut off by the end of a write: size copy does not match
  std::uint64_t chunks = 0;   // with the chunk signature
};

// Walks a whole log. An Error only when `source` is no event log or cannot be read; `where` names
// it in the Error.
[[nodiscard]] Result<EvtxTotals> WalkEvtx(ByteSource& source,
                                          std::string_view where,
                                          EvtxVisitor& visitor);

inline constexpr std::size_t kEvtxHeaderBytes = 4096;
inline constexpr std::size_t kEvtxChunkBytes = 65'536;

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_EVTX_H_
