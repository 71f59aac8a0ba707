// `certutil -CATemplates`: the templates that one CA issues, "name: display name -- what the caller
// may do" a line. All words but the name are localised; the structure is not.

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "collectors/readers/certutil_lines.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/small_records.h"
#include "collectors/readers/text_decoding.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{8} << 20;
constexpr std::size_t kMaxTemplates = 16'384;
constexpr std::uint32_t kNotFound = 0x80070490;  // the CA issues no template at all
constexpr std::uint32_t kAccessDenied = 0x80070005;

bool IsToolLine(std::string_view line) {
  return ContainsNoCase(line.substr(0, 16), "CertUtil:");
}

bool IsTrailer(std::string_view line) {
  return IsToolLine(line) && ContainsNoCase(line, "-CATemplates");
}

// The name in front of ": ". Paths and prompts have no blank behind their colon.
std::optional<std::string_view> TemplateOf(std::string_view line) {
  const std::size_t colon = line.find(": ");
  const std::size_t dashes = line.find(" -- ");
  if (colon == std::string_view::npos || colon == 0 || dashes == std::string_view::npos ||
      dashes < colon || line.front() == ' ' || line.front() == '\t') {
    return std::nullopt;
  }
  const std::string_view name = line.substr(0, colon);
  // The name of an object: what cannot stand in one is something else.
  const bool other = name.find_first_of("\"/\\[]=|") != std::string_view::npos || name.size() > 256;
  return other ? std::nullopt : std::optional(name);
}

class TemplateNames {
 public:
  TemplateNames(const EvidenceView& evidence, RecordSink& sink)
      : evidence_(evidence), sink_(sink) {}

  void Read(std::string_view text) {
    TextLines lines(text);
    std::string_view line;
    while (lines.Next(line)) {
      if (IsToolLine(line)) {
        TakeToolLine(line, lines.number());
      } else if (const auto name = TemplateOf(line)) {
        Add(*name, lines.number());
      }
    }
    Emit(lines.number());
  }

  [[nodiscard]] bool found() const { return found_; }

 private:
  void Add(std::string_view name, std::uint64_t line) {
    first_ = first_ == 0 ? line : first_;
    if (names_.size() < kMaxTemplates) {
      names_.push_back(sink_.Keep(name));
      ++sink_.record_count;
    } else {
      why_ = WhyUnknown::kTooLarge;
    }
  }

  // "command completed", or a failure with its code.
  void TakeToolLine(std::string_view line, std::uint64_t number) {
    if (!IsTrailer(line)) {
      return;
    }
    const std::uint32_t code = ErrorCodeIn(line);
    ended_ = code == 0 || code == kNotFound;
    if (!ended_) {
      why_ = code == kAccessDenied ? WhyUnknown::kDenied : WhyUnknown::kNotCollected;
      sink_.AddGap({.place = number, .why = why_, .message = "certutil reported a failure"});
    }
    found_ = true;
  }

  void Emit(std::uint64_t last) {
    found_ = found_ || !names_.empty();
    if (!found_) {
      return;
    }
    if (!ended_ && sink_.damaged_count == 0) {
      sink_.AddGap({.place = last,
                    .why = WhyUnknown::kTruncated,
                    .message = "the listing does not end with the line of CertUtil"});
    }
    sink_.records.Add(IssuedTemplates{.templates = sink_.records.pool().KeepList(names_),
                                      .complete = ended_ && why_ == WhyUnknown::kTruncated,
                                      .why = why_,
                                      .source = evidence_.At(first_)});
  }

  const EvidenceView& evidence_;
  RecordSink& sink_;
  std::vector<std::string_view> names_{};
  std::uint64_t first_ = 0;
  WhyUnknown why_ = WhyUnknown::kTruncated;
  bool ended_ = false;
  bool found_ = false;
};

Status ReadCaTemplates(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const DecodedText decoded = DecodeText(evidence.bytes, buffer);
  sink.note = std::string(decoded.encoding);
  TemplateNames reader(evidence, sink);
  reader.Read(decoded.text);
  if (!reader.found()) {
    return Error{.code = ErrorCode::kMalformed,
                 .where = std::string(evidence.path),
                 .message = "no list of templates"};
  }
  return Ok{};
}

// Templates that every forest has, by the names that no language changes.
constexpr std::array<std::string_view, 10> kBuiltIn = {"Administrator",
                                                       "DirectoryEmailReplication",
                                                       "DomainController",
                                                       "DomainControllerAuthentication",
                                                       "EFS",
                                                       "EFSRecovery",
                                                       "KerberosAuthentication",
                                                       "Machine",
                                                       "SubCA",
                                                       "WebServer"};

// Every line of the head has the form; one of them is the closing line, or names a template that
// every forest has.
int RecogniseCaTemplates(std::span<const std::byte> head, std::string_view /*name*/) {
  constexpr int kSure = 84;
  constexpr int kLikely = 55;
  std::string buffer;
  const std::string_view text = DecodeText(head, buffer).text;
  TextLines lines(text);
  std::string_view line;
  std::size_t names = 0;
  std::size_t others = 0;
  bool built_in = false;
  while (lines.Next(line)) {
    if (IsTrailer(line)) {
      return kSure;
    }
    const bool last = line.data() + line.size() == text.data() + text.size();
    const auto name = TemplateOf(line);
    built_in = built_in || (name && std::ranges::find(kBuiltIn, *name) != kBuiltIn.end());
    names += name ? 1U : 0U;
    others += !name && !last && !TrimBlanks(line).empty() ? 1U : 0U;
  }
  constexpr std::size_t kPrompt = 2;  // an echoed command, a banner
  return names > 0 && others <= kPrompt && built_in ? kLikely : 0;
}

}  // namespace

extern const ReaderSpec kCaTemplatesReader;  // declared again by the generated list

const ReaderSpec kCaTemplatesReader = {.kind = "ca-templates",
                                       .max_bytes = kMaxBytes,
                                       .recognise = RecogniseCaTemplates,
                                       .read = ReadCaTemplates,
                                       .environment = true};

}  // namespace whfb::readers
