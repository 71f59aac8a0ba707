#include "collectors/readers/certificate_hash.h"

#include <memory>
#include <openssl/evp.h>

namespace whfb::readers {

namespace {

struct FreeDigest {
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
};

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

bool Digest(const EVP_MD* algorithm, std::span<const std::byte> bytes, std::byte* digest) {
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  return algorithm != nullptr && context != nullptr &&
         EVP_DigestInit_ex2(context.get(), algorithm, nullptr) == 1 &&
         EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
         EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(digest), nullptr) == 1;
}

}  // namespace

bool Sha1(std::span<const std::byte> bytes, Sha1Digest& digest) {
  static const std::unique_ptr<EVP_MD, FreeDigest> algorithm(
      EVP_MD_fetch(nullptr, "SHA1", nullptr));
  return Digest(algorithm.get(), bytes, digest.data());
}

bool Sha256(std::span<const std::byte> bytes, Sha256Digest& digest) {
  static const std::unique_ptr<EVP_MD, FreeDigest> algorithm(
      EVP_MD_fetch(nullptr, "SHA256", nullptr));
  return Digest(algorithm.get(), bytes, digest.data());
}

}  // namespace whfb::readers
