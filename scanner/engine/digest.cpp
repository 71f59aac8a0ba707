#include "scanner/engine/digest.h"

#include <array>
#include <cstdint>
#include <openssl/evp.h>
#include <string_view>

namespace whfb::engine {

void Sha256::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  Start();
}

void Sha256::Start() {
  failed_ = context_ == nullptr || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1;
}

void Sha256::Update(std::span<const std::byte> bytes) {
  if (!failed_) {
    failed_ = EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1;
  }
}

std::string Sha256::Finish() {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (!failed_) {
    failed_ = EVP_DigestFinal_ex(context_.get(), digest.data(), &length) != 1;
  }
  std::string hex;
  for (unsigned i = 0; !failed_ && i < length; ++i) {
    hex += kDigits[digest[i] >> 4U];
    hex += kDigits[digest[i] & 15U];
  }
  Start();
  return hex;
}

Result<std::string> HashSource(readers::ByteSource& source, Sha256& digest) {
  constexpr std::size_t kWindow = std::size_t{256} << 10;
  for (std::uint64_t at = 0; at < source.size();) {
    auto window = source.Window(at, kWindow);
    if (!window) {
      return window.error();
    }
    if (window->empty()) {
      break;
    }
    digest.Update(*window);
    at += window->size();
  }
  return digest.Finish();
}

}  // namespace whfb::engine
