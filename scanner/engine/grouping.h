// Decides what the inputs are: bundles of devices, environment evidence, or neither.
//
// By names and first bytes only; archives are opened when they are scanned. Rules (design,
// section 6): an archive is a bundle; a folder that holds device evidence directly, or has the
// shape of a Windows drive (Windows/System32, also under C/ or uploads/), is one bundle with all
// that lies below it; any other folder is walked. A folder with DiagLogs-*.zip in it is a folder
// of bundles even when loose evidence lies beside them; then each loose file is its own bundle.
// Evidence whose reader is marked `environment` is set aside, as are certificate and store files
// in a folder without device evidence, and everything below --environment.
//
// The result depends on the inputs only: same files, same order. Not here: the identity of a
// device (bundle_identity.h); `name_hint` is what the bundle is called.

#ifndef WHFB_SCANNER_ENGINE_GROUPING_H_
#define WHFB_SCANNER_ENGINE_GROUPING_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/reader.h"
#include "scanner/core/finding.h"
#include "scanner/core/result.h"
#include "scanner/core/time.h"

namespace whfb::engine {

enum class InputKind : std::uint8_t { kFile, kArchive, kFolder };

// Where a bundle lies and what it is called. Mostly the one ends with the other: they share a
// text, as the index of a large fleet is held whole.
class BundlePlace {
 public:
  BundlePlace() = default;
  BundlePlace(std::string path, std::string_view file);

  // On disk.
  [[nodiscard]] std::string path() const { return text_.substr(0, path_size_); }

  // Relative to the scan root. The root itself: its last name; its items carry no prefix then.
  [[nodiscard]] std::string file() const { return std::string(file_view()); }

  // By `file`, then by path, as bytes.
  [[nodiscard]] bool operator<(const BundlePlace& other) const;

 private:
  [[nodiscard]] std::string_view file_view() const {
    return std::string_view(text_).substr(file_at_, file_size_);
  }

  std::string text_;  // the path; behind it what it is called when it does not end so
  std::uint32_t path_size_ = 0;
  std::uint32_t file_at_ = 0;
  std::uint32_t file_size_ = 0;
};

struct BundleInput {
  BundlePlace place{};
  InputKind kind = InputKind::kFile;
  bool is_root = false;                  // a folder that is the scan root itself
  bool diagnostics = false;              // named DiagLogs-...: Intune Collect diagnostics
  std::string name_hint{};               // device name as the bundle is called; may be wrong
  TimeInterval collected{};              // from a <yyyyMMddTHHmmss>Z in the name; both 0: not known
  std::uint32_t number = 0;              // BundleRecord::number; given once every input is known
  std::vector<std::string> set_aside{};  // files of a folder that are environment evidence
};

// Bundles that are called alike: one device, oldest first (unknown time first).
struct BundleGroup {
  std::string key{};                   // name_hint in lower case; empty: never joined with others
  std::vector<BundleInput> bundles{};  // at least one
};

struct InputIndex {
  std::vector<BundleGroup> groups{};       // by `file` of the first bundle, as bytes
  std::vector<BundleInput> environment{};  // by `file`; a folder only from --environment
  // Files of walked folders that are no evidence, links and special files, folders that could
  // not be opened. `bundle` is 0.
  std::vector<CoverageRecord> ignored{};
};

// Bundles of a group oldest first, groups by `file` of their first bundle.
void SortGroups(std::vector<BundleGroup>& groups);

// A path that does not exist is an Error (kNotFound); anything below it never is.
[[nodiscard]] Result<InputIndex> IndexInputs(const std::vector<std::string>& paths,
                                             const std::vector<std::string>& environment);

// What the name of a bundle says. "DiagLogs-PC-0042-20250131T101500Z.zip" is device PC-0042,
// collected then, from Intune Collect diagnostics.
struct BundleName {
  std::string device{};
  TimeInterval collected{};
  bool diagnostics = false;
};

[[nodiscard]] BundleName ParseBundleName(std::string_view name);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_GROUPING_H_
