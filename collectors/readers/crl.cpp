#include "collectors/readers/crl.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "collectors/readers/certificate_hash.h"
#include "collectors/readers/der_head.h"
#include "collectors/readers/der_time.h"
#include "collectors/readers/distinguished_name.h"
#include "collectors/readers/distribution_points.h"
#include "collectors/readers/pem.h"
#include "collectors/readers/text_decoding.h"
#include "collectors/readers/x509_algorithms.h"
#include "collectors/readers/x509_extensions.h"

namespace whfb::readers {

namespace {

using Text = Known<std::string_view>;
using List = Known<TextList>;

constexpr std::uint64_t kMaxBytes = std::uint64_t{256} << 20U;

// The parts of a list by position (RFC 5280 section 5.1).
struct Parts {
  der::Signed signed_parts{};
  der::Element issuer{};
  der::Element this_update{};
  der::Element next_update{};  // whole is empty when there is none, like the next two
  der::Element revoked{};
  der::Element extensions{};
};

bool IsTime(std::uint8_t tag) {
  return tag == der::kUtcTime || tag == der::kGeneralizedTime;
}

bool SplitBody(der::Bytes body, Parts& parts) {
  der::Walker walker(body);
  der::Element skipped;
  walker.Optional(der::kInteger, skipped);  // version
  if (!walker.Expect(der::kSequence, skipped) || !walker.Expect(der::kSequence, parts.issuer) ||
      !walker.Next(parts.this_update) || !IsTime(parts.this_update.tag)) {
    return false;
  }
  if (!walker.Optional(der::kUtcTime, parts.next_update)) {
    walker.Optional(der::kGeneralizedTime, parts.next_update);
  }
  walker.Optional(der::kSequence, parts.revoked);
  walker.Optional(der::ContextConstructed(0), parts.extensions);
  return walker.finished();
}

bool Split(der::Bytes bytes, Parts& parts) {
  return der::SplitSigned(bytes, parts.signed_parts) &&
         SplitBody(parts.signed_parts.body.content, parts);
}

Text NumberText(der::Bytes value, TextPool& pool) {
  der::Walker walker(value);
  der::Element number;
  if (!walker.Expect(der::kInteger, number) || number.content.empty()) {
    return Text::Unknown(WhyUnknown::kMalformed);
  }
  der::Bytes octets = number.content;
  while (octets.size() > 1 && octets[0] == std::byte{0}) {
    octets = octets.subspan(1);
  }
  std::string text;
  der::HexText(octets, text);
  return Text::Present(pool.Keep(text));
}

bool ReadNumber(der::Bytes value, TextPool& pool, CrlRecord& crl) {
  crl.number = NumberText(value, pool);
  return crl.number.present();
}

bool ReadBase(der::Bytes value, TextPool& pool, CrlRecord& crl) {
  crl.base = NumberText(value, pool);
  return crl.base.present();
}

bool ReadNextPublish(der::Bytes value, TextPool& /*pool*/, CrlRecord& crl) {
  der::Walker walker(value);
  der::Element time;
  crl.next_publish =
      walker.Next(time) ? ReadDerTime(time) : Known<TimeInterval>::Unknown(WhyUnknown::kMalformed);
  return crl.next_publish.present();
}

List UriList(bool read, const std::vector<std::string_view>& uris, TextPool& pool) {
  const bool full = uris.size() == kMaxDistributionUris;
  return read ? List::Present(pool.KeepList(uris))
              : List::Unknown(full ? WhyUnknown::kTooLarge : WhyUnknown::kMalformed);
}

bool ReadFreshest(der::Bytes value, TextPool& pool, CrlRecord& crl) {
  std::vector<std::string_view> uris;
  const bool read = ReadDistributionPoints(value, pool, uris);
  crl.freshest = UriList(read, uris, pool);
  return read;
}

// Both say where the list is published; the standard one stands.
bool ReadOwnCdp(der::Bytes value, TextPool& pool, CrlRecord& crl) {
  std::vector<std::string_view> uris;
  const bool read = ReadDistributionPoints(value, pool, uris);
  if (!crl.cdp.present()) {
    crl.cdp = UriList(read, uris, pool);
  }
  return read;
}

bool ReadIssuingPoint(der::Bytes value, TextPool& pool, CrlRecord& crl) {
  der::Walker walker(value);
  der::Element sequence;
  if (!walker.Expect(der::kSequence, sequence)) {
    return false;
  }
  der::Walker inner(sequence.content);
  der::Element name;
  if (!inner.Optional(der::ContextConstructed(0), name)) {
    return !inner.failed();  // only what the list is about
  }
  std::vector<std::string_view> uris;
  const bool read = ReadDistributionName(name.content, pool, uris);
  crl.cdp = UriList(read, uris, pool);
  return read;
}

template <typename T, Known<T> CrlRecord::*Field>
void Blank(Knowledge as, CrlRecord& crl) {
  crl.*Field = {.knowledge = as, .why = WhyUnknown::kMalformed};
}

struct Extension {
  std::string_view oid;  // content octets
  bool (*read)(der::Bytes value, TextPool& pool, CrlRecord& crl);
  void (*blank)(Knowledge as, CrlRecord& crl);  // an answer other than "present"
};

constexpr std::array kExtensions = {
    Extension{"\x55\x1D\x14", ReadNumber, Blank<std::string_view, &CrlRecord::number>},
    Extension{"\x55\x1D\x1B", ReadBase, Blank<std::string_view, &CrlRecord::base>},
    Extension{"\x55\x1D\x1C", ReadIssuingPoint, Blank<TextList, &CrlRecord::cdp>},
    Extension{"\x55\x1D\x2E", ReadFreshest, Blank<TextList, &CrlRecord::freshest>},
    Extension{"\x2B\x06\x01\x04\x01\x82\x37\x15\x04", ReadNextPublish,
              Blank<TimeInterval, &CrlRecord::next_publish>},
    Extension{"\x2B\x06\x01\x04\x01\x82\x37\x15\x0E", ReadOwnCdp, Blank<TextList, &CrlRecord::cdp>},
};

using Seen = std::array<bool, kExtensions.size()>;

void MarkExtensions(Knowledge as, CrlRecord& crl) {
  for (const Extension& extension : kExtensions) {
    extension.blank(as, crl);
  }
}

// One that comes again contradicts itself.
void ReadExtension(const der::Element& extension, TextPool& pool, Seen& seen, CrlRecord& crl) {
  der::Walker walker(extension.content);
  der::Element oid;
  der::Element critical;
  der::Element value;
  if (!walker.Expect(der::kOid, oid)) {
    return;  // counted by the reader of the certificate's extensions
  }
  walker.Optional(der::kBoolean, critical);
  const auto* const known =
      std::ranges::find(kExtensions, der::Chars(oid.content), &Extension::oid);
  if (known == kExtensions.end()) {
    return;
  }
  bool& again = seen.at(static_cast<std::size_t>(known - kExtensions.begin()));
  if (again || !walker.Expect(der::kOctetString, value) || !known->read(value.content, pool, crl)) {
    known->blank(Knowledge::kUnknown, crl);
    ++crl.unread_extensions;
  }
  again = true;
}

// The extensions that certificates have too are read as theirs.
void ReadOwnExtensions(const Parts& parts, TextPool& pool, CrlRecord& crl) {
  CertificateFields shared;
  if (parts.extensions.whole.empty()) {
    crl.authority_key_id = Text::Absent();
    MarkExtensions(Knowledge::kAbsent, crl);
    return;
  }
  der::Walker wrapper(parts.extensions.content);
  der::Element list;
  const bool good = wrapper.Expect(der::kSequence, list) && wrapper.finished();
  const der::Bytes content = good ? list.content : parts.extensions.content;
  ReadExtensions(content, pool, shared);
  crl.authority_key_id = shared.authority_key_id;
  crl.unread_extensions = shared.unread_extensions;
  MarkExtensions(shared.unread_extensions == 0 ? Knowledge::kAbsent : Knowledge::kUnknown, crl);
  der::Walker walker(content);
  der::Element extension;
  Seen seen{};
  while (walker.Next(extension)) {
    ReadExtension(extension, pool, seen, crl);
  }
}

void ReadHeader(const Parts& parts, TextPool& pool, CrlRecord& crl) {
  std::string scratch;
  crl.issuer = NameText(parts.issuer.content, scratch) ? Text::Present(pool.Intern(scratch))
                                                       : Text::Unknown(WhyUnknown::kMalformed);
  crl.this_update = ReadDerTime(parts.this_update);
  crl.next_update = parts.next_update.whole.empty() ? Known<TimeInterval>::Absent()
                                                    : ReadDerTime(parts.next_update);
  CertificateFields fields;
  ReadSignatureAlgorithm(parts.signed_parts.algorithm.content, pool, fields);
  crl.signature_hash = fields.signature_hash;
  Sha1Digest digest{};
  const bool hashed = Sha1(parts.signed_parts.whole.whole, digest);
  der::HexText(digest, scratch);
  crl.sha1 = hashed ? Text::Present(pool.Keep(scratch)) : Text::Unknown(WhyUnknown::kInternal);
}

// False when the list of entries is damaged; those before the damage are counted.
bool CountRevoked(der::Bytes entries, CrlRecord& crl) {
  der::Walker walker(entries);
  der::Element entry;
  while (walker.Next(entry)) {
    ++crl.revoked;
  }
  return !walker.failed();
}

// SEQUENCE { SEQUENCE { INTEGER?, SEQUENCE, SEQUENCE issuer, time: a certificate has the time one
// level deeper.
bool IsList(der::Bytes head) {
  if (!der::Opens(head, der::kSequence)) {
    return false;
  }
  if (!der::Opens(head, der::kSequence)) {
    return false;
  }
  if (!head.empty() && head[0] == std::byte{der::kInteger} && !der::Skips(head, der::kInteger)) {
    return false;
  }
  if (!der::Skips(head, der::kSequence)) {
    return false;
  }
  return der::Skips(head, der::kSequence) && !head.empty() &&
         IsTime(std::to_integer<std::uint8_t>(head[0]));
}

// Text that begins with a list, or with what openssl crl -text says of one. A text that only quotes
// one is what its other lines make it.
int ScoreOfText(const Head& head) {
  constexpr int kTop = 95;
  constexpr int kOpenssl = 60;
  const PemHead pem = ReadPemHead(head);
  if (pem.at_top && pem.label == kCrlLabel) {
    return kTop;
  }
  const bool openssl = head.Text().starts_with("Certificate Revocation List (CRL):\n");
  return openssl && !pem.certificates ? kOpenssl : 0;
}

int Recognise(const Head& head) {
  constexpr int kShape = 95;
  return IsList(head.bytes()) ? kShape : ScoreOfText(head);
}

// One list after the other.
Status Read(const EvidenceView& evidence, RecordSink& sink) {
  if (IsList(evidence.bytes)) {
    AddCrl(evidence.bytes, 0, evidence, sink);
    return Ok{};
  }
  if (ScoreOfText(Head(evidence.bytes.first(std::min(evidence.bytes.size(), kHeadBytes)), {})) !=
      0) {
    return ReadPem(evidence, sink);
  }
  return Error{.code = ErrorCode::kMalformed,
               .where = std::string(evidence.path),
               .message = "this is not a list of revoked certificates"};
}

}  // namespace

Result<CrlRecord> ParseCrl(std::span<const std::byte> der, TextPool& pool, std::string_view where) {
  Parts parts;
  CrlRecord crl;
  if (!Split(der, parts)) {
    return Error{.code = ErrorCode::kMalformed,
                 .where = std::string(where),
                 .message = "this is not a whole list of revoked certificates in DER"};
  }
  if (!CountRevoked(parts.revoked.content, crl)) {
    return Error{.code = ErrorCode::kMalformed,
                 .where = std::string(where),
                 .message = "the entries of the list are damaged"};
  }
  ReadHeader(parts, pool, crl);
  ReadOwnExtensions(parts, pool, crl);
  if (pool.full()) {
    return Error{.code = ErrorCode::kTooLarge,
                 .where = std::string(where),
                 .message = "the text of this bundle exceeds its bound"};
  }
  return crl;
}

void AddCrl(std::span<const std::byte> der,
            std::uint64_t place,
            const EvidenceView& evidence,
            RecordSink& sink) {
  Result<CrlRecord> crl = ParseCrl(der, sink.records.pool(), evidence.path);
  if (!crl) {
    const bool too_large = crl.error().code == ErrorCode::kTooLarge;
    sink.AddGap({.place = place,
                 .why = too_large ? WhyUnknown::kTooLarge : WhyUnknown::kMalformed,
                 .message = crl.error().message});
    return;
  }
  der::Walker walker(der);
  der::Element list;
  if (walker.Next(list) && !walker.rest().empty()) {
    sink.AddGap({.place = place, .message = "bytes after the list are not read"});
  }
  if (crl->unread_extensions != 0) {
    sink.AddGap({.place = place, .message = "an extension cannot be read"});
  }
  crl->context = evidence.context;
  crl->source = evidence.At(place);
  sink.records.Add(*crl);
  ++sink.record_count;
}

extern const ReaderSpec kCrlReader;  // declared again by the generated list

const ReaderSpec kCrlReader = {.kind = "crl",
                               .max_bytes = kMaxBytes,
                               .places = PlaceKind::kOffset,
                               .recognise = Recognise,
                               .read = Read,
                               .environment = true};

}  // namespace whfb::readers
