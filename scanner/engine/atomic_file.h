// A file that appears only when it is complete: written beside its target, then renamed. Without
// Commit() nothing remains. For outputs that are too long to hold in memory.
//
// A link is followed: what it points to is replaced. What is no regular file (a device, a pipe) is
// never replaced by one; it gets the text as it comes.

#ifndef WHFB_SCANNER_ENGINE_ATOMIC_FILE_H_
#define WHFB_SCANNER_ENGINE_ATOMIC_FILE_H_

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "scanner/core/result.h"

namespace whfb::engine {

class AtomicFile {
 public:
  [[nodiscard]] static Result<std::unique_ptr<AtomicFile>> Create(const std::string& path);

  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  AtomicFile(AtomicFile&&) = delete;
  AtomicFile& operator=(AtomicFile&&) = delete;
  ~AtomicFile();

  // A failure is kept for Commit().
  void Write(std::string_view text);

  [[nodiscard]] Status Commit();

 private:
  AtomicFile(std::string path, std::string target, std::string beside, std::FILE* file)
      : path_(std::move(path)),
        target_(std::move(target)),
        beside_(std::move(beside)),
        file_(file) {}

  std::string path_;    // as the caller spells it
  std::string target_;  // with links resolved
  std::string beside_;  // empty: written in place, or renamed already
  std::FILE* file_;
  bool failed_ = false;
};

enum class Stream { kOutput, kError };

// Whether a person sees it.
[[nodiscard]] bool IsTerminal(Stream stream);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_ATOMIC_FILE_H_
