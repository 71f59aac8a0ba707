// Items: which reader, whole or streamed, or why not.

#include <algorithm>
#include <libdeflate.h>
#include <optional>
#include <string>
#include <utility>

#include "scanner/core/ascii_text.h"
#include "scanner/engine/bundle_walk.h"
#include "scanner/engine/byte_sources.h"
#include "scanner/engine/drained.h"
#include "scanner/engine/entry_names.h"
#include "scanner/engine/file_access.h"
#include "scanner/engine/known_files.h"

namespace whfb::engine {

namespace {

std::span<const std::byte> HeadOf(std::span<const std::byte> bytes) {
  return bytes.first(std::min(bytes.size(), readers::kHeadBytes));
}

const readers::ReaderSpec* FindReader(std::span<const std::byte> head, std::string_view path) {
  return readers::Recognise(head, LowerAscii(LastPart(path)));
}

}  // namespace

WhyUnknown WhyOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kDenied:
      return WhyUnknown::kDenied;
    case ErrorCode::kTooLarge:
      return WhyUnknown::kTooLarge;
    case ErrorCode::kMalformed:
      return WhyUnknown::kMalformed;
    case ErrorCode::kNotFound:
    case ErrorCode::kIo:
    case ErrorCode::kInvalidInput:
      return WhyUnknown::kNotCollected;
    case ErrorCode::kInternal:
      return WhyUnknown::kInternal;
  }
  return WhyUnknown::kInternal;
}

Result<std::unique_ptr<readers::ByteSource>> ItemAccess::Random() {
  Result<std::unique_ptr<readers::ByteSource>> stream = Stream();
  if (!stream) {
    return stream.error();
  }
  Result<Drained> drained = DrainAll(**stream);
  if (!drained) {
    return drained.error();
  }
  return SourceOf(*std::move(drained));
}

void BundleWalk::Visit(const WalkItem& item) {
  ++items_;
  visitor_->Visit(item);
}

void BundleWalk::Fail(const ItemInfo& info, WhyUnknown why, std::string_view reason) {
  Visit({.path = info.path,
         .size = info.size,
         .crc32 = info.crc32,
         .status = CoverageStatus::kFailed,
         .why = why,
         .reason = reason,
         .kind = "unrecognised"});
}

void BundleWalk::FailWith(const ItemInfo& info, const Error& error) {
  Fail(info, WhyOf(error.code), error.message);
}

void BundleWalk::Ignore(const ItemInfo& info, std::string_view reason) {
  Visit({.path = info.path,
         .size = info.size,
         .crc32 = info.crc32,
         .status = CoverageStatus::kIgnored,
         .reason = reason,
         .kind = "unrecognised"});
}

void BundleWalk::IgnoreFormat(const ItemInfo& info, std::span<const std::byte> head) {
  const std::string_view why = WhyNotRead(head, info.path);
  Visit({.path = info.path,
         .size = info.size,
         .crc32 = info.crc32,
         .status = CoverageStatus::kIgnored,
         .reason = why,
         .kind = KindOfUnread(why)});
}

void BundleWalk::VisitContainer(const ItemInfo& info, WhyUnknown why, std::string_view damage) {
  Visit({.path = info.path,
         .size = info.size,
         .crc32 = info.crc32,
         .status = damage.empty() ? CoverageStatus::kRead : CoverageStatus::kPartial,
         .why = why,
         .reason = damage.empty() ? info.note : damage,
         .kind = "container"});
}

// Counts the item against the limits of the bundle. False: it was answered already.
bool BundleWalk::Admit(const ItemInfo& info) {
  if (full_) {
    return false;
  }
  if (items_ >= limits_.max_files) {
    full_ = true;
    Fail(info, WhyUnknown::kTooLarge, "more files than the limit; the rest is not read");
    return false;
  }
  if (info.size > limits_.max_total_bytes - std::min(total_bytes_, limits_.max_total_bytes)) {
    Fail(info, WhyUnknown::kTooLarge, "beyond the limit for the whole bundle");
    return false;
  }
  total_bytes_ += info.size;
  return true;
}

void BundleWalk::Offer(const ItemInfo& info, ItemAccess& access) {
  if (!Admit(info)) {
    return;
  }
  if (info.size == 0) {
    if (const std::optional<NoResults> nothing = ParseNoResults(info.path)) {
      Visit({.path = info.path,
             .status = CoverageStatus::kFailed,
             .why = WhyNoResults(nothing->hresult),
             .reason = "the collecting tool got nothing",
             .kind = "no-results",
             .no_results = &*nothing});
      return;
    }
  }
  if (IsHelloKeyFile(info.path)) {
    IgnoreFormat(info, {});
    return;
  }
  if (info.size > kWholeItemBytes) {
    OfferStream(info, access);
    return;
  }
  if (Status status = access.Whole(*buffer_); !status) {
    FailWith(info, status.error());
    return;
  }
  ItemInfo read = info;
  if (read.crc32 == 0) {
    read.crc32 = libdeflate_crc32(0, buffer_->data(), buffer_->size());
  }
  OfferWhole(read);
}

// The item is in buffer_.
void BundleWalk::OfferWhole(const ItemInfo& info) {
  const std::span<const std::byte> head = HeadOf(*buffer_);
  if (const Container container = RecogniseContainer(head); container != Container::kNone) {
    // The entries inside need buffer_.
    const std::vector<std::byte> own = std::exchange(*buffer_, {});
    readers::MemorySource source(own);
    Nested(info, container, source);
    return;
  }
  const readers::ReaderSpec* const reader = FindReader(head, info.path);
  if (reader == nullptr) {
    if (info.size == 0) {
      Ignore(info, "empty");
    } else {
      IgnoreFormat(info, head);
    }
    return;
  }
  readers::MemorySource source(*buffer_);
  Read(info, *reader, reader->streamed && !reader->random_access ? &source : nullptr);
}

void BundleWalk::OfferStream(const ItemInfo& info, ItemAccess& access) {
  Result<std::unique_ptr<readers::ByteSource>> stream = access.Stream();
  if (!stream) {
    FailWith(info, stream.error());
    return;
  }
  auto head = (*stream)->Window(0, readers::kHeadBytes);
  if (!head) {
    FailWith(info, head.error());
    return;
  }
  if (const Container container = RecogniseContainer(*head); container != Container::kNone) {
    stream = info.depth < limits_.max_depth ? access.Random() : std::move(stream);
    if (!stream) {
      FailWith(info, stream.error());
    } else {
      Nested(info, container, **stream);
    }
    return;
  }
  const readers::ReaderSpec* const reader = FindReader(*head, info.path);
  if (reader == nullptr) {
    IgnoreFormat(info, *head);
    return;
  }
  ReadLarge(info, *reader, access, **stream);
}

// As its reader wants it: in order, at any offset, or whole.
void BundleWalk::ReadLarge(const ItemInfo& info,
                           const readers::ReaderSpec& reader,
                           ItemAccess& access,
                           readers::ByteSource& stream) {
  const bool in_order = reader.streamed && !reader.random_access;
  if (in_order || info.size > reader.max_bytes) {
    Read(info, reader, &stream);
    return;
  }
  if (reader.random_access && (access.seekable() || info.size > kWholeSeekableBytes)) {
    Result<std::unique_ptr<readers::ByteSource>> random = access.Random();
    if (random) {
      Read(info, reader, random->get());
    } else {
      FailWith(info, random.error());
    }
    return;
  }
  if (Status status = access.Whole(*buffer_); !status) {
    FailWith(info, status.error());
  } else {
    Read(info, reader, nullptr);
  }
  // One large text must not stay in memory for the rest of the fleet.
  std::vector<std::byte>().swap(*buffer_);
}

void BundleWalk::Read(const ItemInfo& info,
                      const readers::ReaderSpec& reader,
                      readers::ByteSource* source) {
  WalkItem item{.path = info.path,
                .size = info.size,
                .crc32 = info.crc32,
                .reason = info.note,
                .kind = reader.kind};
  if (info.size > reader.max_bytes) {
    item.status = CoverageStatus::kFailed;
    item.why = WhyUnknown::kTooLarge;
    item.reason = "larger than the limit of its format";
  } else {
    item.reader = &reader;
    item.source = source;
    item.bytes =
        source == nullptr ? std::span<const std::byte>(*buffer_) : std::span<const std::byte>{};
  }
  ItemCompanions companions(info.place, limits_, budget_);
  item.companions = info.place.neighbours == nullptr ? nullptr : &companions;
  Visit(item);
}

}  // namespace whfb::engine
