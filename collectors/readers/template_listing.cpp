// `certutil -template`, with or without -v: the templates that enrolment clients see. The names of
// properties (TemplateProp...) are those of an enumeration and the same in every language.
//
// Properties that have no value are not printed, and nothing says that all others are: what is not
// here is unknown.

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include "collectors/readers/certutil_lines.h"
#include "collectors/readers/directory_sink.h"
#include "collectors/readers/dstemplate_values.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/small_records.h"
#include "collectors/readers/text_decoding.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{32} << 20;
constexpr std::string_view kPrefix = "TemplateProp";
constexpr std::size_t kMaxValues = 4096;

// How the values of a property are printed.
enum class Form : std::uint8_t { kText, kNumber, kOids, kProviders, kDescriptor, kExtensions };

struct Property {
  std::string_view name{};  // behind TemplateProp
  std::string_view attribute{};
  Form form = Form::kText;
};

constexpr std::array kProperties = {
    Property{"CommonName", "cn"},
    Property{"FriendlyName", "displayName"},
    Property{"EKUs", "pKIExtendedKeyUsage", Form::kOids},
    Property{"CryptoProviders", "pKIDefaultCSPs", Form::kProviders},
    Property{"KeySpec", "pKIDefaultKeySpec", Form::kNumber},
    Property{"SchemaVersion", "msPKI-Template-Schema-Version", Form::kNumber},
    Property{"MinorRevision", "msPKI-Template-Minor-Revision", Form::kNumber},
    Property{"MajorRevision", "revision", Form::kNumber},
    Property{"RASignatureCount", "msPKI-RA-Signature", Form::kNumber},
    Property{"MinimumKeySize", "msPKI-Minimal-Key-Size", Form::kNumber},
    Property{"OID", "msPKI-Cert-Template-OID", Form::kOids},
    Property{"V1ApplicationPolicy", "msPKI-Certificate-Application-Policy", Form::kOids},
    Property{"AsymmetricAlgorithm", "msPKI-Asymmetric-Algorithm"},
    Property{"HashAlgorithm", "msPKI-Hash-Algorithm"},
    Property{"EnrollmentFlags", "msPKI-Enrollment-Flag", Form::kNumber},
    Property{"SubjectNameFlags", "msPKI-Certificate-Name-Flag", Form::kNumber},
    Property{"PrivateKeyFlags", "msPKI-Private-Key-Flag", Form::kNumber},
    Property{"GeneralFlags", "flags", Form::kNumber},
    Property{"SecurityDescriptor", "nTSecurityDescriptor", Form::kDescriptor},
    Property{"Extensions", "pKIKeyUsage", Form::kExtensions},
    Property{"ValidityPeriod", "pKIExpirationPeriod"},
    Property{"RenewalPeriod", "pKIOverlapPeriod"},
};

// "a6000000 (-1509949440)" and "3": hex, with the decimal number in parentheses where it differs.
std::string NumberText(std::string_view text) {
  const std::string_view decimal = LastInParentheses(text);
  return std::string(decimal.empty() ? text : decimal);
}

bool IsToolLine(std::string_view line) {
  return ContainsNoCase(line.substr(0, 16), "CertUtil:");
}

class TemplateListing {
 public:
  TemplateListing(const EvidenceView& evidence, RecordSink& sink)
      : evidence_(evidence), sink_(sink) {}

  void Read(std::string_view text) {
    TextLines lines(text);
    std::string_view line;
    while (lines.Next(line)) {
      number_ = lines.number();
      // A line without its end may be cut.
      if (line.data() + line.size() < text.data() + text.size() || IsToolLine(line)) {
        TakeLine(line);
      }
    }
    EndTemplate(ended_);
    if (!ended_) {
      sink_.AddGap({.place = number_,
                    .why = WhyUnknown::kTruncated,
                    .message = "the listing does not end with the line of CertUtil"});
    }
  }

  [[nodiscard]] bool found() const { return found_; }

 private:
  struct Open {
    const Property* property = nullptr;
    std::vector<std::string> values{};
    std::uint64_t line = 0;
    bool usage_next = false;  // inside the key usage extension
  };

  void TakeLine(std::string_view line) {
    const std::string_view text = TrimBlanks(line);
    if (IsToolLine(line)) {
      TakeToolLine(line);
    } else if (const auto pair = SplitAtEquals(text); pair && text.starts_with(kPrefix)) {
      TakeProperty(pair->label.substr(kPrefix.size()), pair->value);
    } else if (open_.property != nullptr && !text.empty()) {
      TakeDetail(line, text);
    }
  }

  void TakeToolLine(std::string_view line) {
    ended_ = true;
    if (const std::uint32_t code = ErrorCodeIn(line); code != 0) {
      constexpr std::uint32_t kAccessDenied = 0x80070005;
      sink_.AddGap({.place = number_,
                    .why = code == kAccessDenied ? WhyUnknown::kDenied : WhyUnknown::kNotCollected,
                    .message = "certutil reported a failure"});
    }
  }

  void TakeProperty(std::string_view name, std::string_view value) {
    EndProperty();
    if (name == "CommonName") {
      EndTemplate(true);
      begun_ = true;
      begin_ = number_;
    }
    const auto* const property = std::ranges::find(kProperties, name, &Property::name);
    if (!begun_ || property == kProperties.end()) {
      return;
    }
    open_ = {.property = &*property, .line = number_};
    if (!value.empty()) {
      open_.values.push_back(property->form == Form::kNumber ? NumberText(value)
                                                             : std::string(value));
    }
  }

  // A line below a property.
  void TakeDetail(std::string_view line, std::string_view text) {
    if (open_.values.size() >= kMaxValues) {
      return;
    }
    switch (open_.property->form) {
      case Form::kOids:
        if (const auto oid = text.substr(0, text.find(' ')); LooksLikeOid(oid)) {
          open_.values.emplace_back(oid);
        }
        break;
      case Form::kProviders:
        TakeProvider(text);
        break;
      case Form::kDescriptor:
        TakeRight(line);
        break;
      case Form::kExtensions:
        TakeExtension(text);
        break;
      case Form::kText:
      case Form::kNumber:
        break;  // names of flags
    }
  }

  // "0: Microsoft Software Key Storage Provider", in the order of preference.
  void TakeProvider(std::string_view text) {
    const auto pair = SplitAtColon(text);
    if (pair && pair->label.find_first_not_of("0123456789") == std::string_view::npos) {
      open_.values.push_back(
          std::to_string(open_.values.size() + 1).append(",").append(pair->value));
    }
  }

  void TakeRight(std::string_view line) {
    auto right = ReadRightLine(line);
    if (right) {
      right->principal_name = sink_.Keep(right->principal_name);
      right->source = evidence_.At(number_);
      rights_.push_back(*right);
    } else if (rights_.empty() && !open_.values.empty() && line.front() != ' ') {
      open_.values.back().append(TrimBlanks(line));  // a descriptor that was broken when copied
    }
  }

  // The key usage, whose bits stand in parentheses in every language: "... (a0)".
  void TakeExtension(std::string_view text) {
    if (const auto pair = SplitAtColon(text); pair && LooksLikeOid(pair->label)) {
      open_.usage_next = pair->label == "2.5.29.15";
      return;
    }
    const std::string hex = HexOf(LastInParentheses(text));
    if (open_.usage_next && !hex.empty()) {
      open_.values.push_back(hex);
      open_.usage_next = false;
    }
  }

  void EndProperty() {
    if (open_.property != nullptr && !open_.values.empty()) {
      std::vector<std::string_view> kept;
      for (std::string& value : open_.values) {
        kept.push_back(
            sink_.Keep(NormaliseTemplateValue(open_.property->attribute, std::move(value))));
      }
      attributes_.push_back({.name = open_.property->attribute,
                             .values = sink_.records.pool().KeepList(kept),
                             .source = evidence_.At(open_.line)});
    }
    open_ = {};
  }

  void EndTemplate(bool whole) {
    EndProperty();
    if (begun_ && !attributes_.empty() && !attributes_[0].values.empty()) {
      Emit(whole);
    }
    begun_ = false;
    attributes_.clear();
    rights_.clear();
  }

  void Emit(bool whole) {
    const std::string_view cn = attributes_[0].values[0];
    for (TemplateRight& right : rights_) {
      right.cn = cn;
      AddTemplateRight(right, sink_);
    }
    const auto stable =
        sink_.records.pool().KeepItems(std::span<const TemplateAttribute>(attributes_));
    AddTemplate(TemplateRecord{.cn = cn,
                               .attributes = stable,
                               .why = whole ? WhyUnknown::kNotCollected : WhyUnknown::kTruncated,
                               .source = evidence_.At(begin_)},
                sink_);
    ++sink_.record_count;
    found_ = true;
  }

  const EvidenceView& evidence_;
  RecordSink& sink_;
  std::uint64_t number_ = 0;
  std::uint64_t begin_ = 0;
  bool begun_ = false;
  bool ended_ = false;
  bool found_ = false;
  Open open_{};
  std::vector<TemplateAttribute> attributes_{};
  std::vector<TemplateRight> rights_{};
};

Status ReadTemplateListing(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const DecodedText decoded = DecodeText(evidence.bytes, buffer);
  sink.note = std::string(decoded.encoding);
  TemplateListing reader(evidence, sink);
  reader.Read(decoded.text);
  if (!reader.found()) {
    return Error{.code = ErrorCode::kMalformed,
                 .where = std::string(evidence.path),
                 .message = "no certificate template"};
  }
  return Ok{};
}

int RecogniseTemplateListing(std::span<const std::byte> head, std::string_view /*name*/) {
  constexpr int kSure = 90;
  std::string buffer;
  TextLines lines(DecodeText(head, buffer).text);
  std::string_view line;
  while (lines.Next(line)) {
    const auto pair = SplitAtEquals(line);
    if (pair && pair->label == "TemplatePropCommonName") {
      return kSure;
    }
  }
  return 0;
}

}  // namespace

extern const ReaderSpec kTemplateListingReader;  // declared again by the generated list

const ReaderSpec kTemplateListingReader = {.kind = "template-listing",
                                           .max_bytes = kMaxBytes,
                                           .recognise = RecogniseTemplateListing,
                                           .read = ReadTemplateListing,
                                           .environment = true};

}  // namespace whfb::readers
