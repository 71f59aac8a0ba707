#include "scanner/cli/rule_pack.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <spdlog/fmt/fmt.h>

#include "collectors/readers/reader.h"
#include "rules/loader.h"
#include "scanner/engine/archive_reader.h"
#include "scanner/engine/digest.h"
#include "scanner/engine/file_access.h"
#include "scanner/engine/zip_archive.h"

namespace whfb::cli {

namespace {

constexpr std::uint64_t kMostRuleFiles = 10'000;
constexpr std::size_t kMaxPackBytes = std::size_t{32} << 20;
constexpr std::size_t kMaxUnpackedBytes = std::size_t{64} << 20;

using Bytes = std::vector<std::byte>;

Error NoRules(const std::string& place) {
  return {ErrorCode::kInvalidInput, place, "holds no rule; rules are *.xml files"};
}

// Why a pack that is to be signed is not taken. Never the fault of the command line.
Error Refused(const std::string& place, std::string message) {
  return {ErrorCode::kDenied, place, std::move(message)};
}

std::string Text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The digest is over names below the folder and texts, so that it is the same wherever it lies.
Result<rules::PackSource> ReadFolder(const std::string& place) {
  const Result<engine::FolderListing> listing = engine::ListTree(place, kMostRuleFiles);
  if (!listing) {
    return listing.error();
  }
  rules::PackSource pack{.pack = {.name = place}};
  std::vector<std::string_view> names;
  Bytes bytes;
  for (const engine::FolderFile& file : listing->files) {
    if (!file.path.ends_with(".xml")) {
      continue;
    }
    const std::string path = engine::JoinPath(place, file.path);
    if (const Status read = engine::ReadWhole(path, rules::kMaxRuleBytes, bytes); !read) {
      return read.error();
    }
    names.emplace_back(file.path);
    pack.sources.push_back({path, Text(bytes)});
  }
  if (pack.sources.empty()) {
    return NoRules(place);
  }
  std::vector<std::string_view> parts;
  for (std::size_t i = 0; i < names.size(); ++i) {
    parts.push_back(names[i]);
    parts.emplace_back(pack.sources[i].text);
  }
  pack.pack.sha256 = rules::DigestOf(parts);
  return pack;
}

// `within`: the pack as a whole is within its limits.
Status CheckEntry(const engine::ZipEntry& entry, const std::string& name, bool within) {
  if (!entry.refused.empty()) {
    return Error{ErrorCode::kMalformed, name, std::string(entry.refused)};
  }
  if (entry.size > rules::kMaxRuleBytes || !within) {
    return Error{ErrorCode::kTooLarge, name,
                 fmt::format("beyond the limits of a pack: {} rules, {} bytes each, {} in all",
                             kMostRuleFiles, rules::kMaxRuleBytes, kMaxUnpackedBytes)};
  }
  return Ok{};
}

// Whatever is wrong with an archive refuses it whole: a rule that is missing would not be missed.
Status ReadZip(const std::string& place,
               std::span<const std::byte> zip,
               std::vector<rules::RuleSource>& sources) {
  readers::MemorySource source(zip);
  Result<engine::ZipArchive> archive = engine::ZipArchive::Open(source, {});
  if (!archive) {
    return Error{ErrorCode::kMalformed, place, archive.error().message};
  }
  if (archive->truncated() || !archive->damage().empty()) {
    return Error{
        ErrorCode::kMalformed, place,
        archive->truncated() ? "the archive ends too early" : std::string(archive->damage())};
  }
  std::size_t unpacked = 0;
  Bytes bytes;
  for (const engine::ZipEntry& entry : archive->entries()) {
    if (!entry.name.ends_with(".xml")) {
      continue;
    }
    const std::string name = place + "!/" + entry.name;
    unpacked += static_cast<std::size_t>(std::min<std::uint64_t>(entry.size, kMaxUnpackedBytes));
    const bool within = unpacked <= kMaxUnpackedBytes && sources.size() < kMostRuleFiles;
    if (Status fits = CheckEntry(entry, name, within); !fits) {
      return fits;
    }
    if (const Status read = archive->Read(entry, bytes); !read) {
      return Error{read.error().code, name, read.error().message};
    }
    sources.push_back({name, Text(bytes)});
  }
  return sources.empty() ? Status(NoRules(place)) : Status(Ok{});
}

Status Verify(const std::string& place,
              std::span<const std::byte> pack,
              const engine::PublicKey& key) {
  const std::string file = place + ".sig";
  Bytes signature;
  Status read = engine::ReadWhole(file, engine::kSignatureBytes, signature);
  if (!read && read.error().code == ErrorCode::kNotFound) {
    return Refused(place, fmt::format("is not signed: there is no {}; with --rules-key only a pack "
                                      "that the key signed is read",
                                      file));
  }
  if (!read && read.error().code != ErrorCode::kTooLarge) {
    return read;
  }
  if (!read || signature.size() != engine::kSignatureBytes) {
    return Refused(file, fmt::format("is no Ed25519 signature, which has {} bytes; openssl pkeyutl "
                                     "-sign -rawin writes one",
                                     engine::kSignatureBytes));
  }
  if (!key.Verifies(pack, signature)) {
    return Refused(place, fmt::format("was changed since it was signed, or another key signed it: "
                                      "{} is not its signature by {}",
                                      file, key.fingerprint()));
  }
  return Ok{};
}

Result<rules::PackSource> ReadFile(const std::string& place,
                                   const std::optional<engine::PublicKey>& key) {
  Bytes bytes;
  if (const Status read = engine::ReadWhole(place, kMaxPackBytes, bytes); !read) {
    return read.error();
  }
  engine::Sha256 digest;
  digest.Update(bytes);
  rules::PackSource pack{.pack = {.name = place, .sha256 = digest.Finish()}};
  if (key) {
    if (const Status verified = Verify(place, bytes, *key); !verified) {
      return verified.error();
    }
    pack.pack.signed_by = key->fingerprint();
  }
  if (engine::RecogniseContainer(bytes) == engine::Container::kZip) {
    if (const Status read = ReadZip(place, bytes, pack.sources); !read) {
      return read.error();
    }
    return pack;
  }
  if (bytes.size() > rules::kMaxRuleBytes) {
    return Error{
        ErrorCode::kTooLarge, place,
        fmt::format("{} bytes, more than the limit of {}", bytes.size(), rules::kMaxRuleBytes)};
  }
  pack.sources.push_back({place, Text(bytes)});
  return pack;
}

}  // namespace

Result<rules::PackSource> ReadPack(const std::string& place,
                                   const std::optional<engine::PublicKey>& key) {
  const Result<engine::PathInfo> info = engine::Inspect(place);
  if (!info) {
    return info.error();
  }
  if (info->kind == engine::PathKind::kFile) {
    return ReadFile(place, key);
  }
  return key ? Result<rules::PackSource>(Refused(
                   place,
                   "is a folder, which cannot be signed; with --rules-key, pack it into a ZIP"))
             : ReadFolder(place);
}

}  // namespace whfb::cli
