// `certutil -CATemplates`: the templates that one CA issues, "name: display name -- what the caller
// may do" a line. All words but the name are localised; the structure is not. One file may hold the
// lists of several CAs, each behind its command.

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "collectors/readers/certutil_lines.h"
#include "collectors/readers/certutil_verbs.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/small_records.h"
#include "collectors/readers/text_decoding.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{8} << 20;
constexpr std::size_t kMaxNames = 8192;
constexpr std::size_t kMaxLists = 1024;
constexpr std::uint32_t kNotFound = 0x80070490;  // the CA issues no template at all

bool IsToolLine(std::string_view line) {
  return ContainsNoCase(line.substr(0, 16), "CertUtil:");
}

bool IsClosing(std::string_view line) {
  return IsToolLine(line) && ContainsNoCase(line, "-CATemplates");
}

// The name in front of ": ". Paths and prompts have no blank behind their colon.
std::optional<std::string_view> TemplateOf(std::string_view line) {
  constexpr std::size_t kMaxName = 256;
  const std::size_t colon = line.find(": ");
  const std::size_t dashes = line.find(" -- ");
  if (colon == std::string_view::npos || colon == 0 || dashes == std::string_view::npos ||
      dashes < colon || line.front() == ' ' || line.front() == '\t') {
    return std::nullopt;
  }
  const std::string_view name = line.substr(0, colon);
  // The name of an object: what cannot stand in one is something else.
  const bool other =
      name.find_first_of("\"/\\[]=|>") != std::string_view::npos || name.size() > kMaxName;
  return other ? std::nullopt : std::optional(name);
}

// The CA in a command with `-config "HOST\CA"`; empty for others.
std::string_view AuthorityIn(std::string_view command) {
  constexpr std::string_view kConfig = "-config ";
  const std::size_t at = command.find(kConfig);
  if (at == std::string_view::npos) {
    return {};
  }
  std::string_view value = TrimBlanks(command.substr(at + kConfig.size()));
  const bool quoted = value.starts_with('"');
  value.remove_prefix(quoted ? 1 : 0);
  value = value.substr(0, value.find(quoted ? '"' : ' '));
  const std::size_t host = value.find('\\');
  return host == std::string_view::npos ? std::string_view{} : value.substr(host + 1);
}

class TemplateLists {
 public:
  TemplateLists(const EvidenceView& evidence, RecordSink& sink)
      : evidence_(evidence), sink_(sink) {}

  void Read(const DecodedText& decoded) {
    TextLines lines(decoded);
    std::string_view line;
    while (lines.Next(line)) {
      const bool last = line.data() + line.size() == decoded.text.data() + decoded.text.size();
      TakeLine(line, lines, last);
    }
    if (!names_.empty() || begun_) {
      Lose(lines.number(), WhyUnknown::kTruncated,
           "the list does not end with the line of CertUtil");
      Emit();
    }
  }

  [[nodiscard]] bool found() const { return found_; }

 private:
  void TakeLine(std::string_view line, const TextLines& lines, bool last) {
    if (lines.damaged()) {
      Lose(lines.number(), WhyUnknown::kMalformed, std::string(kDamagedLine));
    } else if (IsToolLine(line)) {
      TakeToolLine(line, lines.number());
    } else if (const auto name = TemplateOf(line); name && !last) {
      Add(*name, lines.number());
    } else if (ContainsNoCase(line, "-CATemplates")) {
      TakeCommand(line, lines.number());
    } else if (!names_.empty() && !TrimBlanks(line).empty() && !last) {
      Lose(lines.number(), WhyUnknown::kMalformed, "a line that names no template");
    }
  }

  // What is still open is the list of the CA of the command before.
  void TakeCommand(std::string_view line, std::uint64_t number) {
    if (!names_.empty() || (begun_ && !authority_.empty())) {
      Lose(number, WhyUnknown::kTruncated, "the list before this command has no closing line");
      Emit();
    }
    authority_ = sink_.Keep(AuthorityIn(line));
  }

  void Lose(std::uint64_t line, WhyUnknown why, std::string message) {
    sink_.AddGap({.place = line, .why = why, .message = std::move(message)});
    whole_ = false;
    why_ = why;
    begun_ = true;
    first_ = first_ == 0 ? line : first_;
  }

  void Add(std::string_view name, std::uint64_t line) {
    first_ = first_ == 0 ? line : first_;
    if (names_.size() == kMaxNames) {
      if (why_ != WhyUnknown::kTooLarge) {
        Lose(line, WhyUnknown::kTooLarge, "more than 8192 templates of one CA");
      }
      return;
    }
    names_.push_back(sink_.Keep(name));
    ++sink_.record_count;
  }

  // "command completed", or a failure with its code.
  void TakeToolLine(std::string_view line, std::uint64_t number) {
    if (!IsClosing(line)) {
      return;
    }
    first_ = first_ == 0 ? number : first_;
    const std::uint32_t code = ErrorCodeIn(line);
    if (code != 0 && code != kNotFound) {
      Lose(number, code == kAccessDenied ? WhyUnknown::kDenied : WhyUnknown::kNotCollected,
           "certutil reported a failure");
    } else if (code == 0 && names_.empty()) {
      Lose(number, WhyUnknown::kTruncated, "a list without a template");  // has a code of its own
    }
    Emit();
  }

  void Emit() {
    found_ = true;
    const TextList kept = sink_.records.pool().KeepList(names_);
    whole_ = whole_ && kept.size() == names_.size();
    if (sink_.records.Of<IssuedTemplates>().size() < kMaxLists) {
      sink_.records.Add(IssuedTemplates{.ca = authority_,
                                        .templates = kept,
                                        .complete = whole_,
                                        .why = why_,
                                        .source = evidence_.At(first_)});
    } else {
      sink_.AddGap({.place = first_,
                    .why = WhyUnknown::kTooLarge,
                    .message = "more than 1024 lists of templates"});
    }
    names_.clear();
    authority_ = {};
    first_ = 0;
    whole_ = true;
    begun_ = false;
    why_ = WhyUnknown::kTruncated;
  }

  const EvidenceView& evidence_;
  RecordSink& sink_;
  // Of the list that is open.
  std::vector<std::string_view> names_{};
  std::string_view authority_{};
  std::uint64_t first_ = 0;
  bool whole_ = true;
  bool begun_ = false;
  WhyUnknown why_ = WhyUnknown::kTruncated;
  bool found_ = false;
};

Status ReadCaTemplates(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const DecodedText decoded = DecodeText(evidence.bytes, buffer);
  sink.note = std::string(decoded.encoding);
  TemplateLists reader(evidence, sink);
  reader.Read(decoded);
  if (!reader.found()) {
    return Error{.code = ErrorCode::kMalformed,
                 .where = std::string(evidence.path),
                 .message = "no list of templates"};
  }
  AddOtherCommandGap(decoded, "catemplates", sink);
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

// The closing line; or every line of the head has the form, as those of many logs do, and names
// templates that every forest has: one such word is in any log.
int RecogniseCaTemplates(const Head& head) {
  constexpr int kSure = 84;
  constexpr int kLikely = 55;
  constexpr std::size_t kOthers = 2;  // an echoed command, a banner
  constexpr std::size_t kEnough = 2;  // different templates
  const std::string_view text = head.Text();
  TextLines lines(text);
  std::string_view line;
  std::size_t others = 0;
  std::set<std::string_view> built_in;
  bool names = true;
  while (lines.Next(line)) {
    if (BelongsToCertificates(line)) {
      return 0;  // of a device, whose listing is read instead
    }
    if (IsClosing(line)) {
      return kSure;
    }
    const bool last = line.data() + line.size() == text.data() + text.size();
    const auto name = TemplateOf(line);
    names = names && (!name || name->find_first_of(" \t") == std::string_view::npos);
    if (name && std::ranges::find(kBuiltIn, *name) != kBuiltIn.end()) {
      built_in.insert(*name);
    }
    others += !name && !last && !TrimBlanks(line).empty() ? 1U : 0U;
  }
  return names && built_in.size() >= kEnough && others <= kOthers ? kLikely : 0;
}

}  // namespace

extern const ReaderSpec kCaTemplatesReader;  // declared again by the generated list

const ReaderSpec kCaTemplatesReader = {.kind = "ca-templates",
                                       .max_bytes = kMaxBytes,
                                       .recognise = RecogniseCaTemplates,
                                       .read = ReadCaTemplates,
                                       .environment = true};

}  // namespace whfb::readers
