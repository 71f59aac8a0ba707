#include "collectors/readers/certutil_element.h"

#include <cstdint>
#include <optional>
#include <string>

#include "collectors/readers/certificate_hash.h"
#include "collectors/readers/certutil_loss.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::size_t kMd5Digits = 32;
constexpr std::size_t kSha256Digits = 64;

// Reads the short form line by line; the order of its lines is fixed, their labels are not.
class ShortForm {
 public:
  ShortForm(const CertutilElement& element, RecordSink& sink)
      : element_(element),
        sink_(sink),
        missing_(element.finished ? WhyUnknown::kMalformed : WhyUnknown::kTruncated) {}

  ElementReading Read() {
    if (!element_.flaw.empty()) {
      Damage(std::string(element_.flaw));
      return std::move(reading_);
    }
    if (!ReadSerial()) {
      if (!IsListOfOthers(element_)) {
        Damage("no serial number");
      }
      return std::move(reading_);
    }
    if (IsVerbose()) {
      ReadVerbose();
      return std::move(reading_);
    }
    ReadIssuer();
    ReadDatesAndSubject();
    if (HoldsAnotherCertificate(element_.lines.subspan(at_))) {
      Damage("two certificates under one banner");
    }
    ReadHashes();
    ReadKeyPart(element_.lines.subspan(at_), false, element_.finished, sink_, reading_.record);
    Judge();
    return std::move(reading_);
  }

 private:
  [[nodiscard]] bool More() const { return at_ < element_.lines.size(); }

  [[nodiscard]] std::string_view Line() const { return element_.lines[at_].text; }

  // False when the element is no certificate or is cut before the serial number.
  bool ReadSerial() {
    if (SameNoCase(element_.banner.word, "CRL") || SameNoCase(element_.banner.word, "CTL")) {
      return false;  // a CTL has a sequence number in front
    }
    CertificateRecord& record = reading_.record;
    record.archived = Known<bool>::Present(false);
    for (; More(); ++at_) {
      const std::string_view line = TrimBlanks(Line());
      const auto pair = SplitAtColon(line);
      if (!pair) {
        if (line.ends_with('!')) {
          record.archived = Known<bool>::Present(true);
        } else if (LooksLikeName(line)) {
          return false;  // the issuer of a CRL in the `-v` form
        }
        continue;
      }
      const std::string hex = HexOf(pair->value);
      if (hex.size() >= 2) {
        record.fields.serial = KeepText(hex, sink_);
        ++at_;
        return true;
      }
      if (LooksLikeName(pair->value) || ParseDateText(pair->value)) {
        return false;  // CRLs and CTLs have no serial number in front
      }
    }
    return false;
  }

  void Damage(std::string problem) {
    reading_.kind = ElementKind::kDamaged;
    reading_.problem = std::move(problem);
  }

  // The dump has a label without value directly after the serial number.
  [[nodiscard]] bool IsVerbose() const {
    if (!More()) {
      return false;
    }
    const auto pair = SplitAtColon(Line());
    return pair && pair->value.empty();
  }

  void ReadVerbose() {
    const auto rest = element_.lines.subspan(at_);
    ReadVerboseFields(rest, sink_, reading_);
    ReadKeyPart(rest, true, element_.finished, sink_, reading_.record);
    Judge();
  }

  void ReadIssuer() {
    reading_.record.fields.issuer = Known<std::string_view>::Unknown(missing_);
    if (!More()) {
      return;
    }
    const auto pair = SplitAtColon(Line());
    if (!pair || ParseDateText(pair->value)) {
      return;
    }
    ++at_;
    const auto next = More() ? SplitAtColon(Line()) : std::nullopt;
    if (!next || !ParseDateText(next->value)) {
      return;  // the rest of the name may stand there
    }
    reading_.record.fields.issuer =
        LooksLikeName(pair->value) ? KeepText(pair->value, sink_) : KeepText("", sink_);
  }

  void ReadDatesAndSubject() {
    auto& fields = reading_.record.fields;
    fields.subject = Known<std::string_view>::Unknown(missing_);
    for (; More(); ++at_) {
      const auto pair = SplitAtColon(Line());
      if (!pair || TakeDate(pair->value)) {
        continue;
      }
      if (IsSha1Label(pair->label)) {
        return;
      }
      if (TakeSubject(pair->value)) {
        ++at_;
        break;
      }
    }
    if (fields.issuer.present() && fields.subject.present()) {
      fields.self_issued = Known<bool>::Present(fields.issuer.value == fields.subject.value);
    }
  }

  // The first date is the start, the second the end; a third is none of the certificate.
  bool TakeDate(std::string_view value) {
    DatePair& dates = reading_.dates;
    const auto date = dates.not_after ? std::nullopt : ParseDateText(value);
    if (date) {
      (dates.not_before ? dates.not_after : dates.not_before) = date;
    }
    return date.has_value();
  }

  // A name, or the line behind the dates, which is that of a certificate without a subject.
  bool TakeSubject(std::string_view value) {
    const bool name = LooksLikeName(value);
    if (!name && !reading_.dates.not_after) {
      return false;
    }
    reading_.record.fields.subject = name && MayGoOn()
                                         ? Known<std::string_view>::Unknown(missing_)
                                         : KeepText(name ? value : std::string_view{}, sink_);
    return true;
  }

  // What stands below a subject, in this order: the name of a template and a version, where there
  // are such; one sentence, which begins with a capital or in a script without them; labels up to
  // the thumbprint.
  enum class Below : std::uint8_t { kFirst, kSentence, kLabel, kThumbprint, kRest };

  [[nodiscard]] static Below BelowOf(std::string_view line) {
    if (!HasLabel(line)) {
      return LooksLikeRest(line) ? Below::kRest : Below::kSentence;
    }
    const auto pair = SplitAtColon(line);
    if (HexOf(pair->value).size() >= kMd5Digits) {
      return Below::kThumbprint;
    }
    return pair->label.ends_with(')') || IsVersion(pair->value) ? Below::kFirst : Below::kLabel;
  }

  // Whether the rest of the subject may stand below it: where that is not the order of things.
  [[nodiscard]] bool MayGoOn() const {
    Below last = Below::kFirst;
    for (const TextLine& line : element_.lines.subspan(at_ + 1)) {
      const Below below = BelowOf(line.text);
      const bool again = below == last && below == Below::kSentence;
      if (below == Below::kRest || below < last || again) {
        return true;
      }
      if (below == Below::kThumbprint || (last == Below::kSentence && below == Below::kLabel)) {
        return false;
      }
      last = below;
    }
    return false;
  }

  [[nodiscard]] static bool LooksLikeRest(std::string_view line) {
    line = TrimBlanks(line);
    const auto first = static_cast<unsigned char>(line[0]);
    const bool capital = first >= 0x80 || (first >= 'A' && first <= 'Z');
    return !capital || line.find_first_of("=@/\\") != std::string_view::npos;
  }

  // "V0.0"
  [[nodiscard]] static bool IsVersion(std::string_view value) {
    return value.size() > 2 && value[0] == 'V' && value.find('.') != std::string_view::npos;
  }

  [[nodiscard]] static bool IsSha1Label(std::string_view label) {
    return ContainsNoCase(LastInParentheses(label), "sha1");
  }

  // Everything between the subject and the thumbprint, and the thumbprints.
  void ReadHashes() {
    auto& fields = reading_.record.fields;
    fields.sha1 = Known<std::string_view>::Unknown(missing_);
    bool after_sentence = false;
    for (; More(); ++at_) {
      const auto pair = SplitAtColon(Line());
      if (!pair) {
        if (fields.sha1.present()) {
          return;
        }
        after_sentence = true;
        continue;
      }
      const std::string_view kind = LastInParentheses(pair->label);
      if (TakeThumbprint(kind, HexOf(pair->value))) {
        continue;
      }
      if (fields.sha1.present() && !SameNoCase(kind, "md5")) {
        return;
      }
      ReadTemplateLine(*pair, after_sentence);
      after_sentence = false;
    }
  }

  bool TakeThumbprint(std::string_view kind, std::string_view hex) {
    auto& fields = reading_.record.fields;
    const bool sha1 = SameNoCase(kind, "sha1");
    const bool sha256 = SameNoCase(kind, "sha256") && hex.size() == kSha256Digits;
    if (sha1 && hex.size() == kSha1Digits) {
      fields.sha1 = KeepText(hex, sink_);
    } else if (sha256) {
      fields.sha256 = KeepText(hex, sink_);
    }
    return sha1 || sha256;
  }

  // "Certificate Template Name (Certificate Type): X", "CA Version: V0.0",
  // "Root Certificate: Subject matches Issuer", "Template: X, Display name", or the same with the
  // OID in the place of X, which tells the name no more than an OID alone does.
  void ReadTemplateLine(const LabelledValue& pair, bool after_sentence) {
    auto& fields = reading_.record.fields;
    if (IsVersion(pair.value) || pair.value.empty() || template_broken_) {
      return;
    }
    const bool self_issued = !fields.self_issued.present() || fields.self_issued.value;
    const bool number = pair.value[0] >= '0' && pair.value[0] <= '9';
    if (self_issued && after_sentence && !root_seen_ && !number) {
      root_seen_ = true;
      return;
    }
    const std::string_view first = pair.value.substr(0, pair.value.find(", "));
    if (pair.label.ends_with(')')) {
      fields.template_name = KeepText(pair.value, sink_);
    } else if (!ThumbprintIsNext()) {
      template_broken_ = true;  // the rest of it stands there
    } else if (LooksLikeOid(first)) {
      fields.template_oid = KeepText(first, sink_);
    } else if (!fields.template_name.present()) {
      fields.template_name = KeepText(first, sink_);
    }
  }

  [[nodiscard]] bool ThumbprintIsNext() const {
    for (const TextLine& line : element_.lines.subspan(at_ + 1)) {
      if (TrimBlanks(line.text) != "\"\"") {  // Chinese output has such a line
        const auto pair = SplitAtColon(line.text);
        return pair && HexOf(pair->value).size() >= kMd5Digits &&
               !LastInParentheses(pair->label).empty();
      }
    }
    return false;
  }

  // A certificate without its thumbprint is still evidence, but not of anything in particular.
  void Judge() {
    if (reading_.kind == ElementKind::kDamaged) {
      return;
    }
    const auto& fields = reading_.record.fields;
    if (!fields.sha1.present()) {
      Damage("no SHA-1 thumbprint");
    } else if (!reading_.dates.not_after || !reading_.dates.not_before) {
      Damage("validity dates cannot be read");
    } else {
      reading_.kind = ElementKind::kCertificate;
    }
  }

  const CertutilElement& element_;
  RecordSink& sink_;
  WhyUnknown missing_;
  std::size_t at_ = 0;
  bool root_seen_ = false;
  bool template_broken_ = false;
  ElementReading reading_{};
};

}  // namespace

Known<std::string_view> KeepText(std::string_view text, RecordSink& sink) {
  const std::string_view kept = sink.Keep(text);
  return kept.empty() && !text.empty() ? Known<std::string_view>::Unknown(WhyUnknown::kTooLarge)
                                       : Known<std::string_view>::Present(kept);
}

ElementReading ReadCertutilElement(const CertutilElement& element, RecordSink& sink) {
  return ShortForm(element, sink).Read();
}

}  // namespace whfb::readers
