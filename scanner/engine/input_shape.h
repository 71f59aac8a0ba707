// What a file or folder looks like before anything is read of it: for grouping.cpp; what is the
// name of no device also for device_scan.cpp.

#ifndef WHFB_SCANNER_ENGINE_INPUT_SHAPE_H_
#define WHFB_SCANNER_ENGINE_INPUT_SHAPE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "scanner/engine/file_access.h"

namespace whfb::engine {

// What a loose file is good for.
enum class FileRole : std::uint8_t {
  kNothing,      // no reader knows it
  kDevice,       // device evidence
  kEnvironment,  // evidence that always belongs to the environment
  kCertificate,  // a certificate or store file: the environment's unless a device lies beside it
  kUnreadable,
};

// By name alone: archives are not opened while inputs are indexed.
[[nodiscard]] bool IsArchiveName(std::string_view name);

// SharpHound's archive ("20240101120000_BloodHound.zip"), which holds nothing of a device.
[[nodiscard]] bool IsDirectoryArchiveName(std::string_view name);

// By name and first bytes of the file at `path`; `file` is where it lies below the input. `reason`
// is set for kUnreadable and kNothing.
[[nodiscard]] FileRole RoleOf(const std::string& path, std::string_view file, std::string& reason);

// The folder is a Windows drive, or holds one as C/, C%3A/, uploads/ and the like.
[[nodiscard]] bool HasDriveShape(const std::string& folder, const FolderListing& listing);

// Names that say nothing about the device ("logs", "evidence", "1").
[[nodiscard]] bool IsGenericName(std::string_view name);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_INPUT_SHAPE_H_
