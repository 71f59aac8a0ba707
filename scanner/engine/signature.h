// Detached Ed25519 signatures, as OpenSSL makes them:
//
//   openssl genpkey -algorithm ed25519 -out key.pem
//   openssl pkey -in key.pem -pubout -out public.pem
//   openssl pkeyutl -sign -inkey key.pem -rawin -in rules.zip -out rules.zip.sig
//
// Untrusted input: the signed bytes and the signature. Trusted: the key, which the operator names.

#ifndef WHFB_SCANNER_ENGINE_SIGNATURE_H_
#define WHFB_SCANNER_ENGINE_SIGNATURE_H_

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "scanner/core/result.h"

struct evp_pkey_st;

namespace whfb::engine {

inline constexpr std::size_t kSignatureBytes = 64;

class PublicKey {
 public:
  // A PEM file with an Ed25519 public key; `name` is for messages.
  [[nodiscard]] static Result<PublicKey> FromPem(std::string_view pem, const std::string& name);

  // "ed25519:" and the SHA-256 of the key in DER (SubjectPublicKeyInfo), in lower-case hex.
  [[nodiscard]] const std::string& fingerprint() const { return fingerprint_; }

  // Whether the key made this signature of these bytes. Anything that goes wrong: false.
  [[nodiscard]] bool Verifies(std::span<const std::byte> bytes,
                              std::span<const std::byte> signature) const;

 private:
  struct Free {
    void operator()(evp_pkey_st* key) const;
  };

  std::unique_ptr<evp_pkey_st, Free> key_;
  std::string fingerprint_;
};

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_SIGNATURE_H_
