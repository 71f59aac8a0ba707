#include "scanner/engine/signature.h"

#include <limits>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "scanner/engine/digest.h"

namespace whfb::engine {

namespace {

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

struct FreeBytes {
  void operator()(unsigned char* bytes) const { OPENSSL_free(bytes); }
};

const unsigned char* Bytes(std::span<const std::byte> bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

// A key behind a password is not asked for one.
int NoPassword(char* /*buffer*/, int /*size*/, int /*write*/, void* /*user*/) {
  return -1;
}

std::string FingerprintOf(EVP_PKEY* key) {
  unsigned char* raw = nullptr;
  const int size = i2d_PUBKEY(key, &raw);
  const std::unique_ptr<unsigned char, FreeBytes> der(raw);
  if (size <= 0) {
    return {};
  }
  Sha256 digest;
  digest.Update(std::as_bytes(std::span(der.get(), static_cast<std::size_t>(size))));
  const std::string hex = digest.Finish();
  return hex.empty() ? hex : "ed25519:" + hex;
}

}  // namespace

void PublicKey::Free::operator()(evp_pkey_st* key) const {
  EVP_PKEY_free(key);
}

Result<PublicKey> PublicKey::FromPem(std::string_view pem, const std::string& name) {
  PublicKey made;
  if (pem.size() < static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    const std::unique_ptr<BIO, FreeBio> bio(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    made.key_.reset(bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, NoPassword, nullptr) : nullptr);
  }
  ERR_clear_error();
  if (!made.key_ || EVP_PKEY_id(made.key_.get()) != EVP_PKEY_ED25519) {
    return Error{ErrorCode::kInvalidInput, name,
                 "is no Ed25519 public key in PEM; openssl pkey -in KEY.pem -pubout writes one"};
  }
  made.fingerprint_ = FingerprintOf(made.key_.get());
  if (made.fingerprint_.empty()) {
    return Error{ErrorCode::kInternal, name, "the fingerprint of the key could not be made"};
  }
  return made;
}

bool PublicKey::Verifies(std::span<const std::byte> bytes,
                         std::span<const std::byte> signature) const {
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  const bool holds =
      context && signature.size() == kSignatureBytes &&
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
      EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(bytes),
                       bytes.size()) == 1;
  ERR_clear_error();
  return holds;
}

}  // namespace whfb::engine
