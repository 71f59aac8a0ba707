#include "samples/certificate_maker.h"

#include <cstdio>
#include <memory>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdexcept>

#include <fmt/format.h>

namespace whfb::samples {

namespace {

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};

using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;
using Bio = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using Object = std::unique_ptr<ASN1_OBJECT, Deleter<ASN1_OBJECT_free>>;
using OctetString = std::unique_ptr<ASN1_OCTET_STRING, Deleter<ASN1_OCTET_STRING_free>>;
using RevocationList = std::unique_ptr<X509_CRL, Deleter<X509_CRL_free>>;
using Time = std::unique_ptr<ASN1_TIME, Deleter<ASN1_TIME_free>>;
using Integer = std::unique_ptr<ASN1_INTEGER, Deleter<ASN1_INTEGER_free>>;

void Require(bool done, const std::string& what) {
  if (!done) {
    throw std::runtime_error("cannot make the sample certificate: " + what);
  }
}

Key ReadKey(const std::string& folder, const std::string& name) {
  const std::string path = folder + "/" + name + ".pem";
  const Bio file(BIO_new_file(path.c_str(), "rb"));
  Require(file != nullptr, path);
  Key key(PEM_read_bio_PrivateKey(file.get(), nullptr, nullptr, nullptr));
  Require(key != nullptr, path);
  return key;
}

Certificate ReadDer(const std::string& der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  Certificate certificate(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));
  Require(certificate != nullptr, "issuer");
  return certificate;
}

void SetName(X509_NAME* name, const CertificatePlan& plan) {
  for (const auto& [type, value] : plan.subject) {
    // A fixed string type instead of MBSTRING_UTF8: Windows writes names longer than the 64
    // characters of RFC 5280, and so do the samples.
    const int string_type = type == "DC" ? V_ASN1_IA5STRING : V_ASN1_UTF8STRING;
    Require(X509_NAME_add_entry_by_txt(name, type.c_str(), string_type,
                                       reinterpret_cast<const unsigned char*>(value.data()),
                                       static_cast<int>(value.size()), -1, 0) == 1,
            fmt::format("{}={}", type, value));
  }
}

void AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  Require(extension != nullptr, value);
  Require(X509_add_ext(certificate, extension.get(), -1) == 1, value);
}

void AddRawExtension(X509* certificate, const char* oid, const std::string& der) {
  const Object object(OBJ_txt2obj(oid, 1));
  const OctetString data(ASN1_OCTET_STRING_new());
  Require(ASN1_OCTET_STRING_set(data.get(), reinterpret_cast<const unsigned char*>(der.data()),
                                static_cast<int>(der.size())) == 1,
          oid);
  const Extension extension(X509_EXTENSION_create_by_OBJ(nullptr, object.get(), 0, data.get()));
  Require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, oid);
}

// Tag, short-form or two-octet length, contents.
std::string Der(char tag, const std::string& contents) {
  std::string der(1, tag);
  if (contents.size() >= 128) {
    der += '\x81';
  }
  der += static_cast<char>(contents.size());
  return der + contents;
}

std::string DerOid(const std::string& dotted) {
  const Object object(OBJ_txt2obj(dotted.c_str(), 1));
  Require(object != nullptr, dotted);
  return Der('\x06', std::string(reinterpret_cast<const char*>(OBJ_get0_data(object.get())),
                                 OBJ_length(object.get())));
}

// KB5014754: SEQUENCE { [0] { OID 1.3.6.1.4.1.311.25.2.1, [0] { OCTET STRING sid } } }.
std::string SidExtension(const std::string& sid) {
  return Der('\x30', Der('\xa0', DerOid("1.3.6.1.4.1.311.25.2.1") + Der('\xa0', Der('\x04', sid))));
}

// [MS-WCCE] 2.2.2.7.7.2: SEQUENCE { OID template, INTEGER major, INTEGER minor }.
std::string TemplateExtension(const std::string& oid) {
  return Der('\x30', DerOid(oid) + Der('\x02', std::string(1, '\x64')) +
                         Der('\x02', std::string(1, '\x05')));
}

std::string Join(const std::vector<std::string>& items, const std::string& prefix) {
  std::string joined;
  for (const std::string& item : items) {
    joined += joined.empty() ? "" : ",";
    joined += prefix;
    joined += item;
  }
  return joined;
}

std::string SanText(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += text.empty() ? "" : ",";
    text +=
        name.starts_with("UPN:") ? "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:" + name.substr(4) : name;
  }
  return text;
}

void AddExtensions(X509* certificate, X509* issuer, const CertificatePlan& plan) {
  if (plan.ca) {
    AddExtension(certificate, issuer, NID_basic_constraints, "critical,CA:TRUE");
  }
  if (!plan.key_usage.empty()) {
    AddExtension(certificate, issuer, NID_key_usage, "critical," + plan.key_usage);
  }
  if (!plan.eku.empty()) {
    AddExtension(certificate, issuer, NID_ext_key_usage, Join(plan.eku, ""));
  }
  if (!plan.san.empty()) {
    AddExtension(certificate, issuer, NID_subject_alt_name, SanText(plan.san));
  }
  AddExtension(certificate, issuer, NID_subject_key_identifier, "hash");
  AddExtension(certificate, issuer, NID_authority_key_identifier, "keyid:always");
  if (!plan.cdp.empty()) {
    AddExtension(certificate, issuer, NID_crl_distribution_points, Join(plan.cdp, "URI:"));
  }
  if (!plan.aia.empty()) {
    AddExtension(certificate, issuer, NID_info_access, Join(plan.aia, "caIssuers;URI:"));
  }
  if (!plan.sid.empty()) {
    AddRawExtension(certificate, "1.3.6.1.4.1.311.25.2", SidExtension(plan.sid));
  }
  if (!plan.template_oid.empty()) {
    AddRawExtension(certificate, "1.3.6.1.4.1.311.21.7", TemplateExtension(plan.template_oid));
  }
}

std::string ToDer(X509* certificate) {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(certificate, &bytes);
  Require(size > 0, "encoding");
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

Time TimeOf(const std::string& text) {
  Time time(ASN1_TIME_new());
  Require(ASN1_TIME_set_string_X509(time.get(), text.c_str()) == 1, text);
  return time;
}

}  // namespace

std::string MakeRevocationList(const RevocationPlan& plan, const std::string& key_folder) {
  const RevocationList list(X509_CRL_new());
  const Certificate issuer = ReadDer(plan.issuer);
  const Key signer = ReadKey(key_folder, plan.issuer_key);
  X509_CRL_set_version(list.get(), 1);
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer.get()));
  X509_CRL_set1_lastUpdate(list.get(), TimeOf(plan.this_update).get());
  X509_CRL_set1_nextUpdate(list.get(), TimeOf(plan.next_update).get());
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer.get(), nullptr, nullptr, list.get(), 0);
  const Extension key_id(
      X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier, "keyid:always"));
  Require(key_id != nullptr && X509_CRL_add_ext(list.get(), key_id.get(), -1) == 1, "key id");
  const Integer number(ASN1_INTEGER_new());
  ASN1_INTEGER_set_uint64(number.get(), plan.number);
  Require(X509_CRL_add1_ext_i2d(list.get(), NID_crl_number, number.get(), 0, 0) == 1, "number");
  Require(X509_CRL_sign(list.get(), signer.get(), EVP_sha256()) > 0, "signing");
  unsigned char* bytes = nullptr;
  const int size = i2d_X509_CRL(list.get(), &bytes);
  Require(size > 0, "encoding");
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

std::string MakeCertificate(const CertificatePlan& plan, const std::string& key_folder) {
  const Certificate certificate(X509_new());
  const Key key = ReadKey(key_folder, plan.key);
  const Key signer = ReadKey(key_folder, plan.issuer_key.empty() ? plan.key : plan.issuer_key);
  const Certificate parent = plan.issuer.empty() ? nullptr : ReadDer(plan.issuer);
  X509* const issuer = parent == nullptr ? certificate.get() : parent.get();

  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), plan.serial);
  Require(
      ASN1_TIME_set_string(X509_getm_notBefore(certificate.get()), plan.not_before.c_str()) == 1,
      plan.not_before);
  Require(ASN1_TIME_set_string(X509_getm_notAfter(certificate.get()), plan.not_after.c_str()) == 1,
          plan.not_after);
  SetName(X509_get_subject_name(certificate.get()), plan);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer));
  X509_set_pubkey(certificate.get(), key.get());
  AddExtensions(certificate.get(), issuer, plan);
  Require(X509_sign(certificate.get(), signer.get(), EVP_get_digestbyname(plan.digest.c_str())) > 0,
          "signing");
  return ToDer(certificate.get());
}

}  // namespace whfb::samples
