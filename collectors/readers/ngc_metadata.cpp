// Metadata of an Ngc folder of a raw copy: 1.dat (user SID) and 7.dat (provider) of a
// container, 1.dat (provider) of a protector (formats.md section 11; reported, no original was
// seen). UTF-16LE text padded with NUL. Never anything else of that folder, which holds key
// material.

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/readers/connection_record.h"
#include "collectors/readers/reader.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = 4096;
constexpr std::size_t kMaxSid = 184;  // SECURITY_MAX_SID_STRING_CHARACTERS, less the NUL

constexpr std::array<std::string_view, 3> kProviders = {
    "Microsoft Platform Crypto Provider", "Microsoft Software Key Storage Provider",
    "Microsoft Smart Card Key Storage Provider"};

// ASCII in UTF-16LE, and nothing but NUL behind it. Without a NUL nothing tells that it ends here.
struct PaddedText {
  std::string text{};
  bool ended = false;
};

std::optional<PaddedText> ReadPadded(std::span<const std::byte> bytes) {
  PaddedText read;
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
    const auto letter = std::to_integer<unsigned char>(bytes[at]);
    if (bytes[at + 1] != std::byte{0} || letter > 0x7E || (letter != 0 && letter < 0x20)) {
      return std::nullopt;
    }
    if (letter == 0) {
      read.ended = true;
    } else if (read.ended) {
      return std::nullopt;
    } else {
      read.text.push_back(static_cast<char>(letter));
    }
  }
  return read;
}

bool IsSid(std::string_view text) {
  constexpr std::string_view kStart = "S-1-";
  return text.starts_with(kStart) && text.size() <= kMaxSid && text.size() > kStart.size() &&
         text.substr(kStart.size()).find_first_not_of("0123456789-") == std::string_view::npos &&
         text.back() != '-' && text.find("--") == std::string_view::npos;
}

bool IsProvider(std::string_view text) {
  return std::ranges::find(kProviders, text) != kProviders.end();
}

int RecogniseNgc(const Head& head) {
  if (head.name() != "1.dat" && head.name() != "7.dat") {
    return 0;
  }
  const std::optional<PaddedText> read = ReadPadded(head.bytes());
  return read && (IsSid(read->text) || IsProvider(read->text)) ? 70 : 0;
}

Status ReadNgc(const EvidenceView& evidence, RecordSink& sink) {
  const std::optional<PaddedText> read = ReadPadded(evidence.bytes);
  if (!read) {
    return Error{ErrorCode::kMalformed, std::string(evidence.path), "no text padded with NUL"};
  }
  const bool sid = IsSid(read->text);
  if (!sid && !IsProvider(read->text)) {
    return Error{ErrorCode::kMalformed, std::string(evidence.path), "no user SID, no provider"};
  }
  if (!read->ended) {
    sink.AddGap({0, WhyUnknown::kTruncated, "the text does not end"});
    return Ok{};
  }
  ++sink.record_count;
  sink.records.Add(NgcMetadata{.path = sink.Keep(evidence.path),
                               .text = sid ? NgcText::kUserSid : NgcText::kProvider,
                               .value = sink.Keep(read->text),
                               .source = evidence.At(0)});
  sink.note = "metadata of a Hello container";
  return Ok{};
}

}  // namespace

extern const ReaderSpec kNgcMetadataReader;  // declared again by the generated list

const ReaderSpec kNgcMetadataReader = {.kind = "ngc-metadata",
                                       .max_bytes = kMaxBytes,
                                       .places = PlaceKind::kOffset,
                                       .recognise = RecogniseNgc,
                                       .read = ReadNgc};

}  // namespace whfb::readers
