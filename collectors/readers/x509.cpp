#include "collectors/readers/x509.h"

#include <algorithm>
#include <string>

#include "collectors/readers/certificate_hash.h"
#include "collectors/readers/der.h"
#include "collectors/readers/der_head.h"
#include "collectors/readers/der_time.h"
#include "collectors/readers/distinguished_name.h"
#include "collectors/readers/x509_algorithms.h"
#include "collectors/readers/x509_extensions.h"

namespace whfb::readers {

namespace {

using Text = Known<std::string_view>;

constexpr std::uint64_t kMaxBytes = std::uint64_t{4} << 20U;

// The parts of a certificate by position (RFC 5280 section 4.1).
struct Parts {
  der::Signed signed_parts{};
  der::Element serial{};
  der::Element issuer{};
  der::Element validity{};
  der::Element subject{};
  der::Element key{};
  der::Element extensions{};  // [3], content empty when there is none
};

// From the content of TBSCertificate.
bool SplitBody(der::Bytes body, Parts& parts) {
  der::Walker walker(body);
  der::Element skipped;
  walker.Optional(der::ContextConstructed(0), skipped);  // version
  if (!walker.Expect(der::kInteger, parts.serial) || !walker.Expect(der::kSequence, skipped) ||
      !walker.Expect(der::kSequence, parts.issuer) ||
      !walker.Expect(der::kSequence, parts.validity) ||
      !walker.Expect(der::kSequence, parts.subject) || !walker.Expect(der::kSequence, parts.key)) {
    return false;
  }
  walker.Optional(der::ContextPrimitive(1), skipped);  // unique ids
  walker.Optional(der::ContextPrimitive(2), skipped);
  walker.Optional(der::ContextConstructed(3), parts.extensions);
  return walker.finished();
}

bool Split(der::Bytes bytes, Parts& parts) {
  return der::SplitSigned(bytes, parts.signed_parts) &&
         SplitBody(parts.signed_parts.body.content, parts);
}

void ReadValidity(der::Bytes validity, CertificateFields& fields) {
  der::Walker walker(validity);
  der::Element not_before;
  der::Element not_after;
  fields.not_before = walker.Next(not_before)
                          ? ReadDerTime(not_before)
                          : Known<TimeInterval>::Unknown(WhyUnknown::kMalformed);
  fields.not_after = walker.Next(not_after) ? ReadDerTime(not_after)
                                            : Known<TimeInterval>::Unknown(WhyUnknown::kMalformed);
}

Text ReadName(der::Bytes name, std::string& scratch, TextPool& pool) {
  return NameText(name, scratch) ? Text::Present(pool.Intern(scratch))
                                 : Text::Unknown(WhyUnknown::kMalformed);
}

Text ReadSerial(der::Bytes serial, std::string& scratch, TextPool& pool) {
  if (serial.empty()) {
    return Text::Unknown(WhyUnknown::kMalformed);
  }
  const bool sign_octet = serial.size() > 1 && serial[0] == std::byte{0};
  der::HexText(serial.subspan(sign_octet ? 1 : 0), scratch);
  return Text::Present(pool.Keep(scratch));
}

Text HashText(bool done, der::Bytes digest, std::string& scratch, TextPool& pool) {
  der::HexText(digest, scratch);
  return done ? Text::Present(pool.Keep(scratch)) : Text::Unknown(WhyUnknown::kInternal);
}

void ReadHashes(der::Bytes der, Hashes hashes, TextPool& pool, CertificateFields& fields) {
  std::string scratch;
  if (hashes != Hashes::kNone) {
    Sha1Digest digest{};
    fields.sha1 = HashText(Sha1(der, digest), digest, scratch, pool);
  }
  if (hashes == Hashes::kSha1AndSha256) {
    Sha256Digest digest{};
    fields.sha256 = HashText(Sha256(der, digest), digest, scratch, pool);
  }
}

void ReadParts(const Parts& parts, TextPool& pool, CertificateFields& fields) {
  std::string scratch;
  fields.serial = ReadSerial(parts.serial.content, scratch, pool);
  fields.issuer = ReadName(parts.issuer.content, scratch, pool);
  fields.self_issued =
      Known<bool>::Present(std::ranges::equal(parts.issuer.content, parts.subject.content));
  fields.subject =
      fields.self_issued.value ? fields.issuer : ReadName(parts.subject.content, scratch, pool);
  ReadValidity(parts.validity.content, fields);
  ReadPublicKey(parts.key.content, pool, fields);
  ReadSignatureAlgorithm(parts.signed_parts.algorithm.content, pool, fields);
  if (parts.extensions.whole.empty()) {
    MarkExtensionsAbsent(fields);
    return;
  }
  der::Walker walker(parts.extensions.content);
  der::Element list;
  // A wrapper that does not hold a SEQUENCE is damage, not "no extensions".
  const bool good = walker.Expect(der::kSequence, list) && walker.finished();
  ReadExtensions(good ? list.content : parts.extensions.content, pool, fields);
}

// Where `part` of `from` lies in the copy.
der::Bytes Moved(der::Bytes part, der::Bytes from, der::Bytes copy) {
  return copy.empty()
             ? copy
             : copy.subspan(static_cast<std::size_t>(part.data() - from.data()), part.size());
}

bool EndsEarly(der::Bytes bytes) {
  // 30 82 hh ll: the usual head of a certificate says how long it is.
  return bytes.size() > 4 && bytes[0] == std::byte{0x30} && bytes[1] == std::byte{0x82} &&
         (std::to_integer<std::size_t>(bytes[2]) << 8U | std::to_integer<std::size_t>(bytes[3])) >
             bytes.size() - 4;
}

// The head may end inside the certificate, so the walk looks at tags and lengths by hand:
// SEQUENCE { SEQUENCE { [0] version?, INTEGER, SEQUENCE, SEQUENCE issuer, SEQUENCE { time.
// Only a certificate has a SEQUENCE with a time in that place.
int Recognise(const Head& head) {
  constexpr int kShape = 95;
  der::Bytes bytes = head.bytes();
  if (!der::Opens(bytes, der::kSequence)) {
    return 0;
  }
  if (!der::Opens(bytes, der::kSequence)) {
    return 0;
  }
  if (!bytes.empty() && bytes[0] == std::byte{der::ContextConstructed(0)} &&
      !der::Skips(bytes, der::ContextConstructed(0))) {
    return 0;
  }
  if (!der::Skips(bytes, der::kInteger) || !der::Skips(bytes, der::kSequence) ||
      !der::Skips(bytes, der::kSequence) || !der::Opens(bytes, der::kSequence) || bytes.empty()) {
    return 0;
  }
  const bool time =
      bytes[0] == std::byte{der::kUtcTime} || bytes[0] == std::byte{der::kGeneralizedTime};
  return time ? kShape : 0;
}

Status Read(const EvidenceView& evidence, RecordSink& sink) {
  der::Bytes rest = evidence.bytes;
  for (std::size_t count = 0; !rest.empty(); ++count) {
    const std::uint64_t place = evidence.bytes.size() - rest.size();
    if (count == kMaxInFile) {
      sink.AddGap({.place = place,
                   .why = WhyUnknown::kTooLarge,
                   .message = "there is more after 4096 certificates, which is not read"});
      return Ok{};
    }
    Result<CertificateFields> fields =
        ParseCertificate(rest, sink.records.pool(), Hashes::kSha1AndSha256, evidence.path);
    if (!fields && count == 0) {
      return fields.error();
    }
    if (!fields) {
      sink.AddGap({.place = place, .message = "bytes after the certificate are no certificate"});
      return Ok{};
    }
    rest = rest.subspan(fields->der.size());
    AddExtensionGap(*fields, place, sink);
    ++sink.record_count;
    sink.records.Add(CertificateRecord{
        .fields = *fields, .context = evidence.context, .source = evidence.At(place)});
  }
  return Ok{};
}

}  // namespace

Result<CertificateFields> ParseCertificate(std::span<const std::byte> der,
                                           TextPool& pool,
                                           Hashes hashes,
                                           std::string_view where) {
  Parts parts;
  if (!Split(der, parts)) {
    return Error{.code = ErrorCode::kMalformed,
                 .where = std::string(where),
                 .message = EndsEarly(der) ? "the certificate ends before its length"
                                           : "this is not an X.509 certificate in DER"};
  }
  CertificateFields fields;
  const der::Bytes whole = parts.signed_parts.whole.whole;
  ReadParts(parts, pool, fields);
  ReadHashes(whole, hashes, pool, fields);
  fields.der = pool.KeepBytes(whole);
  fields.issuer_der = Moved(parts.issuer.whole, whole, fields.der);
  fields.subject_der = Moved(parts.subject.whole, whole, fields.der);
  if (pool.full()) {
    return Error{.code = ErrorCode::kTooLarge,
                 .where = std::string(where),
                 .message = "the text of this bundle exceeds its bound"};
  }
  return fields;
}

void AddExtensionGap(const CertificateFields& fields, std::uint64_t place, RecordSink& sink) {
  if (fields.unread_extensions > 0) {
    sink.AddGap({.place = place,
                 .why = fields.too_many_entries ? WhyUnknown::kTooLarge : WhyUnknown::kMalformed,
                 .message = fields.too_many_entries ? "an extension has more than 1024 entries"
                                                    : "an extension cannot be read"});
  }
}

extern const ReaderSpec kX509Reader;  // declared again by the generated list

const ReaderSpec kX509Reader = {.kind = "x509",
                                .max_bytes = kMaxBytes,
                                .places = PlaceKind::kOffset,
                                .recognise = Recognise,
                                .read = Read};

}  // namespace whfb::readers
