#include "collectors/readers/hive_transactions.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

#include "collectors/readers/little_endian.h"
#include "collectors/readers/marvin32.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kSeed = 0x82ef4d887a4e55c5;
constexpr std::size_t kEntryBytes = 40;  // before the references
constexpr std::size_t kSequenceAt = 12;
constexpr std::size_t kHashedBytes = 32;    // that the second hash covers
constexpr std::size_t kReferenceBytes = 8;  // offset and size of one page
constexpr std::size_t kBinBytes = 4096;
constexpr std::uint64_t kPiece = std::uint64_t{64} << 10;

std::string_view AsText(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

struct EntryHead {
  std::uint32_t size = 0;
  std::uint32_t sequence = 0;
  std::uint32_t bins_bytes = 0;
  std::uint32_t pages = 0;
  std::uint64_t body_hash = 0;
};

class LogReader {
 public:
  LogReader(ByteSource& source, std::string_view where) : source_(source), where_(where) {}

  Result<HiveLog> Read() {
    const auto sector = source_.Window(0, kHiveSectorBytes + 4);
    if (!sector) {
      return sector.error();
    }
    const std::optional<HiveHeader> header = ParseHiveHeader(*sector);
    if (!header) {
      return Fail(ErrorCode::kMalformed, "not a registry file");
    }
    log_.header = *header;
    const auto behind = sector->subspan(std::min(sector->size(), kHiveSectorBytes));
    log_.vector = AsText(behind).starts_with("DIRT");
    if (Status status = log_.vector ? ReadVector() : ReadEntries(); !status) {
      return status.error();
    }
    return std::move(log_);
  }

 private:
  [[nodiscard]] Error Fail(ErrorCode code, std::string message) const {
    return {.code = code, .where = std::string(where_), .message = std::move(message)};
  }

  [[nodiscard]] Status AddPage(HiveTransaction& to, const HivePage& page) {
    if (++pages_ > kMaxHivePages) {
      return Fail(ErrorCode::kTooLarge, "more pages than the limit");
    }
    to.pages.push_back(page);
    return Ok{};
  }

  Status ReadEntries() {
    std::uint64_t at = kHiveSectorBytes;
    while (log_.stopped.empty() && at + kEntryBytes <= source_.size()) {
      Result<std::uint64_t> next = ReadEntry(at);
      if (!next) {
        return next.error();
      }
      at = *next;
    }
    return log_.stopped.empty() ? Ok{} : TakeBroken(at);
  }

  Status TakeBroken(std::uint64_t at) {
    const auto window = source_.Window(at, kEntryBytes);
    if (!window) {
      return window.error();
    }
    if (window->size() == kEntryBytes && AsText(*window).starts_with("HvLE")) {
      log_.broken = LoadAt<std::uint32_t>(*window, kSequenceAt);
    }
    return Ok{};
  }

  // Where the next entry begins; sets `stopped` when there is none here.
  Result<std::uint64_t> ReadEntry(std::uint64_t at) {
    const auto window = source_.Window(at, kEntryBytes);
    if (!window) {
      return window.error();
    }
    EntryHead head;
    log_.stopped = CheckHead(*window, at, head);
    if (!log_.stopped.empty()) {
      return at;
    }
    Result<std::uint64_t> hash = HashOf(at + kEntryBytes, head.size - kEntryBytes);
    if (!hash) {
      return hash.error();
    }
    if (*hash != head.body_hash) {
      log_.stopped = "the hash of an entry is wrong";
      return at;
    }
    HiveTransaction transaction{.sequence = head.sequence, .bins_bytes = head.bins_bytes};
    if (Status status = ReadPages(at, head, transaction); !status) {
      return status.error();
    }
    if (!log_.stopped.empty()) {
      return at;
    }
    log_.transactions.push_back(std::move(transaction));
    return at + head.size;
  }

  // Empty, or why this is no entry.
  std::string_view CheckHead(std::span<const std::byte> bytes,
                             std::uint64_t at,
                             EntryHead& head) const {
    if (bytes.size() < kEntryBytes || !AsText(bytes).starts_with("HvLE")) {
      return "no entry follows";
    }
    Marvin32 hash(kSeed);
    hash.Update(bytes.first(kHashedBytes));
    if (hash.Finish() != LoadAt<std::uint64_t>(bytes, kHashedBytes)) {
      return "the hash of an entry's header is wrong";
    }
    head.size = LoadAt<std::uint32_t>(bytes, 4);
    head.sequence = LoadAt<std::uint32_t>(bytes, kSequenceAt);
    head.bins_bytes = LoadAt<std::uint32_t>(bytes, 16);
    head.pages = LoadAt<std::uint32_t>(bytes, 20);
    head.body_hash = LoadAt<std::uint64_t>(bytes, 24);
    const bool fits = head.size >= kEntryBytes && head.size % kHiveSectorBytes == 0 &&
                      head.size <= source_.size() - at &&
                      head.pages <= (head.size - kEntryBytes) / kReferenceBytes;
    if (!fits) {
      return "an entry is longer than the file";
    }
    return head.bins_bytes % kBinBytes == 0 ? std::string_view{} : "the size of the bins is wrong";
  }

  Result<std::uint64_t> HashOf(std::uint64_t at, std::uint64_t size) {
    Marvin32 hash(kSeed);
    while (size > 0) {
      const auto piece = source_.Window(at, static_cast<std::size_t>(std::min(size, kPiece)));
      if (!piece) {
        return piece.error();
      }
      if (piece->empty()) {
        return Fail(ErrorCode::kIo, "ends before its size");
      }
      hash.Update(*piece);
      at += piece->size();
      size -= piece->size();
    }
    return hash.Finish();
  }

  Status ReadPages(std::uint64_t entry, const EntryHead& head, HiveTransaction& transaction) {
    const std::uint64_t references = entry + kEntryBytes;
    std::uint64_t data = references + std::uint64_t{head.pages} * kReferenceBytes;
    for (std::uint32_t i = 0; i < head.pages; ++i) {
      const auto bytes =
          source_.Window(references + std::uint64_t{i} * kReferenceBytes, kReferenceBytes);
      if (!bytes || bytes->size() < kReferenceBytes) {
        return bytes ? Fail(ErrorCode::kIo, "ends before its size") : bytes.error();
      }
      const HivePage page{.offset = LoadAt<std::uint32_t>(*bytes, 0),
                          .size = LoadAt<std::uint32_t>(*bytes, 4),
                          .at = data};
      const bool fits = page.offset % kHiveSectorBytes == 0 && page.size % kHiveSectorBytes == 0 &&
                        page.size <= entry + head.size - data && page.offset <= head.bins_bytes &&
                        page.size <= head.bins_bytes - page.offset;
      if (!fits) {
        log_.stopped = "a page lies outside the entry or the hive";
        return Ok{};
      }
      if (Status status = AddPage(transaction, page); !status) {
        return status;
      }
      data += page.size;
    }
    return Ok{};
  }

  // One bit a sector of the hive; the dirty ones follow from the next whole sector.
  Status ReadVector() {
    constexpr std::uint64_t kBitmapAt = kHiveSectorBytes + 4;
    const std::uint32_t sectors =
        log_.header.bins_bytes / static_cast<std::uint32_t>(kHiveSectorBytes);
    const std::uint64_t bitmap_bytes = (std::uint64_t{sectors} + 7) / 8;
    HiveTransaction transaction{.sequence = log_.header.primary,
                                .bins_bytes = log_.header.bins_bytes};
    std::uint64_t data =
        (kBitmapAt + bitmap_bytes + kHiveSectorBytes - 1) / kHiveSectorBytes * kHiveSectorBytes;
    for (std::uint64_t done = 0; done < bitmap_bytes && log_.stopped.empty();) {
      const auto piece = source_.Window(
          kBitmapAt + done, static_cast<std::size_t>(std::min(bitmap_bytes - done, kPiece)));
      if (!piece || piece->empty()) {
        return piece ? Fail(ErrorCode::kMalformed, "ends in its vector") : piece.error();
      }
      const std::vector<std::byte> bits(piece->begin(), piece->end());
      if (Status status = ReadBits(bits, static_cast<std::uint32_t>(done) * 8, data, transaction);
          !status) {
        return status;
      }
      done += bits.size();
    }
    if (log_.stopped.empty()) {
      log_.transactions.push_back(std::move(transaction));
    }
    return Ok{};
  }

  Status ReadBits(std::span<const std::byte> bits,
                  std::uint32_t sector,
                  std::uint64_t& data,
                  HiveTransaction& transaction) {
    for (const std::byte octet : bits) {
      for (unsigned bit = 0; bit < 8; ++bit, ++sector) {
        const bool inside = sector < transaction.bins_bytes / kHiveSectorBytes;
        if (!inside || (octet >> bit & std::byte{1}) == std::byte{0}) {
          continue;
        }
        if (data + kHiveSectorBytes > source_.size()) {
          log_.stopped = "ends in its pages";
          return Ok{};
        }
        const HivePage page{.offset = static_cast<std::uint32_t>(sector * kHiveSectorBytes),
                            .size = kHiveSectorBytes,
                            .at = data};
        if (Status status = AddPage(transaction, page); !status) {
          return status;
        }
        data += kHiveSectorBytes;
      }
    }
    return Ok{};
  }

  ByteSource& source_;
  std::string_view where_;
  HiveLog log_{};
  std::size_t pages_ = 0;
};

}  // namespace

Result<HiveLog> ReadHiveLog(ByteSource& source, std::string_view where) {
  return LogReader(source, where).Read();
}

}  // namespace whfb::readers
