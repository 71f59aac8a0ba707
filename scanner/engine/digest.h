// SHA-256 of what is read once: of a bundle, not of each entry (hashing costs as much as parsing).

#ifndef WHFB_SCANNER_ENGINE_DIGEST_H_
#define WHFB_SCANNER_ENGINE_DIGEST_H_

#include <memory>
#include <span>
#include <string>

#include "collectors/readers/reader.h"
#include "scanner/core/result.h"

struct evp_md_ctx_st;

namespace whfb::engine {

class Sha256 {
 public:
  Sha256();
  void Update(std::span<const std::byte> bytes);
  // Lower-case hex; empty when the library failed. Ready for the next input afterwards.
  [[nodiscard]] std::string Finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };

  void Start();

  std::unique_ptr<evp_md_ctx_st, Free> context_;
  bool failed_ = false;
};

// Of everything in the source, read once from its start.
[[nodiscard]] Result<std::string> HashSource(readers::ByteSource& source, Sha256& digest);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_DIGEST_H_
