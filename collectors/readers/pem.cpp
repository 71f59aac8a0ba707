// PEM files: certificates in Base64 between "-----BEGIN CERTIFICATE-----" lines (RFC 7468), with
// any prose around them, as openssl x509 -text, certutil -encode and Export dialogs write them.
// So are PKCS#7, over which AD CS and certutil write "CERTIFICATE" too, and lists of revoked
// certificates. Other blocks are passed over; private keys are never decoded: a block ends where
// another one begins, whether it came to its own END or not.

#include "collectors/readers/pem.h"

#include <array>
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
constexpr std::string_view kTrustedLabel = "TRUSTED CERTIFICATE";
constexpr std::array<std::string_view, 6> kCertificateLabels = {
    "CERTIFICATE", "X509 CERTIFICATE", kTrustedLabel, "PKCS7", "PKCS #7 SIGNED DATA", "CMS"};

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

// Collects the octets of one block, line by line, up to what is not Base64.
class Base64 {
 public:
  void Add(std::string_view line) {
    for (const char letter : bad_ ? std::string_view{} : line) {
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
        octets_.clear();
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

bool IsOfCertificates(std::string_view label) {
  return std::ranges::find(kCertificateLabels, label) != kCertificateLabels.end();
}

bool IsRead(std::string_view label) {
  return label == kCrlLabel || IsOfCertificates(label);
}

struct Block {
  std::uint64_t line = 0;  // of its BEGIN
  std::string_view label{};
  Base64 base64{};
};

void Finish(const Block& block, const EvidenceView& evidence, RecordSink& sink) {
  if (block.base64.bad()) {
    sink.AddGap({.place = block.line, .message = "the block is not Base64"});
    return;
  }
  if (block.label == kCrlLabel) {
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
  // OpenSSL writes what it is trusted for behind it.
  if (block.label != kTrustedLabel && fields->der.size() != block.base64.octets().size()) {
    sink.AddGap({.place = block.line, .message = "bytes after the certificate are not read"});
  }
  AddExtensionGap(*fields, block.line, sink);
  ++sink.record_count;
  sink.records.Add(CertificateRecord{
      .fields = *fields, .context = evidence.context, .source = evidence.At(block.line)});
}

// The blocks of one text, one line after the other.
class Blocks {
 public:
  Blocks(const EvidenceView& evidence, RecordSink& sink) : evidence_(evidence), sink_(sink) {}

  // False when nothing more is read.
  bool Take(std::string_view line, std::uint64_t number) {
    if (const std::string_view label = Label(line, kBegin); !label.empty()) {
      return Begin(label, number);
    }
    const std::string_view end = Label(line, kEnd);
    if (!open_) {
      return true;
    }
    if (end.empty()) {
      block_.base64.Add(line);
      return true;
    }
    if (end == block_.label) {
      Finish(block_, evidence_, sink_);
    } else {
      Damage("the END line is that of another kind of block");
    }
    open_ = false;
    return true;
  }

  void End() {
    if (open_) {
      sink_.AddGap({.place = block_.line,
                    .why = WhyUnknown::kTruncated,
                    .message = "the input ends inside the block"});
    }
  }

  [[nodiscard]] bool any() const { return any_; }

 private:
  bool Begin(std::string_view label, std::uint64_t number) {
    if (open_) {
      Damage("the block has no END line");
      open_ = false;
    }
    if (!IsRead(label)) {
      return true;
    }
    any_ = true;
    if (sink_.record_count >= kMaxInFile) {
      sink_.AddGap(
          {.place = number, .why = WhyUnknown::kTooLarge, .message = std::string(kMoreInFile)});
      return false;
    }
    block_ = Block{.line = number, .label = label};
    open_ = true;
    return true;
  }

  void Damage(const char* message) { sink_.AddGap({.place = block_.line, .message = message}); }

  const EvidenceView& evidence_;
  RecordSink& sink_;
  Block block_{};
  bool open_ = false;  // what comes is of block_
  bool any_ = false;
};

int Recognise(const Head& head) {
  constexpr int kTop = 90;
  constexpr int kOpenssl = 60;
  constexpr int kProse = 40;  // less than any reader of text: a log may quote a certificate
  const PemHead pem = ReadPemHead(head);
  if (pem.at_top && !pem.label.empty()) {
    return kTop;
  }
  const std::string_view text = head.Text();
  // openssl x509 -text puts pages of prose before the block.
  const bool named = head.name().ends_with(".pem") || head.name().ends_with(".crt") ||
                     head.name().ends_with(".cer");
  if (named && text.starts_with("Certificate:\n")) {
    return kOpenssl;
  }
  return pem.certificates ? kProse : 0;
}

}  // namespace

PemHead ReadPemHead(const Head& head) {
  TextLines lines(head.Text());
  std::string_view line;
  PemHead pem;
  bool top = true;
  while (lines.Next(line)) {
    const std::string_view label = Label(line, kBegin);
    pem.at_top = pem.at_top || (top && !label.empty());
    top = top && line.find_first_not_of(" \t") == std::string_view::npos;
    pem.certificates = pem.certificates || IsOfCertificates(label);
    if (pem.label.empty() && IsRead(label)) {
      pem.label = label == kCrlLabel ? kCrlLabel : *std::ranges::find(kCertificateLabels, label);
    }
  }
  return pem;
}

Status ReadPem(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const DecodedText decoded = DecodeText(evidence.bytes, buffer);
  TextLines lines(decoded.text);
  std::string_view line;
  Blocks blocks(evidence, sink);
  bool more = true;
  while (more && lines.Next(line)) {
    more = blocks.Take(line, lines.number());
  }
  blocks.End();
  if (!blocks.any()) {
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
