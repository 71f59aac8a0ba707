// Files and folders: the only unit of the scanner that asks the operating system for anything.
//
// Paths are UTF-8 with `/` (on POSIX the bytes of the name, whatever they are). Symbolic links
// below a folder are never followed; they and special files (devices, pipes, sockets) are listed
// as refused with the reason. A file that cannot be read is an Error that names it and says why;
// it never stops a listing. Functions are free of shared state: any thread.

#ifndef WHFB_SCANNER_ENGINE_FILE_ACCESS_H_
#define WHFB_SCANNER_ENGINE_FILE_ACCESS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/reader.h"
#include "scanner/core/result.h"

namespace whfb::engine {

enum class PathKind : std::uint8_t { kFile, kFolder };

struct PathInfo {
  PathKind kind = PathKind::kFile;
  std::uint64_t size = 0;  // 0 for a folder
};

// Follows a symbolic link: the caller named this path. Neither file nor folder: an Error.
[[nodiscard]] Result<PathInfo> Inspect(const std::string& path);

struct FolderFile {
  std::string path{};  // relative to the folder listed
  std::uint64_t size = 0;
};

// Something in a folder that is not read, and why.
struct RefusedFile {
  std::string path{};
  std::string reason{};  // "symbolic link", "named pipe", "permission denied"
};

// All by path bytes.
struct FolderListing {
  std::vector<FolderFile> files{};
  std::vector<std::string> folders{};  // direct subfolders; only from ListFolder
  std::vector<RefusedFile> refused{};
  bool more = false;  // ListTree stopped at max_files
};

// What lies directly in the folder.
[[nodiscard]] Result<FolderListing> ListFolder(const std::string& folder);

// Every file below the folder, at most max_files. Folders that cannot be opened are refused.
[[nodiscard]] Result<FolderListing> ListTree(const std::string& folder, std::uint64_t max_files);

// "folder/name"; the folder alone when the name is empty.
[[nodiscard]] std::string JoinPath(std::string_view folder, std::string_view name);

// The last part of a path; of "." and the like, the name of the folder it stands for.
[[nodiscard]] std::string LastName(const std::string& path);

// One spelling for one place: absolute, links resolved. The path itself when that fails.
[[nodiscard]] std::string CanonicalPath(const std::string& path);

// A regular file, read by window at any offset.
[[nodiscard]] Result<std::unique_ptr<readers::ByteSource>> OpenFile(const std::string& path);

// The whole file into `bytes` (its capacity is reused); more than max_bytes is kTooLarge.
[[nodiscard]] Status ReadWhole(const std::string& path,
                               std::uint64_t max_bytes,
                               std::vector<std::byte>& bytes);

// The first bytes; the view lies in `buffer` and is shorter at the end of the file.
[[nodiscard]] Result<std::span<const std::byte>> ReadHead(const std::string& path,
                                                          std::span<std::byte> buffer);

// A new empty folder for this run; removed with everything in it by the destructor.
class TemporaryFolder {
 public:
  [[nodiscard]] static Result<TemporaryFolder> Make(std::string_view prefix);

  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept;
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}

  std::string path_;
};

// Bytes that are too many for memory: an anonymous temporary file, gone when this is destroyed.
// Append first, then read by window at any offset.
class Spool : public readers::ByteSource {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Spool>> Make();

  [[nodiscard]] virtual Status Append(std::span<const std::byte> bytes) = 0;
};

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_FILE_ACCESS_H_
