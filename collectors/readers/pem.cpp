// PEM files: certificates in Base64 between "-----BEGIN CERTIFICATE-----" lines (RFC 7468), with
// any prose around them, as openssl x509 -text, certutil -encode and Export dialogs write them.
// So are PKCS#7, over which AD CS and certutil write "CERTIFICATE" too, and lists of revoked
// certificates. Other
// blocks are passed over; private keys are never decoded.

#include "collectors/readers/pem.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/certificate_record.h"
#include "collectors/readers/crl.h"
#include "collectors/readers/pkcs7.h"
#include "collectors/readers/text_decoding.h"
#include "collectors/readers/x509.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{64} << 20U;
constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::array<std::string_view, 7> kLabels = {
    "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", "PKCS7", "PKCS #7 SIGNED DATA",
    "CMS",         kCrlLabel};

// The value of a Base64 letter, or -1.
int LetterValue(char letter) {
  if (letter >= 'A' && letter <= 'Z') {
    return letter - 'A';
  }
  if (letter >= 'a' && letter <= 'z') {
    return letter - 'a' + 26;
  }
  if (letter >= '0' && letter <= '9') {
    return letter - '0' + 52;
  }
  if (letter == '+') {
    return 62;
  }
  return letter == '/' ? 63 : -1;
}

// Collects the octets of one block, line by line.
class Base64 {
 public:
  void Add(std::string_view line) {
    for (const char letter : line) {
      if (letter == ' ' || letter == '\t') {
        continue;
      }
      if (letter == '=') {
        padded_ = true;
        continue;
      }
      const int value = LetterValue(letter);
      if (value < 0 || padded_) {
        bad_ = true;
        return;
      }
      bits_ = bits_ << 6U | static_cast<unsigned>(value);
      count_ += 6;
      if (count_ >= 8) {
        count_ -= 8;
        octets_.push_back(static_cast<std::byte>(bits_ >> count_ & 0xFFU));
      }
    }
  }

  [[nodiscard]] bool bad() const { return bad_; }

  [[nodiscard]] std::span<const std::byte> octets() const { return octets_; }

 private:
  std::vector<std::byte> octets_;
  std::uint32_t bits_ = 0;
  unsigned count_ = 0;
  bool padded_ = false;
  bool bad_ = false;
};

// The label of a "-----BEGIN x-----" or "-----END x-----" line; empty for any other line.
std::string_view Label(std::string_view line, std::string_view prefix) {
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) {
    line.remove_suffix(1);
  }
  constexpr std::string_view kTail = "-----";
  if (!line.starts_with(prefix) || !line.ends_with(kTail) ||
      line.size() <= prefix.size() + kTail.size()) {
    return {};
  }
  return line.substr(prefix.size(), line.size() - prefix.size() - kTail.size());
}

bool IsRead(std::string_view label) {
  return std::ranges::find(kLabels, label) != kLabels.end();
}

struct Block {
  std::uint64_t line = 0;  // of its BEGIN
  bool list = false;       // of revoked certificates
  Base64 base64{};
};

void Finish(const Block& block, const EvidenceView& evidence, RecordSink& sink) {
  if (block.base64.bad()) {
    sink.AddGap({.place = block.line, .message = "the block is not Base64"});
    return;
  }
  if (block.list) {
    AddCrl(block.base64.octets(), block.line, evidence, sink);
    return;
  }
  if (IsBagOfCertificates(block.base64.octets())) {
    const Status bag = ReadBag(block.base64.octets(), block.line, evidence, sink);
    if (!bag) {
      sink.AddGap({.place = block.line, .message = bag.error().message});
    }
    return;
  }
  Result<CertificateFields> fields = ParseCertificate(block.base64.octets(), sink.records.pool(),
                                                      Hashes::kSha1AndSha256, evidence.path);
  if (!fields) {
    const bool too_large = fields.error().code == ErrorCode::kTooLarge;
    sink.AddGap({.place = block.line,
                 .why = too_large ? WhyUnknown::kTooLarge : WhyUnknown::kMalformed,
                 .message = fields.error().message});
    return;
  }
  AddExtensionGap(*fields, block.line, sink);
  ++sink.record_count;
  sink.records.Add(CertificateRecord{
      .fields = *fields, .context = evidence.context, .source = evidence.At(block.line)});
}

int Recognise(std::span<const std::byte> head, std::string_view name) {
  constexpr int kMarker = 90;
  constexpr int kProse = 60;
  if (!FirstPemLabel(head).empty()) {
    return kMarker;
  }
  std::string buffer;
  const std::string_view text = DecodeText(head, buffer).text;
  // openssl x509 -text puts pages of prose before the block.
  const bool named = name.ends_with(".pem") || name.ends_with(".crt") || name.ends_with(".cer");
  return named && text.starts_with("Certificate:\n") ? kProse : 0;
}

}  // namespace

std::string_view FirstPemLabel(std::span<const std::byte> head) {
  std::string buffer;
  const std::string_view text = DecodeText(head, buffer).text;
  std::size_t first = std::string_view::npos;
  std::string_view found;
  for (const std::string_view label : kLabels) {
    const std::size_t at = text.find(std::string(kBegin) + std::string(label) + "-----");
    if (at < first) {
      first = at;
      found = label;
    }
  }
  return found;
}

Status ReadPem(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const DecodedText decoded = DecodeText(evidence.bytes, buffer);
  TextLines lines(decoded.text);
  std::string_view line;
  std::optional<Block> block;
  bool any = false;
  while (lines.Next(line)) {
    if (const std::string_view label = Label(line, kBegin); IsRead(label)) {
      if (block) {
        sink.AddGap({.place = block->line, .message = "the block has no END line"});
      }
      block = Block{.line = lines.number(), .list = label == kCrlLabel};
      any = true;
    } else if (block && !Label(line, kEnd).empty()) {
      Finish(*block, evidence, sink);
      block.reset();
    } else if (block) {
      block->base64.Add(line);
    }
  }
  if (block) {
    sink.AddGap({.place = block->line,
                 .why = WhyUnknown::kTruncated,
                 .message = "the input ends inside the block"});
  }
  if (!any) {
    return Error{.code = ErrorCode::kMalformed,
                 .where = std::string(evidence.path),
                 .message = "no PEM certificate in this file"};
  }
  return Ok{};
}

extern const ReaderSpec kPemReader;  // declared again by the generated list

const ReaderSpec kPemReader = {
    .kind = "pem", .max_bytes = kMaxBytes, .recognise = Recognise, .read = ReadPem};

}  // namespace whfb::readers
