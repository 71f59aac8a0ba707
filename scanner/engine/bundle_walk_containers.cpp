// Containers: ZIP by its directory, everything else in the order of its entries.

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "scanner/core/ascii_text.h"
#include "scanner/engine/bundle_walk.h"
#include "scanner/engine/byte_sources.h"
#include "scanner/engine/drained.h"
#include "scanner/engine/entry_names.h"
#include "scanner/engine/file_access.h"

namespace whfb::engine {

namespace {

class ZipAccess final : public ItemAccess {
 public:
  ZipAccess(ZipArchive& archive, const ZipEntry& entry) : archive_(&archive), entry_(&entry) {}

  [[nodiscard]] Status Whole(std::vector<std::byte>& bytes) override {
    return archive_->Read(*entry_, bytes);
  }

  [[nodiscard]] Result<std::unique_ptr<readers::ByteSource>> Stream() override {
    return archive_->Stream(*entry_);
  }

 private:
  ZipArchive* archive_;
  const ZipEntry* entry_;
};

// Whether anybody reads this, by what is there of it.
bool IsWanted(const Drained& drained, std::string_view path) {
  const auto head =
      std::span(drained.bytes).first(std::min(drained.bytes.size(), readers::kHeadBytes));
  return RecogniseContainer(head) != Container::kNone ||
         readers::Recognise(head, LowerAscii(LastPart(path))) != nullptr;
}

// Bytes that were taken out of a container already.
class DrainedAccess final : public ItemAccess {
 public:
  explicit DrainedAccess(Drained drained)
      : bytes_(std::move(drained.bytes)), spool_(std::move(drained.spool)) {}

  [[nodiscard]] Status Whole(std::vector<std::byte>& bytes) override {
    if (spool_ == nullptr) {
      bytes.swap(bytes_);
      return Ok{};
    }
    return ReadAll(*spool_, spool_->size(), "temporary file", bytes);
  }

  // Requires a spool, and that it is asked for once: large items only.
  [[nodiscard]] Result<std::unique_ptr<readers::ByteSource>> Stream() override {
    return std::unique_ptr<readers::ByteSource>(std::make_unique<View>(*spool_));
  }

  [[nodiscard]] Result<std::unique_ptr<readers::ByteSource>> Random() override { return Stream(); }

  [[nodiscard]] bool seekable() const override { return true; }

 private:
  class View final : public readers::ByteSource {
   public:
    explicit View(Spool& spool) : spool_(&spool) {}

    [[nodiscard]] std::uint64_t size() const override { return spool_->size(); }

    [[nodiscard]] Result<std::span<const std::byte>> Window(std::uint64_t offset,
                                                            std::size_t length) override {
      return spool_->Window(offset, length);
    }

   private:
    Spool* spool_;
  };

  std::vector<std::byte> bytes_;
  std::unique_ptr<Spool> spool_;
};

// What ReadArchive says of a bare stream: "log.evtx.xz" holds "log.evtx".
std::string InnerName(std::string_view path) {
  const std::string_view last = LastPart(path);
  const std::size_t dot = last.rfind('.');
  return std::string(dot == std::string_view::npos || dot == 0 ? last : last.substr(0, dot));
}

BundleContents Describe(const BundleInput& bundle, std::span<const ZipEntry> entries) {
  BundleContents contents{.collected = bundle.collected,
                          .collected_from_name = bundle.collected != TimeInterval{}};
  bool diagnostics = bundle.diagnostics;
  TimeInterval newest{};
  for (const ZipEntry& entry : entries) {
    diagnostics = diagnostics || IsDiagnosticsName(entry.name);
    newest = entry.modified.latest > newest.latest ? entry.modified : newest;
  }
  if (!contents.collected_from_name) {
    contents.collected = newest;
  }
  contents.account = diagnostics ? readers::Account::kSystem : readers::Account::kUnknown;
  return contents;
}

}  // namespace

bool IsDiagnosticsName(std::string_view path_in_bundle) {
  return LowerAscii(path_in_bundle) == "results.xml" || IsDiagnosticsItem(path_in_bundle);
}

Status BundleWalk::WalkZip(readers::ByteSource& source,
                           const std::string& path,
                           int depth,
                           const BundleInput* begin) {
  Result<ZipArchive> archive = ZipArchive::Open(source, limits_);
  if (!archive) {
    return archive.error();
  }
  if (begin != nullptr) {
    visitor_->Begin(Describe(*begin, archive->entries()));
  }
  truncated_ = truncated_ || archive->truncated();
  ZipNeighbours neighbours(*archive);
  std::string entry_path;
  for (const ZipEntry& entry : archive->entries()) {
    entry_path.assign(path).append("!/").append(entry.name);
    const ItemInfo info{.path = entry_path,
                        .size = entry.size,
                        .crc32 = entry.crc32,
                        .note = entry.note,
                        .depth = depth,
                        .place = {&neighbours, FolderOf(entry.name)}};
    if (entry.refused.empty()) {
      ZipAccess access(*archive, entry);
      Offer(info, access);
    } else if (!full_) {
      Fail(info, entry.why, entry.refused);
    }
  }
  VisitContainer({.path = path, .size = source.size()},
                 archive->truncated() ? WhyUnknown::kTruncated : WhyUnknown::kMalformed,
                 archive->damage());
  return Ok{};
}

void BundleWalk::OfferDrained(const ArchiveEntry& entry,
                              ArchiveData& data,
                              const ItemInfo& info,
                              std::uint64_t container_size) {
  const std::uint64_t by_ratio =
      std::max(limits_.ratio_free_bytes, container_size * limits_.max_ratio);
  const std::uint64_t left =
      limits_.max_total_bytes - std::min(total_bytes_, limits_.max_total_bytes);
  const std::uint64_t most = std::min({limits_.max_entry_bytes, by_ratio, left});
  Drained drained;
  for (auto piece = data.Next(); !piece || !piece->empty(); piece = data.Next()) {
    if (!piece) {
      FailWith(info, piece.error());
      return;
    }
    if (drained.size + piece->size() > most) {
      Fail(info, WhyUnknown::kTooLarge, "larger than the limit when inflated");
      return;
    }
    const bool grows_large =
        drained.spool == nullptr && drained.size + piece->size() > kWholeItemBytes;
    if (grows_large && !IsWanted(drained, info.path)) {
      IgnoreFormat(
          info,
          std::span(drained.bytes).first(std::min(drained.bytes.size(), readers::kHeadBytes)));
      return;
    }
    if (Status status = drained.Add(*piece); !status) {
      FailWith(info, status.error());
      return;
    }
  }
  if (drained.size < entry.size) {
    Fail(info, WhyUnknown::kTruncated, "the container ends in its data");
    return;
  }
  ItemInfo known = info;
  known.size = drained.size;
  DrainedAccess access(std::move(drained));
  Offer(known, access);
}

Status BundleWalk::WalkOther(readers::ByteSource& source,
                             const std::string& path,
                             int depth,
                             const ItemPlace& place) {
  ForwardNeighbours neighbours(source, limits_);
  std::unordered_map<std::string, unsigned> names;
  std::string entry_path;
  const Status status = ReadArchive(
      source, InnerName(path), limits_, [&](const ArchiveEntry& entry, ArchiveData& data) {
        if (full_) {
          return;
        }
        entry_path.assign(path).append("!/").append(entry.name);
        std::string_view note = entry.note;
        if (const unsigned copies = ++names[entry.name]; copies > 1) {
          entry_path += "~" + std::to_string(copies);
          note = "name occurs twice";
        }
        const ItemInfo info{
            .path = entry_path,
            .size = entry.size,
            .note = note,
            .depth = depth,
            .place = entry.bare ? place : ItemPlace{&neighbours, FolderOf(entry.name)}};
        if (!entry.refused.empty()) {
          Fail(info, entry.why, entry.refused);
        } else {
          OfferDrained(entry, data, info, source.size());
        }
      });
  VisitContainer({.path = path, .size = source.size()},
                 status ? WhyUnknown::kMalformed : WhyOf(status.error().code),
                 status ? std::string_view{} : std::string_view(status.error().message));
  return Ok{};
}

void BundleWalk::Nested(const ItemInfo& info, Container container, readers::ByteSource& source) {
  if (info.depth >= limits_.max_depth) {
    Fail(info, WhyUnknown::kTooLarge, "containers are nested deeper than the limit");
    return;
  }
  // The path in `info` lies in the caller's string, which stays while we are inside.
  const std::string path(info.path);
  const Status status = container == Container::kZip
                            ? WalkZip(source, path, info.depth + 1, nullptr)
                            : WalkOther(source, path, info.depth + 1, info.place);
  if (!status) {
    FailWith(info, status.error());
  }
}

}  // namespace whfb::engine
