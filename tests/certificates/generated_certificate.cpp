#include "generated_certificate.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdexcept>

namespace whfb::tests {

namespace {

void Require(bool done, const std::string& what) {
  if (!done) {
    throw std::runtime_error("OpenSSL: " + what);
  }
}

void AddNames(const Name& name, X509_NAME* to) {
  for (const auto& [type, value] : name) {
    const bool joined = type.starts_with('+');
    Require(X509_NAME_add_entry_by_txt(to, type.c_str() + (joined ? 1 : 0), MBSTRING_UTF8,
                                       reinterpret_cast<const unsigned char*>(value.data()),
                                       static_cast<int>(value.size()), -1, joined ? -1 : 0) == 1,
            "name " + type);
  }
}

void AddExtensions(const Recipe& recipe, X509* certificate, X509* issuer) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  for (const auto& [name, value] : recipe.extensions) {
    X509_EXTENSION* const extension =
        X509V3_EXT_nconf(nullptr, &context, name.c_str(), value.c_str());
    Require(extension != nullptr, "extension " + name);
    Require(X509_add_ext(certificate, extension, -1) == 1, "adding " + name);
    X509_EXTENSION_free(extension);
  }
}

ASN1_STRING* Text(int type, const std::string& value) {
  ASN1_STRING* const text = ASN1_STRING_type_new(type);
  ASN1_STRING_set(text, value.data(), static_cast<int>(value.size()));
  return text;
}

GENERAL_NAME* AlternativeName(const std::string& type, const std::string& value) {
  GENERAL_NAME* const name = GENERAL_NAME_new();
  if (type == "UPN") {
    ASN1_TYPE* const wrapped = ASN1_TYPE_new();
    ASN1_TYPE_set(wrapped, V_ASN1_UTF8STRING, Text(V_ASN1_UTF8STRING, value));
    GENERAL_NAME_set0_othername(name, OBJ_txt2obj("1.3.6.1.4.1.311.20.2.3", 1), wrapped);
    return name;
  }
  const int kind = type == "DNS" ? GEN_DNS : type == "URI" ? GEN_URI : GEN_EMAIL;
  GENERAL_NAME_set0_value(name, kind, Text(V_ASN1_IA5STRING, value));
  return name;
}

void AddAlternativeNames(const Name& san, X509* certificate) {
  if (san.empty()) {
    return;
  }
  GENERAL_NAMES* const names = GENERAL_NAMES_new();
  for (const auto& [type, value] : san) {
    sk_GENERAL_NAME_push(names, AlternativeName(type, value));
  }
  Require(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names, 0, 0) == 1, "SAN");
  GENERAL_NAMES_free(names);
}

}  // namespace

Key MakeRsaKey(int bits) {
  return Key(EVP_RSA_gen(static_cast<unsigned>(bits)));
}

Key MakeEcKey(const char* curve) {
  return Key(EVP_EC_gen(curve));
}

EVP_PKEY* SharedKey() {
  static const Key kKey = MakeRsaKey(2048);
  return kKey.get();
}

Certificate Issue(const Recipe& recipe, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key) {
  Certificate certificate(X509_new());
  X509* const raw = certificate.get();
  Require(X509_set_version(raw, 2) == 1, "version");
  ASN1_INTEGER_set(X509_get_serialNumber(raw), recipe.serial);
  ASN1_TIME_set(X509_getm_notBefore(raw), recipe.not_before);
  ASN1_TIME_set(X509_getm_notAfter(raw), recipe.not_after);
  AddNames(recipe.subject, X509_get_subject_name(raw));
  X509* const by = issuer == nullptr ? raw : issuer;
  Require(X509_set_issuer_name(raw, X509_get_subject_name(by)) == 1, "issuer");
  Require(X509_set_pubkey(raw, key) == 1, "key");
  AddExtensions(recipe, raw, by);
  AddAlternativeNames(recipe.san, raw);
  Require(X509_sign(raw, issuer_key == nullptr ? key : issuer_key,
                    recipe.hash == nullptr ? EVP_sha256() : recipe.hash) > 0,
          "signing");
  return certificate;
}

Bytes Der(const X509* certificate) {
  unsigned char* raw = nullptr;
  const int size = i2d_X509(certificate, &raw);
  Require(size > 0, "encoding");
  const auto* const first = reinterpret_cast<const std::byte*>(raw);
  Bytes bytes(first, first + size);
  OPENSSL_free(raw);
  return bytes;
}

std::string Pem(X509* certificate) {
  BIO* const memory = BIO_new(BIO_s_mem());
  Require(PEM_write_bio_X509(memory, certificate) == 1, "PEM");
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(memory);
  return text;
}

}  // namespace whfb::tests
