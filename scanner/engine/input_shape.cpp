#include "scanner/engine/input_shape.h"

#include <algorithm>
#include <array>

#include "collectors/readers/reader.h"
#include "scanner/core/ascii_text.h"
#include "scanner/engine/entry_names.h"
#include "scanner/engine/known_files.h"
#include "scanner/engine/no_results.h"

namespace whfb::engine {

namespace {

using namespace std::string_view_literals;

constexpr std::array kArchiveSuffixes = {".zip"sv, ".cab"sv,    ".tar"sv,    ".tgz"sv,
                                         ".7z"sv,  ".tar.gz"sv, ".tar.xz"sv, ".tar.bz2"sv};

constexpr std::array kGenericNames = {"bundle"sv,
                                      "c"sv,
                                      "collected"sv,
                                      "config"sv,
                                      "diag"sv,
                                      "diagnostics"sv,
                                      "data"sv,
                                      "evidence"sv,
                                      "event"sv,
                                      "events"sv,
                                      "eventlogs"sv,
                                      "export"sv,
                                      "exports"sv,
                                      "files"sv,
                                      "input"sv,
                                      "logs"sv,
                                      "output"sv,
                                      "registry"sv,
                                      "results"sv,
                                      "system32"sv,
                                      "temp"sv,
                                      "tmp"sv,
                                      "uploads"sv,
                                      "windows"sv,
                                      "winevt"sv,
                                      "certs"sv,
                                      "certificates"sv,
                                      "my"sv,
                                      "systemcertificates"sv};

// The folders under which triage tools put a drive: KAPE "C", Velociraptor
// "uploads/auto/C%3A" and "uploads/ntfs/%5C%5C.%5CC%3A".
bool MayHoldDrive(std::string_view lower_name) {
  const bool letter = !lower_name.empty() && lower_name[0] >= 'a' && lower_name[0] <= 'z';
  const std::string_view rest = letter ? lower_name.substr(1) : lower_name;
  const bool drive = letter && (rest.empty() || rest == ":" || rest == "%3a" || rest == "_");
  return drive || lower_name == "uploads" || lower_name == "auto" || lower_name == "ntfs" ||
         lower_name == "lazy_ntfs" || lower_name == "%5c%5c.%5cc%3a";
}

bool HoldsDrive(const std::string& folder, const FolderListing& listing, int depth) {
  constexpr int kMaxDepth = 4;
  for (const std::string& name : listing.folders) {
    const std::string lower = LowerAscii(name);
    const bool windows = lower == "windows";
    if (!windows && (depth >= kMaxDepth || !MayHoldDrive(lower))) {
      continue;
    }
    const std::string below = JoinPath(folder, name);
    const Result<FolderListing> inner = ListFolder(below);
    if (!inner) {
      continue;
    }
    const bool found = windows ? std::ranges::any_of(inner->folders,
                                                     [](const std::string& inside) {
                                                       return LowerAscii(inside) == "system32";
                                                     })
                               : HoldsDrive(below, *inner, depth + 1);
    if (found) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool IsArchiveName(std::string_view name) {
  const std::string lower = LowerAscii(name);
  return std::ranges::any_of(kArchiveSuffixes,
                             [&](std::string_view suffix) { return lower.ends_with(suffix); });
}

bool IsDirectoryArchiveName(std::string_view name) {
  return LowerAscii(name).ends_with("_bloodhound.zip");
}

FileRole RoleOf(const std::string& path, std::string_view file, std::string& reason) {
  static constexpr std::array kCertificateKinds = {"x509"sv, "pem"sv, "pkcs7"sv,
                                                   "serialized-store"sv};
  const std::string_view name = LastPart(file);
  if (ParseNoResults(name)) {
    return FileRole::kDevice;
  }
  if (IsHelloKeyFile(file)) {
    reason = kHelloKeyFile;
    return FileRole::kNothing;
  }
  std::array<std::byte, readers::kHeadBytes> buffer{};
  const Result<std::span<const std::byte>> head = ReadHead(path, buffer);
  if (!head) {
    reason = head.error().message;
    return FileRole::kUnreadable;
  }
  const readers::ReaderSpec* const reader = readers::Recognise(*head, LowerAscii(name));
  if (reader == nullptr) {
    reason = WhyNotRead(*head, name);
    return FileRole::kNothing;
  }
  // Stores and single certificates lie with devices too; their neighbours decide.
  if (std::ranges::find(kCertificateKinds, reader->kind) != kCertificateKinds.end()) {
    return FileRole::kCertificate;
  }
  return reader->environment ? FileRole::kEnvironment : FileRole::kDevice;
}

bool HasDriveShape(const std::string& folder, const FolderListing& listing) {
  return HoldsDrive(folder, listing, 0);
}

bool IsGenericName(std::string_view name) {
  const std::string lower = LowerAscii(name);
  const bool number =
      !lower.empty() && std::ranges::all_of(lower, [](char c) { return c >= '0' && c <= '9'; });
  return number || std::ranges::find(kGenericNames, lower) != kGenericNames.end();
}

}  // namespace whfb::engine
