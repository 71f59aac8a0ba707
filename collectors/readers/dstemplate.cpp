// `certutil -dstemplate` text: an INF with one section a template (formats.md section 3).

#include <algorithm>
#include <string>
#include <vector>

#include "collectors/readers/certutil_lines.h"
#include "collectors/readers/dstemplate_values.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/small_records.h"
#include "collectors/readers/text_decoding.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{32} << 20;

// "[name]"; empty for other lines.
std::string_view SectionName(std::string_view line) {
  line = TrimBlanks(line);
  const bool section = line.size() > 2 && line.front() == '[' && line.back() == ']';
  return section ? TrimBlanks(line.substr(1, line.size() - 2)) : std::string_view{};
}

bool IsToolLine(std::string_view line) {
  return ContainsNoCase(line.substr(0, 16), "CertUtil:");
}

class TemplateText {
 public:
  TemplateText(const EvidenceView& evidence, RecordSink& sink) : evidence_(evidence), sink_(sink) {}

  void Read(const DecodedText& decoded) {
    const std::string_view text = decoded.text;
    TextLines lines(decoded);
    std::string_view line;
    while (lines.Next(line)) {
      number_ = lines.number();
      if (lines.damaged()) {
        TakeDamage();
        continue;
      }
      const bool last = line.data() + line.size() == text.data() + text.size();
      if (last && !IsToolLine(line) && SectionName(line).empty()) {
        break;  // no end of line: the value may be cut
      }
      TakeLine(line);
    }
    EndSection(false);
    EmitAll();
  }

  [[nodiscard]] bool found() const { return found_; }

 private:
  struct Section {
    std::string_view name{};
    std::vector<TemplateAttribute> attributes{};
    std::uint64_t line = 0;
    bool complete = true;
    bool is_template = false;
    bool verbose = false;  // a listing to read, which cannot be imported
  };

  void TakeLine(std::string_view line) {
    if (IsToolLine(line)) {
      TakeToolLine(line);
      return;
    }
    const std::string_view name = SectionName(line);
    if (!name.empty()) {
      EndSection(true);
      open_ = true;
      section_ = {.name = name, .line = number_};
      return;
    }
    if (open_ && !SameNoCase(section_.name, "Version") &&
        !SameNoCase(section_.name, "TemplateList")) {
      TakeAttribute(line);
    }
  }

  // Damage may have swallowed the head of another template.
  void TakeDamage() {
    sink_.AddGap({.place = number_, .message = std::string(kDamagedLine)});
    EndSection(false);
  }

  void TakeToolLine(std::string_view line) {
    EndSection(true);
    const std::uint32_t code = ErrorCodeIn(line);
    trailer_ = trailer_ || code == 0;
    if (code != 0) {
      sink_.AddGap({.place = number_,
                    .why = code == kAccessDenied ? WhyUnknown::kDenied : WhyUnknown::kNotCollected,
                    .message = "certutil reported a failure"});
    }
  }

  void TakeAttribute(std::string_view line) {
    auto assignment = ReadTemplateAssignment(line);
    if (!assignment) {
      // What `-v` explains below a value.
      section_.verbose = section_.verbose || !TrimBlanks(line).empty();
      return;
    }
    section_.verbose = section_.verbose || assignment->explained;
    if (assignment->open_quote) {
      section_.complete = false;
      sink_.AddGap({.place = number_, .message = "a quoted value does not end on its line"});
      return;
    }
    std::vector<std::string_view> values;
    for (std::string& value : assignment->values) {
      section_.is_template = section_.is_template || value == "pKICertificateTemplate";
      values.push_back(sink_.Keep(NormaliseTemplateValue(assignment->name, std::move(value))));
    }
    section_.is_template = section_.is_template || assignment->name.starts_with("msPKI-");
    section_.attributes.push_back({.name = sink_.Keep(assignment->name),
                                   .values = sink_.records.pool().KeepList(values),
                                   .source = evidence_.At(number_)});
  }

  void EndSection(bool followed) {
    if (open_ && section_.is_template) {
      section_.complete = section_.complete && followed;
      sections_.push_back(std::move(section_));
    }
    section_ = {};
    open_ = false;
  }

  void EmitAll() {
    for (const Section& section : sections_) {
      Emit(section);
    }
  }

  void Emit(const Section& section) {
    std::vector<TemplateAttribute> kept = section.attributes;
    std::string_view cn = section.name;
    for (const TemplateAttribute& attribute : kept) {
      cn = SameNoCase(attribute.name, "cn") && !attribute.values.empty() ? attribute.values[0] : cn;
    }
    if (!section.complete) {
      sink_.AddGap({.place = section.line,
                    .why = WhyUnknown::kTruncated,
                    .message = "the template may have more attributes"});
    } else if (!section.verbose) {
      kept.push_back({.name = kImportAttribute,
                      .values = sink_.records.pool().KeepList(std::vector<std::string_view>{"yes"}),
                      .source = evidence_.At(section.line)});
    }
    const auto stable = sink_.records.pool().KeepItems<TemplateAttribute>(kept);
    sink_.records.Add(TemplateRecord{.cn = sink_.Keep(cn),
                                     .attributes = stable,
                                     .complete = section.complete && stable.size() == kept.size(),
                                     .has_dump_trailer = trailer_,
                                     .source = evidence_.At(section.line)});
    ++sink_.record_count;
    found_ = true;
  }

  const EvidenceView& evidence_;
  RecordSink& sink_;
  Section section_{};
  std::vector<Section> sections_{};
  std::uint64_t number_ = 0;
  bool open_ = false;
  bool trailer_ = false;
  bool found_ = false;
};

Status ReadDstemplate(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const DecodedText decoded = DecodeText(evidence.bytes, buffer);
  sink.note = std::string(decoded.encoding);
  TemplateText reader(evidence, sink);
  reader.Read(decoded);
  if (!reader.found() && sink.gaps.empty()) {
    return Error{.code = ErrorCode::kMalformed,
                 .where = std::string(evidence.path),
                 .message = "no certificate template"};
  }
  return Ok{};
}

int RecogniseDstemplate(const Head& head) {
  constexpr int kSure = 85;
  constexpr int kFailedCommand = 60;
  const std::string_view text = head.Text();
  TextLines lines(text);
  std::string_view line;
  bool section = false;
  while (lines.Next(line)) {
    section = section || !SectionName(line).empty();
    const auto assignment = section ? ReadTemplateAssignment(line) : std::nullopt;
    if (assignment && (assignment->name.starts_with("msPKI-") ||
                       std::ranges::find(assignment->values, "pKICertificateTemplate") !=
                           assignment->values.end())) {
      return kSure;
    }
    if (IsToolLine(line) && ContainsNoCase(line, "-dsTemplate")) {
      return kFailedCommand;
    }
  }
  return 0;
}

}  // namespace

extern const ReaderSpec kDstemplateReader;  // declared again by the generated list

const ReaderSpec kDstemplateReader = {.kind = "dstemplate",
                                      .max_bytes = kMaxBytes,
                                      .recognise = RecogniseDstemplate,
                                      .read = ReadDstemplate,
                                      .environment = true};

}  // namespace whfb::readers
