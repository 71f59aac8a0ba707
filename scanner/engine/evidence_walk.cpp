#include "scanner/engine/evidence_walk.h"

#include <algorithm>
#include <libdeflate.h>
#include <utility>
#include <vector>

#include "scanner/engine/bundle_walk.h"
#include "scanner/engine/digest.h"
#include "scanner/engine/entry_names.h"
#include "scanner/engine/file_access.h"

namespace whfb::engine {

namespace {

// A file on disk.
class DiskAccess final : public ItemAccess {
 public:
  explicit DiskAccess(std::string path) : path_(std::move(path)) {}

  [[nodiscard]] Status Whole(std::vector<std::byte>& bytes) override {
    return ReadWhole(path_, Limits{}.max_entry_bytes, bytes);
  }

  [[nodiscard]] Result<std::unique_ptr<readers::ByteSource>> Stream() override {
    return OpenFile(path_);
  }

  [[nodiscard]] Result<std::unique_ptr<readers::ByteSource>> Random() override {
    return OpenFile(path_);
  }

  [[nodiscard]] bool seekable() const override { return true; }

 private:
  std::string path_;
};

BundleContents ContentsOf(const BundleInput& bundle, bool diagnostics) {
  return {.account = diagnostics ? readers::Account::kSystem : readers::Account::kUnknown,
          .collected = bundle.collected,
          .collected_from_name = bundle.collected != TimeInterval{}};
}

}  // namespace

struct EvidenceWalker::State {
  Limits limits{};
  std::vector<std::byte> archive{};  // a whole small archive
  std::vector<std::byte> item{};
  Sha256 digest{};

  Result<WalkSummary> WalkFile(const BundleInput& bundle, ItemVisitor& visitor);
  Result<WalkSummary> WalkFolder(const BundleInput& bundle, ItemVisitor& visitor);
  Status WalkLoaded(const BundleInput& bundle,
                    readers::ByteSource& source,
                    ItemVisitor& visitor,
                    WalkSummary& summary);
};

Status EvidenceWalker::State::WalkLoaded(const BundleInput& bundle,
                                         readers::ByteSource& source,
                                         ItemVisitor& visitor,
                                         WalkSummary& summary) {
  BundleWalk walk(limits, item, visitor);
  auto head = source.Window(0, readers::kHeadBytes);
  if (!head) {
    return head.error();
  }
  const Container container = RecogniseContainer(*head);
  Status status = Ok{};
  if (container == Container::kZip) {
    status = walk.WalkZip(source, bundle.place.file(), 1, &bundle);
  } else {
    visitor.Begin(ContentsOf(bundle, bundle.diagnostics));
    if (container == Container::kOther) {
      status = walk.WalkOther(source, bundle.place.file(), 1, {});
    } else {
      DiskAccess access(bundle.place.path());
      walk.Offer({.path = bundle.place.file(), .size = source.size()}, access);
    }
  }
  summary.items = walk.items();
  summary.truncated = walk.truncated();
  return status;
}

Result<WalkSummary> EvidenceWalker::State::WalkFile(const BundleInput& bundle,
                                                    ItemVisitor& visitor) {
  Result<PathInfo> info = Inspect(bundle.place.path());
  if (!info) {
    return info.error();
  }
  WalkSummary summary{.size = info->size};
  Status status = Ok{};
  if (info->size <= kWholeArchiveBytes) {
    status = ReadWhole(bundle.place.path(), kWholeArchiveBytes, archive);
    if (!status) {
      return status.error();
    }
    digest.Update(archive);
    summary.sha256 = digest.Finish();
    readers::MemorySource source(archive);
    status = WalkLoaded(bundle, source, visitor, summary);
  } else {
    Result<std::unique_ptr<readers::ByteSource>> source = OpenFile(bundle.place.path());
    if (!source) {
      return source.error();
    }
    Result<std::string> hash = HashSource(**source, digest);
    if (!hash) {
      return hash.error();
    }
    summary.sha256 = *hash;
    status = WalkLoaded(bundle, **source, visitor, summary);
  }
  return status ? Result<WalkSummary>(std::move(summary)) : Result<WalkSummary>(status.error());
}

Result<WalkSummary> EvidenceWalker::State::WalkFolder(const BundleInput& bundle,
                                                      ItemVisitor& visitor) {
  Result<FolderListing> listing = ListTree(bundle.place.path(), limits.max_files);
  if (!listing) {
    return listing.error();
  }
  const bool diagnostics =
      bundle.diagnostics || std::ranges::any_of(listing->files, [](const FolderFile& file) {
        return IsDiagnosticsName(file.path);
      });
  visitor.Begin(ContentsOf(bundle, diagnostics));
  BundleWalk walk(limits, item, visitor);
  FolderNeighbours neighbours(bundle.place.path(), listing->files);
  WalkSummary summary;
  const std::string prefix = bundle.is_root ? std::string() : bundle.place.file() + "/";
  for (const FolderFile& file : listing->files) {
    if (std::ranges::binary_search(bundle.set_aside, file.path)) {
      continue;
    }
    summary.size += file.size;
    const EntryName name = SafeEntryName(file.path);
    const std::string path = prefix + name.text;
    DiskAccess access(JoinPath(bundle.place.path(), file.path));
    walk.Offer({.path = path,
                .size = file.size,
                .note = name.note,
                .place = {&neighbours, FolderOf(file.path)}},
               access);
  }
  for (const RefusedFile& refused : listing->refused) {
    const std::string path = prefix + SafeEntryName(refused.path).text;
    walk.Ignore({.path = path}, refused.reason);
  }
  if (listing->more) {
    walk.Fail({.path = bundle.place.file()}, WhyUnknown::kTooLarge,
              "more files than the limit; the rest is not read");
  }
  summary.items = walk.items();
  return summary;
}

EvidenceWalker::EvidenceWalker(const Limits& limits) : state_(std::make_unique<State>()) {
  state_->limits = limits;
}

EvidenceWalker::~EvidenceWalker() = default;

Result<WalkSummary> EvidenceWalker::Walk(const BundleInput& bundle, ItemVisitor& visitor) {
  return bundle.kind == InputKind::kFolder ? state_->WalkFolder(bundle, visitor)
                                           : state_->WalkFile(bundle, visitor);
}

}  // namespace whfb::engine
