#include "openssl_fields.h"

#include <cstdio>
#include <ctime>
#include <map>
#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>
#include <vector>

#include "scanner/core/time.h"

namespace whfb::tests {

namespace {

using Lines = std::map<std::string, std::string>;

std::string Hex(const unsigned char* data, std::size_t size) {
  std::string text;
  char pair[3];
  for (std::size_t i = 0; i < size; ++i) {
    std::snprintf(pair, sizeof pair, "%02x", data[i]);
    text += pair;
  }
  return text;
}

std::string Dotted(const ASN1_OBJECT* object) {
  char text[256];
  OBJ_obj2txt(text, sizeof text, object, 1);
  return text;
}

// Controls shown, as the contract of the reader says; written apart from it.
std::string Shown(const unsigned char* data, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    const bool c1 = data[i] == 0xC2 && i + 1 < size && data[i + 1] < 0xA0;
    if (data[i] < 0x20 || data[i] == 0x7F || c1) {
      char escape[4];
      std::snprintf(escape, sizeof escape, "\\%02X", c1 ? data[++i] : data[i]);
      text += escape;
    } else {
      text += static_cast<char>(data[i]);
    }
  }
  return text;
}

std::string Utf8(const ASN1_STRING* string) {
  unsigned char* raw = nullptr;
  const int size = ASN1_STRING_to_UTF8(&raw, string);
  const std::string text = size < 0 ? "?" : Shown(raw, static_cast<std::size_t>(size));
  OPENSSL_free(raw);
  return text;
}

std::string TypeName(const ASN1_OBJECT* object) {
  static const std::map<int, std::string> kNames = {{NID_commonName, "CN"},
                                                    {NID_organizationName, "O"},
                                                    {NID_organizationalUnitName, "OU"},
                                                    {NID_countryName, "C"},
                                                    {NID_localityName, "L"},
                                                    {NID_stateOrProvinceName, "S"},
                                                    {NID_pkcs9_emailAddress, "E"},
                                                    {NID_domainComponent, "DC"},
                                                    {NID_serialNumber, "SERIALNUMBER"},
                                                    {NID_streetAddress, "STREET"},
                                                    {NID_surname, "SN"},
                                                    {NID_givenName, "G"},
                                                    {NID_title, "T"},
                                                    {NID_postalCode, "PostalCode"},
                                                    {NID_description, "Description"}};
  const auto found = kNames.find(OBJ_obj2nid(object));
  return found == kNames.end() ? "OID." + Dotted(object) : found->second;
}

std::string Quoted(const std::string& value) {
  if (!value.empty() && value.front() != ' ' && value.back() != ' ' &&
      value.find_first_of(",+=\"<>#;") == std::string::npos) {
    return value;
  }
  std::string text = "\"";
  for (const char character : value) {
    text += character;
    if (character == '"') {
      text += '"';
    }
  }
  return text + "\"";
}

std::string NameOf(const X509_NAME* name) {
  std::vector<std::string> rdns;
  int set = -1;
  for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
    const X509_NAME_ENTRY* const entry = X509_NAME_get_entry(name, i);
    const std::string part = TypeName(X509_NAME_ENTRY_get_object(entry)) + "=" +
                             Quoted(Utf8(X509_NAME_ENTRY_get_data(entry)));
    if (X509_NAME_ENTRY_set(entry) == set) {
      rdns.back() += " + " + part;
    } else {
      rdns.push_back(part);
    }
    set = X509_NAME_ENTRY_set(entry);
  }
  std::string text;
  for (auto rdn = rdns.rbegin(); rdn != rdns.rend(); ++rdn) {
    text += (text.empty() ? "" : ", ") + *rdn;
  }
  return text;
}

std::string TimeOf(const ASN1_TIME* time) {
  std::tm civil{};
  ASN1_TIME_to_tm(time, &civil);
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", civil.tm_year + 1900,
                civil.tm_mon + 1, civil.tm_mday, civil.tm_hour, civil.tm_min, civil.tm_sec);
  return text;
}

void AddTo(Lines& lines, const std::string& key, const std::string& value) {
  std::string& line = lines[key];
  line += (line.empty() ? "" : "|") + value;
}

void DescribeKey(X509* certificate, Lines& lines) {
  int nid = NID_undef;
  X509_PUBKEY* const key = X509_get_X509_PUBKEY(certificate);
  ASN1_OBJECT* algorithm = nullptr;
  X509_PUBKEY_get0_param(&algorithm, nullptr, nullptr, nullptr, key);
  nid = OBJ_obj2nid(algorithm);
  lines["key_algorithm"] = nid == NID_rsaEncryption          ? "RSA"
                           : nid == NID_X9_62_id_ecPublicKey ? "EC"
                                                             : Dotted(algorithm);
  if (EVP_PKEY* const parsed = X509_get0_pubkey(certificate); parsed != nullptr) {
    lines["key_bits"] = std::to_string(EVP_PKEY_get_bits(parsed));
  }
  int hash = NID_undef;
  const ASN1_OBJECT* signature = nullptr;
  const X509_ALGOR* identifier = nullptr;
  X509_get0_signature(nullptr, &identifier, certificate);
  X509_ALGOR_get0(&signature, nullptr, nullptr, identifier);
  X509_get_signature_info(certificate, &hash, nullptr, nullptr, nullptr);
  std::string name = hash == NID_undef ? Dotted(signature) : OBJ_nid2sn(hash);
  for (char& character : name) {
    character = static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
  }
  lines["signature_hash"] = name;
}

void DescribeSan(X509* certificate, Lines& lines) {
  auto* const names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names, i);
    if (name->type == GEN_DNS) {
      AddTo(lines, "san_dns", Utf8(name->d.dNSName));
    } else if (name->type == GEN_URI) {
      AddTo(lines, "san_uri", Utf8(name->d.uniformResourceIdentifier));
    } else if (name->type == GEN_EMAIL) {
      AddTo(lines, "san_email", Utf8(name->d.rfc822Name));
    } else if (name->type == GEN_OTHERNAME) {
      const std::string oid = Dotted(name->d.otherName->type_id);
      const ASN1_STRING* const value = name->d.otherName->value->value.asn1_string;
      if (oid == "1.3.6.1.4.1.311.20.2.3") {
        AddTo(lines, "san_upn", Utf8(value));
      } else if (oid == "1.3.6.1.4.1.311.25.1") {
        lines["ntds_guid"] =
            Hex(ASN1_STRING_get0_data(value), static_cast<std::size_t>(ASN1_STRING_length(value)));
      }
    }
  }
  GENERAL_NAMES_free(names);
}

void DescribeUris(X509* certificate, Lines& lines) {
  auto* const aia = static_cast<AUTHORITY_INFO_ACCESS*>(
      X509_get_ext_d2i(certificate, NID_info_access, nullptr, nullptr));
  for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(aia); ++i) {
    const ACCESS_DESCRIPTION* const one = sk_ACCESS_DESCRIPTION_value(aia, i);
    const int method = OBJ_obj2nid(one->method);
    if (one->location->type == GEN_URI && (method == NID_ad_OCSP || method == NID_ad_ca_issuers)) {
      AddTo(lines, method == NID_ad_OCSP ? "ocsp" : "aia_issuers",
            Utf8(one->location->d.uniformResourceIdentifier));
    }
  }
  AUTHORITY_INFO_ACCESS_free(aia);
  auto* const points = static_cast<CRL_DIST_POINTS*>(
      X509_get_ext_d2i(certificate, NID_crl_distribution_points, nullptr, nullptr));
  for (int i = 0; i < sk_DIST_POINT_num(points); ++i) {
    const DIST_POINT* const point = sk_DIST_POINT_value(points, i);
    if (point->distpoint == nullptr || point->distpoint->type != 0) {
      continue;
    }
    for (int n = 0; n < sk_GENERAL_NAME_num(point->distpoint->name.fullname); ++n) {
      const GENERAL_NAME* const name = sk_GENERAL_NAME_value(point->distpoint->name.fullname, n);
      if (name->type == GEN_URI) {
        AddTo(lines, "cdp", Utf8(name->d.uniformResourceIdentifier));
      }
    }
  }
  CRL_DIST_POINTS_free(points);
}

void DescribeUsages(X509* certificate, Lines& lines) {
  auto* const constraints = static_cast<BASIC_CONSTRAINTS*>(
      X509_get_ext_d2i(certificate, NID_basic_constraints, nullptr, nullptr));
  if (constraints != nullptr) {
    lines["is_ca"] = constraints->ca != 0 ? "1" : "0";
  }
  BASIC_CONSTRAINTS_free(constraints);
  auto* const usage =
      static_cast<ASN1_BIT_STRING*>(X509_get_ext_d2i(certificate, NID_key_usage, nullptr, nullptr));
  if (usage != nullptr) {
    const unsigned char* const data = ASN1_STRING_get0_data(usage);
    const int size = ASN1_STRING_length(usage);
    lines["key_usage"] = std::to_string((size > 0 ? data[0] : 0) + (size > 1 ? data[1] * 256 : 0));
  }
  ASN1_BIT_STRING_free(usage);
  auto* const eku = static_cast<EXTENDED_KEY_USAGE*>(
      X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr));
  for (int i = 0; i < sk_ASN1_OBJECT_num(eku); ++i) {
    AddTo(lines, "eku", Dotted(sk_ASN1_OBJECT_value(eku, i)));
  }
  EXTENDED_KEY_USAGE_free(eku);
}

// The octets as they stand: a root of the corpus has a negative serial number.
std::string SerialOf(const ASN1_INTEGER* serial) {
  unsigned char* raw = nullptr;
  const int size = i2d_ASN1_INTEGER(serial, &raw);
  std::string text = Hex(raw + 2, static_cast<std::size_t>(size - 2));
  OPENSSL_free(raw);
  return text.size() > 2 && text.starts_with("00") ? text.substr(2) : text;
}

std::string Join(const Lines& lines) {
  std::string text;
  for (const auto& [key, value] : lines) {
    text += key + " = " + value + "\n";
  }
  return text;
}

void Put(Lines& lines, const std::string& key, const readers::Known<std::string_view>& field) {
  if (field.present()) {
    lines[key] = field.value;
  }
}

void Put(Lines& lines, const std::string& key, const readers::Known<readers::TextList>& field) {
  if (!field.present()) {
    return;
  }
  for (const std::string_view item : field.value) {
    AddTo(lines, key, std::string(item));
  }
}

void Put(Lines& lines, const std::string& key, const readers::Known<TimeInterval>& field) {
  if (field.present()) {
    lines[key] = FormatTime(field.value);
  }
}

}  // namespace

X509* ParseByOpenssl(std::span<const std::byte> der) {
  const auto* data = reinterpret_cast<const unsigned char*>(der.data());
  X509* const certificate = d2i_X509(nullptr, &data, static_cast<long>(der.size()));
  ERR_clear_error();
  return certificate;
}

std::string DescribeByOpenssl(X509* certificate) {
  Lines lines;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  X509_digest(certificate, EVP_sha1(), digest, &size);
  lines["sha1"] = Hex(digest, size);
  X509_digest(certificate, EVP_sha256(), digest, &size);
  lines["sha256"] = Hex(digest, size);
  lines["serial"] = SerialOf(X509_get0_serialNumber(certificate));
  lines["issuer"] = NameOf(X509_get_issuer_name(certificate));
  lines["subject"] = NameOf(X509_get_subject_name(certificate));
  lines["self_issued"] =
      X509_NAME_cmp(X509_get_issuer_name(certificate), X509_get_subject_name(certificate)) == 0
          ? "1"
          : "0";
  lines["not_before"] = TimeOf(X509_get0_notBefore(certificate));
  lines["not_after"] = TimeOf(X509_get0_notAfter(certificate));
  DescribeKey(certificate, lines);
  DescribeUsages(certificate, lines);
  DescribeSan(certificate, lines);
  DescribeUris(certificate, lines);
  if (const ASN1_OCTET_STRING* const id = X509_get0_subject_key_id(certificate); id != nullptr) {
    lines["subject_key_id"] =
        Hex(ASN1_STRING_get0_data(id), static_cast<std::size_t>(ASN1_STRING_length(id)));
  }
  if (const ASN1_OCTET_STRING* const id = X509_get0_authority_key_id(certificate); id != nullptr) {
    lines["authority_key_id"] =
        Hex(ASN1_STRING_get0_data(id), static_cast<std::size_t>(ASN1_STRING_length(id)));
  }
  ERR_clear_error();
  return Join(lines);
}

std::string Describe(const readers::CertificateFields& fields) {
  Lines lines;
  Put(lines, "sha1", fields.sha1);
  Put(lines, "sha256", fields.sha256);
  Put(lines, "serial", fields.serial);
  Put(lines, "issuer", fields.issuer);
  Put(lines, "subject", fields.subject);
  lines["self_issued"] = fields.self_issued.value ? "1" : "0";
  Put(lines, "not_before", fields.not_before);
  Put(lines, "not_after", fields.not_after);
  Put(lines, "key_algorithm", fields.key_algorithm);
  if (fields.key_bits.present()) {
    lines["key_bits"] = std::to_string(fields.key_bits.value);
  }
  Put(lines, "signature_hash", fields.signature_hash);
  if (fields.is_ca.present()) {
    lines["is_ca"] = fields.is_ca.value ? "1" : "0";
  }
  if (fields.key_usage.present()) {
    lines["key_usage"] = std::to_string(fields.key_usage.value);
  }
  Put(lines, "eku", fields.eku);
  Put(lines, "san_upn", fields.san_upn);
  Put(lines, "san_dns", fields.san_dns);
  Put(lines, "san_uri", fields.san_uri);
  Put(lines, "san_email", fields.san_email);
  Put(lines, "ntds_guid", fields.ntds_guid);
  Put(lines, "subject_key_id", fields.subject_key_id);
  Put(lines, "authority_key_id", fields.authority_key_id);
  Put(lines, "aia_issuers", fields.aia_issuers);
  Put(lines, "ocsp", fields.ocsp);
  Put(lines, "cdp", fields.cdp);
  return Join(lines);
}

}  // namespace whfb::tests
