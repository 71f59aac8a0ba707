// Chunks and records of a log: which of them are live, and where it is damaged.

#include <algorithm>
#include <array>
#include <libdeflate.h>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "collectors/readers/evtx.h"
#include "collectors/readers/evtx_binxml.h"
#include "collectors/readers/evtx_value.h"

namespace whfb::readers {

namespace {

using evtx::Load;
using evtx::RecordDecoder;

constexpr std::string_view kFileMagic{"ElfFile\0", 8};
constexpr std::string_view kChunkMagic{"ElfChnk\0", 8};
constexpr std::size_t kWindowChunks = 16;
constexpr std::size_t kWindow = kWindowChunks * kEvtxChunkBytes;
constexpr std::uint32_t kFirstRecord = 512;
constexpr std::uint32_t kRecordHead = 24;  // signature, size, id, time
constexpr std::uint32_t kMinRecord = kRecordHead + 4;
constexpr std::uint32_t kRecordMagic = 0x00002a2a;
constexpr std::uint32_t kNoChecksums = 4;  // flag in the file header, seen with format 3.2

std::string_view TextAt(std::span<const std::byte> bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes.data()), std::min(size, bytes.size())};
}

struct ChunkHead {
  std::uint64_t first_id = 0;
  std::uint64_t last_id = 0;
  std::uint32_t free = 0;
  std::uint32_t data_checksum = 0;
  bool checked = false;  // its own checksum is right
};

ChunkHead ReadChunkHead(const std::byte* chunk) {
  constexpr std::size_t kChecksum = 124;
  constexpr std::size_t kFirstPart = 120;
  constexpr std::size_t kSecondPart = 128;
  std::uint32_t checksum = libdeflate_crc32(0, chunk, kFirstPart);
  checksum = libdeflate_crc32(checksum, chunk + kSecondPart, kFirstRecord - kSecondPart);
  return {.first_id = Load<std::uint64_t>(chunk + 24),
          .last_id = Load<std::uint64_t>(chunk + 32),
          .free = Load<std::uint32_t>(chunk + 48),
          .data_checksum = Load<std::uint32_t>(chunk + 52),
          .checked = checksum == Load<std::uint32_t>(chunk + kChecksum)};
}

// One a thread, for all its logs: to make its tables anew costs more than to read a small log.
// What one chunk leaves in it, BeginChunk takes away.
RecordDecoder& ThreadDecoder() {
  thread_local const std::unique_ptr<RecordDecoder> decoder = std::make_unique<RecordDecoder>();
  return *decoder;
}

class Walker {
 public:
  Walker(ByteSource& source, std::string_view where, EvtxVisitor& visitor)
      : source_(&source), where_(where), visitor_(&visitor) {}

  Result<EvtxTotals> Walk() {
    if (Status status = ReadFileHead(); !status) {
      return status.error();
    }
    std::uint64_t offset = kEvtxHeaderBytes;
    while (offset < source_->size()) {
      const Result<std::span<const std::byte>> window = source_->Window(offset, kWindow);
      if (!window || window->empty()) {
        Damage(0, WhyUnknown::kTruncated, "cannot be read from here on");
        break;
      }
      for (std::size_t at = 0; at < window->size(); at += kEvtxChunkBytes) {
        Chunk(window->subspan(at, std::min(kEvtxChunkBytes, window->size() - at)));
        ++number_;
      }
      offset += kWindow;
    }
    if (number_ < promised_) {
      visitor_->Damage({.why = WhyUnknown::kTruncated,
                        .message = "the file ends after chunk " + std::to_string(number_) + " of " +
                                   std::to_string(promised_)});
    }
    return totals_;
  }

 private:
  Status ReadFileHead() {
    const Result<std::span<const std::byte>> head = source_->Window(0, kEvtxHeaderBytes);
    if (!head) {
      return head.error();
    }
    constexpr std::size_t kUsedHeader = 128;
    if (TextAt(*head, kFileMagic.size()) != kFileMagic || head->size() < kUsedHeader) {
      return Error{.code = ErrorCode::kMalformed,
                   .where = std::string(where_),
                   .message = "no event log: the signature is not ElfFile"};
    }
    // The count is stale in a log that was copied while in use, but never too high.
    promised_ = Load<std::uint16_t>(head->data() + 42);
    checksums_ = (Load<std::uint32_t>(head->data() + 120) & kNoChecksums) == 0;
    return Ok{};
  }

  void Damage(std::uint64_t record, WhyUnknown why, const std::string& what) {
    visitor_->Damage(
        {.place = record, .why = why, .message = "chunk " + std::to_string(number_) + ": " + what});
  }

  void Chunk(std::span<const std::byte> bytes) {
    if (TextAt(bytes, kChunkMagic.size()) != kChunkMagic) {
      // A slot that was never used is all zero.
      if (std::ranges::any_of(bytes, [](std::byte byte) { return byte != std::byte{0}; })) {
        Damage(0, WhyUnknown::kMalformed, "signature is not ElfChnk");
      }
      return;
    }
    available_ = static_cast<std::uint32_t>(bytes.size());
    if (bytes.size() < kEvtxChunkBytes) {
      padded_.assign(bytes.begin(), bytes.end());
      padded_.resize(kEvtxChunkBytes);
      bytes = padded_;
    }
    ++totals_.chunks;
    decoder_->BeginChunk(bytes.data());
    const ChunkHead head = ReadChunkHead(bytes.data());
    const std::uint64_t torn = totals_.torn;
    const std::uint32_t end = Records(bytes.data(), head);
    if (end < head.free) {
      const bool cut = available_ < head.free;
      Damage(0, cut ? WhyUnknown::kTruncated : WhyUnknown::kMalformed,
             "records end at " + std::to_string(end) + ", the header says " +
                 std::to_string(head.free));
    } else if (checksums_ && head.checked && torn == totals_.torn && head.free >= kFirstRecord &&
               libdeflate_crc32(0, bytes.data() + kFirstRecord, head.free - kFirstRecord) !=
                   head.data_checksum) {
      Damage(0, WhyUnknown::kMalformed, "checksum of the records does not match");
    }
  }

  // Returns where the live records end.
  std::uint32_t Records(const std::byte* chunk, const ChunkHead& head) {
    std::uint32_t at = kFirstRecord;
    std::uint64_t previous = 0;
    while (at + kMinRecord <= available_) {
      const auto size = Load<std::uint32_t>(chunk + at + 4);
      if (Load<std::uint32_t>(chunk + at) != kRecordMagic || size < kMinRecord ||
          size > available_ - at) {
        break;
      }
      const auto id = Load<std::uint64_t>(chunk + at + 8);
      const bool torn = Load<std::uint32_t>(chunk + at + size - 4) != size;
      // Behind the free-space offset lie remnants, unless the header is older than the records.
      if (at >= head.free && (torn || previous == 0 || id != previous + 1)) {
        break;
      }
      if (torn) {
        Torn(id, head);
      } else {
        ++totals_.records;
        Record({.id = id,
                .time = Load<Ticks>(chunk + at + 16),
                .begin = at + kRecordHead,
                .end = at + size - 4});
      }
      previous = id;
      at += size;
    }
    return at;
  }

  // It is a record only where the header knows of it: else nobody can tell it from what was there
  // before.
  void Torn(std::uint64_t id, const ChunkHead& head) {
    if (id >= head.first_id && id <= head.last_id) {
      ++totals_.records;
      ++totals_.torn;
    }
    Damage(id, WhyUnknown::kMalformed, "record is torn: its two sizes differ");
  }

  void Record(const RecordDecoder::Record& record) {
    switch (decoder_->Decode(record, *visitor_)) {
      case RecordDecoder::Outcome::kRead:
        return;
      case RecordDecoder::Outcome::kMalformed:
        return Damage(record.id, WhyUnknown::kMalformed, "record does not parse");
      case RecordDecoder::Outcome::kTooLarge:
        return Damage(record.id, WhyUnknown::kTooLarge, "record needs more than its bounds");
    }
  }

  ByteSource* source_;
  std::string_view where_;
  EvtxVisitor* visitor_;
  RecordDecoder* decoder_ = &ThreadDecoder();
  std::vector<std::byte> padded_;
  EvtxTotals totals_{};
  std::uint64_t number_ = 0;
  std::uint64_t promised_ = 0;
  std::uint32_t available_ = 0;
  bool checksums_ = true;
};

}  // namespace

Result<EvtxTotals> WalkEvtx(ByteSource& source, std::string_view where, EvtxVisitor& visitor) {
  return Walker(source, where, visitor).Walk();
}

}  // namespace whfb::readers
