#include "collectors/certificate_signature.h"

#include <memory>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <string>
#include <unordered_map>
#include <utility>

namespace whfb::collectors {

namespace {

constexpr std::size_t kMaxRemembered = 8192;

struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

using Certificate = std::unique_ptr<X509, FreeCertificate>;

Certificate Parse(std::span<const std::byte> der) {
  const auto* data = reinterpret_cast<const unsigned char*>(der.data());
  return Certificate(d2i_X509(nullptr, &data, static_cast<long>(der.size())));
}

}  // namespace

Signature VerifySignature(std::span<const std::byte> child, std::span<const std::byte> issuer) {
  const Certificate one = Parse(child);
  const Certificate other = Parse(issuer);
  EVP_PKEY* const key = other == nullptr ? nullptr : X509_get0_pubkey(other.get());
  const int result = one == nullptr || key == nullptr ? -1 : X509_verify(one.get(), key);
  ERR_clear_error();
  return result == 1 ? Signature::kGood : result == 0 ? Signature::kBad : Signature::kCannotTell;
}

Signature VerifyOnce(const Signed& child, const Signed& issuer) {
  thread_local std::unordered_map<std::string, Signature> cache;
  std::string key;
  key.reserve(child.sha1.size() + issuer.sha1.size());
  key.append(child.sha1).append(issuer.sha1);
  const auto known = cache.find(key);
  if (known != cache.end()) {
    return known->second;
  }
  if (cache.size() >= kMaxRemembered) {
    cache.clear();
  }
  const Signature signature = VerifySignature(child.der, issuer.der);
  cache.emplace(std::move(key), signature);
  return signature;
}

}  // namespace whfb::collectors
