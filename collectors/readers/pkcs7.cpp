#include "collectors/readers/pkcs7.h"

#include <string>
#include <string_view>

#include "collectors/readers/certificate_record.h"
#include "collectors/readers/crl.h"
#include "collectors/readers/der_head.h"
#include "collectors/readers/x509.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{16} << 20U;
constexpr std::string_view kSignedData = "\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02";
constexpr std::string_view kData = "\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01";

bool OpensOid(der::Bytes& bytes, std::string_view oid) {
  std::size_t length = 0;
  if (!der::Opens(bytes, der::kOid, length) || length != oid.size() || bytes.size() < length ||
      der::Chars(bytes.first(length)) != oid) {
    return false;
  }
  bytes = bytes.subspan(length);
  return true;
}

// BER of indefinite length, which some libraries write: 30 80 06 09 <signedData>.
bool IsIndefinite(der::Bytes bytes) {
  constexpr std::string_view kHead = "\x30\x80\x06\x09";
  return bytes.size() > kHead.size() + kSignedData.size() &&
         der::Chars(bytes.first(kHead.size())) == kHead &&
         der::Chars(bytes.subspan(kHead.size(), kSignedData.size())) == kSignedData;
}

// The parts of SignedData that matter.
struct Bag {
  der::Element certificates{};  // [0], empty when there are none
  der::Element lists{};         // [1], of revoked certificates; likewise
  der::Element signers{};
};

bool Split(der::Bytes bytes, Bag& bag) {
  der::Walker file(bytes);
  der::Element part;
  if (!file.Expect(der::kSequence, part)) {
    return false;
  }
  der::Walker outer(part.content);
  der::Element wrapped;
  if (!outer.Expect(der::kOid, part) || !outer.Expect(der::ContextConstructed(0), wrapped)) {
    return false;
  }
  der::Walker wrap(wrapped.content);
  if (!wrap.Expect(der::kSequence, part)) {
    return false;
  }
  der::Walker inner(part.content);
  der::Element skipped;
  if (!inner.Expect(der::kInteger, skipped) || !inner.Expect(der::kSet, skipped) ||
      !inner.Expect(der::kSequence, skipped)) {
    return false;
  }
  inner.Optional(der::ContextConstructed(0), bag.certificates);
  inner.Optional(der::ContextConstructed(1), bag.lists);
  return inner.Expect(der::kSet, bag.signers) && inner.finished();
}

class Reading {
 public:
  Reading(std::span<const std::byte> der,
          std::optional<std::uint64_t> line,
          const EvidenceView& evidence,
          RecordSink& sink)
      : der_(der), line_(line), evidence_(evidence), sink_(sink) {}

  void Take(const Bag& bag) {
    if (Each(bag.certificates.content, "the certificates in the file are damaged",
             [this](const der::Element& element) { TakeCertificate(element); })) {
      Each(bag.lists.content, "the lists of revoked certificates in the file are damaged",
           [this](const der::Element& element) {
             AddCrl(element.whole, PlaceOf(element.whole), evidence_, sink_);
           });
    }
  }

 private:
  // False when there is more than is read.
  template <typename TakeOne>
  bool Each(der::Bytes elements, const char* damage, const TakeOne& take) {
    der::Walker walker(elements);
    der::Element element;
    for (std::size_t count = 0; walker.Next(element); ++count) {
      if (count == kMaxInFile || sink_.record_count >= kMaxInFile) {
        sink_.AddGap({.place = PlaceOf(element.whole),
                      .why = WhyUnknown::kTooLarge,
                      .message = std::string(kMoreInFile)});
        return false;
      }
      take(element);
    }
    if (walker.failed()) {
      sink_.AddGap({.place = PlaceOf(walker.rest()), .message = damage});
    }
    return true;
  }

  void TakeCertificate(const der::Element& element) {
    const std::uint64_t place = PlaceOf(element.whole);
    Result<CertificateFields> fields = ParseCertificate(element.whole, sink_.records.pool(),
                                                        Hashes::kSha1AndSha256, evidence_.path);
    if (!fields) {
      const bool too_large = fields.error().code == ErrorCode::kTooLarge;
      sink_.AddGap({.place = place,
                    .why = too_large ? WhyUnknown::kTooLarge : WhyUnknown::kMalformed,
                    .message = fields.error().message});
      return;
    }
    AddExtensionGap(*fields, place, sink_);
    ++sink_.record_count;
    sink_.records.Add(CertificateRecord{
        .fields = *fields, .context = evidence_.context, .source = evidence_.At(place)});
  }

  [[nodiscard]] std::uint64_t PlaceOf(der::Bytes part) const {
    return line_ ? *line_ : static_cast<std::uint64_t>(part.data() - der_.data());
  }

  std::span<const std::byte> der_;
  std::optional<std::uint64_t> line_;
  const EvidenceView& evidence_;
  RecordSink& sink_;
};

int Recognise(const Head& head) {
  constexpr int kShape = 95;
  constexpr int kNamed = 60;
  if (IsBagOfCertificates(head.bytes())) {
    return kShape;
  }
  return IsIndefinite(head.bytes()) &&
                 (head.name().ends_with(".p7b") || head.name().ends_with(".p7c"))
             ? kNamed
             : 0;
}

Status Read(const EvidenceView& evidence, RecordSink& sink) {
  return ReadBag(evidence.bytes, std::nullopt, evidence, sink);
}

}  // namespace

bool IsBagOfCertificates(std::span<const std::byte> head) {
  std::size_t content = 0;
  if (!der::Opens(head, der::kSequence) || !OpensOid(head, kSignedData) ||
      !der::Opens(head, der::ContextConstructed(0)) || !der::Opens(head, der::kSequence) ||
      !der::Skips(head, der::kInteger) || !der::Skips(head, der::kSet) ||
      !der::Opens(head, der::kSequence, content)) {
    return false;
  }
  const std::size_t before = head.size();
  // Nothing but the kind of what is not there.
  return OpensOid(head, kData) && before - head.size() == content;
}

Status ReadBag(std::span<const std::byte> der,
               std::optional<std::uint64_t> line,
               const EvidenceView& evidence,
               RecordSink& sink) {
  Bag bag;
  if (!IsBagOfCertificates(der) || !Split(der, bag)) {
    const std::string message = IsIndefinite(der)
                                    ? "PKCS#7 of indefinite length (BER) is not read; convert it "
                                      "with: openssl pkcs7 -inform DER -print_certs"
                                    : "this is not a whole PKCS#7 file of certificates in DER";
    return Error{
        .code = ErrorCode::kMalformed, .where = std::string(evidence.path), .message = message};
  }
  Reading(der, line, evidence, sink).Take(bag);
  if (!bag.signers.content.empty()) {
    sink.note = "signed; the signature is not judged";
  }
  return Ok{};
}

extern const ReaderSpec kPkcs7Reader;  // declared again by the generated list

const ReaderSpec kPkcs7Reader = {.kind = "pkcs7",
                                 .max_bytes = kMaxBytes,
                                 .places = PlaceKind::kOffset,
                                 .recognise = Recognise,
                                 .read = Read};

}  // namespace whfb::readers
