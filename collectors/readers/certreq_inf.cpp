// Policy files of `certreq -new` (Microsoft Learn, certreq_1), such as Generate-CertificateRequest
// writes for an existing Hello key: INF text in sections, UTF-16 or 8-bit. [NewRequest] is in each
// of them and in no other INF.

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/readers/certutil_lines.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/request_record.h"
#include "collectors/readers/security_inf.h"
#include "collectors/readers/text_decoding.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 20;
constexpr std::uint64_t kMaxSettings = 4096;
constexpr std::size_t kMaxValue = 8192;
constexpr std::string_view kStrings = "strings";

bool IsHeader(std::string_view line) {
  return line.size() > 2 && line.front() == '[' && line.back() == ']';
}

// Without the comment: what follows a ';' outside quotes.
std::string_view WithoutComment(std::string_view line) {
  bool quoted = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    quoted = line[at] == '"' ? !quoted : quoted;
    if (line[at] == ';' && !quoted) {
      return TrimBlanks(line.substr(0, at));
    }
  }
  return TrimBlanks(line);
}

// The '=' that ends the name: the first one, since no name holds one.
std::pair<std::string_view, std::string_view> Split(std::string_view line) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) {
    return {};
  }
  return {TrimBlanks(line.substr(0, equals)), TrimBlanks(line.substr(equals + 1))};
}

// Quotes go; two of them inside a quoted text are one letter. False: one is not closed.
bool Unquote(std::string_view text, std::string& plain) {
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '"') {
      plain.push_back(text[at]);
    } else if (quoted && at + 1 < text.size() && text[at + 1] == '"') {
      plain.push_back('"');
      ++at;
    } else {
      quoted = !quoted;
    }
  }
  return !quoted;
}

int RecogniseRequest(const Head& head) {
  constexpr int kLikely = 85;
  if (const char first = head.FirstLetter(); first != '[' && first != ';' && first != '#') {
    return 0;
  }
  TextLines lines(head.Text());
  std::string_view line;
  while (lines.Next(line)) {
    if (SameNoCase(WithoutComment(TrimBlanks(line)), "[NewRequest]")) {
      return ShapeOfInf(head) == InfShape::kOther ? kLikely : 0;
    }
  }
  return 0;
}

class RequestReading {
 public:
  RequestReading(const EvidenceView& evidence, RecordSink& sink)
      : evidence_(evidence), sink_(sink), file_(sink.Keep(evidence.path)) {}

  void Read(const DecodedText& decoded) {
    TextLines lines(decoded);
    std::string_view line;
    while (lines.Next(line) && !full_) {
      const bool last = line.data() + line.size() == decoded.text.data() + decoded.text.size();
      const std::string_view text = WithoutComment(TrimBlanks(line));
      if (last && !line.empty()) {
        Damage(lines.number(), WhyUnknown::kTruncated, "the last line does not end");
      } else if (lines.damaged()) {
        Damage(lines.number(), WhyUnknown::kMalformed, std::string(kDamagedLine));
      } else if (!text.empty() && text.front() != '#') {
        AddLine(text, lines.number());
      }
    }
    AddSettings();
    AddSections();
    sink_.records.Add(RequestFile{.file = file_, .source = evidence_.At(0)});
  }

 private:
  struct Section {
    std::string name{};
    std::uint64_t line = 0;
    bool whole = true;      // no line of it was lost
    bool followed = false;  // by another one
  };

  struct Setting {
    std::size_t section = 0;  // its place in sections_
    std::string name{};
    std::string value{};
    std::uint64_t line = 0;
  };

  void Damage(std::uint64_t line, WhyUnknown why, std::string message) {
    sink_.AddGap({line, why, std::move(message)});
    LoseLine(sections_.size());
  }

  // `count`: of the sections, the last of which holds the line.
  void LoseLine(std::size_t count) {
    if (count > 0) {
      sections_[count - 1].whole = false;
    }
  }

  void AddLine(std::string_view text, std::uint64_t number) {
    if (IsHeader(text)) {
      if (!sections_.empty()) {
        sections_.back().followed = true;
      }
      continued_.clear();
      sections_.push_back(
          {.name = LowerAscii(TrimBlanks(text.substr(1, text.size() - 2))), .line = number});
      return;
    }
    const auto [name, value] = Split(text);
    std::string plain;
    if (name.empty() || sections_.empty() || value.size() > kMaxValue || !Unquote(value, plain)) {
      Damage(number, WhyUnknown::kMalformed, "not name = value in a section");
      continued_.clear();
      return;
    }
    if (sink_.record_count >= kMaxSettings) {
      Damage(number, WhyUnknown::kTooLarge, "more than 4096 settings");
      full_ = true;
      return;
    }
    ++sink_.record_count;
    AddSetting(LowerAscii(name), std::move(plain), number);
  }

  void AddSetting(std::string name, std::string value, std::uint64_t number) {
    if (sections_.back().name == kStrings) {
      strings_.try_emplace(std::move(name), std::move(value));
      return;
    }
    if (name == "_continue_") {
      if (continued_.empty()) {
        Damage(number, WhyUnknown::kMalformed, "_continue_ of nothing");
        return;
      }
      name = continued_;
    }
    continued_ = name;
    settings_.push_back({.section = sections_.size() - 1,
                         .name = std::move(name),
                         .value = std::move(value),
                         .line = number});
  }

  // Puts in the text of each %token%; "%%" is a percent sign. False: one is not defined.
  bool Expand(std::string& text) const {
    std::string expanded;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text[at] == '%' ? text.find('%', at + 1) : std::string::npos;
      if (text[at] != '%') {
        expanded.push_back(text[at++]);
        continue;
      }
      if (end == std::string::npos) {
        return false;
      }
      const auto found = strings_.find(LowerAscii(text.substr(at + 1, end - at - 1)));
      if (end != at + 1 && found == strings_.end()) {
        return false;
      }
      expanded.append(end == at + 1 ? "%" : found->second);
      at = end + 1;
      if (expanded.size() > kMaxValue) {
        return false;
      }
    }
    text = std::move(expanded);
    return true;
  }

  void AddSettings() {
    for (Setting& setting : settings_) {
      if (!Expand(setting.name) || !Expand(setting.value)) {
        sink_.AddGap({setting.line, WhyUnknown::kMalformed, "a %string% of it is not defined"});
        LoseLine(setting.section + 1);
        continue;
      }
      const std::string_view name = sink_.Keep(LowerAscii(setting.name));
      sink_.records.Add(RequestSetting{.file = file_,
                                       .section = sink_.Keep(sections_[setting.section].name),
                                       .name = name,
                                       .value = sink_.Keep(TrimBlanks(setting.value)),
                                       .source = evidence_.At(setting.line, name)});
    }
  }

  void AddSections() {
    for (const Section& section : sections_) {
      const std::string_view name = sink_.Keep(section.name);
      sink_.records.Add(RequestSection{.file = file_,
                                       .section = name,
                                       .complete = section.whole && section.followed,
                                       .source = evidence_.At(section.line, name)});
    }
  }

  const EvidenceView& evidence_;
  RecordSink& sink_;
  std::string_view file_;
  std::vector<Section> sections_;
  std::vector<Setting> settings_;
  std::map<std::string, std::string, std::less<>> strings_;
  std::string continued_;  // the name that a _continue_ line continues
  bool full_ = false;
};

Status ReadRequest(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const DecodedText decoded = DecodeText(evidence.bytes, buffer);
  RequestReading(evidence, sink).Read(decoded);
  sink.note = std::string(decoded.encoding).append(", policy file of certreq -new");
  return Ok{};
}

}  // namespace

extern const ReaderSpec kCertreqInfReader;  // declared again by the generated list

const ReaderSpec kCertreqInfReader = {.kind = "certreq-inf",
                                      .max_bytes = kMaxBytes,
                                      .recognise = RecogniseRequest,
                                      .read = ReadRequest,
                                      .environment = true};

}  // namespace whfb::readers
