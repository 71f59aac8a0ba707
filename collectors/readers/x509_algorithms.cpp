#include "collectors/readers/x509_algorithms.h"

#include <algorithm>
#include <array>
#include <string>

namespace whfb::readers {

namespace {

using Text = Known<std::string_view>;

struct Named {
  std::string_view oid;  // content octets, none of which is zero
  std::string_view name;
};

// RFC 3279, 4055, 5758; 1.3.14.3.2.29 is OIW's sha1WithRSA, which old Windows CAs wrote.
constexpr std::array kSignatures = {
    Named{"\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0B", "sha256"},
    Named{"\x2A\x86\x48\x86\xF7\x0D\x01\x01\x05", "sha1"},
    Named{"\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0C", "sha384"},
    Named{"\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0D", "sha512"},
    Named{"\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0E", "sha224"},
    Named{"\x2A\x86\x48\x86\xF7\x0D\x01\x01\x04", "md5"},
    Named{"\x2A\x86\x48\x86\xF7\x0D\x01\x01\x02", "md2"},
    Named{"\x2A\x86\x48\xCE\x3D\x04\x03\x02", "sha256"},
    Named{"\x2A\x86\x48\xCE\x3D\x04\x03\x03", "sha384"},
    Named{"\x2A\x86\x48\xCE\x3D\x04\x03\x04", "sha512"},
    Named{"\x2A\x86\x48\xCE\x3D\x04\x03\x01", "sha224"},
    Named{"\x2A\x86\x48\xCE\x3D\x04\x01", "sha1"},
    Named{"\x2A\x86\x48\xCE\x38\x04\x03", "sha1"},
    Named{"\x60\x86\x48\x01\x65\x03\x04\x03\x02", "sha256"},
    Named{"\x2B\x0E\x03\x02\x1D", "sha1"},
};

constexpr std::array kHashes = {
    Named{"\x60\x86\x48\x01\x65\x03\x04\x02\x01", "sha256"},
    Named{"\x60\x86\x48\x01\x65\x03\x04\x02\x02", "sha384"},
    Named{"\x60\x86\x48\x01\x65\x03\x04\x02\x03", "sha512"},
    Named{"\x60\x86\x48\x01\x65\x03\x04\x02\x04", "sha224"},
    Named{"\x2B\x0E\x03\x02\x1A", "sha1"},
    Named{"\x2A\x86\x48\x86\xF7\x0D\x02\x05", "md5"},
};

constexpr std::string_view kRsaPss = "\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0A";
constexpr std::string_view kEcdsaWithSpecifiedHash = "\x2A\x86\x48\xCE\x3D\x04\x03";
constexpr std::string_view kRsa = "\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01";
constexpr std::string_view kEc = "\x2A\x86\x48\xCE\x3D\x02\x01";
constexpr std::string_view kDsa = "\x2A\x86\x48\xCE\x38\x04\x01";

struct Curve {
  std::string_view oid;
  std::int64_t bits;
};

// Curves whose size is not a whole number of octets; of the others the point tells the size.
constexpr std::array kOddCurves = {Curve{{"\x2B\x81\x04\x00\x23", 5}, 521}};

const Named* Find(std::span<const Named> names, der::Bytes oid) {
  const auto found = std::ranges::find(names, der::Chars(oid), &Named::oid);
  return found == names.end() ? nullptr : &*found;
}

Text OidAsText(der::Bytes oid, TextPool& pool) {
  std::string text;
  return der::OidText(oid, text) ? Text::Present(pool.Intern(text))
                                 : Text::Unknown(WhyUnknown::kMalformed);
}

Text HashName(der::Bytes oid, TextPool& pool) {
  const Named* const known = Find(kHashes, oid);
  return known != nullptr ? Text::Present(known->name) : OidAsText(oid, pool);
}

// RSASSA-PSS-params: [0] hashAlgorithm DEFAULT sha1 (RFC 4055 section 3.1).
Text PssHash(der::Bytes parameters, TextPool& pool) {
  der::Walker walker(parameters);
  der::Element hash;
  if (!walker.Optional(der::ContextConstructed(0), hash)) {
    return walker.failed() ? Text::Unknown(WhyUnknown::kMalformed) : Text::Present("sha1");
  }
  der::Walker inner(hash.content);
  der::Element algorithm;
  if (!inner.Expect(der::kSequence, algorithm)) {
    return Text::Unknown(WhyUnknown::kMalformed);
  }
  der::Walker fields(algorithm.content);
  der::Element oid;
  return fields.Expect(der::kOid, oid) ? HashName(oid.content, pool)
                                       : Text::Unknown(WhyUnknown::kMalformed);
}

// AlgorithmIdentifier: SEQUENCE content -> OID and parameters (empty element when none).
bool ReadIdentifier(der::Bytes content, der::Element& oid, der::Element& parameters) {
  der::Walker walker(content);
  return walker.Expect(der::kOid, oid) && (walker.Next(parameters) || !walker.failed());
}

Known<std::int64_t> Bits(std::int64_t bits) {
  using Number = Known<std::int64_t>;
  return bits > 0 ? Number::Present(bits) : Number::Unknown(WhyUnknown::kMalformed);
}

Known<std::int64_t> FirstIntegerBits(der::Bytes content) {
  der::Walker walker(content);
  der::Element number;
  return Bits(walker.Expect(der::kInteger, number) ? der::IntegerBits(number.content) : -1);
}

Known<std::int64_t> RsaBits(der::Bytes key) {
  der::Walker walker(key);
  der::Element sequence;
  return walker.Expect(der::kSequence, sequence) ? FirstIntegerBits(sequence.content) : Bits(-1);
}

Known<std::int64_t> EcBits(const der::Element& parameters, der::Bytes point) {
  const auto odd = std::ranges::find(kOddCurves, der::Chars(parameters.content), &Curve::oid);
  if (parameters.tag == der::kOid && odd != kOddCurves.end()) {
    return Bits(odd->bits);
  }
  // SEC 1 section 2.3.3: 04 x y, or 02/03 x.
  const unsigned form = point.empty() ? 0 : std::to_integer<unsigned>(point[0]);
  const auto octets = static_cast<std::int64_t>(point.size()) - 1;
  if (form == 4 && octets % 2 == 0) {
    return Bits(octets / 2 * 8);
  }
  return Bits(form == 2 || form == 3 ? octets * 8 : -1);
}

}  // namespace

void ReadSignatureAlgorithm(der::Bytes algorithm, TextPool& pool, CertificateFields& fields) {
  der::Element oid;
  der::Element parameters;
  if (!ReadIdentifier(algorithm, oid, parameters)) {
    fields.signature_hash = Text::Unknown(WhyUnknown::kMalformed);
    return;
  }
  if (const Named* const known = Find(kSignatures, oid.content); known != nullptr) {
    fields.signature_hash = Text::Present(known->name);
  } else if (der::Chars(oid.content) == kRsaPss) {
    fields.signature_hash = PssHash(parameters.content, pool);
  } else if (der::Chars(oid.content) == kEcdsaWithSpecifiedHash &&
             parameters.tag == der::kSequence) {
    der::Walker walker(parameters.content);
    der::Element hash;
    fields.signature_hash = walker.Expect(der::kOid, hash) ? HashName(hash.content, pool)
                                                           : Text::Unknown(WhyUnknown::kMalformed);
  } else {
    fields.signature_hash = OidAsText(oid.content, pool);
  }
}

void ReadPublicKey(der::Bytes key, TextPool& pool, CertificateFields& fields) {
  der::Walker walker(key);
  der::Element algorithm;
  der::Element bits;
  der::Element oid;
  der::Element parameters;
  if (!walker.Expect(der::kSequence, algorithm) || !walker.Expect(der::kBitString, bits) ||
      !ReadIdentifier(algorithm.content, oid, parameters) || bits.content.empty()) {
    fields.key_algorithm = Text::Unknown(WhyUnknown::kMalformed);
    fields.key_bits = Bits(-1);
    return;
  }
  const der::Bytes value = bits.content.subspan(1);
  const std::string_view name = der::Chars(oid.content);
  if (name == kRsa) {
    fields.key_algorithm = Text::Present("RSA");
    fields.key_bits = RsaBits(value);
  } else if (name == kEc) {
    fields.key_algorithm = Text::Present("EC");
    fields.key_bits = EcBits(parameters, value);
  } else {
    fields.key_algorithm = OidAsText(oid.content, pool);
    if (name == kDsa) {
      fields.key_bits = FirstIntegerBits(parameters.content);
    } else if (name == kRsaPss) {
      fields.key_bits = RsaBits(value);
    }
  }
}

}  // namespace whfb::readers
