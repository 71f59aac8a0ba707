// `certutil -template`, with or without -v: the templates that enrolment clients see. The names of
// properties (TemplateProp...) are those of the enumeration EnrollmentTemplateProperty and the same
// in every language; the words behind and below them are localised.
//
// Properties that have no value are not printed, and nothing says that all others are: what is not
// here is unknown.

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collectors/readers/certutil_lines.h"
#include "collectors/readers/certutil_verbs.h"
#include "collectors/readers/directory_sink.h"
#include "collectors/readers/dstemplate_values.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/small_records.h"
#include "collectors/readers/text_decoding.h"
#include "scanner/core/number_text.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{32} << 20;
constexpr std::string_view kPrefix = "TemplateProp";
constexpr std::string_view kName = "CommonName";  // the first property of every template
constexpr std::size_t kMaxValues = 4096;
constexpr std::size_t kMaxDescriptor = 1U << 20U;

// How the values of a property are printed.
enum class Form : std::uint8_t { kText, kNumber, kOids, kProviders, kDescriptor, kExtensions };

struct Property {
  std::string_view name{};  // behind TemplateProp
  std::string_view attribute{};
  Form form = Form::kText;
};

constexpr std::array kProperties = {
    Property{kName, "cn"},  // the first
    Property{"FriendlyName", "displayName"},
    Property{"EKUs", "pKIExtendedKeyUsage", Form::kOids},
    Property{"CryptoProviders", "pKIDefaultCSPs", Form::kProviders},
    Property{"SchemaVersion", "msPKI-Template-Schema-Version", Form::kNumber},
    Property{"MajorRevision", "revision", Form::kNumber},
    Property{"MinorRevision", "msPKI-Template-Minor-Revision", Form::kNumber},
    Property{"MinimumKeySize", "msPKI-Minimal-Key-Size", Form::kNumber},
    Property{"OID", "msPKI-Cert-Template-OID", Form::kOids},
    Property{"V1ApplicationPolicy", "msPKI-Certificate-Application-Policy", Form::kOids},
    Property{"EnrollmentFlags", "msPKI-Enrollment-Flag", Form::kNumber},
    Property{"SubjectNameFlags", "msPKI-Certificate-Name-Flag", Form::kNumber},
    Property{"PrivateKeyFlags", "msPKI-Private-Key-Flag", Form::kNumber},
    Property{"GeneralFlags", "flags", Form::kNumber},
    Property{"SecurityDescriptor", "nTSecurityDescriptor", Form::kDescriptor},
    Property{"Extensions", "pKIKeyUsage", Form::kExtensions},
    Property{"ValidityPeriod", "pKIExpirationPeriod"},
    Property{"RenewalPeriod", "pKIOverlapPeriod"},
};

bool IsToolLine(std::string_view line) {
  return ContainsNoCase(line.substr(0, 16), "CertUtil:");
}

// "a6000000 (-1509949440)" and "3": hex, with the decimal number in parentheses where it differs.
std::string NumberText(std::string_view text) {
  const std::string_view decimal = LastInParentheses(text);
  return std::string(decimal.empty() ? text : decimal);
}

// A property while its lines are read.
struct OpenProperty {
  const Property* property = nullptr;  // null: one that nobody reads
  std::vector<std::string> values{};
  std::uint64_t line = 0;
  std::optional<std::uint32_t> announced{};  // "4 ObjectIds:"
  bool usage_next = false;                   // inside the key usage extension
  bool damaged = false;

  void TakeDetail(std::string_view line_text, std::string_view text) {
    if (values.size() >= kMaxValues) {
      damaged = true;
      return;
    }
    switch (property->form) {
      case Form::kOids:
        TakeOid(text);
        break;
      case Form::kProviders:
        TakeProvider(text);
        break;
      case Form::kDescriptor:
        // One that was broken when copied from a console goes on in the first column.
        if (!values.empty() && line_text.front() != ' ' && values[0].size() < kMaxDescriptor) {
          values[0].append(text);
        }
        break;
      case Form::kExtensions:
        TakeExtension(text);
        break;
      case Form::kText:
      case Form::kNumber:
        break;  // names of flags
    }
  }

  // All that was announced is there.
  [[nodiscard]] bool whole() const {
    return !damaged && (!announced || *announced == values.size());
  }

 private:
  void TakeOid(std::string_view text) {
    const std::string_view first = text.substr(0, text.find(' '));
    if (first.find('.') != std::string_view::npos && LooksLikeOid(first)) {
      values.emplace_back(first);
    } else if (const auto count = ParseWhole<std::uint32_t>(first); count && values.empty()) {
      announced = count;
    } else {
      damaged = true;
    }
  }

  // "0: Microsoft Software Key Storage Provider", in the order of preference.
  void TakeProvider(std::string_view text) {
    const auto pair = SplitAtColon(text);
    const auto number = pair ? ParseWhole<std::size_t>(pair->label) : std::nullopt;
    if (number != values.size() || pair->value.empty()) {
      damaged = true;
      return;
    }
    values.push_back(std::to_string(values.size() + 1).append(",").append(pair->value));
  }

  // The key usage, whose bits stand in parentheses in every language: "... (a0)".
  void TakeExtension(std::string_view text) {
    if (const auto pair = SplitAtColon(text); pair && LooksLikeOid(pair->label)) {
      usage_next = pair->label == "2.5.29.15";
      return;
    }
    std::string hex = HexOf(LastInParentheses(text));
    if (usage_next && !hex.empty() && values.empty()) {
      values.push_back(std::move(hex));
      usage_next = false;
    }
  }
};

class TemplateListing {
 public:
  TemplateListing(const EvidenceView& evidence, RecordSink& sink)
      : evidence_(evidence), sink_(sink) {}

  void Read(const DecodedText& decoded) {
    TextLines lines(decoded);
    std::string_view line;
    while (lines.Next(line)) {
      number_ = lines.number();
      const bool last = line.data() + line.size() == decoded.text.data() + decoded.text.size();
      if (lines.damaged()) {
        TakeDamage();
      } else if (!last || IsToolLine(line)) {  // a line without its end may be cut
        TakeLine(line);
      }
    }
    const bool open = begun_;
    EndTemplate(false);
    if (open || (found_ && !ended_)) {
      sink_.AddGap({.place = number_,
                    .why = WhyUnknown::kTruncated,
                    .message = "the listing does not end with the line of CertUtil"});
    }
  }

  [[nodiscard]] bool found() const { return found_; }

 private:
  void TakeLine(std::string_view line) {
    const std::string_view text = TrimBlanks(line);
    if (IsToolLine(line)) {
      TakeToolLine(line);
    } else if (const auto pair = SplitAtEquals(text); pair && text.starts_with(kPrefix)) {
      TakeProperty(pair->label.substr(std::min(kPrefix.size(), pair->label.size())), pair->value);
    } else if (open_.property != nullptr && !text.empty()) {
      open_.TakeDetail(line, text);
    }
  }

  // Damage may have swallowed the head of another template.
  void TakeDamage() {
    sink_.AddGap({.place = number_, .message = std::string(kDamagedLine)});
    open_.damaged = true;
    EndTemplate(false);
  }

  void TakeToolLine(std::string_view line) {
    EndTemplate(true);
    ended_ = true;
    if (const std::uint32_t code = ErrorCodeIn(line); code != 0) {
      sink_.AddGap({.place = number_,
                    .why = code == kAccessDenied ? WhyUnknown::kDenied : WhyUnknown::kNotCollected,
                    .message = "certutil reported a failure"});
    }
  }

  void TakeProperty(std::string_view name, std::string_view value) {
    if (name == kName) {
      EndTemplate(true);
      begun_ = true;
      begin_ = number_;
    } else {
      EndProperty(true);
    }
    const auto* const property = std::ranges::find(kProperties, name, &Property::name);
    if (!begun_ || property == kProperties.end()) {
      return;
    }
    if (std::ranges::find(attributes_, property->attribute, &TemplateAttribute::name) !=
        attributes_.end()) {
      sink_.AddGap({.place = number_, .message = "the beginning of another template is lost"});
      EndTemplate(false);
      return;
    }
    open_ = {.property = &*property, .line = number_};
    if (!value.empty()) {
      open_.values.push_back(property->form == Form::kNumber ? NumberText(value)
                                                             : std::string(value));
    }
  }

  // `followed`: the next property shows that nothing of this one is missing.
  void EndProperty(bool followed) {
    const OpenProperty open = std::move(open_);
    open_ = {};
    if (open.property == nullptr || (open.values.empty() && open.whole())) {
      return;
    }
    const bool whole = followed && open.whole();
    if (followed && !whole) {
      sink_.AddGap({.place = open.line,
                    .message = std::string("the values of ")
                                   .append(open.property->attribute)
                                   .append(" cannot be read")});
    }
    std::vector<std::string_view> kept;
    for (const std::string& value : open.values) {
      kept.push_back(sink_.Keep(NormaliseTemplateValue(open.property->attribute, value)));
    }
    attributes_.push_back({.name = open.property->attribute,
                           .values = whole ? sink_.records.pool().KeepList(kept) : TextList{},
                           .source = evidence_.At(open.line),
                           .whole = whole,
                           .why = followed ? WhyUnknown::kMalformed : WhyUnknown::kTruncated});
  }

  void EndTemplate(bool followed) {
    EndProperty(followed);
    const bool named = !attributes_.empty() && attributes_[0].name == kProperties[0].attribute;
    if (begun_ && !named) {
      sink_.AddGap({.place = begin_,
                    .why = followed ? WhyUnknown::kMalformed : WhyUnknown::kTruncated,
                    .message = "a template without a name"});
    } else if (begun_ && !attributes_[0].values.empty()) {
      Emit(followed);
    }
    begun_ = false;
    attributes_.clear();
  }

  // Of templates that come with Windows, which have version 1, it prints another name than the
  // directory has: that of its own language.
  void DropTranslatedName() {
    const auto version =
        std::ranges::find(attributes_, "msPKI-Template-Schema-Version", &TemplateAttribute::name);
    const bool own =
        version != attributes_.end() && !version->values.empty() && version->values[0] != "1";
    if (!own) {
      std::erase_if(attributes_, [](const TemplateAttribute& attribute) {
        return attribute.name == "displayName";
      });
    }
  }

  void Emit(bool followed) {
    DropTranslatedName();
    const auto stable =
        sink_.records.pool().KeepItems(std::span<const TemplateAttribute>(attributes_));
    AddTemplate(TemplateRecord{.cn = attributes_[0].values[0],
                               .attributes = stable,
                               .why = followed ? WhyUnknown::kNotCollected : WhyUnknown::kTruncated,
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
  OpenProperty open_{};
  std::vector<TemplateAttribute> attributes_{};
};

Status ReadTemplateListing(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const DecodedText decoded = DecodeText(evidence.bytes, buffer);
  sink.note = std::string(decoded.encoding);
  TemplateListing reader(evidence, sink);
  reader.Read(decoded);
  if (!reader.found() && sink.gaps.empty()) {
    return Error{.code = ErrorCode::kMalformed,
                 .where = std::string(evidence.path),
                 .message = "no certificate template"};
  }
  AddOtherCommandGap(decoded, "template", sink);
  return Ok{};
}

int RecogniseTemplateListing(const Head& head) {
  constexpr int kSure = 90;
  constexpr int kFailedCommand = 60;
  const std::string_view text = head.Text();
  TextLines lines(text);
  std::string_view line;
  while (lines.Next(line)) {
    if (BelongsToCertificates(line)) {
      return 0;  // of a device, whose listing is read instead
    }
    const auto pair = SplitAtEquals(line);
    if (pair && pair->label == "TemplatePropCommonName") {
      return kSure;
    }
    if (IsToolLine(line) && ContainsNoCase(line, " -Template")) {
      return kFailedCommand;
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
