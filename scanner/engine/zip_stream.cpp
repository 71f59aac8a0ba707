// Forward reading of one entry: for entries too large to hold, and to find the end of deflated
// data that no header measures.

#include <algorithm>
#include <libdeflate.h>
#include <string>
#include <zlib.h>

#include "scanner/engine/byte_sources.h"
#include "scanner/engine/zip_format.h"

namespace whfb::engine::zip {

namespace {

constexpr std::size_t kInputWindow = std::size_t{64} << 10;

Error Damaged(std::string_view where, std::string_view message) {
  return {
      .code = ErrorCode::kMalformed, .where = std::string(where), .message = std::string(message)};
}

// Raw deflate out of a source. One per stream; frees what zlib allocated.
class Inflater {
 public:
  Inflater(readers::ByteSource& source, std::uint64_t offset, std::uint64_t length)
      : source_(&source), offset_(offset), left_(length) {
    constexpr int kRawDeflate = -15;  // no zlib header, 32 KiB window
    ready_ = inflateInit2(&stream_, kRawDeflate) == Z_OK;
  }

  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  Inflater(Inflater&&) = delete;
  Inflater& operator=(Inflater&&) = delete;

  ~Inflater() {
    if (ready_) {
      inflateEnd(&stream_);
    }
  }

  // How many bytes it made; 0 at the end of the deflate stream.
  Result<std::size_t> Inflate(std::span<std::byte> into, std::string_view where) {
    if (!ready_) {
      return Error{.where = std::string(where), .message = "zlib could not start"};
    }
    std::size_t made = 0;
    while (made == 0 && !ended_) {
      const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left_, kInputWindow));
      auto window = source_->Window(offset_, wanted);
      if (!window) {
        return window.error();
      }
      // zlib takes a pointer to non-const and does not write through it.
      stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(window->data()));
      stream_.avail_in = static_cast<uInt>(window->size());
      stream_.next_out = reinterpret_cast<Bytef*>(into.data());
      stream_.avail_out = static_cast<uInt>(into.size());
      const int status = inflate(&stream_, Z_NO_FLUSH);
      const std::size_t used = window->size() - stream_.avail_in;
      offset_ += used;
      left_ -= used;
      consumed_ += used;
      made = into.size() - stream_.avail_out;
      ended_ = status == Z_STREAM_END;
      if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
        return Damaged(where, "deflated data is damaged");
      }
      if (made == 0 && used == 0 && !ended_) {
        return Damaged(where, "deflated data ends too early");
      }
    }
    return made;
  }

  [[nodiscard]] std::uint64_t consumed() const { return consumed_; }

 private:
  readers::ByteSource* source_;
  std::uint64_t offset_;
  std::uint64_t left_;
  std::uint64_t consumed_ = 0;
  z_stream stream_{};
  bool ready_ = false;
  bool ended_ = false;
};

class EntryStream final : public ForwardSource {
 public:
  EntryStream(readers::ByteSource& source, std::uint64_t offset, const ZipEntry& entry)
      : ForwardSource(entry.size),
        source_(&source),
        offset_(offset),
        entry_(entry),
        inflater_(source, offset, entry.compressed) {}

 protected:
  Result<std::size_t> Produce(std::span<std::byte> into) override {
    Result<std::size_t> made =
        entry_.method == kStored ? Copy(into) : inflater_.Inflate(into, entry_.name);
    if (!made) {
      return made.error();
    }
    crc_ = libdeflate_crc32(crc_, into.data(), *made);
    made_ += *made;
    if (made_ > entry_.size || (*made == 0 && made_ < entry_.size)) {
      return Damaged(entry_.name, "size differs from the directory");
    }
    // Checked with the last byte, not after it: nobody asks beyond the size.
    if (made_ == entry_.size && crc_ != entry_.crc32) {
      return Damaged(entry_.name, "CRC-32 differs from the directory");
    }
    return *made;
  }

 private:
  Result<std::size_t> Copy(std::span<std::byte> into) {
    const std::uint64_t left = entry_.compressed - std::min(made_, entry_.compressed);
    auto window = source_->Window(
        offset_ + made_, static_cast<std::size_t>(std::min<std::uint64_t>(left, into.size())));
    if (!window) {
      return window.error();
    }
    std::ranges::copy(*window, into.begin());
    return window->size();
  }

  readers::ByteSource* source_;
  std::uint64_t offset_;
  ZipEntry entry_;
  Inflater inflater_;
  std::uint64_t made_ = 0;
  std::uint32_t crc_ = 0;
};

}  // namespace

std::unique_ptr<readers::ByteSource> OpenStream(readers::ByteSource& source,
                                                std::uint64_t offset,
                                                const ZipEntry& entry) {
  return std::make_unique<EntryStream>(source, offset, entry);
}

Result<Measured> Measure(readers::ByteSource& source,
                         std::uint64_t offset,
                         std::uint64_t max_bytes) {
  Inflater inflater(source, offset, source.size() - std::min(offset, source.size()));
  std::vector<std::byte> step(kInputWindow);
  Measured measured;
  while (true) {
    Result<std::size_t> made = inflater.Inflate(step, "local header");
    if (!made) {
      return made.error();
    }
    if (*made == 0) {
      break;
    }
    measured.size += *made;
    measured.crc32 = libdeflate_crc32(measured.crc32, step.data(), *made);
    if (measured.size > max_bytes) {
      return Error{.code = ErrorCode::kTooLarge,
                   .where = "local header",
                   .message = "more than the limit of " + std::to_string(max_bytes) + " bytes"};
    }
  }
  measured.compressed = inflater.consumed();
  return measured;
}

}  // namespace whfb::engine::zip
