// `dsregcmd /status`: boxes with titles, "Label : Value" lines (formats.md section 5). Labels,
// titles and YES/NO are English in every Windows language.

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "collectors/readers/certutil_lines.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/small_records.h"
#include "collectors/readers/text_decoding.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{4} << 20;
constexpr std::size_t kMaxSections = 64;
constexpr std::size_t kMinRule = 8;
constexpr std::string_view kFirstSection = "Device State";
constexpr std::string_view kDiagnostics = "Diagnostic Data";
constexpr std::string_view kProxy = "WinHttp";

// Labels that only dsregcmd prints; two of them make a text one of its runs.
constexpr std::array<std::string_view, 6> kLabels = {
    "AzureAdJoined", "EnterpriseJoined", "DomainJoined", "WorkplaceJoined", "NgcSet", "AzureAdPrt"};

bool IsRule(std::string_view line) {
  line = TrimBlanks(line);
  return line.size() >= kMinRule && line.front() == '+' &&
         line.substr(1).find_first_not_of("-+") == std::string_view::npos;
}

// The title of "| Device State      |"; empty for other lines.
std::string_view BoxTitle(std::string_view line) {
  line = TrimBlanks(line);
  const bool box = line.size() > 2 && line.front() == '|' && line.back() == '|';
  return box ? TrimBlanks(line.substr(1, line.size() - 2)) : std::string_view{};
}

// Values may hold " : " themselves, so the first one splits. An empty value leaves " :".
std::optional<LabelledValue> SplitField(std::string_view line) {
  const std::size_t at = line.find(" :");
  if (at == std::string_view::npos || (at + 2 < line.size() && line[at + 2] != ' ')) {
    return std::nullopt;
  }
  const std::string_view label = TrimBlanks(line.substr(0, at));
  if (label.empty()) {
    return std::nullopt;
  }
  return LabelledValue{.label = label, .value = TrimBlanks(line.substr(at + 2))};
}

bool IsSystemName(std::string_view account) {
  const std::size_t slash = account.rfind('\\');
  return SameNoCase(slash == std::string_view::npos ? account : account.substr(slash + 1),
                    "SYSTEM") ||
         account.ends_with('$');  // the machine account, as SYSTEM shows itself to a domain
}

// "CONTOSO\amanda, amanda@contoso.com" or "SYSTEM": who ran the tool, where the run says so.
void ReadAccount(std::string_view value, RecordSink& sink, Context& context) {
  if (value.empty()) {
    return;
  }
  const std::size_t comma = value.find(',');
  const std::string_view account = TrimBlanks(value.substr(0, comma));
  if (IsSystemName(account)) {
    context.account = Account::kSystem;
    context.user_upn = {};
    context.user_sid = {};
    return;
  }
  context.account = Account::kUser;
  const std::string_view upn =
      comma == std::string_view::npos ? account : TrimBlanks(value.substr(comma + 1));
  if (upn.find('@') != std::string_view::npos) {
    context.user_upn = sink.Keep(upn);
  }
}

class Run {
 public:
  Run(const EvidenceView& evidence, RecordSink& sink)
      : evidence_(evidence), sink_(sink), context_(evidence.context) {}

  // False when the text is no run of dsregcmd.
  bool Read(const DecodedText& decoded) {
    const std::string_view text = decoded.text;
    TextLines lines(decoded);
    std::string_view line;
    while (lines.Next(line)) {
      const bool cut =
          text.back() != '\n' && line.data() + line.size() == text.data() + text.size();
      if (lines.damaged()) {
        TakeDamage(lines.number());
      } else {
        TakeLine(line, lines.number(), cut);
      }
    }
    if (fields_.empty() || !known_) {
      return false;
    }
    Emit();
    return true;
  }

 private:
  void TakeLine(std::string_view line, std::uint64_t number, bool cut) {
    const std::string_view title = BoxTitle(line);
    if (!title.empty()) {
      section_ = sink_.Keep(title);
      if (sections_.size() < kMaxSections &&
          std::ranges::find(sections_, section_) == sections_.end()) {
        sections_.push_back(section_);
      }
      return;
    }
    const auto field = IsRule(line) ? std::nullopt : SplitField(line);
    after_blank_ = !cut && TrimBlanks(line).empty();
    if (!field) {
      ended_ = ended_ || line.find("aadjerrors") != std::string_view::npos;
      return;
    }
    if (cut) {
      cut_ = true;  // the value may be longer
      return;
    }
    known_ = known_ || std::ranges::find(kLabels, field->label) != kLabels.end();
    if (field->label == "Executing Account Name") {
      ReadAccount(field->value, sink_, context_);
    }
    fields_.push_back({.section = section_,
                       .name = sink_.Keep(field->label),
                       .value = sink_.Keep(field->value),
                       .source = evidence_.At(number)});
  }

  // Damage may have swallowed a title and the line that names the account.
  void TakeDamage(std::uint64_t number) {
    sink_.AddGap({.place = number, .message = std::string(kDamagedLine)});
    damaged_ = true;
    after_blank_ = false;
    section_ = {};
  }

  // Says NgcSet and the like of the account that ran the tool.
  [[nodiscard]] static bool SpeaksOfTheUser(const DsregcmdField& field) {
    return field.section != kFirstSection && field.section != "Device Details" &&
           field.section != "Tenant Details";
  }

  // Only the closing hint, or the last field of the last section that there can be, shows that
  // nothing is missing.
  [[nodiscard]] bool Complete() const {
    const bool last =
        std::ranges::find(fields_, "PreReqResult", &DsregcmdField::name) != fields_.end();
    return Whole() && (ended_ || last);
  }

  // Older builds end after the diagnostics or the proxies, and without a prerequisite check where
  // there is none to make: after the empty line that closes a section, such a run is as good as
  // whole.
  [[nodiscard]] bool MayBeComplete() const {
    const bool end = section_ == kDiagnostics || section_.starts_with(kProxy);
    return Whole() && end && after_blank_ && fields_.back().section == section_;
  }

  [[nodiscard]] bool Whole() const {
    return !cut_ && !damaged_ && std::ranges::find(sections_, kFirstSection) != sections_.end();
  }

  void Emit() {
    const bool nobody = damaged_ && context_.account == Account::kUnknown;
    for (DsregcmdField& field : fields_) {
      if (nobody && SpeaksOfTheUser(field)) {
        continue;
      }
      field.context = context_;
      sink_.records.Add(field);
      ++sink_.record_count;
    }
    const bool complete = Complete();
    if (!complete && !damaged_ && !MayBeComplete()) {
      sink_.AddGap({.place = fields_.back().source.place,
                    .why = WhyUnknown::kTruncated,
                    .message = "the run is not shown from its first section to its last"});
    }
    sink_.records.Add(DsregcmdRun{.sections = sink_.records.pool().KeepList(sections_),
                                  .complete = complete,
                                  .context = context_,
                                  .source = evidence_.At(0)});
  }

  const EvidenceView& evidence_;
  RecordSink& sink_;
  Context context_;
  std::string_view section_{};
  std::vector<std::string_view> sections_{};
  std::vector<DsregcmdField> fields_{};
  bool known_ = false;
  bool ended_ = false;
  bool after_blank_ = false;
  bool cut_ = false;
  bool damaged_ = false;
};

Status ReadDsregcmd(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const DecodedText decoded = DecodeText(evidence.bytes, buffer);
  sink.note = std::string(decoded.encoding);
  if (!Run(evidence, sink).Read(decoded)) {
    return Error{.code = ErrorCode::kMalformed,
                 .where = std::string(evidence.path),
                 .message = "no field of dsregcmd /status"};
  }
  return Ok{};
}

int RecogniseDsregcmd(const Head& head) {
  constexpr int kSure = 90;
  constexpr int kLikely = 50;
  TextLines lines(head.Text());
  std::string_view line;
  int labels = 0;
  while (lines.Next(line)) {
    const auto field = SplitField(line);
    labels += field && std::ranges::find(kLabels, field->label) != kLabels.end() ? 1 : 0;
  }
  if (labels >= 2) {
    return kSure;
  }
  return labels == 1 && head.name().find("dsregcmd") != std::string_view::npos ? kLikely : 0;
}

}  // namespace

extern const ReaderSpec kDsregcmdReader;  // declared again by the generated list

const ReaderSpec kDsregcmdReader = {.kind = "dsregcmd",
                                    .max_bytes = kMaxBytes,
                                    .recognise = RecogniseDsregcmd,
                                    .read = ReadDsregcmd};

}  // namespace whfb::readers
